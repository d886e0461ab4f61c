"""An eSmart account in a sandbox whose clock stands still on the longest day."""

from collections.abc import AsyncGenerator
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.models import Area
from tests.portals.esmart.operations import NOW
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox


@pytest.fixture
async def sandbox(socket_enabled: None) -> AsyncGenerator[Sandbox]:
    """Run the simulated portals at one moment."""
    async with Sandbox(clock=lambda: NOW) as running:
        yield running


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated eSmart."""
    return sandbox.portal(EsmartSandbox)


@pytest.fixture
def login(sandbox: Sandbox) -> dict[str, Any]:
    """Return what the client of the sandbox's account takes."""
    facts: Any = sandbox.facts()["esmart"]
    return {**facts, "area": Area[facts["area"].upper()]}


@pytest.fixture
def client(session: ClientSession, login: dict[str, Any]) -> EsmartClient:
    """Return the client of the sandbox's account."""
    return EsmartClient(session, **login)
