"""The recent days of one series, and spans of days.

Amounts are in the unit of their series.
"""

from collections.abc import Iterable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import fsum
from typing import Final, Self
from zoneinfo import ZoneInfo

import msgspec

from .ledger import HOUR, LedgerSeries
from .periods import midnight
from .plain import Finite

_DAY: Final = timedelta(days=1)
# Gaps of so many days are shown and asked for again.
WATCHED_DAYS: Final = 30

type Span = tuple[datetime, datetime]


def days_of(span: Span, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last local day that a span shares time with."""
    start, end = span
    last = end - datetime.resolution
    return start.astimezone(zone).date(), last.astimezone(zone).date()


def days_in(span: Span, zone: ZoneInfo) -> int:
    """Return of how many local days a span has time."""
    first, last = days_of(span, zone)
    return (last - first).days + 1


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from one to another, both included."""
    for number in range((last - first).days + 1):
        yield first + number * _DAY


def spans_of(hours: AbstractSet[datetime]) -> Iterator[Span]:
    """Yield the runs that hours make, oldest first."""
    starts = sorted(hour for hour in hours if hour - HOUR not in hours)
    ends = sorted(hour + HOUR for hour in hours if hour + HOUR not in hours)
    yield from zip(starts, ends, strict=True)


def without_span(spans: Iterable[Span], span: Span) -> Iterator[Span]:
    """Yield what of spans lies outside of another one."""
    for start, end in spans:
        if start < min(end, span[0]):
            yield start, min(end, span[0])
        if max(start, span[1]) < end:
            yield max(start, span[1]), end


def joined_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans that do not overlap in order, those as one that meet."""
    joined: list[Span] = []
    for span in sorted(spans):
        meets = bool(joined) and joined[-1][1] == span[0]
        joined.append((joined.pop()[0], span[1]) if meets else span)
    return tuple(joined)


def whole_days(span: Span, zone: ZoneInfo) -> Span:
    """Return a span lengthened to whole local days."""
    first, last = days_of(span, zone)
    return midnight(first, zone), midnight(last + _DAY, zone)


class DaySum(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a local day; bit n of `hours` is the hour n after midnight."""

    amount: Finite
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDays:
    """The recent days of one series, and where they are stored.

    `latest` is the newest hour and its amount, `first` the oldest hour known of.
    """

    series: LedgerSeries
    statistic_id: str
    days: Mapping[date, DaySum] = field(default_factory=dict)
    first: datetime | None = None
    latest: tuple[datetime, float] | None = None

    def so_far(self, first: date, last: date) -> float | None:
        """Return the sum of what is known from one day to another, None of nothing."""
        amounts = [
            known.amount
            for day, known in self.days.items()
            if first <= day <= last and known.hours
        ]
        return fsum(amounts) if amounts else None

    def whole(self, first: date, last: date, zone: ZoneInfo) -> float | None:
        """Return the sum from one day to another once every hour is known."""
        day = first
        while day <= last:
            known = self.days.get(day)
            if known is None or known.hours != _all_hours(day, zone):
                return None
            day += _DAY
        return self.so_far(first, last)

    def with_hours(
        self,
        states: Mapping[datetime, float],
        covered: Iterable[datetime],
        span: Span,
        zone: ZoneInfo,
        oldest: date,
    ) -> Self:
        """Return them once the hours of a span of whole days are these."""
        amounts: dict[date, list[float]] = {}
        masks: dict[date, int] = {}
        for hour in (*states, *covered):
            day = hour.astimezone(zone).date()
            if day >= oldest:
                bit = 1 << (hour - midnight(day, zone)) // HOUR
                masks[day] = masks.get(day, 0) | bit
                if hour in states:
                    amounts.setdefault(day, []).append(states[hour])
        first, last = days_of(span, zone)
        days = {
            day: known
            for day, known in self.days.items()
            if day >= oldest and not first <= day <= last
        }
        days |= {
            day: DaySum(fsum(amounts.get(day, ())), mask) for day, mask in masks.items()
        }
        known_hours = [hour for hour in (self.first, min(states, default=None)) if hour]
        return replace(
            self,
            days=dict(sorted(days.items())),
            first=min(known_hours, default=None),
            latest=self._latest(states, span),
        )

    def _latest(
        self, states: Mapping[datetime, float], span: Span
    ) -> tuple[datetime, float] | None:
        """Return the newest hour once those of a span are these."""
        newest = max(states, default=None)
        held = self.latest
        if held is not None and span[0] <= held[0] < span[1]:
            held = None
        if newest is None or (held is not None and held[0] > newest):
            return held
        return newest, states[newest]

    def gaps(self, now: datetime, zone: ZoneInfo) -> Iterator[Span]:
        """Yield the runs of hours that are missing before the newest known one."""
        if self.first is None or self.latest is None:
            return
        today = now.astimezone(zone).date()
        start = max(self.first, midnight(today - WATCHED_DAYS * _DAY, zone))
        day = start.astimezone(zone).date()
        gap: datetime | None = None
        while (begin := midnight(day, zone)) <= self.latest[0]:
            known = self.days.get(day)
            mask = 0 if known is None else known.hours
            end = midnight(day + _DAY, zone)
            hour = max(begin, start)
            # Nearly every day is whole, and needs no look at its hours.
            last = hour if mask == _all_hours(day, zone) else end - HOUR
            while hour <= min(last, self.latest[0]):
                is_known = bool(mask >> (hour - begin) // HOUR & 1)
                if not is_known and gap is None:
                    gap = hour
                elif is_known and gap is not None:
                    yield gap, hour
                    gap = None
                hour += HOUR
            day += _DAY


def _all_hours(day: date, zone: ZoneInfo) -> int:
    """Return the mask of a day whose hours are all known: 23, 24 or 25."""
    return (1 << (midnight(day + _DAY, zone) - midnight(day, zone)) // HOUR) - 1
