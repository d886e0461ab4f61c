"""What a home has really saved: by its meters and real prices, against at once.

Amounts are by quarters of an hour in UTC. Energies are kWh, powers kW, money is in the
home's currency.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain
from math import fsum
from typing import Final
from zoneinfo import ZoneInfo

from ..model.ledger import hour_of
from ..model.periods import midnight, month_start
from ..model.plain import Finite, Moment, looked_up
from ..model.prices import HOUR
from ..model.public_holidays import NO_HOLIDAYS, Holidays
from ..model.series import Slot
from .grid import Grid
from .home import QUARTER, Battery, HomeSlot
from .peak_fee import PeakDays, PeakFee
from .self_use import self_used

_A_QUARTER: Final = QUARTER / HOUR
_DAY: Final = timedelta(days=1)
# Of the mean of the lowest third of prices: what a kWh that is stored is worth.
_STORED: Final = 0.9
_NOTHING: Final = 1e-9

type _Energy = Mapping[datetime, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """What flowed in a quarter of an hour, kWh, and what a kWh cost and brought.

    `charged` and `discharged` are those of the battery, None where nobody tells.
    """

    drawn: float
    fed_in: float
    price: float
    sold: float
    charged: float | None = None
    discharged: float | None = None


@looked_up
@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a device was to do: it would have begun at `begin` at its most `power`.

    `key` and `window`, when that begins, name it; its end is `end`. `runs` are what it
    did, each with its mean power. A `store` would have drawn the same all day long.
    `planned` is what it was to do, and `why`, as of just before it began.
    """

    key: str
    window: Moment
    begin: Moment | None
    end: Moment
    power: Finite
    runs: tuple[tuple[Moment, Moment, Finite], ...] = ()
    is_store: bool = False
    planned: tuple[tuple[Moment, Moment], ...] = ()
    why: str | None = None

    def ran(self, until: datetime) -> Iterator[Slot[float]]:
        """Yield its runs up to a moment."""
        for start, end, power in self.runs:
            if start < until:
                yield Slot(start, min(end, until), power)


@looked_up
@dataclass(frozen=True, slots=True)
class Saved:
    """What an hour really cost, and what it would have without a plan."""

    start: Moment
    paid: Finite
    at_once: Finite

    @property
    def saved(self) -> float:
        """Return what was saved, which may be less than nothing."""
        return self.at_once - self.paid


@dataclass(frozen=True, kw_only=True)
class Past:
    """What is known of the days from a midnight on, up to a whole hour.

    `charges` are states of charge of the `battery` at midnights, percent. `fee` is what
    peaks cost; `peaks` are those before these days, and `peaks_at_once` those that
    there would have been.
    """

    metered: Mapping[datetime, Metered]
    jobs: tuple[Job, ...]
    until: datetime
    zone: ZoneInfo
    battery: Battery | None = None
    charges: Mapping[datetime, float]
    fee: PeakFee | None = None
    peaks: PeakDays
    peaks_at_once: PeakDays
    holidays: Holidays = NO_HOLIDAYS


def realised(past: Past) -> tuple[tuple[Saved, ...], PeakDays]:
    """Return what each hour has saved, and the peaks that there would have been.

    An hour of which a quarter is not known is left out. What ran, or would have, in a
    quarter that is not known counts as if it had not been moved.
    """
    moved = defaultdict[datetime, float](float)
    for job in past.jobs:
        for start, energy in _moved(past, job).items():
            moved[start] += energy
    stored = _battery(past, moved)
    paid, at_once = dict[datetime, float](), dict[datetime, float]()
    drawn = list[Slot[float]]()
    drawn_at_once = list[Slot[float]]()
    for start, flow in sorted(past.metered.items()):
        bought, sold = _instead(flow, moved.get(start, 0.0))
        paid[start] = flow.drawn * flow.price - flow.fed_in * flow.sold
        at_once[start] = bought * flow.price - sold * flow.sold
        at_once[start] += stored.get(start, 0.0)
        drawn.append(Slot(start, start + QUARTER, flow.drawn))
        drawn_at_once.append(Slot(start, start + QUARTER, bought))
    fees = _fees(past, past.peaks, drawn)
    fees_at_once = _fees(past, past.peaks_at_once, drawn_at_once)
    hours = tuple(
        Saved(
            hour,
            fsum(paid[each] for each in quarters) + fees.get(hour, 0.0),
            fsum(at_once[each] for each in quarters) + fees_at_once.get(hour, 0.0),
        )
        for hour, quarters in _hours(past.metered)
    )
    peaks = past.peaks_at_once
    if past.fee is not None:
        peaks = peaks.noted(
            past.fee, drawn_at_once, past.until, past.zone, past.holidays
        )
    return hours, peaks


def _hours(
    metered: Mapping[datetime, Metered],
) -> Iterator[tuple[datetime, tuple[datetime, ...]]]:
    """Yield the hours whose quarters are all known, with them."""
    for hour in sorted({hour_of(each) for each in metered}):
        quarters = tuple(hour + n * QUARTER for n in range(4))
        if all(each in metered for each in quarters):
            yield hour, quarters


def _quarter(moment: datetime) -> datetime:
    """Return when the quarter of an hour of a moment begins."""
    hour = hour_of(moment)
    return hour + (moment - hour) // QUARTER * QUARTER


def energies(runs: Iterable[Slot[float]]) -> dict[datetime, float]:
    """Return the energy of runs by quarters."""
    by_quarter = defaultdict[datetime, float](float)
    for run in runs:
        start = _quarter(run.start)
        while start < run.end:
            within = min(run.end, start + QUARTER) - max(run.start, start)
            by_quarter[start] += run.value * (within / HOUR)
            start += QUARTER
    return dict(by_quarter)


