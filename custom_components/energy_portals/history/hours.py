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
    NO_PRICE,
    STANDARD,
    Hours,
    LedgerSeries,
    Reckoned,
    differences,
    hour_of,
    hourly,
    hours_between,
)
from ..portals.model.ledger_bounds import highest_hour
from ..portals.model.ledger_days import Ledger
from ..portals.model.ledger_readings import NEGATIVE
from ..portals.model.ledger_series import Span
from ..portals.model.periods import midnight
from .recorder import energy_factor
from .statistic_ids import Stored

_DAY: Final = timedelta(days=1)
# Money is as wrong as the energy from which it was reckoned.
PAID_FOR: Final = {COST: CONSUMPTION, COMPENSATION: FEED_IN}
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
        part = _of_series(series, slots, highest, ids[series], stored, ledger)
        if (since := readings.open_from) is not None:
            part = _as_open(part, max(since, span[0]), span[1])
        if (reckoned := readings.reckoned.get(series.key)) is not None:
            part = _as_reckoned(part, reckoned, span)
        parts[series.key] = part
    # Money is looked at after the energy that it is paid for.
    for key in STANDARD:
        if key in parts and (doubtful := _doubtful(key, parts, ledger)):
            parts[key] = _without(doubtful, parts[key])
    return [*parts.values()]


def _as_open(part: SeriesHours, start: datetime, end: datetime) -> SeriesHours:
    """Return a series whose hours of a span may only not be told yet."""
    left = {*part.hours.left, *hours_between(hour_of(start), end)}
    return replace(part, hours=replace(part.hours, left=left))


def _as_reckoned(part: SeriesHours, reckoned: Reckoned, span: Span) -> SeriesHours:
    """Return a series of money with what is known of how it was reckoned.

    What an hour cost whose price is not known any more, is stored if it once was.
    """
    hours = part.hours
    known = hours.amounts.keys() | hours.covered()
    unknown = {
        hour: why
        for hour, why in reckoned.unknown.items()
        if span[0] <= hour < span[1] and hour not in known
    }
    hours = replace(
        hours,
        refused={**unknown, **hours.refused},
        left={
            *hours.left,
            *(hour for hour, why in unknown.items() if why == NO_PRICE),
        },
        at_mean={
            hour: bounds
            for hour, bounds in reckoned.at_mean.items()
            if hour in hours.amounts
        },
    )
    refused = Counter(f"{part.series.key}.{why}" for why in unknown.values())
    return replace(part, hours=hours, refused=part.refused + refused)


def _doubtful(
    key: str, parts: Mapping[str, SeriesHours], ledger: Ledger
) -> set[datetime]:
    """Return the hours in which what a series is made of is refused."""
    refused = {other: part.hours.refused for other, part in parts.items()}
    # A register is never negative, but money that a portal settles so may be right.
    energy = PAID_FOR.get(key, "")
    hours = {hour for hour, why in refused.get(energy, {}).items() if why != NEGATIVE}
    for day in parts[energy].days if energy in parts else ():
        hours.update(hours_between(*_bounds(day, ledger)))
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
        hours = hours.without(*_bounds(day, ledger))
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


def _bounds(day: date, ledger: Ledger) -> Span:
    """Return where a day begins and ends."""
    return midnight(day, ledger.zone), midnight(day + _DAY, ledger.zone)


def _order(series: LedgerSeries) -> tuple[int, str]:
    """Return a series' place: the standard ones first."""
    known = series.key in STANDARD
    return (STANDARD.index(series.key) if known else len(STANDARD), series.key)
