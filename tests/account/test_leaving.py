"""Accounts that are removed or disabled while a device runs that was switched here."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.energy_portals.account import leaving as module
from custom_components.energy_portals.account.leaving import leaving
from custom_components.energy_portals.const import DOMAIN
from tests.accounts import pass_time, set_up
from tests.faces.planner.home import dishwasher, key_of, planner_of
from tests.faces.planner.seen import TITLE, call

MINUTE = timedelta(minutes=1)
SWITCH = "input_boolean.dishwasher"
SPARE = "input_boolean.spare"


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture(autouse=True)
async def _helpers(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Live in one night, with two helpers that may be moved."""
    freezer.move_to(datetime(2026, 1, 15, 22, 30, tzinfo=UTC))
    helpers = {"dishwasher": None, "spare": None}
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": helpers}
    )


@pytest.fixture
async def running(hass: HomeAssistant) -> MockConfigEntry:
    """Return a planner whose one load runs, and has switched something on."""
    planner = planner_of(hass, dishwasher(drives=SWITCH))
    await set_up(hass, planner)
    await _settle(hass)
    await call(hass, planner, "button", "press", "start_by_hand")
    assert hass.states.is_state(SWITCH, "on")
    return planner


async def _settle(hass: HomeAssistant) -> None:
    """Let all be done that is under way."""
    await hass.async_block_till_done(wait_background_tasks=True)


async def _leave(hass: HomeAssistant, planner: MockConfigEntry, way: str) -> None:
    """Take a planner or its load away."""
    entries = hass.config_entries
    match way:
        case "removed":
            await entries.async_remove(planner.entry_id)
        case "disabled":
            await entries.async_set_disabled_by(
                planner.entry_id, ConfigEntryDisabler.USER
            )
        case "load removed":
            entries.async_remove_subentry(planner, key_of(planner, TITLE))
        case _:
            part = planner.subentries[key_of(planner, TITLE)]
            other = {"moves another": {"drives": SPARE}, "moves nothing": {}}
            data = {key: part.data[key] for key in part.data if key != "drives"}
            if way == "a car":
                other[way] = {"drives": SPARE, "soc": "sensor.soc", "capacity": 50.0}
                data |= {"duration": None, "shape": "slots", "end": data["begin"]}
            entries.async_update_subentry(planner, part, data={**data, **other[way]})
    await _settle(hass)


WAYS = (
    "removed",
    "disabled",
    "load removed",
    "moves another",
    "moves nothing",
    "a car",
)


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_switched_on_here_goes_off(
    hass: HomeAssistant, running: MockConfigEntry, way: str
) -> None:
    """Whichever way it is taken from the plan."""
    await _leave(hass, running, way)
    assert hass.states.is_state(SWITCH, "off")


@pytest.mark.parametrize("way", WAYS)
async def test_what_somebody_has_switched_since_stays(
    hass: HomeAssistant, running: MockConfigEntry, way: str
) -> None:
    """Off and on again by hand, it is theirs."""
    for action in ("turn_off", "turn_on"):
        await hass.services.async_call(
            "input_boolean", action, {ATTR_ENTITY_ID: SWITCH}, blocking=True
        )
        await _settle(hass)
    await _leave(hass, running, way)
    assert hass.states.is_state(SWITCH, "on")


async def test_a_reload_switches_nothing(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    """Neither off nor on again."""
    changes = async_capture_events(hass, "state_changed")
    for _ in range(2):
        assert await hass.config_entries.async_reload(running.entry_id)
        await _settle(hass)
    assert SWITCH not in {each.data["entity_id"] for each in changes}
    assert hass.states.is_state(SWITCH, "on")


@pytest.mark.parametrize("way", ["removed", "disabled"])
@pytest.mark.parametrize("is_restarted", [False, True])
async def test_a_device_that_is_away_is_waited_for(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    running: MockConfigEntry,
    way: str,
    is_restarted: bool,
) -> None:
    """Over a restart too; then nothing is left on the disk of what is removed."""
    hass.states.async_set(SWITCH, STATE_UNAVAILABLE)
    await _leave(hass, running, way)
    key = f"{DOMAIN}.{running.entry_id}"
    assert key in hass_storage
    if is_restarted:
        leaving(hass).async_back(running.entry_id)
        del hass.data[module._LEAVING]  # a new run has none
        await leaving(hass).async_begin()
        await _settle(hass)
    hass.states.async_set(SWITCH, "on")
    await _settle(hass)
    assert hass.states.is_state(SWITCH, "off")
    await _settle(hass)
    assert (key in hass_storage) is (way == "disabled")
    assert f"{DOMAIN}.removed" not in hass_storage


async def test_calls_that_fail_are_tried_again(
    hass: HomeAssistant, running: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """After a minute and two, as for any load; for several accounts at once."""
    other = planner_of(
        hass, dishwasher(drives=SPARE), unique_id="planner:two", green="none"
    )
    await set_up(hass, other)
    await _settle(hass)
    await call(hass, other, "button", "press", "start_by_hand")
    fails = True

    async def answer(service: ServiceCall) -> None:
        if fails:
            raise ValueError
        hass.states.async_set(service.data[ATTR_ENTITY_ID], "off")

    hass.services.async_register("input_boolean", "turn_off", answer)
    for each in (running, other):
        await _leave(hass, each, "removed")
    await pass_time(hass, freezer, MINUTE)
    assert hass.states.is_state(SWITCH, "on")
    fails = False
    await pass_time(hass, freezer, 2 * MINUTE)
    await _settle(hass)
    for name in (SWITCH, SPARE):
        assert hass.states.is_state(name, "off")


async def test_one_that_is_enabled_again_goes_on(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    """What could not be restored meanwhile is its own again."""
    hass.states.async_set(SWITCH, STATE_UNAVAILABLE)
    await _leave(hass, running, "disabled")
    assert await hass.config_entries.async_set_disabled_by(running.entry_id, None)
    await _settle(hass)
    hass.states.async_set(SWITCH, "on")
    await _settle(hass)
    # It is within its run still.
    assert hass.states.is_state(SWITCH, "on")
    await call(hass, running, "button", "press", "done_for_today")
    assert hass.states.is_state(SWITCH, "off")


async def test_killed_before_the_account_was_forgotten(
    hass: HomeAssistant, hass_storage: dict[str, Any], running: MockConfigEntry
) -> None:
    """Home Assistant still has it then, and it goes on."""
    hass_storage[f"{DOMAIN}.removed"] = {
        "version": 1,
        "minor_version": 1,
        "key": f"{DOMAIN}.removed",
        "data": {running.entry_id: "planner"},
    }
    del hass.data[module._LEAVING]  # a new run has none
    await leaving(hass).async_begin()
    await _settle(hass)
    assert hass.states.is_state(SWITCH, "on")


async def test_what_another_release_wrote(
    hass: HomeAssistant, hass_storage: dict[str, Any], running: MockConfigEntry
) -> None:
    """It is no reason not to start."""
    hass_storage[f"{DOMAIN}.removed"] = {"version": 99, "data": {}}
    del hass.data[module._LEAVING]  # a new run has none
    await leaving(hass).async_begin()
