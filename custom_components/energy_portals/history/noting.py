"""What the ledger knows of a span once its hours are stored."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from ..portals.history import Readings
from ..portals.model.ledger import KWH, STANDARD, Rewrite, gaps
from ..portals.model.ledger_bounds import highest_hour
from ..portals.model.ledger_days import Ledger, SeriesDays, Span, days_of
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
        # Of what is the portal's own, nobody asks for days.
        oldest = ledger.oldest_day() if key in STANDARD else date.max
        by_series[key] = replace(days, series=series).with_hours(
            states, part.hours.covered(), span, ledger.zone, oldest
        )
    ledger = replace(
        ledger,
        by_series=by_series,
        refused=_refused_days(ledger, parts, span),
        refused_hours=_refused_hours(ledger, parts, rewrites, span),
    )
    return ledger, _gaps(parts, rewrites)


def _gaps(parts: Sequence[SeriesHours], rewrites: Mapping[str, Rewrite]) -> list[Span]:
    """Return the gaps between the hours of the leading series."""
    if not parts:
        return []
    lead = parts[0]
    return gaps({*rewrites[lead.statistic_id].states, *lead.hours.covered()})


def _refused_days(
    ledger: Ledger, parts: Iterable[SeriesHours], span: Span
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
        days |= part.days
        if days:
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
