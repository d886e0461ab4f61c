"""Why a device runs when it does, and what that costs and saves."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """What binds a device to the time at which it runs."""

    STARTED = "started"
    SURPLUS = "surplus"
    ONLY_TIME = "only_time"
    PEAK = "peak"
    LIMIT = "limit"
    HELD = "held"
    EXPECTED = "expected"
    # What is paid on top of the price has made another time the cheapest.
    INCENTIVE = "incentive"
    PRICE = "price"
    GREEN = "green"
    CO2 = "co2"
    # At no other time it would cost more or less.
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a device runs when it does, and what that costs.

    `rank` is its price's among `of` times that there were, the cheapest first; of what
    goes by the renewable share it is that of the share. `saves` is what a cheaper time
    would have added to the peak fee. `energy` (kWh) is what it draws, of which `own`
    comes from the sun; `known` and `expected` are its share of the money, by prices
    that are known and by others. `saving` is what the home would pay more if this
    device alone ran at once; None where nobody has reckoned it.
    """

    why: Why
    rank: int = 1
    of: int = 1
    saves: float = 0.0
    energy: float = 0.0
    own: float = 0.0
    known: float = 0.0
    expected: float = 0.0
    saving: float | None = None
