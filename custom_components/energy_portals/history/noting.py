"""What the ledger knows of a span once its hours are stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ..portals.history import Readings
from ..portals.model.ledger import STANDARD, Rewrite, gaps
from ..portals.model.ledger_days import Ledger, SeriesDays, Span, days_of
from .hours import SeriesHours


def with_totals(ledger: Ledger, readings: Readings) -> Ledger:
    """Return the ledger with the totals of an answer, and without old ones."""
    oldest = ledger.oldest_day()
    totals = {
        day: {**ledger.totals.get(day, {}), **readings.totals.get(day, {})}
        for day in (*ledger.totals, *readings.totals)
        if day >= oldest
    }
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
    refused = _refused_days(ledger, parts, span)
    ledger = replace(ledger, by_series=by_series, refused=refused)
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
