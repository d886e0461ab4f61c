"""The standard entities of caps on power."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfPower

from ...portals.model.caps import PowerCaps
from ..describe import fact, figure
from ..descriptions import (
    BinarySensorRow,
    PortalBinarySensorDescription,
    Rows,
    SensorRow,
    is_there,
)
from ..tables import Tables


def _next_start(caps: PowerCaps, now: datetime) -> datetime | None:
    """Return when power is next capped."""
    following = caps.following(now)
    return None if following is None else following.start


def _next_end(caps: PowerCaps, now: datetime) -> datetime | None:
    """Return when it then no longer is."""
    following = caps.following(now)
    return None if following is None else following.end


def _next_power(caps: PowerCaps, now: datetime) -> float | None:
    """Return the lowest cap of that time, kW."""
    following = caps.following(now)
    return None if following is None else following.value


def _kilowatts(
    key: str, value: Callable[[PowerCaps, datetime], float | None]
) -> SensorRow:
    """Describe a cap, where there can be any."""
    return figure(
        key,
        PowerCaps,
        value,
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        exists_fn=is_there,
    )


def _moment(
    key: str, value: Callable[[PowerCaps, datetime], datetime | None]
) -> SensorRow:
    """Describe a bound of a time of caps, where there can be any."""
    return fact(
        key,
        PowerCaps,
        value,
        device_class=SensorDeviceClass.TIMESTAMP,
        exists_fn=is_there,
    )


SENSORS: Final[Rows[SensorRow]] = (
    _kilowatts("power_cap", PowerCaps.at),
    _kilowatts("next_power_cap", _next_power),
    _moment("next_power_cap_start", _next_start),
    _moment("next_power_cap_end", _next_end),
)

BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="power_capped",
        translation_key="power_capped",
        source=PowerCaps,
        value_fn=PowerCaps.is_capped,
        exists_fn=is_there,
    ),
)

TABLES: Final = Tables(sensors=SENSORS, binary_sensors=BINARY_SENSORS)
