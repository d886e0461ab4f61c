"""What of Digiwatt is Home Assistant's."""

from typing import Final

from ...entities.tables import Tables
from ..face import Face
from .actions import ACTIONS
from .entities import SENSORS
from .flow import Steps

FACE: Final = Face(
    flow=Steps,
    tables=Tables(sensors=SENSORS),
    actions=ACTIONS,
)
