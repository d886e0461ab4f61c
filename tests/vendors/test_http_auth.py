"""Client credentials: one token for many requests, renewed once and in time."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from aiohttp import ClientSession, web
import pytest

from custom_components.energy_portals.vendors.credentials import ClientCredentials
from custom_components.energy_portals.vendors.errors import (
    AuthError,
    Forbidden,
    PortalError,
    RateLimited,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.vendors.http import HttpClient, Operation
from tests.vendors.server import Answer, Server, answer, json_answer, reset

READ = Operation.of("read", "GET /read")
TOKEN = Operation.of("token", "POST /token", repeatable=True)
ID, SECRET = "cl-id-zqz", "s3cr3t/zqz x"
LIFETIME = 36_000.0


class Vendor:
    """A server with a token call, whose tokens can be revoked."""

    def __init__(self, server: Server) -> None:
        """Give out tokens, and take none but the last."""
        self.server = server
        self.token: dict[str, Any] = {"expires_in": LIFETIME, "token_type": "Bearer"}
        self.issued = 0
        self.valid: set[str] = set()
        self.token_delay = 0.0
        server.paths = {"/token": self.give}
        server.otherwise = self.answer

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Give out a token."""
        await asyncio.sleep(self.token_delay)
        self.issued += 1
        access = f"tok-zqz-{self.issued}"
        self.valid = {f"{self.token.get('token_type', 'Bearer')} {access}"}
        return await json_answer({"access_token": access, **self.token})(request)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer who has a token, and repeat that of who has not."""
        given = request.headers.get("Authorization", "")
        if given in self.valid:
            return await answer(given.encode())(request)
        token = given.rpartition(" ")[2]
        return await json_answer({"message": f"bad token {token}"}, 401)(request)

    @property
    def token_calls(self) -> int:
        """Return how often a token was asked for."""
        return self.server.count("/token")

    @property
    def reads(self) -> int:
        """Return how often anything else was asked for."""
        return len(self.server.asked) - self.token_calls


@pytest.fixture
def vendor(server: Server) -> Vendor:
    return Vendor(server)


@pytest.fixture
def client(session: ClientSession, server: Server) -> HttpClient:
    client = HttpClient(session, server.address, secrets=(ID, SECRET))
    client.auth = ClientCredentials(client, TOKEN, ID, SECRET, lifetime=LIFETIME)
    return client


async def read(client: HttpClient) -> str:
    return await client.send(READ, bytes.decode)


async def error_of(client: HttpClient) -> PortalError:
    with pytest.raises(PortalError) as caught:
        await read(client)
    assert "zqz" not in f"{caught.value!r}{caught.value.placeholders()}"
    return caught.value


async def test_the_token_call(client: HttpClient, vendor: Vendor) -> None:
    assert await read(client) == "Bearer tok-zqz-1"
    assert await read(client) == "Bearer tok-zqz-1"
    asked = vendor.server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/token")
    assert "Authorization" not in asked.headers
    assert parse_qs(asked.body.decode()) == {
        "client_id": [ID],
        "client_secret": [SECRET],
        "grant_type": ["client_credentials"],
    }
    assert (vendor.token_calls, vendor.reads) == (1, 2)


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "DPoP"])
async def test_the_header_has_the_type_of_the_token(
    client: HttpClient, vendor: Vendor, kind: str
) -> None:
    vendor.token["token_type"] = kind
    assert await read(client) == f"{kind} tok-zqz-1"


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
    client: HttpClient,
    vendor: Vendor,
    clock: SimpleNamespace,
    answered: Mapping[str, Any],
    valid_for: float,
) -> None:
    vendor.token = {"token_type": "Bearer", **answered}
    await read(client)
    clock.now += valid_for - 1
    await read(client)
    assert vendor.token_calls == 1
    clock.now += 1
    await read(client)
    assert (vendor.token_calls, vendor.reads) == (2, 3)


async def test_the_lifetime_counts_from_the_request_on(
    client: HttpClient, vendor: Vendor, clock: SimpleNamespace
) -> None:
    """The vendor may have issued it long before the answer was here."""
    give = vendor.give

    async def slow(request: web.Request) -> web.StreamResponse:
        clock.now += 20
        return await give(request)

    vendor.server.paths = {"/token": slow}
    vendor.token["expires_in"] = 600
    await read(client)
    clock.now += 520
    await read(client)
    assert vendor.token_calls == 2


@pytest.mark.parametrize("lifetime", [0, -5, "nan", "-inf"])
async def test_a_token_that_never_lives_is_used_once(
    client: HttpClient, vendor: Vendor, lifetime: Any
) -> None:
    vendor.token["expires_in"] = lifetime
    assert await read(client) == "Bearer tok-zqz-1"
    assert await read(client) == "Bearer tok-zqz-2"


async def test_a_refused_token_is_renewed_once(
    client: HttpClient, vendor: Vendor
) -> None:
    await read(client)
    vendor.valid.clear()
    assert await read(client) == "Bearer tok-zqz-2"
    assert (vendor.token_calls, vendor.reads) == (2, 3)


async def test_a_fresh_token_that_is_refused_is_an_error(
    client: HttpClient, vendor: Vendor
) -> None:
    vendor.server.otherwise = json_answer({"message": "no"}, 401)
    assert type(await error_of(client)) is AuthError
    assert (vendor.token_calls, vendor.reads) == (2, 2)


async def test_a_write_is_sent_again_with_a_new_token(
    client: HttpClient, vendor: Vendor
) -> None:
    """A refused request did nothing, so this is no repetition."""
    await read(client)
    vendor.valid.clear()
    write = Operation.of("write", "POST /write")
    await client.send(write, bytes, json={"a": 1})
    assert [asked.body for asked in vendor.server.asked[-3::2]] == [b'{"a":1}'] * 2
    assert vendor.server.count("/write") == 2


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
async def test_only_401_costs_the_token(
    client: HttpClient, vendor: Vendor, status: int
) -> None:
    await read(client)
    vendor.server.answers = []
    vendor.server.otherwise = answer(b"", status)
    assert not isinstance(await error_of(client), AuthError)
    vendor.server.otherwise = vendor.answer
    assert await read(client) == "Bearer tok-zqz-1"


# Many at once


async def test_many_requests_wait_for_one_token(
    client: HttpClient, vendor: Vendor, clock: SimpleNamespace
) -> None:
    vendor.token_delay = 0.02
    assert set(await asyncio.gather(*(read(client) for _ in range(12)))) == {
        "Bearer tok-zqz-1"
    }
    clock.now += LIFETIME
    assert set(await asyncio.gather(*(read(client) for _ in range(12)))) == {
        "Bearer tok-zqz-2"
    }
    assert (vendor.token_calls, vendor.reads) == (2, 24)


async def test_many_refused_requests_renew_once(
    client: HttpClient, vendor: Vendor
) -> None:
    await read(client)
    vendor.valid.clear()
    vendor.token_delay = 0.02
    found = await asyncio.gather(*(read(client) for _ in range(12)))
    assert set(found) == {"Bearer tok-zqz-2"}
    assert vendor.token_calls == 2


async def test_a_late_refusal_does_not_cost_the_new_token(
    client: HttpClient, vendor: Vendor
) -> None:
    """The answer to the old token may come when the new one is long here."""
    await read(client)
    vendor.valid.clear()
    renewed = asyncio.Event()

    async def late(request: web.Request) -> web.StreamResponse:
        if request.headers["Authorization"].endswith("-1"):
            await renewed.wait()
        return await vendor.answer(request)

    vendor.server.paths["/late"] = late
    slow = asyncio.create_task(
        client.send(Operation.of("late", "GET /late"), bytes.decode)
    )
    while not vendor.server.count("/late"):
        await asyncio.sleep(0)
    assert await read(client) == "Bearer tok-zqz-2"
    renewed.set()
    assert await slow == "Bearer tok-zqz-2"
    assert vendor.token_calls == 2


@pytest.mark.parametrize(
    ("fault", "kind", "calls"),
    [
        (json_answer({"error": "invalid_client"}, 401), AuthError, 1),
        (json_answer({"error": "invalid_request"}, 400), AuthError, 1),
        (json_answer({}, 403), Forbidden, 1),
        (json_answer({}, 404), UnexpectedResponse, 1),
        (json_answer({}, 429), RateLimited, 1),
        (json_answer({}, 500), Unavailable, 2),
        (reset, Unavailable, 2),
        (answer(b"<html>zqz</html>"), UnexpectedResponse, 1),
        (answer(b"", 302, {"Location": "/read"}), UnexpectedResponse, 1),
    ],
    ids=["401", "400", "403", "404", "429", "500", "reset", "html", "redirect"],
)
async def test_many_requests_share_a_failing_token_call(
    client: HttpClient,
    vendor: Vendor,
    fault: Answer,
    kind: type[PortalError],
    calls: int,
) -> None:
    vendor.server.paths["/token"] = fault
    errors = await asyncio.gather(*(error_of(client) for _ in range(12)))
    assert {type(error) for error in errors} == {kind}
    assert (vendor.token_calls, vendor.reads) == (calls, 0)
    vendor.server.paths["/token"] = vendor.give
    assert await read(client) == "Bearer tok-zqz-1"


@pytest.mark.parametrize("status", [405, 408, 413, 415, 418])
async def test_only_400_and_401_blame_the_credentials(
    client: HttpClient, vendor: Vendor, status: int
) -> None:
    """An error of another kind must not ask the user for a new secret."""
    vendor.server.paths["/token"] = answer(b"", status)
    assert not isinstance(await error_of(client), AuthError)


async def test_a_failed_renewal_is_tried_again_by_the_next_request(
    client: HttpClient, vendor: Vendor
) -> None:
    vendor.server.paths["/token"] = json_answer({}, 401)
    for calls in (1, 2, 3):
        assert type(await error_of(client)) is AuthError
        assert vendor.token_calls == calls


async def test_a_pause_holds_for_the_token_call(
    client: HttpClient, vendor: Vendor, clock: SimpleNamespace
) -> None:
    vendor.server.paths["/token"] = json_answer({}, 429, {"Retry-After": "60"})
    for _ in range(3):
        assert type(await error_of(client)) is RateLimited
    assert len(vendor.server.asked) == 1
    clock.now += 60
    vendor.server.paths["/token"] = vendor.give
    assert await read(client) == "Bearer tok-zqz-1"


# Cancellation


async def test_a_cancelled_request_does_not_cancel_the_renewal_of_others(
    client: HttpClient, vendor: Vendor
) -> None:
    vendor.token_delay = 0.05
    first, *others = [asyncio.create_task(read(client)) for _ in range(4)]
    while not vendor.token_calls:
        await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == ["Bearer tok-zqz-1"] * 3
    assert first.cancelled()
    assert vendor.token_calls == 1


@pytest.mark.parametrize("status", [200, 401])
async def test_a_renewal_nobody_waits_for_ends_quietly(
    client: HttpClient, vendor: Vendor, status: int
) -> None:
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: complaints.append(context)
    )
    gate = asyncio.Event()

    async def wait(request: web.Request) -> web.StreamResponse:
        await gate.wait()
        if status == 200:
            return await vendor.give(request)
        return await json_answer({}, status)(request)

    vendor.server.paths["/token"] = wait
    task = asyncio.create_task(read(client))
    while not vendor.token_calls:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    gate.set()
    assert isinstance(client.auth, ClientCredentials)
    async with asyncio.timeout(2):
        while client.auth._renewal is not None:
            await asyncio.sleep(0)
    vendor.server.paths["/token"] = vendor.give
    assert await read(client) == "Bearer tok-zqz-1"
    assert vendor.token_calls == (1 if status == 200 else 2)
    assert complaints == []


async def test_a_cancelled_renewal_leaves_the_next_one_free(
    client: HttpClient, vendor: Vendor
) -> None:
    """Home Assistant cancels what still runs when it stops."""
    vendor.token_delay = 30
    task = asyncio.create_task(read(client))
    while not vendor.token_calls:
        await asyncio.sleep(0)
    assert isinstance(client.auth, ClientCredentials) and client.auth._renewal
    client.auth._renewal.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    vendor.token_delay = 0
    assert await read(client) == "Bearer tok-zqz-1"


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
    client: HttpClient, vendor: Vendor, body: Any
) -> None:
    vendor.server.paths["/token"] = json_answer(body)
    assert isinstance(await error_of(client), (UnexpectedResponse, Unavailable))
    assert vendor.reads == 0


async def test_a_body_without_token_is_told_by_its_shape(
    client: HttpClient, vendor: Vendor
) -> None:
    vendor.server.paths["/token"] = json_answer({"data": {"token": "tok-zqz"}})
    error = await error_of(client)
    assert isinstance(error, UnexpectedResponse)
    assert error.skeleton == {"data": {"token": "string"}}


# Secrets


async def test_no_token_in_errors_and_logs(
    client: HttpClient, vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await read(client)
    vendor.server.otherwise = json_answer(
        {"message": f"tok-zqz-1 of {ID} with {SECRET} expired"}, 403
    )
    error = await error_of(client)
    assert error.detail == "HTTP 403: ** of ** with ** expired"
    assert not [line for line in caplog.records if "zqz" in line.getMessage()]


async def test_an_older_token_is_not_told_either(
    client: HttpClient, vendor: Vendor, clock: SimpleNamespace
) -> None:
    """An answer that repeats its own token may come after the renewal."""
    go = asyncio.Event()

    async def late(request: web.Request) -> web.StreamResponse:
        await go.wait()
        token = request.headers["Authorization"].rpartition(" ")[2]
        return await json_answer({"message": f"{token} may not"}, 403)(request)

    await read(client)
    vendor.server.paths["/late"] = late
    slow = asyncio.create_task(client.send(Operation.of("late", "GET /late"), bytes))
    while not vendor.server.count("/late"):
        await asyncio.sleep(0)
    clock.now += LIFETIME
    assert await read(client) == "Bearer tok-zqz-2"
    go.set()
    with pytest.raises(Forbidden) as caught:
        await slow
    assert caught.value.detail == "HTTP 403: ** may not"


async def test_without_authorisation(session: ClientSession, server: Server) -> None:
    server.otherwise = answer(b"", 401)
    client = HttpClient(session, server.address)
    assert type(await error_of(client)) is AuthError
    assert len(server.asked) == 1
    assert "Authorization" not in server.asked[0].headers


async def test_a_call_that_needs_no_authorisation(
    client: HttpClient, vendor: Vendor
) -> None:
    vendor.server.otherwise = answer(b"open")
    assert await client.send(READ, bytes, authorized=False) == b"open"
    assert vendor.token_calls == 0


async def test_an_authorisation_that_cannot_be_renewed(
    session: ClientSession, server: Server
) -> None:
    class ApiKey:
        async def authorization(self) -> str:
            return "key zqz"

        def refused(self, authorization: str) -> bool:
            return False

    server.otherwise = json_answer({"message": "zqz"}, 401)
    client = HttpClient(session, server.address, auth=ApiKey())
    assert (await error_of(client)).detail == "HTTP 401: **"
    assert len(server.asked) == 1
    assert server.asked[0].headers["Authorization"] == "key zqz"
