"""A client of the simulated coordinator."""

from collections.abc import AsyncGenerator
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.volue import VOLUE
from custom_components.energy_portals.portals.volue.client import VolueClient
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox


@pytest.fixture
def volue(sandbox: Sandbox) -> VolueSandbox:
    """Return the simulated coordinator."""
    found = sandbox.portal(VolueSandbox)
    found.webhooks.retry_pause = 0
    return found


@pytest.fixture
async def session(socket_enabled: None) -> AsyncGenerator[ClientSession]:
    """Return a session."""
    async with ClientSession() as found:
        yield found


@pytest.fixture
def account(sandbox: Sandbox, volue: VolueSandbox) -> dict[str, Any]:
    """Return the household's login."""
    return volue.account(f"{sandbox.address}/volue")


@pytest.fixture
def client(session: ClientSession, account: dict[str, Any]) -> VolueClient:
    """Return a client of the household."""
    return VOLUE.connect(session, account, {}, TokenStore())
