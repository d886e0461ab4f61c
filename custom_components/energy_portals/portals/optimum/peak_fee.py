"""Grid fees by the highest power of a month: what counts of it, and what it costs.

The shapes are those of published tariffs: Norway's steps (lede.no/nettleie, NVE),
Flanders' capacity tariff (VREG), Ellevio's and Göteborg Energi's effektavgift.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain, zip_longest
from math import fsum
from typing import Final
from zoneinfo import ZoneInfo

from ..model.bands import EVERY_MONTH, Band, held
from ..model.periods import midnight, month_start
from ..model.plain import Finite, looked_up
from ..model.prices import HOUR
from ..model.public_holidays import NO_HOLIDAYS, Holidays
from ..model.series import Series, Slot
from .home import PeakDue, PeakWindow

_DAY: Final = timedelta(days=1)
# What is added up in floats is compared to a thousandth of a milliwatt.
_DIGITS: Final = 9


class Per(StrEnum):
    """Of what only the highest mean counts: of any, of a day, or of a week."""

    ANY = "any"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakFee:
    """What the highest power costs.

    Import is averaged over windows of `window` (15 min or 1 h, by the clock), each
    mean is multiplied by its weight: the amount of the first of `weights` that fits,
    else `otherwise`; 0 does not count. Of each day or week (`per`) only the highest
    counts, and the fee is by the mean of the `count` highest of a month, in kW, which
    is at least `floor`. With `months` of fewer than all there is none in the others.

    With a `rolling` of 12 it is the mean of twelve months of what these months come to,
    or where weeks count of the highest weeks of twelve months; `rate` is then money per
    kW and year, else per kW and month. Instead there may be `steps`: from so many kW
    on, so much money a month. What is on a threshold belongs to the higher step.
    """

    window: timedelta = HOUR
    per: Per = Per.DAY
    count: int = 3
    weights: tuple[Band, ...] = ()
    otherwise: float = 1.0
    months: frozenset[int] = EVERY_MONTH
    rolling: int = 1
    floor: float = 0.0
    rate: float = 0.0
    steps: tuple[tuple[float, float], ...] = ()

    def fee(self, peak: float) -> float:
        """Return what a peak (kW) costs in a month, in the tariff's currency."""
        counted = max(round(peak, _DIGITS), self.floor)
        if not self.steps:
            return self.rate / self.rolling * counted
        return max(
            (step for step in self.steps if step[0] <= counted),
            default=min(self.steps),
        )[1]

    def peak(self, values: Iterable[float]) -> float:
        """Return the peak of a month by the values that count in it, in kW.

        Where there are fewer than count, the others are as if nothing was drawn.
        """
        highest = sorted(values, reverse=True)[: self.count]
        return max(round(fsum(highest) / self.count, _DIGITS), self.floor)

    def begin(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return when the window of a moment begins, in UTC."""
        local = moment.astimezone(zone)
        since = timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        return (moment - since % self.window).astimezone(UTC)

    def windows(
        self,
        start: datetime,
        end: datetime,
        zone: ZoneInfo,
        holidays: Holidays = NO_HOLIDAYS,
    ) -> Iterator[PeakWindow]:
        """Yield the windows that share time with [start, end) and count, in order.

        `day` is the local day they lie in, or the Monday of the week; of a night on
        which clocks change too, a window is as long as any other.
        """
        weights = held(self.weights, start - _DAY, end, zone, holidays)
        begin = self.begin(start, zone)
        while begin < end:
            local = begin.astimezone(zone)
            band = weights.at(begin) if self.weights else None
            is_other = band is None or band.value is None
            weight = self.otherwise if is_other else _amount(band)
            if weight > 0 and local.month in self.months:
                yield PeakWindow(
                    begin, begin + self.window, weight, day=self.key(local.date())
                )
            begin += self.window

    def key(self, day: date) -> date | None:
        """Return the day that names what a day's highest is one of; None is itself."""
        match self.per:
            case Per.DAY:
                return day
            case Per.WEEK:
                return day - _DAY * day.weekday()
        return None

    def due(
        self,
        reached: PeakDays,
        start: datetime,
        end: datetime,
        zone: ZoneInfo,
        holidays: Holidays = NO_HOLIDAYS,
        drawn: float = 0.0,
    ) -> tuple[PeakDue, ...]:
        """Return what the peaks of a span may come to, month by month.

        `drawn` (kWh) was drawn in the window of the start before it. A month is
        expected to reach what the one before did, the less the more of it is over.
        """
        by_month: defaultdict[date, list[PeakWindow]] = defaultdict(list)
        for window in self.windows(start, end, zone, holidays):
            local = window.start.astimezone(zone).date()
            by_month[month_start(local)].append(window)
        dues = []
        coming: float | None = None
        for month, windows in sorted(by_month.items()):
            due = self._due(reached, month, windows, start, zone, drawn, coming)
            coming = max(due.peak(list(due.reached.values())), due.floor)
            dues.append(due)
        return tuple(dues)

    def _due(
        self,
        reached: PeakDays,
        month: date,
        windows: list[PeakWindow],
        start: datetime,
        zone: ZoneInfo,
        drawn: float,
        coming: float | None,
    ) -> PeakDue:
        """Return what the peaks of a month may come to; `coming` is the last one's."""
        first = windows[0]
        if first.start < start:
            windows = [replace(first, drawn=drawn), *windows[1:]]
        values = dict(reached.values(self, month))
        open_keys = {window.day for window in windows if window.day is not None}
        still = {
            key: max(values.pop(key), default=0.0) for key in open_keys & {*values}
        }
        past = sorted(chain.from_iterable(values.values()), reverse=True)[: self.count]
        so_far = self.peak([*past, *still.values()])
        before = coming
        if before is None:
            last = reached.values(self, month_start(month, 1))
            before = self.peak(chain.from_iterable(last.values())) if last else so_far
        begun, over = midnight(month, zone), midnight(_following(month), zone)
        left = min((over - max(start, begun)) / (over - begun), 1.0)
        return PeakDue(
            windows=tuple(windows),
            count=self.count,
            past=tuple(past),
            reached=still,
            floor=self.floor,
            expected=so_far + max(before - so_far, 0.0) * left,
            rate=self._rate,
            steps=self.steps,
        )

    @property
    def _rate(self) -> float:
        """Return what one kW more costs in the end, in all months it counts in."""
        return self.rate if self.per is Per.WEEK else self.rate / self.rolling


def _amount(slot: Slot[Band | None] | None) -> float:
    """Return the weight of a band that holds."""
    return 1.0 if slot is None or slot.value is None else slot.value.amount


def _following(month: date) -> date:
    """Return the first day of the month after one."""
    return month_start(month + 31 * _DAY)


@looked_up
@dataclass(frozen=True, slots=True)
class PeakDays:
    """The highest means of days that are over and of today, weighed, kW.

    Of each local day so many as count, the highest first. Where only longer means are
    known than a fee goes by, the highest was at least so much.
    """

    days: Mapping[date, tuple[Finite, ...]] = field(default_factory=dict)

    def noted(
        self,
        fee: PeakFee,
        energy: Iterable[Slot[float]],
        now: datetime,
        zone: ZoneInfo,
        holidays: Holidays = NO_HOLIDAYS,
    ) -> PeakDays:
        """Return it with the energy that was drawn from the grid, kWh.

        Only windows that are over count; what was known once stays.
        """
        slots = [each for each in energy if each.start < now]
        days = dict(self.days)
        if slots:
            start = min(each.start for each in slots)
            end = min(max(each.end for each in slots), now)
            drawn = _in_windows(fee, slots, zone)
            by_day: defaultdict[date, list[float]] = defaultdict(list)
            for window in fee.windows(start, end, zone, holidays):
                if window.end <= now and window.start in drawn:
                    mean = drawn[window.start] / (fee.window / HOUR)
                    day = window.start.astimezone(zone).date()
                    by_day[day].append(round(mean * window.weight, _DIGITS))
            for day, means in by_day.items():
                highest = sorted(means, reverse=True)[: fee.count]
                both = zip_longest(highest, days.get(day, ()), fillvalue=0.0)
                days[day] = tuple(max(pair) for pair in both)
        # A week belongs to a year of them; else this month and the last are enough.
        months = 12 if fee.per is Per.WEEK and fee.rolling > 1 else 1
        since = month_start(now.astimezone(zone).date(), months) - 7 * _DAY
        return PeakDays({day: days[day] for day in sorted(days) if day >= since})

    def values(
        self, fee: PeakFee, month: date
    ) -> Mapping[date | None, tuple[float, ...]]:
        """Return what counts in a month, kW, by what only the highest counts of."""
        is_year = fee.per is Per.WEEK and fee.rolling > 1
        first = month_start(month, 11) if is_year else month
        values: defaultdict[date | None, list[float]] = defaultdict(list)
        for day, highest in self.days.items():
            if first <= day < _following(month):
                values[fee.key(day)] += highest
        if fee.per is Per.ANY:
            return {key: tuple(each) for key, each in values.items()}
        return {key: (max(each),) for key, each in values.items() if each}

    def so_far(self, fee: PeakFee, now: datetime, zone: ZoneInfo) -> float | None:
        """Return the peak of this month up to now, kW; None where nothing is known."""
        month = month_start(now.astimezone(zone).date())
        values = self.values(fee, month)
        return fee.peak(chain.from_iterable(values.values())) if values else None


def _in_windows(
    fee: PeakFee, energy: Iterable[Slot[float]], zone: ZoneInfo
) -> Mapping[datetime, float]:
    """Return the energy of each window of which anything is known, kWh."""
    amounts: defaultdict[datetime, list[float]] = defaultdict(list)
    for slot in energy:
        whole = slot.end - slot.start
        begin = fee.begin(slot.start, zone)
        while begin < slot.end:
            end = begin + fee.window
            within = min(end, slot.end) - max(begin, slot.start)
            amounts[begin].append(slot.value * (within / whole))
            begin = end
    return {begin: fsum(each) for begin, each in amounts.items()}


def energy_of(power: Series[float]) -> Iterator[Slot[float]]:
    """Yield mean powers (kW) as energies, kWh."""
    for slot in power:
        energy = slot.value * ((slot.end - slot.start) / HOUR)
        yield Slot(slot.start, slot.end, energy)


# --- known shapes ---------------------------------------------------------------------

# Without figures: those are of an operator and a year. Norway's thresholds are the
# same of nearly all; a price that is not given is of a step nobody reaches.
NORWAY: Final = "norway"
FLANDERS: Final = "flanders"
ELLEVIO: Final = "ellevio"
GOETEBORG: Final = "goeteborg"
OWN: Final = "own"
THRESHOLDS: Final = (0.0, 2.0, 5.0, 10.0, 15.0, 20.0, 25.0, 50.0, 75.0, 100.0)
SHAPES: Final[Mapping[str, PeakFee]] = {
    NORWAY: PeakFee(steps=tuple((from_, 0.0) for from_ in THRESHOLDS)),
    FLANDERS: PeakFee(
        window=timedelta(minutes=15), per=Per.ANY, count=1, rolling=12, floor=2.5
    ),
    ELLEVIO: PeakFee(weights=(Band(0.5, time(22), time(6)),)),
    GOETEBORG: PeakFee(),
    OWN: PeakFee(),
}
