"""The registry of portals: the only place that knows them by name.

A portal is imported when it is asked for, which takes its time: in an executor.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from .portal import Portal


def _digiwatt() -> Portal[Any]:
    from .digiwatt import DIGIWATT

    return DIGIWATT


def _esmart() -> Portal[Any]:
    from .esmart import ESMART

    return ESMART


def _epilot() -> Portal[Any]:
    from .epilot import EPILOT

    return EPILOT


def _volue() -> Portal[Any]:
    from .volue import VOLUE

    return VOLUE


def _autarc() -> Portal[Any]:
    from .autarc import AUTARC

    return AUTARC


def _planner() -> Portal[Any]:
    from .planner import PLANNER

    return PLANNER


PORTALS: Final[Mapping[str, Callable[[], Portal[Any]]]] = {
    "digiwatt": _digiwatt,
    "esmart": _esmart,
    "epilot": _epilot,
    "volue": _volue,
    "autarc": _autarc,
    "planner": _planner,
}
