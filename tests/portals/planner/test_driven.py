"""What is seen of devices: spans that ran, by a meter or not, over a restart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.devices import DeviceState
from custom_components.energy_portals.portals.model.seen import Need, Seen
from custom_components.energy_portals.portals.planner.bindings import (
    Binding,
    Control,
    Means,
)
from custom_components.energy_portals.portals.planner.changes import Change
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.driven import (
    DRIVING,
    Driven,
    Problem,
    Told,
    is_known,
    looked,
)
from custom_components.energy_portals.portals.planner.needs import Battery
from custom_components.energy_portals.portals.planner.sites import PlannerSite
from tests.portals.planner.devices import LOAD, site_of

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SWITCH = Binding(start="switch.a", meter="sensor.m")
CHANGE = Change(
    control=Control(entity="switch.a", means=Means.SWITCH),
    before=False,
    to=True,
    at=NOW,
)


def _look(
    held: Driven,
    minutes: float,
    state: str,
    meter: str | None,
    unit: str = "W",
    since: datetime = NOW,
) -> Driven:
    """Return what is seen some minutes later."""
    states = {"switch.a": DeviceState(entity_id="switch.a", state=state)}
    if meter is not None:
        states["sensor.m"] = DeviceState(
            entity_id="sensor.m", state=meter, attributes={"unit_of_measurement": unit}
        )
    return looked(held, SWITCH, states, NOW + minutes * MINUTE, 0.1, since)


def test_powers_of_a_quarter_are_one_span() -> None:
    """Each minute has its power; a quarter has their mean."""
    driven = Driven()
    for minute in range(31):
        driven = _look(driven, minute, "on", "2000" if minute < 10 else "500")
    assert driven.seen is not None
    assert len(driven.ran) == 2
    assert driven.ran[0][2] == pytest.approx((10 * 2 + 5 * 0.5) / 15)
    assert driven.seen.delivered(NOW, None) == pytest.approx((10 * 2 + 20 * 0.5) / 60)


def test_a_meter_that_begins_to_tell() -> None:
    """What was not measured and what was are two spans."""
    driven = _look(Driven(), 0, "on", None)
    driven = _look(driven, 1, "on", "1000")
    driven = _look(driven, 2, "on", "1000")
    assert [span[2] for span in driven.ran] == [None, 1.0]


def test_a_meter_of_energy() -> None:
    """Its differences are what was drawn; one that begins anew says nothing."""
    driven = _look(Driven(), 0, "on", "10", "kWh")
    driven = _look(driven, 5, "on", "10.5", "kWh")
    driven = _look(driven, 10, "off", "11", "kWh")
    assert driven.seen is not None
    assert driven.seen.delivered(NOW, None) == pytest.approx(1.0)
    driven = _look(driven, 12, "on", None)
    driven = _look(driven, 13, "on", "0.1", "kWh")
    assert driven.ran[-1][2] is None
    # Standby of an evening is no run.
    quiet = _look(driven, 1000, "off", "0.3", "kWh")
    assert quiet.ran == driven.ran


def test_a_break_in_which_nobody_looked() -> None:
    """A reload is none where it runs before and after; a night of sleep is one."""
    running = _look(_look(Driven(), 0, "on", None), 5, "on", None)
    started = NOW + 6 * MINUTE
    went_on = _look(running, 7, "on", None, since=started)
    assert went_on.ran[-1][1] == NOW + 7 * MINUTE
    assert _look(running, 7, "off", None, since=started).ran == running.ran
    assert _look(running, 17, "on", None, since=started).ran == running.ran
    assert _look(running, 17, "on", None).ran != running.ran
    assert _look(running, 26, "on", None).ran == running.ran


@pytest.mark.parametrize(
    ("change", "minutes"),
    [
        # A contactor rests, unless it was told to go off.
        (None, 5),
        (CHANGE, 5),
        (replace(CHANGE, is_undone=True), None),
        (replace(CHANGE, is_undone=True, is_sent=True), None),
        # What was called in vain stays on until it is called again.
        (replace(CHANGE, is_undone=True).failed(NOW), 1),
        (replace(CHANGE, is_undone=True).failed(NOW).failed(NOW), 2),
    ],
)
def test_until_when_it_stays_on(change: Change | None, minutes: int | None) -> None:
    """A plan counts what goes on, and not what is going off."""
    driven = _look(_look(Driven(), 0, "on", None), 1, "on", None)
    changes = () if change is None else (change,)
    driven = replace(driven, switched=NOW, changes=changes)
    assert driven.seen is not None
    until = None if minutes is None else NOW + minutes * MINUTE
    assert driven.seen.stays_until == until


def test_what_is_long_ago_is_forgotten() -> None:
    """Three days are enough for any window, and a look back in time changes nothing."""
    driven = _look(_look(Driven(), 0, "on", None), 1, "on", None)
    assert len(driven.ran) == 1
    assert _look(driven, 0.5, "on", None).ran == driven.ran
    assert _look(driven, 4 * 24 * 60, "off", None).ran == ()


def test_it_is_kept_over_a_restart() -> None:
    """All of it, as plain data; a plan is told of it as it is."""
    driven = replace(
        _look(_look(Driven(), 0, "on", "900"), 1, "on", "1000"),
        changes=(CHANGE, replace(CHANGE, before=6.0, to=16.0), CHANGE.failed(NOW)),
        hand_until=NOW,
        problem=Problem.DOES_NOT_FOLLOW,
        need=Need(is_ready=True, energy=3.0, duration=5 * MINUTE, ready_by=NOW),
        battery=Battery(50.0, NOW),
    )
    kept = DRIVING.kept
    assert kept is not None
    assert kept.load(kept.dump(driven), {}) == driven
    seen = DRIVING.kinds[Seen](driven)
    assert isinstance(seen, Seen)
    assert not seen.follows
    assert seen.need.energy == 3.0
    assert DRIVING.kinds[Seen](Driven()) is None
    with pytest.raises(ValueError, match="control"):
        kept.load({"changes": [{"to": "?"}]}, {})


async def test_what_is_left_of_loads_that_are_gone() -> None:
    """It becomes the planner's own, once, beside what was done meanwhile."""
    planner = PlannerSite(key="planner", name="Planner")
    held = {"gone": Driven(is_bound=True, changes=(CHANGE,))}
    request = FeedRequest(now=NOW, sites=(planner,), held=held, given=None)
    fetched = await DRIVING.fetch(PlannerClient(), request)
    assert fetched.data["planner"].changes == (CHANGE,)
    assert DRIVING.joined is not None
    joined = DRIVING.joined(Driven(), fetched.data["planner"])
    assert joined.changes == (CHANGE,)
    # A load's own is only ever changed by driving it.
    bound = Driven(at=NOW, is_bound=True)
    assert DRIVING.joined(bound, fetched.data["planner"]) == bound


