"""The standard entities of what roofs are expected to yield."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfEnergy, UnitOfPower

from ...portals.model.sun import SolarOutlook
from ..describe import fact, figure
from ..descriptions import Rows, SensorRow
from ..tables import Tables

_DAY: Final = timedelta(days=1)


def _today(outlook: SolarOutlook, now: datetime) -> date:
    """Return the local day."""
    return now.astimezone(outlook.zone).date()


def _energy(
    key: str, watt_hours: Callable[[SolarOutlook, datetime], float | None]
) -> SensorRow:
    """Describe an energy that is expected: it counts nothing, so it has no state class.

    Statistics of energy are of what was measured.
    """

    def value(outlook: SolarOutlook, now: datetime) -> float | None:
        return None if (energy := watt_hours(outlook, now)) is None else energy / 1000

    return figure(
        key,
        SolarOutlook,
        value,
        unit=UnitOfEnergy.KILO_WATT_HOUR,
        device_class=SensorDeviceClass.ENERGY,
        state_class=None,
        precision=1,
    )


def _peak(key: str, ahead: timedelta) -> SensorRow:
    """Describe when a day's strongest slot begins."""

    def value(outlook: SolarOutlook, now: datetime) -> datetime | None:
        peak = outlook.peak(_today(outlook, now) + ahead)
        return None if peak is None else peak.start

    return fact(
        key,
        SolarOutlook,
        value,
        device_class=SensorDeviceClass.TIMESTAMP,
    )


SENSORS: Final[Rows[SensorRow]] = (
    figure(
        "solar_power_expected",
        SolarOutlook,
        SolarOutlook.at,
        unit=UnitOfPower.WATT,
        device_class=SensorDeviceClass.POWER,
        precision=0,
    ),
    _energy(
        "solar_energy_today",
        lambda outlook, now: outlook.of_day(_today(outlook, now)),
    ),
    _energy("solar_energy_left", SolarOutlook.remaining),
    _energy(
        "solar_energy_tomorrow",
        lambda outlook, now: outlook.of_day(_today(outlook, now) + _DAY),
    ),
    _peak("solar_peak_today", timedelta()),
    _peak("solar_peak_tomorrow", _DAY),
)

TABLES: Final = Tables(sensors=SENSORS)
