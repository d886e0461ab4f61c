"""What the ledger knows of a span once its hours are stored."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..portals.history import Readings
from ..portals.model.ledger import BY_DAYS, KWH, gaps
from ..portals.model.ledger_bounds import highest_hour
from ..portals.model.ledger_days import Ledger
from ..portals.model.ledger_rewrite import Rewrite
from ..portals.model.ledger_series import (
    SeriesDays,
    Span,
    days_between,
    days_of,
    joined_spans,
    spans_of,
    without_span,
)
from .hours import SeriesHours


def with_totals(ledger: Ledger, readings: Readings, refused: Counter[str]) -> Ledger:
    """Return the ledger with the totals of an answer, and without old ones.

    One that cannot be true is counted in `refused`, and holds nothing up.
    """
    oldest, today = ledger.oldest_day(), ledger.today(ledger.now)
    units = {series.key: series.unit for series in readings.series}
    totals = {day: {**sums} for day, sums in ledger.totals.items() if day >= oldest}
    for day, sums in readings.totals.items():
        if not oldest <= day <= today:
            continue
        for key, total in sums.items():
            most = 25 * highest_hour(units.get(key, KWH), readings.power)
            if 0 <= total < most:
                totals.setdefault(day, {})[key] = total
            else:
                refused[f"{key}.total"] += 1
    return replace(ledger, totals=totals)


def noted(
    ledger: Ledger,
    parts: Sequence[SeriesHours],
    rewrites: Mapping[str, Rewrite],
    span: Span,
) -> tuple[Ledger, list[Span]]:
    """Return the ledger with the days of a span as stored now, and the span's gaps."""
    by_series = dict(ledger.by_series)
    for part in parts:
        key, states = part.series.key, rewrites[part.statistic_id].states
        if not states and key not in by_series:
            continue
        series = replace(part.series, unit=part.unit)
        empty = SeriesDays(series=series, statistic_id=part.statistic_id)
        days = by_series.get(key, empty)
        if days.statistic_id != part.statistic_id:
            days = empty
        oldest = ledger.oldest_day() if key in BY_DAYS else date.max
        by_series[key] = replace(days, series=series).with_hours(
            states, part.hours.covered(), span, ledger.zone, oldest
        )
    ledger = replace(
        ledger,
        by_series=by_series,
        refused=_refused_days(ledger, parts, rewrites, span),
        refused_hours=_refused_hours(ledger, parts, rewrites, span),
        at_mean=_at_mean(ledger, parts, rewrites, span),
    )
    return ledger, _gaps(parts, rewrites)


def _gaps(parts: Sequence[SeriesHours], rewrites: Mapping[str, Rewrite]) -> list[Span]:
    """Return the gaps between the hours of the leading series."""
    if not parts:
        return []
    lead = parts[0]
    return gaps({*rewrites[lead.statistic_id].states, *lead.hours.covered()})


def _at_mean(
    ledger: Ledger,
    parts: Iterable[SeriesHours],
    rewrites: Mapping[str, Rewrite],
    span: Span,
) -> dict[str, tuple[Span, ...]]:
    """Return what is reckoned at mean prices, that of other spans included.

    Of this one, what was so before, and is stored without being told, stays so.
    """
    at_mean = dict(ledger.at_mean)
    for part in parts:
        key, change = part.series.key, rewrites[part.statistic_id]
        untold = change.states.keys() - part.hours.amounts.keys()
        hours = change.at_mean | (ledger.hours_at_mean(key, span) & untold)
        if hours or key in at_mean:
            others = without_span(at_mean.get(key, ()), span)
            at_mean[key] = joined_spans((*others, *spans_of(hours)))
    return {key: spans for key, spans in at_mean.items() if spans}


def days_apart(part: SeriesHours, change: Rewrite, zone: ZoneInfo) -> dict[date, float]:
    """Return the days that differ from what the portal says of them, and how much.

    That is its own total, or a longer reading that stored hours do not make up.
    """
    days: dict[date, float] = {}
    for span, apart in change.coarser.items():
        first, last = days_of(span, zone)
        days |= dict.fromkeys(days_between(first, last), apart)
    return days | dict(part.days)


def _refused_days(
    ledger: Ledger,
    parts: Iterable[SeriesHours],
    rewrites: Mapping[str, Rewrite],
    span: Span,
) -> dict[str, Mapping[date, float]]:
    """Return the days that are refused, those of other spans included."""
    first, last = days_of(span, ledger.zone)
    oldest = ledger.oldest_day()
    refused: dict[str, Mapping[date, float]] = {}
    for part in parts:
        days = {
            day: apart
            for day, apart in ledger.refused.get(part.series.key, {}).items()
            if day >= oldest and not first <= day <= last
        }
        days |= days_apart(part, rewrites[part.statistic_id], ledger.zone)
        # What has differed once is shown from then on, be it that nothing does.
        if days or part.series.key in ledger.refused:
            refused[part.series.key] = days
    return refused


def _refused_hours(
    ledger: Ledger,
    parts: Iterable[SeriesHours],
    rewrites: Mapping[str, Rewrite],
    span: Span,
) -> dict[str, Mapping[datetime, str]]:
    """Return the hours that are not known, and why, those of other spans included."""
    oldest = ledger.watched_from(ledger.now)
    refused: dict[str, Mapping[datetime, str]] = {
        key: {hour: why for hour, why in hours.items() if hour >= oldest}
        for key, hours in ledger.refused_hours.items()
    }
    for part in parts:
        key, states = part.series.key, rewrites[part.statistic_id].states
        refused[key] = {
            hour: why
            for hour, why in refused.get(key, {}).items()
            if not span[0] <= hour < span[1]
        } | {
            hour: why
            for hour, why in part.hours.refused.items()
            if hour >= oldest and hour not in states
        }
    return {key: hours for key, hours in refused.items() if hours}
