"""Sensors."""

from collections.abc import Container, Mapping
from datetime import datetime
from functools import partial
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import MAX_LENGTH_STATE_STATE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .account.coordinator import AnyCoordinator, PortalConfigEntry
from .account.counted import with_statistics
from .entities.adding import add_described
from .entities.describe import class_of
from .entities.descriptions import SensorRow, SensorValue
from .entities.entity import PortalEntity
from .faces.tables import tables_of
from .portals.contract import Site

PARALLEL_UPDATES = 0

_MEASURED: Final = SensorStateClass.MEASUREMENT


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an account."""
    counted, tables = await _counted(hass, entry), tables_of(entry)
    add_described(
        entry,
        tables.sensors,
        partial(PortalSensor, counted=counted),
        async_add_entities,
        tables.shown,
    )


async def _counted(hass: HomeAssistant, entry: PortalConfigEntry) -> frozenset[str]:
    """Return the sensors that have statistics from before, by unique id."""
    known = {
        each.entity_id: each.unique_id
        for each in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
        if each.domain == Platform.SENSOR
    }
    if entry.runtime_data.importer is None or not known:
        return frozenset()
    return frozenset(known[each] for each in await with_statistics(hass, known))


class PortalSensor(PortalEntity[SensorValue], SensorEntity):
    """A sensor of one site."""

    entity_description: SensorRow
    _unit: str | None = None

    def __init__(
        self,
        coordinator: AnyCoordinator,
        site: Site,
        description: SensorRow,
        *,
        counted: Container[str] = (),
    ) -> None:
        """Take the site and what to show of it, and what has statistics already."""
        self._counted = counted
        super().__init__(coordinator, site, description)

    @property
    def _counts(self) -> bool:
        """Say whether it is counted by Home Assistant: what a history has is no meter.

        What is counted already goes on: Home Assistant would ask what became of it, and
        somebody may have chosen it.
        """
        return (
            not self.entity_description.is_covered
            or self.coordinator.config_entry.runtime_data.importer is None
            or self.unique_id in self._counted
        )

    @property
    @override
    def state_class(self) -> SensorStateClass | None:
        """Return how it counts; what an imported series covers does not."""
        return super().state_class if self._counts else None

    @property
    @override
    def device_class(self) -> SensorDeviceClass | None:
        """Return what it is; a unit that the data brings says it as well."""
        row = self.entity_description
        if row.device_class is not None or row.state_class == _MEASURED:
            return row.device_class
        return class_of(self.native_unit_of_measurement)

    @property
    @override
    def native_value(self) -> SensorValue:
        """Return the value in the unit of the description; of a long text the start."""
        value = self.shown_value
        # Home Assistant would write all of it into the log instead.
        return value[:MAX_LENGTH_STATE_STATE] if isinstance(value, str) else value

    @property
    @override
    def last_reset(self) -> datetime | None:
        """Return when what the sensor counts began."""
        row = self.entity_description
        if not self._counts or not row.counts or (data := self.shown_data) is None:
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

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, SensorValue] | None:
        """Return what is told beside the value."""
        data = self.shown_data
        return None if data is None else self.entity_description.attributes_of(data)

    @override
    def shows(self) -> object:
        """Return value, last reset and what is told beside them."""
        return self.shown_value, self.last_reset, self.extra_state_attributes
