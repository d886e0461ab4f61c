"""Slots in time, and the immutable runs they form."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import fsum
from operator import attrgetter, lt
from typing import Protocol, override, runtime_checkable

_START = attrgetter("start")
_END = attrgetter("end")


@runtime_checkable
class Changing(Protocol):
    """Something that shows another value once a known moment has passed."""

    def next_change(self, now: datetime) -> datetime | None:
        """Return the first moment after `now` at which a value differs."""


@runtime_checkable
class Lasting(Protocol):
    """Something that stays true for a while when it cannot be fetched again."""

    def holds(self, now: datetime) -> bool:
        """Say whether it still tells something about now."""


class Outlook:
    """What is known of the time to come: others plan by it and are told of changes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Slot[ValueT]:
    """A half-open interval `[start, end)` in UTC with a value."""

    start: datetime
    end: datetime
    value: ValueT

    def __post_init__(self) -> None:
        """Refuse what is not an interval in UTC."""
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            raise ValueError("a slot's ends are in UTC")
        if self.end <= self.start:
            raise ValueError("a slot ends after it starts")


@dataclass(frozen=True, slots=True)
class Series[ValueT]:
    """A sorted run of slots that do not overlap; gaps are allowed.

    `Series.of` sorts; overlapping slots raise ValueError, because which of two
    values holds is for the kind of data to say, not for this class.
    """

    slots: tuple[Slot[ValueT], ...] = ()
    _starts: tuple[datetime, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse slots out of order."""
        # Of thousands of slots at each start: without a turn of Python for each.
        starts = tuple(map(_START, self.slots))
        if any(map(lt, starts[1:], map(_END, self.slots), strict=False)):
            raise ValueError("slots overlap or are out of order")
        object.__setattr__(self, "_starts", starts)

    @classmethod
    def of(cls, slots: Iterable[Slot[ValueT]]) -> Series[ValueT]:
        """Return the series of these slots in any order."""
        return cls(tuple(sorted(slots, key=_START)))

    def __iter__(self) -> Iterator[Slot[ValueT]]:
        """Walk through the slots, oldest first."""
        return iter(self.slots)

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.slots)

    @override
    def __repr__(self) -> str:
        """Say how much it holds; a day of quarters would fill a screen."""
        return f"<Series of {len(self.slots)} slots>"

    def at(self, when: datetime) -> Slot[ValueT] | None:
        """Return the slot that holds this moment, or None in a gap."""
        index = bisect_right(self._starts, when) - 1
        if index >= 0 and when < self.slots[index].end:
            return self.slots[index]
        return None

    def after(self, when: datetime) -> Slot[ValueT] | None:
        """Return the first slot that starts later than this moment."""
        index = bisect_right(self._starts, when)
        return self.slots[index] if index < len(self.slots) else None

    def between(self, start: datetime, end: datetime) -> tuple[Slot[ValueT], ...]:
        """Return the slots that share time with `[start, end)`."""
        if end <= start:
            return ()
        first = bisect_right(self._starts, start)
        if first and self.slots[first - 1].end > start:
            first -= 1
        return self.slots[first : bisect_left(self._starts, end)]

    def since(self, start: datetime) -> Series[ValueT]:
        """Return what ends after `start`; a slot across it stays whole."""
        return Series(tuple(slot for slot in self.slots if slot.end > start))

    def within(self, start: datetime, end: datetime) -> Series[ValueT]:
        """Return what lies in `[start, end)`, slots at its ends cut."""
        inside = self.between(start, end)
        if not inside:
            return Series()
        # Slots are in order, so that only those at the ends can be cut.
        first = clipped(inside[0], start, end)
        if len(inside) == 1:
            return Series((first,))
        return Series((first, *inside[1:-1], clipped(inside[-1], start, end)))

    def covers(self, start: datetime, end: datetime) -> bool:
        """Say whether every moment of `[start, end)` lies in a slot."""
        reached = start
        for slot in self.between(start, end):
            if slot.start > reached:
                return False
            reached = slot.end
        return reached >= end

    def merged(self, newer: Series[ValueT]) -> Series[ValueT]:
        """Return both; `newer` wins where it has a slot, and the rest is clipped."""
        return Series.of((*_left(self.slots, newer.slots), *newer))

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next start or end of a slot after `now`."""
        current, following = self.at(now), self.after(now)
        if current is not None:
            return current.end
        return following.start if following is not None else None


def clipped[V](slot: Slot[V], start: datetime, end: datetime) -> Slot[V]:
    """Return the part of the slot in `[start, end)`, with which it shares time."""
    if start <= slot.start and slot.end <= end:
        return slot
    return Slot(max(slot.start, start), min(slot.end, end), slot.value)


def runs[V](slots: Iterable[Slot[V]]) -> Iterator[list[Slot[V]]]:
    """Yield slots in their order as runs of such as meet."""
    run: list[Slot[V]] = []
    for slot in slots:
        if run and run[-1].end != slot.start:
            yield run
            run = []
        run.append(slot)
    if run:
        yield run


def mean(run: list[Slot[float]]) -> float:
    """Return the mean by time of slots that meet, in their unit."""
    whole = run[-1].end - run[0].start
    return fsum((slot.end - slot.start) / whole * slot.value for slot in run)


def _left[V](older: Iterable[Slot[V]], newer: tuple[Slot[V], ...]) -> Iterator[Slot[V]]:
    """Yield what is left of older slots where there are no newer ones."""
    index = 0
    for slot in older:
        while index < len(newer) and newer[index].end <= slot.start:
            index += 1
        start, later = slot.start, index
        while later < len(newer) and newer[later].start < slot.end:
            if start < newer[later].start:
                yield clipped(slot, start, newer[later].start)
            start = newer[later].end
            later += 1
        if start < slot.end:
            yield clipped(slot, start, slot.end)


_USUAL_LENGTHS = frozenset(timedelta(minutes=minutes) for minutes in (15, 30, 60))


def spaced[V](
    points: Iterable[tuple[datetime, datetime | None, V]], fallback: timedelta
) -> Series[V]:
    """Return the slots that points (start, end or None, value) in any order mean.

    Of equal starts the last wins. A slot without an end lasts to the next start if
    that distance is a slot length the data show, else as long as the smaller distance
    beside it, else `fallback`. A later start cuts every slot before it. A distance is
    a slot length if an adjacent one equals it or none is smaller. Of two points alone
    it is one if it is a quarter, half or whole hour.

    Raises ValueError if an end is not after its start, or a time is not in UTC.
    """
    latest = {start: (end, value) for start, end, value in points}
    starts = sorted(latest)
    lengths = _lengths(starts, fallback)
    slots: list[Slot[V]] = []
    for index, start in enumerate(starts):
        end, value = latest[start]
        end = start + lengths[index] if end is None else end
        if index + 1 < len(starts):
            end = min(end, starts[index + 1])
        slots.append(Slot(start, end, value))
    return Series(tuple(slots))


def _lengths(starts: list[datetime], fallback: timedelta) -> list[timedelta]:
    """Return how long the slot at each start lasts, as far as the distances show."""
    distances = [later - start for start, later in pairwise(starts)]
    if len(distances) < 2:
        usual = [length for length in distances if length in _USUAL_LENGTHS]
        return (usual or [fallback]) * len(starts)
    lengths = [_length(distances, index) for index in range(len(distances))]
    # Nothing follows the last point; it is like the one before it.
    return [*lengths, lengths[-1]]


def _length(distances: list[timedelta], index: int) -> timedelta:
    """Return this distance if it is a slot length, else the nearest smaller that is."""
    while True:
        sides = [side for side in (index - 1, index + 1) if 0 <= side < len(distances)]
        smaller = min(sides, key=distances.__getitem__)
        own = distances[index]
        if own <= distances[smaller] or own in [distances[side] for side in sides]:
            return own
        # Beside a gap there may be another gap.
        index = smaller
