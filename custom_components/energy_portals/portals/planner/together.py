"""Planning a home as a whole: what its devices ask for, in one optimum."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from ..model.asking import Ask, Choose
from ..model.demand import Demand
from ..model.effort import length
from ..model.horizon import MICROSECOND, Horizon, Objective
from ..model.living import renewed
from ..model.load_plan import Load, LoadPlan
from ..model.planner import Runs
from ..model.seen import Seen
from ..model.series import Series, Slot
from ..model.why import Explanation, Why
from ..optimum.bill import bill, exchanged
from ..optimum.grid import Grid
from ..optimum.home import Battery, Home, Schedule, ThermalStore
from ..optimum.optimise import Solver, is_shared, optimise
from ..optimum.telling import Telling, telling
from .home_inputs import HomeInputs
from .stores import BatterySite, StorePlan, StoreSite, TankSite, battery_runs, relayed
from .whole_home import Asked, HomeGround, draws_at_will, home_of, planned_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """The loads of a home with what is held, known and seen of each, by key.

    `stores` are batteries and tanks as they are now, `set_by` the steps (kW) by which
    the power of a load is set.
    """

    loads: Mapping[str, Load]
    held: Mapping[str, LoadPlan]
    known: Mapping[str, Horizon | None]
    seen: Mapping[str, Seen]
    stores: Mapping[str, tuple[StoreSite, Battery | ThermalStore]]
    held_stores: Mapping[str, StorePlan] = field(default_factory=dict)
    set_by: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A home and what all of it is to do."""

    home: Home
    schedule: Schedule

    @cached_property
    def peaks(self) -> tuple[float, ...]:
        """Return what each peak of the month comes to by plan, kW."""
        return bill(self.home, self.schedule).peaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """One look at a home: its devices, and what is known of it at a moment.

    `inputs` is what was read of it, None where nothing was.
    """

    devices: Devices
    ground: HomeGround
    now: datetime
    zone: ZoneInfo
    is_restart: bool = False
    inputs: HomeInputs | None = None

    def home(self, staying: Mapping[str, Runs] | None = None) -> Home | None:
        """Return the home as it is to be planned; None where it cannot be.

        `staying` is what loads draw beside what is planned for them.
        """
        home = self._home(staying)
        if home is None or not any(home.devices()):
            return None
        # Whoever has sun alone needs no solver, but the sun.
        has_sun = any(slot.value.sun > 0 for slot in home.slots)
        return home if has_sun or is_shared(home) else None

    def _home(self, staying: Mapping[str, Runs] | None = None) -> Home | None:
        """Return the home as it is asked for, None where no price is known."""
        asks: dict[str, Ask] = {}
        begun: dict[str, Runs] = {}
        staying = dict(staying or {})

        for key in self.devices.loads:

            def asked(ask: Ask, key: str = key) -> Runs | None:
                if self._is_alone(ask):
                    return None
                asks[key] = ask
                return Series()

            plan = self._renewed(key, asked)
            if key in asks:
                # Whether it goes on beside its plan is known when that is made.
                continue
            begun[key] = plan.runs
            if (going_on := self._going_on(key, plan.runs)) is not None:
                staying[key] = going_on
        begun |= {f"{key}, going on": runs for key, runs in staying.items()}
        stores = [store for _, store in self.devices.stores.values()]
        return home_of(
            self.ground,
            Asked(
                asks=asks,
                set_by=self.devices.set_by,
                priorities={
                    key: load.priority for key, load in self.devices.loads.items()
                },
                begun=begun,
                batteries=tuple(each for each in stores if isinstance(each, Battery)),
                stores=tuple(each for each in stores if isinstance(each, ThermalStore)),
            ),
            planned_from(self.now),
        )

    def _is_alone(self, ask: Ask) -> bool:
        """Say whether a load is planned by its own search, and the others beside it.

        What draws nobody knows what meets nobody, CO2 is no money, and what has to
        charge at once at one power has no choice.
        """
        left = ask.left
        is_urgent = ask.at_once > 0 and not draws_at_will(left)
        return left.power is None or self._is_by_co2(left) or is_urgent

    def _is_by_co2(self, demand: Demand) -> bool:
        """Say whether CO2 counts: without a source of it the price does."""
        has_source = self.ground.client.co2 is not None
        return has_source and demand.objective is Objective.CO2

    def _going_on(self, key: str, runs: Runs) -> Runs | None:
        """Return what a load draws after what is planned, until it goes off."""
        seen, start = self.devices.seen.get(key), self.now
        until = None if seen is None or not seen.is_running else seen.stays_until
        for run in runs:
            start = run.end if run.start <= start < run.end else start
        if seen is None or until is None or until <= start:
            return None
        told = seen.ran.slots[-1].value if seen.ran.slots else None
        power = self.devices.loads[key].demand.low if told is None else told
        return Series((Slot(start, until, power),))

    def told(
        self, whole: Whole | None, plans: Mapping[str, LoadPlan]
    ) -> Telling | None:
        """Return what plans tell, made together or each by itself.

        None where no price is known. Of what waits, nothing is told.
        """
        home = self._home() if whole is None else whole.home
        if home is None:
            return None
        if whole is None:
            powers = {key: plan.runs for key, plan in plans.items() if plan.runs.slots}
            now = home.start
            schedule = Schedule(
                powers={key: runs.within(now, home.end) for key, runs in powers.items()}
            )
        else:
            schedule = whole.schedule
        told = telling(home, schedule)
        why = {key: self._own(key, each) for key, each in told.why.items()}
        return replace(told, why=why)

    def _own(self, key: str, said: Explanation) -> Explanation:
        """Return why a device runs, where it was planned apart for the least CO2."""
        load = self.devices.loads.get(key)
        seen = self.devices.seen.get(key)
        is_running = seen is not None and seen.is_running
        if load is None or is_running or not self._is_by_co2(load.demand):
            return said
        return replace(said, why=Why.CO2)

    def _renewed(self, key: str, choose: Choose) -> LoadPlan:
        """Return the plan of a load, as it is chosen."""
        devices = self.devices
        return renewed(
            devices.loads[key],
            devices.held[key],
            devices.known[key],
            self.now,
            self.zone,
            devices.seen.get(key),
            is_restart=self.is_restart,
            choose=choose,
        )

    def planned(
        self, home: Home, solve: Solver | None
    ) -> tuple[dict[str, LoadPlan | StorePlan], Whole]:
        """Return the plans of all devices: they are made together.

        What goes on beside its plan takes room from the others: they are planned anew.
        """
        held, staying = self._held(home), dict[str, Runs]()
        schedule = optimise(home, held, self.now, solve=solve)
        while more := self._staying(home, schedule, staying):
            staying |= more
            home = self.home(staying) or home
            schedule = optimise(home, held, self.now, solve=solve)
        plans: dict[str, LoadPlan | StorePlan] = {}
        for key in self.devices.loads:

            def chosen(ask: Ask, key: str = key) -> Runs | None:
                runs = schedule.powers.get(key)
                # What is too far away has its own search.
                if runs is None or self._is_alone(ask) or ask.begin >= home.end:
                    return None
                return _trimmed(ask.left, runs)

            plans[key] = self._renewed(key, chosen)
        for key, (site, _) in self.devices.stores.items():
            plans[key] = _store_plan(site, home, schedule)
        return plans, Whole(home=home, schedule=schedule)

    def _staying(
        self, home: Home, schedule: Schedule, known: Mapping[str, Runs]
    ) -> dict[str, Runs]:
        """Return what else goes on beside what was chosen for it."""
        chosen = {device.key for device in home.devices()} & self.devices.loads.keys()
        going_on = {
            key: self._going_on(key, schedule.powers.get(key, Series()))
            for key in chosen - known.keys()
        }
        return {key: runs for key, runs in going_on.items() if runs is not None}

    def _held(self, home: Home) -> Schedule | None:
        """Return what was planned before, None where nothing was."""
        powers: dict[str, Runs] = {
            key: plan.runs for key, plan in self.devices.held.items() if plan.runs.slots
        }
        stores = {key: each.powers for key, each in self.devices.held_stores.items()}
        powers |= {key: runs for key, runs in stores.items() if runs.slots}
        keys = {device.key for device in home.devices()}
        known = {key: runs for key, runs in powers.items() if key in keys}
        return Schedule(powers=known) if known else None


