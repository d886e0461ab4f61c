"""Binary sensors."""

from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities import standard
from .entities.entity import PortalBinarySensorDescription, PortalEntity, add_described
from .faces.registry import FACES

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of an account."""
    face = FACES[entry.runtime_data.portal.key].load()
    rows = (*standard.TABLES.binary_sensors, *face.tables.binary_sensors)
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
