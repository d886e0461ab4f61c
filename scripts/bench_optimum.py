"""What whole homes cost: in one optimum, without the solver, and by other rules."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from statistics import mean, median
from typing import ClassVar, Final

from bench_rows import Figures, Row, measure, spent_ms
from custom_components.energy_portals.portals.optimum.baseline import (
    at_once,
    with_batteries,
)
from custom_components.energy_portals.portals.optimum.bill import bill, exchanged
from custom_components.energy_portals.portals.optimum.fallback import fallback, searched
from custom_components.energy_portals.portals.optimum.grid import Grid
from custom_components.energy_portals.portals.optimum.home import Home, Schedule
from custom_components.energy_portals.portals.optimum.optimise import (
    is_shared,
    optimise,
    solver,
)
from tests.portals.optimum.real_homes import KINDS, real_home

HOMES: Final = 18
# Of a day, a day and a half, and two days of quarter-hours.
SIZES: Final = (96, 144, 192)
# Median and longest, ms, of homes with five loads, car, battery, tank and peak fee.
MEDIAN: Final = 1000
LONGEST: Final = 5000


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Who plans a home."""

    taken_by: ClassVar = "test_reckoner"

    name: str
    plan: Callable[[Home], Schedule]


def _blind(home: Home, limit: float | None) -> Schedule:
    """Plan loads by prices alone; tanks and batteries do what they do by themselves."""
    slots = tuple(
        replace(slot, value=replace(slot.value, base=0.0, sun=0.0))
        for slot in home.slots
    )
    alone = replace(home, slots=slots, limit=limit, batteries=(), stores=(), peaks=())
    planned = searched(alone)
    stores = at_once(home).powers
    powers = {**planned.powers, **{each.key: stores[each.key] for each in home.stores}}
    whole = with_batteries(home, powers, {each.key for each in home.batteries})
    return replace(whole, given_up=planned.given_up)


def _by_the_cheapest(home: Home) -> Schedule:
    """Plan as evcc does where all prices are known: each the cheapest, by itself."""
    return _blind(home, None)


def _in_todays_order(home: Home) -> Schedule:
    """Plan one after the other under a limit of their own."""
    return _blind(home, home.limit)


def _solved(home: Home) -> Schedule:
    """Plan all in one."""
    return optimise(home, solve=solver())


OURS: Final = Planner(name="ours", plan=_solved)
PLANNERS: Final = (
    OURS,
    Planner(name="without solver", plan=fallback),
    Planner(name="one by one", plan=_in_todays_order),
    Planner(name="evcc's rule", plan=_by_the_cheapest),
    Planner(name="at once", plan=at_once),
)


def _passed(home: Home, planned: Schedule) -> int:
    """Return in how many slots a limit is passed that the home alone would keep."""
    grid = Grid.of(home)
    return sum(
        home.limit is not None and drawn > max(home.limit, slot.base - slot.sun) + 1e-4
        for drawn, slot in zip(exchanged(home, planned, grid), grid.values, strict=True)
    )


@measure(
    Row("optimum: what a home pays for two days, mean", "money", ratio_bar=1.0),
    Row("optimum: quarter-hours above the house's limit", "", 0),
    Row("optimum: homes in which a load or car is left undone", ""),
    subjects=PLANNERS,
)
async def homes(who: Planner) -> Figures:
    """Plan homes of six countries, each with its fees."""
    costs, passed, undone = [], 0, 0
    for number in range(HOMES):
        home = real_home(number, kind=KINDS[number % len(KINDS)])
        planned = who.plan(home)
        costs.append(bill(home, planned).total)
        passed += _passed(home, planned)
        undone += any(each.kind in {"load", "target"} for each in planned.given_up)
    return mean(costs), float(passed), float(undone)


def _of(count: int) -> None:
    """Measure homes of so many slots."""
    of = f"optimum, {count} slots, five loads, car, battery, tank, peak fee"
    is_large = count == SIZES[-1]

    @measure(
        Row(f"{of}: median", "ms", MEDIAN if is_large else None),
        Row(f"{of}: longest", "ms", LONGEST if is_large else None, by_clock=True),
        subjects=(OURS, PLANNERS[1]),
    )
    async def sizes(who: Planner) -> Figures:
        """Plan homes that have everything."""
        _solved(real_home(0, 24))
        spent = []
        for number in range(HOMES):
            home = real_home(number, count, loads=5, has_all=True)
            spent.append(spent_ms(partial(who.plan, home)))
        return median(spent), max(spent)


@measure(
    Row("optimum: a home of which nothing is shared", "ms", 5.0),
    subjects=(OURS,),
)
async def independent(who: Planner) -> Figures:
    """Plan five loads that do not meet: nobody is asked."""
    home = real_home(1, loads=5)
    home = replace(home, cars=(), batteries=(), stores=(), peaks=(), limit=None)
    dark = tuple(
        replace(slot, value=replace(slot.value, sun=0.0)) for slot in home.slots
    )
    home = replace(home, slots=dark)
    if is_shared(home):
        raise AssertionError
    return (spent_ms(lambda: optimise(home)),)


for _size in SIZES:
    _of(_size)
