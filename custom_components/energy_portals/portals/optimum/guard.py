"""The guard: in real time, what can wait is shed before a home draws too much.

It looks at the home's meter every few seconds and needs no plan but what is to run now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import fsum, inf
from typing import Final

from ..model.prices import HOUR
from .home import PeakDue

# What was shed shows at the meter a little later.
_SETTLES: Final = timedelta(seconds=15)
# What there is room for is restored when there was room for so long.
_DELAY: Final = timedelta(seconds=60)
# Without a reading for so long nothing is known of the window that runs.
_LONGEST_UNREAD: Final = timedelta(minutes=2)
# A meter that is there and tells nothing new shows the same as before for so long.
_LONGEST_SAME: Final = timedelta(minutes=15)
# Near its end a window has room for what the next has none.
_LAST: Final = timedelta(minutes=5)
# Powers are compared to the milliwatt, and moved up by no less than this, kW.
_SAME: Final = 1e-6
_STEP: Final = 0.2
# A step of a fee is stayed below by so much, kW.
_BELOW: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Flexible:
    """Something that is to run now by its plan, at `planned` kW.

    `drawn` is what it draws, where a meter tells. It can be turned down to `least` kW;
    None is off or on. What has the higher `priority` is shed later, and what `is_due`
    last: it would not be ready otherwise, so that no peak counts against it.
    """

    key: str
    planned: float
    drawn: float | None = None
    least: float | None = None
    priority: int = 0
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class PeakBound:
    """A window of a peak fee whose mean import is to be at most `target` kW.

    `drawn` (kWh) was drawn in it until the plan's `since`, as far as the plan knows.
    """

    start: datetime
    end: datetime
    target: float
    drawn: float = 0.0
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is not to be passed, kW: None is no bound.

    `limit` is for the import of the home, `flexible` for all that is flexible together.
    """

    limit: float | None = None
    flexible: float | None = None
    peak: PeakBound | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What the guard knows.

    `shed` are the powers (kW) that each may draw at most, 0 is off. `read` is when the
    meter last told, and `power` what, kW; `drawn` (kWh) is what was drawn since
    `window` began, None where that is not known. `changed` is when something was last
    shed, of `coming` kW, and `free` since when there is room for something. `is_lost`
    says that the meter has been away since it told last.
    """

    shed: Mapping[str, float] = field(default_factory=dict)
    read: datetime | None = None
    power: float = 0.0
    window: datetime | None = None
    drawn: float | None = None
    changed: datetime | None = None
    coming: float = 0.0
    free: datetime | None = None
    is_lost: bool = False

    def blind(self, now: datetime) -> bool:
        """Say whether the meter has told nothing for too long: plans count alone."""
        return self.read is None or now - self.read > _LONGEST_UNREAD

    def most(self, key: str, now: datetime) -> float:
        """Return what something may draw at most, kW; infinity where it is not shed."""
        return inf if self.blind(now) else self.shed.get(key, inf)

    def looked(
        self, now: datetime, power: float, bounds: Bounds, every: Iterable[Flexible]
    ) -> Guard:
        """Return it after a reading of the meter: what is shed now.

        `power` is the import, kW; what is fed in is below nothing.
        """
        return self.told(now, power, bounds.peak).decided(now, bounds, every)

    def decided(
        self, now: datetime, bounds: Bounds, every: Iterable[Flexible]
    ) -> Guard:
        """Return it with what is shed by the last reading."""
        there = {each.key: each for each in every if each.planned > 0}
        shed = {key: most for key, most in self.shed.items() if key in there}
        drawn = {key: _draws(each, shed) for key, each in there.items()}
        flexible = inf if bounds.flexible is None else bounds.flexible
        power, spare = self._seen(now), flexible - fsum(drawn.values())
        limit = inf if bounds.limit is None else bounds.limit
        hard = max(power - limit, -spare)
        over = max(power - self._allowed(now, bounds), hard)
        # What is due gives way to limits alone.
        gives = {key: hard if each.is_due else over for key, each in there.items()}
        if any(drawn[key] > 0 and most > _SAME for key, most in gives.items()):
            return self._shedding(now, gives, there, shed, drawn)
        lasting = self._allowed(now, bounds, is_lasting=True)
        rooms = {
            key: min((limit if each.is_due else lasting) - power, spare)
            for key, each in there.items()
        }
        return self._restoring(now, rooms, there, shed)

    # --- the meter --------------------------------------------------------------------

    def told(self, now: datetime, power: float, peak: PeakBound | None) -> Guard:
        """Return it with a reading, and what was drawn since its window began."""
        begun, drawn = None if peak is None else peak.start, self.drawn
        if begun is None:
            drawn = None
        elif self.read is None or not self._still_tells(now):
            drawn = 0.0 if now - begun <= _SETTLES else None
        elif begun != self.window:
            # What was told last before it began holds until now.
            is_whole = self.read - begun <= _SETTLES
            drawn = self._used(begun, now) if is_whole else None
        elif drawn is not None:
            drawn += self._used(self.read, now)
        told = replace(self, read=now, power=power, window=begun, drawn=drawn)
        told = replace(told, is_lost=False)
        return told if peak is None or drawn is not None else told.seeded(now, peak)

    def _still_tells(self, now: datetime) -> bool:
        """Say whether what the meter told last still holds."""
        longest = _LONGEST_UNREAD if self.is_lost else _LONGEST_SAME
        return self.read is not None and now - self.read <= longest

    def _used(self, since: datetime, now: datetime) -> float:
        """Return what was drawn in a time at the power that was told last, kWh."""
        return max(self.power, 0.0) * (max(now - since, timedelta()) / HOUR)

    def seeded(self, now: datetime, peak: PeakBound) -> Guard:
        """Return it with what a plan that was just made knows of the window."""
        if peak.since is None or now - peak.since > _LONGEST_UNREAD:
            return self
        return replace(self, drawn=peak.drawn + self._used(peak.since, now))

    def so_far(self, window: datetime, at: datetime) -> float | None:
        """Return what was drawn from a window's begin to a moment about now, kWh.

        None where no meter has told all of it.
        """
        if self.drawn is None or self.window != window or not self._still_tells(at):
            return None
        since = at if self.read is None else self.read
        return max(self.drawn + max(self.power, 0.0) * ((at - since) / HOUR), 0.0)

    def _seen(self, now: datetime) -> float:
        """Return what is drawn once the meter shows what was shed, kW."""
        is_coming = self.changed is not None and now - self.changed < _SETTLES
        return self.power - (self.coming if is_coming else 0.0)

    def _allowed(
        self, now: datetime, bounds: Bounds, *, is_lasting: bool = False
    ) -> float:
        """Return what the home may draw now, kW, or for a while from now on."""
        allowed = inf if bounds.limit is None else bounds.limit
        peak = bounds.peak
        if peak is None or self.drawn is None:
            return allowed
        left = peak.end - now
        if left <= timedelta():
            return min(allowed, peak.target)
        budget = peak.target * ((peak.end - peak.start) / HOUR) - self.drawn
        mean = max(budget / (left / HOUR), 0.0)
        if is_lasting and left < _LAST:
            mean = min(mean, peak.target)
        return min(allowed, mean)

    # --- what is shed -----------------------------------------------------------------

    def _shedding(
        self,
        now: datetime,
        gives: Mapping[str, float],
        there: Mapping[str, Flexible],
        before: Mapping[str, float],
        drawn: Mapping[str, float],
    ) -> Guard:
        """Return it with more shed, the least important first.

        Each `gives` way until so much is shed, kW.
        """
        shed, freed = dict(before), 0.0
        for key in sorted(there, key=lambda key: _place(there[key])):
            each, draws = there[key], drawn[key]
            if freed >= gives[key] - _SAME or before.get(key) == 0:
                continue
            left = draws - (gives[key] - freed)
            is_enough = each.least is not None and left >= max(each.least, _SAME)
            shed[key] = left if is_enough else 0.0
            freed += draws - shed[key]
        if shed == before:
            return replace(self, shed=shed, free=None)
        is_coming = self.changed is not None and now - self.changed < _SETTLES
        coming = freed + (self.coming if is_coming else 0.0)
        return replace(self, shed=shed, changed=now, coming=coming, free=None)

    def _restoring(
        self,
        now: datetime,
        rooms: Mapping[str, float],
        there: Mapping[str, Flexible],
        before: Mapping[str, float],
    ) -> Guard:
        """Return it with less shed, where there has been room for it for a minute."""
        shed, taken = dict(before), 0.0
        for key in sorted(before, key=lambda key: (*_last(there[key]), key)):
            each, most = there[key], before[key]
            new = min(each.planned, most + max(rooms[key] - taken, 0.0))
            is_whole = new >= each.planned - _SAME
            if not is_whole and (
                each.least is None or new < each.least or new < most + _STEP
            ):
                continue
            taken += new - most
            if is_whole:
                del shed[key]
            else:
                shed[key] = new
        if shed == before:
            return replace(self, shed=before, free=None)
        if self.free is None or now - self.free < _DELAY:
            return replace(self, shed=before, free=self.free or now)
        return replace(self, shed=shed, free=None)


def _place(each: Flexible) -> tuple[bool, int, str]:
    """Return when something is shed."""
    return each.is_due, each.priority, each.key


def _last(each: Flexible) -> tuple[bool, int]:
    """Return when something is restored."""
    return not each.is_due, -each.priority


def _draws(each: Flexible, shed: Mapping[str, float]) -> float:
    """Return what something draws as far as it may, kW."""
    told = each.planned if each.drawn is None else min(each.drawn, each.planned)
    return min(told, shed.get(each.key, inf))


def most_of_window(due: PeakDue, planned: float, weight: float = 1.0) -> float:
    """Return what a window's mean may come to at most, kW, if a peak is to be planned.

    `planned` is the peak (kW) that a plan comes to. Up to the next step more costs
    nothing; and what is below the highest that count anyway costs nothing, either.
    """
    target = max(planned, due.floor, due.expected)
    if due.steps:
        above = [from_ for from_, _ in due.steps if from_ > target + _SAME]
        target = max(min(above) - _BELOW, target) if above else inf
    others = sorted(due.past, reverse=True)
    most = due.count * target - fsum(others[: due.count - 1])
    if len(others) >= due.count:
        most = max(most, others[due.count - 1])
    return max(most, 0.0) / weight
