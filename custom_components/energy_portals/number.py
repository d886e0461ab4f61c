"""Numbers."""

from typing import override

from homeassistant.components.number import NumberEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities.adding import add_described
from .entities.controls import NumberRow
from .entities.entity import PortalEntity
from .entities.settings import async_set
from .faces.tables import tables_of

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of an account."""
    add_described(entry, tables_of(entry).numbers, PortalNumber, async_add_entities)


class PortalNumber(PortalEntity[float | None], NumberEntity):
    """A number of one site."""

    entity_description: NumberRow

    @property
    @override
    def native_value(self) -> float | None:
        """Return the value in the unit of the description."""
        return self.shown_value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it."""
        await async_set(self, self.entity_description.change_fn(value))
