"""How clean the grid's power is over time: CO2 per kWh, and scores of vendors.

Neither is a share of renewable energy, which is a kind of its own (`green`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final, Self, override
from zoneinfo import ZoneInfo

import msgspec

from .periods import days_between, midnight, next_midnight
from .plain import Rows, looked_up, rows_of, series_of, zone_of
from .series import Outlook, Series, Slot, mean, runs

CO2_UNIT: Final = "gCO2/kWh"

_DAY: Final = timedelta(days=1)
# How much of what is over stays, so that today's figures go on counting.
_KEPT: Final = timedelta(days=2)
# The part of a day that is low at most.
_LOW: Final = 5
_VALUE: Final = attrgetter("value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensity(Outlook):
    """A figure of the grid's power over time; of what, the class says.

    `published` was measured or is settled; `predicted` never covers it. `current` is
    what the source says of now, for moments of which neither tells. All are in `unit`,
    and None is no unit. `slots` are both; `zone` is that of the household's days.
    """

    zone: ZoneInfo
    unit: str | None = None
    published: Series[float] = field(default_factory=Series)
    predicted: Series[float] = field(default_factory=Series)
    current: float | None = None
    slots: Series[float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay what is published over what is predicted."""
        object.__setattr__(self, "slots", self.predicted.merged(self.published))

    def at(self, now: datetime) -> float | None:
        """Return the value that holds now."""
        slot = self.slots.at(now)
        return self.current if slot is None else slot.value

    def is_predicted(self, when: datetime) -> bool:
        """Say whether what is told of a moment is a prediction."""
        return self.published.at(when) is None and self.slots.at(when) is not None

    def day(self, day: date) -> Series[float] | None:
        """Return the slots of a local day, None where it is not wholly known."""
        start, end = midnight(day, self.zone), midnight(day + _DAY, self.zone)
        return self.slots.within(start, end) if self.slots.covers(start, end) else None

    def lowest(self, now: datetime) -> Slot[float] | None:
        """Return the lowest slot of today, the earliest of equals."""
        today = self.day(now.astimezone(self.zone).date())
        return None if today is None else min(today, key=_VALUE)

    def highest(self, now: datetime) -> Slot[float] | None:
        """Return the highest slot of today, the earliest of equals."""
        today = self.day(now.astimezone(self.zone).date())
        return None if today is None else max(today, key=_VALUE)

    def whole_days(self) -> Iterator[Series[float]]:
        """Yield the local days that are wholly known."""
        if not (slots := self.slots.slots):
            return iter(())
        spanned = days_between(slots[0].start, slots[-1].end, self.zone)
        return (day for each in spanned if (day := self.day(each)) is not None)

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
        if newer.unit != self.unit:
            return newer
        if not newer.slots:
            return replace(self, current=newer.current)
        since = newer.slots.slots[0].start - _KEPT
        return replace(
            newer,
            published=self.published.since(since).merged(newer.published),
            predicted=self.predicted.since(since).merged(newer.predicted),
        )

    def as_dict(self) -> dict[str, object]:
        """Return what outlasts a restart as plain data; `from_dict` reads it."""
        return {
            "zone": self.zone.key,
            "unit": self.unit,
            "published": rows_of(self.published),
            "predicted": rows_of(self.predicted),
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return what `as_dict` wrote; ValueError for anything else."""
        kept = msgspec.convert(data, _Kept)
        return cls(
            zone=zone_of(kept.zone),
            unit=kept.unit,
            published=series_of(kept.published),
            predicted=series_of(kept.predicted),
        )


@looked_up
class _Kept(msgspec.Struct, frozen=True):
    """An outlook as it is kept."""

    zone: str
    unit: str | None
    published: Rows
    predicted: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class GreenIndexOutlook(Intensity):
    """How green power is by a vendor's own score, mostly of 0 to 100: no share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonOutlook(Intensity):
    """How much CO2 a kWh from the grid comes with.

    `low` are the windows with the least of it: of each local day that is wholly known
    those slots that are its lowest fifth together, each window with its mean. Slots
    alike are all low or none, so that an even day has no window.
    """

    unit: str | None = CO2_UNIT
    low: Series[float] = field(init=False, repr=False, compare=False)

    @override
    def __post_init__(self) -> None:
        """Find the low windows once."""
        Intensity.__post_init__(self)
        slots = (slot for day in self.whole_days() for slot in _lowest(day))
        windows = (Slot(run[0].start, run[-1].end, mean(run)) for run in runs(slots))
        object.__setattr__(self, "low", Series(tuple(windows)))

    def is_low(self, now: datetime) -> bool | None:
        """Say whether it is low now, None where that is not known."""
        if self.low.at(now) is not None:
            return True
        return None if self.day(now.astimezone(self.zone).date()) is None else False

    def next_low(self, now: datetime) -> Slot[float] | None:
        """Return the next low window, None where another may come before."""
        window = self.low.after(now)
        if window is None:
            return None
        ahead = days_between(now, window.start, self.zone)
        return window if all(self.day(day) is not None for day in ahead) else None


def _lowest(day: Series[float]) -> list[Slot[float]]:
    """Return the lowest slots of a day, which last for a fifth of it at most."""
    left = (day.slots[-1].end - day.slots[0].start) / _LOW
    low: list[Slot[float]] = []
    for _, alike in groupby(sorted(day, key=_VALUE), _VALUE):
        slots = list(alike)
        left -= sum((each.end - each.start for each in slots), timedelta())
        if left < timedelta():
            break
        low += slots
    return sorted(low, key=attrgetter("start"))
