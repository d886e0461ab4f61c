"""What of autarc is Home Assistant's."""

from typing import Final

from ...entities.tables import Tables
from ..face import Face
from .actions import ACTIONS
from .entities import CALENDARS, EVENTS, SENSORS, TODOS
from .flow import SUBENTRY_STEPS, Steps

FACE: Final = Face(
    flow=Steps,
    parts=SUBENTRY_STEPS,
    tables=Tables(sensors=SENSORS, calendars=CALENDARS, events=EVENTS, todos=TODOS),
    actions=ACTIONS,
)
