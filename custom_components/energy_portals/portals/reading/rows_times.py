"""When the rows of a series are, as far as they and their order tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from .clocks import hours_of_days, in_order
from .moments import Wall, clock_of, read_time
from .numbers import Mismatch, Refused, number
from .said import Position, Said
from .words import folded

_CLOCKS: Final = frozenset(
    {
        *("hour", "h", "hr", "clock", "hourofday", "ora", "time", "slot", "quarter"),
        *("interval", "position", "mtu", "minute", "index", "pos", "starthour"),
        *("period", "meridiem", "ampm", "hourending", "he", "block", "step"),
    }
)
_HALVES_OF_DAYS: Final = frozenset({"meridiem", "ampm"})
_HOURS: Final = frozenset({"hour", "h", "hr", "hourofday", "ora", "starthour"})
_MIDNIGHT: Final = time()
_LENGTHS: Final = frozenset(timedelta(minutes=each) for each in (5, 10, 15, 30, 60))
_NO_ZONE: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Times:
    """Under which names rows have their times, and in which zone without an offset.

    `neutral` are those that do not say whether they begin or end an interval; then
    `position` holds unless the body says so. `apart` is whether a day and an hour of
    it may stand apart.
    """

    neutral: tuple[str, ...]
    start: tuple[str, ...]
    end: tuple[str, ...]
    zone: ZoneInfo
    position: Position = Position.START
    apart: bool = False


@dataclass(frozen=True, slots=True)
class TimeNames:
    """Where rows with the same names have their times; `only` where it is one alone."""

    neutral: tuple[str, ...]
    start: tuple[str, ...]
    end: tuple[str, ...]
    hours: tuple[str, ...]
    only: str | None

    @classmethod
    def of(cls, names: tuple[str, ...], times: Times) -> TimeNames:
        """Return which of an object's names tell times."""
        neutral = named(names, times.neutral)
        start, end = named(names, times.start), named(names, times.end)
        rest = [name for name in names if name not in (*neutral, *start, *end)]
        clocks = tuple(name for name in rest if folded(name) in _CLOCKS)
        is_alone = len(neutral) == 1 and not (start or end or clocks)
        return cls(neutral, start, end, clocks, neutral[0] if is_alone else None)

    def __bool__(self) -> bool:
        """Say whether there is any that could be a time by itself."""
        return bool(self.neutral or self.start or self.end)


@dataclass(frozen=True, slots=True)
class When:
    """The times of one row; `neutral` says not what of its interval it is.

    `hour` is told apart from the day, and counts steps of 3600 seconds.
    """

    start: datetime | Wall | None = None
    end: datetime | Wall | None = None
    neutral: datetime | Wall | None = None
    hour: float | None = None


