"""What a home draws besides what is planned: by its own hours of the last weeks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from math import exp, fsum, sumprod
from typing import Final
from zoneinfo import ZoneInfo

from ..model.prices import HOUR
from ..model.public_holidays import NO_HOLIDAYS, WEEKDAYS, Holidays
from ..model.series import Series, Slot

_DAY: Final = timedelta(days=1)
# So much of the past counts, and half as much for each of these that went by since.
HISTORY: Final = 28 * _DAY
_HALF_LIFE: Final = 10 * _DAY
# What is left out of the weight at each end: an absence, a feast.
_TRIMMED: Final = 0.1
_HIGH: Final = 0.9
# What lay off in the last hours fades away, and some of what lay off in a day stays.
_RECENT: Final = 3 * HOUR
_RECENT_PART: Final = 0.7
_FADES: Final = 2.5 * HOUR
_LAST_PART: Final = 0.4
# With fewer days, days are all alike; without any whole day there is nothing to tell.
_FEW: Final = 7 * 24
_NONE: Final = 24
# What a home draws of which nobody has said anything, kW.
ASSUMED: Final = 0.4
_SATURDAY: Final = WEEKDAYS.index("sat")

# An hour that clocks show, and whether nobody works on that day.
type _Hour = tuple[int, bool]


class Basis(StrEnum):
    """What a forecast of the base load stands on."""

    DAYS = "days"
    HOURS = "hours"
    GIVEN = "given"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Draw:
    """What is expected to be drawn, kW: its mean, and what it stays below in 90 %."""

    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class BaseLoad:
    """What a home is expected to draw hour by hour, and what that stands on."""

    slots: Series[Draw] = field(default_factory=Series)
    basis: Basis = Basis.ASSUMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """The energy that went into a home's wires and out of them, kWh, by the hour.

    `loads` are those of what is planned: they are no part of the base load.
    """

    drawn: tuple[Series[float], ...] = ()
    fed_in: tuple[Series[float], ...] = ()
    sun: tuple[Series[float], ...] = ()
    discharged: tuple[Series[float], ...] = ()
    charged: tuple[Series[float], ...] = ()
    loads: tuple[Series[float], ...] = ()

    def base(self) -> Series[float]:
        """Return the mean power of each hour, kW, that the home drew by itself.

        Of an hour in which any of them is unknown it is unknown. What is below
        nothing, because meters do not tell at the same moment, is nothing.
        """
        plus = (*self.drawn, *self.sun, *self.discharged)
        minus = (*self.fed_in, *self.charged, *self.loads)
        if not plus:
            return Series()
        added = [_by_hour(each) for each in plus]
        taken = [_by_hour(each) for each in minus]
        known = set.intersection(*(set(each) for each in (*added, *taken)))
        return Series(
            tuple(
                Slot(
                    hour,
                    hour + HOUR,
                    max(
                        fsum(each[hour] for each in added)
                        - fsum(each[hour] for each in taken),
                        0.0,
                    ),
                )
                for hour in sorted(known)
            )
        )


def _by_hour(energy: Iterable[Slot[float]]) -> Mapping[datetime, float]:
    """Return the energy of each hour of which all is known, kWh.

    Of what is told over several hours nobody knows when it was, unless it is nothing.
    """
    amounts: defaultdict[datetime, list[float]] = defaultdict(list)
    covered: defaultdict[datetime, timedelta] = defaultdict(timedelta)
    for slot in energy:
        hour = slot.start.replace(minute=0, second=0, microsecond=0)
        while hour < slot.end:
            after = hour + HOUR
            is_within = hour <= slot.start and slot.end <= after
            if is_within or slot.value == 0:
                amounts[hour].append(slot.value)
                covered[hour] += min(after, slot.end) - max(hour, slot.start)
            hour = after
    return {hour: fsum(amounts[hour]) for hour in amounts if covered[hour] >= HOUR}


def base_load(
    past: Series[float],
    now: datetime,
    end: datetime,
    zone: ZoneInfo,
    holidays: Holidays = NO_HOLIDAYS,
    given: float | None = None,
) -> BaseLoad:
    """Return what is expected to be drawn from now on, hour by hour, in kW.

    `past` is the mean power of past hours, kW, and `given` what a user says of a home
    of which not a whole day is known. The mean is that of the same hour of days of the
    same sort, the nearer the heavier, without the lowest and the highest tenth; to it
    comes what the last hours and the last day lay off.
    """
    begin = now - HISTORY
    hours = [each for each in past.between(begin, now) if each.start >= begin]
    hours = [each for each in hours if each.end <= now]
    starts = list(_hours(now, end))
    if len(hours) < _NONE:
        basis = Basis.ASSUMED if given is None else Basis.GIVEN
        level = ASSUMED if given is None else given
        flat = (Slot(*each, Draw(level, level)) for each in starts)
        return BaseLoad(Series(tuple(flat)), basis)
    is_few = len(hours) < _FEW
    profile = _Profile(hours, now, zone, NO_HOLIDAYS if is_few else holidays, is_few)
    recent, last = profile.off(_RECENT), profile.off(_DAY)
    slots = []
    for start, after in starts:
        ahead = (start + (after - start) / 2 - now) / _FADES
        off = _RECENT_PART * (recent - _LAST_PART * last) * exp(-ahead)
        off += _LAST_PART * last
        mean, high = profile.mean(start), profile.high(start)
        drawn = max(mean + off, 0.0)
        slots.append(Slot(start, after, Draw(drawn, max(high + off, drawn))))
    return BaseLoad(Series(tuple(slots)), Basis.HOURS if is_few else Basis.DAYS)


def _hours(now: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the hours from now on, the first of them what is left of it."""
    start = now.astimezone(UTC)
    while start < end:
        after = start.replace(minute=0, second=0, microsecond=0) + HOUR
        yield start, min(after, end)
        start = after


