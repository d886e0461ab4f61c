"""Few requests at once, large bodies off the loop, and nothing secret told."""

import asyncio
import json
import threading
from typing import Any

from aiohttp import ClientSession, ClientTimeout
import msgspec
import pytest

from custom_components.energy_portals.portals.http import client as http
from custom_components.energy_portals.portals.http.client import HttpClient, Operation
from custom_components.energy_portals.portals.http.errors import (
    TooMuch,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.reading.skeletons import skeleton_of_json
from tests.portals.plain import OTHER, READ, Client
from tests.portals.server import (
    Answer,
    Server,
    answer,
    json_answer,
    reset,
    stalled,
    truncated,
)

# Load


async def test_few_requests_at_once(client: Client, server: Server) -> None:
    async def slow(request: Any) -> Any:
        await asyncio.sleep(0.01)
        return await answer()(request)

    server.otherwise = slow
    await asyncio.gather(*(client.get() for _ in range(14)))
    assert len(server.asked) == 14
    assert server.most_at_once == http.AT_ONCE


async def test_a_cancelled_request_gives_its_place_back(
    client: Client, server: Server
) -> None:
    server.answers = [stalled() for _ in range(http.AT_ONCE)]
    tasks = [asyncio.create_task(client.get()) for _ in range(http.AT_ONCE)]
    while server.at_once < http.AT_ONCE:
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert all(task.cancelled() for task in tasks)
    async with asyncio.timeout(2):
        assert await client.get() == b"{}"


@pytest.mark.parametrize("above", [0, 1])
async def test_a_large_body_is_decoded_off_the_loop(
    client: Client, server: Server, above: int
) -> None:
    server.otherwise = answer(b"x" * (http.DECODE_INLINE + above))
    thread = await client.send(READ, lambda body: threading.get_ident())
    assert (thread != threading.get_ident()) is bool(above)


@pytest.mark.parametrize("size", [10, http.DECODE_INLINE + 1])
async def test_what_decoding_raises_is_raised(
    client: Client, server: Server, size: int
) -> None:
    def refuse(body: bytes) -> None:
        raise UnexpectedResponse("read", f"{len(body)}")

    server.otherwise = answer(b"x" * size)
    with pytest.raises(UnexpectedResponse, match=f"{size}"):
        await client.send(READ, refuse)


def walked(body: bytes) -> Any:
    """Walk through all levels of a body, as a read does."""

    def inner(value: Any) -> Any:
        return [inner(each) for each in value]

    return inner(msgspec.json.decode(body))


@pytest.mark.parametrize(
    ("decode", "body"),
    [
        (msgspec.json.decode, b"[" * 400_000),
        (msgspec.json.decode, b'{"a":' * 400_000),
        # Small enough to be decoded on the loop, and to be decoded at all.
        (walked, b"[" * 8_000 + b"]" * 8_000),
        (walked, b"[" * 20_000 + b"]" * 20_000),
    ],
)
async def test_a_body_that_is_too_deep(
    client: Client, server: Server, decode: Any, body: bytes
) -> None:
    server.otherwise = answer(body)
    with pytest.raises(UnexpectedResponse) as raised:
        await client.send(READ, decode)
    assert raised.value.operation == READ.key
    assert raised.value.detail == "the body is too deep"
    json.dumps(client.skeletons())


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"{}," * 250_000 + b"0]",
        b"[" + b"[]," * 250_000 + b"0]",
        b"[" + b"0," * 500_000 + b"0]",
        b"{" + b'"a":"b",' * 500_000 + b'"a":0}',
    ],
)
async def test_a_body_of_too_many_parts(
    client: Client, server: Server, body: bytes
) -> None:
    """It is not read at all: what it takes is not told by its length."""

    def read(body: bytes) -> None:
        raise AssertionError

    server.otherwise = answer(body)
    with pytest.raises(TooMuch) as raised:
        await client.send(READ, read)
    assert raised.value.detail == "the body has too many parts"
    server.otherwise = answer(body[len(body) // 10 :])
    assert await client.get()


async def test_skeletons(client: Client, server: Server) -> None:
    server.answers = [json_answer({"a": "zqz"}), answer(b"<html>zqz")]
    await client.get(READ)
    await client.get(OTHER)
    assert client.skeletons() == {"read": {"a": "string"}, "other": "not JSON"}


async def test_a_skeleton_is_of_the_last_answer(client: Client, server: Server) -> None:
    large = {"b": "x" * http.DECODE_INLINE}
    server.answers = [json_answer({"a": 1}), json_answer(large)]
    await client.get()
    await client.get()
    assert client.skeletons().get("read") in (None, {"b": "string"})


# Secrets

SECRETS = ("cl-id-zqz1", "s3cr3t/zqz2 x", "IT/zqz3 42")
FAULTS: dict[str, Answer] = {
    "reset": reset,
    "truncated": truncated(),
    "too large": answer(b"x" * 2000),
    "redirect": answer(b"", 302, {"Location": "http://127.0.0.1:1/zqz3"}),
    "broken encoding": answer(b"zqz", headers={"Content-Encoding": "gzip"}),
    "stalled": stalled(),
    **{
        f"{status}": json_answer(
            {
                "message": "no @3 for @1/@2 at http://h.example/@3?a=b"
                " Bearer abc.def eyJhbGciOi.eyJpc3Mi.sig_-x".replace("@1", SECRETS[0])
                .replace("@2", SECRETS[1])
                .replace("@3", SECRETS[2])
            },
            status,
        )
        for status in (400, 401, 403, 404, 429, 500, 503)
    },
}


@pytest.mark.parametrize("name", FAULTS)
async def test_no_error_and_no_log_line_has_a_secret(
    session: ClientSession,
    server: Server,
    name: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http.HttpClient, "body_limit", 1000)
    monkeypatch.setattr(http.HttpClient, "timeout", ClientTimeout(total=0.1))
    caplog.set_level("DEBUG")
    server.otherwise = FAULTS[name]
    client = Client(session, server.address, secrets=SECRETS)
    operation = Operation.of("of", "GET /of/{number}")
    error = await client.fail(
        operation, path={"number": SECRETS[2]}, form={"client_secret": SECRETS[1]}
    )
    # The event loop has a log of its own, of every connection when it is debugged.
    lines = [line.getMessage() for line in caplog.records if line.name != "asyncio"]
    assert any("of answered" in line for line in lines) or name == "reset"
    told = f"{error!r} {error} {error.placeholders()} {lines}"
    assert "zqz" not in told
    assert "eyJ" not in told
    assert "abc.def" not in told
    assert "http://" not in told
    assert server.address.rpartition(":")[2] not in told


async def test_a_secret_that_names_a_member(
    session: ClientSession, server: Server
) -> None:
    """A portal may send back what it was sent, wherever it likes."""
    server.otherwise = json_answer({"a": [{f"x{SECRETS[0]}": {"b": 1}, "c": 1}]})
    client = Client(session, server.address, secrets=SECRETS)

    def odd(body: bytes) -> None:
        raise UnexpectedResponse("read", "odd", skeleton_of_json(body))

    with pytest.raises(UnexpectedResponse) as caught:
        await client.send(READ, odd)
    shape = {"a": [{"<key>": {"b": "integer"}, "c": "integer"}]}
    assert caught.value.skeleton == client.skeletons()["read"] == shape


async def test_the_address_is_not_told_without_its_scheme(
    client: Client, server: Server
) -> None:
    host = server.address.removeprefix("http://")
    server.otherwise = json_answer({"message": f"no route to {host}"}, 404)
    assert host not in (await client.fail()).detail


async def test_a_secret_is_not_told_as_it_stands_in_the_path(
    session: ClientSession, server: Server
) -> None:
    """Servers like to repeat the path that they do not know."""

    async def repeat(request: Any) -> Any:
        return await json_answer({"message": f"no {request.raw_path}"}, 404)(request)

    server.otherwise = repeat
    client = Client(session, server.address, secrets=SECRETS)
    operation = Operation.of("of", "GET /of/{number}/x")
    error = await client.fail(operation, path={"number": SECRETS[2]})
    assert error.detail == "HTTP 404: no /of/**/x"


async def test_redaction_comes_before_the_cut(session: ClientSession) -> None:
    secrets = ["", "12345678", "12345678-long"]
    client = HttpClient(session, "https://h", secrets=secrets)
    assert client.redact("x" * 195 + "12345678") == "x" * 195 + "**"
    assert client.redact("a 12345678-long b") == "a ** b"
    assert client.redact(json.dumps({"a": "Bearer  x"})) == '{"a": "**'
