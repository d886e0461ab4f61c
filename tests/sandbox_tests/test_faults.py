"""Faults: how a test spoils the answers of a simulated portal."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.sandbox import Fault
from tests.sandbox.faults import FaultKind
from tests.sandbox.spoiling import SPOILERS
from tests.sandbox_tests.client import CONSUMPTION, Client


async def spoilt(client: Client, fault: Fault) -> tuple[int, bytes, Any]:
    """Return the answer to a reading that meets a fault."""
    client.portal.fail("consumption_realtime", fault)
    url = f"{client.base}{CONSUMPTION}/realtime"
    async with client.session.get(url, headers=client.headers) as answer:
        return answer.status, await answer.read(), answer.headers


async def test_fault_delay(client: Client) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await spoilt(client, Fault(kind="delay", seconds=30))
    status, body, _ = await spoilt(client, Fault(kind="delay", seconds=0.01))
    assert status == 200
    assert json.loads(body)["data"]


async def test_fault_reset(client: Client) -> None:
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await spoilt(client, Fault(kind="reset", times=None))
    assert client.portal.calls[-1].status is None


async def test_fault_status(client: Client) -> None:
    fault = Fault(kind="status", status=429, headers={"Retry-After": "7"})
    status, body, headers = await spoilt(client, fault)
    assert (status, headers["Retry-After"]) == (429, "7")
    assert json.loads(body)["status"] == 429
    status, body, _ = await spoilt(client, Fault(kind="status", body="out of order"))
    assert (status, body) == (500, b"out of order")


async def test_fault_truncated(client: Client) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await spoilt(client, Fault(kind="truncated"))


@pytest.mark.parametrize(
    ("fault", "content_type"),
    [
        (Fault(kind="cut"), "application/json; charset=utf-8"),
        (Fault(kind="html"), "text/html; charset=utf-8"),
        (Fault(kind="raw", body=""), "application/json; charset=utf-8"),
    ],
)
async def test_faults_without_json(
    client: Client, fault: Fault, content_type: str
) -> None:
    status, body, headers = await spoilt(client, fault)
    assert (status, headers["Content-Type"]) == (200, content_type)
    with pytest.raises(ValueError):
        json.loads(body)


@pytest.mark.parametrize("size", [1000, 3_000_000])
async def test_fault_oversized(client: Client, size: int) -> None:
    status, body, headers = await spoilt(client, Fault(kind="oversized", size=size))
    assert (status, len(body)) == (200, size)
    assert "Content-Length" not in headers
    assert set(json.loads(body)["data"]) == {"padding"}


async def test_fault_set_and_remove(client: Client) -> None:
    path = "data.realtime"
    values: tuple[object, ...] = ("a word", -5, None, {"deep": []})
    for value in values:
        fault = Fault(kind="set", path=path, value=value)
        _, body, _ = await spoilt(client, fault)
        assert json.loads(body)["data"]["realtime"] == value
    fault = Fault(kind="set", path=path, value=float("nan"))
    assert b'"realtime": NaN' in (await spoilt(client, fault))[1]
    _, body, _ = await spoilt(client, Fault(kind="remove", path=path))
    assert set(json.loads(body)["data"]) == {"timestamp"}
    _, body, _ = await spoilt(client, Fault(kind="set", path="", value=[]))
    assert json.loads(body) == []
    status, _, _ = await spoilt(client, Fault(kind="remove", path="data.none"))
    assert status == 500


async def test_fault_paths_reach_into_lists(client: Client) -> None:
    latest = f"{CONSUMPTION}/latest"
    for fault in (
        Fault(kind="set", path="data.consumption.*.value", value="x"),
        Fault(kind="remove", path="data.consumption.0"),
        Fault(kind="remove", path="data.consumption.*.timestamp"),
        Fault(kind="remove", path="data.consumption.*"),
        Fault(kind="set", path="data.new", value=1),
    ):
        client.portal.fail("consumption_latest", fault)
    rows = (await client.data(latest))["consumption"]
    assert {row["value"] for row in rows} == {"x"}
    assert len((await client.data(latest))["consumption"]) == len(rows) - 1
    rows = (await client.data(latest))["consumption"]
    assert {tuple(row) for row in rows} == {("value",)}
    assert await client.data(latest) == {"consumption": []}
    assert (await client.data(latest))["new"] == 1


async def test_faults_are_counted(client: Client) -> None:
    async def statuses(path: str, count: int) -> list[int]:
        return [(await client.call("GET", path))[0] for _ in range(count)]

    client.portal.fail("greenness", Fault(kind="status", status=503, times=2))
    client.portal.fail("greenness", Fault(kind="status", status=500))
    assert await statuses("/greenness", 4) == [503, 503, 500, 200]
    client.portal.fail("*", Fault(kind="status", status=502, times=None))
    client.portal.fail("greenness", Fault(kind="status", status=500))
    assert await statuses("/greenness", 3) == [500, 502, 502]
    assert await statuses(f"{CONSUMPTION}/realtime", 1) == [502]
    client.portal.heal()
    assert await statuses("/greenness", 1) == [200]


async def test_a_refusal_is_not_spoilt(client: Client) -> None:
    client.portal.fail("greenness", Fault(kind="cut"))
    client.portal.revoke_tokens()
    assert (await client.call("GET", "/greenness"))[0] == 401
    await client.token()
    with pytest.raises(json.JSONDecodeError):
        await client.call("GET", "/greenness")
    await client.data("/greenness")


async def test_faults_at_the_token(client: Client) -> None:
    client.portal.fail("token", Fault(kind="remove", path="access_token"))
    client.portal.fail("token", Fault(kind="set", path="expires_in", value="60"))
    _, body = await client.call("POST", "/auth/token", data=client.credentials)
    assert set(body) == {"expires_in", "token_type"}
    assert (await client.token())[1]["expires_in"] == "60"


def test_faults_that_make_no_sense() -> None:
    unknown: Any = "flood"
    with pytest.raises(ValueError, match="unknown"):
        Fault(kind=unknown)
    with pytest.raises(ValueError, match="path"):
        Fault(kind="remove")


@pytest.mark.parametrize("kind", ["reset", "cut"])
async def test_faults_over_http(client: Client, kind: FaultKind) -> None:
    # Twice, since aiohttp itself repeats a request whose used connection was reset.
    fault = {"kind": kind, "times": 2}
    wanted = {"vendor": "digiwatt", "operation": "greenness", "fault": fault}
    assert await client.steer("faults", wanted) == (200, {})
    with pytest.raises((aiohttp.ServerDisconnectedError, json.JSONDecodeError)):
        await client.call("GET", "/greenness")
    assert (await client.steer("faults", wanted))[0] == 200
    async with client.session.delete(f"{client.control}/faults") as answer:
        assert answer.status == 200
    await client.data("/greenness")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"vendor": "nobody"}, 404),
        ({"operation": "nothing"}, 400),
        ({"fault": {"kind": "flood"}}, 400),
        ({"fault": {"mind": "html"}}, 400),
        ({"fault": None}, 400),
    ],
)
async def test_faults_over_http_refused(
    client: Client, changed: dict[str, object], status: int
) -> None:
    fault = {"kind": "html"}
    wanted = {"vendor": "digiwatt", "operation": "saving", "fault": fault, **changed}
    assert (await client.steer("faults", wanted))[0] == status


async def test_fault_echo(client: Client) -> None:
    status, body, _ = await spoilt(client, Fault(kind="echo", status=403))
    assert status == 403
    token = client.headers["Authorization"]
    assert token in json.loads(body)["message"]
    assert "/realtime" in json.loads(body)["error"]


@pytest.mark.parametrize("how", SPOILERS)
async def test_fault_spoilt(client: Client, how: str) -> None:
    _, true, _ = await spoilt(client, Fault(kind="delay"))
    status, body, _ = await spoilt(client, Fault(kind="spoilt", how=how))
    assert status == 200
    assert body != true


def test_fault_spoilt_by_nothing() -> None:
    with pytest.raises(ValueError, match="nothing spoils"):
        Fault(kind="spoilt", how="magic")


async def test_fault_with_bytes(client: Client) -> None:
    _, body, _ = await spoilt(client, Fault(kind="raw", body="\udcff\udcfe"))
    assert body == b"\xff\xfe"
