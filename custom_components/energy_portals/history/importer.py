"""The import of an account's history: ask, make hours, store rows, note what is known.

`asking` knows what to ask the portal for, `hours` and `storing` what becomes of an
answer, `recorder` how rows are read and written, `known` and `noting` what is known of
a site before and after.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Final, Protocol

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import HISTORY
from ..portals.contract import (
    Client,
    Feed,
    FeedRequest,
    Fetched,
    Kept,
    Site,
    gather_partly,
)
from ..portals.history import History
from ..portals.http.errors import PortalError, Unavailable
from ..portals.model.ledger_days import Ledger, whole_days
from ..portals.portal import Portal
from ..portals.questions import Question
from ..portals.rhythms import Every
from .asking import Asking
from .known import Known
from .questions import questions
from .recorder import drained, stored_series
from .statistic_ids import StatisticIds, Stored
from .storing import HourStorage, Tally

_LOGGER = logging.getLogger(__name__)

_DAY: Final = timedelta(days=1)
_REGULAR: Final = Every(interval=timedelta(hours=1), jitter=timedelta(minutes=5))
# Between the parts of a first import, and after a part that failed.
_BETWEEN: Final = timedelta(seconds=1)
_AFTER_FAILURE: Final = timedelta(minutes=5)
# So often in a row a part of a span is asked for that cannot be had.
_TRIES: Final = 3


class HeldSites(Protocol):
    """The account's sites, of every sort."""

    @property
    def data(self) -> Mapping[str, Site]:
        """Return them by key."""


class HeldLedgers(Protocol):
    """What is known of the sites; nobody else keeps it."""

    @property
    def data(self) -> Mapping[str, Ledger]:
        """Return it by site key."""

    @callback
    def async_take(self, site: Site, data: Ledger) -> None:
        """Take what is known of a site now."""


class Importer:
    """The history of one account as a feed: every fetch brings it a step further.

    One run at a time, each with what the run before it left. What is stored is known
    from the recorder; what is kept beside it only spares questions.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, portal: Portal[Client]
    ) -> None:
        """Take an account of a portal that has a history."""
        if (history := portal.capability(History)) is None:
            raise ValueError("no history")
        self.refused: Counter[str] = Counter()
        self.statistic_ids = StatisticIds(hass, entry)
        self.asking = Asking(history, entry)
        self._known = Known(hass, history, self.statistic_ids)
        self._storage = HourStorage(hass, self.statistic_ids)
        self._hass = hass
        self._portal = portal
        self._lock = asyncio.Lock()
        self._failures = 0
        self._rows_of_year: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()

    def attach(self, sites: HeldSites, ledgers: HeldLedgers) -> None:
        """Take who holds the account's sites, and what is known of their history."""
        self._sites, self._ledgers = sites, ledgers

    def feed(self) -> Feed[Client, Ledger]:
        """Return the import as a feed."""
        history = self.asking.history
        return Feed(
            key=HISTORY,
            fetch=self._fetch,
            rhythm=self,
            at=history.at,
            kinds={Ledger: lambda ledger: ledger},
            kept=Kept(
                dump=Ledger.as_dict,
                load=lambda stored, _: Ledger.from_dict(stored, history.zone),
            ),
        )

    def due(self, now: datetime, spread: float, held: Sequence[Ledger | None]) -> bool:
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

    async def _fetch(
        self, client: Client, request: FeedRequest[Ledger]
    ) -> Fetched[Ledger]:
        """Bring every site's history a step further."""
        async with self._lock:
            self._failures += 1
            stored = await self._stored()

            async def one(site: Site) -> tuple[Ledger, tuple[PortalError, ...]]:
                return await self._advance(client, site, request.now, stored)

            fetched = await gather_partly(request, one)
            came = fetched.data.keys() | fetched.refused
            is_waiting = any(0 < tries < _TRIES for tries in self._tries.values())
            if came >= {site.key for site in request.sites} and not is_waiting:
                self._failures = 0
            return fetched

    async def _advance(
        self,
        client: Client,
        site: Site,
        now: datetime,
        stored: dict[str, StatisticMetaData],
    ) -> tuple[Ledger, tuple[PortalError, ...]]:
        """Ask for the next span of a site, and store what is new; return the errors."""
        ledger = await self._begun(site, now, stored)
        tally = Tally()
        reached = self.asking.next_span(ledger)[1]
        problems: list[PortalError] = []
        for span in self.asking.spans(ledger):
            readings = await self.asking.read(client, site, span)
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

    async def import_span(
        self, client: Client, site: Site, start: datetime, end: datetime
    ) -> Tally:
        """Ask for a span of a site, as whole days, and store what differs.

        The answer is stored at once, however many calls it takes: hours that come
        before others change the sum of all that follow.
        """
        async with self._lock:
            stored = await self._stored()
            now = dt_util.utcnow()
            held = self._ledgers.data.get(site.key)
            ledger = await self._begun(site, now, stored)
            first, last = whole_days((start, end), ledger.zone)
            span = first, min(last, now)
            tally = Tally()
            if span[0] < span[1]:
                readings = await self.asking.read(client, site, span)
                ledger = await self._storage.take(
                    site, ledger, readings, span, stored, tally
                )
            if held is not None:
                # How far the import itself has come is another matter.
                ledger = replace(ledger, now=held.now)
            self._ledgers.async_take(site, ledger)
            self.refused += tally.refused
            return tally

    def begin(self, site: Site) -> datetime:
        """Return how far back a first import of a site goes."""
        return self._known.begin(site, dt_util.utcnow())

    async def decide(self, site: str, continued: str | None) -> None:
        """Let a site continue another's history, or say that it has its own."""
        async with self._lock:
            ledger = self._ledgers.data.get(site)
            by_series = {} if ledger is None else ledger.by_series
            own = [days.statistic_id for days in by_series.values()]
            await self.statistic_ids.decide(site, continued, own)

    async def accept_unit(self, statistic: str, unit: str) -> None:
        """Let a series go on in another unit, as a statistic of its own."""
        async with self._lock:
            await self.statistic_ids.accept_unit(statistic, unit)

    def questions(self) -> tuple[Question[Client, Ledger], ...]:
        """Return what only the user may decide of the history."""
        return questions(self)

    async def _stored(self) -> dict[str, StatisticMetaData]:
        """Return which series are stored, once nothing is on its way any more."""
        # A run that was cut short by a reload has left its rows in the queue.
        await drained(self._hass)
        return await stored_series(self._hass)

    async def _begun(self, site: Site, now: datetime, stored: Stored) -> Ledger:
        """Return what is known of a site, in line with what the recorder has."""
        held = self._ledgers.data.get(site.key)
        return await self._known.of_site(site, held, now, stored, self._sites.data)

    def _waits_for(self, site: Site, problems: Iterable[PortalError]) -> bool:
        """Say whether a span is asked for again, because part of it may come yet."""
        if any(isinstance(problem, Unavailable) for problem in problems):
            self._tries[site.key] += 1
        else:
            self._tries.pop(site.key, None)
        return 0 < self._tries[site.key] < _TRIES

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
