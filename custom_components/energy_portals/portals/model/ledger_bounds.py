"""What no home uses, feeds in or pays in an hour: a reading of it is refused."""

from collections.abc import Mapping
from math import isfinite
from typing import Final

from .ledger import CUBIC_METRES, HOME, KWH

# kW. No customer of a utility has more; who is told of more was not told a power.
_LARGEST: Final = 100_000.0

_MOST_PER_KWH: Final[Mapping[str, float]] = {
    KWH: 1.0,
    # A kWh of the poorest gas. Of water that is 30 times what a home's meter lets pass.
    CUBIC_METRES: 0.12,
    # The highest price at which Europe's exchanges trade: 9.999 euros.
    **dict.fromkeys(("EUR", "USD", "GBP", "CHF"), 10.0),
    # The same: a euro is some twelve of them at most.
    **dict.fromkeys(("NOK", "SEK", "DKK"), 120.0),
}
# The same in Europe's weakest currency, of which a euro is some 400.
_MOST_MONEY_PER_KWH: Final = 5000.0


def highest_hour(unit: str, power: float | None = None) -> float:
    """Return what an hour of a series is below: in kWh, in m³, or in money.

    `power` is what the site's connection carries, kW, where the portal tells: who may
    draw more than a home has higher bounds. Nobody has lower ones, because a power that
    is subscribed to may be exceeded.
    """
    told = power if power is not None and isfinite(power) else HOME
    return min(max(told, HOME), _LARGEST) * _MOST_PER_KWH.get(unit, _MOST_MONEY_PER_KWH)
