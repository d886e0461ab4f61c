"""A client of the simulated autarc."""

from collections.abc import AsyncGenerator

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.autarc import AUTARC
from custom_components.energy_portals.portals.autarc.client import AutarcClient
from custom_components.energy_portals.portals.contract import TokenStore
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.server import Sandbox


@pytest.fixture
def autarc(sandbox: Sandbox) -> AutarcSandbox:
    """Return the simulated company."""
    return sandbox.portal(AutarcSandbox)


@pytest.fixture
async def session(socket_enabled: None) -> AsyncGenerator[ClientSession]:
    """Return a session."""
    async with ClientSession() as found:
        yield found


@pytest.fixture
def token_store() -> TokenStore:
    """Return where the login keeps what it finds out."""
    return TokenStore()


@pytest.fixture
def client(
    session: ClientSession,
    sandbox: Sandbox,
    autarc: AutarcSandbox,
    token_store: TokenStore,
) -> AutarcClient:
    """Return a client of the company."""
    account = autarc.account(f"{sandbox.address}/autarc")
    return AUTARC.connect(session, account, {}, token_store)
