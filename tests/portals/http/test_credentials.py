"""Client credentials: one token for many requests, renewed once and in time."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
import pytest

from custom_components.energy_portals.portals.http.client import HttpClient, Operation
from custom_components.energy_portals.portals.http.credentials import ClientCredentials
from custom_components.energy_portals.portals.http.errors import AuthError
from tests.portals.server import answer, json_answer
from tests.portals.token_portal import ID, LIFETIME, SECRET, Portal, error_of, read


async def test_the_token_call(authorized: HttpClient, portal: Portal) -> None:
    assert await read(authorized) == "Bearer tok-zqz-1"
    assert await read(authorized) == "Bearer tok-zqz-1"
    asked = portal.server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/token")
    assert "Authorization" not in asked.headers
    assert parse_qs(asked.body.decode()) == {
        "client_id": [ID],
        "client_secret": [SECRET],
        "grant_type": ["client_credentials"],
    }
    assert (portal.token_calls, portal.reads) == (1, 2)


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "DPoP"])
async def test_the_header_has_the_type_of_the_token(
    authorized: HttpClient, portal: Portal, kind: str
) -> None:
    portal.token["token_type"] = kind
    assert await read(authorized) == f"{kind} tok-zqz-1"


# Renewal


@pytest.mark.parametrize(
    ("answered", "valid_for"),
    [
        ({"expires_in": 36000}, 35940),
        ({"expires_in": "3600"}, 3540),
        ({"expires_in": 600.0}, 540),
        ({"expires_in": 100}, 90),
        ({"expires_in": None}, LIFETIME - 60),
        ({}, LIFETIME - 60),
    ],
)
async def test_a_token_is_renewed_before_it_expires(
    authorized: HttpClient,
    portal: Portal,
    clock: SimpleNamespace,
    answered: Mapping[str, Any],
    valid_for: float,
) -> None:
    portal.token = {"token_type": "Bearer", **answered}
    await read(authorized)
    clock.now += valid_for - 1
    await read(authorized)
    assert portal.token_calls == 1
    clock.now += 1
    await read(authorized)
    assert (portal.token_calls, portal.reads) == (2, 3)


async def test_the_lifetime_counts_from_the_request_on(
    authorized: HttpClient, portal: Portal, clock: SimpleNamespace
) -> None:
    """The portal may have issued it long before the answer was here."""
    give = portal.give

    async def slow(request: web.Request) -> web.StreamResponse:
        clock.now += 20
        return await give(request)

    portal.server.paths = {"/token": slow}
    portal.token["expires_in"] = 600
    await read(authorized)
    clock.now += 520
    await read(authorized)
    assert portal.token_calls == 2


@pytest.mark.parametrize("lifetime", [0, -5, "nan", "-inf"])
async def test_a_token_that_never_lives_is_used_once(
    authorized: HttpClient, portal: Portal, lifetime: Any
) -> None:
    portal.token["expires_in"] = lifetime
    assert await read(authorized) == "Bearer tok-zqz-1"
    assert await read(authorized) == "Bearer tok-zqz-2"


async def test_a_refused_token_is_renewed_once(
    authorized: HttpClient, portal: Portal
) -> None:
    await read(authorized)
    portal.valid.clear()
    assert await read(authorized) == "Bearer tok-zqz-2"
    assert (portal.token_calls, portal.reads) == (2, 3)


async def test_a_fresh_token_that_is_refused_is_an_error(
    authorized: HttpClient, portal: Portal
) -> None:
    portal.server.otherwise = json_answer({"message": "no"}, 401)
    assert type(await error_of(authorized)) is AuthError
    assert (portal.token_calls, portal.reads) == (2, 2)


async def test_a_write_is_sent_again_with_a_new_token(
    authorized: HttpClient, portal: Portal
) -> None:
    """A refused request did nothing, so this is no repetition."""
    await read(authorized)
    portal.valid.clear()
    write = Operation.of("write", "POST /write")
    await authorized.send(write, bytes, json={"a": 1})
    assert [asked.body for asked in portal.server.asked[-3::2]] == [b'{"a":1}'] * 2
    assert portal.server.count("/write") == 2


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
async def test_only_401_costs_the_token(
    authorized: HttpClient, portal: Portal, status: int
) -> None:
    await read(authorized)
    portal.server.answers = []
    portal.server.otherwise = answer(b"", status)
    assert not isinstance(await error_of(authorized), AuthError)
    portal.server.otherwise = portal.answer
    assert await read(authorized) == "Bearer tok-zqz-1"


# Many at once


async def test_many_requests_wait_for_one_token(
    authorized: HttpClient, portal: Portal, clock: SimpleNamespace
) -> None:
    portal.token_delay = 0.02
    assert set(await asyncio.gather(*(read(authorized) for _ in range(12)))) == {
        "Bearer tok-zqz-1"
    }
    clock.now += LIFETIME
    assert set(await asyncio.gather(*(read(authorized) for _ in range(12)))) == {
        "Bearer tok-zqz-2"
    }
    assert (portal.token_calls, portal.reads) == (2, 24)


async def test_many_refused_requests_renew_once(
    authorized: HttpClient, portal: Portal
) -> None:
    await read(authorized)
    portal.valid.clear()
    portal.token_delay = 0.02
    found = await asyncio.gather(*(read(authorized) for _ in range(12)))
    assert set(found) == {"Bearer tok-zqz-2"}
    assert portal.token_calls == 2


async def test_a_late_refusal_does_not_cost_the_new_token(
    authorized: HttpClient, portal: Portal
) -> None:
    """The answer to the old token may come when the new one is long here."""
    await read(authorized)
    portal.valid.clear()
    renewed = asyncio.Event()

    async def late(request: web.Request) -> web.StreamResponse:
        if request.headers["Authorization"].endswith("-1"):
            await renewed.wait()
        return await portal.answer(request)

    portal.server.paths["/late"] = late
    slow = asyncio.create_task(
        authorized.send(Operation.of("late", "GET /late"), bytes.decode)
    )
    while not portal.server.count("/late"):
        await asyncio.sleep(0)
    assert await read(authorized) == "Bearer tok-zqz-2"
    renewed.set()
    assert await slow == "Bearer tok-zqz-2"
    assert portal.token_calls == 2


# Cancellation


async def test_a_cancelled_request_does_not_cancel_the_renewal_of_others(
    authorized: HttpClient, portal: Portal
) -> None:
    portal.token_delay = 0.05
    first, *others = [asyncio.create_task(read(authorized)) for _ in range(4)]
    while not portal.token_calls:
        await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == ["Bearer tok-zqz-1"] * 3
    assert first.cancelled()
    assert portal.token_calls == 1


@pytest.mark.parametrize("status", [200, 401])
async def test_a_renewal_nobody_waits_for_ends_quietly(
    authorized: HttpClient, portal: Portal, status: int
) -> None:
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: complaints.append(context)
    )
    gate = asyncio.Event()

    async def wait(request: web.Request) -> web.StreamResponse:
        await gate.wait()
        if status == 200:
            return await portal.give(request)
        return await json_answer({}, status)(request)

    portal.server.paths["/token"] = wait
    task = asyncio.create_task(read(authorized))
    while not portal.token_calls:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    gate.set()
    assert isinstance(authorized.auth, ClientCredentials)
    async with asyncio.timeout(2):
        while authorized.auth._renewal is not None:
            await asyncio.sleep(0)
    portal.server.paths["/token"] = portal.give
    assert await read(authorized) == "Bearer tok-zqz-1"
    assert portal.token_calls == (1 if status == 200 else 2)
    assert complaints == []


async def test_a_cancelled_renewal_leaves_the_next_one_free(
    authorized: HttpClient, portal: Portal
) -> None:
    """Home Assistant cancels what still runs when it stops."""
    portal.token_delay = 30
    task = asyncio.create_task(read(authorized))
    while not portal.token_calls:
        await asyncio.sleep(0)
    assert isinstance(authorized.auth, ClientCredentials) and authorized.auth._renewal
    authorized.auth._renewal.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    portal.token_delay = 0
    assert await read(authorized) == "Bearer tok-zqz-1"
