"""A home's devices planned one after the other, each by the exact search for it alone.

Powers are kW, energies kWh, prices and money in the home's currency.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import inf
from typing import Final

from ..model.demand import Demand, Shape
from ..model.effort import best_effort, weighed
from ..model.horizon import Bound, Horizon, HorizonSlot
from ..model.planner import Runs
from ..model.series import Series, Slot
from .charging import charged
from .grid import Grid
from .home import DeferrableLoad, Device, ElectricVehicle, GivenUp, Home, Schedule
from .self_use import as_runs, coldest, curtailed, heated, self_used

# Per kWh: what costs too much is used where there is nothing else, and only there.
_FAR_TOO_DEAR: Final = 1000.0
_NOTHING: Final = 1e-6

type Planned = DeferrableLoad | ElectricVehicle


def power_of(device: Planned) -> float:
    """Return the most that a device draws, kW."""
    if isinstance(device, ElectricVehicle):
        return device.power
    return max(device.profile, default=device.demand.high)


@dataclass
class Sequence:
    """What is planned so far, and what it leaves.

    `ceilings` (kW) are by slot what may be drawn from the grid on top of all limits.
    """

    home: Home
    ceilings: list[float]
    with_batteries: bool = True
    powers: dict[str, Runs] = field(default_factory=dict)
    given_up: list[GivenUp] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with what has begun."""
        self.grid = Grid.of(self.home)
        self.used = [0.0] * len(self.grid)
        for load in self.home.loads:
            if load.fixed is not None:
                self._take(load, load.fixed)

    def schedule(self, order: Iterable[Planned], method: str) -> Schedule:
        """Return the schedule in which these come first in their order."""
        for device in order:
            if isinstance(device, ElectricVehicle):
                self._charge(device)
            else:
                self._run(device)
        for store in self.home.stores:
            powers = heated(store, self.grid, self._rooms())
            lacks = coldest(store, self.grid, powers)
            self._take(store, as_runs(self.grid, powers))
            self._give_up(store.key, "comfort", lacks)
        net = self._net()
        from_sun = [False] * len(self.grid)
        if self.with_batteries:
            for battery in self.home.batteries:
                powers = self_used(battery, self.grid, net, self._flexible())
                net = [one + other for one, other in zip(net, powers, strict=True)]
                self._take(battery, as_runs(self.grid, powers))
                for place, power in enumerate(powers):
                    from_sun[place] |= power > 0
        # What a battery takes from the sun is not taken off it.
        rooms = [
            0.0 if is_used else room
            for is_used, room in zip(from_sun, self._rooms(), strict=True)
        ]
        return Schedule(
            powers=self.powers,
            curtailed=curtailed(self.home, self.grid, net, rooms),
            given_up=tuple(self.given_up),
            method=method,
            is_proven=method == "search",
        )

    # --- what is left ---------------------------------------------------------------

    def _net(self) -> list[float]:
        """Return what is drawn from the grid, kW; fed in is below zero."""
        return [
            slot.base - slot.sun + used
            for slot, used in zip(self.grid.values, self.used, strict=True)
        ]

    def _flexible(self) -> list[float]:
        """Return what is left of what all devices may draw, kW."""
        return [
            inf if slot.flexible_cap is None else max(slot.flexible_cap - used, 0.0)
            for slot, used in zip(self.grid.values, self.used, strict=True)
        ]

    def _rooms(self) -> list[float]:
        """Return the most power that there is room for in each slot, kW."""
        rooms = self._flexible()
        for place, slot in enumerate(self.grid.values):
            most = slot.base if slot.base_most is None else slot.base_most
            limits = [each for each in (self.home.limit, slot.cap) if each is not None]
            limit = min(*limits, self.ceilings[place], inf)
            left = limit - max(most, slot.base) + slot.sun - self.used[place]
            rooms[place] = max(min(rooms[place], left), 0.0)
        return rooms

    def _ground(self, device: Planned) -> Horizon:
        """Return what is known of the time of a device."""
        slots = []
        for slot, used, room in zip(
            self.grid.slots, self.used, self._rooms(), strict=True
        ):
            value, price = slot.value, slot.value.price
            fed_in = max(value.fed_in, 0) if self.home.is_curtailable else value.fed_in
            if device.most_price is not None and price > device.most_price:
                price += _FAR_TOO_DEAR
                fed_in += _FAR_TOO_DEAR
            known = HorizonSlot(
                price,
                share=value.share,
                room=None if room == inf else room,
                is_expected=value.is_expected,
                bound=None if room == inf else Bound.LIMIT,
                sun=max(value.sun - value.base - used, 0.0),
                fed_in=fed_in,
            )
            slots.append(Slot(slot.start, slot.end, known))
        return Horizon.of(slots)

    def _take(self, device: Device, runs: Runs) -> None:
        """Note what a device draws."""
        self.powers[device.key] = runs
        for place, power in enumerate(self.grid.means(runs)):
            self.used[place] += power

    def _give_up(self, key: str, kind: str, energy: float) -> None:
        """Note what a device lacks, kWh."""
        if energy > _NOTHING:
            self.given_up.append(GivenUp(key, kind, energy))

    # --- one device -----------------------------------------------------------------

    def _run(self, load: DeferrableLoad) -> None:
        """Plan a load by the search for its shape."""
        ground = self._ground(load).without(load.blocked)
        if load.profile:
            runs = self._profiled(load)
        else:
            runs = _searched(load, ground)
        self._take(load, runs)
        energies = self.grid.energies(runs)
        if load.demand.power is None:
            return
        self._give_up(load.key, "load", load.energy - sum(energies.values()))
        if load.most_price is not None:
            dear = (
                energy
                for place, energy in energies.items()
                if self.grid.values[place].price > load.most_price
            )
            self._give_up(load.key, "price_limit", sum(dear))

    def _profiled(self, load: DeferrableLoad) -> Runs:
        """Return the best start of a load of which each quarter's power is known."""
        rooms, grid, values = self._rooms(), self.grid, self.grid.values
        worth = self.home.worth(load)
        best: tuple[float, Runs] | None = None
        for start in grid.starts(load):
            runs = load.runs_from(start)
            money = 0.0
            for place, energy in grid.energies(runs).items():
                slot, hours = values[place], grid.hours[place]
                if energy / hours > rooms[place] + _NOTHING:
                    break
                surplus = max(slot.sun - slot.base - self.used[place], 0.0) * hours
                own = min(surplus, energy)
                if load.most_price is not None and slot.price > load.most_price:
                    money += energy * _FAR_TOO_DEAR
                money += own * slot.fed_in + (energy - own) * slot.price
                money -= worth * energy * slot.share
            else:
                if best is None or money < best[0] - 1e-12:
                    best = money, Series(runs)
        return Series[float | None]() if best is None else best[1]

    def _charge(self, car: ElectricVehicle) -> None:
        """Plan a car by the cheapest slots."""
        powers = charged(car, self.grid, self._rooms(), self._net())
        self._take(car, as_runs(self.grid, powers))
        by_ready = after_limit = 0.0
        urgent = 0.0
        for place, power in enumerate(powers):
            energy = power * self.grid.hours[place]
            if self.grid.bounds[place + 1] <= car.ready:
                by_ready += energy * car.efficiency
                if (
                    car.most_price is not None
                    and self.grid.values[place].price > car.most_price
                ):
                    after_limit += energy
            urgent += energy * car.efficiency
        self._give_up(car.key, "target", car.need - by_ready)
        self._give_up(car.key, "least_soc", car.urgent - urgent)
        self._give_up(car.key, "price_limit", after_limit)


