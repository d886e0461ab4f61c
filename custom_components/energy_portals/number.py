"""Numbers."""

from typing import Any, override

from homeassistant.components.number import NumberEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities import standard
from .entities.entity import PortalEntity, PortalNumberDescription, add_described
from .entities.settings import async_set
from .faces.registry import FACES

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of an account."""
    face = FACES[entry.runtime_data.portal.key].load()
    rows = (*standard.TABLES.numbers, *face.tables.numbers)
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
