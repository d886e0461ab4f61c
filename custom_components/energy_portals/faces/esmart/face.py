"""What of eSmart Systems is Home Assistant's."""

from typing import Final

from ...entities.tables import Tables
from ..face import Face
from .actions import ACTIONS
from .entities import BINARY_SENSORS, CALENDARS, EVENTS, SENSORS
from .flow import EsmartFlow, EsmartOptions

FACE: Final = Face(
    flow=EsmartFlow,
    options=EsmartOptions,
    tables=Tables(
        sensors=SENSORS,
        binary_sensors=BINARY_SENSORS,
        calendars=CALENDARS,
        events=EVENTS,
    ),
    actions=ACTIONS,
)
