"""Looking at a home that is planned as a whole: what it shares, and what is known."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from ..contract import Site, Surroundings
from ..house import House, SunTold
from ..model.fitting import Run
from ..model.horizon import Horizon
from ..model.load_plan import LoadPlan
from ..model.prices import HOUR
from ..model.public_holidays import NO_HOLIDAYS, Holidays
from ..model.series import Series, Slot
from ..model.sun import SolarOutlook, added
from ..optimum.guard import Guard
from ..optimum.home import Battery, ThermalStore
from ..optimum.optimise import Solver
from ..sources import Sources
from .bindings import shown, step_power
from .client import PlannerClient
from .dashboard import Dashboard
from .home_inputs import Drawing, HomeInputs, read_home
from .known import CAPS, FLEXIBLE, Known
from .running_window import RunningWindow
from .sites import LoadSite
from .stores import BatterySite, StoreSite, TankSite
from .whole_home import LONGEST, HomeGround, planned_from

_WATTS: Final = 1000.0
# Smaller steps of what is set are none, kW.
_LEAST_STEP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Around:
    """What a planner looks at: what accounts hold, the house, and the solver.

    `solver` is asked for when a home first needs it; it returns None where it cannot be
    installed. `guard` is what is known by watching the home's meter.
    """

    sources: Sources
    house: House
    solver: Callable[[], Awaitable[Solver | None]]
    guard: Guard | None = None

    @classmethod
    def of(cls, around: Surroundings) -> Around:
        """Return it of what an account has around it."""
        guard = around.watched if isinstance(around.watched, Guard) else None
        return cls(around.sources, around.house, around.solver, guard)


def may_share(client: PlannerClient, sites: Iterable[Site]) -> bool:
    """Say whether anything of a home may be shared: else each load is planned alone.

    Whether devices really meet is seen by their slots.
    """
    if client.price is None:
        return False
    loads = [each for each in sites if isinstance(each, LoadSite)]
    if any(isinstance(each, StoreSite) for each in loads):
        return True
    if client.sun is not None or client.peak is not None:
        return True
    return len(loads) > 1 and (client.limit is not None or client.caps is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLook:
    """One look at a home: by whom, with what, and when (UTC)."""

    client: PlannerClient
    around: Around
    sites: tuple[Site, ...]
    now: datetime

    async def inputs(
        self, before: HomeInputs, plans: Mapping[str, LoadPlan]
    ) -> HomeInputs:
        """Return what is read of the home."""
        house = self.around.house
        loads = self._drawing(plans)
        return await read_home(house, self.client, loads, before, self.now)

    def _drawing(self, plans: Mapping[str, LoadPlan]) -> list[Drawing]:
        """Return what is planned, and so is no base load."""
        return [
            Drawing(_meter(site), site.load.demand.power, _run(plans.get(site.key)))
            for site in self.sites
            if isinstance(site, LoadSite) and not isinstance(site, BatterySite)
        ]

    async def ground(
        self,
        known: Horizon,
        remembered: Known,
        inputs: HomeInputs,
        plans: Mapping[str, LoadPlan],
    ) -> HomeGround:
        """Return what is known of the home beside its devices.

        By `plans` is known what they drew where no meter tells.
        """
        fed_in, always = self.fed_in(inputs.dashboard)
        caps, flexible = (_spans(remembered, what) for what in (CAPS, FLEXIBLE))
        ground = HomeGround(
            client=self.client,
            known=known,
            inputs=inputs,
            sun=await self._sun(inputs.dashboard),
            fed_in=fed_in,
            always_fed_in=always,
            caps=caps,
            flexible=flexible,
            zone=self.around.sources.zone,
            holidays=await asyncio.to_thread(holidays_of, self.around.house.country),
        )
        if (fee := self.client.peak) is None:
            return ground
        now = planned_from(self.now)
        window = RunningWindow(
            begin=fee.begin(now, ground.zone),
            now=now,
            house=self.around.house,
            dashboard=inputs.dashboard,
            ground=ground,
            loads=self._drawing(plans),
        )
        drawn = await window.drawn(self.around.guard)
        return replace(ground, drawn=drawn)

    def stores(self) -> dict[str, tuple[StoreSite, Battery | ThermalStore]]:
        """Return batteries and tanks as they are; not those of which nobody tells."""
        stores: dict[str, tuple[StoreSite, Battery | ThermalStore]] = {}
        for site in self.sites:
            if not isinstance(site, StoreSite):
                continue
            state = self.around.house.state(site.told_by)
            store: Battery | ThermalStore | None = None
            if isinstance(site, BatterySite):
                store = site.now(state)
            elif isinstance(site, TankSite):
                store = site.now(state, self.now - HOUR, self.now + LONGEST + HOUR)
            if store is not None:
                stores[site.key] = (site, store)
        return stores

    def set_by(self) -> dict[str, float]:
        """Return the steps by which powers of loads are set, kW, where that is told."""
        steps: dict[str, float] = {}
        for site in self.sites:
            binding = site.binding if isinstance(site, LoadSite) else None
            if binding is not None and binding.setpoint is not None:
                state = shown(self.around.house.state(binding.setpoint))
                step = 0.0 if state is None else step_power(state, binding.phases)
                if step >= _LEAST_STEP:
                    steps[site.key] = step
        return steps

    def fed_in(self, dashboard: Dashboard) -> tuple[Series[float], float]:
        """Return what a kWh is paid that is fed in: by the time, and else."""
        client = self.client
        if client.feed_in is not None:
            return Series(), client.feed_in
        source = client.feed_in_price or client.price or ""
        prices = self.around.sources.prices(source)
        told = None
        if prices is not None:
            is_own = client.feed_in_price is not None
            told = prices.export or (prices.shown if is_own else None)
        if told is not None and told.currency == client.currency:
            slots = (Slot(e.start, e.end, e.value.value) for e in told.slots)
            return Series(tuple(slots)), dashboard.feed_in_price or 0.0
        return Series(), dashboard.feed_in_price or 0.0

    async def _sun(self, dashboard: Dashboard) -> Series[float]:
        """Return what the roofs are expected to yield, kW; nothing where unknown."""
        outlook: SolarOutlook | None = None
        if (source := self.client.sun) is not None:
            outlook = self.around.sources.sun(source)
        elif dashboard.forecasts:
            told = await self.around.house.solar(dashboard.forecasts)
            zone = self.around.house.zone
            roofs = [SolarOutlook.of(energies_of(each), zone) for each in told.values()]
            outlook = added(roofs) if roofs else None
        slots = () if outlook is None else outlook.slots.slots
        return Series(tuple(Slot(e.start, e.end, e.value / _WATTS) for e in slots))


def energies_of(told: SunTold) -> Series[float]:
    """Return the energies of Home Assistant's hook, Wh, each from its time on.

    A period ends at the next or with the hour. Nothing is made of what has no offset.
    """
    answer = told.forecast.get("wh_hours") if isinstance(told.forecast, dict) else None
    if not isinstance(answer, dict):
        return Series()
    values: dict[datetime, float] = {}
    for name, value in answer.items():
        moment = _moment(name)
        if moment is not None and isinstance(value, int | float) and value >= 0:
            values[moment] = float(value)
    times = sorted(values)
    if told.is_by_end:
        pairs = [(start, end, values[end]) for start, end in pairwise(times)]
    else:
        ends = [*times[1:], *(time + HOUR for time in times[-1:])]
        pairs = [(at, end, values[at]) for at, end in zip(times, ends, strict=True)]
    return Series(
        tuple(Slot(start, min(end, _hour_after(start)), v) for start, end, v in pairs)
    )


def _moment(text: object) -> datetime | None:
    """Return a time with an offset, in UTC."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC)


def _hour_after(moment: datetime) -> datetime:
    """Return when the hour of a moment is over."""
    return moment.replace(minute=0, second=0, microsecond=0) + HOUR


def _spans(known: Known, what: str) -> Series[float]:
    """Return the caps of a sort that are known, kW."""
    told = known.by_what.get(what)
    spans = () if told is None else told.series.slots
    return Series(
        tuple(Slot(e.start, e.end, e.value) for e in spans if e.value is not None)
    )


def _meter(site: LoadSite) -> str | None:
    """Return the meter of a load."""
    return None if site.binding is None else site.binding.meter


def _run(plan: LoadPlan | None) -> tuple[Run, ...]:
    """Return what has run of a plan, and what is to run."""
    if plan is None:
        return ()
    return (*plan.past, *(plan.runs if plan.plan is not None else plan.ran))


def holidays_of(country: str | None) -> Holidays:
    """Return the public holidays of a country, none where they are not known.

    This reads files.
    """
    if country is None:
        return NO_HOLIDAYS
    holidays = Holidays(country=country)
    try:
        holidays.prepare()
    except ValueError:
        return NO_HOLIDAYS
    return holidays
