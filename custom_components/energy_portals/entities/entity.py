"""The base entity: of one site, written only when what it shows has changed."""

from collections.abc import Callable
from datetime import datetime
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity
from homeassistant.util import dt as dt_util

from ..account.coordinator import AnyCoordinator, PortalConfigEntry
from ..account.devices import device_identifier
from ..account.sources import feeds_of
from ..portals.contract import Feed, Site
from ..portals.model.series import Lasting
from .descriptions import AnySource, EntityRow


class PortalEntity[ValueT](CoordinatorEntity[AnyCoordinator]):
    """An entity of one site, written only when what it shows has changed.

    `shown_value` is what the description made of `shown_data`, the data that there was
    when it was last woken: by a fetch, or by the ticker when a boundary passed.
    """

    _attr_has_entity_name = True
    entity_description: EntityRow[ValueT]
    shown_data: object | None
    shown_value: ValueT | None

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
        self._shown = self._show()

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
