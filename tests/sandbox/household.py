"""The one simulated household that every simulated portal reports on."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Final

from tests.sandbox.grid import SLOT, Grid, slot_start
from tests.sandbox.load import (
    DEFAULT_APPLIANCES,
    SLOTS_A_DAY,
    ZONE,
    Row,
    appliance_row,
    rest_row,
)

SLOT_SECONDS = int(SLOT.total_seconds())
_DAY = timedelta(days=1)
_DAY_SECONDS = SLOTS_A_DAY * SLOT_SECONDS
_ALWAYS = datetime.min.replace(tzinfo=UTC)

type Clock = Callable[[], datetime]
type Energies = dict[tuple[datetime, datetime], float]

# What was over when it was asked for, by seed: of households that nobody has changed.
_ENERGIES: Final[defaultdict[int, Energies]] = defaultdict(dict)


@dataclass(frozen=True)
class Load:
    """The power of one slot, in W."""

    start: datetime
    appliances: Mapping[str, int]
    rest: int

    @property
    def total(self) -> int:
        """Return the power of the whole home."""
        return sum(self.appliances.values()) + self.rest


@dataclass(frozen=True)
class Energy:
    """The energy of an interval, in Wh."""

    appliances: Mapping[str, float]
    rest: float
    total: float


@dataclass(frozen=True)
class _Day:
    """The watts of the slots of one UTC day."""

    appliances: Mapping[str, Row]
    rest: Row
    total: Row


def _joules(row: Row, start: int, stop: int) -> int:
    """Return the integral over a part of a day, given in seconds of that day."""
    first, skipped = divmod(start, SLOT_SECONDS)
    last, begun = divmod(stop, SLOT_SECONDS)
    joules = sum(row[first:last]) * SLOT_SECONDS
    if skipped:
        joules -= row[first] * skipped
    if begun:
        joules += row[last] * begun
    return joules


def _slots_of(day: date) -> list[datetime]:
    midnight = datetime.combine(day, time(), UTC)
    return [midnight + SLOT * n for n in range(SLOTS_A_DAY)]


@cache
def _fraction(question: str) -> float:
    return Random(question).random()


@cache
def _drawn(seed: int, day: date, present: tuple[tuple[str, int], ...]) -> _Day:
    """Return a day as it is drawn, of appliances that are there from a slot on."""
    appliances = {
        name: (0,) * absent + appliance_row(seed, name, day)[absent:]
        for name, absent in present
    }
    return _summed(appliances, rest_row(seed, day))


def _summed(appliances: Mapping[str, Row], rest: Row) -> _Day:
    total = tuple(map(sum, zip(rest, *appliances.values(), strict=True)))
    return _Day(appliances, rest, total)


class Household:
    """Power and energy up to now; price and renewable share also beyond.

    Everything follows from the seed and the slot, so the past changes only where it is
    corrected or withheld. Energy is integrated in whole joules, so that parts add up
    exactly.
    """

    zone = ZONE

    def __init__(self, seed: int, clock: Clock) -> None:
        """Hold the seed and the clock; days are computed when they are asked for."""
        self.seed = seed
        self.grid = Grid(seed)
        self._clock = clock
        self._since = dict.fromkeys(DEFAULT_APPLIANCES, _ALWAYS)
        self._lag = timedelta()
        self._corrections: list[tuple[datetime, datetime, int]] = []
        self._holds: list[tuple[datetime, datetime, bool]] = []
        self._days: dict[date, _Day] = {}
        self._published_days: dict[date, _Day] = {}
        self._energies = _ENERGIES[seed]

    def now(self) -> datetime:
        """Return the present moment in UTC, in whole seconds."""
        return self._clock().astimezone(UTC).replace(microsecond=0)

    def today(self) -> date:
        """Return the local date."""
        return self.now().astimezone(ZONE).date()

    def metered_until(self) -> datetime:
        """Return up to when readings have arrived; the power of now needs none."""
        return self.now() - self._lag

    def hold_back(self, seconds: int) -> None:
        """Let readings arrive this late from now on."""
        self._lag = timedelta(seconds=seconds)

    def correct(self, start: datetime, stop: datetime, watts: int) -> None:
        """Add watts no appliance explains to the slots that start in [start, stop)."""
        self._corrections.append((start.astimezone(UTC), stop.astimezone(UTC), watts))
        self._days.clear()
        self._forget_published()

    def withhold(self, start: datetime, stop: datetime) -> None:
        """Publish no readings of the slots that start in [start, stop)."""
        self._hold(start, stop, held=True)

    def publish(self, start: datetime, stop: datetime) -> None:
        """Publish what was withheld of the slots that start in [start, stop)."""
        self._hold(start, stop, held=False)

    def _hold(self, start: datetime, stop: datetime, *, held: bool) -> None:
        self._holds.append((start.astimezone(UTC), stop.astimezone(UTC), held))
        self._forget_published()

    def _forget_published(self) -> None:
        self._published_days.clear()
        self._energies = {}

    def is_published(self, start: datetime, stop: datetime) -> bool:
        """Return whether none of the slots that make up an interval is withheld."""
        if not any(first < stop and start < last for first, last, _ in self._holds):
            return True
        slots = (start + SLOT * n for n in range((stop - start) // SLOT))
        return not any(map(self._is_held, slots))

    def _is_held(self, slot: datetime) -> bool:
        for start, stop, held in reversed(self._holds):
            if start <= slot < stop:
                return held
        return False

    def fraction(self, *what: object) -> float:
        """Return a number in [0, 1) that follows from the seed and the question."""
        return _fraction("/".join(map(str, (self.seed, *what))))

    def appliances(self) -> list[str]:
        """Return the names of the appliances that have run by now."""
        return list(self._since)

    def add_appliance(self, name: str) -> None:
        """Put an appliance into the home, from the running slot on."""
        since = slot_start(self.now())
        if self._since.setdefault(name, since) is since:
            for days in (self._days, self._published_days):
                for day in [day for day in days if day >= since.date()]:
                    del days[day]
            self._energies = {}

    def load(self, at: datetime) -> Load:
        """Return the power in the slot that holds a moment."""
        start = slot_start(at)
        if start > self.now():
            msg = "the household does not know its future load"
            raise ValueError(msg)
        day = self._day(start.date())
        n = (start.hour * 60 + start.minute) // 15
        appliances = {
            name: row[n]
            for name, row in day.appliances.items()
            if self._since[name] <= start
        }
        return Load(start, appliances, day.rest[n])

    def peak(self, start: datetime) -> tuple[datetime, int]:
        """Return the slot of the highest power in W since the start of a slot."""
        start = slot_start(start)
        peaks: list[tuple[datetime, int]] = []
        # The running slot counts from its first second on.
        until = self.now() + timedelta(seconds=1)
        for day, first, last in self._parts(start, until):
            total = self._day(day).total
            slots = range(first // SLOT_SECONDS, -(-last // SLOT_SECONDS))
            slot = max(slots, key=total.__getitem__)
            midnight = datetime.combine(day, time(), UTC)
            peaks.append((midnight + SLOT * slot, total[slot]))
        return max(peaks, key=lambda peak: peak[1])

    def loads(self, start: datetime, stop: datetime) -> Iterator[Load]:
        """Yield the power of the published slots that start in [start, stop)."""
        stop = min(stop, self.metered_until())
        at = slot_start(start)
        if at < start:
            at += SLOT
        while at < stop:
            if not self._is_held(at):
                yield self.load(at)
            at += SLOT

    def energy(self, start: datetime, stop: datetime) -> Energy:
        """Return the energy of an interval as far as published, by appliance."""
        stop = min(stop, self.metered_until())
        joules = {
            name: 0
            for name, since in self._since.items()
            if max(since, start) < stop or since is _ALWAYS
        }
        rest = total = 0
        for day, *part in self._parts(start, stop):
            watts = self._published_day(day)
            for name, row in watts.appliances.items():
                joules[name] += _joules(row, *part)
            rest += _joules(watts.rest, *part)
            total += _joules(watts.total, *part)
        appliances = {name: value / 3600 for name, value in joules.items()}
        return Energy(appliances, rest / 3600, total / 3600)

    def total_energy(self, start: datetime, stop: datetime) -> float:
        """Return the energy of the whole home in an interval as far as published."""
        until = self.metered_until()
        if stop > until:
            return self._integrated(start, until)
        span = start.astimezone(UTC), stop.astimezone(UTC)
        if (known := self._energies.get(span)) is None:
            known = self._energies[span] = self._integrated(*span)
        return known

    def _integrated(self, start: datetime, stop: datetime) -> float:
        joules = 0
        for day, *part in self._parts(start, stop):
            joules += _joules(self._published_day(day).total, *part)
        return joules / 3600

    def _parts(
        self, start: datetime, stop: datetime
    ) -> Iterator[tuple[date, int, int]]:
        """Yield the UTC days of an interval with the seconds of each that lie in it."""
        start, stop = start.astimezone(UTC), stop.astimezone(UTC)
        day = start.date()
        while (midnight := datetime.combine(day, time(), UTC)) < stop:
            first = max(0, int((start - midnight).total_seconds()))
            last = min(_DAY_SECONDS, int((stop - midnight).total_seconds()))
            if first < last:
                yield day, first, last
            day += _DAY

    def _day(self, day: date) -> _Day:
        if (known := self._days.get(day)) is None:
            known = self._days[day] = self._make_day(day)
        return known

    def _published_day(self, day: date) -> _Day:
        if (known := self._published_days.get(day)) is None:
            known = self._published_days[day] = self._as_published(day)
        return known

    def _as_published(self, day: date) -> _Day:
        """Return a day without what is withheld of it."""
        whole = self._day(day)
        if not self._holds:
            return whole
        held = [self._is_held(slot) for slot in _slots_of(day)]
        if not any(held):
            return whole

        def cut(row: Row) -> Row:
            return tuple(
                0 if gone else watts for watts, gone in zip(row, held, strict=True)
            )

        appliances = {name: cut(row) for name, row in whole.appliances.items()}
        return _Day(appliances, cut(whole.rest), cut(whole.total))

    def _make_day(self, day: date) -> _Day:
        midnight = datetime.combine(day, time(), UTC)
        present = tuple(
            (name, 0 if since < midnight else (since - midnight) // SLOT)
            for name, since in self._since.items()
            if since < midnight + _DAY
        )
        drawn = _drawn(self.seed, day, present)
        rest = self._corrected(drawn.rest, midnight)
        return drawn if rest is drawn.rest else _summed(drawn.appliances, rest)

    def _corrected(self, rest: Row, midnight: datetime) -> Row:
        for start, stop, watts in self._corrections:
            if start < midnight + _DAY and midnight < stop:
                slots = _slots_of(midnight.date())
                rest = tuple(
                    max(0, old + watts) if start <= slot < stop else old
                    for old, slot in zip(rest, slots, strict=True)
                )
        return rest
