"""What a device says that it needs, in a life: again, more, and at which price."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import (
    Horizon,
    HorizonSlot,
    Objective,
)
from custom_components.energy_portals.portals.model.living import renewed
from custom_components.energy_portals.portals.model.load_plan import (
    Load,
    LoadPlan,
    Status,
)
from custom_components.energy_portals.portals.model.seen import Need, Seen
from custom_components.energy_portals.portals.model.series import Series, Slot
from tests.portals.model.test_living import HOUR, QUARTER, ZERO, ZONE, ground

CAR: Final = Load(
    demand=Demand(energy=50, power=10, shape=Shape.SLOTS), begin=time(7), end=time(7)
)
FLAT: Final = ground(*[1.0] * 48)


def look(
    load: Load, held: LoadPlan, known: Horizon, now: datetime, need: Need
) -> LoadPlan:
    """Return a plan after a look at a device that has not run."""
    seen = Seen(at=now, is_running=False, need=need)
    return renewed(load, held, known, now, ZONE, seen)


def planned(held: LoadPlan) -> float:
    """Return the energy that is planned, kWh."""
    return sum((run.value or 0) * ((run.end - run.start) / HOUR) for run in held.runs)


@pytest.mark.parametrize("before", [None, 5.0])
@pytest.mark.parametrize("away", [False, True])
def test_full_is_not_done(before: float | None, away: bool) -> None:
    """A car that was full comes back empty before its window is over."""
    now, held = ZERO - 8 * HOUR, LoadPlan()
    if before is not None:
        held = look(CAR, held, FLAT, now, Need(energy=before))
        assert held.plan is not None
    now += HOUR
    held = look(CAR, held, FLAT, now, Need(energy=0.0))
    assert (held.plan, held.shortfall, held.status) == (None, None, Status.WAITING)
    if away:
        now += HOUR
        held = look(CAR, held, FLAT, now, Need(is_ready=False, energy=0.0))
        assert held.status is Status.NOT_READY
    now = ZERO + 3 * HOUR
    held = look(CAR, held, FLAT, now, Need(energy=30.0))
    assert planned(held) == pytest.approx(30)
    assert held.window is not None
    assert held.window.deadline == ZERO + 13 * HOUR


def test_full_until_the_window_ends() -> None:
    """Then it is about the next, and no plan of what was is left."""
    now, held = ZERO, look(CAR, LoadPlan(), FLAT, ZERO, Need(energy=0.0))
    for n in range(60):
        now = ZERO + n * QUARTER
        held = look(CAR, held, FLAT, now, Need(energy=0.0))
        assert held.plan is None
    assert held.window is not None
    assert held.window.earliest == ZERO + 13 * HOUR
    assert held.done == ZERO.date()


WASH: Final = Load(demand=Demand(duration=HOUR, power=2.0), begin=time(18), end=time(6))


def test_a_programme_that_is_not_chosen_yet() -> None:
    """No minutes are no programme; one that ran is had."""
    held = look(WASH, LoadPlan(), FLAT, ZERO, Need(duration=timedelta()))
    assert held.plan is None
    now = ZERO + HOUR
    held = look(WASH, held, FLAT, now, Need(duration=2 * HOUR))
    assert held.plan is not None
    assert held.plan.end - held.plan.start == 2 * HOUR
    ran = Series((Slot(now, now + 2 * HOUR, 2.0),))
    end = now + 2 * HOUR
    seen = Seen(at=end, is_running=False, ran=ran, need=Need(duration=2 * HOUR))
    held = renewed(WASH, held, FLAT, end, ZONE, seen)
    assert held.done == ZERO.date()


@pytest.mark.parametrize(
    ("demand", "need", "hours"),
    [
        # An energy of what runs for a time, and a time of what needs an energy.
        (Demand(duration=HOUR, power=2.0), Need(energy=6.0), 3),
        (Demand(energy=1.0, power=2.0), Need(duration=3 * HOUR), 3),
        (Demand(energy=1.0, power=2.0), Need(energy=6.0), 3),
        (Demand(duration=HOUR, power=2.0), Need(duration=3 * HOUR), 3),
        # Without a power, an energy says nothing of how long.
        (Demand(duration=HOUR), Need(energy=6.0), 1),
        (Demand(duration=HOUR), Need(duration=3 * HOUR), 3),
    ],
)
@pytest.mark.parametrize("shape", list(Shape))
def test_as_a_time_or_an_energy(
    demand: Demand, need: Need, hours: int, shape: Shape
) -> None:
    """Whichever of both a device tells."""
    load = replace(WASH, demand=replace(demand, shape=shape))
    held = look(load, LoadPlan(), FLAT, ZERO, need)
    assert sum((run.end - run.start for run in held.runs), timedelta()) == hours * HOUR
    zero = Need(
        energy=None if need.energy is None else 0.0,
        duration=None if need.duration is None else timedelta(),
    )
    if demand.power is not None or need.duration is not None:
        assert look(load, LoadPlan(), FLAT, ZERO, zero).plan is None


CHEAP: Final = replace(CAR.demand, more_below=0.5)


def test_more_while_it_is_cheap() -> None:
    """What is needed whatever it costs, the rest only below its worth."""
    known = ground(*[1.0, 0.4, 0.6, 0.3, 0.2, 1.0] * 8)
    car = replace(CAR, demand=CHEAP)
    held = look(car, LoadPlan(), known, ZERO, Need(energy=30.0, more=15.0))
    assert planned(held) == pytest.approx(45)
    assert held.plan is not None
    assert held.plan.energy == pytest.approx(45)
    # Against as much of it at once.
    at_once = 10 * (1.0 + 0.4 + 0.6 + 0.3) + 5 * 0.2
    assert held.plan.cost_now == pytest.approx(at_once)
    # At its target it waits for more, and is neither short nor done.
    dear = ground(*[0.9] * 48)
    held = look(car, held, dear, ZERO + QUARTER, Need(energy=0.0, more=15.0))
    assert (held.plan, held.shortfall, held.done) == (None, None, None)
    held = look(car, held, known, ZERO + QUARTER, Need(energy=0.0, more=15.0))
    assert planned(held) == pytest.approx(15)
    assert held.shortfall is None
    held = look(car, held, known, ZERO + 2 * QUARTER, Need(energy=0.0, more=0.0))
    assert held.plan is None


def test_more_of_what_was_drawn_by_now() -> None:
    """What went beyond the need is no need for more."""
    demand = Demand(energy=10, power=2.0, shape=Shape.SLOTS, more=6, more_below=0.5)
    for drawn, energy, more in ((4, 6, 6), (10, 0, 6), (13, 0, 3)):
        left = demand.left(timedelta(), drawn, 0, is_running=False)
        assert left is not None
        assert (left.energy, left.more) == (energy, more)
    assert demand.left(timedelta(), 16, 0, is_running=False) is None


def test_a_limit_that_is_set_later() -> None:
    """Moves what was planned above it, though that is dearer by now."""
    known = ground(3, 3, 1, 5, *[3] * 9)
    load = replace(WASH, demand=Demand(duration=2 * HOUR, power=2.0))
    held = look(load, LoadPlan(), known, ZERO, Need())
    assert held.plan is not None
    assert held.plan.start == ZERO + HOUR
    dear = ground(3, 3, 1, 5, -9, 8, *[3] * 7)
    held = look(load, LoadPlan(), dear, ZERO, Need())
    assert held.plan is not None
    assert held.plan.start == ZERO + 3 * HOUR
    limited = replace(load, demand=replace(load.demand, ceiling=4.0))
    held = look(limited, held, dear, ZERO + QUARTER, Need())
    assert held.plan is not None
    assert held.plan.start == ZERO + HOUR
    # And it is not left again for what is cheaper, but too dear.
    again = look(limited, held, dear, ZERO + 2 * QUARTER, Need())
    assert again.runs == held.runs
    # Unless the deadline needs it.
    short = replace(limited, demand=replace(limited.demand, duration=12 * HOUR))
    held = look(short, LoadPlan(), dear, ZERO, Need())
    assert held.shortfall is None
    assert planned(held) == pytest.approx(24)


@pytest.mark.parametrize("shape", [Shape.SLOTS, Shape.PIECES])
def test_a_cap_that_comes_while_it_runs(shape: Shape) -> None:
    """One below what the home draws anyway leaves no room; then it goes on."""
    load = replace(WASH, demand=Demand(duration=3 * HOUR, power=2.0, shape=shape))
    known = ground(1, 1, 1, *[2] * 9)
    held = look(load, LoadPlan(), known, ZERO, Need())
    held = renewed(load, held, known, ZERO + HOUR, ZONE)
    assert held.is_running(ZERO + HOUR)
    cap = Slot(ZERO + HOUR, ZERO + 2 * HOUR, 0.3)
    capped = known.within(Series((cap,)), 0.4)
    held = renewed(load, held, capped, ZERO + HOUR, ZONE)
    assert not held.is_running(ZERO + HOUR)
    assert held.next_start(ZERO + HOUR) == ZERO + 2 * HOUR
    assert held.shortfall is None
    assert {slot.value.room for slot in capped.between(cap.start, cap.end)} == {0.0}


@pytest.mark.parametrize(
    ("objective", "told", "first"),
    [
        # Of price, share and CO2, each best in another hour, these are told.
        (Objective.PRICE, "psc", 2),
        (Objective.PRICE, "sc", 11),
        (Objective.GREEN, "psc", 4),
        (Objective.GREEN, "pc", 2),
        (Objective.GREEN, "c", 11),
        (Objective.BOTH, "psc", 4),
        (Objective.BOTH, "pc", 2),
        # Not the latest start while something is known to weigh.
        (Objective.BOTH, "sc", 4),
        (Objective.BOTH, "c", 11),
        (Objective.CO2, "psc", 6),
        (Objective.CO2, "ps", 2),
        (Objective.CO2, "s", 11),
    ],
)
def test_what_counts_where_nobody_tells(
    objective: Objective, told: str, first: int
) -> None:
    """What is told counts, and where nothing is that matters, the latest start."""
    slots = []
    for n in range(12):
        slot = HorizonSlot(
            price=(1.0 if n == 2 else 2.0) if "p" in told else None,
            share=(90.0 if n == 4 else 10.0) if "s" in told else None,
            co2=(50.0 if n == 6 else 400.0) if "c" in told else None,
        )
        slots.append(Slot(ZERO + n * HOUR, ZERO + (n + 1) * HOUR, slot))
    demand = replace(WASH.demand, objective=objective, worth=0.1)
    load = replace(WASH, demand=demand)
    held = look(load, LoadPlan(), Horizon.of(slots), ZERO, Need())
    assert held.plan is not None
    assert held.plan.start == ZERO + first * HOUR


# --- what went away -------------------------------------------------------------------


@pytest.mark.parametrize("has_begun", [False, True])
@pytest.mark.parametrize("earlier", [0, 1])
@pytest.mark.parametrize("shape", list(Shape))
def test_a_device_that_is_away_over_its_run(
    shape: Shape, earlier: int, has_begun: bool
) -> None:
    """What it was not seen to begin has not run; what it began goes on."""
    demand = Demand(duration=3 * HOUR, power=2.0, shape=shape, least_length=HOUR)
    load = replace(WASH, demand=demand, begin=time(12), end=time(12))
    # What ran before is for nothing, or the first part of it.
    is_cut = bool(earlier) and shape is not Shape.CONTIGUOUS
    before = [Slot(ZERO, ZERO + HOUR, 2.0)] if is_cut else []
    left = (2 if is_cut else 3) * HOUR
    known, start = ground(*[9.0] * 3, *[0.1] * 4, *[9.0] * 12), ZERO + 3 * HOUR
    ran = Series(tuple(before))
    seen = Seen(at=ZERO + HOUR, is_running=False, ran=ran)
    held = renewed(load, LoadPlan(), known, ZERO, ZONE, Seen(at=ZERO, is_running=False))
    held = renewed(load, held, known, ZERO + HOUR, ZONE, seen)
    assert held.next_start(ZERO + HOUR) == start
    for n in range(1, 7):
        now = start + n * QUARTER
        if has_begun:
            ran = Series((*before, Slot(start, start + QUARTER, 2.0)))
        away = Seen(at=now, ran=ran, follows=False)
        held = renewed(load, held, known, now, ZONE, away)
    counted = sum((run.end - run.start for run in held.ran if run.start >= start), HOUR)
    assert counted - HOUR == (now - start if has_begun else timedelta())
    rest = sum(
        (run.end - max(run.start, now) for run in held.runs if run.end > now), HOUR
    )
    assert rest - HOUR == left - (counted - HOUR)
    assert held.done is None


@pytest.mark.parametrize("hour", [3, 7, 11, 15, 16])
def test_used_each_day_at_an_hour_that_is_told(hour: int) -> None:
    """It is ready each time, whatever its own hour is, and charges by night."""
    held, need = LoadPlan(), 30.0
    prices = [1.0 if (18 + n) % 24 in {1, 2, 23} else 2.0 for n in range(48)]
    known = ground(*prices)
    left_with: list[float] = []
    charged: set[int] = set()
    for n in range(4 * 47):
        now = ZERO + n * QUARTER
        ready = now.astimezone(ZONE).replace(hour=hour, minute=0)
        if now == ready:
            left_with.append(need)
            need = 30.0 if len(left_with) < 2 else 0.0
        ready += timedelta(days=ready <= now)
        held = look(CAR, held, known, now, Need(energy=need, ready_by=ready))
        if held.is_running(now):
            need -= 2.5
            charged.add(now.astimezone(ZONE).hour)
    assert left_with == [0.0, 0.0]
    assert charged == {1, 2, 23}


@pytest.mark.parametrize("once", [20, 22, 24, 30])
def test_ready_once(once: int) -> None:
    """After it the time of each day counts again: what comes back empty is charged."""
    held, moment = LoadPlan(), ZERO + (once - 18) * HOUR
    for n in range(4 * 13):
        now = ZERO + n * QUARTER
        is_over = now >= moment
        need = Need(energy=30.0, ready_by=None if is_over else moment)
        held = look(CAR, held, FLAT, now, need)
        assert held.window is not None
        assert held.window.deadline == (ZERO + 13 * HOUR if is_over else moment)
        assert planned(held) > 0
