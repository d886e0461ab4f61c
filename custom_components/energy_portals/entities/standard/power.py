"""The standard entities of live power."""

from collections.abc import Iterable
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfPower

from ...portals.model.power import PowerNow
from ..entity import DynamicEntities, PortalSensorDescription


def _measured_at(power: PowerNow) -> Iterable[PortalSensorDescription[PowerNow]]:
    """Describe the time of the measurement, where the portal gives one."""
    if power.measured_at is not None:
        yield PortalSensorDescription(
            key="power_measured_at",
            translation_key="power_measured_at",
            source=PowerNow,
            device_class=SensorDeviceClass.TIMESTAMP,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            value_fn=lambda power, now: power.measured_at,
        )


SENSORS: Final[tuple[PortalSensorDescription[Any] | DynamicEntities[Any], ...]] = (
    PortalSensorDescription(
        key="power",
        translation_key="power",
        source=PowerNow,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        value_fn=PowerNow.at,
    ),
    DynamicEntities(source=PowerNow, describe=_measured_at),
)
