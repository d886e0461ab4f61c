"""Binary sensors."""

from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities import standard as kinds
from .entities.entity import PortalBinarySensorDescription, PortalEntity, add_described
from .faces import registry as faces

PARALLEL_UPDATES = 0

_TABLES = faces.tables("BINARY_SENSORS")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of an account."""
    rows = (*kinds.BINARY_SENSORS, *_TABLES[entry.runtime_data.portal.key])
    add_described(entry, rows, PortalBinarySensor, async_add_entities)


class PortalBinarySensor(PortalEntity, BinarySensorEntity):
    """A binary sensor of one site."""

    entity_description: PortalBinarySensorDescription[Any]

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the value."""
        value: bool | None = self.found
        return value
