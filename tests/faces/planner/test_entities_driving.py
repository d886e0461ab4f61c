"""What loads move, in a real Home Assistant: at its time, by hand, after a restart."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import Group
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import (
    Context,
    CoreState,
    Event,
    EventStateChangedData,
    HomeAssistant,
)
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import entity_id, pass_time, set_up
from tests.faces.planner.home import dishwasher, key_of, planner_of
from tests.faces.planner.seen import HOUR, TITLE, call, shown, times, times_end, to

MINUTE = timedelta(minutes=1)
SWITCH = "input_boolean.dishwasher"


@pytest.fixture
async def switch(hass: HomeAssistant) -> str:
    """Return what the dishwasher is plugged into."""
    helpers = {"dishwasher": None, "cable": None, "spare": None}
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": helpers}
    )
    numbers = {
        name: {"min": 0, "max": 100, "initial": initial, "step": 1}
        for name, initial in (("soc", 40), ("target", 80))
    }
    numbers["current"] = {
        **numbers["soc"],
        "initial": 6,
        "unit_of_measurement": "A",
        "max": 16,
    }
    assert await async_setup_component(hass, "input_number", {"input_number": numbers})
    return SWITCH


async def _planner(hass: HomeAssistant, **data: Any) -> MockConfigEntry:
    """Return a planner with one load that moves something, set up."""
    planner = planner_of(hass, dishwasher(**{"drives": SWITCH, **data}))
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    return planner


@pytest.fixture
async def bound(
    hass: HomeAssistant, prices: MockConfigEntry, switch: str
) -> MockConfigEntry:
    """Return a planner with a dishwasher that is switched, set up."""
    return await _planner(hass)


def _state(hass: HomeAssistant, name: str = SWITCH) -> str:
    """Return what an entity of the house shows."""
    state = hass.states.get(name)
    assert state is not None
    return state.state


async def _set(
    hass: HomeAssistant, action: str, name: str = SWITCH, **data: Any
) -> None:
    """Set something by hand."""
    domain = name.partition(".")[0]
    await hass.services.async_call(
        domain, action, {ATTR_ENTITY_ID: name, **data}, blocking=True
    )
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_it_is_switched_for_its_run(
    hass: HomeAssistant, bound: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """On at its start, off at its end; the entities say so."""
    start, end = times(hass, bound)
    assert shown(hass, bound, "driven") == "by_plan"
    assert shown(hass, bound, "device_running", "binary_sensor") == "off"
    await to(hass, freezer, start - MINUTE)
    assert _state(hass) == "off"
    await to(hass, freezer, start)
    assert _state(hass) == "on"
    assert shown(hass, bound, "device_running", "binary_sensor") == "on"
    assert shown(hass, bound, "does_not_follow", "binary_sensor") == "off"
    assert shown(hass, bound, "load_status") == "running"
    await to(hass, freezer, end - MINUTE)
    assert _state(hass) == "on"
    await to(hass, freezer, end)
    assert _state(hass) == "off"
    part = bound.subentries[key_of(bound, TITLE)]
    assert part.data["drives"] != SWITCH


async def test_a_hand_wins(
    hass: HomeAssistant, bound: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Whoever switches it off has it off, until they want the plan again."""
    start, _ = times(hass, bound)
    await to(hass, freezer, start + 30 * MINUTE)
    await _set(hass, "turn_off")
    assert shown(hass, bound, "driven") == "by_hand"
    assert shown(hass, bound, "hand_until") == "2026-01-16T06:00:00+00:00"
    await to(hass, freezer, start + 60 * MINUTE)
    assert _state(hass) == "off"
    await call(hass, bound, "button", "press", "by_plan_again")
    assert _state(hass) == "on"
    assert shown(hass, bound, "driven") == "by_plan"
    await to(hass, freezer, times_end(hass, bound))
    assert _state(hass) == "off"


