"""When the solver is asked, what stays as it was, and that both ways agree."""

from dataclasses import replace
from datetime import timedelta
from random import Random
import sys
from typing import Any

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.planner import merged
from custom_components.energy_portals.portals.optimum.bill import bill
from custom_components.energy_portals.portals.optimum.check import broken
from custom_components.energy_portals.portals.optimum.fallback import fallback, judged
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    Home,
    PeakDue,
    Schedule,
    ThermalStore,
)
from custom_components.energy_portals.portals.optimum.milp import optimum
from custom_components.energy_portals.portals.optimum.optimise import (
    is_shared,
    optimise,
    solver,
)
from custom_components.energy_portals.portals.optimum.settings import Settings
from tests.portals.optimum.making import START, car, home, load, slots
from tests.portals.optimum.samples import NAMES, sample

QUARTER = timedelta(minutes=15)
ONE = Demand(duration=2 * QUARTER, power=2.0)
RANGE = Demand(energy=2.0, power=4.0, least_power=1.0)
FLAT = slots([0.2] * 8)
SUNNY = slots([0.2] * 8, sun=3.0)


@pytest.mark.parametrize(
    ("whole", "is_it"),
    [
        (home(FLAT, loads=(load("a", ONE), load("b", ONE))), False),
        (home(FLAT, loads=(load("a", ONE), load("b", ONE)), limit=4.0), False),
        (home(FLAT, loads=(load("a", ONE), load("b", ONE)), limit=3.0), True),
        (home(FLAT, loads=(load("a", ONE),), limit=1.0), False),
        (home(FLAT, loads=(load("a", RANGE),), limit=3.0), True),
        (home(FLAT, cars=(car("a", 2.0, whole_slots=8),)), False),
        (home(FLAT, cars=(car("a", 2.0, whole_slots=8),), limit=3.0), True),
        (home(SUNNY, loads=(load("a", ONE),)), False),
        (home(SUNNY, loads=(load("a", ONE), load("b", ONE))), True),
        (home(SUNNY, loads=(load("a", RANGE),)), True),
        (home(slots([0.2] * 8, sun=3.0, fed_in=0.2), loads=(load("a", RANGE),)), False),
        (home(FLAT, peaks=(PeakDue(windows=()),)), True),
        (
            home(
                FLAT,
                batteries=(
                    Battery(key="b", capacity=5, soc=50, charge=2, discharge=2),
                ),
            ),
            True,
        ),
        (home(FLAT, stores=(ThermalStore(key="t", power=1, energy=1, most=2),)), True),
    ],
)
def test_what_is_shared(whole: Home, is_it: bool) -> None:
    """Devices meet at limits, in the sun, in batteries and in peaks."""
    assert is_shared(whole) is is_it


def test_caps_are_shared_while_they_hold() -> None:
    """A cap counts where devices can run, and no time else."""
    loads = load("a", ONE, deadline=START + 4 * QUARTER), load("b", ONE)
    for name in ("cap", "flexible_cap"):
        for place, is_it in ((0, True), (5, False)):
            known = list(FLAT)
            capped = replace(known[place].value, **{name: 3.0})
            known[place] = replace(known[place], value=capped)
            assert is_shared(home(tuple(known), loads=loads)) is is_it


def test_what_has_begun_takes_room() -> None:
    """What runs to its end is no choice, and yet in the way."""
    begun = load("c", ONE, fixed=merged(load("c", ONE).runs_from(START)))
    loads = load("a", ONE), load("b", ONE)
    assert not is_shared(home(FLAT, loads=loads, limit=5.0))
    assert is_shared(home(FLAT, loads=(*loads, begun), limit=5.0))


def refused(*_: Any, **__: Any) -> Schedule | None:
    """Fail: nobody is to ask the solver."""
    raise AssertionError


def test_the_solver_is_asked_only_where_it_is_needed() -> None:
    """Independent loads are searched; shared ones solved, if there is a solver."""
    alone = home(FLAT, loads=(load("a", ONE), load("b", ONE)))
    assert optimise(alone, solve=refused).method == "search"
    together = replace(alone, limit=3.0)
    assert optimise(together, solve=optimum).method == "optimum"
    assert optimise(together).method == "fallback"
    with pytest.raises(AssertionError):
        optimise(together, solve=refused)


