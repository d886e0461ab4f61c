"""Fitting a demand into what is known: one search for each shape."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil, gcd
from typing import Final

from .demand import HOUR_OF_US, Demand, Shape
from .horizon import BLOCKED, MICROSECOND, Horizon, HorizonSlot
from .search import Cut, EnergySlot, by_unit, pieces, share_out, window
from .series import Slot

# Energy as whole numbers: power to a milliwatt, times µs.
_MILLIWATTS: Final = 10**6
# Of a grid for pieces.
_FINEST: Final = timedelta(minutes=1) // MICROSECOND

type Run = Slot[float | None]


def fitted(
    horizon: Horizon, demand: Demand, begin: datetime, end: datetime
) -> list[Run]:
    """Return the best runs in `[begin, end)`, in order; none if nothing fits."""
    if demand.shape is Shape.PIECES:
        return _in_pieces(horizon, demand, begin, end)
    if demand.shape is Shape.SLOTS:
        return _in_slots(horizon, demand, begin, end)
    if demand.low < demand.high:
        return _at_any_power(horizon, demand, begin, end)
    return _in_a_window(horizon, demand, begin, end)


def _in_a_window(
    horizon: Horizon, demand: Demand, begin: datetime, end: datetime
) -> list[Run]:
    """Return the lightest time without a break."""
    length = demand.shortest
    curve = horizon.curve(demand.objective, demand.worth, demand.power)
    zero = horizon.start
    best = window(
        curve,
        (begin - zero) // MICROSECOND,
        (end - zero) // MICROSECOND,
        length // MICROSECOND,
    )
    if best is None:
        return []
    start = zero + best * MICROSECOND
    return [Slot(start, start + length, demand.power)]


def _in_slots(
    horizon: Horizon, demand: Demand, begin: datetime, end: datetime
) -> list[Run]:
    """Return the lightest slots, each at the most power; the heaviest in part."""
    left = _amount(demand)
    runs: list[Run] = []
    # Sorting is stable: of equals the earliest comes first.
    for _, slot in sorted(_usable(horizon, demand, begin, end), key=_weight):
        power = _most(slot.value, demand)
        milliwatts = round(power * _MILLIWATTS)
        length = min(-(-left // milliwatts), (slot.end - slot.start) // MICROSECOND)
        end_of_run = slot.start + length * MICROSECOND
        runs.append(Slot(slot.start, end_of_run, power if demand.power else None))
        left -= length * milliwatts
        if left <= 0:
            return sorted(runs, key=_start)
    return []


def _in_pieces(
    horizon: Horizon, demand: Demand, begin: datetime, end: datetime
) -> list[Run]:
    """Return the lightest pieces on the grid that slots, lengths and pauses share."""
    needed = demand.shortest // MICROSECOND
    lengths = (demand.least_length, demand.least_pause)
    least, pause = (length // MICROSECOND for length in lengths)
    step = horizon.curve(demand.objective, demand.worth).step
    # An energy need not last for a whole number of anything.
    unit = gcd(step, least, pause, needed if demand.energy is None else 0)
    # A window may begin at an odd second; nobody switches by those.
    unit = max(unit, _FINEST)
    units = -(-needed // unit)
    power = demand.power
    if demand.energy is not None:
        power = max(demand.energy / (units * unit) * HOUR_OF_US, demand.low)
        needed = ceil(demand.energy / power * HOUR_OF_US)
    zero = horizon.start
    first = -(-((begin - zero) // MICROSECOND) // unit)
    final = (end - zero) // MICROSECOND // unit
    curve = horizon.curve(demand.objective, demand.worth, power)
    weights = by_unit(curve, unit, first, final)
    running = pieces(
        weights, Cut(units, -(-least // unit), -(-pause // unit), demand.starts)
    )
    if running is None:
        return []
    runs: list[Run] = [
        Slot(
            zero + (first + start) * unit * MICROSECOND,
            zero + (first + after) * unit * MICROSECOND,
            power,
        )
        for start, after in running
    ]
    # At the least power, or at the only one, it is over before its last unit is.
    spare = max(units * unit - needed, 0) * MICROSECOND
    last = runs[-1]
    runs[-1] = Slot(last.start, last.end - spare, last.value)
    return runs


def _at_any_power(
    horizon: Horizon, demand: Demand, begin: datetime, end: datetime
) -> list[Run]:
    """Return an energy without a break, each slot at the power that is best there."""
    energy = _amount(demand)
    best: tuple[int, list[Run]] | None = None
    for stretch in _stretches(_usable(horizon, demand, begin, end)):
        parts = [_part(weight, slot, demand) for weight, slot in stretch]
        shared = share_out(parts, energy)
        if shared is not None and (best is None or shared.weight < best[0]):
            slots = [slot for _, slot in stretch]
            best = shared.weight, _shared_out(slots, parts, shared.shares)
    return [] if best is None else best[1]


def _part(weight: int, slot: Slot[HorizonSlot], demand: Demand) -> EnergySlot:
    """Return how much energy a slot may take."""
    length = (slot.end - slot.start) // MICROSECOND
    least, most = (
        round(power * _MILLIWATTS) for power in (demand.low, _most(slot.value, demand))
    )
    return EnergySlot(weight, least * length, most * length)


def _shared_out(
    slots: list[Slot[HorizonSlot]], parts: list[EnergySlot], shares: dict[int, int]
) -> list[Run]:
    """Return what the energy in each slot means: a power over all or part of it."""
    first, last = min(shares), max(shares)
    runs: list[Run] = []
    for place, share in sorted(shares.items()):
        slot, part = slots[place], parts[place]
        length = (slot.end - slot.start) // MICROSECOND
        # Less than the least power gives is had in less time, beside what it adjoins.
        used = length if share >= part.least else max(share * length // part.least, 1)
        start = slot.start
        if place == first < last:
            start = slot.end - used * MICROSECOND
        power = share / used / _MILLIWATTS
        runs.append(Slot(start, start + used * MICROSECOND, power))
    return runs


type _Weighed = tuple[int, Slot[HorizonSlot]]


def _usable(
    horizon: Horizon, demand: Demand, begin: datetime, end: datetime
) -> list[_Weighed]:
    """Return the slots of a span that can be used, cut to it, with their weights."""
    needed = None if demand.power is None else demand.low
    curve = horizon.curve(demand.objective, demand.worth, needed)
    return [
        (weight, Slot(max(slot.start, begin), min(slot.end, end), slot.value))
        for slot, weight in zip(horizon.slots, curve.weights, strict=True)
        if weight < BLOCKED and slot.end > begin and slot.start < end
    ]


def _stretches(weighed: list[_Weighed]) -> Iterator[list[_Weighed]]:
    """Yield the slots that follow each other without a gap."""
    stretch: list[_Weighed] = []
    for each in weighed:
        if stretch and stretch[-1][1].end < each[1].start:
            yield stretch
            stretch = []
        stretch.append(each)
    if stretch:
        yield stretch


def _amount(demand: Demand) -> int:
    """Return what is needed as a whole number: mW times µs."""
    if demand.energy is not None:
        return round(demand.energy * _MILLIWATTS * HOUR_OF_US)
    return round(demand.high * _MILLIWATTS) * (demand.shortest // MICROSECOND)


def _weight(weighed: _Weighed) -> int:
    """Return what a slot weighs."""
    return weighed[0]


def _start(run: Run) -> datetime:
    """Return when a run starts."""
    return run.start


def _most(slot: HorizonSlot, demand: Demand) -> float:
    """Return the most power there is in a slot, kW."""
    return demand.high if slot.room is None else min(demand.high, slot.room)
