"""What is measured of the planner, beside a floor: prefix sums in numpy."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util
import numpy as np

from bench_rows import Figures, Row, measure, spent_ms
from bench_sources import per_mwh, quarters
from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import Horizon, horizon
from custom_components.energy_portals.portals.model.loads import (
    Load,
    LoadPlan,
    all_renewed,
)
from custom_components.energy_portals.portals.model.planner import added, plan
from custom_components.energy_portals.portals.model.prices import Price
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.rescheduling import rescheduled

_UTC: Final = ZoneInfo("UTC")
QUARTER: Final = timedelta(minutes=15)
RUN: Final = timedelta(hours=2)
# Two days of quarter-hours, four, and a year.
SIZES: Final = (192, 384, 35_040)
# The bars (ms) are for two days; what more slots take is told beside them.
CONTIGUOUS: Final = 0.05
IN_PIECES: Final = 1.0
# These are ratios of what is done by turns in one run.
TO_NUMPY: Final = 10
TO_CONTIGUOUS: Final = 6
TO_ONCE: Final = 2.5
# What is dragged on the page is asked for up to ten times a second, ms.
PREVIEW: Final = 50.0
LIMIT: Final = 40.0
LOADS: Final = 50
PIECES: Final = Demand(
    duration=RUN,
    power=2,
    shape=Shape.PIECES,
    least_length=2 * QUARTER,
    least_pause=QUARTER,
    starts=3,
)


@dataclass(frozen=True, kw_only=True)
class Reckoner:
    """Who finds the best time."""

    taken_by: ClassVar = "test_reckoner"

    name: str


OURS: Final = Reckoner(name="ours")
FLOOR: Final = Reckoner(name="numpy")


def _slots(count: int) -> Series[Price]:
    """Return so many quarter-hours from the last midnight on."""
    start = dt_util.utcnow().replace(hour=0, minute=0, second=0, microsecond=0)
    return Series(
        tuple(
            Slot(at, at + QUARTER, Price(per_mwh(at) / 1000))
            for at in quarters((start, start + count * QUARTER))
        )
    )


def _known(slots: Series[Price]) -> Horizon:
    """Return what is known of them."""
    start, end = slots.slots[0].start, slots.slots[-1].end
    return horizon(slots, Series(), start, end)


def _each_ms(work: Callable[[], object], count: int) -> float:
    """Return the CPU time that some work takes when it is done again and again."""
    times = 100 if count < 1000 else 1

    def often() -> None:
        for _ in range(times):
            work()

    often()
    return median(spent_ms(often) for _ in range(9)) / times


def _ratio(one: Callable[[], object], other: Callable[[], object]) -> float:
    """Return how many times the CPU time of the other one takes, by turns."""
    turns = [(spent_ms(one), spent_ms(other)) for _ in range(21)]
    # What a turn is disturbed by, it is disturbed by as a whole.
    return median(mine / theirs for mine, theirs in turns[1:])


def _often(work: Callable[[], object]) -> Callable[[], object]:
    """Return some work that is done a hundred times."""

    def often() -> None:
        for _ in range(100):
            work()

    return often


def _prefix_sums(slots: Series[Price]) -> Callable[[], object]:
    """Return how numpy finds when two hours without a break are cheapest."""
    prices = np.array([slot.value.value for slot in slots])
    length = RUN // QUARTER

    def work() -> object:
        sums = np.concatenate(([0.0], np.cumsum(prices)))
        return int(np.argmin(sums[length:] - sums[:-length]))

    return work


def _of(count: int) -> None:
    """Measure plans in so many slots."""
    is_small = count == SIZES[0]
    of = f"planner, {count:,} slots"

    @measure(
        Row(f"{of}: contiguous", "ms", CONTIGUOUS if is_small else None),
        subjects=(OURS, FLOOR),
        rounds=3,
    )
    async def contiguous(who: Reckoner) -> Figures:
        """Find two hours without a break, once the prices are there."""
        slots = _slots(count)
        if who is OURS:
            known = _known(slots)
            demand = Demand(duration=RUN, power=2)

            def work() -> object:
                return plan(known, demand, known.start, known.end)

        else:
            work = _prefix_sums(slots)
        return (_each_ms(work, count),)

    @measure(
        Row(f"{of}: in pieces", "ms", IN_PIECES if is_small else None),
        Row(f"{of}: in pieces, any number of starts", "ms"),
        Row(f"{of}: 100 min, which are no whole slots", "ms"),
        Row(f"{of}: the cheapest slots", "ms"),
        Row(f"{of}: made ready to plan in", "ms"),
        subjects=(OURS,),
        rounds=3,
    )
    async def shapes(who: Reckoner) -> Figures:
        """Find two hours that may be cut up."""
        slots = _slots(count)
        known = _known(slots)
        anyhow = Demand(
            duration=RUN,
            power=2,
            shape=Shape.PIECES,
            least_length=2 * QUARTER,
            least_pause=QUARTER,
        )
        demands = (
            PIECES,
            anyhow,
            Demand(duration=timedelta(minutes=100), power=2),
            Demand(duration=RUN, power=2, shape=Shape.SLOTS),
        )

        def planning(demand: Demand) -> Callable[[], object]:
            return lambda: plan(known, demand, known.start, known.end)

        def making() -> object:
            made = _known(slots)
            return made.curve(PIECES.objective)

        works = (*map(planning, demands), making)
        return tuple(_each_ms(work, count) for work in works)


def _many() -> None:
    """Measure what planning many loads, or a charge at any power, takes."""
    of = f"planner, {SIZES[0]} slots"

    @measure(
        Row(f"{of}: 14 kWh at 1.4 to 7.4 kW without a break", "ms"),
        Row(f"{of}: 50 loads that share a limit", "ms"),
        Row(f"{of}: 50 loads planned anew, what is held compared", "ms"),
        Row(f"{of}: a preview of one of three loads, dragged", "ms", PREVIEW),
        subjects=(OURS,),
        rounds=3,
    )
    async def many(who: Reckoner) -> Figures:
        """Plan a charge, and a house full of loads; both are done in a thread."""
        known = _known(_slots(SIZES[0]))
        charge = Demand(energy=14, power=7.4, least_power=1.4)
        planned = _planned(known, _unplanned(), known.start)

        def together() -> object:
            return _planned(known, _unplanned(), known.start)

        def again() -> object:
            return _planned(known, planned, known.start + QUARTER)

        def charging() -> object:
            return plan(known, charge, known.start, known.end)

        three = dict(list(planned.items())[:3])
        dragged = known.start + 20 * QUARTER

        def preview() -> object:
            key = next(iter(three))
            moved = rescheduled(
                Load(demand=PIECES), three[key], known.start, _UTC, ready_by=dragged
            )
            return _planned(known, {**three, key: moved}, known.start)

        # None is quick enough to be done a hundred times.
        works = charging, together, again, preview
        return tuple(_each_ms(work, 1000) for work in works)

    @measure(
        Row("planner: without a break, to numpy's prefix sums", "x", TO_NUMPY),
        Row("planner: in pieces, to without a break", "x", TO_CONTIGUOUS),
        Row("planner: 50 loads anew and held, to searched once", "x", TO_ONCE),
        subjects=(OURS,),
        rounds=3,
    )
    async def ratios(who: Reckoner) -> Figures:
        """Compare plans with what is simpler, in a thread, as they are made."""
        slots = _slots(SIZES[0])
        known = _known(slots)
        whole = Demand(duration=RUN, power=2)
        planned = _planned(known, _unplanned(), known.start)

        def planning(demand: Demand) -> Callable[[], object]:
            return _often(lambda: plan(known, demand, known.start, known.end))

        def again() -> object:
            return _planned(known, planned, known.start + QUARTER)

        def compared() -> Figures:
            return (
                _ratio(planning(whole), _often(_prefix_sums(slots))),
                _ratio(planning(PIECES), planning(whole)),
                _ratio(again, lambda: _searched_once(known)),
            )

        return await asyncio.to_thread(compared)


def _unplanned() -> Mapping[str, LoadPlan]:
    """Return a house full of loads of which nothing is planned."""
    return {f"load {n}": LoadPlan() for n in range(LOADS)}


def _planned(
    known: Horizon, held: Mapping[str, LoadPlan], now: datetime
) -> Mapping[str, LoadPlan]:
    """Return the plans of loads that share a limit, replanned."""
    loads = dict.fromkeys(held, Load(demand=PIECES))
    ground = dict.fromkeys(held, known)
    return all_renewed(loads, held, ground, now, _UTC, limit=LIMIT)


def _searched_once(known: Horizon) -> None:
    """Find as many loads their pieces, one after the other, and nothing else.

    That is what was done before plans were held and made anew.
    """
    drawn: Series[float] = Series()
    for _ in range(LOADS):
        room = known.less(drawn, LIMIT)
        drawn = added(drawn, plan(room, PIECES, known.start, known.end).runs)


for _size in SIZES:
    _of(_size)
_many()
