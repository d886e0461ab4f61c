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
def client(session: ClientSession, account: dict[str, Any]) -> DigiwattClient:
    """Return the client of the sandbox's account."""
    del account["vendor"]
    return DigiwattClient(session, **account)
