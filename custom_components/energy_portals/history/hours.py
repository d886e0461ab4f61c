"""Readings as hours: those of each series that are to be stored."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from ..portals.history import Readings, Slots
from ..portals.model.ledger import (
    COMPENSATION,
    CONSUMPTION,
    COST,
    FEED_IN,
    KWH,
    STANDARD,
    Hours,
    LedgerSeries,
    differences,
    hourly,
)
from ..portals.model.ledger_bounds import highest_hour
from ..portals.model.ledger_days import Ledger, Span
from ..portals.model.ledger_readings import NEGATIVE
from ..portals.model.periods import midnight
from .recorder import energy_factor
from .statistic_ids import Stored

_DAY: Final = timedelta(days=1)
# Money is as wrong as the energy from which it was reckoned.
_PAID_FOR: Final = {COST: CONSUMPTION, COMPENSATION: FEED_IN}
_DOUBTED: Final = "made_of_refused"


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
    parts: dict[str, SeriesHours] = {}
    for series in sorted(ids, key=_order):
        # What the portal sends beyond what was asked for is not all of it.
        slots = [
            slot
            for slot in readings.series[series]
            if span[0] <= slot.start and slot.end <= span[1]
        ]
        highest = highest_hour(series.unit, readings.power)
        parts[series.key] = _of_series(
            series, slots, highest, ids[series], stored, ledger
        )
    # Money is looked at after the energy that it is paid for.
    for key in STANDARD:
        if key in parts and (doubtful := _doubtful(key, parts)):
            parts[key] = _without(doubtful, parts[key])
    return [*parts.values()]


def _doubtful(key: str, parts: Mapping[str, SeriesHours]) -> set[datetime]:
    """Return the hours in which what a series is made of is refused."""
    refused = {other: part.hours.refused for other, part in parts.items()}
    # A register is never negative, but money that a portal settles so may be right.
    paid_for = refused.get(_PAID_FOR.get(key, ""), {})
    hours = {hour for hour, why in paid_for.items() if why != NEGATIVE}
    for other, whys in refused.items():
        if other.startswith(f"{key}_"):
            hours |= whys.keys()
    return hours


def _without(doubtful: set[datetime], part: SeriesHours) -> SeriesHours:
    """Return a series without its amounts of doubtful hours."""
    hours = part.hours.doubting(doubtful, _DOUBTED)
    dropped = len(part.hours.amounts) - len(hours.amounts)
    refused = Counter({f"{part.series.key}.{_DOUBTED}": dropped} if dropped else {})
    return replace(part, hours=hours, refused=part.refused + refused)


def _of_series(
    series: LedgerSeries,
    slots: Slots,
    highest: float,
    key: str,
    stored: Stored,
    ledger: Ledger,
) -> SeriesHours:
    """Return one series by the hour, without the days that differ from the portal's."""
    refused: Counter[str] = Counter()
    zone = ledger.zone
    hours = hourly(
        slots, signed=not series.is_counted, refused=refused, highest=highest
    )
    totals = {
        day: sums[series.key]
        for day, sums in ledger.totals.items()
        if series.key in sums
    }
    days = differences(hours.readings, totals, zone)
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
