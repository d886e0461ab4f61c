"""Devices are set at their time, restored after it, and never against a hand."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.driven import DRIVING, Problem
from custom_components.energy_portals.portals.planner.sites import PlannerSite
from tests.portals.planner.devices import (
    BEGIN,
    END,
    HOUR,
    LOAD,
    MINUTE,
    House,
    Killed,
    moved,
    plan_of,
    site_of,
)

SWITCH = "switch.dishwasher"
METER = "sensor.power"
STARTS = {("button.start", "press"), ("switch.start", "turn_on")}
QUARTER = plan_of((2, 2.25, 2.0))
TWO_TO_FOUR = plan_of((2, 4, 2.0))
ON, OFF = (2.0, "turn_on"), (4.0, "turn_off")


def _metered(state: str = "0") -> dict[str, Any]:
    """Return a house with a switch and a meter of its power."""
    return {
        "states": {SWITCH: "off", METER: state},
        "attributes": {METER: {"unit_of_measurement": "W"}},
    }


@pytest.mark.parametrize("domain", ["switch", "input_boolean", "climate"])
async def test_on_at_its_time_and_off_after_it(domain: str) -> None:
    """What was off is switched on for the run, and off again."""
    name = f"{domain}.thing"
    house, site = House({name: "off"}), site_of(drives=name)
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [ON, OFF]
    assert house.driven.changes == ()
    assert house.driven.problem is None
    assert house.looks > 0


async def test_what_is_on_already_stays_on() -> None:
    """Only what was changed is restored."""
    house, site = House({SWITCH: "on"}), site_of(drives=SWITCH)
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == []
    assert house.states[SWITCH] == "on"


async def test_what_ran_is_seen() -> None:
    """The time acted on is what ran, in as many spans as it ran."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(END, plan_of((1, 2, 2.0), (3, 4, 2.0)), site)
    seen = house.driven.seen
    assert seen is not None
    assert seen.ran_for(BEGIN) == 2 * HOUR
    assert seen.starts(BEGIN) == 2
    assert seen.delivered(BEGIN, 2.0) == pytest.approx(4.0)
    assert not seen.is_running


async def test_a_number_of_amperes_follows_the_plan() -> None:
    """A current is the power by its phases, rounded down; it is restored at the end."""
    current, switch = "number.current", "switch.charger"
    house = House(
        {current: "6", switch: "off"},
        {current: {"unit_of_measurement": "A", "step": 1, "min": 6, "max": 16}},
    )
    site = site_of(drives=switch, setpoint=current, phases=3)
    plan = plan_of((1, 2, 11.04), (2, 3, 10.9), (3, 4, 5.0))
    await house.until(END, plan, site)
    set_to = [(when, value) for when, name, _, value in house.log if name == current]
    assert set_to == [
        (BEGIN + HOUR, 16.0),
        (BEGIN + 2 * HOUR, 15.0),
        (BEGIN + 3 * HOUR, 7.0),
        (BEGIN + 4 * HOUR, 6.0),
    ]
    # It is switched once it has its current, and off before that is restored.
    assert [name for _, name, _, _ in house.log] == [
        *(current, switch, current, current, switch, current)
    ]


async def test_less_than_a_step_is_no_change() -> None:
    """A setpoint is sent only when it changes by a step."""
    current = "number.current"
    house = House(
        {current: "0"}, {current: {"unit_of_measurement": "A", "step": 1, "max": 16}}
    )
    site = site_of(setpoint=current)
    await house.until(END, plan_of((1, 2, 3.0), (2, 3, 3.1), (3, 4, 2.99)), site)
    assert [value for *_, value in house.log] == [13.0, 0.0]


@pytest.mark.parametrize(
    ("data", "before", "during"),
    [
        ({"boost_temperature": 65.0}, {"temperature": 50.0}, {"temperature": 65.0}),
        (
            {"boost_mode": "high_demand"},
            {"operation_mode": "eco"},
            {"operation_mode": "high_demand"},
        ),
    ],
)
async def test_a_heater_is_boosted(
    data: dict[str, Any], before: dict[str, object], during: dict[str, object]
) -> None:
    """Temperature or mode come back as they were."""
    name = "water_heater.tank"
    house = House({name: "eco"}, {name: dict(before)})
    site = site_of(drives=name, **data)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    assert house.attributes[name] == during
    await house.until(END, TWO_TO_FOUR, site)
    assert house.attributes[name] == before


