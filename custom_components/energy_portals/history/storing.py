"""Hours as rows: compared with what is stored, written where they differ."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.history import Readings
from ..portals.model.ledger import LedgerSeries, Rewrite, rewrite
from ..portals.model.ledger_days import Ledger, Span
from ..portals.model.periods import midnight
from .hours import SeriesHours, hours_of
from .noting import noted, with_totals
from .recorder import StoredRows, metadata
from .statistic_ids import StatisticIds

_NAMES: Final = f"component.{DOMAIN}.selector.ledger_series.options"


@dataclass(kw_only=True)
class Tally:
    """What an import came to, in hours; `gaps` are those of the leading series."""

    read: int = 0
    written: int = 0
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    gaps: list[Span] = field(default_factory=list)

    def add(self, part: SeriesHours, change: Rewrite) -> None:
        """Count what was stored of one series."""
        self.read += len(part.hours.amounts)
        self.written += len(change.rows)
        self.unchanged += change.unchanged
        self.refused += part.refused


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
        ledger = with_totals(ledger, readings, tally.refused)
        ids, conflicts = self._statistic_ids.ids(site, readings, stored)
        tally.refused += self._ambiguous(site, readings, ids, conflicts)
        parts = await self._hass.async_add_executor_job(
            hours_of, readings, ids, stored, ledger, span
        )
        rows = StoredRows(self._hass)
        ours = {each.statistic_id for each in parts} & stored.keys()
        await rows.open({key: stored[key] for key in ours}, span[0])
        since = {
            part.statistic_id: self._statistic_ids.since(site, part.series.key)
            for part in parts
        }
        rewrites = await self._hass.async_add_executor_job(
            _rewrites, rows, parts, span, ledger.zone, since
        )
        names = await self._names(site, parts)
        # The leading series comes last: what it has, the others have.
        for part in reversed(parts):
            key, change = part.statistic_id, rewrites[part.statistic_id]
            meta = metadata(key, part.unit, names[key])
            if change.rows:
                stored[key] = meta
            await rows.write(meta, change.rows)
            tally.add(part, change)
        await rows.settle()
        ledger = replace(ledger, conflicts=conflicts)
        ledger, gaps = await self._hass.async_add_executor_job(
            noted, ledger, parts, rewrites, span
        )
        tally.gaps.extend(gaps)
        return ledger

    def _ambiguous(
        self,
        site: Site,
        readings: Readings,
        ids: Collection[LedgerSeries],
        conflicts: Collection[str],
    ) -> Counter[str]:
        """Return the series that are neither taken nor the user's to decide on."""
        return Counter(
            f"{series.key}.two_units"
            for series in readings.series
            if series not in ids
            and self._statistic_ids.base_id(site, series.key) not in conflicts
        )

    async def _names(self, site: Site, parts: Sequence[SeriesHours]) -> dict[str, str]:
        """Return what the statistics are called, in the language of the house."""
        language = self._hass.config.language
        texts = await async_get_translations(self._hass, language, "selector", {DOMAIN})
        return {
            part.statistic_id: f"{site.name}: {label}"
            for part in parts
            for label in (
                texts.get(f"{_NAMES}.{part.series.key}")
                or part.series.name
                or part.series.key,
            )
        }


def _rewrites(
    rows: StoredRows,
    parts: Iterable[SeriesHours],
    span: Span,
    zone: ZoneInfo,
    since: Mapping[str, datetime | None],
) -> dict[str, Rewrite]:
    """Return what has to be written of each series."""
    rewrites = {}
    for part in parts:
        key, begin = part.statistic_id, part.hours.since
        rewrites[key] = rewrite(
            rows.rows(key, span[0]),
            part.hours,
            span,
            base=rows.base(key, span[0]),
            # What an answer leaves out before its first day, the portal may no
            # longer have.
            believed_from=begin and midnight(begin.astimezone(zone).date(), zone),
            untouched_before=since[key],
        )
    return rewrites
