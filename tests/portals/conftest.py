"""Portals run without Home Assistant, and so do their tests."""

from collections.abc import AsyncGenerator
from types import SimpleNamespace

from aiohttp import ClientSession
from hypothesis import settings
import pytest

from custom_components.energy_portals.portals.http import client as http, credentials
from custom_components.energy_portals.portals.http.address import check_address
from custom_components.energy_portals.portals.http.client import HttpClient
from custom_components.energy_portals.portals.http.credentials import ClientCredentials
from tests.portals.plain import Client
from tests.portals.server import Server
from tests.portals.token_portal import ID, LIFETIME, SECRET, TOKEN, Portal

settings.register_profile("portals", deadline=None, database=None, derandomize=True)
settings.load_profile("portals")


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Start no Home Assistant for these."""


@pytest.fixture
async def session() -> AsyncGenerator[ClientSession]:
    """Return a session of the kind Home Assistant shares."""
    async with ClientSession() as open_session:
        yield open_session


@pytest.fixture
async def server(socket_enabled: None) -> AsyncGenerator[Server]:
    """Run a server that answers as it is told."""
    async with Server() as running:
        yield running


@pytest.fixture
def client(session: ClientSession, server: Server) -> Client:
    """Return a client without authorisation."""
    return Client(session, check_address(server.address))


@pytest.fixture
def portal(server: Server) -> Portal:
    """Let the server give out tokens, and take no request without one."""
    return Portal(server)


@pytest.fixture
def authorized(session: ClientSession, server: Server) -> HttpClient:
    """Return a client with client credentials."""
    client = HttpClient(session, server.address, secrets=(ID, SECRET))
    client.auth = ClientCredentials(client, TOKEN, ID, SECRET, lifetime=LIFETIME)
    return client


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return the time as the request path sees it; `now` moves it."""
    clock = SimpleNamespace(now=1000.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(http, "time", clock)
    monkeypatch.setattr(credentials, "time", clock)
    return clock