async def test_buttons_are_pressed_once() -> None:
    """One button starts, another stops."""
    house = House({"button.start": None, "button.stop": None})
    site = site_of(drives="button.start", stops="button.stop")
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [(2.0, "press"), (4.0, "press")]
    assert [name for _, name, _, _ in house.log] == ["button.start", "button.stop"]


async def test_a_script_is_started() -> None:
    """A script is run at the start, and nothing restores what it did."""
    house = House({"script.wash": "off"}, obeys=lambda name, action: False)
    await house.until(END, TWO_TO_FOUR, site_of(drives="script.wash"))
    assert house.calls() == [ON]


# --- hands ----------------------------------------------------------------------------


@pytest.mark.parametrize(("is_called", "after"), [(True, 1), (True, 30), (False, 30)])
async def test_a_hand_wins_until_the_window_ends(is_called: bool, after: int) -> None:
    """What a person or an automation switches off stays off, and is not restored."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 2 * HOUR + after * MINUTE, TWO_TO_FOUR, site)
    house.hand(SWITCH, "off", is_called=is_called)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    house.hand(SWITCH, "on")
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [ON]
    assert house.states[SWITCH] == "on"
    assert house.driven.hand_until == END


async def test_by_the_plan_again() -> None:
    """Whoever says so is driven again at once."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 2.5 * HOUR, TWO_TO_FOUR, site)
    house.hand(SWITCH, "off")
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    house.memory[LOAD] = house.driven.by_plan_again()
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [ON, (3.0, "turn_on"), OFF]


