"""The standard entities of the model's kinds.

A vendor whose feed yields a kind has these, for every site, without a line of its own.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfPower, UnitOfRatio

from .entity import (
    Growing,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalSensorDescription,
)
from .model.green import GreenOutlook, GreenWindow
from .model.power import PowerNow


def _measured_at(power: PowerNow) -> Iterable[PortalSensorDescription[PowerNow]]:
    """Describe the time of the measurement, where the vendor gives one."""
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


def _next_start(outlook: GreenOutlook, now: datetime) -> datetime | None:
    """Return when the next green window starts."""
    following = outlook.windows.after(now)
    return None if following is None else following.start


def _next_end(outlook: GreenOutlook, now: datetime) -> datetime | None:
    """Return when the next green window ends."""
    following = outlook.windows.after(now)
    return None if following is None else following.end


def _in_window(outlook: GreenOutlook, now: datetime) -> bool:
    """Say whether it is green now."""
    return outlook.windows.at(now) is not None


def _share_text(window: GreenWindow) -> str | None:
    """Return a window's renewable share as text."""
    return None if window.value is None else f"{window.value:g} %"


SENSORS: Final[tuple[PortalSensorDescription[Any] | Growing[Any], ...]] = (
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
    Growing(source=PowerNow, describe=_measured_at),
    PortalSensorDescription(
        key="renewable_share",
        translation_key="renewable_share",
        source=GreenOutlook,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        value_fn=lambda outlook, now: outlook.share,
    ),
    PortalSensorDescription(
        key="next_green_window_start",
        translation_key="next_green_window_start",
        source=GreenOutlook,
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=_next_start,
    ),
    PortalSensorDescription(
        key="next_green_window_end",
        translation_key="next_green_window_end",
        source=GreenOutlook,
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=_next_end,
    ),
)

BINARY_SENSORS: Final = (
    PortalBinarySensorDescription(
        key="green_window",
        translation_key="green_window",
        source=GreenOutlook,
        value_fn=_in_window,
    ),
)

CALENDARS: Final[tuple[PortalCalendarDescription[Any], ...]] = (
    PortalCalendarDescription(
        key="green_windows",
        translation_key="green_windows",
        source=GreenOutlook,
        value_fn=lambda outlook, now: outlook.windows,
        detail_fn=_share_text,
    ),
)
