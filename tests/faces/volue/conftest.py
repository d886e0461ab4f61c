"""A household's account at the simulated coordinator, on one afternoon of autumn."""

from collections.abc import Generator
from datetime import UTC, datetime
import logging
from typing import Any
from unittest.mock import patch

from aiohttp.test_utils import TestClient
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.faces.volue.home import account_of, charger, location, tank, vehicle
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox

NOW = datetime(2026, 10, 20, 12, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Spare the output every statement that a recorder's database is given."""
    for name in ("sqlalchemy.engine", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).setLevel(logging.WARNING)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)


@pytest.fixture
def volue(sandbox: Sandbox) -> VolueSandbox:
    """Return the simulated coordinator."""
    found = sandbox.portal(VolueSandbox)
    found.webhooks.retry_pause = 0
    return found


@pytest.fixture
def account(sandbox: Sandbox, volue: VolueSandbox) -> dict[str, Any]:
    """Return the entry data of the household's account."""
    return {CONF_VENDOR: "volue", **volue.account(f"{sandbox.address}/volue")}


@pytest.fixture
def entry(hass: HomeAssistant, account: dict[str, Any]) -> MockConfigEntry:
    """Return an account with all its parts that is added but not set up."""
    return account_of(hass, account, location(), tank(), charger(), vehicle())


@pytest.fixture
async def outside(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> TestClient:
    """Give Home Assistant an address that the portal can push to."""
    # Unlike Home Assistant's own, the test's server takes no path once it runs.
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_client_no_auth()
    hass.config.external_url = str(client.make_url("")).rstrip("/")
    return client


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account that is set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    return entry


@pytest.fixture
def form(sandbox: Sandbox) -> dict[str, Any]:
    """Return the login as a user would type it in."""
    facts: Any = sandbox.facts()["volue"]
    return {
        **{key: facts[key] for key in ("client_id", "client_secret", "environment")},
        "advanced": {key: facts[key] for key in ("api_url", "token_url")},
    }


@pytest.fixture
def _no_setup() -> Generator[None]:
    """Spare tests of a form the account that comes of it."""
    with patch("custom_components.energy_portals.async_setup_entry", return_value=True):
        yield
