"""What of autarc is Home Assistant's."""

from typing import Final

from ...entities.tables import Tables
from ..face import Face
from .actions import ACTIONS
from .entities import CALENDARS, EVENTS, SENSORS, TODOS
from .flow import AutarcFlow
from .parts import PARTS

FACE: Final = Face(
    flow=AutarcFlow,
    parts=PARTS,
    tables=Tables(sensors=SENSORS, calendars=CALENDARS, events=EVENTS, todos=TODOS),
    actions=ACTIONS,
)
