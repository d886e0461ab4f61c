"""The registry: the only place that knows the vendors by name."""

from collections.abc import Mapping
from typing import Any, Final

from .base import Vendor
from .digiwatt import DIGIWATT
from .esmart import ESMART

VENDORS: Final[Mapping[str, Vendor[Any]]] = {
    vendor.key: vendor for vendor in (DIGIWATT, ESMART)
}
