"""The best of a small home by dynamic programming: every state that it can be in.

Exact where all energies are multiples of a unit, half a kWh, and nothing loses but by
halves: then an optimum lies on whole units. Of a schedule counts what it lacks, what
matters most first, and then its money, as a plan is judged by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from math import inf
from typing import Any, Final, override

from custom_components.energy_portals.portals.model.demand import Shape
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    DeferrableLoad,
    ElectricVehicle,
    Home,
    HomeSlot,
    PeakDue,
    ThermalStore,
)

UNIT: Final = 0.5
_HOUR: Final = timedelta(hours=1)
_SAME: Final = 1e-9

# Load, target, comfort (kWh h), price limit (kWh), money.
type Cost = tuple[float, float, float, float, float]
# Of a load that has run.
DONE: Final = "done"
NOTHING: Final[Cost] = (0.0, 0.0, 0.0, 0.0, 0.0)


def plus(one: Cost, other: Cost) -> Cost:
    """Return two costs together."""
    a, b, c, d, e = one
    f, g, h, i, j = other
    return a + f, b + g, c + h, d + i, e + j


def less(one: Cost, other: Cost | None) -> bool:
    """Say whether one is better; what matters most decides."""
    if other is None:
        return True
    for mine, its in zip(one, other, strict=True):
        if abs(mine - its) > _SAME:
            return mine < its
    return False


@dataclass
class Actor:
    """A device as states: what it may do in a slot, and what that leads to."""

    home: Home

    def first(self) -> Any:
        """Return its state at the beginning."""
        return None

    def moves(self, place: int, state: Any) -> Iterator[tuple[float, Any, Cost]]:
        """Yield what it may draw in a slot (kWh), its state after it, and the cost."""
        raise NotImplementedError

    def last(self, state: Any) -> Cost:
        """Return what its state costs at the end."""
        return NOTHING

    def hours(self, place: int) -> float:
        """Return how long a slot lasts."""
        slot = self.home.slots[place]
        return (slot.end - slot.start) / _HOUR

    def within(self, place: int, start: datetime, end: datetime) -> bool:
        """Say whether a slot lies wholly in a span."""
        slot = self.home.slots[place]
        return slot.start >= start and slot.end <= end

    def dear(self, place: int, energy: float, most: float | None) -> Cost:
        """Return what energy in a slot costs by its price limit."""
        is_dear = most is not None and self.home.slots[place].value.price > most
        return (0.0, 0.0, 0.0, energy if is_dear else 0.0, 0.0)


@dataclass
class Once(Actor):
    """A load without breaks."""

    load: DeferrableLoad = field(kw_only=True)

    def __post_init__(self) -> None:
        """Note what each start draws."""
        slots, load = self.home.slots, self.load
        first = max(load.earliest, slots[0].start)
        self.drawn: dict[datetime, list[float]] = {}
        for start in {first, *(slot.start for slot in slots)}:
            if start < first or start + load.lasts > min(load.deadline, slots[-1].end):
                continue
            if any(
                b.start < start + load.lasts and b.end > start for b in load.blocked
            ):
                continue
            powers = load.profile or (load.demand.high,)
            length = load.lasts / len(powers)
            energies = []
            for slot in slots:
                energy = 0.0
                for n, power in enumerate(powers):
                    begin, end = start + n * length, start + (n + 1) * length
                    shared = min(slot.end, end) - max(slot.start, begin)
                    energy += power * max(shared / _HOUR, 0.0)
                energies.append(energy)
            self.drawn[start] = energies

    @override
    def moves(self, place: int, state: Any) -> Iterator[tuple[float, Any, Cost]]:
        slot = self.home.slots[place]
        if state is DONE:
            yield 0.0, state, NOTHING
            return
        if state is None:
            yield 0.0, None, NOTHING
            starts = [s for s in self.drawn if slot.start <= s < slot.end]
        else:
            starts = [state]
        for start in starts:
            energy = self.drawn[start][place]
            over = start + self.load.lasts <= slot.end
            worth = self.home.worth(self.load) * slot.value.share * energy
            cost = plus(
                self.dear(place, energy, self.load.most_price), (0, 0, 0, 0, -worth)
            )
            yield energy, DONE if over else start, cost

    @override
    def last(self, state: Any) -> Cost:
        return NOTHING if state is DONE else (self.load.energy, 0, 0, 0, 0)


@dataclass
class Pieces(Actor):
    """A load in whole slots: runs, pauses and starts."""

    load: DeferrableLoad = field(kw_only=True)

    @override
    def first(self) -> Any:
        # Whether it runs, for how long it has or has not, starts used, energy so far.
        if self.load.running is not None:
            return True, self.load.running, 0, 0.0
        return False, timedelta(days=9), 0, 0.0

    @override
    def moves(self, place: int, state: Any) -> Iterator[tuple[float, Any, Cost]]:
        load, slot = self.load, self.home.slots[place]
        demand = load.demand
        runs, since, starts, energy = state
        length = slot.end - slot.start
        is_pieces = demand.shape is Shape.PIECES
        pause = demand.least_pause if is_pieces else timedelta()
        least = min(demand.least_length, demand.shortest) if is_pieces else timedelta()
        if not runs or since >= least:
            wait = since + length if not runs else length
            yield 0.0, (False, min(wait, max(pause, length)), starts, energy), NOTHING
        if not self.within(place, load.earliest, load.deadline) or any(
            b.start < slot.end and b.end > slot.start for b in load.blocked
        ):
            return
        if not runs and since < pause:
            return
        allowed = demand.starts if is_pieces else None
        if demand.shape is Shape.CONTIGUOUS:
            allowed = 1
        used = starts + (not runs)
        if allowed is not None and used > allowed:
            return
        lasted = min((since if runs else timedelta()) + length, max(least, length))
        for drawn in self.powers(self.hours(place)):
            total = min(energy + drawn, load.energy + UNIT * 9)
            if demand.energy is not None and is_pieces is False:
                if total > load.energy + _SAME:
                    continue
            worth = self.home.worth(load) * slot.value.share * drawn
            cost = plus(self.dear(place, drawn, load.most_price), (0, 0, 0, 0, -worth))
            kept = min(total, load.energy) if demand.energy is None else total
            yield drawn, (True, lasted, used if allowed else 0, kept), cost

    def powers(self, hours: float) -> list[float]:
        """Return what it may draw in a slot in which it runs, kWh."""
        demand = self.load.demand
        if demand.energy is None or demand.low == demand.high:
            return [demand.high * hours]
        units = int(demand.high * hours / UNIT + 0.5)
        return [
            unit * UNIT
            for unit in range(1, units + 1)
            if unit * UNIT >= demand.low * hours - _SAME
        ]

    @override
    def last(self, state: Any) -> Cost:
        runs, since, _, energy = state
        demand = self.load.demand
        least = min(demand.least_length, demand.shortest)
        if demand.shape is Shape.PIECES and runs and since < least:
            return inf, 0, 0, 0, 0
        return max(self.load.energy - energy, 0.0), 0, 0, 0, 0


@dataclass
class Car(Actor):
    """A car: what is in its battery, and what was by the time it is to be ready."""

    car: ElectricVehicle = field(kw_only=True)

    @override
    def first(self) -> Any:
        return 0.0, None

    @override
    def moves(self, place: int, state: Any) -> Iterator[tuple[float, Any, Cost]]:
        car, slot = self.car, self.home.slots[place]
        stored, ready = state
        if slot.end > car.ready and ready is None:
            ready = stored
        yield 0.0, (stored, ready), NOTHING
        if not self.within(place, car.earliest, car.until):
            return
        hours = self.hours(place)
        for unit in range(1, int(car.power * hours / UNIT + 0.5) + 1):
            energy = unit * UNIT
            after = stored + energy * car.efficiency
            if energy >= car.least_power * hours - _SAME and after <= car.room + _SAME:
                dear = self.dear(place, energy, car.most_price)
                if ready is not None and dear != NOTHING:
                    continue
                yield energy, (after, ready), dear

    @override
    def last(self, state: Any) -> Cost:
        stored, ready = state
        ready = stored if ready is None else ready
        worth = self.car.extra_below or 0.0
        extra = max(stored - self.car.need, 0.0) * worth
        return 0.0, max(self.car.need - ready, 0.0), 0.0, 0.0, -extra


@dataclass
class Storage(Actor):
    """A battery: what it holds. It never goes both ways in a slot."""

    battery: Battery = field(kw_only=True)

    @override
    def first(self) -> Any:
        return self.battery.soc / 100 * self.battery.capacity

    @override
    def moves(self, place: int, state: Any) -> Iterator[tuple[float, Any, Cost]]:
        battery, hours = self.battery, self.hours(place)
        low = battery.low / 100 * battery.capacity
        high = battery.high / 100 * battery.capacity
        # What loses half leaves halves of a unit.
        loses = min(battery.eff_in, battery.eff_out) < 1
        unit = UNIT / 2 if loses else UNIT
        yield 0.0, state, NOTHING
        for units in range(1, int(battery.charge * hours / unit + 0.5) + 1):
            after = state + units * unit * battery.eff_in
            if after <= high + _SAME:
                yield units * unit, after, NOTHING
        for units in range(1, int(battery.discharge * hours / unit + 0.5) + 1):
            after = state - units * unit / battery.eff_out
            if after >= low - _SAME:
                worn = units * unit * battery.cycle_cost
                yield -units * unit, after, (0.0, 0.0, 0.0, 0.0, worn)

    @override
    def last(self, state: Any) -> Cost:
        return 0.0, 0.0, 0.0, 0.0, -state * (self.battery.end_value or 0.0)


@dataclass
class Tank(Actor):
    """A tank: its heat."""

    store: ThermalStore = field(kw_only=True)

    @override
    def first(self) -> Any:
        return self.store.energy

    @override
    def moves(self, place: int, state: Any) -> Iterator[tuple[float, Any, Cost]]:
        store, hours, slot = self.store, self.hours(place), self.home.slots[place]
        draw = store.draw.at(slot.start)
        kept = state * (1 - store.loss * hours)
        kept -= 0.0 if draw is None else draw.value * hours
        cop = store.cop
        if not isinstance(cop, float):
            known = cop.at(slot.start)
            cop = 0.0 if known is None else known.value
        for unit in range(int(store.power * hours / UNIT + 0.5) + 1):
            after = kept + cop * unit * UNIT
            if after <= store.most + _SAME:
                cold = max(store.least - after, 0.0) * hours
                yield unit * UNIT, after, (0.0, 0.0, cold, 0.0, 0.0)

    @override
    def last(self, state: Any) -> Cost:
        return 0.0, 0.0, 0.0, 0.0, -state * (self.store.end_value or 0.0)


@dataclass
class Peak(Actor):
    """What counts for a peak fee: the running window and the values so far."""

    due: PeakDue = field(kw_only=True)

    @override
    def first(self) -> Any:
        return (), tuple(sorted(self.due.reached.items()))

    def after(self, place: int, state: Any, drawn: float) -> Any:
        """Return the state after a slot in which so much was drawn, kWh."""
        running, days = state
        slot = self.home.slots[place]
        values = dict(days)
        part = dict(running)
        for number, window in enumerate(self.due.windows):
            shared = min(slot.end, window.end) - max(slot.start, window.start)
            if shared <= timedelta():
                continue
            energy = part.pop(number, window.drawn)
            energy += drawn * (shared / (slot.end - slot.start))
            is_over = slot.end >= window.end or place == len(self.home.slots) - 1
            if not is_over:
                part[number] = energy
                continue
            value = window.weight * energy / ((window.end - window.start) / _HOUR)
            key = number if window.day is None else window.day
            values[key] = max(values.get(key, 0.0), value)
        return tuple(sorted(part.items())), tuple(
            (key, round(value, 9)) for key, value in values.items()
        )

    @override
    def last(self, state: Any) -> Cost:
        due = self.due
        values = [value for _, value in state[1]]
        highest = sorted((*due.past, *values), reverse=True)[: due.count]
        peak = max(sum(highest) / due.count, due.floor, due.expected)
        if not due.steps:
            return 0.0, 0.0, 0.0, 0.0, due.rate * peak
        reached = [money for kw, money in due.steps if kw <= peak + _SAME]
        money = reached[-1] if reached else due.steps[0][1]
        return 0.0, 0.0, 0.0, 0.0, money


def best(home: Home) -> Cost:
    """Return what the best plan of a home lacks and costs."""
    actors = _actors(home)
    peaks = [Peak(home, due=due) for due in home.peaks]
    states: dict[Any, Cost] = {
        (
            tuple(actor.first() for actor in actors),
            tuple(peak.first() for peak in peaks),
        ): NOTHING
    }
    for place, slot in enumerate(home.slots):
        hours = (slot.end - slot.start) / _HOUR
        after: dict[Any, Cost] = {}
        for (each, reached), cost in states.items():
            ways = [
                list(actor.moves(place, state))
                for actor, state in zip(actors, each, strict=True)
            ]
            for moves in product(*ways):
                for net, money in _exchanges(home, slot.value, hours, actors, moves):
                    total = plus(cost, (0.0, 0.0, 0.0, 0.0, money))
                    for move in moves:
                        total = plus(total, move[2])
                    seen = tuple(
                        peak.after(place, state, max(net, 0.0))
                        for peak, state in zip(peaks, reached, strict=True)
                    )
                    key = tuple(move[1] for move in moves), seen
                    if less(total, after.get(key)):
                        after[key] = total
        states = after
    best_cost: Cost | None = None
    for (each, reached), cost in states.items():
        total = cost
        for actor, state in zip((*actors, *peaks), (*each, *reached), strict=True):
            total = plus(total, actor.last(state))
        if total[0] < inf and less(total, best_cost):
            best_cost = total
    assert best_cost is not None
    return best_cost


def _actors(home: Home) -> list[Actor]:
    """Return the devices of a home."""
    actors: list[Actor] = []
    for load in home.loads:
        if load.is_contiguous:
            actors.append(Once(home, load=load))
        else:
            actors.append(Pieces(home, load=load))
    actors += (Car(home, car=car) for car in home.cars)
    actors += (Storage(home, battery=battery) for battery in home.batteries)
    actors += (Tank(home, store=store) for store in home.stores)
    return actors


def _exchanges(
    home: Home, slot: HomeSlot, hours: float, actors: list[Actor], moves: Any
) -> Iterator[tuple[float, float]]:
    """Yield what may be drawn from the grid (kWh; below zero fed in), and its money."""
    devices = sum(move[0] for move in moves)
    if slot.flexible_cap is not None and devices > slot.flexible_cap * hours + _SAME:
        return
    whole = (slot.base - slot.sun) * hours + devices
    may = home.is_curtailable or home.export_limit is not None
    for unit in range(int(slot.sun * hours / UNIT + 0.5) + 1 if may else 1):
        net = whole + unit * UNIT
        alone = (slot.base - slot.sun) * hours
        limits = [each for each in (home.limit, slot.cap) if each is not None]
        if limits and net > max(min(limits) * hours, alone) + _SAME:
            continue
        if home.export_limit is not None:
            if -net > home.export_limit * hours + _SAME:
                continue
            is_full = -net >= home.export_limit * hours - _SAME
            if unit and not home.is_curtailable and not is_full:
                continue
        fits = True
        for actor, move in zip(actors, moves, strict=True):
            if isinstance(actor, Storage):
                battery = actor.battery
                if not battery.grid_charge and move[0] > 0 and net > _SAME:
                    fits = False
                sun = (slot.sun * hours) - unit * UNIT
                if not battery.feed_in and -net > sun + _SAME:
                    fits = False
        if fits:
            price = slot.price if net > 0 else slot.fed_in
            yield net, net * price