def _searched(load: DeferrableLoad, ground: Horizon) -> Runs:
    """Return the best runs of a load; without a break all of it, or none."""
    begin = max(load.earliest, ground.start)
    span = ground.span(begin, min(load.deadline, ground.end))
    if span is None:
        return Series()
    demand = load.demand
    paid = span.drawing(demand.power)
    effort = best_effort(paid, demand, begin, load.deadline, load.running)
    if (longer := _longer(load)) is not None and not effort.missing:
        other = best_effort(paid, longer, begin, load.deadline)
        money = weighed(paid, demand, effort.runs)[0]
        if not other.missing and weighed(paid, longer, other.runs)[0] < money:
            effort = other
    is_partly = effort.missing >= timedelta(minutes=1)
    if is_partly and load.is_contiguous:
        return Series()
    return effort.runs


def _longer(load: DeferrableLoad) -> Demand | None:
    """Return a demand in pieces that are all of the least length; None if it is.

    To run a little longer, in more places, may cost less than in fewer.
    """
    demand = load.demand
    least = min(demand.least_length, demand.shortest)
    if demand.shape is not Shape.PIECES or load.running is not None or not least:
        return None
    whole = -(-demand.shortest // least) * least
    if whole == demand.shortest:
        return None
    return replace(demand, duration=whole, energy=None)
