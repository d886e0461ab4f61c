"""How good an optimum has to be, and how long it may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """It is good enough within a part (`gap`) or so much `money` of the best.

    It takes no more than `seconds`. `tie` is money per kWh and hour that something is
    drawn later: of equals the earliest is taken.
    """

    gap: float = 1e-3
    money: float = 0.005
    seconds: float = 10.0
    tie: float = 1e-5
