"""The standard entities of renewable share and green windows."""

from datetime import datetime
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfRatio

from ...portals.model.agenda import Agenda
from ...portals.model.green import GreenOutlook, GreenWindow
from ..descriptions import (
    BinarySensorRow,
    CalendarRow,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalSensorDescription,
    Rows,
    SensorRow,
)
from ..tables import Tables


def _windows(outlook: GreenOutlook, now: datetime) -> Agenda | None:
    """Return the windows, None where one may be open that is not known."""
    if outlook.is_green(now) is None:
        return None
    return Agenda.of_series(outlook.windows, _share_text)


def _next_start(outlook: GreenOutlook, now: datetime) -> datetime | None:
    """Return when the next green window starts."""
    following = outlook.upcoming(now)
    return None if following is None else following.start


def _next_end(outlook: GreenOutlook, now: datetime) -> datetime | None:
    """Return when the next green window ends."""
    following = outlook.upcoming(now)
    return None if following is None else following.end


def _share_text(window: GreenWindow) -> str | None:
    """Return a window's renewable share as text."""
    return None if window.value is None else f"{window.value:g} %"


SENSORS: Final[Rows[SensorRow]] = (
    PortalSensorDescription(
        key="renewable_share",
        translation_key="renewable_share",
        source=GreenOutlook,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        value_fn=GreenOutlook.share_at,
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

BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="green_window",
        translation_key="green_window",
        source=GreenOutlook,
        value_fn=GreenOutlook.is_green,
    ),
)

CALENDARS: Final[Rows[CalendarRow]] = (
    PortalCalendarDescription(
        key="green_windows",
        translation_key="green_windows",
        source=GreenOutlook,
        value_fn=_windows,
    ),
)

TABLES: Final = Tables(
    sensors=SENSORS, binary_sensors=BINARY_SENSORS, calendars=CALENDARS
)
