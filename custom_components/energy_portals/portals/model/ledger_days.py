"""What is imported of a site: the recent days of each series, and how far it goes.

Amounts and sums are in the unit of their series.
"""

from collections.abc import Iterable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import fsum
from typing import Final, Self
from zoneinfo import ZoneInfo

import msgspec

from .ledger import HOUR, STANDARD, LedgerSeries, hours_between
from .periods import midnight, month_start, next_midnight
from .plain import Finite, looked_up, plain

_DAY: Final = timedelta(days=1)
# Gaps of so many days are shown and asked for again.
WATCHED_DAYS: Final = 30
# In seconds since 1970; some two hundred years on, days would be counted for long.
_LAST: Final = 2**33

type Span = tuple[datetime, datetime]


def days_of(span: Span, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last local day that a span shares time with."""
    start, end = span
    last = end - datetime.resolution
    return start.astimezone(zone).date(), last.astimezone(zone).date()


def spans_of(hours: AbstractSet[datetime]) -> Iterator[Span]:
    """Yield the runs that hours make, oldest first."""
    starts = sorted(hour for hour in hours if hour - HOUR not in hours)
    ends = sorted(hour + HOUR for hour in hours if hour + HOUR not in hours)
    yield from zip(starts, ends, strict=True)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is imported of one site.

    The import goes from `begin`, and has come to `asked_until`; `now` is when it was
    last looked at. `totals` are the portal's own of whole days, by series; `refused`
    are the days that differ from them, by series, and by what share; `refused_hours`
    those of which a reading could not be believed, and why. `conflicts` are series
    whose unit is no longer the stored one. `follows` names the history of a site that
    is gone and that this one may continue.
    """

    zone: ZoneInfo
    begin: datetime
    asked_until: datetime
    now: datetime
    by_series: Mapping[str, SeriesDays] = field(default_factory=dict)
    totals: Mapping[date, Mapping[str, float]] = field(default_factory=dict)
    refused: Mapping[str, Mapping[date, float]] = field(default_factory=dict)
    refused_hours: Mapping[str, Mapping[datetime, str]] = field(default_factory=dict)
    conflicts: Mapping[str, str] = field(default_factory=dict)
    follows: str | None = None
    gaps_asked: date | None = None

    @property
    def lead(self) -> SeriesDays | None:
        """Return the series that leads the import."""
        keys = (*STANDARD, *self.by_series)
        return next(
            (self.by_series[key] for key in keys if key in self.by_series), None
        )

    @property
    def is_complete(self) -> bool:
        """Say whether the import has reached the present."""
        return self.asked_until >= self.now

    def progress(self) -> float:
        """Return how much of the way the import has gone, in percent."""
        whole = self.now - self.begin
        if self.is_complete or whole <= timedelta():
            return 100.0
        return max((self.asked_until - self.begin) / whole * 100, 0.0)

    def today(self, now: datetime) -> date:
        """Return the portal's day."""
        return now.astimezone(self.zone).date()

    def amount_today(self, key: str, now: datetime) -> float | None:
        """Return what is known of today, None before its first hour is."""
        today = self.today(now)
        days = self.by_series.get(key)
        return None if days is None else days.so_far(today, today)

    def yesterday(self, key: str, now: datetime) -> float | None:
        """Return yesterday's sum once all its hours are known."""
        day = self.today(now) - _DAY
        days = self.by_series.get(key)
        return None if days is None else days.whole(day, day, self.zone)

    def this_month(self, key: str, now: datetime) -> float | None:
        """Return what is known of this month."""
        today = self.today(now)
        days = self.by_series.get(key)
        return None if days is None else days.so_far(month_start(today), today)

    def last_month(self, key: str, now: datetime) -> float | None:
        """Return last month's sum once all its hours are known."""
        today = self.today(now)
        last = month_start(today) - _DAY
        days = self.by_series.get(key)
        if days is None:
            return None
        return days.whole(month_start(today, 1), last, self.zone)

    def latest(self, key: str) -> tuple[datetime, float] | None:
        """Return the newest hour of a series and its amount."""
        days = self.by_series.get(key)
        return None if days is None else days.latest

    def watched_from(self, now: datetime) -> datetime:
        """Return from when on hours are missed that are not there."""
        return midnight(self.today(now) - WATCHED_DAYS * _DAY, self.zone)

    def gaps(self, now: datetime) -> tuple[Span, ...]:
        """Return the runs of hours that the leading series lacks, or has refused."""
        lead = self.lead
        keys = () if lead is None else (lead.series.key,)
        return self._lacking(now, keys)

    def lacking(self, now: datetime) -> tuple[Span, ...]:
        """Return these runs, and those of hours that any other series has refused."""
        return self._lacking(now, self.refused_hours)

    def _lacking(self, now: datetime, keys: Iterable[str]) -> tuple[Span, ...]:
        """Return the gaps of the leading series, and what some series have refused."""
        gaps = () if self.lead is None else tuple(self.lead.gaps(now, self.zone))
        since = self.watched_from(now)
        refused = {
            hour
            for key in keys
            for hour in self.refused_hours.get(key, ())
            if hour >= since
        }
        if not refused:
            return gaps
        return tuple(spans_of(refused.union(*(hours_between(*gap) for gap in gaps))))

    def refusals(self) -> Iterator[tuple[str, str, Span]]:
        """Yield the runs of hours that are refused, by series and by why."""
        for key, hours in self.refused_hours.items():
            for why in sorted({*hours.values()}):
                for span in spans_of({each for each in hours if hours[each] == why}):
                    yield key, why, span

    def missing_hours(self, now: datetime) -> int:
        """Return how many hours of the last 30 days are missing."""
        return sum((end - start) // HOUR for start, end in self.gaps(now))

    def refused_days(self) -> int:
        """Return how many days were refused in any series."""
        return len({day for days in self.refused.values() for day in days})

    def holds(self, now: datetime) -> bool:
        """Say whether it was looked at within a day: hours stay what they were."""
        return now - self.now < _DAY

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next midnight, when today becomes yesterday."""
        return next_midnight(now, self.zone)

    def oldest_day(self) -> date:
        """Return the oldest day that is still of interest."""
        today = self.today(self.now)
        return min(month_start(today, 1), today - (WATCHED_DAYS + 1) * _DAY)

    def as_dict(self) -> object:
        """Return what a restart needs, as JSON."""
        kept = _KeptLedger(
            begin=self.begin.timestamp(),
            asked_until=self.asked_until.timestamp(),
            now=self.now.timestamp(),
            books=[_kept(days) for days in self.by_series.values()],
            totals=self.totals,
            refused=self.refused,
            refused_hours={
                key: [(hour.timestamp(), why) for hour, why in hours.items()]
                for key, hours in self.refused_hours.items()
            },
            conflicts=self.conflicts,
            follows=self.follows,
        )
        return plain(kept)

    @classmethod
    def from_dict(cls, stored: object, zone: ZoneInfo) -> Self:
        """Return what `as_dict` made; raises ValueError for anything else."""
        kept = msgspec.convert(stored, _KeptLedger)
        known = [_days_of(days) for days in kept.books]
        return cls(
            zone=zone,
            begin=_moment(kept.begin),
            asked_until=_moment(kept.asked_until),
            now=_moment(kept.now),
            by_series={days.series.key: days for days in known},
            totals=kept.totals,
            refused=kept.refused,
            refused_hours={
                key: {_moment(hour): why for hour, why in hours}
                for key, hours in kept.refused_hours.items()
            },
            conflicts=kept.conflicts,
            follows=kept.follows,
        )


class _KeptDays(msgspec.Struct, frozen=True, kw_only=True):
    """The recent days of a series; times are in seconds since 1970."""

    key: str
    unit: str
    name: str | None
    statistic_id: str
    first: Finite | None
    latest: tuple[Finite, Finite] | None
    days: Mapping[date, DaySum]


@looked_up
class _KeptLedger(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ledger; times are in seconds since 1970."""

    begin: Finite
    asked_until: Finite
    now: Finite
    books: list[_KeptDays]
    totals: Mapping[date, Mapping[str, Finite]]
    refused: Mapping[str, Mapping[date, Finite]]
    conflicts: Mapping[str, str]
    follows: str | None
    # Where nothing was refused, it is kept as it was before this was known.
    refused_hours: Mapping[str, list[tuple[Finite, str]]] = {}


def _moment(seconds: float) -> datetime:
    """Return a stored moment."""
    if not 0 <= seconds < _LAST:
        raise ValueError("a time of no history")
    return datetime.fromtimestamp(seconds, UTC)


def _kept(known: SeriesDays) -> _KeptDays:
    """Return a series and its recent days as they are kept."""
    series, first, latest = known.series, known.first, known.latest
    return _KeptDays(
        key=series.key,
        unit=series.unit,
        name=series.name,
        statistic_id=known.statistic_id,
        first=None if first is None else first.timestamp(),
        latest=None if latest is None else (latest[0].timestamp(), latest[1]),
        days=known.days,
    )


def _days_of(kept: _KeptDays) -> SeriesDays:
    """Return what was kept of a series."""
    first, latest = kept.first, kept.latest
    return SeriesDays(
        series=LedgerSeries(kept.key, kept.unit, kept.name),
        statistic_id=kept.statistic_id,
        first=None if first is None else _moment(first),
        latest=None if latest is None else (_moment(latest[0]), latest[1]),
        days=kept.days,
    )
