"""How tables become entities, and when."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import batched, chain
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import (
    AddConfigEntryEntitiesCallback,
    async_get_current_platform,
)
from homeassistant.helpers.event import async_track_time_interval

from ..account.coordinator import AnyCoordinator, PortalConfigEntry
from ..const import DOMAIN
from ..portals.contract import Site
from .descriptions import DynamicRows, EntityRow
from .entity import PortalEntity, coordinators_of, data_of, unique_id
from .shown import Shown, is_shown
from .sightings import Sightings

# What has nothing to show is asked for so often: there are no entities to ask for it.
_LOOKS: Final = timedelta(days=1)
# Entities that are added in one go, while the recorder writes the states of the last.
_AT_ONCE: Final = 10

# An entity, and the part of the account that it belongs to.
type _New[EntityT] = tuple[str | None, EntityT]
# What of a table a site has, beside what is known of it by key.
type _Appearing[RowT] = Callable[[Site, set[str]], Iterable[RowT]]


@dataclass(frozen=True, slots=True)
class _Rows[RowT]:
    """The rows of a feed, those apart of which only the data knows how many there are.

    The keys of these begin with one of `begins`.
    """

    known: list[_Appearing[RowT]] = field(default_factory=list)
    shown: list[_Appearing[RowT]] = field(default_factory=list)
    begins: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Walk[RowT: EntityRow[object], EntityT: PortalEntity[Any]]:
    """One platform's walk through its tables for one account."""

    entry: PortalConfigEntry
    rows: Mapping[AnyCoordinator, _Rows[RowT]]
    sightings: Sightings
    make: Callable[[AnyCoordinator, Site, RowT], EntityT]
    add: AddConfigEntryEntitiesCallback
    shown: Shown
    domain: str
    known: dict[str, set[str]] = field(default_factory=dict)

    @callback
    def begin(self) -> None:
        """Add the entities that there are when the platform is set up."""
        self._add(list(self._all_new(self.rows)))

    @callback
    def follow(self, coordinators: Iterable[AnyCoordinator]) -> None:
        """Add the entities of these feeds that are not there yet."""
        # A site that went took its entities along; if it comes back, so do they.
        for gone in self.known.keys() - self.entry.runtime_data.sites.data.keys():
            del self.known[gone]
        batches = batched(self._all_new(coordinators), _AT_ONCE, strict=False)
        if (first := next(batches, None)) is None:
            return
        self._add(first)
        if len(first) == _AT_ONCE:
            sites = self.entry.runtime_data.sites
            self.entry.async_create_task(sites.hass, self._add_in_turns(batches))

    def _add(self, new: Iterable[_New[EntityT]]) -> None:
        """Add entities, each beneath the part of the account that its site is."""
        if self.entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS:
            # They would outlive the platform, and stand in the way of the next.
            return
        by_part: dict[str | None, list[EntityT]] = {}
        for subentry, entity in new:
            by_part.setdefault(subentry, []).append(entity)
        for subentry, entities in by_part.items():
            self.add(entities, config_subentry_id=subentry)

    async def _add_in_turns(self, batches: Iterable[Sequence[_New[EntityT]]]) -> None:
        """Add many entities, and let others have their turn between."""
        await asyncio.sleep(0)
        for batch in batches:
            self._add(batch)
            await asyncio.sleep(0)

    def _all_new(
        self, coordinators: Iterable[AnyCoordinator]
    ) -> Iterator[_New[EntityT]]:
        """Yield the entities of these feeds that are not there yet."""
        for coordinator in coordinators:
            if not coordinator.has_begun:
                continue
            for site in coordinator.sites:
                if site.key not in self.entry.runtime_data.sites.data:
                    # It went while others were added.
                    continue
                if not coordinator.is_news(site.key):
                    continue
                if site.key in coordinator.data or site.key in coordinator.failed:
                    for entity in self._new(coordinator, site):
                        yield site.subentry, entity

    def _new(self, coordinator: AnyCoordinator, site: Site) -> Iterable[EntityT]:
        """Return the entities of a feed at a site that are not there yet."""
        known = self.known.setdefault(site.key, set())
        rows = self.rows[coordinator]
        appearing = (each(site, known) for each in rows.known)
        for row in chain(*appearing, self._lasting(coordinator, site, known)):
            if row.key not in known:
                known.add(row.key)
                if row.goes and not is_kept(self.domain, coordinator, site, row):
                    continue
                coordinator.is_shown = True
                entity = self.make(coordinator, site, row)
                # Of what was there before, the user says whether it is on.
                if not self.sightings.was_made(site, row.key) and not is_shown(
                    self.entry, self.shown, site, row.translation_key
                ):
                    entity.leave_off()
                yield entity

    def _lasting(
        self, coordinator: AnyCoordinator, site: Site, known: set[str]
    ) -> Iterable[RowT]:
        """Return what only the data knows, and shows for the second time at least.

        What a site shows first is looked at again at once: somebody waits for it.
        """
        rows, sightings = self.rows[coordinator], self.sightings
        if not rows.shown or site.key not in coordinator.data:
            return ()
        each_shown = chain(*(each(site, known) for each in rows.shown))
        shown = {row.key: row for row in each_shown}
        is_first = sightings.is_first(coordinator, site)
        lasting = sightings.lasting(coordinator, site, shown.keys())
        begins = tuple(rows.begins)
        known -= sightings.gone(coordinator, site, shown.keys(), begins)
        if is_first and len(lasting) < len(shown):
            self.entry.async_create_task(coordinator.hass, coordinator.async_refresh())
        return [shown[key] for key in shown if key in lasting]


