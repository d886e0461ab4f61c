"""Fitting a demand into what is known: one search for each shape."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil, floor, gcd
from typing import Final

from .demand import HOUR_OF_US, Demand, Shape, exact, time_for
from .horizon import BLOCKED, MICROSECOND, Curve, Horizon, HorizonSlot
from .pieces import MOST, Cut, by_unit, pieces
from .search import EnergySlot, share_out, window
from .series import Slot

# Energy as whole numbers: power to a milliwatt, times µs.
_MILLIWATTS: Final = 10**6
_NONE: Final = timedelta()
# Of a grid for pieces.
_FINEST: Final = timedelta(minutes=1) // MICROSECOND

type Run = Slot[float | None]


class TooMuch(Exception):
    """So long a span cannot be searched in pieces within bounded memory and time."""


def fitted(
    horizon: Horizon,
    demand: Demand,
    begin: datetime,
    end: datetime,
    running: timedelta | None = None,
) -> list[Run]:
    """Return the best runs in `[begin, end)`, in order; none if nothing fits.

    `running` is for how long a piece has been running that goes on, or ends, at the
    beginning. Raises TooMuch where pieces cannot be searched in so long a span.
    """
    if demand.shape is Shape.PIECES:
        return _in_pieces(horizon, demand, begin, end, running)
    if demand.shape is Shape.SLOTS:
        return _in_slots(horizon, demand, begin, end)
    if demand.low < demand.high:
        return _at_any_power(horizon, demand, begin, end)
    return _in_a_window(horizon, demand, begin, end)


def fitted_most(
    horizon: Horizon,
    demand: Demand,
    begin: datetime,
    end: datetime,
    running: timedelta | None = None,
) -> list[Run]:
    """Return as much of a demand as there is room for, where all of it has none."""
    if demand.shape is Shape.PIECES:
        return _in_pieces(horizon, demand, begin, end, running, at_most=True)
    usable = _usable(horizon, demand, begin, end)
    if demand.shape is Shape.SLOTS:
        return [_full(slot, demand) for _, slot in usable]
    stretches = list(_stretches(usable))
    if not stretches:
        return []

    def worth(stretch: list[_Weighed]) -> tuple[int, int]:
        amounts = [
            (weight, _part(weight, slot, demand).most) for weight, slot in stretch
        ]
        return sum(amount for _, amount in amounts), -sum(
            weight * amount for weight, amount in amounts
        )

    best = max(stretches, key=worth)
    if demand.low < demand.high:
        return [_full(slot, demand) for _, slot in best]
    return [Slot(best[0][1].start, best[-1][1].end, demand.power)]


def _full(slot: Slot[HorizonSlot], demand: Demand) -> Run:
    """Return a slot that is used at the most power there is."""
    power = _most(slot.value, demand) if demand.power else None
    return Slot(slot.start, slot.end, power)


def _curve(horizon: Horizon, demand: Demand, power: float | None = None) -> Curve:
    """Return the slots as a demand weighs them, with room for so much power, kW."""
    return horizon.curve(demand.objective, demand.worth, power, demand.ceiling)


def _in_a_window(
    horizon: Horizon, demand: Demand, begin: datetime, end: datetime
) -> list[Run]:
    """Return the lightest time without a break."""
    length = demand.shortest
    curve = _curve(horizon, demand, demand.power)
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
    """Return the lightest slots, each at the most power; the heaviest in part.

    What is taken beyond the need comes after it: of the time that is left, the lightest
    that costs little enough.
    """
    left, more = _amount(demand), floor(exact(demand.more) * _MILLIWATTS * HOUR_OF_US)
    runs: list[Run] = []
    # Sorting is stable: of equals the earliest comes first.
    for _, slot in sorted(_usable(horizon, demand, begin, end), key=_weight):
        power = _most(slot.value, demand)
        milliwatts = round(power * _MILLIWATTS)
        whole = (slot.end - slot.start) // MICROSECOND
        length = min(-(-max(left, 0) // milliwatts), whole)
        left -= length * milliwatts
        if more and _may_take_more(slot.value, demand):
            beyond = min(more // milliwatts, whole - length)
            more -= beyond * milliwatts
            length += beyond
        if length:
            end_of_run = slot.start + length * MICROSECOND
            runs.append(Slot(slot.start, end_of_run, power if demand.power else None))
        if left <= 0 and not more:
            break
    return [] if left > 0 else sorted(runs, key=_start)


def _may_take_more(slot: HorizonSlot, demand: Demand) -> bool:
    """Say whether a slot costs less than what is taken beyond the need is worth."""
    if slot.price is None or demand.more_below is None:
        return False
    is_dear = demand.ceiling is not None and slot.costs_over(demand.ceiling)
    return slot.price < demand.more_below and not is_dear


def _in_pieces(
    horizon: Horizon,
    demand: Demand,
    begin: datetime,
    end: datetime,
    running: timedelta | None = None,
    *,
    at_most: bool = False,
) -> list[Run]:
    """Return the lightest pieces; on the finest grid on which they can be searched.

    The grid that slots, lengths, pauses and the span share holds the best there is.
    """
    needed = demand.shortest // MICROSECOND
    least = min(demand.least_length // MICROSECOND, needed)
    pause = demand.least_pause // MICROSECOND
    # What runs goes on to its own least length, however little is left.
    must: int | None = None
    if running is not None:
        rest = max(demand.least_length - running, _NONE)
        must = min(rest // MICROSECOND, needed)
    is_one_power = demand.low == demand.high
    if is_one_power and not at_most and running is None:
        if not (least or pause) and demand.starts is None:
            return _in_slots(horizon, demand, begin, end)
        if needed < 2 * least or demand.starts == 1:
            return _in_a_window(horizon, demand, begin, end)
    zero = horizon.start
    start, stop = (begin - zero) // MICROSECOND, (end - zero) // MICROSECOND
    step = _curve(horizon, demand).step
    shared = gcd(step, start, stop, pause)
    shared = gcd(shared, least or (needed if is_one_power else 0))
    # A window may begin at an odd second; nobody switches by those.
    for unit in (shared, max(shared, _FINEST), max(shared, step)):
        if running is not None and start % unit:
            continue
        power, need = demand.power, needed
        if not is_one_power and demand.energy is not None:
            # The highest that fills whole units, if that is not too low.
            whole = -(-needed // unit) * unit
            power = max(demand.energy / whole * HOUR_OF_US, demand.low)
            is_low = power == demand.low
            need = time_for(demand.energy, power) // MICROSECOND if is_low else whole
        first, final = -(-start // unit), stop // unit
        units, part = divmod(need, unit)
        shares = gcd(unit, part)
        units_of_least = min(-(-least // unit), units)
        cut = Cut(
            units,
            units_of_least,
            -(-pause // unit),
            demand.starts,
            part // shares,
            unit // shares if part else 1,
            None
            if must is None
            else max(units_of_least, 1) - min(-(-must // unit), units),
        )
        if cut.work(max(final - first, 0)) > MOST:
            continue
        curve = _curve(horizon, demand, power)
        weights = by_unit(curve, unit, first, final)
        spans = pieces(weights, cut, at_most=at_most) or ()
        size = unit // cut.whole
        return [
            Slot(
                zero + (first * unit + begun * size) * MICROSECOND,
                zero + (first * unit + ended * size) * MICROSECOND,
                power,
            )
            for begun, ended in spans
        ]
    raise TooMuch


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
    curve = _curve(horizon, demand, needed)
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
    # What fits at the most power, fits: that too is a whole number of mW.
    most = round(demand.high * _MILLIWATTS) * (demand.shortest // MICROSECOND)
    if demand.energy is None:
        return most
    return min(ceil(exact(demand.energy) * _MILLIWATTS * HOUR_OF_US), most)


def _weight(weighed: _Weighed) -> int:
    """Return what a slot weighs."""
    return weighed[0]


def _start(run: Run) -> datetime:
    """Return when a run starts."""
    return run.start


def _most(slot: HorizonSlot, demand: Demand) -> float:
    """Return the most power there is in a slot, kW."""
    return demand.high if slot.room is None else min(demand.high, slot.room)
