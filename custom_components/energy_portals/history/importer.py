"""The import of an account's history: what to ask for, and what becomes of it."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Any, Final

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import DEFAULT_YEARS, HISTORY
from ..portals.contract import Feed, FeedRequest, Fetched, Kept, Site, gather_partly
from ..portals.history import History, Readings, joined
from ..portals.http.errors import PortalError, Rejected, Unavailable
from ..portals.model.ledger import STANDARD
from ..portals.model.ledger_days import Ledger, Span
from ..portals.model.periods import midnight
from ..portals.portal import Portal
from ..portals.rhythms import Every
from .recorder import drained, last_row, stored_series
from .statistic_ids import StatisticIds, Stored
from .storing import HourStorage, Tally

_LOGGER = logging.getLogger(__name__)

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_REGULAR: Final = Every(interval=_HOUR, jitter=timedelta(minutes=5))
# Between the parts of a first import, and after a part that failed.
_BETWEEN: Final = timedelta(seconds=1)
_AFTER_FAILURE: Final = timedelta(minutes=5)
# So often in a row a part of a span is asked for that cannot be had.
_TRIES: Final = 3


class Importer:
    """The history of one account as a feed: every fetch brings it a step further.

    One run at a time. What is stored is known from the recorder; what is kept beside
    it only spares questions.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], portal: Portal[Any]
    ) -> None:
        """Take an account of a portal that has a history."""
        if (history := portal.capability(History)) is None:
            raise ValueError("no history")
        self.history: History[Any, Any] = history
        self.refused: Counter[str] = Counter()
        self.statistic_ids = StatisticIds(hass, entry)
        self._storage = HourStorage(hass, self.statistic_ids)
        self._hass = hass
        self._entry = entry
        self._portal = portal
        self._lock = asyncio.Lock()
        self._ledgers: dict[str, Ledger] = {}
        self._longest = self.history.longest
        self._failures = 0
        self._rows_of_year: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()

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
        """Say yes: the portal may have published or corrected something."""
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
    ) -> Fetched[Ledger]:
        """Bring every site's history a step further."""
        async with self._lock:
            self._failures += 1
            # A run that was cut short by a reload has left its rows in the queue.
            await drained(self._hass)
            stored = await stored_series(self._hass)

            async def one(site: Site) -> tuple[Ledger, tuple[PortalError, ...]]:
                held = self._ledgers.get(site.key, request.held.get(site.key))
                return await self._advance(client, site, held, request.now, stored)

            fetched = await gather_partly(request, one)
            self._ledgers |= fetched.data
            came = fetched.data.keys() | fetched.refused
            is_waiting = any(0 < tries < _TRIES for tries in self._tries.values())
            if came >= {site.key for site in request.sites} and not is_waiting:
                self._failures = 0
            return fetched

    async def _advance(
        self,
        client: Any,
        site: Site,
        held: Ledger | None,
        now: datetime,
        stored: dict[str, StatisticMetaData],
    ) -> tuple[Ledger, tuple[PortalError, ...]]:
        """Ask for the next span of a site, and store what is new; return the errors."""
        ledger = await self._begun(site, held, now, stored)
        tally = Tally()
        reached = self._next(ledger)[1]
        problems: list[PortalError] = []
        for span in self._spans(ledger):
            readings = await self._read(client, site, span)
            problems.extend(readings.problems)
            ledger = await self._storage.take(
                site, ledger, readings, span, stored, tally
            )
        self.refused += tally.refused
        if self._waits_for(site, problems):
            return ledger, tuple(problems)
        self._log_years(site, ledger, reached, tally)
        ledger = replace(ledger, asked_until=max(ledger.asked_until, reached))
        gaps_asked = ledger.today(now) if ledger.is_complete else None
        return replace(ledger, gaps_asked=gaps_asked), tuple(problems)

    def _waits_for(self, site: Site, problems: Iterable[PortalError]) -> bool:
        """Say whether a span is asked for again, because part of it may come yet."""
        if any(isinstance(problem, Unavailable) for problem in problems):
            self._tries[site.key] += 1
        else:
            self._tries.pop(site.key, None)
        return 0 < self._tries[site.key] < _TRIES

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
            await drained(self._hass)
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
                ledger = await self._storage.take(
                    site, ledger, readings, span, stored, tally
                )
            if held is not None:
                # How far the import itself has come is another matter.
                ledger = replace(ledger, now=held.now)
            self._ledgers[site.key] = ledger
            self.refused += tally.refused
            return ledger, tally

    def begin(self, site: Site) -> datetime:
        """Return how far back a first import of a site goes."""
        return self._begin(site, dt_util.utcnow())

    async def decide(
        self, site: str, held: Ledger | None, continued: str | None
    ) -> None:
        """Let a site continue another's history, or say that it has its own."""
        async with self._lock:
            ledger = self._ledgers.get(site, held)
            books = {} if ledger is None else ledger.books
            own = [book.statistic_id for book in books.values()]
            await self.statistic_ids.decide(site, continued, own)

    async def accept_unit(self, statistic: str, unit: str) -> None:
        """Let a series go on in another unit, as a statistic of its own."""
        async with self._lock:
            await self.statistic_ids.accept_unit(statistic, unit)

    async def _begun(
        self, site: Site, held: Ledger | None, now: datetime, stored: Stored
    ) -> Ledger:
        """Return what is known of a site, in line with what the recorder has."""
        ids = {key: self.statistic_ids.current_id(site, key) for key in STANDARD}
        if held is not None and not _is_of(held, ids, stored):
            held = None
        lead = next((key for key in ids.values() if key in stored), None)
        if held is not None and held.lead is not None:
            lead = held.lead.statistic_id
        last = None if lead is None else await last_row(self._hass, lead)
        begin = self._begin(site, now)
        # A crash may have stored one series of a part and not the others.
        resumed = begin if last is None else last.start + _HOUR - self.history.longest
        resumed = max(begin, resumed)
        if held is None:
            ledger = Ledger(
                zone=self.history.zone, begin=begin, asked_until=resumed, now=now
            )
            if last is None:
                follows = await self.statistic_ids.predecessor(site, stored)
                return replace(ledger, follows=follows)
            return await self._storage.recalled(ledger, ids, stored)
        is_decided = self.statistic_ids.is_decided(site)
        ledger = replace(held, now=now, follows=None if is_decided else held.follows)
        known = None if held.lead is None else held.lead.latest
        if known is None or (last is not None and last.start >= known[0]):
            return ledger
        # The recorder has less than was known: its file was lost, or set back.
        return replace(ledger, begin=begin, asked_until=resumed, books={})

    def _begin(self, site: Site, now: datetime) -> datetime:
        """Return how far back a first import goes."""
        zone = self.history.zone
        years = int(self.statistic_ids.options.get("years", DEFAULT_YEARS))
        begin = midnight(now.astimezone(zone).date() - 365 * years * _DAY, zone)
        if self.history.oldest is not None:
            begin = max(begin, self.history.oldest(now))
        if (since := self.statistic_ids.since(site)) is not None:
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
        """Return what the portal has of a span, in pieces that it takes."""
        tariff: Mapping[str, Any] = {}
        if self.history.priced_by is not None:
            tariff = self._entry.options.get(self.history.priced_by.key, {})
        readings = Readings(series={})
        for piece in tuple(self._pieces(span)):
            try:
                part = await self.history.read(client, site, piece, tariff)
            except Rejected:
                if self._longest <= _DAY:
                    # It is not the length that the portal minds.
                    self._longest = self.history.longest
                    raise
                # How long a span the portal takes is nowhere said.
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

    # Progress

    def _log_years(
        self, site: Site, ledger: Ledger, reached: datetime, tally: Tally
    ) -> None:
        """Say in the log when a first import is done with a year, or with all."""
        if ledger.asked_until >= ledger.now - _DAY:
            return
        self._rows_of_year[site.key] += tally.written
        first, last = (
            each.astimezone(ledger.zone).year for each in (ledger.asked_until, reached)
        )
        is_over = reached >= ledger.now
        for year in range(first, last + is_over):
            rows = self._rows_of_year.pop(site.key, 0)
            _LOGGER.info("%s: %s is imported, %s rows", self._portal.name, year, rows)


def _is_of(ledger: Ledger, ids: Mapping[str, str], stored: Stored) -> bool:
    """Say whether what is known is of these statistics.

    It is not once the user has chosen to continue another history.
    """
    if ledger.lead is None:
        return not any(each in stored for each in ids.values())
    return all(
        ledger.books[key].statistic_id == each
        for key, each in ids.items()
        if key in ledger.books
    )
