"""A whole home as it is planned: what is known slot by slot, and what can be planned.

Plain frozen data. Powers are mean kW over a time, energies kWh, prices and other money
the home's currency, shares and states of charge percent, times UTC. What a device has
done so far is in its own fields, so that a plan begins with what is left to do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import floor, fsum
from typing import Final

from ..model.demand import Demand, Shape
from ..model.horizon import Objective
from ..model.planner import Runs
from ..model.prices import HOUR
from ..model.series import Series, Slot

QUARTER: Final = timedelta(minutes=15)
# Of the mean price: what a kWh that is stored at the end is worth, unless it is said.
_END_VALUE: Final = 0.9
# What a percent is worth beyond what prices differ by, where green counts first.
_PERCENT: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeSlot:
    """What is known of a slot.

    `price` is paid per kWh from the grid, of which `incentive` is a change on top, and
    `fed_in` got per kWh fed in; either may be below zero. `sun` is what the roof yields
    and `base` what the home draws beside its devices, kW; bills are reckoned by it,
    limits and peaks by `base_most`, which it rarely exceeds (None: by `base`). `cap` is
    the most that is drawn from the grid, `flexible_cap` the most that all devices draw
    together, kW; None is no cap. `share` is percent, `is_expected` an unknown price.
    """

    price: float
    fed_in: float = 0.0
    sun: float = 0.0
    base: float = 0.0
    base_most: float | None = None
    cap: float | None = None
    flexible_cap: float | None = None
    share: float = 0.0
    is_expected: bool = False
    incentive: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What can be planned.

    `key` names it in the home; what has the higher `priority` is given up later. For so
    long before its deadline it is left free where that costs little: it is to `spare`.
    """

    key: str
    priority: int = 0
    spare: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferrableLoad(Device):
    """What is still to run within `[earliest, deadline)`.

    `demand` is what is left, its starts those that are left. `profile` are its powers
    by quarters of an hour (kW), for what runs without a break: then the demand says how
    long it lasts and no more. It does not run in `blocked`, and above `most_price` (per
    kWh) only where it would not be done otherwise. `running` is for how long a piece
    has been running when the home's first slot begins; None if it stands still. `fixed`
    is what has begun and goes on to its end as it is; then nothing else is planned.
    """

    demand: Demand
    earliest: datetime
    deadline: datetime
    profile: tuple[float, ...] = ()
    blocked: Series[None] = field(default_factory=Series)
    most_price: float | None = None
    running: timedelta | None = None
    fixed: Runs | None = None

    @property
    def is_contiguous(self) -> bool:
        """Say whether it runs once, at powers that are given."""
        is_given = self.demand.energy is None or self.demand.low == self.demand.high
        return self.demand.shape is Shape.CONTIGUOUS and is_given

    @property
    def lasts(self) -> timedelta:
        """Return how long it runs at the most power."""
        return QUARTER * len(self.profile) if self.profile else self.demand.shortest

    @property
    def energy(self) -> float:
        """Return what it draws in all, kWh."""
        if self.profile:
            return fsum(self.profile) / 4
        if self.demand.energy is not None:
            return self.demand.energy
        return self.demand.high * (self.demand.shortest / HOUR)

    def runs_from(self, start: datetime) -> tuple[Slot[float | None], ...]:
        """Return how it runs, kW, if it starts then and has no break."""
        if not self.profile:
            return (Slot(start, start + self.lasts, self.demand.high),)
        return tuple(
            Slot(start + n * QUARTER, start + (n + 1) * QUARTER, power)
            for n, power in enumerate(self.profile)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectricVehicle(Device):
    """A car that is plugged in within `[earliest, until)`.

    It charges at 0 or `least_power` to `power` kW, in steps of `step` if there are any,
    and `efficiency` of it gets into the battery. `soc`, `target`, `most` and `least`
    are percent of `capacity` (kWh): the target is reached by `ready`, up to `most` each
    kWh beyond is worth `extra_below`, and up to `least` it charges at once, whatever it
    costs. Above `most_price` (per kWh) it charges only where it would not be ready
    otherwise.

    In the home's first slot, before which it `is_charging`, it charges at a multiple of
    `set_by` (kW), if that is anything: what is set is rounded down.
    """

    power: float
    earliest: datetime
    ready: datetime
    until: datetime
    capacity: float
    soc: float
    target: float
    most: float
    least_power: float = 0.0
    step: float = 0.0
    efficiency: float = 1.0
    least: float = 0.0
    extra_below: float | None = None
    most_price: float | None = None
    set_by: float = 0.0
    is_charging: bool = False

    @classmethod
    def asked(  # what is asked for is all there is to know
        cls,
        key: str,
        energy: float,
        power: float,
        span: tuple[datetime, datetime],
        least_power: float = 0.0,
    ) -> ElectricVehicle:
        """Return one whose state nobody tells, which is to draw so many kWh."""
        return cls(
            key=key,
            power=power,
            least_power=least_power,
            earliest=span[0],
            ready=span[1],
            until=span[1],
            capacity=energy,
            soc=0,
            target=100,
            most=100,
        )

    @property
    def settings(self) -> int:
        """Return the most it is set to, in steps; 0 where that is not known."""
        steps = floor(self.power / self.set_by + 1e-6) if self.set_by else 0
        return steps if steps * self.set_by >= self.least_power - 1e-6 else 0

    @property
    def need(self) -> float:
        """Return what its battery needs to reach the target, kWh."""
        return max(self.target - self.soc, 0.0) / 100 * self.capacity

    @property
    def room(self) -> float:
        """Return what its battery may take in all, kWh."""
        percent = max(self.most, self.target) - self.soc
        return max(percent, 0.0) / 100 * self.capacity

    @property
    def urgent(self) -> float:
        """Return what its battery needs at once, kWh."""
        return min(max(self.least - self.soc, 0.0) / 100 * self.capacity, self.room)


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery(Device):
    """The home's battery.

    `soc` is now, `low` and `high` are its bounds, percent of `capacity` (kWh). It
    charges and discharges at no more than `charge` and `discharge` kW, and loses by
    `eff_in` and `eff_out`. A kWh that is discharged wears it by `cycle_cost`. A kWh
    that is stored at the end is worth `end_value`; None is by the prices. It charges
    from the grid, and feeds into it, only where it may.
    """

    capacity: float
    soc: float
    charge: float
    discharge: float
    low: float = 0.0
    high: float = 100.0
    eff_in: float = 0.95
    eff_out: float = 0.95
    cycle_cost: float = 0.0
    end_value: float | None = None
    grid_charge: bool = True
    feed_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalStore(Device):
    """A tank of hot water, or a house that is heated.

    It holds `energy` (kWh of heat), is to hold `least` to `most`, and loses the part
    `loss` of it in an hour. It draws 0 to `power` kW, each giving `cop` as heat, and
    `draw` (kW of heat) is taken from it. A kWh of heat that is left at the end is worth
    `end_value`; None is by the prices.
    """

    power: float
    energy: float
    most: float
    least: float = 0.0
    loss: float = 0.0
    cop: float | Series[float] = 1.0
    draw: Series[float] = field(default_factory=Series)
    end_value: float | None = None


@dataclass(frozen=True, slots=True)
class PeakWindow:
    """A time whose mean import counts for a peak fee, multiplied by `weight`.

    `drawn` (kWh) was drawn in it before the home's first slot. `day` names those of
    which only the highest counts; None counts by itself.
    """

    start: datetime
    end: datetime
    weight: float = 1.0
    drawn: float = 0.0
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakDue:
    """What the highest means of import of one month cost, as far as it can change.

    What counts is the mean (kW) of the `count` highest values of `past` and of the
    `windows`, and no less than `floor` or what is `expected` of the month anyway. The
    value of a day is no less than what it has `reached`. It costs `rate` per kW or,
    where there are `steps` (from kW, money), what the last one does that it reaches.
    """

    windows: tuple[PeakWindow, ...]
    count: int = 1
    past: tuple[float, ...] = ()
    reached: Mapping[date, float] = field(default_factory=dict)
    floor: float = 0.0
    expected: float = 0.0
    rate: float = 0.0
    steps: tuple[tuple[float, float], ...] = ()

    def fee(self, peak: float) -> float:
        """Return what a peak (kW) costs, in the currency."""
        if not self.steps:
            return self.rate * peak
        return max(
            (step for step in self.steps if step[0] <= peak + 1e-9),
            default=self.steps[0],
        )[1]

    def peak(self, values: list[float]) -> float:
        """Return what counts, kW, where windows and days have these values."""
        highest = sorted((*self.past, *values), reverse=True)[: self.count]
        # A month in which fewer are known is as if there were no others.
        mean = fsum(highest) / self.count
        return max(mean, self.floor, self.expected)


@dataclass(frozen=True, kw_only=True)
class Home:
    """One home from now to where its plan ends, in slots without gaps.

    `limit` is what may be drawn from the grid at any time, kW, and `export_limit` what
    may be fed in; None is no limit. The sun's power may be lowered at will where it
    `is_curtailable`, and else only as far as the export limit asks for it. Where it
    `is_green_second`, the greenest of what costs about as little is taken.
    """

    slots: tuple[Slot[HomeSlot], ...]
    loads: tuple[DeferrableLoad, ...] = ()
    cars: tuple[ElectricVehicle, ...] = ()
    batteries: tuple[Battery, ...] = ()
    stores: tuple[ThermalStore, ...] = ()
    peaks: tuple[PeakDue, ...] = ()
    limit: float | None = None
    export_limit: float | None = None
    is_curtailable: bool = False
    is_green_second: bool = False
    currency: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no home: slots with gaps, or two devices of one name."""
        if not self.slots:
            raise ValueError("a home has slots")
        if any(
            one.end != other.start
            for one, other in zip(self.slots, self.slots[1:], strict=False)
        ):
            raise ValueError("slots have gaps")
        keys = [device.key for device in self.devices()]
        if len(set(keys)) < len(keys):
            raise ValueError("two devices have one name")

    @property
    def start(self) -> datetime:
        """Return when its first slot begins."""
        return self.slots[0].start

    @property
    def end(self) -> datetime:
        """Return when its last slot ends."""
        return self.slots[-1].end

    def devices(self) -> Iterator[Device]:
        """Yield all that can be planned."""
        yield from self.loads
        yield from self.cars
        yield from self.batteries
        yield from self.stores

    def worth(self, load: DeferrableLoad) -> float:
        """Return the money per kWh that one percent of share is worth to a load.

        Where the greenest counts first, a percent outweighs what prices differ by.
        """
        if load.demand.objective is Objective.BOTH:
            return load.demand.worth
        if load.demand.objective is Objective.GREEN:
            prices = [slot.value.price for slot in self.slots]
            sold = (slot.value.fed_in for slot in self.slots)
            return max(prices) - min(*prices, *sold) + _PERCENT
        return 0.0

    def end_value(self) -> float:
        """Return what a kWh that is stored at the end is worth, by the known prices.

        A part of the mean of the lowest third, and never more than the mean of all:
        without it each plan would leave everything empty.
        """
        prices = sorted(
            slot.value.price for slot in self.slots if not slot.value.is_expected
        ) or sorted(slot.value.price for slot in self.slots)
        third = prices[: max(len(prices) // 3, 1)]
        return min(_END_VALUE * fsum(third) / len(third), fsum(prices) / len(prices))


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What a device does not get: kWh that are missing, or that cost too much.

    `kind` is one of `price_limit`, `comfort`, `target`, `load`, `least_soc`.
    """

    key: str
    kind: str
    energy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What all devices of a home are to do, and what was given up.

    `powers` are by device what it draws, kW; a battery that discharges draws less than
    nothing. `curtailed` is what is taken off the sun, kW. `method` says who found it:
    `search`, `optimum` or `fallback`. `is_proven` says that nothing better is possible,
    but for a part in a thousand; `is_held` that the plan before was kept.
    """

    powers: Mapping[str, Runs]
    curtailed: Series[float] = field(default_factory=Series)
    given_up: tuple[GivenUp, ...] = ()
    method: str = "search"
    is_proven: bool = True
    is_held: bool = False

    def power(self, key: str, now: datetime) -> float:
        """Return what a device is to draw at a moment, kW."""
        runs = self.powers.get(key)
        run = None if runs is None else runs.at(now)
        return 0.0 if run is None or run.value is None else run.value
