"""The standard entities of caps on power."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfPower

from ...portals.model.caps import PowerCaps
from ..describe import fact, figure
from ..entity import (
    DynamicEntities,
    PortalBinarySensorDescription,
    PortalSensorDescription,
)

type Caps = PowerCaps | None


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


def _sensors(caps: Caps) -> Iterable[PortalSensorDescription[Any]]:
    """Describe caps where there can be any."""
    if caps is None:
        return
    yield _kilowatts("power_cap", PowerCaps.at)
    yield _kilowatts("next_power_cap", _next_power)
    timestamp = SensorDeviceClass.TIMESTAMP
    yield fact("next_power_cap_start", PowerCaps, _next_start, device_class=timestamp)
    yield fact("next_power_cap_end", PowerCaps, _next_end, device_class=timestamp)


def _kilowatts(key: str, value: Any) -> PortalSensorDescription[Any]:
    """Describe a cap."""
    return figure(
        key,
        PowerCaps,
        value,
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
    )


def _binary_sensors(caps: Caps) -> Iterable[PortalBinarySensorDescription[Any]]:
    """Describe whether power is capped where it can be."""
    if caps is not None:
        yield PortalBinarySensorDescription(
            key="power_capped",
            translation_key="power_capped",
            source=PowerCaps,
            value_fn=lambda caps, now: caps.at(now) is not None,
        )


SENSORS: Final = (DynamicEntities[Caps](source=PowerCaps, describe=_sensors),)
BINARY_SENSORS: Final = (
    DynamicEntities[Caps](source=PowerCaps, describe=_binary_sensors),
)
