"""Sensors."""

from datetime import date, datetime
from typing import Any, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .account.coordinator import PortalConfigEntry
from .entities import standard
from .entities.entity import PortalEntity, PortalSensorDescription, add_described
from .faces.registry import FACES

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an account."""
    face = FACES[entry.runtime_data.portal.key].load()
    rows = (*standard.TABLES.sensors, *face.tables.sensors)
    add_described(entry, rows, PortalSensor, async_add_entities)


class PortalSensor(PortalEntity, SensorEntity):
    """A sensor of one site."""

    entity_description: PortalSensorDescription[Any]
    _unit: str | None = None

    @property
    @override
    def native_value(self) -> StateType | date | datetime:
        """Return the value in the unit of the description."""
        value: StateType | date | datetime = self.found
        return value

    @property
    @override
    def last_reset(self) -> datetime | None:
        """Return when what the sensor counts began."""
        begin = self.entity_description.last_reset_fn
        if begin is None or (source := self.source) is None:
            return None
        return begin(source, dt_util.utcnow())

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """Return the unit, which stays when the data that brought it goes."""
        unit = self.entity_description.unit_fn
        if unit is None:
            return self.entity_description.native_unit_of_measurement
        if (source := self.source) is not None:
            self._unit = unit(source)
        return self._unit

    @override
    def shows(self) -> Any:
        """Return value and last reset."""
        return self.found, self.last_reset
