"""The server of the simulated portals, its clock and its command line."""

import asyncio
import json
from pathlib import Path
import signal
import sys

import aiohttp
from freezegun.api import FrozenDateTimeFactory
import pytest

from tests.sandbox import Fault, Sandbox
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox_tests.client import ACCOUNT, CONSUMPTION, Client


async def test_facts(sandbox: Sandbox) -> None:
    portal = sandbox.portals["digiwatt"]
    assert isinstance(portal, DigiwattSandbox)
    facts = sandbox.facts()
    assert set(facts) == {"control", "hosts", "sources", *sandbox.portals}
    assert facts["control"] == f"{sandbox.address}/_control"
    assert facts["digiwatt"] == {
        "api_url": f"{sandbox.address}/digiwatt",
        "client_id": "sandbox-client",
        "client_secret": portal.client_secret,
        "account_number": ACCOUNT,
    }


async def test_stop_and_start_again(sandbox: Sandbox, client: Client) -> None:
    port = int(sandbox.address.rsplit(":", 1)[1])
    client.portal.fail("greenness", Fault(kind="delay", seconds=30))
    hanging = asyncio.create_task(client.call("GET", "/greenness"))
    await asyncio.sleep(0.05)
    await sandbox.stop()
    with pytest.raises(aiohttp.ClientError):
        await hanging
    with pytest.raises(RuntimeError):
        sandbox.facts()
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.call("GET", "/greenness")
    await sandbox.start(port)
    await client.data("/greenness")


async def test_the_clock_can_be_frozen(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-01-15T09:00:00+00:00")
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        client = Client(sandbox, session)
        await client.token()
        now = await client.data(f"{CONSUMPTION}/realtime")
        assert now["timestamp"] == "2026-01-15T10:00:00+01:00"
        freezer.tick(36_000)
        assert (await client.call("GET", "/greenness"))[0] == 401


# The command line


async def test_command_line(socket_enabled: None) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.sandbox",
        "--portals",
        "digiwatt",
        "--seed",
        "7",
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    facts = json.loads(await process.stdout.readline())
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{facts['digiwatt']['api_url']}/greenness") as answer,
    ):
        assert answer.status == 401
    process.send_signal(signal.SIGTERM)
    assert await process.stdout.read() == b""
    assert await process.wait() == 0


async def test_command_line_refuses_unknown_portals() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.sandbox", "--portals", "nobody"),
        cwd=Path(__file__).parents[2],
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await process.communicate()
    assert process.returncode == 2
    assert b"known: digiwatt" in complaint
