"""What of epilot is Home Assistant's."""

from typing import Final

from ...entities.tables import Tables
from ..face import Face
from .actions import ACTIONS
from .entities import BINARY_SENSORS, CALENDARS, EVENTS, SENSORS
from .flow import OptionSteps, Steps

FACE: Final = Face(
    flow=Steps,
    options=OptionSteps,
    tables=Tables(
        sensors=SENSORS,
        binary_sensors=BINARY_SENSORS,
        calendars=CALENDARS,
        events=EVENTS,
    ),
    actions=ACTIONS,
)