async def test_a_restart_within_a_run(
    hass: HomeAssistant, bound: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """A run goes on; one that ended meanwhile is ended."""
    start, end = times(hass, bound)
    await to(hass, freezer, start + 30 * MINUTE)
    assert await hass.config_entries.async_reload(bound.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _state(hass) == "on"
    assert await hass.config_entries.async_unload(bound.entry_id)
    freezer.move_to(end + HOUR)
    assert _state(hass) == "on"
    assert await hass.config_entries.async_setup(bound.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _state(hass) == "off"


async def test_a_load_that_is_removed(
    hass: HomeAssistant, bound: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """What was switched on for it goes off with it."""
    await to(hass, freezer, times(hass, bound)[0] + 30 * MINUTE)
    assert _state(hass) == "on"
    hass.config_entries.async_remove_subentry(bound, key_of(bound, TITLE))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _state(hass) == "off"


async def test_a_device_that_fails(
    hass: HomeAssistant,
    bound: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its calls are tried again, and that it does not follow is told once."""
    calls = []
    fails = True
    event = entity_id(hass, bound, key_of(bound, TITLE), "problem_told", Platform.EVENT)
    told: list[str] = []

    def note(changed: Event[EventStateChangedData]) -> None:
        state = changed.data["new_state"]
        if state is not None and state.attributes.get("event_type"):
            told.append(state.attributes["event_type"])

    async_track_state_change_event(hass, event, note)

    async def answer(service: Any) -> None:
        calls.append(datetime.now(UTC))
        if fails:
            raise HomeAssistantError("out of order")
        hass.states.async_set(SWITCH, "on", context=service.context)

    hass.services.async_register("input_boolean", "turn_on", answer)
    start = times(hass, bound)[0]
    await to(hass, freezer, start)
    assert shown(hass, bound, "driven") == "call_failed"
    assert shown(hass, bound, "does_not_follow", "binary_sensor") == "on"
    for minutes in (1, 2, 5):
        await pass_time(hass, freezer, minutes * MINUTE)
    assert calls == [start + n * MINUTE for n in (0, 1, 3, 8)]
    assert told == ["call_failed"]
    fails = False
    await pass_time(hass, freezer, 5 * MINUTE)
    assert shown(hass, bound, "driven") == "by_plan"
    assert _state(hass) == "on"
    assert "out of order" not in caplog.text
    assert told == ["call_failed"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"needed": "sensor.none"}, set()),
        (
            {"needed": "sensor.none", "energy": 3, "duration": None},
            {"energy_needed"},
        ),
        ({"ready_by": "sensor.none"}, {"ready_by"}),
        ({"ready_sun": "06:30:00"}, {"ready_by"}),
        (
            {"soc": "sensor.none", "capacity": 50, "duration": None},
            {"state_of_charge", "energy_needed"},
        ),
    ],
)
async def test_what_may_be_told_is_there_before_it_is(
    hass: HomeAssistant,
    prices: MockConfigEntry,
    switch: str,
    data: dict[str, Any],
    told: set[str],
) -> None:
    """Whatever the user has named a source for, and nothing else."""
    planner = planner_of(hass, dishwasher(drives=SWITCH, **data))
    hass.set_state(CoreState.starting)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    known = {"driven", "hand_until", *told}
    keys = {*known, "state_of_charge", "energy_needed", "ready_by"}
    registry = er.async_get(hass)
    named = f"{planner.unique_id}:{key_of(planner, TITLE)}"
    there = {
        key
        for key in keys
        if registry.async_get_entity_id("sensor", DOMAIN, f"{named}:{key}")
    }
    assert there == known


async def test_an_entity_is_followed_when_it_is_renamed(
    hass: HomeAssistant, prices: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """What is registered is stored by its registry id."""
    states: list[str] = []

    async def answer(service: Any) -> None:
        states.append(service.data[ATTR_ENTITY_ID])
        is_on = service.service == "turn_on"
        hass.states.async_set(
            service.data[ATTR_ENTITY_ID],
            "on" if is_on else "off",
            context=service.context,
        )

    registry = er.async_get(hass)
    plug = registry.async_get_or_create("switch", "other", "1")
    hass.states.async_set(plug.entity_id, "off")
    planner = await _planner(hass, drives=plug.entity_id)
    # Once the platform of the switches is set up, which has these actions.
    for action in ("turn_on", "turn_off"):
        hass.services.async_register("switch", action, answer)
    part = planner.subentries[key_of(planner, TITLE)]
    assert part.data["drives"] == plug.id
    start, end = times(hass, planner)
    hass.states.async_remove(plug.entity_id)
    registry.async_update_entity(plug.entity_id, new_entity_id="switch.kitchen")
    hass.states.async_set("switch.kitchen", "off")
    await to(hass, freezer, start)
    await to(hass, freezer, end)
    assert states == ["switch.kitchen"] * 2


async def test_a_car(
    hass: HomeAssistant,
    prices: MockConfigEntry,
    switch: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A car shows what it needs, and is charged only while it is plugged in."""
    planner = await _planner(
        hass,
        duration=None,
        power=3.68,
        least_power=1.38,
        shape="slots",
        begin="07:00:00",
        end="07:00:00",
        setpoint="input_number.current",
        plugged="input_boolean.cable",
        soc="input_number.soc",
        capacity=50,
        target="input_number.target",
        ready_fri="06:30:00",
    )
    assert shown(hass, planner, "state_of_charge") == "40.0"
    needed = float(str(shown(hass, planner, "energy_needed")))
    assert needed == pytest.approx(0.4 * 50 / 0.9)
    assert shown(hass, planner, "ready_by") == "2026-01-16T05:30:00+00:00"
    await call(hass, planner, "button", "press", "start_by_hand")
    assert shown(hass, planner, "run_now", "binary_sensor") == "on"
    assert _state(hass) == "off"
    await _set(hass, "turn_on", "input_boolean.cable")
    assert _state(hass) == "on"
    assert float(_state(hass, "input_number.current")) > 6
    await _set(hass, "set_value", "input_number.soc", value=80)
    assert shown(hass, planner, "energy_needed") == "0.0"
    await pass_time(hass, freezer, 5 * MINUTE)
    assert _state(hass) == "off"
    assert _state(hass, "input_number.current") == "6.0"


async def test_whoever_may_not_switch_it_may_not_have_it_switched(
    hass: HomeAssistant, bound: MockConfigEntry
) -> None:
    """The right to a load is none to what it moves."""
    owned = {
        key: entity_id(hass, bound, key_of(bound, TITLE), key, platform)
        for key, platform in (
            ("start_by_hand", "button"),
            ("takes_part", "switch"),
            ("duration", "number"),
            ("window_begin", "time"),
        )
    }
    rights: dict[str, Any] = {name: {POLICY_CONTROL: True} for name in owned.values()}
    group = Group(name="Guests", policy={"entities": {"entity_ids": rights}})
    user = MockUser(groups=[group]).add_to_hass(hass)
    calls = (
        ("button", "press", "start_by_hand", {}),
        ("switch", "turn_off", "takes_part", {}),
        ("number", "set_value", "duration", {"value": 60}),
        ("time", "set_value", "window_begin", {"time": "20:00:00"}),
    )

    async def order(domain: str, action: str, key: str, data: dict[str, Any]) -> None:
        await hass.services.async_call(
            domain,
            action,
            {ATTR_ENTITY_ID: owned[key], **data},
            blocking=True,
            context=Context(user_id=user.id),
        )

    for each in calls:
        with pytest.raises(Unauthorized):
            await order(*each)
    assert shown(hass, bound, "takes_part", "switch") == "on"
    rights[SWITCH] = {POLICY_CONTROL: True}
    user = MockUser(groups=[group]).add_to_hass(hass)
    await order(*calls[0])
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _state(hass) == "on"
    assert times_end(hass, bound) - datetime.now(UTC) == 2 * HOUR
