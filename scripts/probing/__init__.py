"""The library alone against an account: what can be read of it, and what cannot.

Home Assistant need not be installed: importing this package puts an empty one in the
integration's place, which would import it.
"""

from pathlib import Path
import sys
from types import ModuleType
from typing import Final

INTEGRATION: Final = (
    Path(__file__).resolve().parents[2] / "custom_components" / "energy_portals"
)
_PACKAGE: Final = "custom_components.energy_portals"

if _PACKAGE not in sys.modules:
    _empty = ModuleType(_PACKAGE)
    _empty.__path__ = [str(INTEGRATION)]
    sys.modules[_PACKAGE] = _empty
