"""Times of rows that depend on each other: counted hours, and hours that repeat."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from .moments import Wall

_LAST: Final = 24


def counted_from(hours: Sequence[float]) -> int | None:
    """Return whether the hours of days begin at 0 or at 1, None where nothing tells."""
    if any(hour != int(hour) or not 0 <= hour <= _LAST for hour in hours):
        return None
    has_first, has_last = 0 in hours, _LAST in hours
    if has_first == has_last:
        return None
    return 0 if has_first else 1


def hours_of_days(
    days: Sequence[date], hours: Sequence[float], zone: ZoneInfo
) -> list[Wall | None]:
    """Return the times of rows that tell a day and an hour of it apart.

    Nothing is known where hours could begin at 0 or 1, nor of a day with another
    length than 24 hours whose hours are counted instead of read from the clock.
    """
    first = counted_from(hours)
    if first is None:
        return [None] * len(days)
    counted = {day for day in set(days) if _is_counted(day, days, hours, first, zone)}
    return [
        None if day in counted else Wall(_at(day, hour - first))
        for day, hour in zip(days, hours, strict=True)
    ]


def _at(day: date, hour: float) -> datetime:
    """Return an hour of a day, on the clock."""
    return datetime.combine(day, time()) + timedelta(hours=hour)


def _is_counted(
    day: date, days: Sequence[date], hours: Sequence[float], first: int, zone: ZoneInfo
) -> bool:
    """Say whether a day of another length may have its hours counted one by one."""
    walls = [Wall(_at(day, hour)) for hour in range(_LAST)]
    odd = [hour for hour, wall in enumerate(walls) if len(wall.moments(zone)) != 1]
    if not odd:
        return False
    told = [hour - first for each, hour in zip(days, hours, strict=True) if each == day]
    is_longer = len(walls[odd[0]].moments(zone)) == 2
    # A clock skips the hour that is not there, and shows the other one twice.
    return told.count(odd[0]) != (2 if is_longer else 0)


def in_order(
    times: Sequence[datetime | Wall | None], zones: Sequence[ZoneInfo]
) -> list[datetime | None]:
    """Return moments for times as walls have them, by the order of their rows.

    In the hour that comes twice, a clock that steps back once tells the two apart; a
    time of it is None where none does, as is one that the spring change skips.
    """
    known = [
        told.moments(zone) if isinstance(told, Wall) else (told,) if told else ()
        for told, zone in zip(times, zones, strict=True)
    ]
    if all(len(each) < 2 for each in known):
        return [each[0] if each else None for each in known]
    walls = [told.when for told in times if isinstance(told, Wall)]
    order = _direction(walls)
    forward = times if order > 0 else times[::-1]
    seconds = _seconds(forward) if order else [None] * len(times)
    if order < 0:
        seconds.reverse()
    return [
        None
        if not each or (len(each) == 2 and second is None)
        else each[bool(second)]
        if len(each) == 2
        else each[0]
        for each, second in zip(known, seconds, strict=True)
    ]


def _direction(walls: Sequence[datetime]) -> int:
    """Return 1 for clocks that go on and step back once, -1 for the reverse, else 0."""
    back = sum(later <= earlier for earlier, later in pairwise(walls))
    ahead = sum(later >= earlier for earlier, later in pairwise(walls))
    if back == 1 and ahead >= 1:
        return 1
    return -1 if ahead == 1 and back >= 1 else 0


def _seconds(times: Sequence[datetime | Wall | None]) -> list[bool | None]:
    """Return of each time whether it comes after the clock was set back."""
    after = False
    last: datetime | None = None
    result: list[bool | None] = []
    for told in times:
        if isinstance(told, Wall):
            after = after or (last is not None and told.when <= last)
            last = told.when
        result.append(after)
    return result
