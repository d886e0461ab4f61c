"""The import of an account's history: ask, make hours, store rows, note what is known.

`asking` knows what to ask the portal for, `hours` and `storing` what becomes of an
answer, `recorder` how rows are read and written, `known` and `noting` what is known of
a site before and after. `halving` finds what of a span cannot be read, which `run` puts
aside.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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
from ..portals.history import History, ReckonedLedger
from ..portals.http.errors import Forbidden, NotFound, PortalError, Unavailable
from ..portals.model.ledger_aside import outside
from ..portals.model.ledger_days import Ledger
from ..portals.model.ledger_series import whole_days
from ..portals.portal import Portal
from ..portals.questions import Question
from ..portals.rhythms import Every
from .asking import Around, Asking
from .dashboard import Dashboard, Meter, meters_of
from .known import Known, from_beginning
from .questions import questions
from .recorder import drained, stored_series
from .run import Run
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
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        portal: Portal[Client],
        around: Around,
    ) -> None:
        """Take an account of a portal that has a history, and what is around it."""
        if (history := portal.capability(History)) is None:
            raise ValueError("no history")
        self.refused: Counter[str] = Counter()
        self.statistic_ids = StatisticIds(hass, entry)
        self.asking = Asking(history, around)
        self.dashboard = Dashboard(hass, entry)
        self._known = Known(hass, history, self.statistic_ids)
        self._storage = HourStorage(hass, self.statistic_ids)
        self._hass = hass
        self._portal = portal
        self._lock = asyncio.Lock()
        self._failures = 0
        self._rows_of_year: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()
        self._refused_sites: set[str] = set()

    @property
    def currency(self) -> str | None:
        """Return under which sign the Energy dashboard shows costs, if it is there."""
        config = self._hass.config
        return config.currency if "energy" in config.components else None

    def meters(self, told: Mapping[str, Ledger] | None = None) -> tuple[Meter, ...]:
        """Return what the Energy dashboard may have of the account."""
        ledgers = {**self._ledgers.data, **(told or {})}
        house = self._hass.config.currency
        sites = self._sites.data
        return tuple(meters_of(self.asking.history, sites, ledgers, house))

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
            kinds={ReckonedLedger: ReckonedLedger}
            if history.is_reckoned
            else {Ledger: lambda ledger: ledger},
            # A look for gaps may ask for years of every site.
            most_calls=50_000,
            longest=timedelta(hours=12),
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
            refusals: dict[str, PortalError] = {}

            async def one(site: Site) -> tuple[Ledger, tuple[PortalError, ...]]:
                try:
                    came = await self._advance(client, site, request.now, stored)
                except (Forbidden, NotFound) as err:
                    refusals[site.key] = err
                    raise
                self._refused_sites.discard(site.key)
                return came

            # Where one is waited for in vain, those after it are not asked about.
            in_turn = sorted(request.sites, key=lambda site: self._tries[site.key])
            fetched = await gather_partly(replace(request, sites=tuple(in_turn)), one)
            await self.dashboard.offer(self.meters(fetched.data))
            self._log_refused(refusals)
            _log_aside(request.held, fetched.data)
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
        begun = ledger = await self._begun(site, now, stored)
        before = frozenset(stored)
        run = self._run(client, site, ledger, stored)
        reached = self.asking.next_span(ledger)[1]
        waits = False
        try:
            for span in self.asking.spans(ledger):
                for piece in outside(ledger.aside, span):
                    ledger, waits_here = await run.read(ledger, piece)
                    waits = waits or waits_here
        except Unavailable:
            self._tries[site.key] += 1
            raise
        finally:
            self.refused += run.tally.refused
        if waits:
            self._tries[site.key] += 1
            return ledger, tuple(run.problems)
        # What lasts is not waited for with every further span.
        lasts = any(isinstance(each, Unavailable) for each in run.problems)
        self._tries[site.key] = _TRIES if lasts else 0
        ledger = await run.ask_again(ledger)
        self._log_years(site, ledger, reached, run.tally)
        ledger = replace(ledger, asked_until=max(ledger.asked_until, reached))
        gaps_asked = ledger.today(now) if ledger.is_complete else None
        ledger = replace(ledger, gaps_asked=gaps_asked)
        held = self._ledgers.data.get(site.key)
        return from_beginning(held, begun, ledger, before), tuple(run.problems)

    async def import_span(
        self,
        client: Client,
        site: Site,
        start: datetime,
        end: datetime,
        *,
        anew: bool = False,
    ) -> Tally:
        """Ask for a span of a site, as whole days, and store what differs.

        The answer is stored at once, however many calls it takes: hours that come
        before others change the sum of all that follow. With `anew`, prices are asked
        for that are remembered.
        """
        async with self._lock:
            stored = await self._stored()
            now = dt_util.utcnow()
            held = self._ledgers.data.get(site.key)
            begun = ledger = await self._begun(site, now, stored)
            before = frozenset(stored)
            first, last = whole_days((start, end), ledger.zone)
            span = first, min(last, now)
            run = self._run(client, site, ledger, stored, is_lasting=True, anew=anew)
            if span[0] < span[1]:
                ledger, _ = await run.read(ledger, span)
            if held is not None:
                # How far the import itself has come is another matter.
                ledger = replace(ledger, now=held.now)
            ledger = from_beginning(held, begun, ledger, before)
            self._ledgers.async_take(site, ledger)
            self.refused += run.tally.refused
            return run.tally

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

    async def ask_again(self, site: Site) -> None:
        """Have all that was put aside asked for with the next fetch."""
        await self._change(site, lambda ledger: ledger.asked_again(dt_util.utcnow()))

    async def leave(self, site: Site) -> None:
        """Never ask again for what is put aside for a week."""
        await self._change(site, lambda ledger: ledger.left(dt_util.utcnow()))

    async def _change(self, site: Site, change: Callable[[Ledger], Ledger]) -> None:
        """Change what is known of a site between two runs."""
        async with self._lock:
            if (ledger := self._ledgers.data.get(site.key)) is not None:
                self._ledgers.async_take(site, change(ledger))

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

    def _run(
        self,
        client: Client,
        site: Site,
        ledger: Ledger,
        stored: dict[str, StatisticMetaData],
        *,
        is_lasting: bool = False,
        anew: bool = False,
    ) -> Run:
        """Return a run of the import of a site."""
        # It seems to last: the rest does not wait for it any longer.
        is_lasting = is_lasting or self._tries[site.key] >= _TRIES - 1
        halving = self.asking.halving(
            client, site, ledger, is_lasting=is_lasting, anew=anew
        )
        return Run(self.asking, halving, self._storage, site, ledger.now, stored)

    def _log_refused(self, refusals: Mapping[str, PortalError]) -> None:
        """Say once of each site that its history may not be seen, of all in a line.

        Of one that never had any, such as that of a water meter, it is no news.
        """
        if not (new := refusals.keys() - self._refused_sites):
            return
        self._refused_sites |= new
        why = next(err.brief for site, err in refusals.items() if site in new)
        held = [self._ledgers.data[site] for site in new & self._ledgers.data.keys()]
        is_news = any(ledger.by_series for ledger in held)
        _LOGGER.log(
            logging.WARNING if is_news else logging.INFO,
            "%s refuses the history of %s site(s): %s",
            *(self._portal.name, len(new), why),
        )

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


def _log_aside(held: Mapping[str, Ledger], new: Mapping[str, Ledger]) -> None:
    """Say once of each site that part of its history is put aside, of all in a line."""
    for site, ledger in new.items():
        if ledger.aside and not (site in held and held[site].aside):
            _LOGGER.warning(
                "Part of a history cannot be read, and is asked for again later: %s",
                ledger.aside[0].why,
            )
            return
