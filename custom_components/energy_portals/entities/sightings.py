"""Entities whose number comes from data: made when shown twice, gone when no more."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
import logging
from typing import Final

from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..account.bounds import LONGEST_TEXT
from ..account.coordinator import AnyCoordinator, PortalConfigEntry
from ..account.unread import unread_of
from ..const import DOMAIN
from ..portals.contract import Site
from .entity import unique_id

_LOGGER = logging.getLogger(__name__)

# What is shown once a month, such as an item of the expenses, has come again by then.
GONE_AFTER: Final = timedelta(days=35)
_MISSING: Final = "missing_since"
# What a site of a platform has of it: beyond, the data is odd, whatever it shows.
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class _Look:
    """What a fetch of a feed showed of a site, and the last one before it."""

    fetch: int
    at: datetime
    shown: AbstractSet[str]
    last: _Look | None = None


class Sightings:
    """What the data has shown of an account on one platform, fetch by fetch.

    Things go by the keys of their entities. One that is registered was shown before;
    since when it is shown no more stands in its options, and so survives a restart.
    """

    def __init__(
        self, entry: PortalConfigEntry, domain: str, known: AbstractSet[str]
    ) -> None:
        """Take what earlier runs have made; what is known without data is no thing."""
        self._entry = entry
        self._domain = domain
        self._hass = entry.runtime_data.sites.hass
        self._registry = er.async_get(self._hass)
        self._looks: dict[tuple[AnyCoordinator, str], _Look] = {}
        self._known = known
        self._is_told = False

    @cached_property
    def _made(self) -> dict[str, set[str]]:
        """Return the things that have an entity from before, by site.

        Few accounts have any on a platform, and whoever has none does not ask.
        """
        entry, made = self._entry, dict[str, set[str]]()
        sites = entry.runtime_data.sites.data
        for entity in er.async_entries_for_config_entry(self._registry, entry.entry_id):
            if entity.domain != self._domain:
                continue
            words = entity.unique_id.removeprefix(f"{entry.unique_id}:").split(":")
            for count in range(1, len(words)):
                site, key = ":".join(words[:count]), ":".join(words[count:])
                if site in sites and key not in self._known:
                    made.setdefault(site, set()).add(key)
        return made

    def was_made(self, site: Site, key: str) -> bool:
        """Say whether a site has an entity from before."""
        return self._entity(site, key) is not None

    def is_first(self, coordinator: AnyCoordinator, site: Site) -> bool:
        """Say whether a site was not looked at yet."""
        return (coordinator, site.key) not in self._looks

    def lasting(
        self, coordinator: AnyCoordinator, site: Site, shown: AbstractSet[str]
    ) -> set[str]:
        """Return what is shown now and was by the fetch before, or in an earlier run.

        Data that only changed beside the fetches is no second sighting.
        """
        look = self._look(coordinator, site, shown)
        twice = look.shown & look.last.shown if look.last else frozenset[str]()
        made = self._made.setdefault(site.key, set())
        lasting = {key for key in shown if self._entity(site, key)}
        fitting = (key for key in shown if len(key) <= LONGEST_TEXT)
        new = [key for key in fitting if key in twice and key not in lasting]
        room = max(MOST - len(made | lasting), 0)
        if len(new) > room:
            self._tell_once()
        lasting.update(new[:room])
        made.update(lasting)
        return lasting

    def _tell_once(self) -> None:
        """Say in the log that there is more than is made."""
        if not self._is_told:
            self._is_told = True
            _LOGGER.warning(
                "%s shows more than %s entities of a site as %s: the rest is left out",
                *(self._entry.runtime_data.portal.name, MOST, self._domain),
            )

    def _look(
        self, coordinator: AnyCoordinator, site: Site, shown: AbstractSet[str]
    ) -> _Look:
        """Return the newest look at a site, which is this one after a fetch."""
        place = coordinator, site.key
        last = self._looks.get(place)
        look = _Look(coordinator.health.successes, dt_util.utcnow(), shown)
        if last is None:
            self._looks[place] = look
        elif last.fetch != look.fetch and site.key not in coordinator.failed:
            self._looks[place] = replace(look, last=replace(last, last=None))
        return self._looks[place]

    def gone(
        self,
        coordinator: AnyCoordinator,
        site: Site,
        shown: AbstractSet[str],
        begins: tuple[str, ...],
    ) -> set[str]:
        """Remove what was not shown for long when last looked at, nor is now.

        Return it. One odd answer after a long outage is not enough, and what is not
        read may be shown all the same.
        """
        is_read = not unread_of(self._hass, self._entry).has(coordinator.feed.key)
        is_fetched = coordinator.health.successes and site.key not in coordinator.failed
        last = self._looks[coordinator, site.key].last
        gone = set()
        for key in self._made[site.key]:
            if not key.startswith(begins) or not (entity := self._entity(site, key)):
                continue
            if key in shown:
                self._note(entity, None)
            elif is_fetched and is_read:
                since = self._missing_since(entity)
                if last is not None and last.at - since >= GONE_AFTER:
                    self._remove(entity)
                    gone.add(key)
        self._made[site.key] -= gone
        return gone

    def _missing_since(self, entity: er.RegistryEntry) -> datetime:
        """Return since when an entity is shown no more: from now on, if it was."""
        noted = entity.options.get(DOMAIN)
        since = dt_util.parse_datetime(noted[_MISSING]) if noted else None
        if since is None:
            since = dt_util.utcnow()
            self._note(entity, since)
        return since

    def _note(self, entity: er.RegistryEntry, since: datetime | None) -> None:
        """Note since when an entity is shown no more, None for one that is."""
        noted = None if since is None else {_MISSING: since.isoformat()}
        if noted != entity.options.get(DOMAIN):
            self._registry.async_update_entity_options(entity.entity_id, DOMAIN, noted)

    def _remove(self, entity: er.RegistryEntry) -> None:
        """Remove an entity, and what is noted of it, which would come back with it."""
        self._note(entity, None)
        self._registry.async_remove(entity.entity_id)

    def _entity(self, site: Site, key: str) -> er.RegistryEntry | None:
        """Return the entity of a thing, None where it has none yet."""
        unique = unique_id(self._entry, site.key, key)
        entity_id = self._registry.async_get_entity_id(self._domain, DOMAIN, unique)
        return None if entity_id is None else self._registry.async_get(entity_id)
