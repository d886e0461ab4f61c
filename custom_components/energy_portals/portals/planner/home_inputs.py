"""What is read of a home: what it draws by itself, and the peaks of its month."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from ..house import House
from ..http.errors import Unavailable
from ..model.fitting import Run
from ..model.ledger import hour_of
from ..model.plain import Rows, looked_up, series_of
from ..model.prices import HOUR
from ..model.series import Series, Slot
from ..optimum.base_load import HISTORY, Flows
from ..optimum.peak_fee import PeakDays
from .client import PlannerClient
from .dashboard import Dashboard

# The recorder has an hour a moment after it is over.
_LATE: Final = timedelta(minutes=2)
# The last hours are read again: they may have been corrected.
_AGAIN: Final = 2 * HOUR
# What ran is looked up again for so long.
_LATELY: Final = timedelta(days=2)
# This month and the last, of which the quarters are known for ten days.
_PEAKS: Final = timedelta(days=62)
_ENERGY: Final = frozenset({"Wh", "kWh", "MWh"})


@looked_up
@dataclass(frozen=True, slots=True, kw_only=True)
class KeptInputs:
    """What of it no recorder would tell again: peaks, and what ran without a meter."""

    peaks: PeakDays = field(default_factory=PeakDays)
    ran: Rows = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeInputs:
    """What was read of a home up to `read`, a whole hour in UTC.

    `base` is the mean power that it drew by itself in past hours, kW, and `ran` the
    energy of loads without a meter, kWh; `peaks` are those of its grid's meter.
    `dashboard` is what is known of its meters.
    """

    dashboard: Dashboard = field(default_factory=Dashboard)
    base: Series[float] = field(default_factory=Series)
    ran: Series[float] = field(default_factory=Series)
    peaks: PeakDays = field(default_factory=PeakDays)
    read: datetime | None = None

    @classmethod
    def of(cls, kept: KeptInputs) -> HomeInputs:
        """Return what was kept over a restart; the rest is read again."""
        return cls(peaks=kept.peaks, ran=series_of(kept.ran))

    @property
    def kept(self) -> KeptInputs:
        """Return what is to be kept."""
        return KeptInputs(
            peaks=self.peaks,
            ran=[(each.start, each.end, each.value) for each in self.ran],
        )


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is planned and so is no base load: its meter, and how it has run by plan.

    `power` (kW) is what it draws where a run does not tell.
    """

    meter: str | None
    power: float | None
    runs: Iterable[Run]


async def read_home(
    house: House,
    client: PlannerClient,
    loads: Iterable[Drawing],
    before: HomeInputs,
    now: datetime,
) -> HomeInputs:
    """Return what is known of a home by now; each hour is read once, when it is over.

    A meter that cannot be read leaves what was known as it was.
    """
    meters = [(each, _meter(house, each)) for each in loads]
    unmetered = (each for each, meter in meters if meter is None)
    ran = _noted(before.ran, unmetered, now)
    hour = hour_of(now - _LATE)
    if before.read is not None and before.read >= hour:
        return replace(before, ran=ran)
    dashboard = Dashboard.of(await house.dashboard())
    known = [meter for _, meter in meters if meter is not None]
    reading = _Reading(house, dashboard, hour)
    base, peaks = before.base, before.peaks
    since = hour - HISTORY if not base.slots else base.slots[-1].end - _AGAIN
    with suppress(Unavailable):
        flows = await reading.flows(known, ran, since)
        base = base.merged(flows.base()).since(hour - HISTORY)
    if client.peak is not None:
        # Of the days before a restart the quarters may be known no more.
        since = hour - (_PEAKS if before.read is None else _AGAIN)
        with suppress(Unavailable):
            drawn = await reading.energy(dashboard.drawn, since)
            peaks = peaks.noted(client.peak, chain(*drawn), now, house.zone)
    return HomeInputs(dashboard=dashboard, base=base, ran=ran, peaks=peaks, read=hour)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of the meters of a home, up to an hour."""

    house: House
    dashboard: Dashboard
    hour: datetime

    async def energy(
        self, names: Iterable[str], since: datetime
    ) -> tuple[Series[float], ...]:
        """Return the energy of statistics, kWh; Unavailable if one is gone."""
        return tuple(
            [
                Series.of(await self.house.energy(name, since, self.hour))
                for name in names
            ]
        )

    async def flows(
        self, meters: Iterable[str], ran: Series[float], since: datetime
    ) -> Flows:
        """Return what flowed; what ran without a meter ran as planned."""
        dashboard = self.dashboard
        batteries = dashboard.batteries
        unmetered = Series(tuple(_each_hour(ran, since, self.hour)))
        return Flows(
            drawn=await self.energy(dashboard.drawn, since),
            fed_in=await self.energy(dashboard.fed_in, since),
            sun=await self.energy(dashboard.sun, since),
            discharged=await self.energy((e.discharged for e in batteries), since),
            charged=await self.energy((e.charged for e in batteries), since),
            loads=(*await self.energy(meters, since), unmetered),
        )


def _meter(house: House, load: Drawing) -> str | None:
    """Return a load's meter of energy, None where it has none."""
    state = None if load.meter is None else house.state(load.meter)
    return load.meter if state is not None and state.unit in _ENERGY else None


def _noted(
    ran: Series[float], loads: Iterable[Drawing], now: datetime
) -> Series[float]:
    """Return the hourly energy of loads, with what ran in the last days.

    What has no power draws nobody knows what.
    """
    begin = hour_of(now) - _LATELY
    amounts: defaultdict[datetime, float] = defaultdict(float)
    for load in loads:
        for run in load.runs:
            power = load.power if run.value is None else run.value
            if power is not None and run.start < now:
                _add(amounts, Slot(run.start, min(run.end, now), power), begin)
    new = (Slot(hour, hour + HOUR, amounts[hour]) for hour in sorted(amounts))
    kept = (each for each in ran if each.end <= begin)
    return Series((*kept, *new)).since(now - HISTORY)


def _add(
    amounts: defaultdict[datetime, float], run: Slot[float], begin: datetime
) -> None:
    """Add the energy of a run to its hours, kWh."""
    hour = hour_of(max(run.start, begin))
    while hour < run.end:
        within = min(run.end, hour + HOUR) - max(run.start, hour)
        if within > timedelta():
            amounts[hour] += run.value * (within / HOUR)
        hour += HOUR


def _each_hour(
    ran: Series[float], start: datetime, end: datetime
) -> Iterator[Slot[float]]:
    """Yield what ran in each hour of a span: nothing where nothing did."""
    hour = hour_of(start)
    while hour < end:
        slot = ran.at(hour)
        yield Slot(hour, hour + HOUR, 0.0 if slot is None else slot.value)
        hour += HOUR
