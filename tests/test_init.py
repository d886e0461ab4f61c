"""Setting an account up, whatever the portal does, and taking it down."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals import async_remove_config_entry_device
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.contract import Site
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

LIVE_POWER = "sensor.digiwatt_1234567890_power"


async def _set_up(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigEntryState:
    """Try to set the account up and return what came of it."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry.state


async def test_only_platforms_that_show_something_are_loaded(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A household without a to-do list needs no to-do lists."""
    assert f"{DOMAIN}.calendar" in hass.config.components
    assert f"{DOMAIN}.todo" not in hass.config.components
    assert "todo" not in hass.config.components


async def test_unload_and_reload(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    before = er.async_get(hass).entities.copy()
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
    assert hass.states.get(LIVE_POWER).state == "unavailable"

    assert await _set_up(hass, loaded) is ConfigEntryState.LOADED
    assert er.async_get(hass).entities == before
    assert hass.states.get(LIVE_POWER).state != "unavailable"


@pytest.mark.parametrize(
    ("operation", "fault", "state"),
    [
        ("token", Fault(kind="reset", times=None), ConfigEntryState.SETUP_RETRY),
        ("token", Fault(kind="status", status=401), ConfigEntryState.SETUP_ERROR),
        (
            "consumption_realtime",
            Fault(kind="status", status=404),
            ConfigEntryState.SETUP_RETRY,
        ),
        (
            "consumption_realtime",
            Fault(kind="status", status=503, headers={"Retry-After": "60"}),
            ConfigEntryState.SETUP_RETRY,
        ),
    ],
)
async def test_setup_waits_or_asks(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    entry: MockConfigEntry,
    operation: str,
    fault: Fault,
    state: ConfigEntryState,
) -> None:
    digiwatt.fail(operation, fault)
    assert await _set_up(hass, entry) is state
    flows = hass.config_entries.flow.async_progress()
    asks = state is ConfigEntryState.SETUP_ERROR
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH] * asks


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="html", status=200, times=None),
        Fault(kind="status", status=500, times=None),
        Fault(kind="raw", body='{"status": 200, "data": {"odd": 1}}', times=None),
        Fault(kind="raw", body='{"status": 500, "data": {}}', times=None),
        Fault(kind="oversized", size=9_000_000, times=None),
    ],
)
@pytest.mark.parametrize(
    ("operation", "feed"),
    [
        ("greenness", "green_windows"),
        ("consumption_totals", "energy"),
        ("analytics_trend", "tariff_periods"),
    ],
)
async def test_one_feed_down_leaves_the_others(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    entry: MockConfigEntry,
    operation: str,
    feed: str,
    fault: Fault,
) -> None:
    digiwatt.fail(operation, fault)
    assert await _set_up(hass, entry) is ConfigEntryState.LOADED
    runtime = entry.runtime_data
    failed = [
        key for key, each in runtime.feeds.items() if not each.last_update_success
    ]
    assert failed == [feed]
    assert hass.states.get(LIVE_POWER).state not in ("unknown", "unavailable")

    digiwatt.heal()
    await runtime.feeds[feed].async_refresh()
    await hass.async_block_till_done()
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    states = [hass.states.get(each.entity_id) for each in entities]
    assert not [state for state in states if state and state.state == "unavailable"]


async def test_retry_after_a_failed_setup(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    digiwatt.fail("*", Fault(kind="status", status=502, times=None))
    assert await _set_up(hass, entry) is ConfigEntryState.SETUP_RETRY
    digiwatt.heal()
    freezer.tick(timedelta(minutes=2))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED


async def test_site_goes_and_comes(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    """Devices and entities follow the sites that the portal reports."""
    registry = dr.async_get(hass)
    sites = loaded.runtime_data.sites
    here = dict(sites.data)
    (device,) = dr.async_entries_for_config_entry(registry, loaded.entry_id)
    assert device.identifiers == {(DOMAIN, "digiwatt:1234567890:1234567890")}
    assert not await async_remove_config_entry_device(hass, loaded, device)

    digiwatt.calls.clear()
    second = Site(key="second", name="Second", model="Meter")
    sites.async_set_updated_data({**here, second.key: second})
    await hass.async_block_till_done()
    assert {"greenness", "saving"} <= {call.operation for call in digiwatt.calls}
    devices = dr.async_entries_for_config_entry(registry, loaded.entry_id)
    assert {each.name for each in devices} == {"Digiwatt 1234567890", "Second"}
    assert hass.states.get("sensor.second_power").state == "unavailable"

    sites.async_set_updated_data(here)
    await hass.async_block_till_done()
    (left,) = dr.async_entries_for_config_entry(registry, loaded.entry_id)
    assert left.id == device.id
    assert hass.states.get("sensor.second_power") is None

    sites.async_set_updated_data({**here, second.key: second})
    await hass.async_block_till_done()
    assert hass.states.get("sensor.second_power") is not None
