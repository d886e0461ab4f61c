"""The standard entities of CO2 and of vendors' scores."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass

from ...portals.model.intensity import CarbonOutlook, GreenIndexOutlook, Intensity
from ...portals.model.series import Slot
from ..describe import fact, figure
from ..descriptions import (
    BinarySensorRow,
    PortalBinarySensorDescription,
    Rows,
    SensorRow,
)
from ..tables import Tables


def _has_days(outlook: Intensity) -> bool:
    """Say whether a day is wholly known; not every source tells any."""
    return any(True for _ in outlook.whole_days())


def _of_now[KindT: Intensity](key: str, kind: type[KindT]) -> SensorRow:
    """Describe the figure of now: no device class is of it."""
    return figure(key, kind, kind.at, precision=0, unit_fn=lambda outlook: outlook.unit)


def _of_day[KindT: Intensity](
    key: str,
    kind: type[KindT],
    slot: Callable[[KindT, datetime], Slot[float] | None],
) -> tuple[SensorRow, SensorRow]:
    """Describe a figure of today, and when it begins."""

    def value(outlook: KindT, now: datetime) -> float | None:
        return None if (held := slot(outlook, now)) is None else held.value

    def start(outlook: KindT, now: datetime) -> datetime | None:
        return None if (held := slot(outlook, now)) is None else held.start

    return (
        figure(
            key,
            kind,
            value,
            precision=0,
            exists_fn=_has_days,
            unit_fn=lambda outlook: outlook.unit,
        ),
        fact(
            f"{key}_start",
            kind,
            start,
            device_class=SensorDeviceClass.TIMESTAMP,
            exists_fn=_has_days,
        ),
    )


def _next_start(outlook: CarbonOutlook, now: datetime) -> datetime | None:
    """Return when the next window of low CO2 begins."""
    return None if (window := outlook.next_low(now)) is None else window.start


def _next_end(outlook: CarbonOutlook, now: datetime) -> datetime | None:
    """Return when it then ends."""
    return None if (window := outlook.next_low(now)) is None else window.end


def _moment(
    key: str, value: Callable[[CarbonOutlook, datetime], datetime | None]
) -> SensorRow:
    """Describe a bound of a window."""
    return fact(
        key,
        CarbonOutlook,
        value,
        device_class=SensorDeviceClass.TIMESTAMP,
        exists_fn=_has_days,
    )


SENSORS: Final[Rows[SensorRow]] = (
    _of_now("co2_intensity", CarbonOutlook),
    *_of_day("lowest_co2_today", CarbonOutlook, CarbonOutlook.lowest),
    *_of_day("highest_co2_today", CarbonOutlook, CarbonOutlook.highest),
    _moment("next_low_co2_start", _next_start),
    _moment("next_low_co2_end", _next_end),
)

BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="low_co2",
        translation_key="low_co2",
        source=CarbonOutlook,
        value_fn=CarbonOutlook.is_low,
        exists_fn=_has_days,
    ),
)

INDEX_SENSORS: Final[Rows[SensorRow]] = (
    _of_now("green_index", GreenIndexOutlook),
    *_of_day("highest_green_index_today", GreenIndexOutlook, GreenIndexOutlook.highest),
)

CARBON: Final = Tables(sensors=SENSORS, binary_sensors=BINARY_SENSORS)
GREEN_INDEX: Final = Tables(sensors=INDEX_SENSORS)
