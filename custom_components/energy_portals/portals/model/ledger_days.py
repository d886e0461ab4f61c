"""What is imported of a site: the recent days of each series, and how far it goes.

Amounts and sums are in the unit of their series.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

import msgspec

from .ledger import HOUR, STANDARD, LedgerSeries, hours_between
from .ledger_aside import WEEK, Aside, outside
from .ledger_series import WATCHED_DAYS, DaySum, SeriesDays, Span, spans_of
from .periods import midnight, month_start, next_midnight
from .plain import Finite, looked_up, plain

_DAY: Final = timedelta(days=1)
# In seconds since 1970; some two hundred years on, days would be counted for long.
_LAST: Final = 2**33


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is imported of one site.

    The import goes from `begin`, and has come to `asked_until`; `now` is when it was
    last looked at. `totals` are the portal's own of whole days, by series; `refused`
    are the days that differ from them, by series, and by what share; `refused_hours`
    those of which a reading could not be believed, and why. `conflicts` are series
    whose unit is no longer the stored one. `follows` names the history of a site that
    is gone and that this one may continue. `aside` are the spans that could not be
    read, in order. `at_mean` are those whose money is reckoned at the mean price of
    each hour, by series.
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
    aside: tuple[Aside, ...] = ()
    at_mean: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

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
        """Return how much of what there may be is imported, in percent."""
        whole = self.now - self.begin
        if whole <= timedelta():
            return 100.0
        done = min(self.asked_until, self.now) - self.begin
        done -= self._unread_hours(self.now) * HOUR
        return max(done / whole * 100, 0.0)

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
        """Return how many hours are missing: of the last 30 days, and put aside."""
        within = sum(
            (end - start) // HOUR
            for gap in self.gaps(now)
            for start, end in outside(self.aside, gap)
        )
        return within + self._unread_hours(now)

    def _unread_hours(self, now: datetime) -> int:
        """Return how many hours are put aside, without those that came before."""
        days = {} if self.lead is None else self.lead.days
        hours = 0
        for each in self.aside:
            start = max(each.start, self.begin)
            if each.is_left or each.is_partial or start >= now:
                continue
            known = sum(
                day.hours.bit_count()
                for date_, day in days.items()
                if each.start <= midnight(date_, self.zone) < each.end
            )
            hours += max((min(each.end, now) - start) // HOUR - known, 0)
        return hours

    def unread(self, now: datetime) -> tuple[Aside, ...]:
        """Return what is put aside for a week, and that the user has not left."""
        return tuple(
            each for each in self.aside if not each.is_left and now - each.since >= WEEK
        )

    def asked_again(self, now: datetime) -> Self:
        """Return the same with all that is put aside to be asked for at once."""
        return replace(
            self,
            aside=tuple(
                each if each.is_left else replace(each, since=now, asked=now, tries=0)
                for each in self.aside
            ),
        )

    def left(self, now: datetime) -> Self:
        """Return the same with nothing that is put aside for a week asked for again."""
        unread = self.unread(now)
        aside = tuple(
            replace(each, is_left=True) if each in unread else each
            for each in self.aside
        )
        return replace(self, aside=aside)

    def hours_at_mean(self, key: str, span: Span) -> frozenset[datetime]:
        """Return the hours of a span whose money is reckoned at their mean price."""
        return frozenset(
            hour
            for start, end in self.at_mean.get(key, ())
            for hour in hours_between(max(start, span[0]), min(end, span[1]))
        )

    def count_at_mean(self) -> int:
        """Return how many hours are reckoned at their mean price."""
        spans = (span for each in self.at_mean.values() for span in each)
        return sum((end - start) // HOUR for start, end in spans)

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
            aside=[_kept_aside(each) for each in self.aside],
            at_mean={
                key: [(start.timestamp(), end.timestamp()) for start, end in spans]
                for key, spans in self.at_mean.items()
            },
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
            aside=tuple(_aside_of(each) for each in kept.aside),
            at_mean={
                key: tuple((_moment(start), _moment(end)) for start, end in spans)
                for key, spans in kept.at_mean.items()
            },
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


class _KeptAside(msgspec.Struct, frozen=True, array_like=True):
    """What is put aside; times are in seconds since 1970."""

    start: Finite
    end: Finite
    since: Finite
    asked: Finite
    tries: Annotated[int, msgspec.Meta(ge=0)]
    why: str
    is_partial: bool
    is_left: bool


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
    # And where all could be read.
    aside: list[_KeptAside] = []
    # And where no money was reckoned at a mean price.
    at_mean: Mapping[str, list[tuple[Finite, Finite]]] = {}


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


def _kept_aside(each: Aside) -> _KeptAside:
    """Return what is put aside as it is kept."""
    times = each.start, each.end, each.since, each.asked
    start, end, since, asked = (when.timestamp() for when in times)
    return _KeptAside(
        *(start, end, since, asked), each.tries, each.why, each.is_partial, each.is_left
    )


def _aside_of(kept: _KeptAside) -> Aside:
    """Return what was kept of it."""
    return Aside(
        start=_moment(kept.start),
        end=_moment(kept.end),
        why=kept.why,
        since=_moment(kept.since),
        asked=_moment(kept.asked),
        tries=kept.tries,
        is_partial=kept.is_partial,
        is_left=kept.is_left,
    )
