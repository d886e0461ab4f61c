"""Which readings of an answer can be believed, and why others cannot.

Amounts are in the unit of their series.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import fsum, isclose, isfinite
from typing import Final

from .series import Slot

_HOUR: Final = timedelta(hours=1)
# How far a reading may be from the sum of those within it: as a share, and for the
# rounding of each of them.
_TOLERANCE: Final = 0.02
_ROUNDING: Final = 0.005

NOT_FINITE: Final = "not_finite"
NEGATIVE: Final = "negative"
IMPLAUSIBLE: Final = "implausible"
AMBIGUOUS: Final = "ambiguous"

type Interval = tuple[datetime, datetime]
# Where it starts and ends, and its amount.
type Reading = tuple[datetime, datetime, float]


@dataclass(frozen=True, slots=True)
class Believed:
    """The readings that can be believed, oldest first, of equal starts the longest.

    `refused` says of the others why not; `since` is where the first of all begins.
    `unread` are the intervals of which no value could be read.
    """

    readings: Sequence[Reading]
    refused: Mapping[Interval, str]
    since: datetime | None
    unread: Sequence[Interval] = ()


def believed(
    slots: Iterable[Slot[float | None]], *, signed: bool, highest: float
) -> Believed:
    """Sort out what can be true of a series.

    An hour is below `highest`, and a longer or shorter reading in proportion; what is
    not `signed` is not below zero. Of readings that say different things of one time
    none is believed: two of one interval, two that overlap in part, and one beside
    those within it that do not make it up.
    """
    told = [*slots]
    refused: dict[Interval, str] = {}
    # Nearly every answer is in order, and needs no more looks at it.
    is_plain = all(earlier.end <= later.start for earlier, later in pairwise(told))
    readings: list[Reading] = []
    unread: list[Interval] = []
    length, most = _HOUR, highest
    for slot in told if is_plain else _once(told, refused):
        if (value := slot.value) is None:
            unread.append((slot.start, slot.end))
            continue
        start, end = slot.start, slot.end
        if end - start != length:
            length = end - start
            most = highest * (length / _HOUR)
        if 0 <= value < most or (why := why_not(value, most, signed)) is None:
            readings.append((start, end, value))
        else:
            refused[start, end] = why
    if not is_plain:
        readings = _beyond_doubt(readings, refused, signed=signed)
    since = min((slot.start for slot in told), default=None)
    return Believed(readings, refused, since, unread)


def _once(
    slots: Iterable[Slot[float | None]], refused: dict[Interval, str]
) -> Iterator[Slot[float | None]]:
    """Yield a reading of each interval, where all of it say the same."""
    by_interval: dict[Interval, Slot[float | None]] = {}
    for slot in slots:
        key = slot.start, slot.end
        if key in by_interval and _differ(by_interval[key].value, slot.value):
            refused[key] = AMBIGUOUS
        by_interval[key] = slot
    for key, slot in by_interval.items():
        if key not in refused:
            yield slot


def _beyond_doubt(
    readings: Iterable[Reading], refused: dict[Interval, str], *, signed: bool
) -> list[Reading]:
    """Return the readings in order, without those that contradict each other."""
    kept = sorted(readings, key=lambda reading: reading[1], reverse=True)
    kept.sort(key=lambda reading: reading[0])
    for doubtful in (_crossing, _contradicting):
        if doubted := doubtful(kept, signed):
            refused |= {(start, end): AMBIGUOUS for start, end, _ in doubted}
            kept = [reading for reading in kept if reading not in doubted]
    return kept


def _differ(one: float | None, other: float | None) -> bool:
    """Say whether two readings of one interval are not the same."""
    if one is None or other is None:
        return one is not other
    return not isclose(one, other)


def why_not(value: float, most: float, signed: bool) -> str | None:
    """Return why a reading by itself cannot be true."""
    if not isfinite(value):
        return NOT_FINITE
    if value < 0 and not signed:
        return NEGATIVE
    return None if abs(value) < most else IMPLAUSIBLE


def _overlaps(readings: Iterable[Reading]) -> Iterator[tuple[Reading, list[Reading]]]:
    """Yield the readings that begin within others, and those, the innermost last."""
    around: list[Reading] = []
    for reading in readings:
        if around:
            around = [other for other in around if other[1] > reading[0]]
            if around:
                yield reading, around
        around.append(reading)


def _crossing(readings: Iterable[Reading], signed: bool) -> set[Reading]:
    """Return the readings that overlap in part."""
    del signed
    return {
        each
        for reading, around in _overlaps(readings)
        for other in around
        if other[1] < reading[1]
        for each in (reading, other)
    }


def _contradicting(readings: Iterable[Reading], signed: bool) -> set[Reading]:
    """Return the readings that those within do not make up, and all within."""
    within: defaultdict[Reading, list[Reading]] = defaultdict(list)
    for reading, around in _overlaps(readings):
        within[around[-1]].append(reading)
    waiting = [
        whole for whole, parts in within.items() if differs(whole, parts, signed)
    ]
    doubted: set[Reading] = set()
    while waiting:
        reading = waiting.pop()
        if reading not in doubted:
            doubted.add(reading)
            waiting.extend(within.get(reading, ()))
    return doubted


def differs(whole: Reading, parts: Sequence[Reading], signed: bool) -> bool:
    """Say whether a reading cannot be the sum of its parts, or of more than them.

    Parts that do not fill it may be less than it, and any amount where they are
    `signed`.
    """
    start, end, amount = whole
    total = fsum(value for _, _, value in parts)
    allowed = _TOLERANCE * max(abs(amount), abs(total)) + _ROUNDING * (len(parts) + 1)
    if sum((last - first for first, last, _ in parts), timedelta()) == end - start:
        return abs(total - amount) > allowed
    return not signed and total - amount > allowed