def named(names: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of an object's names that are among the wanted."""
    known = {folded(name) for name in wanted}
    return tuple(name for name in names if folded(name) in known)


def when_of(
    names: TimeNames, row: Mapping[str, object], told: Said, times: Times
) -> When:
    """Return the times of a row, as far as they are told."""
    if names.only is not None and isinstance(row[names.only], str):
        # As most rows are.
        try:
            return When(neutral=read_time(row[names.only]))
        except Refused, Mismatch:
            return When()
    try:
        start, end = _time(names.start, row), _time(names.end, row)
        # A day and an hour of it are one time where their zone is told.
        is_apart = times.apart or told.zone is not None
        neutral = _neutral(names, row, times, is_apart=is_apart)
        return _taken_together(start, end, *neutral)
    except Refused, Mismatch:
        # Without a time it is counted with those of all rows.
        return When()


def _taken_together(
    start: datetime | Wall | None,
    end: datetime | Wall | None,
    neutral: datetime | Wall | None,
    hour: float | None,
) -> When:
    """Return the times of a row; a neutral one beside others is one of them."""
    if neutral is not None and (start is not None or end is not None):
        if start is not None and neutral not in (start, end):
            raise Refused
        if start is None and neutral != end:
            start = neutral
        neutral = None
    return When(start, end, neutral, hour)


def _time(names: tuple[str, ...], row: Mapping[str, object]) -> datetime | Wall | None:
    """Return the one time under some names; Refused where they differ."""
    told = {read_time(row[name]) for name in names if _says(row[name])}
    if len(told) > 1:
        raise Refused
    return next(iter(told), None)


def _neutral(
    names: TimeNames, row: Mapping[str, object], times: Times, *, is_apart: bool
) -> tuple[datetime | Wall | None, float | None]:
    """Return the time of a row and the hour of the day that is told apart."""
    whole: set[datetime | Wall] = set()
    days: set[Wall] = set()
    clocks: set[time] = set()
    for name in names.neutral:
        if not _says(row[name]):
            continue
        try:
            told = read_time(row[name])
        except Mismatch:
            clocks.add(_clock(row[name]))
            continue
        if isinstance(told, Wall) and told.is_day:
            days.add(told)
        else:
            whole.add(told)
    beside = [row[name] for name in names.hours if _says(row[name])]
    if not beside and not clocks and len(whole) + len(days) <= 1:
        # As most rows are.
        return next(iter(whole or days), None), None
    if not is_apart:
        raise Refused
    hours, is_half = _beside(names, row, clocks)
    return _apart(whole, days, clocks, hours, times, is_half=is_half)


def _beside(
    names: TimeNames, row: Mapping[str, object], clocks: set[time]
) -> tuple[set[float], bool]:
    """Return the hours told apart, add clocks, and say whether anything is unclear."""
    hours: set[float] = set()
    is_half = False
    for name in names.hours:
        value = row[name]
        if not _says(value):
            continue
        if folded(name) in _HALVES_OF_DAYS:
            raise Refused
        if folded(name) in _HOURS and not isinstance(value, str):
            hours.add(number(value))
        elif isinstance(value, str) and ":" in value:
            clocks.add(clock_of(value))
        elif folded(name) in _HOURS and isinstance(value, str):
            hours.add(number(value))
        else:
            is_half = True
    return hours, is_half


def _apart(
    whole: set[datetime | Wall],
    days: set[Wall],
    clocks: set[time],
    hours: set[float],
    times: Times,
    *,
    is_half: bool,
) -> tuple[datetime | Wall | None, float | None]:
    """Return a time of which a day and something else are told apart."""
    if len(whole) > 1 or len(days) > 1 or len(clocks) > 1 or len(hours) > 1:
        raise Refused
    hour, clock = next(iter(hours), None), next(iter(clocks), None)
    if whole:
        return _checked(next(iter(whole)), hour, clock, times.zone)
    if not days:
        raise Refused
    return _combined(next(iter(days)), hour, clock, is_half=is_half)


def _checked(
    whole: datetime | Wall, hour: float | None, clock: time | None, zone: ZoneInfo
) -> tuple[datetime | Wall | None, float | None]:
    """Return a whole time; its midnight beside an hour is the day of that hour."""
    if hour is None and clock is None:
        return whole, None
    if isinstance(whole, Wall) and whole.when.time() == _MIDNIGHT:
        return _combined(whole, hour, clock, is_half=False)
    local = whole.when if isinstance(whole, Wall) else whole.astimezone(zone)
    told = clock or time(int(hour or 0))
    if (local.hour, local.minute) != (told.hour, told.minute):
        raise Refused
    return whole, None


def _combined(
    day: Wall, hour: float | None, clock: time | None, *, is_half: bool
) -> tuple[datetime | Wall | None, float | None]:
    """Return the time of a day at a clock, or the day and the hour apart."""
    if hour is None and clock is None and not is_half:
        return day, None
    if (hour is None) == (clock is None) or (hour is not None and is_half):
        raise Refused
    if clock is not None:
        return Wall(datetime.combine(day.when.date(), clock)), None
    return Wall(day.when), hour


def _by_season(
    told: datetime | Wall | None, said: Said, zone: ZoneInfo
) -> datetime | Wall | None:
    """Return the moment of a repeated hour that a flag tells apart."""
    if said.is_summer is None or not isinstance(told, Wall):
        return told
    moments = told.moments(zone)
    return moments[not said.is_summer] if len(moments) == 2 else told


def moments_of(
    whens: Sequence[When],
    said: Sequence[Said],
    times: Times,
    length: timedelta | None,
) -> list[tuple[datetime | None, datetime | None]]:
    """Return when rows begin and end, as far as that is told.

    `length` is that of an interval which stands alone.
    """
    starts_alone = _starts_alone(whens, said, times)
    if starts_alone is not None:
        return [(start, None) for start in starts_alone]
    zones = [one.zone or times.zone for one in said]
    neutrals = _with_hours(whens, zones)
    starts, ends = [], []
    for when, told, one, zone in zip(whens, neutrals, said, zones, strict=True):
        neutral = _by_season(told, one, zone)
        is_end = (one.position or times.position) is Position.END
        starts.append(when.start or (None if is_end else neutral))
        ends.append(when.end or (neutral if is_end else None))
    begun, ended = in_order(starts, zones), in_order(ends, zones)
    step = _step(begun, ended, length)
    return [
        (end - step if start is None and end and step else start, end)
        for start, end in zip(begun, ended, strict=True)
    ]


def _starts_alone(
    whens: Sequence[When], said: Sequence[Said], times: Times
) -> list[datetime] | None:
    """Return the times where all are in UTC, and starts, as most are; else None."""
    distinct = {id(one): one for one in said}.values()
    if any((one.position or times.position) is Position.END for one in distinct):
        return None
    starts = [
        when.neutral
        for when in whens
        if isinstance(when.neutral, datetime) and when.start is when.end is None
    ]
    return starts if len(starts) == len(whens) else None


def _with_hours(
    whens: Sequence[When], zones: Sequence[ZoneInfo]
) -> list[datetime | Wall | None]:
    """Return neutral times, with the hours that are told apart from their days."""
    apart = [place for place, when in enumerate(whens) if when.hour is not None]
    times = [when.neutral for when in whens]
    days = [whens[place].neutral for place in apart]
    walls = hours_of_days(
        [day.when.date() for day in days if isinstance(day, Wall)],
        [hour for when in whens if (hour := when.hour) is not None],
        next(iter(zones), _NO_ZONE),
    )
    for place, wall in zip(apart, walls, strict=True):
        times[place] = wall
    # A day may be its sum, or its first hour, or its end: nobody knows.
    return [None if isinstance(told, Wall) and told.is_day else told for told in times]


def _step(
    starts: Sequence[datetime | None],
    ends: Sequence[datetime | None],
    length: timedelta | None,
) -> timedelta | None:
    """Return how long each interval is of which only ends are told."""
    alone = sorted(
        {
            end
            for start, end in zip(starts, ends, strict=True)
            if start is None and end is not None
        }
    )
    if not alone:
        return None
    steps = {later - earlier for earlier, later in pairwise(alone)}
    step = min(steps, default=length)
    return step if step in _LENGTHS else None


def _says(value: object) -> bool:
    """Say whether a member could tell a time: neither nothing nor a flag does."""
    return value is not None and value != "" and not isinstance(value, bool)


def _clock(value: object) -> time:
    """Return the clock that a time without a day is; Refused where it is none."""
    if not isinstance(value, str):
        raise Refused
    try:
        return clock_of(value)
    except Mismatch:
        raise Refused from None
