"""What of Digiwatt is Home Assistant's."""

from typing import Final

from ...entities.tables import Tables
from ..face import Face
from .actions import ACTIONS
from .entities import SENSORS
from .flow import DigiwattFlow

FACE: Final = Face(
    flow=DigiwattFlow,
    tables=Tables(sensors=SENSORS),
    actions=ACTIONS,
)
