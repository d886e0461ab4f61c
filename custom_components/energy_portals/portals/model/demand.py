"""What is to run, and how it may."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil
from typing import Final

from .horizon import MICROSECOND, Objective
from .prices import HOUR

HOUR_OF_US: Final = HOUR // MICROSECOND


class Shape(StrEnum):
    """How the time may lie."""

    CONTIGUOUS = "contiguous"
    PIECES = "pieces"
    SLOTS = "slots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is to run, and how it may.

    Either `duration` at `power` (kW; None is unknown, and so are costs then), or
    `energy` (kWh) at `power` at most and `least_power` at least, which is `power` where
    it is None. `pieces` are at least `least_length` long and `least_pause` apart, and
    at most `starts`. `worth` is the money per kWh that one percent more of renewable
    share is worth, for the objective `both`.

    Energy that runs without a break, or slot by slot, draws in each slot what is best
    between the two powers. In pieces it draws the same in all of them.
    """

    duration: timedelta | None = None
    energy: float | None = None
    power: float | None = None
    least_power: float | None = None
    shape: Shape = Shape.CONTIGUOUS
    least_length: timedelta = timedelta()
    least_pause: timedelta = timedelta()
    starts: int | None = None
    objective: Objective = Objective.PRICE
    worth: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what nothing could run by."""
        if (self.duration is None) is (self.energy is None):
            raise ValueError("either a duration or an energy")
        if self.duration is not None and self.duration <= timedelta():
            raise ValueError("a duration is longer than nothing")
        if self.energy is not None and (self.energy <= 0 or not self.power):
            raise ValueError("an energy is more than nothing, and has a power")
        if self.power is not None and self.power <= 0:
            raise ValueError("a power is more than nothing")
        if not 0 < self.low <= self.high:
            raise ValueError("the least power is not above the most")

    @property
    def high(self) -> float:
        """Return the most power, kW; 1 where it is unknown, which cancels out."""
        return 1.0 if self.power is None else self.power

    @property
    def low(self) -> float:
        """Return the least power, kW."""
        return self.high if self.least_power is None else self.least_power

    @property
    def shortest(self) -> timedelta:
        """Return how long it runs at the most power."""
        if self.energy is None:
            return self.duration or timedelta()
        return MICROSECOND * ceil(self.energy / self.high * HOUR_OF_US)
