"""Numbers."""

from typing import Any, override

from homeassistant.components.number import NumberEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities import standard as kinds
from .entities.entity import PortalEntity, PortalNumberDescription, add_described
from .entities.settings import async_set
from .faces import registry as faces

PARALLEL_UPDATES = 1

_TABLES = faces.tables("NUMBERS")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of an account."""
    rows = (*kinds.NUMBERS, *_TABLES[entry.runtime_data.portal.key])
    add_described(entry, rows, PortalNumber, async_add_entities)


class PortalNumber(PortalEntity, NumberEntity):
    """A number of one site."""

    entity_description: PortalNumberDescription[Any]

    @property
    @override
    def native_value(self) -> float | None:
        """Return the value in the unit of the description."""
        value: float | None = self.found
        return value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it."""
        await async_set(self, self.entity_description.change_fn(value))
