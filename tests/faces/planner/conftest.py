"""A planner on eSmart's prices and Digiwatt's green windows, on one winter's day."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.accounts import set_up
from tests.faces.planner.home import NOW, dishwasher, planner_of
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture(autouse=True)
async def _now(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Live on one day, where the prices are from."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Oslo")


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated utility."""
    return sandbox.portal(EsmartSandbox)


@pytest.fixture
async def prices(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> MockConfigEntry:
    """Return the account that has prices, set up."""
    facts: Any = sandbox.facts()["esmart"]
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Utility",
        data={CONF_VENDOR: "esmart", **facts, "price_area": None},
        unique_id="esmart:home",
    )
    entry.add_to_hass(hass)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    return entry


@pytest.fixture
async def green(
    hass: HomeAssistant, entry: MockConfigEntry, digiwatt: DigiwattSandbox
) -> MockConfigEntry:
    """Return the account that has green windows, set up."""
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    return entry


@pytest.fixture
async def planner(
    hass: HomeAssistant, prices: MockConfigEntry, green: MockConfigEntry
) -> MockConfigEntry:
    """Return a planner with one load, set up."""
    planner = planner_of(hass, dishwasher(), green=f"{green.unique_id}:1234567890")
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert planner.state is ConfigEntryState.LOADED
    return planner
