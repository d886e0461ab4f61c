"""What is known of a slot, and what it weighs by an objective."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Prices are compared to a billionth, as whole numbers: equal sums are then equal.
SCALE: Final = 10**9
# The weight of time that must not be used; no sum of real prices comes near.
BLOCKED: Final = 10**90
# A known price counts before an expected one only if it is lower by so much: what is
# waited for can still be changed.
MARGIN: Final = 0.005
# Powers are compared to the milliwatt: what is left of a limit is a difference.
_HALF_A_MILLIWATT: Final = 5e-7


class Bound(StrEnum):
    """What leaves no room."""

    CALENDAR = "calendar"
    CAP = "cap"
    LIMIT = "limit"


class Objective(StrEnum):
    """What a plan is to be best at."""

    PRICE = "price"
    GREEN = "green"
    BOTH = "both"
    CO2 = "co2"


@dataclass(frozen=True, slots=True)
class HorizonSlot:
    """What is known of a slot.

    `price` is money per kWh, of which `incentive` is a change on top, `share` the
    renewable percentage, `room` the most power that may be drawn, kW, `co2` what a kWh
    comes with, g; None is unknown, and for `room` no limit. `is_green` says that the
    slot is within a green window, whether or not its share is known; `is_expected` that
    its price is not known. `bound` is what set `room`. So much power as there is `sun`,
    kW, costs what feeding it in would bring, `fed_in` per kWh.
    """

    price: float | None = None
    share: float | None = None
    room: float | None = None
    is_green: bool = False
    co2: float | None = None
    is_expected: bool = False
    bound: Bound | None = None
    sun: float = 0.0
    fed_in: float = 0.0
    incentive: float = 0.0

    def fits(self, power: float | None) -> bool:
        """Say whether so much power, or any where it is unknown, may be drawn."""
        if self.room is None:
            return True
        if power is None:
            return self.room > _HALF_A_MILLIWATT
        return self.room >= power - _HALF_A_MILLIWATT

    def costs_over(self, price: float) -> bool:
        """Say whether it costs more than so much per kWh; what is unknown does not."""
        return self.price is not None and self.price > price + 1 / SCALE


def weigher(objective: Objective, worth: float = 0.0) -> Callable[[HorizonSlot], int]:
    """Return how to weigh a slot: less is better."""
    if objective is Objective.PRICE:
        return lambda slot: BLOCKED if slot.price is None else _scaled(slot, slot.price)
    if objective is Objective.CO2:
        return lambda slot: BLOCKED if slot.co2 is None else round(slot.co2 * SCALE)
    if objective is Objective.GREEN:
        return _greenness
    return lambda slot: (
        BLOCKED
        if slot.price is None
        else _scaled(slot, slot.price - worth * (slot.share or 0))
    )


def _scaled(slot: HorizonSlot, price: float) -> int:
    """Return a price as a whole number; what is expected counts as a little lower."""
    return round((price - MARGIN if slot.is_expected else price) * SCALE)


def _greenness(slot: HorizonSlot) -> int:
    """Weigh a slot by how green it is."""
    # A window without a share is green by an unknown amount: more than nothing.
    return -slot.is_green if slot.share is None else round(-slot.share * SCALE)
