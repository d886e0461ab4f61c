"""What measured energy costs by the hour, as exactly as energy and prices are known.

Amounts are in the currency of the prices.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from math import fsum, isfinite
from typing import Final, NamedTuple

from .ledger import HOME, HOUR, NO_PRICE, Reckoned, hour_of, hours_between
from .ledger_readings import NOT_FINITE, why_not
from .prices import PriceSeries
from .series import Slot
from .tariff_reductions import Counted, Limit, taken_off, without_limited

PRICE_CHANGES: Final = "price_changes"
# What a register that stands still may lose by the rounding of two sums, kWh.
_ROUNDING: Final = 1e-9


class _Run(NamedTuple):
    """A time of one price, which may be several slots."""

    start: datetime
    end: datetime
    price: float


def nothing(start: datetime, end: datetime) -> float:
    """Return that nothing is paid beside the price."""
    return 0.0


def reckoned(
    energy: Iterable[Slot[float | None]],
    prices: PriceSeries,
    standing: Callable[[datetime, datetime], float] = nothing,
) -> tuple[list[Slot[float | None]], Reckoned]:
    """Return what energy in kWh costs, in the currency of the prices.

    `energy` is in order. Readings that fill an hour cost what each costs at its price.
    Where one lasts over a change of the price, or the register went back within a
    price, the hour's energy is taken at its mean price. A reading that is longer than
    an hour has a cost only where the price does not change within it. What is paid for
    a time whatever is used, `standing`, is added where there is a cost.
    """
    slots: list[Slot[float | None]] = []
    unknown: dict[datetime, str] = {}
    at_mean: dict[datetime, tuple[float, float]] = {}
    for parts in _grouped(_told(energy)):
        start, end = parts[0].start, parts[-1].end
        cost, mean, why = _cost(parts, _runs(prices, start, end), end - start)
        if why is not None:
            unknown.update(dict.fromkeys(hours_between(hour_of(start), end), why))
        added = 0.0 if cost is None else standing(start, end)
        if mean is not None:
            at_mean[start] = mean[0] + added, mean[1] + added
        if cost is not None:
            cost += added
        slots.append(Slot(start, end, cost))
    return slots, Reckoned(unknown, at_mean)


def reckoned_with_limits(
    energy: Sequence[Slot[float | None]],
    prices: PriceSeries,
    standing: Callable[[datetime, datetime], float],
    limits: Sequence[Limit],
    counted: Counted,
) -> tuple[list[Slot[float | None]], Reckoned]:
    """Return what energy costs as `reckoned` does, each kWh by the limits it is in."""
    if not limits:
        return reckoned(energy, prices, standing)
    slots, told = reckoned(energy, without_limited(prices), standing)
    at_mean = dict(told.at_mean)

    def plainly(
        within: Iterable[Slot[float | None]], off: PriceSeries
    ) -> list[Slot[float | None]]:
        return reckoned(within, off)[0]

    for taken in taken_off(plainly, energy, prices, limits, counted):
        for place, (slot, off) in enumerate(zip(slots, taken, strict=True)):
            if slot.value is None or off.value is None:
                slots[place] = Slot(slot.start, slot.end, None)
                continue
            slots[place] = Slot(slot.start, slot.end, slot.value - off.value)
            if slot.start in at_mean:
                least, most = at_mean[slot.start]
                at_mean[slot.start] = least - off.value, most - off.value
    return slots, Reckoned(told.unknown, at_mean)


def _told(energy: Iterable[Slot[float | None]]) -> Iterator[Slot[float]]:
    """Yield the readings that say anything."""
    for slot in energy:
        if slot.value is not None:
            yield Slot(slot.start, slot.end, slot.value)


def _grouped(energy: Iterable[Slot[float]]) -> Iterator[Sequence[Slot[float]]]:
    """Yield the readings of each hour that they fill, and longer ones by themselves."""
    for hour, group in groupby(energy, key=lambda slot: hour_of(slot.start)):
        within: list[Slot[float]] = []
        for slot in group:
            if slot.end > hour + HOUR:
                yield (slot,)
            else:
                within.append(slot)
        if sum((slot.end - slot.start for slot in within), timedelta()) == HOUR:
            yield within


def _cost(
    parts: Sequence[Slot[float]], runs: Sequence[_Run], length: timedelta
) -> tuple[float | None, tuple[float, float] | None, str | None]:
    """Return a cost, what it is between if it is at the mean, and why there is none."""
    values = [part.value for part in parts]
    if not all(map(isfinite, values)):
        return None, None, NOT_FINITE
    total = fsum(values)
    if -_ROUNDING < total < 0:
        total = 0.0
    if why := why_not(total, HOME * (length / HOUR), signed=False):
        return None, None, why
    if not runs:
        return None, None, NO_PRICE
    if len(runs) == 1:
        return total * runs[0].price, None, None
    if length > HOUR:
        return None, None, PRICE_CHANGES
    if (amounts := _by_price(parts, runs)) is not None:
        pairs = zip(amounts, runs, strict=True)
        return fsum(amount * run.price for amount, run in pairs), None, None
    mean = fsum((run.end - run.start) / HOUR * run.price for run in runs)
    told = [run.price for run in runs]
    return total * mean, (total * min(told), total * max(told)), None


def _by_price(parts: Iterable[Slot[float]], runs: Sequence[_Run]) -> list[float] | None:
    """Return the energy of each run; None where a reading lasts over two of them.

    And where the register went back within one: how much was drawn is not known then.
    """
    values: list[list[float]] = [[] for _ in runs]
    for part in parts:
        at = next(at for at, run in enumerate(runs) if part.start < run.end)
        if part.value and part.end > runs[at].end:
            return None
        values[at].append(part.value)
    amounts = [fsum(each) for each in values]
    return None if min(amounts) <= -_ROUNDING else [max(each, 0.0) for each in amounts]


def _runs(prices: PriceSeries, start: datetime, end: datetime) -> list[_Run]:
    """Return the prices of a span, those alike as one; none where one is missing."""
    runs: list[_Run] = []
    reached = start
    for slot in prices.slots.between(start, end):
        if slot.start > reached:
            return []
        price, reached = slot.value.value, min(slot.end, end)
        if runs and runs[-1].price == price:
            runs[-1] = runs[-1]._replace(end=reached)
        else:
            runs.append(_Run(max(slot.start, start), reached, price))
    return runs if reached == end else []
