"""What becomes of an answer: by the hour, compared, stored, and noted in the ledger."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.history import Readings, Slots
from ..portals.model.ledger import (
    KWH,
    STANDARD,
    Hours,
    LedgerRow,
    LedgerSeries,
    Rewrite,
    differences,
    gaps,
    hourly,
    rewrite,
)
from ..portals.model.ledger_days import Book, Ledger, Span
from ..portals.model.periods import midnight
from .recorder import Shelf, energy_factor, metadata, rows_between
from .statistic_ids import StatisticIds, Stored

_DAY: Final = timedelta(days=1)


@dataclass(kw_only=True)
class Tally:
    """What an import came to, in hours; `gaps` are those of the leading series."""

    read: int = 0
    written: int = 0
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    gaps: list[Span] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _SeriesHours:
    """What is to be stored of one series."""

    series: LedgerSeries
    statistic_id: str
    unit: str
    hours: Hours
    refused: Counter[str]
    days: Mapping[date, float]


class HourStorage:
    """Stores the answers of one account."""

    def __init__(self, hass: HomeAssistant, statistic_ids: StatisticIds) -> None:
        """Take the account's statistics."""
        self._hass = hass
        self._statistic_ids = statistic_ids

    async def take(
        self,
        site: Site,
        ledger: Ledger,
        readings: Readings,
        span: Span,
        stored: dict[str, StatisticMetaData],
        tally: Tally,
    ) -> Ledger:
        """Store what differs in an answer; return what is known then.

        `stored` are the series that there are, and takes those that are new.
        """
        oldest = ledger.oldest_day()
        totals = {
            day: {**ledger.totals.get(day, {}), **readings.totals.get(day, {})}
            for day in (*ledger.totals, *readings.totals)
            if day >= oldest
        }
        ledger = replace(ledger, totals=totals)
        ids, conflicts = self._statistic_ids.ids(site, readings, stored)
        parts = await self._hass.async_add_executor_job(
            _parts, readings, ids, stored, ledger, span
        )
        shelf = Shelf(self._hass)
        ours = {each.statistic_id for each in parts} & stored.keys()
        await shelf.open({key: stored[key] for key in ours}, span[0])
        rewrites = await self._hass.async_add_executor_job(
            _rewrites,
            shelf,
            parts,
            span,
            ledger.zone,
            {
                part.statistic_id: self._statistic_ids.since(site, part.series.key)
                for part in parts
            },
        )
        names = await self._names(site, parts)
        # The leading series comes last: what it has, the others have.
        for part in reversed(parts):
            key, change = part.statistic_id, rewrites[part.statistic_id]
            meta = metadata(key, part.unit, names[key])
            if change.rows:
                stored[key] = meta
            await shelf.write(meta, change.rows)
            tally.read += len(part.hours.amounts)
            tally.written += len(change.rows)
            tally.unchanged += change.unchanged
            tally.refused += part.refused
        await shelf.settle()
        ledger = replace(
            ledger,
            conflicts=conflicts,
            refused=_refused(ledger.refused, parts, oldest, span, ledger),
        )
        ledger, missing = await self._hass.async_add_executor_job(
            _booked, ledger, parts, rewrites, span
        )
        tally.gaps.extend(missing)
        return ledger

    async def recalled(
        self, ledger: Ledger, ids: Mapping[str, str], stored: Stored
    ) -> Ledger:
        """Return a ledger with its recent days as the recorder has them."""
        ids = {key: each for key, each in ids.items() if each in stored}
        span = midnight(ledger.oldest_day(), ledger.zone), ledger.now
        rows = await rows_between(self._hass, ids.values(), span[0], None)
        found = await self._hass.async_add_executor_job(
            _books, ledger, ids, stored, rows, span
        )
        return replace(ledger, books=found)

    async def _names(self, site: Site, parts: Iterable[_SeriesHours]) -> dict[str, str]:
        """Return what the statistics are called, in the language of the house."""
        language = self._hass.config.language
        texts = await async_get_translations(self._hass, language, "selector", {DOMAIN})
        path = f"component.{DOMAIN}.selector.ledger_series.options"
        return {
            part.statistic_id: f"{site.name}: {label}"
            for part in parts
            for label in (
                texts.get(f"{path}.{part.series.key}")
                or part.series.name
                or part.series.key,
            )
        }


