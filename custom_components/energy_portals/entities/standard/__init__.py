"""The standard entities of the model's kinds, one module a kind.

A portal whose feed yields a kind has these, for every site, without a line of its own.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from ..tables import Tables


def _power() -> Tables:
    from .power import TABLES

    return TABLES


def _green() -> Tables:
    from .green import TABLES

    return TABLES


def _prices() -> Tables:
    from .prices import TABLES

    return TABLES


def _incentives() -> Tables:
    from .incentives import TABLES

    return TABLES


def _caps() -> Tables:
    from .caps import TABLES

    return TABLES


def _carbon() -> Tables:
    from .intensity import CARBON

    return CARBON


def _green_index() -> Tables:
    from .intensity import GREEN_INDEX

    return GREEN_INDEX


def _sun() -> Tables:
    from .sun import TABLES

    return TABLES


def _ledger() -> Tables:
    from .ledger import TABLES

    return TABLES


# By the kinds' names: the kinds themselves are imported by whoever yields them.
KINDS: Final[Mapping[str, Callable[[], Tables]]] = {
    "PowerNow": _power,
    "GreenOutlook": _green,
    "PriceOutlook": _prices,
    "IncentiveOutlook": _incentives,
    "PowerCaps": _caps,
    "CarbonOutlook": _carbon,
    "GreenIndexOutlook": _green_index,
    "SolarOutlook": _sun,
    "Ledger": _ledger,
}


def tables_of(kinds: Collection[type[object]]) -> Iterator[Tables]:
    """Yield the tables of those of these kinds that have any; this imports them."""
    names = {kind.__name__ for kind in kinds}
    return (load() for name, load in KINDS.items() if name in names)
