"""Every portal's face to Home Assistant, found by the portal's folder.

Each folder has `flow.py` with `Steps`. What is the portal's alone stands in
`entities.py` (any of `SENSORS`, `BINARY_SENSORS`, `BUTTONS`, `CALENDARS`, `EVENTS`,
`NUMBERS`, `SWITCHES`, `TIMES`, `TODOS`),
`actions.py` (`ACTIONS`) and, for options, `flow.py` (`OptionSteps`), as well as the
parts that can be set up beneath an account (`SUBENTRY_STEPS`, by type). The imports
happen with this module's own, outside the event loop.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

from ..portals.contract import Action
from ..portals.registry import PORTALS


def _modules(part: str) -> dict[str, ModuleType]:
    """Import one part of every portal that has it."""
    names = {key: f"{__package__}.{key}.{part}" for key in PORTALS}
    return {key: import_module(name) for key, name in names.items() if find_spec(name)}


_ENTITIES: Final = _modules("entities")

_FLOWS: Final = _modules("flow")

STEPS: Final[tuple[type[Any], ...]] = tuple(module.Steps for module in _FLOWS.values())
OPTION_STEPS: Final[Mapping[str, type[Any]]] = {
    key: module.OptionSteps
    for key, module in _FLOWS.items()
    if hasattr(module, "OptionSteps")
}
SUBENTRY_STEPS: Final[Mapping[str, Mapping[str, type[Any]]]] = {
    key: module.SUBENTRY_STEPS
    for key, module in _FLOWS.items()
    if hasattr(module, "SUBENTRY_STEPS")
}
ACTIONS: Final[Mapping[str, tuple[Action[Any], ...]]] = {
    key: module.ACTIONS for key, module in _modules("actions").items()
}


def tables(platform: str) -> Mapping[str, tuple[Any, ...]]:
    """Return each portal's own table of a platform, such as `SENSORS`."""
    return {key: getattr(_ENTITIES.get(key), platform, ()) for key in PORTALS}
