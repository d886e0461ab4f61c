"""Sensors."""

from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .account.coordinator import PortalConfigEntry
from .entities.adding import add_described
from .entities.descriptions import SensorRow, SensorValue
from .entities.entity import PortalEntity
from .faces.tables import tables_of

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an account."""
    add_described(entry, tables_of(entry).sensors, PortalSensor, async_add_entities)


class PortalSensor(PortalEntity[SensorValue], SensorEntity):
    """A sensor of one site."""

    entity_description: SensorRow
    _unit: str | None = None

    @property
    @override
    def native_value(self) -> SensorValue:
        """Return the value in the unit of the description."""
        return self.shown_value

    @property
    @override
    def last_reset(self) -> datetime | None:
        """Return when what the sensor counts began."""
        row = self.entity_description
        if not row.counts or (data := self.shown_data) is None:
            return None
        return row.counted_since(data, dt_util.utcnow())

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """Return the unit, which stays when the data that brought it goes."""
        fixed = self.entity_description.native_unit_of_measurement
        if fixed is None and (data := self.data) is not None:
            self._unit = self.entity_description.unit_of(data)
        return fixed or self._unit

    @override
    def shows(self) -> object:
        """Return value and last reset."""
        return self.shown_value, self.last_reset