def _moved(past: Past, job: Job) -> _Energy:
    """Return what more would have been drawn at once, below zero where less."""
    parts = _by_day(past, job) if job.is_store else [instead_of(job, past.until)]
    moved = defaultdict[datetime, float](float)
    for ran, would in parts:
        if not ran or not would:
            continue
        before, after = energies(ran), energies(would)
        if {*before, *after} <= past.metered.keys():
            for start, energy in after.items():
                moved[start] += energy
            for start, energy in before.items():
                moved[start] -= energy
    return moved


def instead_of(
    job: Job, until: datetime
) -> tuple[list[Slot[float]], list[Slot[float]]]:
    """Return what ran, and the same energy from the beginning on at the most power."""
    ran = list(job.ran(until))
    if job.begin is None or not ran or ran[0].start < job.begin:
        return [], []
    energy = fsum(run.value * ((run.end - run.start) / HOUR) for run in ran)
    power = max(job.power, *(run.value for run in ran))
    if energy <= 0:
        return [], []
    return ran, [Slot(job.begin, job.begin + HOUR * (energy / power), power)]


def _by_day(
    past: Past, job: Job
) -> Iterator[tuple[list[Slot[float]], list[Slot[float]]]]:
    """Yield day by day what a store drew, and the same all day long."""
    for begin, end in _days(past):
        ran = [
            Slot(max(run.start, begin), min(run.end, end), run.value)
            for run in job.ran(end)
            if run.end > begin
        ]
        energy = fsum(run.value * ((run.end - run.start) / HOUR) for run in ran)
        yield ran, [Slot(begin, end, energy / ((end - begin) / HOUR))]


def _days(past: Past) -> Iterator[tuple[datetime, datetime]]:
    """Yield the local days that are looked at, as far as they are over."""
    if not past.metered:
        return
    first = min(past.metered).astimezone(past.zone).date()
    last = (past.until - datetime.resolution).astimezone(past.zone).date()
    for number in range((last - first).days + 1):
        day: date = first + number * _DAY
        end = min(midnight(day + _DAY, past.zone), past.until)
        yield midnight(day, past.zone), end


def _instead(flow: Metered, more: float) -> tuple[float, float]:
    """Return what would have been drawn and fed in if more had been used."""
    if more >= 0:
        from_fed = min(more, flow.fed_in)
        return flow.drawn + more - from_fed, flow.fed_in - from_fed
    less = min(-more, flow.drawn)
    return flow.drawn - less, flow.fed_in + (-more - less)


def _battery(past: Past, moved: dict[datetime, float]) -> _Energy:
    """Have the battery only use what is left over, and return what it then lacks.

    It begins each day as full as it was. What it has less at the end than it would
    have is worth money, and what it has more too.
    """
    worth = dict[datetime, float]()
    battery = past.battery
    if battery is None:
        return worth
    for begin, end in _days(past):
        starts = [begin + n * QUARTER for n in range((end - begin) // QUARTER)]
        charge = past.charges.get(begin)
        flows = [past.metered.get(each) for each in starts]
        known = [each for each in flows if each is not None]
        if charge is None or not known or len(known) < len(starts):
            continue
        did = [_did(each) for each in known]
        if None in did:
            continue
        powers = [(each or 0.0) / _A_QUARTER for each in did]
        net = [
            (flow.drawn - flow.fed_in + moved.get(start, 0.0)) / _A_QUARTER - power
            for start, flow, power in zip(starts, known, powers, strict=True)
        ]
        grid = Grid(
            tuple(Slot(each, each + QUARTER, HomeSlot(price=0.0)) for each in starts)
        )
        own = replace(battery, soc=charge)
        would = self_used(own, grid, net, [battery.charge] * len(grid))
        value = _stored_value([flow.price for flow in known]) * battery.eff_out
        for start, power, instead in zip(starts, powers, would, strict=True):
            moved[start] = moved.get(start, 0.0) + (instead - power) * _A_QUARTER
            lacks = _gained(battery, power) - _gained(battery, instead)
            worth[start] = value * lacks * _A_QUARTER
    return worth


def _did(flow: Metered) -> float | None:
    """Return what a battery took, below zero what it gave."""
    if flow.charged is None or flow.discharged is None:
        return None
    return flow.charged - flow.discharged


def _gained(battery: Battery, power: float) -> float:
    """Return by how much a battery gets fuller at a power, kW."""
    return power * battery.eff_in if power > 0 else power / battery.eff_out


def _stored_value(prices: Sequence[float]) -> float:
    """Return what a kWh that is stored is worth by the prices of a day."""
    third = sorted(prices)[: max(len(prices) // 3, 1)]
    return min(_STORED * fsum(third) / len(third), fsum(prices) / len(prices))


def _fees(
    past: Past, before: PeakDays, drawn: Sequence[Slot[float]]
) -> dict[datetime, float]:
    """Return by how much the month's peak fee became more with each hour."""
    fee = past.fee
    if fee is None or not drawn:
        return {}
    fees = dict[datetime, float]()
    month, so_far = None, 0.0
    for hour, _ in _hours(past.metered):
        local = month_start(hour.astimezone(past.zone).date())
        if local != month:
            month, so_far = local, _fee(fee, before, local)
        upto = [each for each in drawn if each.end <= hour + HOUR]
        peaks = before.noted(fee, upto, hour + HOUR, past.zone, past.holidays)
        now = _fee(fee, peaks, local)
        fees[hour], so_far = now - so_far, now
    return fees


def _fee(fee: PeakFee, peaks: PeakDays, month: date) -> float:
    """Return what a month costs by its peaks so far."""
    values = peaks.values(fee, month)
    return fee.fee(fee.peak(chain.from_iterable(values.values())))
