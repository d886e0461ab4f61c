"""Which statistics a site's history goes into, and what the user decided of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
import hashlib
import re
from typing import Final, Literal, TypedDict

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, HISTORY
from ..portals.contract import Site
from ..portals.history import Readings
from ..portals.model.ledger import CONSUMPTION, HOUR, LedgerSeries
from .recorder import clear, energy_factor, last_row, stored_series

# A history that ended longer ago is not taken up by a new site.
_RECENT: Final = timedelta(days=60)

type Stored = Mapping[str, StatisticMetaData]


class Continued(TypedDict):
    """Whose history a site goes on with, by how its ids begin, and since when."""

    prefix: str
    since: str


class ChosenUnit(TypedDict):
    """In which unit a series goes on, and since when."""

    unit: str
    since: str


class HistoryOptions(TypedDict, total=False):
    """What the user chose: how far back, and by site and statistic what goes on.

    What becomes of money in another currency, and the rates at which it is converted.
    """

    years: int
    foreign: str
    rates: list[dict[str, object]]
    continues: dict[str, Continued | None]
    units: dict[str, ChosenUnit | None]


def statistic_id(account: str, site: str, series: str) -> str:
    """Return the id of a series: `energy_portals:<account>_<site>_<series>`."""
    return f"{prefix(account, site)}{_slug(series, '_')}"


def prefix(account: str, site: str | None = None) -> str:
    """Return how the ids of an account, or of one of its sites, begin."""
    start = f"{DOMAIN}:{_slug(account, '.:-')}_"
    return start if site is None else f"{start}{_slug(site, '.:-')}_"


def _slug(text: str, separators: str) -> str:
    """Return a text as part of an id; one that might lose something gets a digest."""
    slug = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
    if re.fullmatch(rf"[a-z0-9]+(?:[{separators}][a-z0-9]+)*", text):
        return slug
    digest = hashlib.sha256(text.encode()).hexdigest()[:6]
    return f"{slug}_{digest}" if slug else digest


class StatisticIds:
    """The ids of an account's statistics.

    A site that takes another's place goes on with the other's statistics, and a series
    whose unit changes goes on as another statistic: each only once the user said so.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Take an account."""
        self._hass = hass
        self._entry = entry

    @property
    def account(self) -> str:
        """Return what the ids of the account's statistics are made of."""
        return self._entry.unique_id or self._entry.entry_id

    @property
    def options(self) -> HistoryOptions:
        """Return what the user chose for the history."""
        chosen: HistoryOptions = self._entry.options.get(HISTORY, {})
        return chosen

    def base_id(self, site: Site, key: str) -> str:
        """Return the id of a series of a site, or of the site that it continues."""
        if (continued := self._continued(site)) is not None:
            return f"{continued['prefix']}{key}"
        return statistic_id(self.account, site.key, key)

    def current_id(self, site: Site, key: str) -> str:
        """Return the id under which a series goes on, in the unit the user chose."""
        base = self.base_id(site, key)
        chosen = self._chosen_unit(base)
        return base if chosen is None else f"{base}_{chosen['unit'].casefold()}"

    def _chosen_unit(self, base: str) -> ChosenUnit | None:
        """Return in which unit the user lets a series go on, and from when."""
        return self.options.get("units", {}).get(base)

    def _continued(self, site: Site) -> Continued | None:
        """Return what the user chose to continue, None where nothing is."""
        return self.options.get("continues", {}).get(site.key)

    def since(self, site: Site, key: str | None = None) -> datetime | None:
        """Return from when on a site continues a history, or a series in its unit."""
        chosen: list[Continued | ChosenUnit | None] = [self._continued(site)]
        if key is not None:
            chosen.append(self._chosen_unit(self.base_id(site, key)))
        moments = [
            moment
            for each in chosen
            if each is not None
            and (moment := dt_util.parse_datetime(each["since"])) is not None
        ]
        return max(moments, default=None)

    def is_decided(self, site: Site) -> bool:
        """Say whether the user has decided what a site continues."""
        return site.key in self.options.get("continues", {})

    def ids(
        self, site: Site, readings: Readings, stored: Stored
    ) -> tuple[dict[LedgerSeries, str], dict[str, str]]:
        """Return the id of each series, and those whose unit is not the stored one.

        What an answer has in two units, with none of them stored yet, has no id.
        """
        ids: dict[LedgerSeries, str] = {}
        conflicts: dict[str, str] = {}
        times = Counter(series.key for series in readings.series)
        for series in readings.series:
            base = self.base_id(site, series.key)
            key = self.current_id(site, series.key)
            chosen = self._chosen_unit(base)
            held = None if chosen is None else chosen["unit"]
            if key in stored:
                held = stored[key]["unit_of_measurement"]
            is_energy = series.is_energy and energy_factor(held) is not None
            if held is None and times[series.key] > 1:
                continue
            if held in {None, series.unit} or is_energy:
                ids[series] = key
            else:
                conflicts[base] = series.unit
        return ids, conflicts

    async def predecessor(
        self,
        site: Site,
        sites: Collection[str],
        stored: Stored,
        parts: Collection[str] = (),
    ) -> str | None:
        """Return whose history a new site may continue: one that is gone since lately.

        Told by how the ids of its statistics begin. `sites` are those that the account
        has now, and `parts` the keys of series that are part of another's energy.
        """
        if self.is_decided(site):
            return None
        ours = prefix(self.account)
        decided = self.options.get("continues", {}).values()
        present = {
            *(prefix(self.account, key) for key in sites),
            *(each["prefix"] for each in decided if each),
        }
        # An account number may begin as another one does.
        others = tuple(
            prefix(entry.unique_id)
            for entry in self._hass.config_entries.async_entries(DOMAIN)
            if entry.unique_id and prefix(entry.unique_id) != ours
        )
        ends = tuple(f"_{part}" for part in parts)
        orphans = {
            key.removesuffix(CONSUMPTION)
            for key in stored
            if key.startswith(ours)
            and key.endswith(f"_{CONSUMPTION}")
            and not key.startswith(others)
            and not key.endswith(ends)
        }
        recent = [
            (last.start, orphan)
            for orphan in orphans
            # What only ends so is a series of the site with the shorter beginning.
            if not any(map(orphan.startswith, present | (orphans - {orphan})))
            and (last := await last_row(self._hass, f"{orphan}{CONSUMPTION}"))
            and last.start > dt_util.utcnow() - _RECENT
        ]
        return max(recent)[1] if recent else None

    async def decide(
        self, site: str, continued: str | None, own: Iterable[str]
    ) -> None:
        """Let a site continue another's history, or say that it has its own.

        `continued` is how the ids of the other's statistics begin. What the site has
        imported for itself meanwhile, `own`, is then imported there.
        """
        choice: Continued | None = None
        if continued is not None:
            last = await last_row(self._hass, f"{continued}{CONSUMPTION}")
            since = dt_util.utcnow() if last is None else last.start + HOUR
            choice = {"prefix": continued, "since": since.isoformat()}
            await clear(self._hass, [*own])
        self._choose("continues", site, choice)

    async def accept_unit(self, statistic: str, unit: str) -> None:
        """Let a series go on in another unit, as a statistic of its own."""
        stored = await stored_series(self._hass)
        meta = stored.get(statistic)
        is_first = meta is not None and meta["unit_of_measurement"] == unit
        last = await last_row(self._hass, statistic)
        since = dt_util.utcnow() if last is None else last.start + HOUR
        choice: ChosenUnit = {"unit": unit, "since": since.isoformat()}
        self._choose("units", statistic, None if is_first else choice)

    def choose_foreign(self, choice: str) -> None:
        """Note what becomes of money in another currency."""
        chosen = {**self.options, "foreign": choice}
        self._hass.config_entries.async_update_entry(
            self._entry, options={**self._entry.options, HISTORY: chosen}
        )

    def _choose(
        self,
        what: Literal["continues", "units"],
        key: str,
        choice: Continued | ChosenUnit | None,
    ) -> None:
        """Note a decision of the user's."""
        chosen = {**self.options, what: {**self.options.get(what, {}), key: choice}}
        self._hass.config_entries.async_update_entry(
            self._entry, options={**self._entry.options, HISTORY: chosen}
        )
