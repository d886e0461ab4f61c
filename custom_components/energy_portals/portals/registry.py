"""The registry of portals: the only place that knows them by name.

A portal is imported when it is asked for, which takes its time: in an executor.
"""

from collections.abc import Callable, Mapping
from typing import Final

from .portal import AnyPortal


def _digiwatt() -> AnyPortal:
    from .digiwatt import DIGIWATT

    return DIGIWATT


def _esmart() -> AnyPortal:
    from .esmart import ESMART

    return ESMART


def _epilot() -> AnyPortal:
    from .epilot import EPILOT

    return EPILOT


def _volue() -> AnyPortal:
    from .volue import VOLUE

    return VOLUE


def _autarc() -> AnyPortal:
    from .autarc import AUTARC

    return AUTARC


def _home_assistant() -> AnyPortal:
    from .home_assistant import HOUSE

    return HOUSE


def _planner() -> AnyPortal:
    from .planner import PLANNER

    return PLANNER


PORTALS: Final[Mapping[str, Callable[[], AnyPortal]]] = {
    "digiwatt": _digiwatt,
    "esmart": _esmart,
    "epilot": _epilot,
    "volue": _volue,
    "autarc": _autarc,
    "home_assistant": _home_assistant,
    "planner": _planner,
}
