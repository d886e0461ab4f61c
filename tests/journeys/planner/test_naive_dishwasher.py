"""A dishwasher by three answers turns a real switch on and off, whatever happens."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import set_up
from tests.faces.planner.home import planner_of
from tests.faces.planner.seen import HOUR, call, shown, times, times_end, to
from tests.faces.planner.test_flow import enter_load
from tests.faces.planner.test_presets import begin, choose, suggested
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

MINUTE = timedelta(minutes=1)
PLUG = "switch.dishwasher_plug"
_WATER = "input_boolean.water"


@pytest.fixture
async def plug(hass: HomeAssistant) -> str:
    """Return the switch that the dishwasher is plugged into."""
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": {"water": None}}
    )
    moves = {
        f"turn_{to}": {
            "action": f"input_boolean.turn_{to}",
            "target": {"entity_id": _WATER},
        }
        for to in ("on", "off")
    }
    switch = {
        "name": "Dishwasher plug",
        "unique_id": "plug",
        "state": f"{{{{ is_state('{_WATER}', 'on') }}}}",
        **moves,
    }
    assert await async_setup_component(
        hass, "template", {"template": [{"switch": [switch]}]}
    )
    await hass.async_block_till_done()
    return PLUG


@pytest.fixture
async def naive(
    hass: HomeAssistant, prices: MockConfigEntry, plug: str
) -> MockConfigEntry:
    """Return a planner with a dishwasher of which only its switch was named."""
    planner = planner_of(hass)
    await set_up(hass, planner)
    form = await begin(hass, planner, "dishwasher")
    menu = await enter_load(hass, form, {**suggested(form), "drives": plug})
    await choose(hass, menu, "add")
    await hass.async_block_till_done(wait_background_tasks=True)
    return planner


def _is_on(hass: HomeAssistant) -> bool:
    """Say whether the plug is on."""
    state = hass.states.get(PLUG)
    assert state is not None and state.state in {"on", "off"}
    return state.state == "on"


async def _by_hand(hass: HomeAssistant, action: str) -> None:
    """Switch the plug as a person does."""
    await hass.services.async_call(
        "switch", action, {ATTR_ENTITY_ID: PLUG}, blocking=True
    )
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_through_an_outage_and_a_restart(
    hass: HomeAssistant,
    naive: MockConfigEntry,
    prices: MockConfigEntry,
    esmart: EsmartSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The prices are away and Home Assistant restarts: it runs as it was planned."""
    start, end = times(hass, naive)
    assert not _is_on(hass)
    esmart.fail("*", Fault(kind="status", status=503, times=None))
    assert await hass.config_entries.async_unload(prices.entry_id)
    await to(hass, freezer, start - 2 * HOUR)
    assert times(hass, naive) == (start, end)
    await to(hass, freezer, start - MINUTE)
    assert not _is_on(hass)
    await to(hass, freezer, start)
    assert _is_on(hass)
    # It is away for the middle of the run, as Home Assistant is while it restarts.
    await to(hass, freezer, start + 30 * MINUTE)
    assert await hass.config_entries.async_unload(naive.entry_id)
    freezer.tick(10 * MINUTE)
    assert _is_on(hass)
    assert await hass.config_entries.async_setup(naive.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, naive, "load_status") == "running"
    assert shown(hass, naive, "driven") == "by_plan"
    end = times_end(hass, naive)
    await to(hass, freezer, end - MINUTE)
    assert _is_on(hass)
    await to(hass, freezer, end)
    assert not _is_on(hass)


async def test_an_end_that_is_missed_is_made_up_for(
    hass: HomeAssistant, naive: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Home Assistant is down when it should go off: it goes off with the start."""
    start, end = times(hass, naive)
    await to(hass, freezer, start + 30 * MINUTE)
    assert await hass.config_entries.async_unload(naive.entry_id)
    freezer.move_to(end + HOUR)
    assert _is_on(hass)
    assert await hass.config_entries.async_setup(naive.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not _is_on(hass)


async def test_a_hand_wins_until_the_window_is_over(
    hass: HomeAssistant, naive: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """What a person switched off stays off, is never said to run, and runs next day."""
    start, end = times(hass, naive)
    await to(hass, freezer, start + 30 * MINUTE)
    await _by_hand(hass, "turn_off")
    await to(hass, freezer, end)
    assert not _is_on(hass)
    assert shown(hass, naive, "driven") == "by_hand"
    assert shown(hass, naive, "load_status") != "running"
    window = start.replace(hour=6, minute=0) + HOUR
    freezer.move_to(window if window > end else window + 24 * HOUR)
    await to(hass, freezer, datetime.now(UTC) + 15 * MINUTE)
    assert shown(hass, naive, "driven") == "by_plan"
    following, _ = times(hass, naive)
    assert following > datetime.now(UTC)


async def test_what_a_person_switched_on_is_not_switched_off(
    hass: HomeAssistant, naive: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Only what was set is restored; asked to, it runs by plan again."""
    start, end = times(hass, naive)
    await to(hass, freezer, start - 30 * MINUTE)
    await _by_hand(hass, "turn_on")
    await to(hass, freezer, end + 15 * MINUTE)
    assert _is_on(hass)
    await _by_hand(hass, "turn_off")
    await call(hass, naive, "button", "press", "start_by_hand")
    assert _is_on(hass)
