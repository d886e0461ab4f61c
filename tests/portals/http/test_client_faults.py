"""Servers that misbehave: what is tried again, and what is waited for."""

import asyncio
from collections.abc import Callable
from compression import zstd
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import gzip
import tracemalloc
from types import SimpleNamespace
from typing import Any
import zlib

from aiohttp import ClientSession, ClientTimeout
from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.http import client as http
from custom_components.energy_portals.portals.http.client import Operation
from custom_components.energy_portals.portals.http.errors import (
    RateLimited,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.http.exchange import (
    RETRY_AFTER_LIMIT,
    retry_after_of,
)
from tests.portals.plain import DELETE, OTHER, READ, WRITE, Client
from tests.portals.server import (
    Answer,
    Server,
    answer,
    compressed,
    endless,
    in_pieces,
    json_answer,
    raw,
    reset,
    stalled,
    truncated,
)

# Faults


async def test_nobody_listens(session: ClientSession, server: Server) -> None:
    address = server.address
    await server.__aexit__(None, None, None)
    error = await Client(session, address).fail()
    assert type(error) is Unavailable and error.passing
    assert address.rpartition(":")[2] not in str(error)


async def never(request: object) -> Any:
    await asyncio.sleep(30)


@pytest.mark.parametrize("give", [never, stalled()], ids=["head", "body"])
async def test_no_answer_in_time(
    client: Client, server: Server, give: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http.HttpClient, "timeout", ClientTimeout(total=0.1))
    server.otherwise = give
    error = await client.fail()
    assert type(error) is Unavailable and not error.passing
    assert error.detail == "no answer in time"
    assert len(server.asked) == 1  # the time is up; another try would double it


@pytest.mark.parametrize(
    "give",
    [answer(b"x" * 1001), in_pieces(*[b"x" * 300] * 4), compressed(100_000)],
    ids=["whole", "in pieces", "compressed"],
)
async def test_a_body_that_is_too_large(
    client: Client, server: Server, give: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http.HttpClient, "body_limit", 1000)
    server.otherwise = give
    error = await client.fail()
    assert isinstance(error, UnexpectedResponse)
    assert error.detail == "the body is too large"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("zstd", zstd.compress)],
)
async def test_what_unpacks_to_much_is_never_in_memory(
    client: Client, server: Server, encoding: str, packed: Callable[[bytes], bytes]
) -> None:
    body = packed(bytes(100_000_000))
    server.otherwise = answer(body, headers={"Content-Encoding": encoding})
    tracemalloc.start()
    try:
        error = await client.fail()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(error, UnexpectedResponse)
    assert error.detail == "the body is too large"
    assert most < 4 * http.BODY_LIMIT


@pytest.mark.parametrize(
    "head",
    [
        b"X: " + b"x" * 1_000_000 + b"\r\n",
        b"x" * 1_000_000,
        b"".join(b"X-%d: x\r\n" % n for n in range(100_000)),
    ],
    ids=["long", "no end", "many"],
)
async def test_a_head_that_is_too_large(
    client: Client, server: Server, head: bytes
) -> None:
    server.otherwise = raw(b"HTTP/1.1 200 OK\r\n" + head, b"\r\n{}")
    error = await client.fail()
    assert type(error) is Unavailable
    assert len(str(error)) < 100


