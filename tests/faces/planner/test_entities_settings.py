"""What is set and ordered of a flexible load, by entities that automations use."""

import asyncio
from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.model.loads import Order
from tests.accounts import device_names, keys, pass_time, refresh, set_up
from tests.faces.planner.home import NOW, dishwasher, key_of, planner_of
from tests.faces.planner.seen import HOUR, TITLE, call, shown, times, times_end, to


async def test_settings(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """Numbers and times change the plan at once, and what the user has set up."""
    before = times(hass, planner)
    await call(hass, planner, "number", "set_value", "duration", value=60)
    start, end = times(hass, planner)
    assert end - start == HOUR
    await call(hass, planner, "number", "set_value", "power", value=2)
    assert shown(hass, planner, "planned_energy") == "2.0"
    await call(hass, planner, "time", "set_value", "window_end", time="23:00:00")
    assert times(hass, planner)[1] <= datetime(2026, 1, 15, 22, tzinfo=UTC)
    assert times(hass, planner) != before
    await call(hass, planner, "time", "set_value", "window_begin", time="21:00:00")
    assert times(hass, planner)[0] >= datetime(2026, 1, 15, 20, tzinfo=UTC)
    part = planner.subentries[key_of(planner, TITLE)]
    assert part.data["duration"] == 60
    assert part.data["power"] == 2
    assert part.data["begin"] == "21:00:00"
    # All of that without another set-up.
    assert shown(hass, planner, "load_status") == "planned"


async def test_settings_that_cannot_be(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """A window that is too short is refused, and nothing changes."""
    await call(hass, planner, "time", "set_value", "window_end", time="20:00:00")
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, planner, "time", "set_value", "window_end", time="19:00:00")
    assert raised.value.translation_key == "window_too_short"
    assert shown(hass, planner, "window_end", "time") == "20:00:00"


async def test_price_limits(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """They are set while a load lives; below nothing too, as prices may be."""
    assert shown(hass, planner, "never_above", "number") == "unknown"
    await call(hass, planner, "number", "set_value", "never_above", value=-0.25)
    assert shown(hass, planner, "never_above", "number") == "-0.25"
    part = planner.subentries[key_of(planner, TITLE)]
    assert part.data["never_above"] == -0.25
    # What is needed by the deadline is had above it.
    assert shown(hass, planner, "load_status") == "planned"
    assert "more_below" not in keys(hass, planner, key_of(planner, TITLE))


async def test_more_while_it_is_cheap(
    hass: HomeAssistant, prices: MockConfigEntry
) -> None:
    """What more is taken follows the price below which it is."""
    more = {"more_energy": 4, "more_below": -5}
    car = dishwasher(duration=None, energy=6, power=2, shape="slots", **more)
    planner = planner_of(hass, car)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert float(shown(hass, planner, "planned_energy")) == 6
    await call(hass, planner, "number", "set_value", "more_below", value=100)
    assert float(shown(hass, planner, "planned_energy")) == 10
    assert shown(hass, planner, "more_below", "number") == "100.0"


async def test_a_car_that_is_to_be_ready_at_another_time(
    hass: HomeAssistant, prices: MockConfigEntry
) -> None:
    """Its window lasts to the next such time, until somebody says when it begins."""
    hass.states.async_set("sensor.soc", "40")
    car = dishwasher(
        duration=None,
        power=11,
        shape="slots",
        begin="07:00:00",
        soc="sensor.soc",
        capacity=50,
    )
    planner = planner_of(hass, car)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    await call(hass, planner, "time", "set_value", "window_end", time="16:00:00")
    assert shown(hass, planner, "window_begin", "time") == "16:00:00"
    window = planner.runtime_data.feeds["plans"].data[key_of(planner, TITLE)].window
    assert window.deadline - window.earliest == 24 * HOUR
    await call(hass, planner, "number", "set_value", "more_below", value=100)
    assert shown(hass, planner, "more_below", "number") == "100.0"
    await call(hass, planner, "time", "set_value", "window_begin", time="14:00:00")
    window = planner.runtime_data.feeds["plans"].data[key_of(planner, TITLE)].window
    assert window.deadline - window.earliest == 2 * HOUR


async def test_switch(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """A load takes part or does not, over a restart too."""
    await call(hass, planner, "switch", "turn_off", "takes_part")
    assert shown(hass, planner, "load_status") == "off"
    assert await hass.config_entries.async_reload(planner.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, planner, "takes_part", "switch") == "off"
    assert shown(hass, planner, "load_status") == "off"
    await call(hass, planner, "switch", "turn_on", "takes_part")
    assert shown(hass, planner, "load_status") == "planned"


async def test_buttons(
    hass: HomeAssistant, planner: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Started by hand it runs at once; done for today, it waits for tomorrow."""
    await call(hass, planner, "button", "press", "start_by_hand")
    assert shown(hass, planner, "run_now", "binary_sensor") == "on"
    assert times_end(hass, planner) == NOW + 2 * HOUR
    await to(hass, freezer, NOW + HOUR)
    await call(hass, planner, "button", "press", "done_for_today")
    assert shown(hass, planner, "run_now", "binary_sensor") == "off"
    start, _ = times(hass, planner)
    # The run by hand was today's.
    assert start >= datetime(2026, 1, 16, 17, tzinfo=UTC)


async def test_over_between_quarters(
    hass: HomeAssistant, planner: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """What is over at an odd minute is followed by the next plan at once."""
    freezer.move_to(NOW + timedelta(minutes=7))
    await call(hass, planner, "number", "set_value", "duration", value=35)
    await call(hass, planner, "button", "press", "start_by_hand")
    assert times_end(hass, planner) == NOW + timedelta(minutes=42)
    await pass_time(hass, freezer, timedelta(minutes=35, seconds=2))
    assert shown(hass, planner, "load_status") == "planned"


async def test_energy(hass: HomeAssistant, prices: MockConfigEntry) -> None:
    """A car has energy and a range of powers to set, and is planned by them."""
    car = dishwasher(duration=None, energy=20, power=11, least_power=1.4, shape="slots")
    planner = planner_of(hass, car)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert {"energy", "power", "least_power"} <= keys(
        hass, planner, key_of(planner, TITLE)
    )
    await call(hass, planner, "number", "set_value", "energy", value=5)
    assert shown(hass, planner, "planned_energy") == "5.0"
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, planner, "number", "set_value", "least_power", value=12)
    assert raised.value.translation_key == "least_power_too_high"


async def test_ordered_while_it_plans(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """What is ordered while plans are made is not lost."""
    plans = planner.runtime_data.feeds["plans"]
    key = key_of(planner, TITLE)
    under_way = hass.async_create_task(plans.async_refresh())
    await asyncio.sleep(0)
    await plans.change(
        lambda data: {**data, key: data[key].ordered_to(Order.START, NOW)}
    )
    await under_way
    await refresh(hass, planner, "plans")
    assert shown(hass, planner, "run_now", "binary_sensor") == "on"


async def test_changed_without_a_set_up(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """A setting is taken over as it is; another name needs a set-up."""
    runtime = planner.runtime_data
    await call(hass, planner, "number", "set_value", "duration", value=60)
    assert planner.runtime_data is runtime
    part = planner.subentries[key_of(planner, TITLE)]
    hass.config_entries.async_update_subentry(planner, part, title="Washer")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert planner.runtime_data is not runtime
    assert "Washer" in device_names(hass, planner)
