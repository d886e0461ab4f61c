"""What is sent, and what comes back."""

from datetime import UTC, datetime

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.http.exchange import Asked, body_of
from tests.portals.plain import READ, Client
from tests.portals.server import Server, answer


@pytest.mark.parametrize(
    ("asked", "body", "content_type"),
    [
        ({}, None, None),
        ({"json": None, "form": None}, None, None),
        ({"json": {"a": None}}, b'{"a":null}', "application/json"),
        ({"json": [], "json_type": "application/x"}, b"[]", "application/x"),
        ({"json": datetime(2026, 1, 2, tzinfo=UTC)}, b'"2026-01-02T00:00:00Z"', None),
        ({"form": {"a": "b c"}}, b"a=b+c", "application/x-www-form-urlencoded"),
    ],
)
def test_body(asked: Asked, body: bytes | None, content_type: str | None) -> None:
    sent, told = body_of(asked)
    assert sent == body
    assert told == content_type or content_type is None


async def test_headers_of_an_answer(session: ClientSession, server: Server) -> None:
    for body in ("[]", "[" + " " * 100_000 + "]"):
        server.answers = [answer(body, headers={"X-Total": "7"})]
        client = Client(session, server.address)
        told = await client.ask(READ, lambda each: (each.body, each.headers["x-total"]))
        assert told == (body.encode(), "7")
