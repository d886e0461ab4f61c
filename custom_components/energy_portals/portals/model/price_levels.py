"""Prices in words: five levels that last, against all prices that are known.

A level is for people and for switches, so it does not flicker: bounds keep a least gap,
a level is left only clearly beyond its bound, and it lasts for an hour or more.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Final, Self
from zlib import crc32

import msgspec

from .plain import Moment, looked_up
from .prices import HOUR, PriceSeries, PriceSlot
from .series import Series, Slot

_DAY: Final = timedelta(days=1)
_QUARTER: Final = timedelta(minutes=15)
# Of the median: prices that differ by less are all the same to a household.
_FLAT: Final = 0.05
_LEAST_OF_MEDIAN: Final = 0.03
_LEAST_OF_SPREAD: Final = 0.10


class PriceLevel(StrEnum):
    """A price in words, against the other prices that are known."""

    VERY_CHEAP = "very_cheap"
    CHEAP = "cheap"
    NORMAL = "normal"
    EXPENSIVE = "expensive"
    VERY_EXPENSIVE = "very_expensive"


_LEVELS: Final = tuple(PriceLevel)
_NORMAL: Final = _LEVELS.index(PriceLevel.NORMAL)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What tells levels apart, per kWh: four prices, and how far beyond one must be.

    What is not above `free` is very cheap whatever the bounds say. None are bounds
    of prices that are alike.
    """

    prices: tuple[float, float, float, float]
    beyond: float
    free: float | None

    @classmethod
    def of(cls, slots: Iterable[PriceSlot]) -> Self | None:
        """Return the bounds of these slots, their quarter-hours counted alike."""
        known = sorted((s.value.value, (s.end - s.start) / _QUARTER) for s in slots)
        if not known:
            return None
        prices = [price for price, _ in known]
        counts = list(accumulate(count for _, count in known))

        def quantile(share: float) -> float:
            at = max(share * (counts[-1] - 1), 0.0)
            lower = min(bisect_right(counts, int(at)), len(prices) - 1)
            upper = min(bisect_right(counts, int(at) + 1), len(prices) - 1)
            low, high = prices[lower], prices[upper]
            return low + (high - low) * (at - int(at))

        lowest, median, highest = prices[0], quantile(0.5), prices[-1]
        # Where all but a few prices are nought, these few make the spread.
        spread = quantile(0.9) - quantile(0.1) or (0 if median else highest - lowest)
        if spread <= _FLAT * abs(median):
            return None
        gap = max(_LEAST_OF_MEDIAN * abs(median), _LEAST_OF_SPREAD * spread)
        cheap = min(quantile(0.4), median - gap / 2)
        dear = max(quantile(0.6), median + gap / 2)
        beyond = gap / 4
        is_free = median <= lowest + beyond and highest > median + gap
        return cls(
            prices=(
                min(quantile(0.2), cheap - gap / 2),
                cheap,
                dear,
                max(quantile(0.8), dear + gap / 2),
            ),
            beyond=beyond,
            free=lowest + beyond if is_free else None,
        )

    def level(self, price: float, before: int | None) -> int:
        """Return the level of a price, from 0 to 4, after that of the slot before."""
        if self.free is not None and price <= self.free:
            return 0
        if before is None:
            return bisect_left(self.prices, price)
        level = before
        while level < 4 and price > self.prices[level] + self.beyond:
            level += 1
        while level > 0 and price < self.prices[level - 1] - self.beyond:
            level -= 1
        return level


def levelled(
    slots: Sequence[PriceSlot], told: Series[PriceLevel] | None = None
) -> Series[PriceLevel]:
    """Return how long which level lasts; `told` are levels that are told and stay so.

    Slots that follow one another make runs of an hour and more; where prices are
    missing, there is no level. All slots, of which some may be told, make the bounds.
    """
    runs = [_Run(e.start, e.end, _LEVELS.index(e.value)) for e in told or ()]
    bounds, stay = Bounds.of(slots), len(runs)
    for slot in slots:
        start = max(slot.start, runs[-1].end) if runs else slot.start
        if slot.end <= start:
            continue
        last = runs[-1] if runs and runs[-1].end == start else None
        before = None if last is None else last.level
        level = _NORMAL if bounds is None else bounds.level(slot.value.value, before)
        if last is not None and level == before:
            last.end = slot.end
        else:
            runs.append(_Run(start, slot.end, level))
    _lengthen(runs, stay)
    return Series(tuple(Slot(r.start, r.end, _LEVELS[r.level]) for r in runs))


@dataclass(slots=True)
class _Run:
    """A time of one level, from 0 to 4."""

    start: datetime
    end: datetime
    level: int


def _lengthen(runs: list[_Run], stay: int) -> None:
    """Join runs of less than an hour with their neighbours; the first `stay` stay.

    The shortest, and of these the earliest, takes the level of the neighbour that is
    nearest, of two the dearer: too much is never promised.
    """
    lengths = [run.end - run.start for run in runs]
    lengths[:stay] = [max(length, HOUR) for length in lengths[:stay]]
    while lengths and (shortest := min(lengths)) < HOUR:
        place = lengths.index(shortest)
        run = runs[place]
        beside = [
            other
            for other in (place + 1, place - 1)
            if 0 <= other < len(runs)
            and (run.end == runs[other].start or runs[other].end == run.start)
        ]
        if not beside:
            # Prices are missing around it; it is as long as it can be.
            lengths[place] = HOUR
            continue
        levels = [runs[other].level for other in beside]
        run.level = min(levels, key=lambda each: (abs(each - run.level), -each))
        for other, level in zip(beside, levels, strict=True):
            if level == run.level:
                left = min(place, other)
                runs[left].end = runs[left + 1].end
                lengths[left] += lengths[left + 1]
                del runs[left + 1], lengths[left + 1]


def staying(levels: Series[PriceLevel], now: datetime) -> Series[PriceLevel]:
    """Return the levels that stay when prices change: to the end of the run of now."""
    return Series(tuple(run for run in levels if run.start <= now))


def steps(
    prices: PriceSeries, start: datetime, end: datetime
) -> list[tuple[datetime, float]]:
    """Return until when in `[start, end)` which price holds, per kWh."""
    inside = prices.within(start, end).slots
    return [(slot.end, slot.value.value) for slot in inside]


@looked_up
class KeptLevels(msgspec.Struct, frozen=True):
    """Levels that were told, as they are kept, with a mark of their prices."""

    mark: int
    runs: list[tuple[Moment, Moment, PriceLevel]]

    @classmethod
    def of_prices(cls, prices: PriceSeries, levels: Series[PriceLevel]) -> KeptLevels:
        """Return the levels of prices."""
        runs = [(run.start, run.end, run.value) for run in levels]
        return cls(_mark(prices, levels), runs)

    def of(self, prices: PriceSeries) -> Series[PriceLevel]:
        """Return the levels, if these are the prices that they are of, else none.

        Raises ValueError for runs that cannot be.
        """
        levels = Series(tuple(Slot(*run) for run in self.runs))
        return levels if _mark(prices, levels) == self.mark else Series()


def _mark(prices: PriceSeries, levels: Series[PriceLevel]) -> int:
    """Return a mark of the last day's prices that have levels."""
    if not levels.slots:
        return 0
    end = levels.slots[-1].end
    return crc32(repr((prices.currency, steps(prices, end - _DAY, end))).encode())