def _trimmed(left: Demand, runs: Runs) -> Runs:
    """Return runs of whole slots without what the last of them is too long."""
    over = -length(left, runs)
    if draws_at_will(left) or over <= timedelta() or not runs.slots:
        return runs
    last = runs.slots[-1]
    end = max(last.end - over, last.start + MICROSECOND)
    return Series((*runs.slots[:-1], Slot(last.start, end, last.value)))


def _store_plan(site: StoreSite, home: Home, schedule: Schedule) -> StorePlan:
    """Return what a store is to be set to."""
    powers: Runs = schedule.powers.get(site.key, Series())
    if isinstance(site, BatterySite):
        beside = _beside(home, schedule)
        runs = battery_runs(powers, beside, site.battery)
        return StorePlan(powers=powers, runs=runs, is_battery=True)
    if isinstance(site, TankSite) and not site.has_setpoint:
        return StorePlan(
            powers=powers, runs=relayed(powers, site.store.power, site.least_on)
        )
    return StorePlan(powers=powers, runs=powers)


def _beside(home: Home, schedule: Schedule) -> Series[float]:
    """Return what a home draws without its batteries, kW; below nothing it gives."""
    batteries = {each.key for each in home.batteries}
    powers = {
        key: runs for key, runs in schedule.powers.items() if key not in batteries
    }
    without = replace(home, batteries=())
    grid = Grid.of(without)
    net = exchanged(without, replace(schedule, powers=powers), grid)
    return Series(
        tuple(
            Slot(slot.start, slot.end, power)
            for slot, power in zip(grid.slots, net, strict=True)
        )
    )
