"""A home's slots as plain lists, and what runs draw in them on average, kW."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ..model.prices import HOUR
from ..model.series import Series, Slot
from .home import DeferrableLoad, ElectricVehicle, Home, HomeSlot


@dataclass(frozen=True)
class Grid:
    """The slots of a home by number; `hours` is how long each lasts."""

    slots: tuple[Slot[HomeSlot], ...]

    @classmethod
    def of(cls, home: Home) -> Grid:
        """Return the slots of a home."""
        return cls(home.slots)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.slots)

    @cached_property
    def bounds(self) -> list[datetime]:
        """Return where slots begin, and where the last ends."""
        return [*(slot.start for slot in self.slots), self.slots[-1].end]

    @cached_property
    def hours(self) -> list[float]:
        """Return how long each slot lasts, h."""
        return [(slot.end - slot.start) / HOUR for slot in self.slots]

    @cached_property
    def values(self) -> list[HomeSlot]:
        """Return what is known of each."""
        return [slot.value for slot in self.slots]

    def since(self, moment: datetime) -> float:
        """Return how many hours lie between the first slot's beginning and a moment."""
        return (moment - self.bounds[0]) / HOUR

    def whole(self, start: datetime, end: datetime) -> list[int]:
        """Return the slots that lie wholly within a span."""
        bounds = self.bounds
        return [
            place
            for place in range(len(self.slots))
            if bounds[place] >= start and bounds[place + 1] <= end
        ]

    def takes(self, car: ElectricVehicle) -> float:
        """Return what a car takes in all, kWh: the rest of its need in any case.

        Less than its least power brings in a slot cannot be had, nor less than a step
        of what it is set to.
        """
        if car.need <= 0 or not (places := self.whole(car.earliest, car.ready)):
            return car.room
        longest = max(self.hours[place] for place in places)
        step = car.set_by * self.hours[0] if car.settings and 0 in places else 0.0
        least = car.least_power * longest * car.efficiency
        return max(car.room + step * car.efficiency, least)

    def starts(self, load: DeferrableLoad) -> list[datetime]:
        """Return when a load without breaks may start: at bounds, or once it may."""
        first = max(load.earliest, self.bounds[0])
        last = min(load.deadline, self.bounds[-1]) - load.lasts
        candidates = sorted({first, *(each for each in self.bounds if each > first)})
        return [
            start
            for start in candidates
            if start <= last and not load.blocked.between(start, start + load.lasts)
        ]

    def shares(self, start: datetime, end: datetime) -> list[tuple[int, float]]:
        """Return the slots that a span touches, each with the hours they share."""
        place = max(bisect_right(self.bounds, start) - 1, 0)
        touched: list[tuple[int, float]] = []
        while place < len(self.slots) and self.bounds[place] < end:
            slot = self.slots[place]
            hours = (min(slot.end, end) - max(slot.start, start)) / HOUR
            if hours > 0:
                touched.append((place, hours))
            place += 1
        return touched

    def energies(self, runs: Iterable[Slot[float | None]]) -> dict[int, float]:
        """Return what runs draw in the slots that they touch, kWh."""
        drawn: dict[int, float] = {}
        for run in runs:
            for place, hours in self.shares(run.start, run.end):
                drawn[place] = drawn.get(place, 0.0) + (run.value or 0.0) * hours
        return drawn

    def means(self, runs: Iterable[Slot[float | None]]) -> list[float]:
        """Return what runs draw on average in each slot, kW."""
        means = [0.0] * len(self.slots)
        for place, energy in self.energies(runs).items():
            means[place] = energy / self.hours[place]
        return means

    def of_series(self, values: float | Series[float]) -> list[float]:
        """Return what a series is on average in each slot, in its unit.

        Where it says nothing, it is nothing.
        """
        if isinstance(values, Series):
            return self.means(Slot(e.start, e.end, e.value) for e in values)
        return [values] * len(self.slots)
