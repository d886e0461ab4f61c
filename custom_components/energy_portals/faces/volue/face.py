"""What of Volue is Home Assistant's."""

from typing import Final

from ...entities.tables import Tables
from ..face import Face
from .actions import ACTIONS
from .entities import BINARY_SENSORS, CALENDARS, EVENTS, SENSORS
from .flow import VolueFlow
from .parts import PARTS

FACE: Final = Face(
    flow=VolueFlow,
    parts=PARTS,
    tables=Tables(
        sensors=SENSORS,
        binary_sensors=BINARY_SENSORS,
        calendars=CALENDARS,
        events=EVENTS,
    ),
    actions=ACTIONS,
)