def separable(random: Random) -> Home:
    """Return a home of which no two devices meet."""
    count = random.randint(12, 40)
    known = slots([round(random.uniform(0.01, 0.5), 4) for _ in range(count)])
    loads = []
    for number in range(random.randint(1, 4)):
        first = random.randint(0, count // 3)
        last = random.randint(count // 2, count)
        shape = random.choice(list(Shape))
        length = random.randint(1, min(8, (last - first) // 2)) * QUARTER
        power = random.choice([0.7, 1.2, 2.0, 2.3])
        least = random.randint(1, 3) if shape is Shape.PIECES else 0
        demand = Demand(
            duration=length,
            power=power,
            shape=shape,
            least_length=least * QUARTER,
            least_pause=random.randint(0, 3) * QUARTER,
            starts=random.choice([None, 1, 2, 3]),
        )
        if random.random() < 0.2:
            demand = Demand(
                energy=round(length.total_seconds() / 3600 * power, 6),
                power=power,
                shape=random.choice([Shape.CONTIGUOUS, Shape.SLOTS]),
            )
        span = {
            "earliest": START + first * QUARTER,
            "deadline": START + last * QUARTER,
        }
        profile: tuple[float, ...] = ()
        if (
            demand.shape is Shape.CONTIGUOUS
            and demand.duration
            and random.random() < 0.5
        ):
            profile = tuple(random.choice([0.1, 2.0]) for _ in range(length // QUARTER))
        loads.append(load(f"load {number}", demand, profile=profile, **span))
    return home(known, loads=tuple(loads), limit=random.choice([None, 20.0]))


@pytest.mark.parametrize("chunk", range(5))
def test_search_and_solver_agree(chunk: int) -> None:
    """Where devices do not meet, both find the same bill."""
    exact = Settings(gap=0.0, money=0.0, tie=0.0)
    for seed in range(chunk * 100, chunk * 100 + 100):
        whole = separable(Random(seed))
        assert not is_shared(whole)
        searched, solved = optimise(whole), optimum(whole, exact)
        assert solved is not None
        assert judged(whole, searched) == pytest.approx(judged(whole, solved), abs=1e-6)
        assert broken(whole, searched) == broken(whole, solved) == [], seed


def test_from_now_on() -> None:
    """A slot that has begun is planned from where it is."""
    whole = home(slots([0.1, 0.3, 0.3, 0.3]), loads=(load("a", ONE),))
    now = START + timedelta(minutes=5)
    schedule = optimise(whole, now=now)
    assert schedule.powers["a"].slots[0].start == now
    assert optimise(whole, now=START).powers["a"].slots[0].start == START


@pytest.mark.parametrize("name", NAMES)
def test_without_the_solver(name: str) -> None:
    """Every home has a plan that keeps all limits, no dearer than in today's order."""
    whole = sample(name).home
    schedule = optimise(whole)
    assert broken(whole, schedule) == []
    assert schedule.method in {"search", "fallback"}


def test_the_solver_may_not_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be imported there is none."""
    assert solver() is optimum
    name = optimum.__module__
    monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "highspy", None)
    assert solver() is None
    monkeypatch.undo()
    assert solver() is not None


# --- holding on -----------------------------------------------------------------------


def cheaper(whole: Home, place: int, price: float) -> Home:
    """Return a home with another price in a slot."""
    known = list(whole.slots)
    known[place] = replace(known[place], value=replace(known[place].value, price=price))
    return replace(whole, slots=tuple(known))


@pytest.mark.parametrize("solve", [None, optimum])
@pytest.mark.parametrize("is_together", [False, True])
def test_a_plan_is_left_for_a_gain(solve: Any, is_together: bool) -> None:
    """It stays for less than 2 cents, and is left for more."""
    demand = Demand(duration=QUARTER, power=4.0)
    loads = (
        (load("a", demand), load("b", demand)) if is_together else (load("a", demand),)
    )
    whole = home(slots([0.2, 0.2, 0.5, 0.5, 0.5, 0.5]), loads=loads, limit=5.0)
    first = optimise(whole, solve=solve)
    starts = [first.powers[each.key].slots[0].start for each in loads]
    assert is_shared(whole) is is_together
    little = cheaper(whole, 4, 0.19)
    held = optimise(little, first, solve=solve)
    assert [held.powers[each.key].slots[0].start for each in loads] == starts
    assert held.is_held
    much = cheaper(whole, 4, 0.01)
    moved = optimise(much, first, solve=solve)
    assert [moved.powers[each.key].slots[0].start for each in loads] != starts
    assert not moved.is_held


@pytest.mark.parametrize("solve", [None, optimum])
def test_a_plan_that_is_not_possible_is_left(solve: Any) -> None:
    """A load that would be missed moves, however little that gains."""
    demand = Demand(duration=QUARTER, power=4.0)
    whole = home(
        slots([0.2, 0.2, 0.5, 0.5]),
        loads=(load("a", demand), load("b", demand)),
        limit=5.0,
    )
    first = optimise(whole, solve=solve)
    known = list(whole.slots)
    known[0] = replace(known[0], value=replace(known[0].value, base=3.0))
    busy = replace(whole, slots=tuple(known))
    moved = optimise(busy, first, solve=solve)
    assert broken(busy, moved) == []
    assert not moved.given_up
    known = list(whole.slots)
    more = replace(whole, loads=(*whole.loads, load("c", demand)))
    assert not optimise(more, first, solve=solve).given_up


@pytest.mark.parametrize("solve", [None, optimum])
def test_what_is_over_is_no_plan(solve: Any) -> None:
    """Of a plan in force counts what is left, of the devices that there are."""
    demand = Demand(duration=QUARTER, power=4.0)
    whole = home(
        slots([0.2, 0.2, 0.5, 0.5]),
        loads=(load("a", demand), load("b", demand)),
        limit=5.0,
    )
    first = optimise(whole, solve=solve)
    left = replace(whole, loads=whole.loads[:1])
    later = optimise(left, first, START + 2 * QUARTER, solve=solve)
    assert [*later.powers] == ["a"]
    assert later.powers["a"].slots[0].start >= START + 2 * QUARTER


def test_powers_that_nobody_knows() -> None:
    """A load without a power is planned by itself, and counts as nothing."""
    unknown = load("u", Demand(duration=2 * QUARTER))
    whole = home(
        slots([0.5, 0.2, 0.2, 0.5]),
        loads=(unknown, load("a", ONE), load("b", ONE)),
        limit=3.0,
    )
    for solve in (None, optimum):
        schedule = optimise(whole, solve=solve)
        assert {*schedule.powers} == {"u", "a", "b"}
        run = schedule.powers["u"].slots[0]
        assert run.value is None and run.start == START + QUARTER
    assert bill(whole, schedule).total > 0


def test_nothing_in_time() -> None:
    """Where the solver finds nothing, what is planned without it counts."""
    whole = sample("flat_it").home
    schedule = optimise(whole, solve=lambda *_, **__: None)
    assert judged(whole, schedule) == judged(whole, fallback(whole))
    assert schedule.method == "fallback"
