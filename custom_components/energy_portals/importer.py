"""The import of an account's history: what to ask for, and what becomes of it."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
import logging
from typing import Any, Final

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .model.ledger import (
    CONSUMPTION,
    KWH,
    STANDARD,
    Hours,
    LedgerSeries,
    Rewrite,
    Row,
    differences,
    gaps,
    hourly,
    rewrite,
)
from .model.ledger_days import Book, Ledger, Span
from .model.periods import midnight
from .statistics import (
    Shelf,
    clear,
    energy_factor,
    last_row,
    metadata,
    prefix,
    rows_between,
    statistic_id,
    stored_series,
)
from .vendors.base import Feed, FeedRequest, Kept, Site, Vendor, gather_sites
from .vendors.errors import Rejected
from .vendors.history import History, Readings, joined
from .vendors.rhythms import Every

_LOGGER = logging.getLogger(__name__)

HISTORY: Final = "history"
DEFAULT_YEARS: Final = 3
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_REGULAR: Final = Every(interval=_HOUR, jitter=timedelta(minutes=5))
# Between the parts of a first import, and after a part that failed.
_BETWEEN: Final = timedelta(seconds=1)
_AFTER_FAILURE: Final = timedelta(minutes=5)
# A history that ended longer ago is not taken up by a new site.
_RECENT: Final = timedelta(days=60)

type Stored = Mapping[str, StatisticMetaData]


@dataclass(kw_only=True)
class Tally:
    """What an import came to, in hours; `gaps` are those of the leading series."""

    read: int = 0
    written: int = 0
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    gaps: list[Span] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What is to be stored of one series."""

    series: LedgerSeries
    statistic_id: str
    unit: str
    hours: Hours
    refused: Counter[str]
    days: Mapping[date, float]