async def test_what_is_bound_is_known_before_the_first_look() -> None:
    """What it moves and what it tells; what was seen is then the looks'."""
    site = site_of(drives="switch.a", ready_by="time.a")
    for held in (Driven(), Driven(at=NOW, is_bound=True)):
        request = FeedRequest(now=NOW, sites=(site,), held={LOAD: held}, given=None)
        fetched = await DRIVING.fetch(PlannerClient(), request)
        assert DRIVING.joined is not None
        joined = DRIVING.joined(held, fetched.data[LOAD])
        assert joined.tells == (Told.READY_BY,)
        assert joined.is_bound
        assert joined.moves is (held.at is None)


def test_a_problem_has_the_moment_it_was_first_seen() -> None:
    """Of another kind it is another; over, it has none."""
    driven = Driven().with_problem(Problem.CALL_FAILED, NOW)
    driven = driven.with_problem(Problem.CALL_FAILED, NOW + MINUTE)
    assert driven.problem_since == NOW
    driven = driven.with_problem(Problem.STAYS_ON, NOW + MINUTE)
    assert driven.problem_since == NOW + MINUTE
    assert driven.with_problem(None, NOW).problem_since is None


@pytest.mark.parametrize(
    ("seconds", "changed", "known"),
    [
        (0, {}, True),
        (1, {"drawn": 2.0, "meter": 5.1}, True),
        (1, {"need": Need(energy=3.99)}, True),
        (1, {"need": Need(energy=6.0)}, False),
        (1, {"need": Need(energy=4.0, is_ready=False)}, False),
        (1, {"is_running": False}, False),
        (1, {"problem": Problem.CALL_FAILED}, False),
        (30, {}, False),
        (30, {"is_running": False}, False),
    ],
)
def test_what_goes_on_is_not_written_at_once(
    seconds: int, changed: dict[str, Any], known: bool
) -> None:
    """A write is followed by a look: what runs would be looked at without an end."""
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    held = Driven(
        at=now, is_bound=True, is_running=True, drawn=1.9, need=Need(energy=4.0)
    )
    later = replace(held, at=now + timedelta(seconds=seconds), **changed)
    assert is_known(held, later) is known


def test_what_rests_is_written_once() -> None:
    """However long nothing happens, it is known."""
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    held = Driven(at=now, is_bound=True, is_running=False)
    assert is_known(held, replace(held, at=now + timedelta(hours=9)))
