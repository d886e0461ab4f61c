"""Client credentials: token calls that fail, tokens that are none, and secrets."""

import asyncio
from types import SimpleNamespace
from typing import Any

from aiohttp import web
import pytest

from custom_components.energy_portals.portals.http.client import HttpClient, Operation
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    PathNotFound,
    PortalError,
    RateLimited,
    Unavailable,
    UnexpectedResponse,
)
from tests.portals.server import Answer, answer, json_answer, reset
from tests.portals.token_portal import ID, LIFETIME, SECRET, Portal, error_of, read

# Failures


@pytest.mark.parametrize(
    ("fault", "kind", "calls"),
    [
        (json_answer({"error": "invalid_client"}, 401), AuthError, 1),
        (json_answer({"error": "invalid_request"}, 400), AuthError, 1),
        (json_answer({}, 403), Forbidden, 1),
        (json_answer({}, 404), PathNotFound, 1),
        (json_answer({}, 429), RateLimited, 1),
        (json_answer({}, 500), Unavailable, 2),
        (reset, Unavailable, 2),
        (answer(b"<html>zqz</html>"), UnexpectedResponse, 1),
        (answer(b"", 302, {"Location": "/read"}), UnexpectedResponse, 1),
    ],
    ids=["401", "400", "403", "404", "429", "500", "reset", "html", "redirect"],
)
async def test_many_requests_share_a_failing_token_call(
    authorized: HttpClient,
    portal: Portal,
    fault: Answer,
    kind: type[PortalError],
    calls: int,
) -> None:
    portal.server.paths["/token"] = fault
    errors = await asyncio.gather(*(error_of(authorized) for _ in range(12)))
    assert {type(error) for error in errors} == {kind}
    assert (portal.token_calls, portal.reads) == (calls, 0)
    portal.server.paths["/token"] = portal.give
    assert await read(authorized) == "Bearer tok-zqz-1"


@pytest.mark.parametrize("status", [405, 408, 413, 415, 418])
async def test_only_400_and_401_blame_the_credentials(
    authorized: HttpClient, portal: Portal, status: int
) -> None:
    """An error of another kind must not ask the user for a new secret."""
    portal.server.paths["/token"] = answer(b"", status)
    assert not isinstance(await error_of(authorized), AuthError)


async def test_a_failed_renewal_is_tried_again_by_the_next_request(
    authorized: HttpClient, portal: Portal
) -> None:
    portal.server.paths["/token"] = json_answer({}, 401)
    for calls in (1, 2, 3):
        assert type(await error_of(authorized)) is AuthError
        assert portal.token_calls == calls


async def test_a_pause_holds_for_the_token_call(
    authorized: HttpClient, portal: Portal, clock: SimpleNamespace
) -> None:
    portal.server.paths["/token"] = json_answer({}, 429, {"Retry-After": "60"})
    for _ in range(3):
        assert type(await error_of(authorized)) is RateLimited
    assert len(portal.server.asked) == 1
    clock.now += 60
    portal.server.paths["/token"] = portal.give
    assert await read(authorized) == "Bearer tok-zqz-1"


# Tokens that are none


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], None, "tok-zqz", 5),
        *({"access_token": value} for value in ("", None, 5, ["tok-zqz"])),
        {"access_token": "a-zqz\nX: y"},
        {"access_token": "a-zqz\r\nX: y"},
        {"access_token": "a-zqz\0"},
        {"access_token": "a-zqz", "token_type": "Bearer\r\nX: y"},
        {"access_token": "a-zqz", "token_type": None},
        {"access_token": "a-zqz", "expires_in": "soon"},
        {"access_token": "a-zqz", "expires_in": []},
    ],
    ids=str,
)
async def test_no_token_in_the_answer(
    authorized: HttpClient, portal: Portal, body: Any
) -> None:
    portal.server.paths["/token"] = json_answer(body)
    assert isinstance(await error_of(authorized), (UnexpectedResponse, Unavailable))
    assert portal.reads == 0


async def test_a_body_without_token_is_told_by_its_shape(
    authorized: HttpClient, portal: Portal
) -> None:
    portal.server.paths["/token"] = json_answer({"data": {"token": "tok-zqz"}})
    error = await error_of(authorized)
    assert isinstance(error, UnexpectedResponse)
    assert error.skeleton == {"data": {"token": "string"}}


# Secrets


async def test_no_token_in_errors_and_logs(
    authorized: HttpClient, portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await read(authorized)
    portal.server.otherwise = json_answer(
        {"message": f"tok-zqz-1 of {ID} with {SECRET} expired"}, 403
    )
    error = await error_of(authorized)
    assert error.detail == "HTTP 403: ** of ** with ** expired"
    assert not [line for line in caplog.records if "zqz" in line.getMessage()]


async def test_an_older_token_is_not_told_either(
    authorized: HttpClient, portal: Portal, clock: SimpleNamespace
) -> None:
    """An answer that repeats its own token may come after the renewal."""
    go = asyncio.Event()

    async def late(request: web.Request) -> web.StreamResponse:
        await go.wait()
        token = request.headers["Authorization"].rpartition(" ")[2]
        return await json_answer({"message": f"{token} may not"}, 403)(request)

    await read(authorized)
    portal.server.paths["/late"] = late
    slow = asyncio.create_task(
        authorized.send(Operation.of("late", "GET /late"), bytes)
    )
    while not portal.server.count("/late"):
        await asyncio.sleep(0)
    clock.now += LIFETIME
    assert await read(authorized) == "Bearer tok-zqz-2"
    go.set()
    with pytest.raises(Forbidden) as caught:
        await slow
    assert caught.value.detail == "HTTP 403: ** may not"
