"""Calendar periods of a household, cut in its own time zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


class Period(StrEnum):
    """A stretch of whole local days, named from today."""

    YESTERDAY = "yesterday"
    LAST_SEVEN_DAYS = "last-seven-days"
    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"

    @property
    def key(self) -> str:
        """Return the period's name as entity keys spell it."""
        return self.value.replace("-", "_")


class Bounds(NamedTuple):
    """The half-open interval `[start, end)` of a period, in UTC."""

    start: datetime
    end: datetime


@lru_cache(maxsize=2048)  # each hour of a ledger asks when its day began
def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the moment, in UTC, at which this local day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def local_time(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which clocks first show this time of a day.

    Of a time that clocks skip, it is the moment at which they skip it.
    """
    first, after = (
        datetime.combine(day, at.replace(fold=fold), zone) for fold in (0, 1)
    )
    moment, before = first.astimezone(UTC), after.astimezone(UTC)
    if before >= moment:
        return moment
    while moment - before > timedelta(seconds=1):
        middle = before + (moment - before) // timedelta(seconds=2) * _SECOND
        if middle.astimezone(zone).utcoffset() == after.utcoffset():
            moment = middle
        else:
            before = middle
    return moment.replace(microsecond=0)


def next_midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which the local day after `now` begins."""
    return midnight(now.astimezone(zone).date() + timedelta(days=1), zone)


def days_between(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Yield the local days that `[start, end)` shares time with."""
    day = start.astimezone(zone).date()
    while midnight(day, zone) < end:
        yield day
        day += timedelta(days=1)


def month_start(day: date, months_back: int = 0) -> date:
    """Return the first day of the month so many months before this day's."""
    months = day.year * 12 + day.month - 1 - months_back
    return date(months // 12, months % 12 + 1, 1)


def bounds(period: Period, now: datetime, zone: ZoneInfo) -> Bounds:
    """Return where the period begins and ends; one that still runs ends with today."""
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    first, last = {
        Period.YESTERDAY: (today - timedelta(days=1), today),
        Period.LAST_SEVEN_DAYS: (today - timedelta(days=7), today),
        Period.THIS_WEEK: (monday, tomorrow),
        Period.LAST_WEEK: (monday - timedelta(days=7), monday),
        Period.THIS_MONTH: (month_start(today), tomorrow),
        Period.LAST_MONTH: (month_start(today, 1), month_start(today)),
    }[period]
    return Bounds(midnight(first, zone), midnight(last, zone))