class _Profile:
    """What the hours of a home are like, by the clock and the sort of day."""

    def __init__(
        self,
        hours: Iterable[Slot[float]],
        now: datetime,
        zone: ZoneInfo,
        holidays: Holidays,
        are_alike: bool,
    ) -> None:
        """Take what was drawn."""
        self._now = now
        self._zone = zone
        self._holidays = holidays
        self._are_alike = are_alike
        self._free: dict[date, bool] = {}
        self._hours = tuple(hours)
        self._samples: defaultdict[_Hour, list[tuple[float, float]]]
        self._samples = defaultdict(list)
        for each in self._hours:
            weight = 0.5 ** ((now - each.start) / _HALF_LIFE)
            self._samples[self._hour(each.start)].append((each.value, weight))
        for samples in self._samples.values():
            samples.sort()
        means = {key: _trimmed(each) for key, each in self._samples.items()}
        self._mean = dict(means)
        level = self._level()
        self._mean = {key: level * mean for key, mean in means.items()}
        self._high = {key: _quantile(each) for key, each in self._samples.items()}

    def _level(self) -> float:
        """Return by how much whole days are above the hours that are usual.

        What is left out of single hours is mostly what is high, and lost to the energy;
        days are more even.
        """
        drawn: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
        for each in self._hours:
            place = (self._now - each.end) // _DAY
            drawn[place].append((each.value, self.mean(each.start)))
        ratios = []
        for place, pairs in drawn.items():
            usual = fsum(mean for _, mean in pairs)
            if usual > 0:
                ratio = fsum(value for value, _ in pairs) / usual
                ratios.append((ratio, 0.5 ** (place * _DAY / _HALF_LIFE)))
        return _trimmed(sorted(ratios)) if ratios else 1.0

    def _hour(self, moment: datetime) -> _Hour:
        """Return which hour of which sort of day clocks show."""
        local = moment.astimezone(self._zone)
        return local.hour, not self._are_alike and self._is_free(local.date())

    def _is_free(self, day: date) -> bool:
        """Say whether nobody works on a day."""
        if day not in self._free:
            self._free[day] = self._holidays.sort(day) >= _SATURDAY
        return self._free[day]

    def mean(self, moment: datetime) -> float:
        """Return what is usual, kW."""
        return self._of(self._mean, moment)

    def high(self, moment: datetime) -> float:
        """Return what is rarely passed, kW."""
        return self._of(self._high, moment)

    def _of(self, figures: Mapping[_Hour, float], moment: datetime) -> float:
        """Return a figure of an hour, of other days where there was no such day."""
        hour, is_free = self._hour(moment)
        figure = figures.get((hour, is_free), figures.get((hour, not is_free)))
        return fsum(figures.values()) / len(figures) if figure is None else figure

    def off(self, span: timedelta) -> float:
        """Return how far the last of the past lay off what is usual, kW."""
        since = self._now - span
        offs = [
            each.value - self.mean(each.start)
            for each in self._hours
            if each.end > since
        ]
        return fsum(offs) / len(offs) if offs else 0.0


def _trimmed(samples: list[tuple[float, float]]) -> float:
    """Return the mean of weighed values, in order, without what lies at the ends."""
    whole = fsum(weight for _, weight in samples)
    least, most = whole * _TRIMMED, whole * (1 - _TRIMMED)
    ends = list(accumulate(weight for _, weight in samples))
    left = [
        max(min(end, most) - max(end - weight, least), 0.0)
        for end, (_, weight) in zip(ends, samples, strict=True)
    ]
    return sumprod((value for value, _ in samples), left) / fsum(left)


def _quantile(samples: list[tuple[float, float]]) -> float:
    """Return the value that nine tenths of the weight do not pass."""
    whole = fsum(weight for _, weight in samples)
    reached = 0.0
    for value, weight in samples:
        reached += weight
        if reached >= whole * _HIGH:
            return value
    return samples[-1][0]
