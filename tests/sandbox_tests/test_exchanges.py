"""The record of exchanges: what a test sees of requests and responses."""

import json

import aiohttp
import pytest

from tests.exchanges import Exchanges
from tests.sandbox import Fault, Sandbox
from tests.sandbox_tests.client import CONSUMPTION, Client


async def test_bodies_are_seen_both_ways(sandbox: Sandbox, stranger: Client) -> None:
    async with Exchanges(sandbox) as seen:
        _, answer = await stranger.token()
        data = await stranger.data(f"{CONSUMPTION}/realtime?x[]=1&x[]=2")
    await stranger.data(f"{CONSUMPTION}/realtime")
    token, reading = seen.under("/digiwatt")
    assert (token.method, token.path, token.status) == ("POST", "/auth/token", 200)
    assert token.request_type == "application/x-www-form-urlencoded"
    assert token.request_body.startswith(b"client_id=sandbox-client&")
    assert json.loads(token.response_body) == answer
    assert reading.path == f"{CONSUMPTION}/realtime"
    assert reading.query == (("x[]", "1"), ("x[]", "2"))
    assert (reading.request_body, reading.response_type) == (b"", "application/json")
    assert json.loads(reading.response_body)["data"] == data
    assert seen.under("/digi") == seen.under("/esmart") == []


async def test_refusals_are_seen(sandbox: Sandbox, client: Client) -> None:
    client.portal.fail("greenness", Fault(kind="status", status=429, body="later"))
    async with Exchanges(sandbox) as seen:
        async with client.session.get(
            f"{client.base}/greenness", headers=client.headers
        ) as answer:
            assert answer.status == 429
        await client.call("POST", "/nowhere%2F", json={"a": 1})
    late, unknown = seen.under("/digiwatt/")
    assert (late.status, late.response_body) == (429, b"later")
    # Nobody at the portal has read this body.
    assert unknown.request_body in {b'{"a": 1}', b'{"a":1}'}
    assert (unknown.method, unknown.path) == ("POST", "/nowhere%2F")
    assert unknown.status == 404


@pytest.mark.parametrize("kind", ["reset", "truncated"])
async def test_what_is_cut_is_left_out(
    sandbox: Sandbox, client: Client, kind: str
) -> None:
    async with Exchanges(sandbox) as seen:
        fault = {"kind": kind, "times": None}
        body = {"vendor": "digiwatt", "operation": "greenness", "fault": fault}
        assert (await client.steer("faults", body))[0] == 200
        with pytest.raises(aiohttp.ClientError):
            await client.data("/greenness")
    assert seen.seen == []


async def test_a_stream_is_left_out(sandbox: Sandbox, client: Client) -> None:
    client.portal.fail("greenness", Fault(kind="oversized", size=999))
    async with Exchanges(sandbox) as seen:
        assert (await client.call("GET", "/greenness"))[0] == 200
        await client.data("/greenness")
    assert [each.path for each in seen.seen] == ["/digiwatt/greenness"]