class Importer:
    """The history of one account as a feed: every fetch brings it a step further.

    One run at a time. What is stored is known from the recorder; what is kept beside
    it only spares questions.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], vendor: Vendor[Any]
    ) -> None:
        """Take an account of a vendor that has a history."""
        if vendor.history is None:
            raise ValueError("no history")
        self.history: History[Any, Any] = vendor.history
        self.refused: Counter[str] = Counter()
        self._hass = hass
        self._entry = entry
        self._vendor = vendor
        self._lock = asyncio.Lock()
        self._ledgers: dict[str, Ledger] = {}
        self._longest = self.history.longest
        self._failures = 0
        self._rows_of_year: Counter[str] = Counter()

    @property
    def account(self) -> str:
        """Return what the ids of the account's statistics are made of."""
        return self._entry.unique_id or self._entry.entry_id

    @property
    def options(self) -> Mapping[str, Any]:
        """Return what the user chose for the history."""
        chosen: Mapping[str, Any] = self._entry.options.get(HISTORY, {})
        return chosen

    def feed(self) -> Feed[Any, Ledger, Any]:
        """Return the import as a feed."""
        return Feed(
            key=HISTORY,
            fetch=self._fetch,
            rhythm=self,
            at=self.history.at,
            kinds={Ledger: lambda ledger: ledger},
            kept=Kept(
                dump=Ledger.as_dict,
                load=lambda stored, _: Ledger.from_dict(stored, self.history.zone),
            ),
        )

    # When

    def due(self, now: datetime, spread: float, held: Sequence[Any]) -> bool:
        """Say yes: the vendor may have published or corrected something."""
        return True

    def pause(
        self,
        now: datetime,
        spread: float,
        held: Sequence[Ledger | None] = (),
        misses: int = 0,
    ) -> timedelta:
        """Return a moment while the first import goes on, else an hour."""
        regular = _REGULAR.pause(now, spread)
        if self._failures:
            again: timedelta = _AFTER_FAILURE * 2 ** min(self._failures - 1, 8)
            return min(again, regular)
        is_begun = all(each is not None and each.is_complete for each in held)
        return regular if is_begun else _BETWEEN

    # What

    async def _fetch(
        self, client: Any, request: FeedRequest[Ledger, Any]
    ) -> dict[str, Ledger]:
        """Bring every site's history a step further."""
        async with self._lock:
            self._failures += 1
            stored = await stored_series(self._hass)

            async def one(site: Site) -> Ledger:
                held = self._ledgers.get(site.key, request.held.get(site.key))
                return await self._advance(client, site, held, request, stored)

            found = await gather_sites(request, one)
            self._ledgers |= found
            if found.keys() | request.refused >= {site.key for site in request.sites}:
                self._failures = 0
            return found

    async def _advance(
        self,
        client: Any,
        site: Site,
        held: Ledger | None,
        request: FeedRequest[Ledger, Any],
        stored: Stored,
    ) -> Ledger:
        """Ask for the next span of a site, and store what is new in it."""
        now = request.now
        ledger = await self._begun(site, held, now, stored)
        tally = Tally()
        before, reached = ledger.asked_until, self._next(ledger)[1]
        for span in self._spans(ledger):
            readings = await self._read(client, site, span)
            request.problems.extend(readings.problems)
            ledger = await self._take(site, ledger, readings, span, tally)
        self.refused += tally.refused
        self._log_years(site, before, reached, tally)
        return replace(
            ledger,
            asked_until=max(before, reached),
            gaps_asked=ledger.today(now) if self._is_recent(ledger) else None,
        )

    async def import_span(
        self,
        client: Any,
        site: Site,
        held: Ledger | None,
        start: datetime,
        end: datetime,
    ) -> tuple[Ledger, Tally]:
        """Ask for a span of a site, as whole days, and store what differs.

        The answer is stored at once, however many calls it takes: hours that come
        before others change the sum of all that follow.
        """
        async with self._lock:
            now = dt_util.utcnow()
            zone = self.history.zone
            stored = await stored_series(self._hass)
            held = self._ledgers.get(site.key, held)
            ledger = await self._begun(site, held, now, stored)
            first = midnight(start.astimezone(zone).date(), zone)
            last = (end - datetime.resolution).astimezone(zone).date()
            span = first, min(midnight(last + _DAY, zone), now)
            tally = Tally()
            if span[0] < span[1]:
                readings = await self._read(client, site, span)
                ledger = await self._take(site, ledger, readings, span, tally)
            self._ledgers[site.key] = ledger
            self.refused += tally.refused
            return ledger, tally

    def begin(self, site: Site) -> datetime:
        """Return how far back a first import of a site goes."""
        return self._begin(site, dt_util.utcnow())

    async def decide(self, site: str, continued: str | None) -> None:
        """Let a site continue another's history, or say that it has its own.

        `continued` is how the ids of the other's statistics begin. What the site has
        imported for itself meanwhile is then imported there.
        """
        async with self._lock:
            choice = None
            if continued is not None:
                last = await last_row(self._hass, f"{continued}{CONSUMPTION}")
                since = dt_util.utcnow() if last is None else last.start + _HOUR
                choice = {"prefix": continued, "since": since.isoformat()}
                await self._clear(site)
            self._choose("continues", site, choice)

    async def accept_unit(self, statistic: str, unit: str) -> None:
        """Let a series go on in another unit, as a statistic of its own."""
        async with self._lock:
            self._choose("units", statistic, unit)

    def _choose(self, what: str, key: str, choice: Any) -> None:
        """Note a decision of the user's."""
        chosen = {**self.options, what: {**self.options.get(what, {}), key: choice}}
        self._hass.config_entries.async_update_entry(
            self._entry, options={**self._entry.options, HISTORY: chosen}
        )

    async def _clear(self, site: str) -> None:
        """Forget the statistics of a site that continues those of another."""
        stored = await stored_series(self._hass)
        own = [key for key in stored if key.startswith(prefix(self.account, site))]
        if own:
            await clear(self._hass, own)

    async def _begun(
        self, site: Site, held: Ledger | None, now: datetime, stored: Stored
    ) -> Ledger:
        """Return what is known of a site, in line with what the recorder has."""
        ids = {key: self._current_id(site, key) for key in STANDARD}
        if held is not None and any(
            held.books[key].statistic_id != each
            for key, each in ids.items()
            if key in held.books
        ):
            # The user has chosen to continue another history.
            held = None
        lead = next((key for key in ids.values() if key in stored), None)
        last = None if lead is None else await last_row(self._hass, lead)
        begin = self._begin(site, now)
        # A crash may have stored one series of a part and not the others.
        resumed = begin if last is None else last.start + _HOUR - self._longest
        resumed = max(begin, resumed)
        if held is None:
            ledger = Ledger(
                zone=self.history.zone, begin=begin, asked_until=resumed, now=now
            )
            if last is None:
                return replace(ledger, follows=await self._predecessor(site, stored))
            return await self._recalled(ledger, ids, stored)
        is_decided = site.key in self.options.get("continues", {})
        ledger = replace(held, now=now, follows=None if is_decided else held.follows)
        known = None if held.lead is None else held.lead.latest
        if known is None or (last is not None and last.start >= known[0]):
            return ledger
        # The recorder has less than was known: its file was lost, or set back.
        return replace(ledger, begin=begin, asked_until=resumed, books={})

    def _begin(self, site: Site, now: datetime) -> datetime:
        """Return how far back a first import goes."""
        zone, years = self.history.zone, self.options.get("years", DEFAULT_YEARS)
        begin = midnight(now.astimezone(zone).date() - 365 * int(years) * _DAY, zone)
        if self.history.oldest is not None:
            begin = max(begin, self.history.oldest(now))
        if (since := self._since(site)) is not None:
            begin = max(begin, midnight(since.astimezone(zone).date(), zone))
        return min(begin, now)

    def _is_recent(self, ledger: Ledger) -> bool:
        """Say whether what is left to ask for is what is asked for every hour."""
        return ledger.asked_until >= ledger.now - self.history.corrects

    def _next(self, ledger: Ledger) -> Span:
        """Return what to ask for next: where the import goes on, or what is recent."""
        zone, now = self.history.zone, ledger.now
        start = min(ledger.asked_until, now - self.history.corrects)
        if self.history.oldest is not None:
            start = max(start, self.history.oldest(now))
        day = start.astimezone(zone).date()
        end = midnight(day + self.history.longest, zone)
        return midnight(day, zone), now if self._is_recent(ledger) else min(end, now)

    def _spans(self, ledger: Ledger) -> Iterator[Span]:
        """Yield what to ask for: the next span, and gaps before it once a day."""
        following = self._next(ledger)
        yield following
        today = ledger.today(ledger.now)
        if not self._is_recent(ledger) or ledger.gaps_asked == today:
            return
        zone = self.history.zone
        found = [gap for gap in ledger.gaps(ledger.now) if gap[0] < following[0]]
        if found:
            day = found[0][0].astimezone(zone).date()
            last = (found[-1][1] - datetime.resolution).astimezone(zone).date()
            end = midnight(last + _DAY, zone)
            yield midnight(day, zone), min(end, following[0])

    async def _read(self, client: Any, site: Site, span: Span) -> Readings:
        """Return what the vendor has of a span, in pieces that it takes."""
        tariff: Mapping[str, Any] = {}
        if self.history.priced_by is not None:
            tariff = self._entry.options.get(self.history.priced_by.key, {})
        readings = Readings(series={})
        for piece in tuple(self._pieces(span)):
            try:
                part = await self.history.read(client, site, piece, tariff)
            except Rejected:
                if self._longest <= _DAY:
                    raise
                # How long a span the vendor takes is nowhere said.
                self._longest = max(self._longest // _DAY // 2 * _DAY, _DAY)
                return await self._read(client, site, span)
            readings = joined(readings, part)
        return readings

    def _pieces(self, span: Span) -> Iterator[Span]:
        """Cut a span at midnights into pieces of at most the longest."""
        zone = self.history.zone
        start, end = span
        while start < end:
            cut = midnight(start.astimezone(zone).date() + self._longest, zone)
            yield start, min(cut, end)
            start = cut

    # Storing

    async def _take(
        self, site: Site, ledger: Ledger, readings: Readings, span: Span, tally: Tally
    ) -> Ledger:
        """Store what differs in an answer; return what is known then."""
        stored = await stored_series(self._hass)
        oldest = ledger.oldest_day()
        totals = {
            day: {**ledger.totals.get(day, {}), **readings.totals.get(day, {})}
            for day in (*ledger.totals, *readings.totals)
            if day >= oldest
        }
        ledger = replace(ledger, totals=totals)
        ids, conflicts = self._ids(site, readings, stored)
        parts = await self._hass.async_add_executor_job(
            self._parts, readings, ids, stored, totals, span
        )
        shelf = Shelf(self._hass)
        ours = {each.statistic_id for each in parts} & stored.keys()
        await shelf.open({key: stored[key] for key in ours}, span[0])
        rewrites = await self._hass.async_add_executor_job(
            self._rewrites, site, shelf, parts, span
        )
        names = await self._names(site, parts)
        # The leading series comes last: what it has, the others have.
        for part in reversed(parts):
            change = rewrites[part.statistic_id]
            name = names[part.statistic_id]
            shelf.write(metadata(part.statistic_id, part.unit, name), change.rows)
            tally.read += len(part.hours.amounts)
            tally.written += len(change.rows)
            tally.unchanged += change.unchanged
            tally.refused += part.refused
        await shelf.settle()
        for part in parts[:1]:
            known = {*rewrites[part.statistic_id].states, *part.hours.covered()}
            tally.gaps.extend(gaps(known))
        ledger = replace(
            ledger,
            conflicts=conflicts,
            refused=_refused(ledger.refused, parts, oldest, span, ledger),
        )
        return await self._hass.async_add_executor_job(
            _booked, ledger, parts, rewrites, span
        )

    def _ids(
        self, site: Site, readings: Readings, stored: Stored
    ) -> tuple[dict[LedgerSeries, str], dict[str, str]]:
        """Return the id of each series, and those whose unit is not the stored one."""
        ids: dict[LedgerSeries, str] = {}
        conflicts: dict[str, str] = {}
        for series in readings.series:
            base = self._id(site, series.key)
            key = self._current_id(site, series.key)
            held = stored[key]["unit_of_measurement"] if key in stored else None
            is_energy = series.is_energy and energy_factor(held) is not None
            if held in {None, series.unit} or is_energy:
                ids[series] = key
            else:
                conflicts[base] = series.unit
        return ids, conflicts

    def _id(self, site: Site, key: str) -> str:
        """Return the id of a series of a site, or of the site that it continues."""
        if (continued := self._continued(site)) is not None:
            return f"{continued['prefix']}{key}"
        return statistic_id(self.account, site.key, key)

    def _current_id(self, site: Site, key: str) -> str:
        """Return the id under which a series goes on, in the unit the user chose."""
        base = self._id(site, key)
        unit: str | None = self.options.get("units", {}).get(base)
        return base if unit is None else f"{base}_{unit.casefold()}"

    def _continued(self, site: Site) -> Mapping[str, Any] | None:
        """Return what the user chose to continue, None where nothing is."""
        found: Mapping[str, Any] | None
        found = self.options.get("continues", {}).get(site.key)
        return found or None

    def _since(self, site: Site) -> datetime | None:
        """Return from when on a site continues the history of another."""
        continued = self._continued(site)
        return None if continued is None else dt_util.parse_datetime(continued["since"])

    def _parts(
        self,
        readings: Readings,
        ids: Mapping[LedgerSeries, str],
        stored: Stored,
        totals: Mapping[date, Mapping[str, float]],
        span: Span,
    ) -> list[_Part]:
        """Return what is to be stored, the leading series first."""
        return [
            self._part(series, readings, ids[series], stored, totals, span)
            for series in sorted(ids, key=_order)
        ]

    def _part(
        self,
        series: LedgerSeries,
        readings: Readings,
        key: str,
        stored: Stored,
        totals: Mapping[date, Mapping[str, float]],
        span: Span,
    ) -> _Part:
        """Return one series by the hour, without the days that are not the vendor's."""
        refused: Counter[str] = Counter()
        zone = self.history.zone
        # What the vendor sends beyond what was asked for is not all of it.
        slots = [
            slot
            for slot in readings.series[series]
            if span[0] <= slot.start and slot.end <= span[1]
        ]
        hours = hourly(slots, signed=not series.is_energy, refused=refused)
        own = {
            day: sums[series.key] for day, sums in totals.items() if series.key in sums
        }
        days = differences(slots, own, zone)
        for day in days:
            hours = hours.without(midnight(day, zone), midnight(day + _DAY, zone))
        unit = series.unit
        if series.is_energy and key in stored:
            unit = stored[key]["unit_of_measurement"] or KWH
            factor = energy_factor(unit) or 1.0
            if factor != 1.0:
                amounts = {hour: each * factor for hour, each in hours.amounts.items()}
                hours = replace(hours, amounts=amounts)
        return _Part(
            series=series,
            statistic_id=key,
            unit=unit,
            hours=hours,
            refused=Counter({f"{series.key}.{why}": n for why, n in refused.items()}),
            days=days,
        )

    def _rewrites(
        self, site: Site, shelf: Shelf, parts: Iterable[_Part], span: Span
    ) -> dict[str, Rewrite]:
        """Return what has to be written of each series."""
        zone = self.history.zone
        return {
            part.statistic_id: rewrite(
                shelf.rows(part.statistic_id, span[0]),
                part.hours,
                span,
                base=shelf.base(part.statistic_id, span[0]),
                believed_from=(
                    None
                    if part.hours.since is None
                    else midnight(part.hours.since.astimezone(zone).date(), zone)
                ),
                untouched_before=self._since(site),
            )
            for part in parts
        }

    async def _names(self, site: Site, parts: Iterable[_Part]) -> dict[str, str]:
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

    # What is stored

    async def _recalled(
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

    async def _predecessor(self, site: Site, stored: Stored) -> str | None:
        """Return whose history a new site may continue: one that is gone since lately.

        Told by how the ids of its statistics begin.
        """
        if site.key in self.options.get("continues", {}):
            return None
        ours = prefix(self.account)
        decided = self.options.get("continues", {}).values()
        taken = (
            *(prefix(self.account, key) for key in self._entry.runtime_data.sites.data),
            *(each["prefix"] for each in decided if each),
            # An account number may begin as another one does.
            *(
                prefix(entry.unique_id)
                for entry in self._hass.config_entries.async_entries(DOMAIN)
                if entry.unique_id and prefix(entry.unique_id) != ours
            ),
        )
        orphans = [
            key
            for key in stored
            if key.startswith(ours)
            and key.endswith(f"_{CONSUMPTION}")
            and not key.startswith(tuple(each for each in taken if each != ours))
        ]
        found = [
            (last.start, key.removesuffix(CONSUMPTION))
            for key in orphans
            if (last := await last_row(self._hass, key)) is not None
            and last.start > dt_util.utcnow() - _RECENT
        ]
        return max(found)[1] if found else None

    # Progress

    def _log_years(
        self, site: Site, before: datetime, after: datetime, tally: Tally
    ) -> None:
        """Say in the log when a first import is done with a year, or with all."""
        now = dt_util.utcnow()
        if before >= now - self.history.corrects - _DAY:
            return
        self._rows_of_year[site.key] += tally.written
        zone = self.history.zone
        first, last = before.astimezone(zone).year, after.astimezone(zone).year
        is_over = after > now - self.history.corrects
        for year in range(first, last + is_over):
            rows = self._rows_of_year.pop(site.key, 0)
            _LOGGER.info("%s: %s is imported, %s rows", self._vendor.name, year, rows)


def _order(series: LedgerSeries) -> tuple[int, str]:
    """Return a series' place: the standard ones first."""
    known = series.key in STANDARD
    return (STANDARD.index(series.key) if known else len(STANDARD), series.key)


def _refused(
    held: Mapping[str, Mapping[date, float]],
    parts: Iterable[_Part],
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
    rows: Mapping[str, Sequence[Row]],
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
    parts: Iterable[_Part],
    rewrites: Mapping[str, Rewrite],
    span: Span,
) -> Ledger:
    """Return the ledger with the days of a span as they are stored now."""
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
        # Of what is the vendor's own, nobody asks for days.
        oldest = ledger.oldest_day() if key in STANDARD else date.max
        books[key] = replace(book, series=series).with_hours(
            states, part.hours.covered(), span, ledger.zone, oldest
        )
    return replace(ledger, books=books)
