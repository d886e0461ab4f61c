"""Days on which clocks are put forward or back, and what integrations make of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from ...model.periods import midnight
from ...reading.moments import Wall
from .slots import Point

_QUARTER = timedelta(minutes=15)
_DAY = timedelta(days=1)


class Clock(StrEnum):
    """How far the times of a source may be believed where clocks are changed."""

    # Offsets are right; times without one are told apart by their order.
    RIGHT = "right"
    # Both passes of the repeated hour carry the offset of the first.
    DOUBLED = "doubled"
    # What is in the repeated hour may belong to the other pass of it.
    DOUBTFUL = "doubtful"
    # The n-th quarter is labelled as if the day had no change.
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Told:
    """An item as it was told; its value is in the unit of its list, None is absent."""

    start: datetime | Wall
    end: datetime | Wall | None
    value: float | None


def resolved(items: Sequence[Told], zone: ZoneInfo, clock: Clock) -> list[Point]:
    """Return when items of one list are, in UTC and in the unit of the list.

    What cannot be told is left without a value. `zone` is that of times without an
    offset, and that of the source's own days.
    """
    match clock:
        case Clock.COUNTED:
            return _counted(_ordered(items, zone, doubled=False), zone)
        case Clock.DOUBTFUL:
            return _doubtful(_ordered(items, zone, doubled=False), zone)
    return _ordered(items, zone, doubled=clock is Clock.DOUBLED)


def _ordered(items: Sequence[Told], zone: ZoneInfo, *, doubled: bool) -> list[Point]:
    """Tell the two passes of a repeated hour apart by the order of the items."""
    known = [_moments(item.start, zone, doubled=doubled) for item in items]
    if doubled and any(
        item.start == moments[-1]
        for item, moments in zip(items, known, strict=True)
        if len(moments) == 2
    ):
        # It says the second pass by its offset, so the offsets can be believed.
        return _ordered(items, zone, doubled=False)
    can_tell = _in_order(items, known, zone)
    times: dict[datetime, int] = {}
    for moments in known:
        if len(moments) == 2:
            times[moments[0]] = times.get(moments[0], 0) + 1
    passes: dict[datetime, int] = {}
    points: list[Point] = []
    for item, moments in zip(items, known, strict=True):
        if len(moments) == 2:
            first = moments[0]
            which = passes[first] = passes.get(first, -1) + 1
            if can_tell and times[first] == 2:
                points.append(_at(item, moments[which], zone))
            else:
                points += [Point(each, None, None) for each in moments]
        elif moments:
            points.append(_at(item, moments[0], zone))
    return points


def _moments(
    told: datetime | Wall, zone: ZoneInfo, *, doubled: bool
) -> tuple[datetime, ...]:
    """Return the moments that a time may mean: none, one or two."""
    if isinstance(told, Wall):
        return told.moments(zone)
    if not doubled:
        return (told,)
    wall = Wall(told.astimezone(zone).replace(tzinfo=None, fold=0))
    return moments if len(moments := wall.moments(zone)) == 2 else (told,)


def _in_order(
    items: Sequence[Told], known: Sequence[tuple[datetime, ...]], zone: ZoneInfo
) -> bool:
    """Say whether the order of items tells the passes of a repeated hour apart.

    A clock never runs back but from the end of that hour to its beginning, and tells
    no other time twice.
    """
    walls = [_wall(item.start, zone) for item in items]
    backwards = [
        len(moments) == 2 and len(following) == 2
        for (wall, moments), (later, following) in pairwise(
            zip(walls, known, strict=True)
        )
        if later < wall
    ]
    sure = [moments[0] for moments in known if len(moments) == 1]
    return backwards in ([], [True]) and len(sure) == len(set(sure))


def _wall(told: datetime | Wall, zone: ZoneInfo) -> datetime:
    """Return what a clock on the wall shows."""
    if isinstance(told, Wall):
        return told.when
    return told.astimezone(zone).replace(tzinfo=None)


def _at(item: Told, start: datetime, zone: ZoneInfo) -> Point:
    """Return an item that starts at this moment."""
    if item.end is None:
        return Point(start, None, item.value)
    if isinstance(item.end, Wall):
        return Point(start, _wall_end(item.start, item.end, start, zone), item.value)
    shift = start - item.start if isinstance(item.start, datetime) else timedelta()
    return Point(start, item.end + shift, item.value)


def _wall_end(
    told: datetime | Wall, end: Wall, start: datetime, zone: ZoneInfo
) -> datetime | None:
    """Return the end of what starts at `start`, from clocks on the wall."""
    length = end.when - _wall(told, zone)
    if isinstance(told, Wall) and length > timedelta():
        # Within a repeated hour the clock alone may mean its other pass.
        if len(told.moments(zone)) == 2:
            return start + length
    return next((moment for moment in end.moments(zone) if moment > start), None)


def _passes(point: Point, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the two moments that a clock shows the same time at, if it does."""
    wall = Wall(point.start.astimezone(zone).replace(tzinfo=None, fold=0))
    return moments if len(moments := wall.moments(zone)) == 2 else ()


def _doubtful(points: list[Point], zone: ZoneInfo) -> list[Point]:
    """Leave out the repeated hour unless both passes are there and differ."""
    repeated = [point for point in points if _passes(point, zone)]
    first = {each.start: each.value for each in repeated if _is_first(each, zone)}
    second = {
        _passes(each, zone)[0]: each.value
        for each in repeated
        if not _is_first(each, zone)
    }
    if first.keys() == second.keys() and first != second:
        return points
    return [
        replace(point, value=None) if _passes(point, zone) else point
        for point in points
    ]


def _is_first(point: Point, zone: ZoneInfo) -> bool:
    """Say whether a point is in the first pass of a repeated hour."""
    return _passes(point, zone)[:1] == (point.start,)


def _counted(points: list[Point], zone: ZoneInfo) -> list[Point]:
    """Put right a market day whose quarters ran by the wall clock from midnight.

    In autumn what follows the change is an hour late; in spring an hour early, and the
    first hour after it holds the values of the next. What may be either is left out.
    """
    if not points:
        return points
    points = sorted(points, key=lambda point: point.start)
    day = points[0].start.astimezone(zone).date()
    start, end = midnight(day, zone), midnight(day + _DAY, zone)
    shift = end - start - _DAY
    if not shift:
        return points
    change = change_of(start, end, zone)
    before = [point for point in points if point.start < change]
    after = [point for point in points if point.start >= change]
    if not after:
        return points
    if shift > timedelta():
        if after[0].start < change + shift:
            return points
        # No item is in the second pass: either the labels are late, or that is lost.
        goes_on = bool(before) and before[-1].start + _QUARTER == change
        goes_on = goes_on and after[0].start == change + shift
        is_late = goes_on or after[-1].start >= end
    else:
        if after[-1].start + _QUARTER >= end:
            return points
        is_late = (
            after[-1].start + _QUARTER == end + shift
            and len(points) == (end - start + shift) // _QUARTER
        )
    return [*before, *(_moved(point, -shift) for point in after if is_late)]


def _moved(point: Point, by: timedelta) -> Point:
    """Return a point at another time."""
    return Point(point.start + by, point.end and point.end + by, point.value)


def change_of(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """Return when the clock is changed between two moments of which it differs."""
    offset = start.astimezone(zone).utcoffset()
    quarters = range((end - start) // _QUARTER)
    return next(
        moment
        for moment in (start + each * _QUARTER for each in quarters)
        if moment.astimezone(zone).utcoffset() != offset
    )
