"""What of Volue is Home Assistant's."""

from typing import Final

from ...entities.tables import Tables
from ..face import Face
from .actions import ACTIONS
from .entities import BINARY_SENSORS, CALENDARS, EVENTS, SENSORS
from .flow import SUBENTRY_STEPS, Steps

FACE: Final = Face(
    flow=Steps,
    parts=SUBENTRY_STEPS,
    tables=Tables(
        sensors=SENSORS,
        binary_sensors=BINARY_SENSORS,
        calendars=CALENDARS,
        events=EVENTS,
    ),
    actions=ACTIONS,
)