def _appearing[RowT: EntityRow[object]](
    coordinator: AnyCoordinator, row: RowT | DynamicRows[RowT]
) -> _Appearing[RowT]:
    """Return how to tell what of a row a site has."""
    if isinstance(row, DynamicRows):
        describe = row.describer()

        def shown(site: Site, known: set[str]) -> Iterable[RowT]:
            data = data_of(coordinator, row.source, site)
            return () if data is None else describe(data)

        return shown

    def itself(site: Site, known: set[str]) -> Iterable[RowT]:
        if row.key in known:
            return ()
        return (row,) if row.exists(data_of(coordinator, row.source, site)) else ()

    return itself


def is_kept(
    domain: str, coordinator: AnyCoordinator, site: Site, row: EntityRow[object]
) -> bool:
    """Say whether an account has what goes, on or as somebody has turned it off.

    What is off by default, because nobody used it, is removed.
    """
    registry = er.async_get(coordinator.hass)
    unique = unique_id(coordinator.config_entry, site.key, row.key)
    entity_id = registry.async_get_entity_id(domain, DOMAIN, unique)
    if entity_id is None or (known := registry.async_get(entity_id)) is None:
        return False
    if known.disabled_by is not er.RegistryEntryDisabler.INTEGRATION:
        return True
    registry.async_remove(entity_id)
    return False


async def async_all_shown(entry: ConfigEntry | None) -> None:
    """Wait until all is shown that came with a state, whoever owns its entity.

    Others of the account show what came after it, in the same turn of the event loop,
    and while the account is set up in later ones.
    """
    await asyncio.sleep(0)
    if entry is not None:
        async with entry.setup_lock:
            pass


@callback
def add_described[RowT: EntityRow[object], EntityT: PortalEntity[Any]](
    entry: PortalConfigEntry,
    table: Collection[RowT | DynamicRows[RowT]],
    make: Callable[[AnyCoordinator, Site, RowT], EntityT],
    add: AddConfigEntryEntitiesCallback,
    shown: Shown,
) -> None:
    """Add an entity for every site and row, now and whenever a new one appears."""
    rows: dict[AnyCoordinator, _Rows[RowT]] = {}
    for row in table:
        for coordinator in coordinators_of(entry, row.source):
            of_feed = rows.setdefault(coordinator, _Rows())
            begins = row.begins if isinstance(row, DynamicRows) else ()
            of_feed.begins.extend(begins)
            appearing = of_feed.shown if begins else of_feed.known
            appearing.append(_appearing(coordinator, row))
    known = {row.key for row in table if not isinstance(row, DynamicRows)}
    domain = async_get_current_platform().domain
    sightings = Sightings(entry, domain, known)
    walk = _Walk(entry, rows, sightings, make, add, shown, domain)
    walk.begin()
    sites = entry.runtime_data.sites
    entry.async_on_unload(sites.async_follow(partial(walk.follow, rows)))
    for coordinator in rows:
        follower = partial(walk.follow, (coordinator,))
        entry.async_on_unload(coordinator.async_follow(follower))

    @callback
    def look_again(_: datetime) -> None:
        for coordinator in rows:
            # What is absent is asked for at times of its own.
            if coordinator.sites and not coordinator.is_shown:
                entry.async_create_task(sites.hass, coordinator.async_request_refresh())

    entry.async_on_unload(
        async_track_time_interval(
            sites.hass, look_again, _LOOKS, cancel_on_shutdown=True
        )
    )
