"""What is measured of the planner, beside a floor: prefix sums in numpy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
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
from custom_components.energy_portals.portals.model.planner import plan
from custom_components.energy_portals.portals.model.prices import Price
from custom_components.energy_portals.portals.model.series import Series, Slot

QUARTER: Final = timedelta(minutes=15)
RUN: Final = timedelta(hours=2)
# Two days of quarter-hours, four, and a year.
SIZES: Final = (192, 384, 35_040)
# The bars (ms) are for two days; what more slots take is told beside them.
CONTIGUOUS: Final = 0.05
IN_PIECES: Final = 1.0
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
            prices = np.array([slot.value.value for slot in slots])
            length = RUN // QUARTER

            def work() -> object:
                sums = np.concatenate(([0.0], np.cumsum(prices)))
                return int(np.argmin(sums[length:] - sums[:-length]))

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
        subjects=(OURS,),
        rounds=3,
    )
    async def many(who: Reckoner) -> Figures:
        """Plan a charge, and a house full of loads; both are done in a thread."""
        known = _known(_slots(SIZES[0]))
        charge = Demand(energy=14, power=7.4, least_power=1.4)
        loads = {f"load {n}": Load(demand=PIECES) for n in range(50)}
        held = dict.fromkeys(loads, LoadPlan())
        ground = dict.fromkeys(loads, known)
        zone = ZoneInfo("UTC")

        def together() -> object:
            return all_renewed(loads, held, ground, known.start, zone, limit=40)

        def charging() -> object:
            return plan(known, charge, known.start, known.end)

        # Neither is quick enough to be done a hundred times.
        return _each_ms(charging, 1000), _each_ms(together, 1000)


for _size in SIZES:
    _of(_size)
_many()
