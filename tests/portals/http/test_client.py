"""The one request path, against real servers that misbehave."""

import asyncio
from typing import Any

from aiohttp import ClientSession, ClientTimeout
import pytest

from custom_components.energy_portals.portals.http import client as http
from custom_components.energy_portals.portals.http.address import check_address
from custom_components.energy_portals.portals.http.client import Operation
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from tests.portals.plain import OTHER, READ, WRITE, Client
from tests.portals.server import (
    Server,
    answer,
    endless,
    in_pieces,
    json_answer,
    raw,
    stalled,
    truncated,
)


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ("1234567890", "1234567890"),
        ("a/b", "a%2Fb"),
        ("../user", "..%2Fuser"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a.b", "a.b"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2F", "%252F"),
        ("a b+c", "a%20b%2Bc"),
        ("è€", "%C3%A8%E2%82%AC"),
        ("{x}", "%7Bx%7D"),
        ("\r\nHost: x", "%0D%0AHost%3A%20x"),
    ],
)
async def test_a_parameter_is_one_segment(
    client: Client, server: Server, value: str, raw: str
) -> None:
    operation = Operation.of("of", "GET /of/{number}/{unused}end")
    await client.get(operation, path={"number": value, "unused": ""})
    assert server.asked[0].path == f"/of/{raw}/end"


async def test_what_a_request_has(client: Client, server: Server) -> None:
    await client.get(WRITE, json={"a": "è"})
    await client.get(WRITE, form={"a": "b c&d"})
    await client.get(READ, query={"from": "2026-01-15T10:00+01:00", "n": "a&b"})
    first, second, third = server.asked
    assert (first.method, first.body) == ("POST", '{"a":"è"}'.encode())
    assert first.headers["Content-Type"] == "application/json"
    assert second.body == b"a=b+c%26d"
    assert second.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert third.path.startswith("/read?from=2026-01-15T10:00%2B01:00&n=a%26b")
    for asked in server.asked:
        assert asked.headers["Accept"] == "application/json"
        assert "Authorization" not in asked.headers


async def test_the_path_of_the_address_is_kept(
    session: ClientSession, server: Server
) -> None:
    client = Client(session, check_address(f"{server.address}/a%2Fb/v1/"))
    await client.get()
    assert server.asked[0].path == "/a%2Fb/v1/read"


# Status codes


@pytest.mark.parametrize(
    ("status", "kind", "calls"),
    [
        (300, UnexpectedResponse, 1),
        (304, UnexpectedResponse, 1),
        (400, Rejected, 1),
        (401, AuthError, 1),
        (403, Forbidden, 1),
        (404, NotFound, 1),
        (409, Rejected, 1),
        (410, NotFound, 1),
        (422, Rejected, 1),
        (429, RateLimited, 1),
        (500, Unavailable, 2),
        (501, Unavailable, 1),
        (502, Unavailable, 2),
        (503, Unavailable, 2),
        (504, Unavailable, 2),
        (599, Unavailable, 1),
    ],
)
async def test_statuses(
    client: Client, server: Server, status: int, kind: type[PortalError], calls: int
) -> None:
    server.otherwise = answer(b"", status)
    error = await client.fail()
    assert type(error) is kind
    assert len(server.asked) == calls


@pytest.mark.parametrize("status", [200, 201, 204])
async def test_every_2xx_is_an_answer(
    client: Client, server: Server, status: int
) -> None:
    server.otherwise = answer(b"", status)
    assert await client.get() == b""


