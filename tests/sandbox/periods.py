"""Stretches of local time that a portal may be asked about."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tests.sandbox.grid import local_midnight
from tests.sandbox.load import ZONE

PERIODS = (
    "yesterday",
    "last-seven-days",
    "this-week",
    "last-week",
    "this-month",
    "last-month",
)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_HOUR = timedelta(hours=1)

# Italian bands on a working day and on a Saturday: (band, first hour, last hour). What
# is left over, and all Sunday, is F3. Public holidays, F3 in truth, are left out: the
# sandbox keeps no calendar of them.
_WORKING_DAY = (("F2", 7, 8), ("F1", 8, 19), ("F2", 19, 23))
_SATURDAY = (("F2", 7, 23),)


@dataclass(frozen=True)
class Span:
    """A half-open interval in UTC."""

    start: datetime
    stop: datetime


def iso_span(start: str, stop: str) -> Span:
    """Return the interval between two ISO times, which must carry an offset."""
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(stop)
    if first.tzinfo is None or last.tzinfo is None:
        raise ValueError("a time needs an offset")
    return Span(first.astimezone(UTC), last.astimezone(UTC))


def _days(first: date, stop: date) -> Span:
    return Span(local_midnight(first), local_midnight(stop))


def first_of_month(day: date, months_back: int = 0) -> date:
    """Return the first day of a month, some months before that of a day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months_back, 12)
    return date(years, month + 1, 1)


def _since(first: date, now: datetime) -> Span:
    return Span(local_midnight(first), now)


def period_span(period: str, now: datetime) -> Span:
    """Return the interval a named period covers."""
    today = now.astimezone(ZONE).date()
    monday = today - _DAY * today.weekday()
    first = first_of_month(today)
    return {
        "yesterday": _days(today - _DAY, today),
        # The portal says "starting from today"; read as the seven whole days before it,
        # so that the answer holds still for a day, as that of yesterday does.
        "last-seven-days": _days(today - _WEEK, today),
        "this-week": _since(monday, now),
        "last-week": _days(monday - _WEEK, monday),
        "this-month": _since(first, now),
        "last-month": _days(first_of_month(today, 1), first),
    }[period]


def preceding_span(period: str, now: datetime) -> Span:
    """Return the interval a named period is compared with: as far into its kind."""
    local = now.astimezone(ZONE)
    if period in ("this-month", "last-month"):
        before = first_of_month(local.date(), 1)
        # The 31st is compared with the last day of a shorter month.
        last = min(local.day, monthrange(before.year, before.month)[1])
        earlier = datetime.combine(before.replace(day=last), local.time(), ZONE)
    else:
        back = _DAY if period == "yesterday" else _WEEK
        # Wall time: the same hour of the clock, whatever happened to it in between.
        earlier = local - back
    return period_span(period, earlier.astimezone(UTC))


def months_to(now: datetime, count: int = 12) -> Iterator[tuple[str, Span]]:
    """Yield the last months as `YYYY-MM` and span, the current one last, up to now."""
    today = now.astimezone(ZONE).date()
    for back in reversed(range(count)):
        first = first_of_month(today, back)
        stop = local_midnight(first_of_month(today, back - 1))
        yield f"{first:%Y-%m}", Span(local_midnight(first), min(stop, now))


def days_of(span: Span) -> Iterator[tuple[date, Span]]:
    """Yield the local days of a span that starts at a local midnight."""
    day = span.start.astimezone(ZONE).date()
    while (start := local_midnight(day)) < span.stop:
        yield day, Span(start, min(local_midnight(day + _DAY), span.stop))
        day += _DAY


def hours_of(span: Span) -> Iterator[tuple[int, Span]]:
    """Yield the hours of a span with their local hour of day; the last may be short."""
    start = span.start
    while start < span.stop:
        stop = min(start + _HOUR, span.stop)
        yield start.astimezone(ZONE).hour, Span(start, stop)
        start = stop


def band_spans(day: date) -> Iterator[tuple[str, Span]]:
    """Yield the parts of a local day that are F1 or F2; the rest of it is F3."""
    bands = {5: _SATURDAY, 6: ()}.get(day.weekday(), _WORKING_DAY)
    for band, first, last in bands:
        yield band, Span(_clock(day, first), _clock(day, last))


def _clock(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)
