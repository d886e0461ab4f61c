"""What of the planner is Home Assistant's."""

from typing import Final

from ...entities.tables import Tables
from ..face import Face
from .entities import (
    BINARY_SENSORS,
    BUTTONS,
    CALENDARS,
    NUMBERS,
    SENSORS,
    SWITCHES,
    TIMES,
)
from .flow import PlannerFlow
from .parts import PARTS

FACE: Final = Face(
    flow=PlannerFlow,
    parts=PARTS,
    tables=Tables(
        sensors=SENSORS,
        binary_sensors=BINARY_SENSORS,
        buttons=BUTTONS,
        calendars=CALENDARS,
        numbers=NUMBERS,
        switches=SWITCHES,
        times=TIMES,
    ),
)
