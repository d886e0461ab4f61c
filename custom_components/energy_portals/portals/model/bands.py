"""Amounts by the wall clock: at what times of what days in what months they hold."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Final

from .periods import midnight
from .public_holidays import DAY_SORTS, NO_HOLIDAYS, Holidays
from .series import Series, Slot

EVERY_DAY: Final = frozenset(range(len(DAY_SORTS)))
EVERY_MONTH: Final = frozenset(range(1, 13))
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

# Of a day: its sort, that of the day before, and its month.
type Days = tuple[int, int, int]


class Clock(StrEnum):
    """What clock bands go by: what people see, or their winter time all year."""

    LOCAL = "local"
    STANDARD = "standard"

    def of(self, zone: tzinfo, year: int) -> tzinfo:
        """Return the clock of a household's zone; winter time is that of the year."""
        if self is Clock.LOCAL:
            return zone
        noons = (datetime(year, month, 1, 12, tzinfo=zone) for month in (1, 7))
        return timezone(min(noon.utcoffset() or timedelta() for noon in noons))


@dataclass(frozen=True, slots=True)
class Band:
    """An amount per kWh, without VAT, at some wall times of some days and months.

    Day 0 is Monday, and 7 a public holiday that is a day of its own. An `end` that is
    not after `start` is the next day's, and the day is then that of the start; 00:00 to
    00:00 is the whole day. A month begins at midnight, within a band as well.
    """

    amount: float
    start: time = time()
    end: time = time()
    days: frozenset[int] = EVERY_DAY
    months: frozenset[int] = EVERY_MONTH

    def fits(self, now: time, days: Days) -> bool:
        """Say whether it holds at this wall time of such a day."""
        today, yesterday, month = days
        if month not in self.months:
            return False
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        return (today in self.days and now >= self.start) or (
            yesterday in self.days and now < self.end
        )


def is_by_days(bands: Iterable[Band]) -> bool:
    """Say whether days differ; where they do not, no calendar is needed."""
    return any(band.days < EVERY_DAY for band in bands)


def held(
    bands: tuple[Band, ...],
    start: datetime,
    end: datetime,
    clock: tzinfo,
    holidays: Holidays = NO_HOLIDAYS,
) -> Series[Band | None]:
    """Return which band holds when, over all days that share time with [start, end).

    The first that fits a moment holds; None where none does. A time that the clock
    shows twice is two times, one that it skips is none.
    """
    changes: list[tuple[datetime, Band | None]] = []
    known: dict[Days, list[tuple[timedelta, Band | None]]] = {}
    asks_calendar = is_by_days(bands)
    day = start.astimezone(clock).date()
    sort = before = 0
    if asks_calendar:
        before, sort = holidays.sort(day - _DAY), holidays.sort(day)
    begun, ended = midnight(day, clock), midnight(day + _DAY, clock)
    while begun < end:
        days = sort, before, day.month
        if ended - begun == _DAY:
            if days not in known:
                known[days] = [
                    (_since(wall), each) for wall, each in usual(bands, days)
                ]
            rows = [(begun + since, band) for since, band in known[days]]
        else:
            rows = list(_unusual(bands, days, day, clock))
        if changes and rows and rows[0][1] is changes[-1][1]:
            del rows[0]
        changes += rows
        day, before = day + _DAY, sort
        begun, ended = ended, midnight(day + _DAY, clock)
        if asks_calendar:
            sort = holidays.sort(day)
    if not changes:
        return Series()
    ends = [*(moment for moment, _ in changes[1:]), begun]
    return Series(
        tuple(
            Slot(moment, until, band)
            for (moment, band), until in zip(changes, ends, strict=True)
        )
    )


def _first(bands: tuple[Band, ...], now: time, days: Days) -> Band | None:
    """Return the first band that fits."""
    return next((band for band in bands if band.fits(now, days)), None)


def _walls(bands: Iterable[Band]) -> set[time]:
    """Return the wall times at which another band may begin to hold."""
    return {wall for band in bands for wall in (band.start, band.end)}


def usual(bands: tuple[Band, ...], days: Days) -> Iterator[tuple[time, Band | None]]:
    """Yield at what wall time which band begins, on days of 24 hours."""
    last: Band | None = None
    for wall in sorted({time(), *_walls(bands)}):
        band = _first(bands, wall, days)
        if wall == time() or band is not last:
            last = band
            yield wall, band


def _since(wall: time) -> timedelta:
    """Return how long after midnight a wall time is, on days of 24 hours."""
    return timedelta(
        hours=wall.hour,
        minutes=wall.minute,
        seconds=wall.second,
        microseconds=wall.microsecond,
    )


def _unusual(
    bands: tuple[Band, ...], days: Days, day: date, clock: tzinfo
) -> Iterator[tuple[datetime, Band | None]]:
    """Yield when which band begins, on a day that the clock is put forward or back."""
    last: Band | None = None
    start = midnight(day, clock)
    for moment in _moments(bands, day, clock):
        band = _first(bands, moment.astimezone(clock).time(), days)
        if moment == start or band is not last:
            last = band
            yield moment, band


def _moments(bands: Iterable[Band], day: date, clock: tzinfo) -> list[datetime]:
    """Return, in UTC, when another band may begin to hold on a local day."""
    start, end = midnight(day, clock), midnight(day + _DAY, clock)
    moments = {start, *_shifts(start, end, clock)}
    for wall in _walls(bands):
        for fold in (0, 1):
            local = datetime.combine(day, wall.replace(fold=fold), clock)
            moments.add(local.astimezone(UTC))
    # A wall time that the clock skips may fall outside; inside it changes nothing.
    return sorted(moment for moment in moments if start <= moment < end)


def _shifts(start: datetime, end: datetime, clock: tzinfo) -> Iterator[datetime]:
    """Yield the moment at which the clock is put forward or back, if it is."""

    def shifted(minute: int) -> bool:
        """Return whether the offset is another so many minutes after the start."""
        local = (start + minute * _MINUTE).astimezone(clock)
        return local.utcoffset() != start.astimezone(clock).utcoffset()

    minutes = (end - start) // _MINUTE
    if shifted(minutes):
        yield start + bisect_left(range(minutes), True, key=shifted) * _MINUTE
