"""What roofs are expected to yield, as power over time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import fsum
from operator import attrgetter
from typing import Final, Self
from zoneinfo import ZoneInfo

import msgspec

from .periods import days_between, midnight, next_midnight
from .plain import Rows, looked_up, rows_of, series_of, zone_of
from .prices import HOUR
from .series import Outlook, Series, Slot

_DAY: Final = timedelta(days=1)
# How much of what is over stays, so that today's figures go on counting.
_KEPT: Final = timedelta(days=2)
# By no more than this do the sun's hours differ from one day to the next: of slots of
# an hour one may be dark, and one more is left out under thick clouds.
_TWILIGHT: Final = timedelta(hours=2)
_VALUE: Final = attrgetter("value")


@dataclass(frozen=True, slots=True, kw_only=True)
class SolarOutlook(Outlook):
    """What one roof is expected to yield, or several together; all are mean powers, W.

    `told` is what the source says. Sources leave the night out: `slots` have it, as
    nothing. Of a day whose morning or evening may be missing as well, because the days
    beside it are longer, that end stays unknown, and so does a hole. With `is_whole`
    the nights are in what is told. `zone` is that of the household's days.
    """

    zone: ZoneInfo
    told: Series[float] = field(default_factory=Series)
    is_whole: bool = False
    slots: Series[float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Add the nights once."""
        nights = () if self.is_whole else _nights(self.told, self.zone)
        slots = Series.of((*self.told, *nights))
        object.__setattr__(self, "slots", slots)

    @classmethod
    def of(cls, energy: Iterable[Slot[float]], zone: ZoneInfo) -> Self:
        """Return the outlook of slots of any length with their energy, Wh."""
        slots = (Slot(e.start, e.end, e.value / _hours(e)) for e in energy)
        return cls(zone=zone, told=Series.of(slots))

    def at(self, now: datetime) -> float | None:
        """Return the power that is expected now, W."""
        slot = self.slots.at(now)
        return None if slot is None else slot.value

    def energy(self, start: datetime, end: datetime) -> float | None:
        """Return the energy expected in `[start, end)`, Wh; None if part is unknown."""
        if not self.slots.covers(start, end):
            return None
        inside = self.slots.within(start, end)
        return fsum(each.value * _hours(each) for each in inside)

    def of_day(self, day: date) -> float | None:
        """Return the energy of a local day, Wh."""
        return self.energy(midnight(day, self.zone), midnight(day + _DAY, self.zone))

    def remaining(self, now: datetime) -> float | None:
        """Return the energy from now to the end of the local day, Wh."""
        return self.energy(now, next_midnight(now, self.zone))

    def peak(self, day: date) -> Slot[float] | None:
        """Return the strongest slot of a local day, the earliest of equals.

        None of a day that is not wholly known, or without sun.
        """
        start, end = midnight(day, self.zone), midnight(day + _DAY, self.zone)
        if not self.slots.covers(start, end):
            return None
        peak = max(self.slots.within(start, end), key=_VALUE)
        return peak if peak.value > 0 else None

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next start or end of a slot, or midnight if that is sooner.

        None once there is no slot any more.
        """
        change = self.slots.next_change(now)
        return None if change is None else min(change, next_midnight(now, self.zone))

    def holds(self, now: datetime) -> bool:
        """Say whether a slot tells of now, however old the last fetch is."""
        return self.slots.at(now) is not None

    def merged(self, newer: Self) -> Self:
        """Return what is newer, and of the last two days what it does not tell."""
        if not newer.told:
            return self
        if newer.is_whole != self.is_whole:
            return newer
        since = newer.told.slots[0].start - _KEPT
        return replace(newer, told=self.told.since(since).merged(newer.told))

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data for the store; `from_dict` reads it."""
        told = rows_of(self.told)
        return {"zone": self.zone.key, "told": told, "is_whole": self.is_whole}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return what `as_dict` wrote; ValueError for anything else."""
        kept = msgspec.convert(data, _Kept)
        told = series_of(kept.told)
        return cls(zone=zone_of(kept.zone), told=told, is_whole=kept.is_whole)


@looked_up
class _Kept(msgspec.Struct, frozen=True):
    """An outlook as it is kept."""

    zone: str
    told: Rows
    is_whole: bool


def added(outlooks: Sequence[SolarOutlook]) -> SolarOutlook:
    """Return what several roofs are expected to yield together, in the first's zone.

    Slots are cut where those of any roof begin or end. Where one roof is unknown, the
    sum is. Raises ValueError without any roof.
    """
    if not outlooks:
        raise ValueError("no roof to add up")
    ends = {end for each in outlooks for slot in each.slots for end in _ends(slot)}
    slots: list[Slot[float]] = []
    for start, end in pairwise(sorted(ends)):
        powers = [power for each in outlooks if (power := each.at(start)) is not None]
        if len(powers) == len(outlooks):
            slots.append(Slot(start, end, fsum(powers)))
    return SolarOutlook(zone=outlooks[0].zone, told=Series(tuple(slots)), is_whole=True)


def _ends(slot: Slot[float]) -> tuple[datetime, datetime]:
    """Return where a slot begins and ends."""
    return slot.start, slot.end


def _hours(slot: Slot[float]) -> float:
    """Return how long a slot lasts."""
    return (slot.end - slot.start) / HOUR


def _nights(told: Series[float], zone: ZoneInfo) -> Iterator[Slot[float]]:
    """Yield the nights before and after the slots of each day, as nothing."""
    if not told:
        return
    spanned = days_between(told.slots[0].start, told.slots[-1].end, zone)
    bounds = {day: (midnight(day, zone), midnight(day + _DAY, zone)) for day in spanned}
    by_day = {day: told.within(*bounds[day]).slots for day in bounds}
    sunny = {
        day: [each for each in slots if each.value > 0] for day, slots in by_day.items()
    }
    for day, slots in by_day.items():
        if not slots:
            continue
        (start, end), dawn, dusk = bounds[day], slots[0].start, slots[-1].end
        # Of the days beside it, the sun's first and last slot as if they were its own.
        beside = [
            (sun[0].start - shift, sun[-1].end - shift)
            for shift in (-_DAY, _DAY)
            if (sun := sunny.get(day + shift))
        ]
        if start < dawn and all(dawn - first <= _TWILIGHT for first, _ in beside):
            yield Slot(start, dawn, 0.0)
        if dusk < end and all(last - dusk <= _TWILIGHT for _, last in beside):
            yield Slot(dusk, end, 0.0)
