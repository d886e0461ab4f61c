"""A portal's identity pool on loopback, and the way a client reaches it."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from aiohttp import ClientSession, web
import pytest

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.epilot import EPILOT
from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.cognito import Cognito
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.epilot_identity import EpilotIdentity
from tests.sandbox.household import Household
from tests.sandbox.server import Sandbox

EMAIL = "haushalt@sandbox.example"
START = datetime(2026, 6, 20, 10, tzinfo=UTC)


@pytest.fixture
def moment() -> SimpleNamespace:
    """Return the pool's clock; `now` moves it."""
    return SimpleNamespace(now=START)


@pytest.fixture
def identity(moment: SimpleNamespace) -> EpilotIdentity:
    """Return the simulated pool."""
    return EpilotIdentity(Household(1, lambda: moment.now), EMAIL)


@pytest.fixture
async def pool(
    session: ClientSession, identity: EpilotIdentity, socket_enabled: None
) -> AsyncGenerator[Cognito]:
    """Return the pool as the client sees it."""
    app = web.Application()
    app.router.add_post("/identity/", identity.serve)
    runner = web.AppRunner(app, keepalive_timeout=timedelta(days=3650).total_seconds())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/identity"
    yield Cognito(session, identity.pool_id, identity.client_id, address, (EMAIL,))
    await runner.cleanup()


@pytest.fixture
async def sandbox(
    socket_enabled: None, moment: SimpleNamespace
) -> AsyncGenerator[Sandbox]:
    """Run the simulated portals on the pool's clock."""
    async with Sandbox(clock=lambda: moment.now) as running:
        yield running


@pytest.fixture
def epilot(sandbox: Sandbox) -> EpilotSandbox:
    """Return the simulated portal."""
    return sandbox.portal(EpilotSandbox)


@pytest.fixture
def client(
    session: ClientSession, sandbox: Sandbox, epilot: EpilotSandbox
) -> EpilotClient:
    """Return the client of the sandbox's customer."""
    account = epilot.account(f"{sandbox.address}/epilot")
    return EPILOT.connect(session, account, {}, TokenStore())
