"""What a home has drawn in the window of a peak fee that is not over yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import fsum

from ..house import House
from ..http.errors import Unavailable
from ..model.prices import HOUR
from ..model.series import Series, Slot
from ..optimum.guard import Guard
from .bindings import power_of, shown
from .dashboard import Dashboard
from .home_inputs import Drawing
from .whole_home import HomeGround


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWindow:
    """The time from the window's begin up to a moment in it.

    By `dashboard` are known the meters of `house`, by `ground` what the home draws by
    itself, and by `loads` what ran of what is planned.
    """

    begin: datetime
    now: datetime
    house: House
    dashboard: Dashboard
    ground: HomeGround
    loads: Iterable[Drawing]

    async def drawn(self, guard: Guard | None) -> float:
        """Return what was drawn from the grid in it, kWh.

        Of a guard, which watches the meter of power. What it does not know, after a
        restart for one, is the recorder's up to some minutes ago, then what the meter
        of power shows. Where no meter tells, it is what was planned beside the most
        that the home draws by itself.
        """
        if self.begin >= self.now:
            return 0.0
        told = None if guard is None else guard.so_far(self.begin, self.now)
        if told is not None:
            return told
        energy, until = await self._recorded()
        return energy + self._since(until)

    async def _recorded(self) -> tuple[float, datetime]:
        """Return what the recorder has of it, kWh, and up to when."""
        try:
            every = [
                Series.of(await self.house.lately(name, self.begin))
                for name in self.dashboard.drawn
            ]
        except Unavailable:
            every = []
        until = min((self._known_to(each) for each in every), default=self.begin)
        energy = fsum(
            max(slot.value, 0.0) * _within(slot, self.begin, until)
            for each in every
            for slot in each.between(self.begin, until)
        )
        return energy, until

    def _known_to(self, told: Series[float]) -> datetime:
        """Return up to when readings say all since the window began."""
        until = self.begin
        for slot in told:
            if slot.start > until:
                break
            until = max(min(slot.end, self.now), until)
        return until

    def _since(self, until: datetime) -> float:
        """Return what was drawn since then, kWh."""
        states = [self.house.state(name) for name in self.dashboard.power]
        powers = [power_of(shown(state)) for state in states]
        known = [power for power in powers if power is not None]
        if powers and len(known) == len(powers):
            return max(fsum(known), 0.0) * ((self.now - until) / HOUR)
        base = self.ground.base(until, self.now).slots
        amounts = [(Slot(e.start, e.end, e.value.high)) for e in base]
        for load in self.loads:
            for run in load.runs:
                power = load.power if run.value is None else run.value
                amounts.append(Slot(run.start, run.end, power or 0.0))
        return fsum(
            each.value
            * _within(each, until, self.now)
            * ((each.end - each.start) / HOUR)
            for each in amounts
        )


def _within(slot: Slot[float], start: datetime, end: datetime) -> float:
    """Return the part of a slot that lies in a span."""
    within = min(slot.end, end) - max(slot.start, start)
    return max(within / (slot.end - slot.start), 0.0)
