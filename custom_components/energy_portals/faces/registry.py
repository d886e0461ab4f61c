"""The registry of faces: the only place that knows by name who has one."""

from collections.abc import Mapping
from typing import Final

from .autarc import LISTED as AUTARC
from .digiwatt import LISTED as DIGIWATT
from .epilot import LISTED as EPILOT
from .esmart import LISTED as ESMART
from .listed import Listed
from .planner import LISTED as PLANNER
from .volue import LISTED as VOLUE

FACES: Final[Mapping[str, Listed]] = {
    "digiwatt": DIGIWATT,
    "esmart": ESMART,
    "epilot": EPILOT,
    "volue": VOLUE,
    "autarc": AUTARC,
    "planner": PLANNER,
}