def _parts(
    readings: Readings,
    ids: Mapping[LedgerSeries, str],
    stored: Stored,
    ledger: Ledger,
    span: Span,
) -> list[_SeriesHours]:
    """Return what is to be stored, the leading series first."""
    return [
        _part(series, readings.series[series], ids[series], stored, ledger, span)
        for series in sorted(ids, key=_order)
    ]


def _part(
    series: LedgerSeries,
    slots: Slots,
    key: str,
    stored: Stored,
    ledger: Ledger,
    span: Span,
) -> _SeriesHours:
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
    return _SeriesHours(
        series=series,
        statistic_id=key,
        unit=unit,
        hours=hours,
        refused=Counter({f"{series.key}.{why}": n for why, n in refused.items()}),
        days=days,
    )


def _rewrites(
    shelf: Shelf,
    parts: Iterable[_SeriesHours],
    span: Span,
    zone: ZoneInfo,
    since: Mapping[str, datetime | None],
) -> dict[str, Rewrite]:
    """Return what has to be written of each series."""
    found = {}
    for part in parts:
        key, begin = part.statistic_id, part.hours.since
        found[key] = rewrite(
            shelf.rows(key, span[0]),
            part.hours,
            span,
            base=shelf.base(key, span[0]),
            # What an answer leaves out before its first day, the portal may no
            # longer have.
            believed_from=begin and midnight(begin.astimezone(zone).date(), zone),
            untouched_before=since[key],
        )
    return found


def _order(series: LedgerSeries) -> tuple[int, str]:
    """Return a series' place: the standard ones first."""
    known = series.key in STANDARD
    return (STANDARD.index(series.key) if known else len(STANDARD), series.key)


def _refused(
    held: Mapping[str, Mapping[date, float]],
    parts: Iterable[_SeriesHours],
    oldest: date,
    span: Span,
    ledger: Ledger,
) -> dict[str, Mapping[date, float]]:
    """Return the days that are refused, those of other spans included."""
    first = span[0].astimezone(ledger.zone).date()
    last = (span[1] - datetime.resolution).astimezone(ledger.zone).date()
    found: dict[str, Mapping[date, float]] = {}
    for part in parts:
        days = {
            day: apart
            for day, apart in held.get(part.series.key, {}).items()
            if day >= oldest and not first <= day <= last
        }
        days |= part.days
        if days:
            found[part.series.key] = days
    return found


def _books(
    ledger: Ledger,
    ids: Mapping[str, str],
    stored: Stored,
    rows: Mapping[str, Sequence[LedgerRow]],
    span: Span,
) -> dict[str, Book]:
    """Return the recent days of stored series."""
    books = {}
    for key, each in ids.items():
        series = LedgerSeries(key, stored[each]["unit_of_measurement"] or "")
        states = {
            row.start: row.state for row in rows.get(each, []) if row.state is not None
        }
        books[key] = Book(series=series, statistic_id=each).with_hours(
            states, (), span, ledger.zone, ledger.oldest_day()
        )
    return books


def _booked(
    ledger: Ledger,
    parts: Sequence[_SeriesHours],
    rewrites: Mapping[str, Rewrite],
    span: Span,
) -> tuple[Ledger, list[Span]]:
    """Return the ledger with the days of a span as stored now, and the span's gaps."""
    books = dict(ledger.books)
    for part in parts:
        key, states = part.series.key, rewrites[part.statistic_id].states
        if not states and key not in books:
            continue
        series = replace(part.series, unit=part.unit)
        empty = Book(series=series, statistic_id=part.statistic_id)
        book = books.get(key, empty)
        if book.statistic_id != part.statistic_id:
            book = empty
        # Of what is the portal's own, nobody asks for days.
        oldest = ledger.oldest_day() if key in STANDARD else date.max
        books[key] = replace(book, series=series).with_hours(
            states, part.hours.covered(), span, ledger.zone, oldest
        )
    missing: list[Span] = []
    for part in parts[:1]:
        states = rewrites[part.statistic_id].states
        missing = gaps({*states, *part.hours.covered()})
    return replace(ledger, books=books), missing
