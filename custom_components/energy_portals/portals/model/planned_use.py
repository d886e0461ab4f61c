"""What a home is planned to use, hour by hour."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedHour:
    """The hour that begins at `start` (UTC).

    `energy` is all that is drawn from the grid in it, kWh, and `movable` how much of
    that is planned and could still be drawn at another time.
    """

    start: datetime
    energy: float
    movable: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedUse:
    """What is planned where `place`, the key of a source, tells caps and incentives.

    `hours` are those of which all is known: they begin with the next whole hour.
    """

    place: str
    hours: tuple[PlannedHour, ...] = ()
