"""Points that form one series: one a time, none over others, and no register."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from .body import Body
from .quantities import ENERGY, Field, Unit
from .rows_times import named

# A home's use does not rise for half a day without ever falling; a register does.
_HOUR: Final = timedelta(hours=1)
_HALF_DAY: Final = timedelta(hours=11)
_RUN: Final = 12
_MOSTLY: Final = 0.6
# Nor are many hours of more than 20 kWh alike but for a little more each time.
_FEW: Final = 4
_LARGE: Final = 20.0
_HARDLY: Final = 1.05


@dataclass(frozen=True, slots=True)
class Point:
    """One row: `[start, end)` in UTC, where an end is told, and its number.

    That is in the unit in which the field is kept.
    """

    start: datetime
    end: datetime | None
    value: float | None
    row: Mapping[str, object]
    is_preliminary: bool = False


def one_series(
    owner: Body, points: list[Point], beside: tuple[str, ...] = ()
) -> list[Point]:
    """Return points of which there is one a time, and none is of two."""
    if all(earlier.start < later.start for earlier, later in pairwise(points)):
        return _apart_in_time(owner, points)
    by_start: dict[datetime, list[Point]] = defaultdict(list)
    for point in points:
        by_start[point.start].append(point)
    single = []
    for start in sorted(by_start):
        first, *more = by_start[start]
        if any(_differ(one, first, beside) for one in more):
            owner.refuse("two_rows_of_one_time")
            first = replace(first, value=None, end=None, row={})
        single.append(first)
    return _apart_in_time(owner, single)


def _differ(one: Point, other: Point, beside: tuple[str, ...]) -> bool:
    """Say whether two rows of one time say different things."""
    if (one.value, one.end) != (other.value, other.end):
        return True
    return any(
        one.row.get(name) != other.row.get(name)
        for name in named((*one.row, *other.row), beside)
    )


def _apart_in_time(owner: Body, points: list[Point]) -> list[Point]:
    """Leave out points that reach over others: of two lengths one is a sum."""
    longer = {
        place
        for place, (point, later) in enumerate(pairwise(points))
        if point.end is not None and point.end > later.start
    }
    if not longer:
        return points
    # What was too long among others is so at the end of them, too.
    lengths = {_length(points[place]) for place in longer}
    kept = [point for point in points if _length(point) not in lengths]
    owner.refuse("rows_that_overlap", len(points) - len(kept))
    return kept


def amounts_or_none(owner: Body, points: list[Point], field: Field) -> list[Point]:
    """Refuse what only ever rises: it is a register, not amounts."""
    if _rises(points) or _hardly_rises(points, field):
        owner.refuse("a_register_instead_of_amounts")
        return [replace(point, value=None) for point in points]
    return points


def _hardly_rises(points: Sequence[Point], field: Field) -> bool:
    """Say whether energies are large and rise by next to nothing, time by time."""
    values = [point.value for point in points if point.value is not None]
    if field.quantity is not ENERGY or len(values) < _FEW or len(points) < _FEW:
        return False
    # Days may well be as much alike.
    if points[1].start - points[0].start > _HOUR:
        return False
    never_falls = all(later >= earlier for earlier, later in pairwise(values))
    is_large = field.kept.converted(values[0], Unit()) >= _LARGE
    return never_falls and is_large and values[-1] < values[0] * _HARDLY


def _rises(points: Sequence[Point]) -> bool:
    """Say whether numbers never fall for half a day, and mostly rise."""
    count = rising = 0
    first: datetime | None = None
    last: float | None = None
    for point in points:
        if point.value is None:
            continue
        if first is None or last is None or point.value < last:
            count, rising, first = 0, 0, point.start
        elif point.value > last:
            rising += 1
        count, last = count + 1, point.value
        is_long = count >= _RUN and point.start - first >= _HALF_DAY
        if is_long and rising >= count * _MOSTLY:
            return True
    return False


def share_times(parts: Sequence[Sequence[Point]]) -> bool:
    """Say whether rows of several things are of the same times."""
    starts = [point.start for part in parts for point in part]
    each = sum(len({point.start for point in part}) for part in parts)
    return len(set(starts)) < each


def _length(point: Point) -> timedelta | None:
    """Return how long a point lasts, where its end is told."""
    return None if point.end is None else point.end - point.start
