"""The standard entities of live power."""

from typing import Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfPower

from ...portals.model.power import PowerNow
from ..describe import fact, figure
from ..descriptions import Rows, SensorRow
from ..tables import Tables

SENSORS: Final[Rows[SensorRow]] = (
    figure(
        "power",
        PowerNow,
        PowerNow.at,
        unit=UnitOfPower.WATT,
        device_class=SensorDeviceClass.POWER,
        precision=0,
    ),
    fact(
        "power_measured_at",
        PowerNow,
        lambda power, now: power.measured_at,
        device_class=SensorDeviceClass.TIMESTAMP,
        diagnostic=True,
        # Not every portal gives it.
        exists_fn=lambda power: power.measured_at is not None,
    ),
)

TABLES: Final = Tables(sensors=SENSORS)