@pytest.mark.parametrize("status", ["000", "001", "099", "101", "600", "700", "999"])
@pytest.mark.parametrize("operation", [READ, WRITE], ids=lambda each: each.key)
async def test_a_status_that_ends_no_answer_is_an_error(
    client: Client, server: Server, status: str, operation: Operation
) -> None:
    """Whatever the body says; and nothing is told twice for it."""
    head = f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\n"
    server.otherwise = raw(head.encode(), b"{}")
    error = await client.fail(operation)
    assert type(error) is UnexpectedResponse
    assert error.detail == f"HTTP {int(status)}"
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", ["100", "103", "99", "1000", "-1", "2e2", "", "x"])
async def test_what_is_no_status_is_no_answer(
    client: Client, server: Server, status: str
) -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\n"
    server.otherwise = raw(head.encode(), b"{}")
    assert isinstance(await client.fail(), Unavailable)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(
    session: ClientSession, server: Server, status: int
) -> None:
    async with Server() as elsewhere:
        there = {"Location": f"{elsewhere.address}/read"}
        server.otherwise = answer(b"{}", status, there)
        client = Client(session, server.address)
        for operation in (READ, WRITE):
            error = await client.fail(operation, form={"secret": "zqz"})
            assert isinstance(error, UnexpectedResponse)
            assert elsewhere.address not in str(error)
        assert elsewhere.asked == []
        assert len(server.asked) == 2


# Words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "no such period"}, ": no such period"),
        ({"error": "invalid_client"}, ": invalid_client"),
        ({"error": "e", "error_description": "d"}, ": d"),
        ({"detail": "d", "error": "e", "message": "m"}, ": m"),
        ({"message": {"code": 1}, "error": "e"}, ": e"),
        ({"message": " many \n\t words "}, ": many words"),
        ("just words", ": just words"),
        ({"message": "x" * 500}, f": {'x' * 200}"),
        ({"message": None}, ""),
        ([{"message": "m"}], ""),
        ({"message": ["a", 1, "b"]}, ": a; b"),
        ({"error": [1]}, ""),
        (17, ""),
        (None, ""),
    ],
)
async def test_words_of_an_error(
    client: Client, server: Server, body: Any, words: str
) -> None:
    server.otherwise = json_answer(body, 400)
    assert (await client.fail()).detail == f"HTTP 400{words}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>zqz</html>",
        b'{"message": "\xff"}',
        b'{"message": "cut o',
        b"[" * 4000,
        b'{"message": "' + b"\\u00e8" * 3_000_000 + b'"}',
    ],
    ids=["empty", "html", "not utf-8", "cut", "deep", "huge"],
)
async def test_an_error_without_words(
    client: Client, server: Server, body: bytes
) -> None:
    server.otherwise = answer(body, 404)
    error = await client.fail()
    assert isinstance(error, NotFound)
    assert len(error.detail) <= 220
    assert "zqz" not in str(error)


async def test_an_error_without_end(client: Client, server: Server) -> None:
    server.otherwise = endless(404)
    async with asyncio.timeout(2):
        assert isinstance(await client.fail(), NotFound)


async def test_words_that_come_after_the_head(client: Client, server: Server) -> None:
    """A proxy may send the body in as many packets as it likes."""
    server.otherwise = in_pieces(b'{"mess', b'age": "no such', b' period"}', status=400)
    assert (await client.fail()).detail == "HTTP 400: no such period"


@pytest.mark.parametrize(
    ("status", "kind"), [(401, AuthError), (404, NotFound), (429, RateLimited)]
)
@pytest.mark.parametrize("fault", ["cut", "empty", "stalled", "encoding"])
async def test_the_status_counts_though_its_body_does_not_come(
    client: Client,
    server: Server,
    status: int,
    kind: type[PortalError],
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http.HttpClient, "timeout", ClientTimeout(total=0.1))
    headers = {"Retry-After": "60"}
    server.otherwise = {
        "cut": truncated(status, headers),
        "empty": truncated(status, headers, b""),
        "stalled": stalled(status, headers),
        "encoding": answer(b"x", status, {**headers, "Content-Encoding": "gzip"}),
    }[fault]
    assert type(await client.fail()) is kind
    assert len(server.asked) == 1
    if status == 429:
        assert isinstance(await client.fail(OTHER), RateLimited)
        assert len(server.asked) == 1
