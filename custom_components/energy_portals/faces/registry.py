"""The registry of faces: the only place that knows by name who has one."""

from collections.abc import Mapping
from typing import Final

from .autarc import FACE as AUTARC
from .digiwatt import FACE as DIGIWATT
from .epilot import FACE as EPILOT
from .esmart import FACE as ESMART
from .face import Face
from .home_assistant import FACE as HOME_ASSISTANT
from .planner import FACE as PLANNER
from .volue import FACE as VOLUE

FACES: Final[Mapping[str, Face]] = {
    "digiwatt": DIGIWATT,
    "esmart": ESMART,
    "epilot": EPILOT,
    "volue": VOLUE,
    "autarc": AUTARC,
    "home_assistant": HOME_ASSISTANT,
    "planner": PLANNER,
}
