"""A Digiwatt account in a sandbox whose clock stands still in the repeated hour."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.digiwatt.client import DigiwattClient
from tests.sandbox.server import Sandbox

# 02:40 in Rome, for the second time.
NOW = datetime(2026, 10, 25, 1, 40, tzinfo=UTC)


@pytest.fixture
async def sandbox(socket_enabled: None) -> AsyncGenerator[Sandbox]:
    """Run the simulated portals at one moment."""
    async with Sandbox(clock=lambda: NOW) as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox) -> dict[str, Any]:
    """Return what the client of the sandbox's account takes."""
    facts: Any = sandbox.facts()["digiwatt"]
    keys = ("api_url", "client_id", "client_secret", "account_number")
    return {key: facts[key] for key in keys}


@pytest.fixture
def client(session: ClientSession, account: dict[str, Any]) -> DigiwattClient:
    """Return the client of the sandbox's account."""
    return DigiwattClient(session, **account)
