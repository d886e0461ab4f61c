"""The registry: the only place that knows the vendors by name."""

from collections.abc import Mapping
from typing import Any, Final

from .autarc import AUTARC
from .digiwatt import DIGIWATT
from .epilot import EPILOT
from .esmart import ESMART
from .planner import PLANNER
from .portal import Vendor
from .volue import VOLUE

VENDORS: Final[Mapping[str, Vendor[Any]]] = {
    vendor.key: vendor for vendor in (DIGIWATT, ESMART, EPILOT, VOLUE, AUTARC, PLANNER)
}
