"""The window of a peak fee, in a real Home Assistant: guard, recorder, restart."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.optimum.guard import Guard
from custom_components.energy_portals.portals.optimum.home import PeakWindow
from custom_components.energy_portals.portals.planner.feeds import Overview
from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from tests.accounts import refresh, set_up
from tests.faces.planner.home import NOW, dishwasher, planner_of
from tests.faces.planner.seen import HOUR
from tests.journeys.home_assistant.costs import FIVE, Meter

METER = "sensor.meter"
POWER = "sensor.grid_power"
SWITCH = "input_boolean.dishwasher"
STEPS = [
    {"from": 0, "price": 120},
    {"from": 2, "price": 200},
    {"from": 5, "price": 336},
]
BEGIN = NOW.replace(minute=0)
SECOND = timedelta(seconds=1)


def _power(hass: HomeAssistant, watts: float) -> None:
    """Let the meter of power show something."""
    hass.states.async_set(POWER, f"{watts}", {"unit_of_measurement": "W"})


@pytest.fixture
async def bound(hass: HomeAssistant, prices: MockConfigEntry) -> MockConfigEntry:
    """Return a planner with a peak fee, in a home that has drawn 3 kW for two hours."""
    assert await async_setup_component(hass, "energy", {})
    helpers = {"input_boolean": {"dishwasher": None}}
    assert await async_setup_component(hass, "input_boolean", helpers)
    manager = await async_get_manager(hass)
    source: Any = {"type": "grid", "stat_energy_from": METER, "stat_rate": POWER}
    manager.data = {"energy_sources": [source]}  # type: ignore[typeddict-item]  # other fields do not matter
    times = (NOW - n * FIVE for n in range(1, 31))
    energy: dict[datetime, Fraction] = {at: Fraction(1, 4) for at in times}
    await Meter(hass, METER).record(energy, NOW - 3 * HOUR)
    _power(hass, 3000)
    planner = planner_of(
        hass,
        dishwasher(drives=SWITCH),
        peak_fee="norway",
        peak_steps=STEPS,
        limit=9.0,
        base_load=0.5,
    )
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    return planner


def _window(planner: MockConfigEntry) -> PeakWindow:
    """Return the window that runs, as the plan has it."""
    overview = planner.runtime_data.feeds["plans"].data[PLANNER_KEY]
    assert isinstance(overview, Overview)
    assert overview.whole is not None
    return overview.whole.home.peaks[0].windows[0]


def _guard(planner: MockConfigEntry) -> Guard:
    """Return what is known by watching."""
    guard = planner.runtime_data.watched.state
    assert isinstance(guard, Guard)
    return guard


async def test_a_window_that_runs(
    hass: HomeAssistant, bound: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """After a start the recorder has it, then the guard, and after a reload again."""
    window = _window(bound)
    assert (window.start, window.drawn) == (BEGIN, pytest.approx(1.5))
    assert bound.runtime_data.watched.state is None
    # The guard knows it from the plan that was just made.
    for second in range(10, 190, 10):
        freezer.move_to(NOW + second * SECOND)
        # That it tells the same again is a reading, too.
        _power(hass, 6000)
        await hass.async_block_till_done()
    drawn = 1.5 + 6.0 * 180 / 3600
    assert _guard(bound).window == BEGIN
    assert _guard(bound).drawn == pytest.approx(drawn, abs=1e-6)
    await refresh(hass, bound, "plans")
    assert _window(bound).drawn == pytest.approx(drawn, abs=1e-6)
    # What was watched is in memory alone: of the last minutes the meter's power counts.
    _power(hass, 5000)
    assert await hass.config_entries.async_reload(bound.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert bound.runtime_data.watched.state is None
    assert _window(bound).drawn == pytest.approx(1.5 + 5.0 * 180 / 3600, abs=1e-6)
    # A meter that shows nothing leaves what the home is expected to draw.
    hass.states.async_set(POWER, "unavailable")
    assert await hass.config_entries.async_reload(bound.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert 1.5 < _window(bound).drawn <= 1.5 + 3.0 * 180 / 3600