async def test_what_drips_has_no_more_time(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not each piece has its time, but all of them together."""
    monkeypatch.setattr(http.HttpClient, "timeout", ClientTimeout(total=0.1))
    server.otherwise = endless()
    assert (await client.fail()).detail == "no answer in time"


async def test_a_body_of_just_the_limit(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http.HttpClient, "body_limit", 1000)
    server.otherwise = in_pieces(b"x" * 400, b"x" * 600)
    assert await client.get() == b"x" * 1000


@pytest.mark.parametrize(
    "give",
    [truncated(), answer(b"no gzip", headers={"Content-Encoding": "gzip"})],
    ids=["truncated", "not what its encoding says"],
)
async def test_a_broken_body_is_asked_for_again(
    client: Client, server: Server, give: Answer
) -> None:
    server.answers = [give]
    assert await client.get() == b"{}"
    server.otherwise = give
    error = await client.fail()
    assert type(error) is Unavailable and error.passing
    assert len(server.asked) == 4


# Trying again


@pytest.mark.parametrize("fault", [answer(status=500), answer(status=502), reset])
async def test_a_read_is_tried_again(
    client: Client, server: Server, fault: Answer
) -> None:
    server.answers = [fault]
    assert await client.get() == b"{}"
    assert len(server.asked) == 2


@pytest.mark.parametrize("fault", [answer(status=503), truncated(), reset])
async def test_a_read_is_tried_again_once(
    client: Client, server: Server, fault: Answer
) -> None:
    server.otherwise = fault
    assert type(await client.fail()) is Unavailable
    assert len(server.asked) == 2


@pytest.mark.parametrize("warm", [False, True], ids=["new", "kept"])
@pytest.mark.parametrize("operation", [WRITE, DELETE], ids=lambda op: op.key)
@pytest.mark.parametrize(
    "fault", [answer(status=500), answer(status=503), truncated(), reset]
)
async def test_a_write_is_never_tried_again(
    client: Client, server: Server, operation: Operation, fault: Answer, warm: bool
) -> None:
    """Not by us, and not by aiohttp, which repeats what HTTP calls idempotent."""
    if warm:
        await client.get(OTHER)
    server.otherwise = fault
    assert isinstance(await client.fail(operation), Unavailable)
    assert server.count(operation.path) == 1


async def test_the_pause_before_another_try(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "RETRY_PAUSE", 0.05)
    server.answers = [answer(status=500)]
    loop = asyncio.get_running_loop()
    started = loop.time()
    await client.get()
    assert loop.time() - started >= 0.05


def test_only_reads_are_repeatable_unless_told() -> None:
    repeatable = {
        method: Operation.of("x", f"{method} /x").repeatable
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH")
    }
    assert [method for method, yes in repeatable.items() if yes] == ["GET"]
    assert Operation.of("x", "POST /x", repeatable=True).repeatable
    assert not Operation.of("x", "GET /x", repeatable=False).repeatable


# Pauses


async def test_a_pause_holds_before_its_words_are_here(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head says how long; the body may take its time."""
    monkeypatch.setattr(http.HttpClient, "timeout", ClientTimeout(total=0.2))
    server.paths["/read"] = stalled(429, {"Retry-After": "60"})
    slow = asyncio.create_task(client.fail(READ))
    await asyncio.sleep(0.1)
    assert isinstance(await client.fail(OTHER), RateLimited)
    assert server.count("/other") == 0
    assert isinstance(await slow, RateLimited)


def after(header: str) -> float | None:
    response: Any = SimpleNamespace(headers={"Retry-After": header})
    return retry_after_of(response.headers)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("999999999", RETRY_AFTER_LIMIT),
        ("9" * 400, RETRY_AFTER_LIMIT),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", RETRY_AFTER_LIMIT),
        *((text, None) for text in ("", "-5", "1.5", "soon", "²", "1e3", "120, 60")),
        *((text, None) for text in ("2026-01-01", "Wed, 21 Oct 2026", ":", "1 x 2")),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    assert after(header) == seconds


def test_retry_after_a_date() -> None:
    due = datetime.now(UTC) + timedelta(minutes=2)
    found = after(format_datetime(due, usegmt=True))
    assert found is not None and 110 < found <= 120


DATES = r"(Wed, )?\d{1,3} \w{3} \d{1,5} [\d:]{1,9} [\w+-]{0,6}"


@given(st.text(max_size=40) | st.from_regex(DATES, fullmatch=True))
@example("Wed, 21 Oct 2015 07:28:00 -0000")
@example("Wed, 21 Oct 0 07:28:00 GMT")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
def test_no_header_breaks_the_reading(header: str) -> None:
    found = after(header)
    assert found is None or 0 <= found <= RETRY_AFTER_LIMIT


@pytest.mark.parametrize("status", [429, 503])
async def test_a_pause_holds_for_every_operation(
    client: Client, server: Server, status: int, clock: SimpleNamespace
) -> None:
    server.answers = [json_answer({}, status, {"Retry-After": "60"})]
    error = await client.fail()
    assert isinstance(error, Unavailable)
    assert error.retry_after == 60
    clock.now += 45
    for operation in (READ, OTHER, WRITE):
        paused = await client.fail(operation)
        assert isinstance(paused, RateLimited)
        assert paused.retry_after == 15
    assert len(server.asked) == 1
    clock.now += 15
    assert await client.get(OTHER) == b"{}"


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "x"}, {"Retry-After": "0"}])
async def test_no_pause_is_made_up(
    client: Client, server: Server, headers: dict[str, str]
) -> None:
    server.answers = [json_answer({}, 429, headers)]
    assert isinstance(await client.fail(), RateLimited)
    assert await client.get() == b"{}"


async def test_a_pause_of_another_client_is_not_ours(
    client: Client, session: ClientSession, server: Server
) -> None:
    server.answers = [json_answer({}, 429, {"Retry-After": "60"})]
    await client.fail()
    assert await Client(session, server.address).get() == b"{}"


async def test_an_error_that_asks_for_a_pause_is_not_tried_again(
    client: Client, server: Server
) -> None:
    server.otherwise = json_answer({}, 500, {"Retry-After": "60"})
    error = await client.fail()
    assert isinstance(error, Unavailable) and error.retry_after == 60
    assert len(server.asked) == 1


async def test_a_shorter_pause_does_not_end_a_longer_one(
    client: Client, server: Server, clock: SimpleNamespace
) -> None:
    """Of two requests on their way, the second may be answered with less."""

    both_sent, first_refused = asyncio.Event(), asyncio.Event()

    async def long(request: Any) -> Any:
        await both_sent.wait()
        return await json_answer({}, 429, {"Retry-After": "600"})(request)

    async def short(request: Any) -> Any:
        both_sent.set()
        await first_refused.wait()
        return await json_answer({}, 429, {"Retry-After": "5"})(request)

    async def first() -> None:
        await client.fail(READ)
        first_refused.set()

    server.paths = {"/read": long, "/other": short}
    await asyncio.gather(first(), client.fail(OTHER))
    clock.now += 60
    assert isinstance(await client.fail(WRITE), RateLimited)
    assert server.count("/write") == 0


async def test_a_pause_holds_for_requests_that_wait_their_turn(
    client: Client, server: Server
) -> None:
    async def refuse(request: Any) -> Any:
        await asyncio.sleep(0.02)
        return await json_answer({}, 429, {"Retry-After": "60"})(request)

    server.otherwise = refuse
    errors = await asyncio.gather(*(client.fail() for _ in range(20)))
    assert all(isinstance(error, RateLimited) for error in errors)
    assert len(server.asked) == http.AT_ONCE
