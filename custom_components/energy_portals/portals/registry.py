"""The registry: the only place that knows the portals by name."""

from collections.abc import Mapping
from typing import Any, Final

from .autarc import AUTARC
from .digiwatt import DIGIWATT
from .epilot import EPILOT
from .esmart import ESMART
from .planner import PLANNER
from .portal import Portal
from .volue import VOLUE

PORTALS: Final[Mapping[str, Portal[Any]]] = {
    portal.key: portal for portal in (DIGIWATT, ESMART, EPILOT, VOLUE, AUTARC, PLANNER)
}
