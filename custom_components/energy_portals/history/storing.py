"""Hours as rows: compared with what is stored, written where they differ."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.history import Readings
from ..portals.model.ledger import STANDARD, LedgerSeries
from ..portals.model.ledger_aside import Unread
from ..portals.model.ledger_days import Ledger
from ..portals.model.ledger_rewrite import Rewrite, rewrite
from ..portals.model.ledger_series import Span
from ..portals.model.periods import midnight
from .currencies import in_house_currency
from .hours import PAID_FOR, SeriesHours, hours_of
from .noting import days_apart, noted, with_totals
from .recorder import StoredRows, metadata
from .statistic_ids import StatisticIds, Stored

# Of a site; beyond, what its data tells apart is no appliance and no tariff.
MOST_SERIES: Final = 50
# A longer name would not fit into the id of a statistic, which some databases refuse.
_LONGEST_KEY: Final = 100
_NAMES: Final = f"component.{DOMAIN}.selector.ledger_series.options"


@dataclass(kw_only=True)
class Tally:
    """What an import came to, in hours; `gaps` are those of the leading series.

    `days` are those that differ from what the portal says of them as a whole, by
    series, and by what share; `unread` is what could not be read.
    """

    read: int = 0
    written: int = 0
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    gaps: list[Span] = field(default_factory=list)
    days: dict[tuple[str, date], float] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def add(
        self, part: SeriesHours, change: Rewrite, days: Mapping[date, float]
    ) -> None:
        """Count what was stored of one series; `days` are those that differ."""
        self.read += len(part.hours.amounts)
        self.written += len(change.rows)
        self.unchanged += change.unchanged
        self.refused += part.refused
        if change.coarser:
            self.refused[f"{part.series.key}.coarser"] += len(change.coarser)
        for day, apart in days.items():
            self.days[part.series.key, day] = apart


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
        readings = in_house_currency(
            readings,
            self._statistic_ids.options,
            self._hass.config.currency,
            ledger.zone,
        )
        readings = _bounded(ledger, readings, tally.refused)
        ledger = with_totals(ledger, readings, tally.refused)
        ids, conflicts = self._statistic_ids.ids(site, readings, stored)
        tally.refused += self._ambiguous(site, readings, ids, conflicts)
        untold = _untold(ledger, readings, stored)
        ids |= untold
        readings = replace(
            readings, series={**readings.series, **dict.fromkeys(untold, ())}
        )
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
            _rewrites, rows, parts, span, ledger, since
        )
        # Of what the answer does not have, only what follows the rest is touched.
        parts = [
            part
            for part in parts
            if part.series not in untold or rewrites[part.statistic_id].rows
        ]
        names = await self._names(site, parts)
        # The leading series comes last: what it has, the others have.
        for part in reversed(parts):
            key, change = part.statistic_id, rewrites[part.statistic_id]
            meta = metadata(key, part.unit, names[key])
            if change.rows:
                stored[key] = meta
            await rows.write(meta, change.rows)
            tally.add(part, change, days_apart(part, change, ledger.zone))
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


def _bounded(ledger: Ledger, readings: Readings, refused: Counter[str]) -> Readings:
    """Return readings without the series that a site has no room for.

    What is stored has its place; statistics stay for ever, whoever made them up.
    """
    known = ledger.by_series
    new = [
        series
        for series in readings.series
        if series.key not in known and series.key not in STANDARD
    ]
    fitting = [series for series in new if len(series.key) <= _LONGEST_KEY]
    left = set(new) - set(fitting[: max(MOST_SERIES - len(known), 0)])
    if not left:
        return readings
    refused["too_many_series"] += len(left)
    taken = {key: each for key, each in readings.series.items() if key not in left}
    return replace(readings, series=taken)


def _untold(
    ledger: Ledger, readings: Readings, stored: Stored
) -> dict[LedgerSeries, str]:
    """Return the money that is stored, and of which an answer says nothing at all."""
    return {
        days.series: days.statistic_id
        for key, days in ledger.by_series.items()
        if key in PAID_FOR and readings.of(key) is None and days.statistic_id in stored
    }


def _rewrites(
    rows: StoredRows,
    parts: Iterable[SeriesHours],
    span: Span,
    ledger: Ledger,
    since: Mapping[str, datetime | None],
) -> dict[str, Rewrite]:
    """Return what has to be written of each series."""
    rewrites: dict[str, Rewrite] = {}
    corrected: dict[str, frozenset[datetime]] = {}
    for part in parts:
        key, begin = part.statistic_id, part.hours.since
        rewrites[key] = change = rewrite(
            rows.rows(key, span[0]),
            part.hours,
            span,
            base=rows.base(key, span[0]),
            # What an answer leaves out before its first day, the portal may no
            # longer have.
            believed_from=begin and midnight(ledger.today(begin), ledger.zone),
            untouched_before=since[key],
            signed=not part.series.is_counted,
            # Energy comes before the money that is paid for it.
            follows=corrected.get(PAID_FOR.get(part.series.key, ""), frozenset()),
            at_mean=ledger.hours_at_mean(part.series.key, span),
        )
        corrected[part.series.key] = change.corrected
    return rewrites
