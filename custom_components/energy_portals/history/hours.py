"""Readings as hours: those of each series that are to be stored."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ..portals.history import Readings, Slots
from ..portals.model.ledger import (
    KWH,
    STANDARD,
    Hours,
    LedgerSeries,
    differences,
    hourly,
)
from ..portals.model.ledger_days import Ledger, Span
from ..portals.model.periods import midnight
from .recorder import energy_factor
from .statistic_ids import Stored

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class SeriesHours:
    """What is to be stored of one series.

    `refused` counts readings by reason; `days` are those that differ from the
    portal's own total, and by what share.
    """

    series: LedgerSeries
    statistic_id: str
    unit: str
    hours: Hours
    refused: Counter[str]
    days: Mapping[date, float]


def hours_of(
    readings: Readings,
    ids: Mapping[LedgerSeries, str],
    stored: Stored,
    ledger: Ledger,
    span: Span,
) -> list[SeriesHours]:
    """Return what is to be stored of an answer, the leading series first."""
    return [
        _of_series(series, readings.series[series], ids[series], stored, ledger, span)
        for series in sorted(ids, key=_order)
    ]


def _of_series(
    series: LedgerSeries,
    slots: Slots,
    key: str,
    stored: Stored,
    ledger: Ledger,
    span: Span,
) -> SeriesHours:
    """Return one series by the hour, without the days that differ from the portal's."""
    refused: Counter[str] = Counter()
    zone = ledger.zone
    # What the portal sends beyond what was asked for is not all of it.
    slots = [slot for slot in slots if span[0] <= slot.start and slot.end <= span[1]]
    hours = hourly(slots, signed=not series.is_counted, refused=refused)
    totals = {
        day: sums[series.key]
        for day, sums in ledger.totals.items()
        if series.key in sums
    }
    days = differences(slots, totals, zone)
    for day in days:
        hours = hours.without(midnight(day, zone), midnight(day + _DAY, zone))
    unit = series.unit
    if series.is_energy and key in stored:
        # The statistic may have been stored in another unit of energy.
        unit = stored[key]["unit_of_measurement"] or KWH
        hours = hours.times(energy_factor(unit) or 1.0)
    return SeriesHours(
        series=series,
        statistic_id=key,
        unit=unit,
        hours=hours,
        refused=Counter({f"{series.key}.{why}": n for why, n in refused.items()}),
        days=days,
    )


def _order(series: LedgerSeries) -> tuple[int, str]:
    """Return a series' place: the standard ones first."""
    known = series.key in STANDARD
    return (STANDARD.index(series.key) if known else len(STANDARD), series.key)
