"""Outages and restrictions as entities."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import attributes, pass_time, refresh, set_up, value
from tests.faces.esmart.home import CONTRACT, NOW
from tests.sandbox.esmart import EsmartSandbox

STEP = timedelta(minutes=20)


async def test_an_outage_begins_and_ends(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    assert value(hass, loaded, CONTRACT, "restricted", "binary_sensor") == "off"
    assert value(hass, loaded, CONTRACT, "restriction", "event") == "unknown"
    esmart.control.restrict("PowerOutage")
    await pass_time(hass, freezer, STEP)
    assert value(hass, loaded, CONTRACT, "restricted", "binary_sensor") == "on"
    told = attributes(hass, loaded, CONTRACT, "restriction", "event")
    assert (told["event_type"], told["restriction"]) == ("began", "PowerOutage")
    esmart.control.restrict("PowerOutage", on=False)
    await pass_time(hass, freezer, STEP)
    assert value(hass, loaded, CONTRACT, "restricted", "binary_sensor") == "off"
    told = attributes(hass, loaded, CONTRACT, "restriction", "event")
    assert told["event_type"] == "ended"


async def test_an_outage_is_told_once(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """Neither when it goes on nor after a restart."""
    esmart.control.restrict("Maintenance")
    await refresh(hass, loaded, "restrictions")
    before = value(hass, loaded, CONTRACT, "restriction", "event")
    assert before == NOW.isoformat(timespec="milliseconds")
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await refresh(hass, loaded, "restrictions")
    assert value(hass, loaded, CONTRACT, "restriction", "event") == before
    assert value(hass, loaded, CONTRACT, "restricted", "binary_sensor") == "on"


@pytest.mark.parametrize("status", [403, 404])
async def test_an_account_that_is_told_nothing(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry, status: int
) -> None:
    esmart.deny("restriction_events", status)
    await set_up(hass, entry)
    assert value(hass, entry, CONTRACT, "restricted", "binary_sensor") is None
