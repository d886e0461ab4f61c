"""What is known of a site before it is asked about, in line with the recorder."""

from collections.abc import Collection, Mapping, Sequence, Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant

from ..const import DEFAULT_YEARS
from ..portals.contract import Client, Site
from ..portals.history import History
from ..portals.model.ledger import HOUR, STANDARD, LedgerRow, LedgerSeries
from ..portals.model.ledger_days import Ledger
from ..portals.model.ledger_series import SeriesDays, Span
from ..portals.model.periods import midnight
from .recorder import last_row, rows_between
from .statistic_ids import StatisticIds, Stored

_DAY: Final = timedelta(days=1)


class Known:
    """Holds what was kept of a site against what the recorder has."""

    def __init__(
        self,
        hass: HomeAssistant,
        history: History[Client],
        statistic_ids: StatisticIds,
    ) -> None:
        """Take the history of an account, and where it goes."""
        self._hass = hass
        self._history = history
        self._statistic_ids = statistic_ids

    async def of_site(
        self,
        site: Site,
        held: Ledger | None,
        now: datetime,
        stored: Stored,
        sites: Collection[str],
    ) -> Ledger:
        """Return what is known of a site; `sites` are the account's."""
        part = self._history.part_key(site)
        keys = STANDARD if part is None else (part,)
        ids = {key: self._statistic_ids.current_id(site, key) for key in keys}
        if held is not None and not _is_of(held, ids, stored):
            held = None
        last = await self._last(held, ids, stored)
        if held is None:
            ledger = self._new(site, last, now)
            if last is None and part is not None:
                # It is no grid connection, and takes no other's place.
                return ledger
            if last is None:
                ids_of = self._statistic_ids
                parts = self._history.parts.values()
                follows = await ids_of.predecessor(site, sites, stored, parts)
                return replace(ledger, follows=follows)
            return await self._recalled(ledger, ids, stored)
        is_decided = self._statistic_ids.is_decided(site)
        ledger = replace(held, now=now, follows=None if is_decided else held.follows)
        known = None if held.lead is None else held.lead.latest
        if known is None or (last is not None and last.start >= known[0]):
            return self._with_what_was_deleted(site, ledger, stored)
        # The recorder has less than was known: its file was lost, or set back.
        new = self._new(site, last, now)
        return replace(
            ledger, begin=new.begin, asked_until=new.asked_until, by_series={}
        )

    def _with_what_was_deleted(
        self, site: Site, ledger: Ledger, stored: Stored
    ) -> Ledger:
        """Return the ledger, back at the beginning where a series is gone.

        Somebody deleted it. What is stored of the others stays as it is.
        """
        left = {
            key: days
            for key, days in ledger.by_series.items()
            if days.statistic_id in stored
        }
        if len(left) == len(ledger.by_series):
            return ledger
        begin = self.begin(site, ledger.now)
        return replace(ledger, begin=begin, asked_until=begin, by_series=left)

    async def _last(
        self, held: Ledger | None, ids: Mapping[str, str], stored: Stored
    ) -> LedgerRow | None:
        """Return the newest stored row of the series that leads the import."""
        lead = next((each for each in ids.values() if each in stored), None)
        if held is not None and held.lead is not None:
            lead = held.lead.statistic_id
        return None if lead is None else await last_row(self._hass, lead)

    def _new(self, site: Site, last: LedgerRow | None, now: datetime) -> Ledger:
        """Return a ledger of which only the newest stored row is known."""
        begin = resumed = self.begin(site, now)
        if last is not None:
            # A crash may have stored one series of a part and not the others.
            resumed = max(begin, last.start + HOUR - self._history.longest)
        return Ledger(
            zone=self._history.zone, begin=begin, asked_until=resumed, now=now
        )

    def begin(self, site: Site, now: datetime) -> datetime:
        """Return how far back a first import of a site goes."""
        zone = self._history.zone
        years = int(self._statistic_ids.options.get("years", DEFAULT_YEARS))
        begin = midnight(now.astimezone(zone).date() - 365 * years * _DAY, zone)
        if self._history.oldest is not None:
            begin = max(begin, self._history.oldest(now))
        if (since := self._statistic_ids.since(site)) is not None:
            begin = max(begin, midnight(since.astimezone(zone).date(), zone))
        return min(begin, now)

    async def _recalled(
        self, ledger: Ledger, ids: Mapping[str, str], stored: Stored
    ) -> Ledger:
        """Return a ledger with its recent days as the recorder has them."""
        ids = {key: each for key, each in ids.items() if each in stored}
        span = midnight(ledger.oldest_day(), ledger.zone), ledger.now
        rows = await rows_between(self._hass, ids.values(), span[0], None)
        by_series = await self._hass.async_add_executor_job(
            _days, ledger, ids, stored, rows, span
        )
        return replace(ledger, by_series=by_series)


def from_beginning(
    held: Ledger | None, begun: Ledger, ledger: Ledger, stored: AbstractSet[str]
) -> Ledger:
    """Return the ledger, back at the beginning where a series was not stored.

    Where what was kept of a site is lost, nobody knows what was deleted of it: what the
    first answer has, and the recorder had not, may have been there from the beginning.
    """
    is_lost = held is None or (held.lead is not None and begun.lead is None)
    if not is_lost or begun.asked_until <= begun.begin:
        return ledger
    if all(days.statistic_id in stored for days in ledger.by_series.values()):
        return ledger
    return replace(ledger, asked_until=ledger.begin)


def _is_of(ledger: Ledger, ids: Mapping[str, str], stored: Stored) -> bool:
    """Say whether what is known is of these statistics.

    It is not once the user has chosen to continue another history.
    """
    if ledger.lead is None:
        return not any(each in stored for each in ids.values())
    return all(
        ledger.by_series[key].statistic_id == each
        for key, each in ids.items()
        if key in ledger.by_series
    )


def _days(
    ledger: Ledger,
    ids: Mapping[str, str],
    stored: Stored,
    rows: Mapping[str, Sequence[LedgerRow]],
    span: Span,
) -> dict[str, SeriesDays]:
    """Return the recent days of stored series."""
    by_series = {}
    for key, each in ids.items():
        series = LedgerSeries(key, stored[each]["unit_of_measurement"] or "")
        states = {
            row.start: row.state for row in rows.get(each, []) if row.state is not None
        }
        by_series[key] = SeriesDays(series=series, statistic_id=each).with_hours(
            states, (), span, ledger.zone, ledger.oldest_day()
        )
    return by_series
