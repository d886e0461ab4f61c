"""What is seen of a device that a load is bound to, and what it asks for by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from .planner import Runs
from .series import Series, Slot

_HOUR: Final = timedelta(hours=1)
# A device that runs is looked at more often: beyond it nobody looked.
LONGEST_UNSEEN: Final = timedelta(minutes=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a device asks for by its own entities; None is as the user has set it.

    `is_ready` is False while it cannot run: not plugged in, or not loaded. `energy` is
    what is still to be drawn from the grid, kWh, without what was delivered by now;
    `at_once` is how much of it waits for no price, and `more` what may be taken beyond
    it. `duration` is how long it runs in
    all. `ready_by` (UTC) goes before the end of the window.
    """

    is_ready: bool | None = None
    energy: float | None = None
    at_once: float = 0.0
    more: float | None = None
    duration: timedelta | None = None
    ready_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is seen of a device at `at` (UTC), whatever was planned.

    `is_running` is what the device or its meter says, None where neither does. `ran`
    are the spans in which it ran, of the last days: in UTC, each with its mean power
    in kW, None where no meter tells. What runs now ends at `at`. `follows` is False
    while the device does not do what it was told to. Until `hand_until` a person's hand
    goes before the plan, and nothing is driven. What runs is not switched off before
    `stays_until`, whatever is planned.
    """

    at: datetime
    is_running: bool | None = None
    ran: Runs = field(default_factory=Series)
    follows: bool = True
    hand_until: datetime | None = None
    stays_until: datetime | None = None
    need: Need = field(default_factory=Need)

    def as_of(self, now: datetime) -> Seen:
        """Return it a little later: what runs still runs, until it is looked at again.

        `now` is in UTC.
        """
        gap = now - self.at
        if not self.is_running or not timedelta() < gap <= LONGEST_UNSEEN:
            return self
        last = self.ran.slots[-1] if self.ran.slots else None
        if last is None or last.end != self.at:
            ran = (*self.ran.slots, Slot(self.at, now, None))
        else:
            ran = (*self.ran.slots[:-1], Slot(last.start, now, last.value))
        return replace(self, at=now, ran=Series(ran))

    @property
    def running_since(self) -> datetime | None:
        """Return since when it has been running without a break."""
        if not self.is_running or not self.ran.slots:
            return None
        since = self.ran.slots[-1].start
        for run in reversed(self.ran.slots):
            if run.end < since:
                break
            since = run.start
        return since

    def since(self, start: datetime) -> Iterator[Slot[float | None]]:
        """Yield what ran from a moment on, cut at it."""
        for run in self.ran.between(start, max(self.at, start)):
            yield Slot(max(run.start, start), run.end, run.value)

    def ran_for(self, start: datetime) -> timedelta:
        """Return how long it has run from a moment on."""
        return sum((run.end - run.start for run in self.since(start)), timedelta())

    def delivered(self, start: datetime, power: float | None) -> float | None:
        """Return what it has drawn from a moment on, kWh.

        Where no meter told, it drew `power` (kW); None where that is not known either.
        """
        total = 0.0
        for run in self.since(start):
            drawn = power if run.value is None else run.value
            if drawn is None:
                return None
            total += drawn * ((run.end - run.start) / _HOUR)
        return total

    def starts(self, start: datetime) -> int:
        """Return how often it has started from a moment on."""
        ends = {run.end for run in self.ran}
        return sum(run.start >= start and run.start not in ends for run in self.ran)
