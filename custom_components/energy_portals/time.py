"""Times of day."""

from datetime import time
from typing import override

from homeassistant.components.time import TimeEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities.adding import add_described
from .entities.controls import TimeRow
from .entities.entity import PortalEntity
from .entities.settings import async_set
from .faces.tables import tables_of
from .services.rights import async_check_moves

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the times of day of an account."""
    tables = tables_of(entry)
    add_described(entry, tables.times, PortalTime, async_add_entities, tables.shown)


class PortalTime(PortalEntity[time | None], TimeEntity):
    """A time of day of one site."""

    entity_description: TimeRow

    @property
    @override
    def native_value(self) -> time | None:
        """Return the value."""
        return self.shown_value

    @override
    async def async_set_value(self, value: time) -> None:
        """Set it."""
        await async_check_moves(self)
        await async_set(self, self.entity_description.change_fn(value))
