"""Flexible loads as devices: their plan, and what becomes of it through the day."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.calendar import DOMAIN as CALENDAR
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.energy_portals.account.house import HouseSources
from custom_components.energy_portals.portals.model.caps import PowerCaps
from custom_components.energy_portals.portals.model.series import Slot
from tests.accounts import (
    attributes,
    device_names,
    entity_id,
    keys,
    pass_time,
    refresh,
    set_up,
    value,
)
from tests.faces.planner.home import dishwasher, key_of, load, planner_of
from tests.faces.planner.seen import (
    HOUR,
    TITLE,
    call,
    prices_of,
    shown,
    times,
    times_end,
    to,
)


async def test_devices(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """The planner and each load are devices with all that they have."""
    assert device_names(hass, planner) == {"Planner", TITLE}
    assert keys(hass, planner, key_of(planner, TITLE)) == {
        *("done_for_today", "start_by_hand", "takes_part", "run_now", "runs"),
        *("duration", "power", "worth", "never_above", "window_begin", "window_end"),
        *("expected_cost", "expected_saving", "load_power", "load_status"),
        *("next_run_end", "next_run_start", "plan_complete", "planned_energy"),
        *("load_shortfall", "falls_short", "shortfall_told", "plan_reason"),
    }
    assert shown(hass, planner, "load_status") == "planned"
    assert shown(hass, planner, "run_now", "binary_sensor") == "off"
    assert shown(hass, planner, "plan_complete", "binary_sensor") == "on"
    assert shown(hass, planner, "planned_energy") == "2.4"
    cost = attributes(hass, planner, key_of(planner, TITLE), "expected_cost")
    assert cost["unit_of_measurement"] == "NOK"
    assert value(hass, planner, "planner", "loads_running") == "0"


async def test_cheapest(
    hass: HomeAssistant, planner: MockConfigEntry, prices: MockConfigEntry
) -> None:
    """No two hours between six and seven are cheaper, to the last decimal."""
    outlook = prices_of(prices)
    begin = datetime(2026, 1, 15, 17, tzinfo=UTC)
    paid = {}
    for quarter in range(13 * 4 - 8 + 1):
        start = begin + quarter * timedelta(minutes=15)
        slots = outlook.shown.within(start, start + 2 * HOUR).slots
        paid[start] = sum(
            slot.value.value * 1.2 * ((slot.end - slot.start) / HOUR) for slot in slots
        )
    start, end = times(hass, planner)
    assert paid[start] == pytest.approx(min(paid.values()), abs=1e-12)
    assert end - start == 2 * HOUR
    cost = float(str(shown(hass, planner, "expected_cost")))
    assert cost == pytest.approx(paid[start], abs=1e-9)
    saved = float(str(shown(hass, planner, "expected_saving")))
    assert saved == pytest.approx(paid[begin] - paid[start], abs=1e-9)


async def test_through_the_night(
    hass: HomeAssistant, planner: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """It runs from its start to its end, and then waits for the next evening."""
    start, end = times(hass, planner)
    await to(hass, freezer, start - timedelta(seconds=1))
    assert shown(hass, planner, "run_now", "binary_sensor") == "off"
    await pass_time(hass, freezer, timedelta(seconds=1))
    assert shown(hass, planner, "run_now", "binary_sensor") == "on"
    assert shown(hass, planner, "load_status") == "due"
    assert shown(hass, planner, "load_power") == "1.2"
    assert shown(hass, planner, "next_run_start") == "unknown"
    assert value(hass, planner, "planner", "loads_power") == "1.2"
    assert value(hass, planner, "planner", "loads_running") == "1"
    assert shown(hass, planner, "runs", CALENDAR) == "on"
    await to(hass, freezer, end - timedelta(seconds=1))
    assert shown(hass, planner, "run_now", "binary_sensor") == "on"
    await pass_time(hass, freezer, timedelta(seconds=1))
    assert shown(hass, planner, "run_now", "binary_sensor") == "off"
    await to(hass, freezer, end + timedelta(minutes=15))
    # The next window begins in the evening, of which the prices are known.
    assert shown(hass, planner, "load_status") == "planned"
    following, _ = times(hass, planner)
    assert following >= datetime(2026, 1, 16, 17, tzinfo=UTC)


async def test_started_does_not_move(
    hass: HomeAssistant,
    planner: MockConfigEntry,
    prices: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What has started goes on as planned, whatever is set or becomes known."""
    start, end = times(hass, planner)
    await to(hass, freezer, start)
    await call(hass, planner, "number", "set_value", "duration", value=30)
    assert shown(hass, planner, "run_now", "binary_sensor") == "on"
    assert times_end(hass, planner) == end
    assert await hass.config_entries.async_unload(prices.entry_id)
    await refresh(hass, planner, "plans")
    assert times_end(hass, planner) == end
    assert await hass.config_entries.async_reload(planner.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, planner, "run_now", "binary_sensor") == "on"
    assert times_end(hass, planner) == end


