"""From the items of a list to slots: ends, holes, and the same moment told twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest
from typing import Final

from ...model.series import Series, Slot

# What prices and forecasts come in where no end is said.
LENGTHS: Final = tuple(timedelta(minutes=each) for each in (5, 15, 30, 60))
# Distances that prove a length longer than the one that was asked for.
_PROOF: Final = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A value from a moment in UTC on, in the unit of its list; None is absent."""

    start: datetime
    end: datetime | None
    value: float | None


def laid(points: Iterable[Point], step: timedelta | None = None) -> Series[float]:
    """Return the slots that points in any order mean, in the unit of the points.

    A slot ends where that is said, else after the commonest distance, or `step` where
    the distances show none. What is further away is a hole. A later start cuts a slot.
    A moment with two values has none.
    """
    known = _joined(points)
    starts = sorted(known)
    length = usual_length(starts, step)
    slots: list[Slot[float]] = []
    for start, following in zip_longest(starts, starts[1:]):
        point = known[start]
        end = point.end
        if end is None and length is not None:
            end = start + length
        if point.value is None or end is None:
            continue
        if following is not None:
            end = min(end, following)
        slots.append(Slot(start, end, point.value))
    return Series(tuple(slots))


def with_ends(
    points: Sequence[Point], step: timedelta | None = None
) -> Sequence[Point]:
    """Return the points of one list with the ends that its own distances tell."""
    length = usual_length(sorted({point.start for point in points}), step)
    if length is None:
        return points
    return [
        replace(point, end=point.start + length) if point.end is None else point
        for point in points
    ]


def usual_length(
    starts: Sequence[datetime], step: timedelta | None = None
) -> timedelta | None:
    """Return how long a slot without an end is, None where nothing tells."""
    counts = Counter(later - start for start, later in pairwise(starts))
    usual = [each for each in LENGTHS if each in counts]
    told = max(usual, key=counts.__getitem__, default=None)
    if told is None or step is None:
        return told or step
    return told if told < step or counts[told] >= _PROOF else step


def _joined(points: Iterable[Point]) -> dict[datetime, Point]:
    """Return the points by start; those that contradict each other without a value."""
    known: dict[datetime, Point] = {}
    torn: set[datetime] = set()
    for point in points:
        if point.end is not None and point.end <= point.start:
            continue
        other = known.setdefault(point.start, point)
        if point.value is None:
            continue
        if other.value is None:
            known[point.start] = point
        elif other.value != point.value:
            torn.add(point.start)
        elif _ends_earlier(point, other):
            known[point.start] = point
    return {
        start: Point(start, None, None) if start in torn else point
        for start, point in known.items()
    }


def _ends_earlier(point: Point, other: Point) -> bool:
    """Say whether a point has an end before that of another, or the other has none."""
    return other.end is None or (point.end is not None and point.end < other.end)
