"""Consumption by the month and by billing period, as the utility's app reckons it.

No hours are made of it: how a month lies in its hours is not known.

Source: the hook for consumption in the portal's OpenAPI document "Portal API".
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Final

from ..http.errors import Forbidden, NotFound
from ..model.periods import midnight, month_start
from ..reading.body import Mismatch, Refused
from .bodies import Rows
from .client import EpilotClient
from .client_series import Span
from .history import meant, name_of
from .hooks import Consumption, Metadata
from .models import ZONE
from .series import interval_of, within_range
from .sites import MeterSite
from .values import when


class PeriodLength(StrEnum):
    """Of what a record is, by the portal's own word."""

    MONTH = "P1M"
    BILLING_PERIOD = "custom"


_OPERATION: Final = "getConsumption"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodAmount:
    """What was counted in `[start, end)`; `value` None is not known, nor its unit."""

    start: datetime
    end: datetime
    kind: str | None
    name: str
    value: float | None
    unit: str | None


async def by_period(
    client: EpilotClient, site: MeterSite, span: Span, length: PeriodLength
) -> Rows[PeriodAmount]:
    """Return the amounts of periods that begin in a span, in order.

    Of several hooks the first one that has any counts. Energy is in kWh. Raises
    NotFound where none offers such periods.
    """
    answered: Rows[PeriodAmount] | None = None
    for hook in site.consumption:
        try:
            metadata = await client.metadata(hook, site.context)
            if interval_of(hook, metadata, (length,)) is None:
                continue
            asked = within_range(span, metadata)
            if asked[0] >= asked[1]:
                continue
            rows = await client.consumption(hook, site.context, asked, length)
        except Forbidden, NotFound:
            continue
        answered = _read(client, site, rows, metadata, length)
        if answered.came:
            break
    if answered is None:
        raise NotFound(_OPERATION, "no such periods")
    return answered


def _read(
    client: EpilotClient,
    site: MeterSite,
    rows: Rows[Consumption],
    metadata: Metadata | None,
    length: PeriodLength,
) -> Rows[PeriodAmount]:
    """Return the amounts that lie in time; power is left out."""
    amounts: list[PeriodAmount] = []
    lost = rows.lost
    for record in rows:
        is_amount, unit = meant(site, record, metadata)
        if not is_amount:
            continue
        if (span := _span(record, length)) is None:
            client.refuse(f"{_OPERATION}.period")
            lost += 1
            continue
        value = None
        if record.value is not None and record.value >= 0 and unit is not None:
            value = record.value * unit.factor
        amounts.append(
            PeriodAmount(
                start=span[0],
                end=span[1],
                kind=record.type,
                name=name_of(record, metadata) if record.type else "",
                value=value,
                unit=None if value is None or unit is None else unit.name,
            )
        )
    amounts.sort(key=lambda each: (each.start, each.kind or ""))
    return Rows(amounts, lost=lost, has_more=rows.has_more)


def _span(record: Consumption, length: PeriodLength) -> Span | None:
    """Return when a record's period is; a month without one is the calendar's."""
    try:
        if record.period is not None:
            start, end = when(record.period.start), when(record.period.end)
            return (start, end) if start < end else None
        start = when(record.timestamp)
    except Mismatch, Refused:
        return None
    local = start.astimezone(ZONE)
    if length is not PeriodLength.MONTH or local.day != 1 or local.time() != time():
        return None
    return start, midnight(month_start(local.date(), -1), ZONE)
