"""The base entity: of one site, written only when what it shows has changed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, override

from homeassistant.components.homeassistant.exposed_entities import KNOWN_ASSISTANTS
from homeassistant.core import Context, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity
from homeassistant.util import dt as dt_util

from ..account.coordinator import AnyCoordinator, PortalConfigEntry
from ..account.devices import device_identifier
from ..account.sources import feeds_of
from ..portals.contract import Feed, Site
from ..portals.model.series import Lasting
from .descriptions import AnySource, EntityRow

# How Home Assistant keeps that an assistant has not got an entity.
_UNEXPOSED: Final = {"should_expose": False}


class PortalEntity[ValueT](CoordinatorEntity[AnyCoordinator]):
    """An entity of one site, written only when what it shows has changed.

    `shown_value` is what the description made of `shown_data`, the data that there was
    when it was last woken: by a fetch, or by the ticker when a boundary passed.
    """

    _attr_has_entity_name = True
    entity_description: EntityRow[ValueT]
    shown_data: object | None = None
    shown_value: ValueT | None = None
    _shown: tuple[bool, object] = (False, None)

    def __init__(
        self, coordinator: AnyCoordinator, site: Site, description: EntityRow[ValueT]
    ) -> None:
        """Take the site and what to show of it."""
        super().__init__(coordinator)
        self.entity_description = description
        self.site_key = site.key
        self._take = taker_of(coordinator, description.source)
        entry = coordinator.config_entry
        portal = entry.runtime_data.portal
        self._attr_unique_id = unique_id(entry, site.key, description.key)
        self._attr_device_info = DeviceInfo(
            identifiers={device_identifier(entry, site.key)},
            entry_type=DeviceEntryType.SERVICE,
            name=site.name,
            manufacturer=portal.name,
            model=site.model,
        )

    @override
    def get_initial_entity_options(self) -> er.EntityOptionsType | None:
        """Keep what names other people from voice assistants when it is first there."""
        # Once it is there, an assistant may ask before anything else can be done.
        options = super().get_initial_entity_options()
        if not self.entity_description.names_others:
            return options
        return {**(options or {}), **dict.fromkeys(KNOWN_ASSISTANTS, _UNEXPOSED)}

    @override
    async def async_added_to_hass(self) -> None:
        """Take what is shown first: of what is off nothing is ever worked out.

        What names others is kept from assistants where nobody chose, too.
        """
        self._shown = self._show()
        await super().async_added_to_hass()
        known = self.registry_entry
        if known is None or not self.entity_description.names_others:
            return
        for assistant in KNOWN_ASSISTANTS:
            options: Mapping[str, object] = known.options.get(assistant, {})
            if not options.keys() & _UNEXPOSED.keys():
                er.async_get(self.hass).async_update_entity_options(
                    self.entity_id, assistant, {**options, **_UNEXPOSED}
                )

    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Go on under another id: nothing here depends on it."""

    def leave_off(self) -> None:
        """Be off when it is first there, until somebody wants it."""
        self._attr_entity_registry_enabled_default = False

    @property
    def caller(self) -> Context:
        """Return the context of the call that is being done."""
        return self._context or Context()

    @property
    def data(self) -> object | None:
        """Return what the source has of this site."""
        data = self.coordinator.data.get(self.site_key)
        return None if data is None else self._take(data)

    @property
    @override
    def available(self) -> bool:
        """Say whether there is something of this site that is true now."""
        return self._holds(self.data, dt_util.utcnow())

    def _holds(self, data: object | None, now: datetime) -> bool:
        """Say whether what the source has of this site is true at this moment."""
        if data is None:
            return False
        coordinator = self.coordinator
        if coordinator.last_update_success and self.site_key not in coordinator.failed:
            return True
        return isinstance(data, Lasting) and data.holds(now)

    def shows(self) -> object:
        """Return everything that a state of this entity would hold."""
        return self.shown_value

    def _show(self) -> tuple[bool, object]:
        """Take the value of now; return what is shown, to compare with the last."""
        data, now = self.data, dt_util.utcnow()
        self.shown_data = data
        self.shown_value = (
            None if data is None else self.entity_description.value(data, now)
        )
        available = self._holds(data, now)
        return available, self.shows() if available else None

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Look at what is shown, if what is told may be about this site."""
        if self.coordinator.is_news(self.site_key):
            self.look()

    @callback
    def look(self) -> None:
        """Write the state when it differs from the one written last."""
        if (shown := self._show()) != self._shown:
            self._shown = shown
            self.async_write_ha_state()


def unique_id(entry: PortalConfigEntry, site_key: str, key: str) -> str:
    """Return the unique id of an entity."""
    return f"{entry.unique_id}:{site_key}:{key}"


def data_of(
    coordinator: AnyCoordinator, source: AnySource, site: Site
) -> object | None:
    """Return what a source has of a site."""
    data = coordinator.data.get(site.key)
    return None if data is None else taker_of(coordinator, source)(data)


def taker_of(
    coordinator: AnyCoordinator, source: AnySource
) -> Callable[[object], object | None]:
    """Return how to take a source out of what a feed has of a site."""
    if isinstance(source, Feed):
        return _whole
    return coordinator.feed.kinds[source]


def _whole(data: object) -> object:
    """Return all that a feed has."""
    return data


def coordinators_of(
    entry: PortalConfigEntry, source: AnySource
) -> tuple[AnyCoordinator, ...]:
    """Return the coordinators that have a source, in the portal's order."""
    if not isinstance(source, Feed):
        return feeds_of(entry, source)
    feed = entry.runtime_data.feeds.get(source.key)
    return () if feed is None else (feed,)
