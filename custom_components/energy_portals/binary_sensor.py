"""Binary sensors."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities.adding import add_described
from .entities.descriptions import BinarySensorRow
from .entities.entity import PortalEntity
from .faces.tables import tables_of

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of an account."""
    tables = tables_of(entry)
    add_described(
        entry,
        tables.binary_sensors,
        PortalBinarySensor,
        async_add_entities,
        tables.shown,
    )


class PortalBinarySensor(PortalEntity[bool | None], BinarySensorEntity):
    """A binary sensor of one site."""

    entity_description: BinarySensorRow

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the value."""
        return self.shown_value