async def test_kept(
    hass: HomeAssistant, planner: MockConfigEntry, prices: MockConfigEntry
) -> None:
    """A plan is there after a restart, before any price is."""
    before = times(hass, planner)
    assert await hass.config_entries.async_unload(prices.entry_id)
    assert await hass.config_entries.async_reload(planner.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert times(hass, planner) == before
    assert shown(hass, planner, "load_status") == "planned"


async def test_prices_later(
    hass: HomeAssistant, prices: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """A planner that is there first has the latest start until there are prices."""
    assert await hass.config_entries.async_unload(prices.entry_id)
    planner = planner_of(hass, dishwasher())
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    latest = datetime(2026, 1, 16, 4, tzinfo=UTC)
    assert times(hass, planner)[0] == latest
    assert shown(hass, planner, "expected_cost") == "unknown"
    assert shown(hass, planner, "plan_complete", "binary_sensor") == "off"
    await set_up(hass, prices)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, planner, "load_status") == "planned"
    assert shown(hass, planner, "plan_complete", "binary_sensor") == "on"
    assert times(hass, planner)[0] != latest


async def test_calendar_of_runs(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """The calendar has the plan."""
    entity = entity_id(hass, planner, key_of(planner, TITLE), "runs", CALENDAR)
    answer: Any = await hass.services.async_call(
        CALENDAR,
        "get_events",
        {"entity_id": entity, "duration": {"hours": 48}},
        blocking=True,
        return_response=True,
    )
    (event,) = answer[entity]["events"]
    start, end = times(hass, planner)
    assert datetime.fromisoformat(event["start"]) == start
    assert datetime.fromisoformat(event["end"]) == end


async def test_kept_clear_of_a_calendar(
    hass: HomeAssistant, prices: MockConfigEntry, planner: MockConfigEntry
) -> None:
    """A load does not run while its calendar has something on."""
    calendar = entity_id(hass, planner, key_of(planner, TITLE), "runs", CALENDAR)
    start, end = times(hass, planner)
    other = planner_of(hass, dishwasher(calendar=calendar), unique_id="planner:two")
    await set_up(hass, other)
    await hass.async_block_till_done(wait_background_tasks=True)
    begin, after = times(hass, other)
    assert after <= start or begin >= end


async def test_a_calendar_that_is_gone(
    hass: HomeAssistant, prices: MockConfigEntry
) -> None:
    """Nothing begins while something may be on in a calendar that cannot be read."""
    planner = planner_of(hass, dishwasher(calendar="calendar.gone"))
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, planner, "load_status") == "waiting"


async def test_green(hass: HomeAssistant, green: MockConfigEntry) -> None:
    """By greenness alone there are no costs; a window of the portal's is chosen."""
    source = f"{green.unique_id}:1234567890"
    planner = planner_of(
        hass,
        load("Pump", duration=60, objective="green", days=["fri"]),
        price=None,
        currency=None,
        green=source,
    )
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    start, _ = times(hass, planner, "Pump")
    outlook = green.runtime_data.feeds["green_windows"].data["1234567890"]
    assert outlook.windows.at(start) is not None
    assert not {"expected_cost", "expected_saving"} & keys(
        hass, planner, key_of(planner, "Pump")
    )
    share = float(str(shown(hass, planner, "expected_share", title="Pump")))
    assert 0 < share <= 100


async def test_another_currency(hass: HomeAssistant, prices: MockConfigEntry) -> None:
    """Prices in another currency than the planner was set up with are not used."""
    planner = planner_of(hass, dishwasher(), currency="SEK")
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert times(hass, planner)[0] == datetime(2026, 1, 16, 4, tzinfo=UTC)
    assert shown(hass, planner, "expected_cost") == "unknown"


async def test_caps(hass: HomeAssistant, prices: MockConfigEntry) -> None:
    """A load keeps to the caps of the source that the planner has for them."""
    planner = planner_of(hass, dishwasher(), caps="volue:home:tank")
    begin = datetime(2026, 1, 15, 17, tzinfo=UTC)
    caps = PowerCaps.of((Slot(begin, begin + 11 * HOUR, 1.0),))
    with patch.object(HouseSources, "caps", return_value=caps):
        await set_up(hass, planner)
        await hass.async_block_till_done(wait_background_tasks=True)
    start, _ = times(hass, planner)
    assert start >= begin + 11 * HOUR


async def test_shared_limit(hass: HomeAssistant, prices: MockConfigEntry) -> None:
    """Two loads that may not run together do not."""
    two = (load(title, duration=120, power=2, days=["fri"]) for title in ("One", "Two"))
    planner = planner_of(hass, *two, limit=3)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    one, other = (times(hass, planner, title) for title in ("One", "Two"))
    assert one[1] <= other[0] or other[1] <= one[0]
    assert planner.runtime_data.feeds["plans"].data["planner"].plans


async def test_gone_load(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """A load that is removed takes its device along."""
    hass.config_entries.async_remove_subentry(planner, key_of(planner, TITLE))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert device_names(hass, planner) == {"Planner"}


async def test_diagnostics(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, planner: MockConfigEntry
) -> None:
    """A report about a planner does not name the accounts that it lives on."""
    assert await async_setup_component(hass, "diagnostics", {})
    report = await get_diagnostics_for_config_entry(hass, hass_client, planner)
    assert "1234567890" not in json.dumps(report)
    assert report["feeds"]["plans"]["ok"] is True
