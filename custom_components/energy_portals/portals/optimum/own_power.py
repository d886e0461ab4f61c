"""What a home that is planned as a whole has of its own, and draws by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ..model.planner import merged
from ..model.series import Series, Slot
from .home import Home, Schedule

type Powers = Series[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPower:
    """Powers by time, kW: empty where there is none, or it is not known.

    A battery that discharges is below nothing. `peaks` are the highest of the days
    that count by now.
    """

    sun: Powers = field(default_factory=Series)
    base: Powers = field(default_factory=Series)
    battery: Powers = field(default_factory=Series)
    peaks: tuple[tuple[date, float], ...] = ()

    @classmethod
    def of(
        cls, home: Home, schedule: Schedule, peaks: Iterable[tuple[date, float]]
    ) -> OwnPower:
        """Return it of a home as it is planned."""
        slots = home.slots
        return cls(
            sun=_powers(Slot(s.start, s.end, s.value.sun) for s in slots),
            base=_powers(Slot(s.start, s.end, s.value.base) for s in slots),
            battery=next(
                (schedule.powers.get(each.key, Series()) for each in home.batteries),
                Series(),
            ),
            peaks=tuple(peaks),
        )


def _powers(slots: Iterable[Slot[float]]) -> Powers:
    """Return powers, those that are the same as one; none where there never is any."""
    runs = merged(Slot(each.start, each.end, round(each.value, 3)) for each in slots)
    return runs if any(each.value for each in runs) else Series()