async def test_a_hand_on_what_was_not_switched_here() -> None:
    """What was on already and is switched off in the run stays off."""
    house, site = House({SWITCH: "on"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    house.hand(SWITCH, "off")
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == []


async def test_a_hand_before_the_run_is_none_against_it() -> None:
    """Who switched it off in the afternoon did not mean the night."""
    house, site = House({SWITCH: "on"}), site_of(drives=SWITCH)
    await house.until(BEGIN + HOUR, TWO_TO_FOUR, site)
    house.hand(SWITCH, "off")
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [ON, OFF]


async def test_a_hand_after_the_run() -> None:
    """What somebody switches on after the run stays on."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 4 * HOUR + MINUTE / 2, TWO_TO_FOUR, site)
    house.hand(SWITCH, "on")
    await house.until(END, TWO_TO_FOUR, site)
    assert house.states[SWITCH] == "on"
    assert house.calls() == [ON, OFF]


async def test_a_hand_while_it_is_being_restored() -> None:
    """A device that is slow to go off is let be once somebody wants it on."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    house.obeys = lambda name, action: action == "turn_on"
    await house.until(BEGIN + 4 * HOUR + MINUTE, TWO_TO_FOUR, site)
    house.hand(SWITCH, "on")
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [ON, OFF]


# --- faults ---------------------------------------------------------------------------


async def test_failed_calls_are_tried_again() -> None:
    """After one, two and five minutes; that is told, and over once it worked."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 2 * HOUR, TWO_TO_FOUR, site)
    house.fails = 3
    await house.until(BEGIN + 2 * HOUR + 7.5 * MINUTE, TWO_TO_FOUR, site)
    assert house.driven.problem is Problem.CALL_FAILED
    assert house.calls() == []
    await house.until(END, TWO_TO_FOUR, site)
    minutes = [round(hours * 60) for hours, _ in house.calls()]
    assert minutes == [128, 240]
    assert house.driven.problem is None


async def test_a_failed_restoring_is_tried_until_it_works() -> None:
    """Nothing stays on because one call failed."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    house.fails = 5
    await house.until(BEGIN + 4 * HOUR + 6 * MINUTE, TWO_TO_FOUR, site)
    assert house.driven.problem is Problem.STAYS_ON
    await house.until(END, TWO_TO_FOUR, site)
    assert house.states[SWITCH] == "off"
    assert house.driven.problem is None


async def test_what_stays_on_is_told_and_tried_again() -> None:
    """A device that does not go off is tried until it does."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    house.obeys = lambda name, action: False
    await house.until(BEGIN + 4.5 * HOUR, TWO_TO_FOUR, site)
    assert house.driven.problem is Problem.STAYS_ON
    assert house.driven.seen is not None
    assert house.driven.seen.follows
    house.obeys = lambda name, action: True
    await house.until(END, TWO_TO_FOUR, site)
    assert house.states[SWITCH] == "off"
    assert house.driven.problem is None


@pytest.mark.parametrize("minutes", [1, 2])
async def test_what_is_still_off_after_two_minutes_does_not_follow(
    minutes: int,
) -> None:
    """That is told, and a plan may go by it."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    house.obeys = lambda name, action: False
    await house.until(BEGIN + 2 * HOUR + minutes * MINUTE, TWO_TO_FOUR, site)
    await house.look(TWO_TO_FOUR, site)
    is_late = minutes == 2
    assert (house.driven.problem is Problem.DOES_NOT_FOLLOW) is is_late
    assert house.driven.seen is not None
    assert house.driven.seen.follows is not is_late
    await house.until(END, TWO_TO_FOUR, site)
    assert house.driven.problem is None
    assert house.calls() == [ON]


async def test_what_goes_off_again_at_once_does_not_follow() -> None:
    """A switch that only seemed to go on is no hand's."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 2 * HOUR + MINUTE / 2, TWO_TO_FOUR, site)
    house.hand(SWITCH, "off", is_called=False)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    assert house.driven.problem is Problem.DOES_NOT_FOLLOW
    assert not house.driven.is_by_hand(house.now)


async def test_a_meter_says_that_nothing_runs() -> None:
    """A switch that is on with nothing behind it does not follow, by its meter."""
    house, site = House(**_metered()), site_of(drives=SWITCH, meter=METER)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    assert house.driven.problem is Problem.DOES_NOT_FOLLOW
    assert house.driven.seen is not None
    assert house.driven.seen.is_running is False
    house.states[METER] = "2000"
    await house.look(TWO_TO_FOUR, site)
    await house.until(BEGIN + 3.5 * HOUR, TWO_TO_FOUR, site)
    assert house.driven.problem is None
    # What is done early has followed.
    house.states[METER] = "0"
    await house.until(END, TWO_TO_FOUR, site)
    assert house.driven.problem is None
    assert house.calls() == [ON, OFF]
    assert house.driven.seen.delivered(BEGIN, None) == pytest.approx(1.0, abs=0.02)


async def test_what_cannot_be_seen_is_waited_for() -> None:
    """A device that is away is told of, and driven when it is back."""
    house, site = House({SWITCH: None}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    assert house.driven.problem is Problem.UNAVAILABLE
    assert house.calls() == []
    house.states[SWITCH] = "off"
    await house.until(BEGIN + 3.5 * HOUR, TWO_TO_FOUR, site)
    assert house.driven.problem is None
    house.states[SWITCH] = None
    await house.until(BEGIN + 5 * HOUR, TWO_TO_FOUR, site)
    house.states[SWITCH] = "on"
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [(3.0, "turn_on"), (5.0, "turn_off")]


async def test_what_forgets_its_state_is_told_again() -> None:
    """A plug that comes back off after a power cut is switched on again."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    house.states[SWITCH] = None
    await house.look(TWO_TO_FOUR, site)
    house.states[SWITCH] = "off"
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [ON, (3.0, "turn_on"), OFF]
    assert not house.driven.is_by_hand(house.now)


async def test_a_charger_rests_between_two_switchings() -> None:
    """At most one in five minutes, whatever the plan says."""
    switch, current = "switch.charger", "number.current"
    house = House(
        {switch: "off", current: "16"}, {current: {"unit_of_measurement": "A"}}
    )
    site = site_of(drives=switch, setpoint=current)
    starts = [2 + minute / 60 for minute in range(0, 30, 2)]
    plan = plan_of(*((start, start + 1 / 60, 3.68) for start in starts))
    await house.until(END, plan, site)
    switched = [when for when, name, _, _ in house.log if name == switch]
    assert len(switched) > 2
    pauses = [later - earlier for earlier, later in pairwise(switched)]
    assert min(pauses) >= timedelta(minutes=5)
    assert house.states[switch] == "off"


# --- interruptions --------------------------------------------------------------------


@pytest.mark.parametrize("down", [timedelta(), 5 * MINUTE, 3 * HOUR])
@pytest.mark.parametrize("kind", ["switch", "button", "charger"])
async def test_killed_at_any_moment(kind: str, down: timedelta) -> None:
    """Nothing runs twice, and nothing stays on that was switched on here."""
    killed = 0
    for moment in range(1, 200):
        house, site = _of_kind(kind)
        house.kill_at = moment
        try:
            await house.until(END, QUARTER, site)
        except Killed:
            killed += 1
            house.now += down
            house.restart()
            await house.until(END + 4 * HOUR, QUARTER, site)
        assert house.driven.changes == ()
        actions = [(name, action) for _, name, action, _ in house.log]
        starts = sum(each in STARTS for each in actions)
        assert starts <= 1, moment
        assert house.states.get("switch.start", "off") == "off", moment
        assert house.states.get("number.current", "6") in {"6", "6.0"}, moment
        if moment > house.moments:
            break
    assert killed > 4


def _of_kind(kind: str) -> tuple[House, Any]:
    """Return a house with one thing to drive; its switch is turned on once a run."""
    if kind == "button":
        house = House({"button.start": None, "button.halt": None})
        return house, site_of(drives="button.start", stops="button.halt")
    states: dict[str, str | None] = {"switch.start": "off"}
    if kind == "switch":
        return House(states), site_of(drives="switch.start")
    states["number.current"] = "6"
    attributes: dict[str, dict[str, object]]
    attributes = {"number.current": {"unit_of_measurement": "A", "max": 16}}
    house = House(states, attributes)
    return house, site_of(drives="switch.start", setpoint="number.current")


async def test_down_over_a_run_is_not_run() -> None:
    """What nobody saw does not count, unless a meter of energy tells."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 2.5 * HOUR, TWO_TO_FOUR, site)
    house.now = BEGIN + 5 * HOUR
    house.restart()
    await house.until(END, TWO_TO_FOUR, site)
    assert house.driven.seen is not None
    assert house.driven.seen.ran_for(BEGIN) <= 0.5 * HOUR
    assert house.states[SWITCH] == "off"


async def test_a_meter_of_energy_counts_what_nobody_saw() -> None:
    """The difference of its readings is what was delivered."""
    house, site = House(**_metered()), site_of(drives=SWITCH, meter=METER)
    house.attributes[METER] = {"unit_of_measurement": "kWh"}
    house.states[METER] = "100"
    await house.until(BEGIN + 2.5 * HOUR, TWO_TO_FOUR, site)
    house.states[METER] = "104"
    house.now = BEGIN + 5 * HOUR
    house.restart()
    await house.until(END, TWO_TO_FOUR, site)
    assert house.driven.seen is not None
    assert house.driven.seen.delivered(BEGIN, None) == pytest.approx(4.0)


async def test_a_load_that_is_removed_while_it_runs() -> None:
    """What was switched on for it is switched off by the planner itself."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    planner = PlannerSite(key="planner", name="Planner")
    request = FeedRequest(
        now=house.now, sites=(planner,), held=house.memory, given=None
    )
    fetched = await DRIVING.fetch(PlannerClient(), request)
    house.memory = dict(fetched.data)
    await house.look(None)
    assert house.states[SWITCH] == "off"
    await house.look(None)
    assert house.memory["planner"].changes == ()


async def test_a_load_that_is_removed_is_known_to_the_next_look() -> None:
    """Whoever looks first after it is gone takes over what is set for it."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    await house.look(None)
    assert house.states[SWITCH] == "off"
    await house.look(None)
    assert house.memory["planner"].changes == ()


@pytest.mark.parametrize("down", [timedelta(), 5 * MINUTE, 3 * HOUR])
@pytest.mark.parametrize("kind", ["switch", "button", "charger"])
async def test_an_account_that_is_gone(kind: str, down: timedelta) -> None:
    """All that is set is restored once, whenever that is interrupted."""
    killed = 0
    for moment in range(1, 40):
        house, site = _of_kind(kind)
        await house.until(BEGIN + 2.1 * HOUR, QUARTER, site)
        begun = house.moments
        house.kill_at = begun + moment
        try:
            due = await house.restore_until(END)
        except Killed:
            killed += 1
            house.now += down
            house.restart()
            due = await house.restore_until(END + 4 * HOUR)
        assert due is None
        assert all(each.changes == () for each in house.memory.values())
        actions = [(name, action) for _, name, action, _ in house.log]
        assert sum(each in STARTS for each in actions) == 1
        assert sum(name == "button.halt" for name, _ in actions) <= 1
        assert house.states.get("switch.start", "off") == "off", moment
        assert house.states.get("number.current", "6") in {"6", "6.0"}, moment
        if moment > house.moments - begun:
            break
    assert killed > 2


async def test_an_account_that_is_gone_with_a_device_that_is_away() -> None:
    """It is tried until the device is back; a hand before that is let be."""
    house, site = House({SWITCH: "off", "switch.two": "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    house.states[SWITCH] = None
    assert await house.restore_until(BEGIN + 4 * HOUR) is not None
    assert house.followed == {SWITCH}
    house.states[SWITCH] = "on"
    house.fails = 1
    assert await house.restore_until(BEGIN + 5 * HOUR) is None
    assert house.states[SWITCH] == "off"
    assert await house.restore_until(END) is None
    assert [action for _, action in house.calls()] == ["turn_on", "turn_off"]


@pytest.mark.parametrize("state", ["on", "off"])
async def test_an_account_that_is_gone_after_a_hand(state: str) -> None:
    """What somebody has set since is theirs."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    house.hand(SWITCH, "off")
    await house.look(TWO_TO_FOUR, site)
    house.hand(SWITCH, state)
    assert await house.restore_until(END) is None
    assert house.states[SWITCH] == state
    assert house.calls() == [ON]


async def test_what_stops_it_may_be_bound_while_it_runs() -> None:
    """It is not started again for that, and is stopped by it."""
    house = House({"button.start": None, "button.halt": None})
    site = site_of(drives="button.start")
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    site = site_of(drives="button.start", stops="button.halt")
    await house.until(END, TWO_TO_FOUR, site)
    assert [name for _, name, _, _ in house.log] == ["button.start", "button.halt"]


async def test_what_is_not_bound_any_more_is_restored() -> None:
    """Another device is taken for the load while the first one runs."""
    house = House({SWITCH: "off", "switch.other": "off"})
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site_of(drives=SWITCH))
    await house.until(END, TWO_TO_FOUR, site_of(drives="switch.other"))
    assert [(name, action) for _, name, action, _ in house.log] == [
        *((SWITCH, "turn_on"), ("switch.other", "turn_on")),
        *((SWITCH, "turn_off"), ("switch.other", "turn_off")),
    ]
    await house.look(TWO_TO_FOUR, site_of())
    assert house.driven.seen is None


async def test_a_run_that_is_called_off() -> None:
    """A plan that is gone, or moved away, ends what runs."""
    house, site = House({SWITCH: "off"}), site_of(drives=SWITCH)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    await house.until(END, moved(TWO_TO_FOUR, (5, 5.5, 2.0)), site)
    assert house.calls() == [ON, (3.0, "turn_off"), (5.0, "turn_on"), (5.5, "turn_off")]


# --- what it asks for -----------------------------------------------------------------


async def test_nothing_runs_before_it_is_ready() -> None:
    """A car that is not plugged in is not charged, and one that comes late is."""
    house = House({SWITCH: "off", "binary_sensor.cable": "off"})
    site = site_of(drives=SWITCH, plugged="binary_sensor.cable")
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    assert house.calls() == []
    looks = house.looks
    house.states["binary_sensor.cable"] = "on"
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [(3.0, "turn_on"), OFF]
    assert house.looks > looks


async def test_a_full_car_is_not_charged() -> None:
    """At its target it goes off, whatever was planned."""
    house = House({SWITCH: "off", "sensor.soc": "60"})
    site = site_of(drives=SWITCH, soc="sensor.soc", capacity=50.0, target_percent=80.0)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    assert house.driven.need.energy == pytest.approx(0.2 * 50 / 0.9)
    house.states["sensor.soc"] = "80"
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [ON, (3.0, "turn_off")]
    assert house.driven.need.energy == 0
    assert house.followed >= {SWITCH, "sensor.soc"}


async def test_a_car_that_may_take_more() -> None:
    """Beyond its target too, where that was planned, and no further than it may."""
    house = House({SWITCH: "off", "sensor.soc": "80"})
    data = {"soc": "sensor.soc", "capacity": 50.0, "target_percent": 80.0}
    cheap = {"more_below": 0.1, "most_percent": 90.0}
    site = site_of(drives=SWITCH, **data, **cheap)
    await house.until(BEGIN + 3 * HOUR, TWO_TO_FOUR, site)
    assert house.driven.need.energy == 0
    assert house.driven.need.more == pytest.approx(0.1 * 50 / 0.9)
    house.states["sensor.soc"] = "90"
    await house.until(END, TWO_TO_FOUR, site)
    assert house.calls() == [ON, (3.0, "turn_off")]
