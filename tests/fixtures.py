"""What tests take whether or not Home Assistant is there: a sandbox on loopback."""

from collections.abc import AsyncGenerator

import pytest

from custom_components.energy_portals.portals.http import client as http
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.server import Sandbox


@pytest.fixture(autouse=True)
def _retry_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the tests the pause before a repeated request."""
    monkeypatch.setattr(http, "RETRY_PAUSE", 0)


@pytest.fixture
async def sandbox(socket_enabled: None) -> AsyncGenerator[Sandbox]:
    """Run the simulated portals."""
    async with Sandbox() as running:
        yield running


@pytest.fixture
def digiwatt(sandbox: Sandbox) -> DigiwattSandbox:
    """Return the simulated Digiwatt."""
    return sandbox.portal(DigiwattSandbox)
