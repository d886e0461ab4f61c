"""What tests take whether or not Home Assistant is there: a sandbox on loopback."""

from collections.abc import AsyncGenerator
import gc
from typing import Final

import pytest

from custom_components.energy_portals.portals.http import client as http
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.server import Sandbox

# Objects made until a collection: those of some Home Assistants.
_MUCH: Final = 300_000


@pytest.fixture(autouse=True, scope="session")
def _imported() -> None:
    """Let no collection look at what stays anyway, and few come in a test's time.

    They were a sixth of the suite's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MUCH)


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
