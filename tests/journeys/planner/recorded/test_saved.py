"""What a planner has saved: a statistic with its past, and the sum of the month."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from tests.accounts import act, keys, pass_time, refresh, set_up, value
from tests.faces.planner.home import dishwasher, planner_of
from tests.faces.planner.seen import HOUR, prices_of, times, to

SWITCH = "input_boolean.dishwasher"
LASTS = timedelta(hours=2)


@pytest.fixture
async def bound(hass: HomeAssistant, prices: MockConfigEntry) -> MockConfigEntry:
    """Return a planner whose dishwasher is switched."""
    helpers = {"input_boolean": {"dishwasher": None}}
    assert await async_setup_component(hass, "input_boolean", helpers)
    planner = planner_of(hass, dishwasher(drives=SWITCH))
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    return planner


async def _jump(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, when: datetime
) -> None:
    """Let it become a time at once."""
    await pass_time(hass, freezer, when - datetime.now(UTC))


async def _saved(hass: HomeAssistant, planner: MockConfigEntry) -> float | None:
    """Return what is shown of the month once all is imported."""
    await refresh(hass, planner, "savings")
    await refresh(hass, planner, "history")
    await hass.async_block_till_done(wait_background_tasks=True)
    shown = value(hass, planner, PLANNER_KEY, "saved_this_month")
    return None if shown is None else float(shown)


def _cost(prices: MockConfigEntry, begin: datetime) -> float:
    """Return what the dishwasher costs if it starts then."""
    end = begin + LASTS
    return sum(
        1.2 * slot.value.value * ((min(slot.end, end) - max(slot.start, begin)) / HOUR)
        for slot in prices_of(prices).shown.slots.between(begin, end)
    )


async def test_what_a_night_has_saved(
    hass: HomeAssistant,
    bound: MockConfigEntry,
    prices: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is the price at the beginning of the window less that of its run.

    A restart, and a span without Home Assistant, make it no other; its statistics are
    nobody else's.
    """
    start, end = times(hass, bound)
    window = start.replace(day=15, hour=17, minute=0)
    await _jump(hass, freezer, window + timedelta(minutes=1))
    assert not await _saved(hass, bound)
    await _jump(hass, freezer, start)
    await to(hass, freezer, start + HOUR)
    assert await hass.config_entries.async_reload(bound.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await to(hass, freezer, end)
    await _jump(hass, freezer, end + HOUR + timedelta(minutes=5))
    expected = pytest.approx(_cost(prices, window) - _cost(prices, start), abs=1e-4)
    assert await _saved(hass, bound) == expected
    assert await hass.config_entries.async_unload(bound.entry_id)
    freezer.move_to(end + 6 * HOUR)
    assert await hass.config_entries.async_setup(bound.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await _saved(hass, bound) == expected
    assert not {"import_progress", "missing_hours"} & keys(hass, bound, PLANNER_KEY)
    found = await act(hass, "get_statistics_ids", config_entry_id=bound.entry_id)
    told = {each["series"]: each["statistic_id"] for each in found["statistics"]}
    assert {*told} == {"saved", "paid", "paid_at_once"}
    found = await act(hass, "get_statistics_ids")
    others = {each["statistic_id"] for each in found["statistics"]}
    assert not others & {*told.values()}
