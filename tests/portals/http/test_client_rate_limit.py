"""What clients of several addresses share, and what a code in a body says."""

from types import SimpleNamespace

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.http.client import RateLimit
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    PendingActivation,
    RateLimited,
    Rejected,
    Unavailable,
)
from tests.portals.plain import OTHER, READ, Client
from tests.portals.server import Server, json_answer


def _pair(
    session: ClientSession, server: Server, rate_limit: RateLimit
) -> tuple[Client, Client]:
    first, second = (
        Client(session, server.address, rate_limit=rate_limit) for _ in range(2)
    )
    return first, second


async def test_a_pause_holds_for_all_in_the_lane(
    session: ClientSession, server: Server, clock: SimpleNamespace
) -> None:
    first, second = _pair(session, server, RateLimit())
    alone = Client(session, server.address)
    server.answers = [json_answer({}, 429, {"Retry-After": "30"})]
    await first.fail()
    assert isinstance(await second.fail(OTHER), RateLimited)
    assert server.count("/other") == 0
    await alone.get(OTHER)
    clock.now += 31
    await second.get(OTHER)


async def test_a_pause_without_a_length(
    session: ClientSession, server: Server, clock: SimpleNamespace
) -> None:
    first, second = _pair(session, server, RateLimit(unnamed=60))
    server.answers = [json_answer({}, 429)]
    error = await first.fail()
    assert isinstance(error, RateLimited)
    assert error.retry_after == 60
    clock.now += 59
    assert isinstance(await second.fail(), RateLimited)
    clock.now += 2
    await second.get()


@pytest.mark.parametrize("status", [200 + 200, 403, 500])
@pytest.mark.parametrize("key", ["reason", "__type"])
async def test_a_code_says_more_than_the_status(
    session: ClientSession, server: Server, status: int, key: str
) -> None:
    client = Client(session, server.address, reasons={"NOT_ACTIVE": PendingActivation})
    server.otherwise = json_answer({key: "space#NOT_ACTIVE", "message": "no"}, status)
    error = await client.fail()
    assert isinstance(error, PendingActivation)
    assert error.detail == f"HTTP {status}: no"
    assert server.count("/read") == 1


async def test_a_code_before_the_login(session: ClientSession, server: Server) -> None:
    """A login that is right but not activated is not asked for again."""
    client = Client(session, server.address, reasons={"NOT_ACTIVE": PendingActivation})
    server.otherwise = json_answer({"reason": "NOT_ACTIVE"}, 401)
    assert isinstance(await client.fail(), PendingActivation)
    server.otherwise = json_answer({"reason": "OTHER"}, 401)
    assert isinstance(await client.fail(), AuthError)


async def test_a_code_may_ask_for_a_pause(
    session: ClientSession, server: Server, clock: SimpleNamespace
) -> None:
    rate_limit = RateLimit(unnamed=60)
    client = Client(
        session, server.address, rate_limit=rate_limit, reasons={"SLOW": RateLimited}
    )
    server.answers = [json_answer({"__type": "SLOW"}, 400)]
    assert isinstance(await client.fail(), RateLimited)
    assert isinstance(await client.fail(OTHER), RateLimited)
    assert server.count("/other") == 0


async def test_a_code_that_is_not_known_stays_with_the_refusal(
    session: ClientSession, server: Server
) -> None:
    client = Client(session, server.address)
    server.otherwise = json_answer({"reason": "less_than_previous"}, 400)
    error = await client.fail()
    assert isinstance(error, Rejected)
    assert error.reason == "less_than_previous"
    for odd in (["x"], {"reason": 1}, {"reason": None}, "text"):
        server.otherwise = json_answer(odd, 400)
        error = await client.fail()
        assert isinstance(error, Rejected)
        assert error.reason == ""
    server.otherwise = json_answer({"reason": "less_than_previous"}, 500)
    assert isinstance(await client.fail(), Unavailable)


async def test_names_may_come_more_than_once(
    session: ClientSession, server: Server
) -> None:
    client = Client(session, server.address)
    await client.get(READ, query=[("id[]", "a"), ("id[]", "b"), ("at", "1+2")])
    assert server.asked[0].path == "/read?id%5B%5D=a&id%5B%5D=b&at=1%2B2"


async def test_json_of_another_type(session: ClientSession, server: Server) -> None:
    client = Client(session, server.address)
    await client.get(READ, json={"a": 1}, json_type="application/x-amz-json-1.1")
    assert server.asked[0].headers["Content-Type"] == "application/x-amz-json-1.1"
    assert server.asked[0].body == b'{"a":1}'
