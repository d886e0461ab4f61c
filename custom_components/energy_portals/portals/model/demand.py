"""What is to run, and how it may."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Final

from .horizon import MICROSECOND, Objective
from .prices import HOUR

HOUR_OF_US: Final = HOUR // MICROSECOND
# What was reckoned from other numbers, and not typed, may be off in its last digit.
_NOTHING: Final = Fraction(1, 1000)
_MILLIWATT_HOURS: Final = 10**6
# Nothing is switched on again for less.
_NOTHING_MUCH: Final = timedelta(seconds=30)


def exact(value: float) -> Fraction:
    """Return the number that a user has typed, and not the float that is next to it."""
    return Fraction(str(value))


def time_for(energy: float, power: float) -> timedelta:
    """Return how long an energy (kWh) takes at a power (kW), to the next µs."""
    return MICROSECOND * ceil(exact(energy) / exact(power) * HOUR_OF_US - _NOTHING)


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

    Time that costs more than `ceiling` per kWh is used only where the rest of it is not
    enough. Beyond an `energy` that runs slot by slot up to `more` kWh are taken, each
    at less than `more_below`: so much is one of them worth.

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
    ceiling: float | None = None
    more: float = 0.0
    more_below: float | None = None

    def __post_init__(self) -> None:
        """Refuse what nothing could run by."""
        if (self.duration is None) is (self.energy is None):
            raise ValueError("either a duration or an energy")
        if self.duration is not None and self.duration <= timedelta():
            raise ValueError("a duration is longer than nothing")
        amount = None if self.energy is None else self.energy + self.more
        if amount is not None and (amount <= 0 or not self.power):
            raise ValueError("an energy is more than nothing, and has a power")
        if self.more and (self.energy is None or self.shape is not Shape.SLOTS):
            raise ValueError("more is taken slot by slot, and beyond an energy")
        if self.more and self.more_below is None:
            raise ValueError("more is worth something")
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
        return time_for(self.energy, self.high)

    def left(
        self, ran: timedelta, drawn: float, starts: int, *, is_running: bool
    ) -> Demand | None:
        """Return what is left when it has run for so long, and drawn so many kWh.

        `starts` are used. One more may be where it stands still: what was cut off is
        not left half done. None where nothing is left.
        """
        allowed = self.starts
        if allowed is not None:
            allowed = max(allowed - starts, 0 if is_running else 1)
        if self.energy is None:
            duration = (self.duration or timedelta()) - ran
            if duration < _NOTHING_MUCH:
                return None
            return replace(self, duration=duration, starts=allowed)
        # What was drawn is reckoned, and the rest no finer than a milliwatt-hour:
        # a digit more would be a µs that no window has.
        rest = exact(self.energy) - exact(round(drawn, 9))
        energy = floor(rest * _MILLIWATT_HOURS) / _MILLIWATT_HOURS if drawn else rest
        more = max(self.more + min(float(rest), 0.0), 0.0)
        if rest <= 0 or time_for(float(energy), self.high) < _NOTHING_MUCH:
            if not more or time_for(more, self.high) < _NOTHING_MUCH:
                return None
            energy = max(energy, 0)
        return replace(self, energy=float(energy), more=more, starts=allowed)
