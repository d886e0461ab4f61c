"""What loads and cars may do, as columns and rows of a home's program.

Columns are powers (mean kW of a slot), energies (kWh) or choices.
"""

from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Final

from ..model.demand import Shape
from .formulation import Formulation, Level
from .home import DeferrableLoad, ElectricVehicle

# A car that charges goes on unless it gains more, money: chargers wear by switching.
_GOES_ON: Final = 0.01


@dataclass(frozen=True, slots=True)
class Starting:
    """The choices of when a load runs that has no breaks."""

    starts: list[tuple[datetime, int]]


@dataclass(frozen=True, slots=True)
class Running:
    """By slot the choice whether something runs, if it is one, and its power's column.

    Without a column it draws `power`, kW.
    """

    slots: list[tuple[int, int | None, int | None]]
    power: float


def add_load(program: Formulation, load: DeferrableLoad) -> Starting | Running:
    """Add a load; what has begun is not here."""
    if load.is_contiguous:
        return _Contiguous(program, load).added()
    return _BySlots(program, load).added()


def _dear(
    program: Formulation, key: str, priority: int, terms: list[tuple[int, float]]
) -> None:
    """Let what costs too much (kWh) be given up."""
    if terms:
        lack = program.lack(key, Level.PRICE_LIMIT, priority)
        program.program.row([*terms, (lack, -1.0)], upper=0.0)


@dataclass(slots=True)
class _Contiguous:
    """A load that runs once, at powers that are given."""

    formulation: Formulation
    load: DeferrableLoad

    def added(self) -> Starting:
        """Add a choice for each start."""
        formulation, load, grid = self.formulation, self.load, self.formulation.grid
        program = formulation.program
        worthy = formulation.home.worth(load)
        chosen: list[tuple[datetime, int]] = []
        dear: list[tuple[int, float]] = []
        for start in grid.starts(load):
            energies = grid.energies(load.runs_from(start))
            green = sum(
                energy * grid.values[place].share for place, energy in energies.items()
            )
            late = formulation.tie * grid.since(start) * load.energy + sum(
                energy * formulation.haste(load, place, load.deadline)
                for place, energy in energies.items()
            )
            column = program.choice(late - worthy * green)
            chosen.append((start, column))
            formulation.greens.append((column, green))
            for place, energy in energies.items():
                draw = energy / grid.hours[place]
                formulation.draws[place].append((column, draw))
            too_dear = sum(
                energy
                for place, energy in energies.items()
                if load.most_price is not None
                and grid.values[place].price > load.most_price
            )
            if too_dear:
                dear.append((column, too_dear))
        lack = formulation.lack(load.key, Level.LOAD, load.priority, load.energy)
        program.row([*((column, 1.0) for _, column in chosen), (lack, 1.0)], 1.0, 1.0)
        _dear(formulation, load.key, load.priority, dear)
        return Starting(chosen)


@dataclass(slots=True)
class _BySlots:
    """A load that runs in whole slots: in pieces, in any, or once at any power."""

    formulation: Formulation
    load: DeferrableLoad

    def added(self) -> Running:
        """Add a choice for each slot, and a power where it has a range."""
        formulation, load, grid = self.formulation, self.load, self.formulation.grid
        program, demand = formulation.program, load.demand
        places = [
            place
            for place in grid.whole(load.earliest, load.deadline)
            if not load.blocked.between(grid.bounds[place], grid.bounds[place + 1])
        ]
        has_range = demand.low < demand.high and demand.shape is not Shape.PIECES
        worthy = formulation.home.worth(load)
        chosen: list[tuple[int, int | None, int | None]] = []
        energy: list[tuple[int, float]] = []
        dear: list[tuple[int, float]] = []
        for place in places:
            slot, hours = grid.values[place], grid.hours[place]
            tie = formulation.tie * grid.since(grid.bounds[place])
            haste = formulation.haste(load, place, load.deadline)
            cost = hours * (tie + haste - worthy * slot.share)
            if has_range:
                runs = program.choice()
                power = program.column(0.0, demand.high, cost)
                program.row([(power, 1.0), (runs, -demand.high)], upper=0.0)
                program.row([(power, 1.0), (runs, -demand.low)], lower=0.0)
                formulation.draws[place].append((power, 1.0))
                energy.append((power, hours))
                chosen.append((place, runs, power))
            else:
                runs = program.choice(cost * demand.high)
                formulation.draws[place].append((runs, demand.high))
                energy.append((runs, hours * demand.high))
                chosen.append((place, runs, None))
            column, amount = energy[-1]
            formulation.greens.append((column, amount * slot.share))
            if load.most_price is not None and slot.price > load.most_price:
                dear.append(energy[-1])
        lack = formulation.lack(load.key, Level.LOAD, load.priority)
        most = load.energy if has_range else inf
        # In whole slots it may run a little longer than it has to.
        program.row([*energy, (lack, 1.0)], load.energy, most)
        _dear(formulation, load.key, load.priority, dear)
        if demand.shape is not Shape.SLOTS:
            runs_by_place = {
                place: runs for place, runs, _ in chosen if runs is not None
            }
            self._connect(runs_by_place)
        return Running(chosen, demand.high)

    def _connect(self, runs: dict[int, int]) -> None:
        """Hold runs, by slot, to their least lengths, pauses and starts."""
        program, demand = self.formulation.program, self.load.demand
        running = self.load.running
        begun: dict[int, int] = {}
        for place, column in runs.items():
            begun[place] = program.column(0.0, 1.0)
            terms = [(begun[place], 1.0), (column, -1.0)]
            if place - 1 in runs:
                terms.append((runs[place - 1], 1.0))
            goes_on = place == 0 and running is not None
            program.row(terms, lower=-1.0 if goes_on else 0.0)
        allowed = demand.starts
        if demand.shape is Shape.CONTIGUOUS:
            allowed = 1 if running is None else 0
        if allowed is not None and begun:
            program.row(
                [(start, 1.0) for start in begun.values()], upper=float(allowed)
            )
        if demand.shape is Shape.PIECES:
            self._last(runs, begun)
            self._pause(runs, begun)

    def _last(self, runs: dict[int, int], begun: dict[int, int]) -> None:
        """Let what begins last as long as it has to."""
        program, bounds = self.formulation.program, self.formulation.grid.bounds
        demand, running = self.load.demand, self.load.running
        least = min(demand.least_length, demand.shortest)
        for place, column in runs.items():
            recent = [
                (start, -1.0)
                for earlier, start in begun.items()
                if earlier <= place and bounds[earlier] + least > bounds[place]
            ]
            program.row([(column, 1.0), *recent], lower=0.0)
            after = place
            while after in runs:
                after += 1
            if bounds[after] < bounds[place] + least:
                program.uppers[begun[place]] = 0.0
            if running is not None and bounds[place] - bounds[0] < least - running:
                # It goes on, unless there is no room for it.
                hours = self.formulation.grid.hours[place]
                lack = self.formulation.lack(
                    self.load.key, Level.LOAD, self.load.priority, demand.high * hours
                )
                program.row([(column, 1.0), (lack, 1.0)], lower=1.0)

    def _pause(self, runs: dict[int, int], begun: dict[int, int]) -> None:
        """Keep what has ended from beginning again too soon."""
        program, bounds = self.formulation.program, self.formulation.grid.bounds
        pause = self.load.demand.least_pause
        for place, start in begun.items():
            # What runs as the plan begins has ended no earlier.
            if self.load.running is not None and bounds[place] - bounds[0] < pause:
                program.uppers[start] = 0.0
        for place, column in runs.items():
            soon = [
                (start, 1.0)
                for later, start in begun.items()
                if later > place and bounds[later] - bounds[place + 1] < pause
            ]
            if soon:
                program.row([(column, 1.0), *soon], upper=1.0)


def _begin(
    formulation: Formulation, car: ElectricVehicle, power: int, runs: int | None
) -> None:
    """Let a car charge first at what it can be set to, and go on if it charges."""
    program = formulation.program
    if car.settings:
        step = program.column(0.0, float(car.settings), is_integer=True)
        program.row([(power, 1.0), (step, -car.set_by)], 0.0, 0.0)
    if car.is_charging and runs is not None:
        program.costs[runs] -= _GOES_ON


def add_car(formulation: Formulation, car: ElectricVehicle) -> Running:
    """Add a car: whole slots, each at nothing or at a power that it can take."""
    program, grid = formulation.program, formulation.grid
    chosen: list[tuple[int, int | None, int | None]] = []
    stored: list[tuple[int, float]] = []
    ready: list[tuple[int, float]] = []
    dear: list[tuple[int, float]] = []
    most = 0.0
    for place in grid.whole(car.earliest, car.until):
        hours, slot = grid.hours[place], grid.values[place]
        tie = formulation.tie * grid.since(grid.bounds[place])
        tie += formulation.haste(car, place, car.ready)
        power = program.column(0.0, car.power, hours * tie)
        runs = None
        if car.least_power > 0 or car.step > 0:
            runs = program.choice()
            program.row([(power, 1.0), (runs, -car.power)], upper=0.0)
            program.row([(power, 1.0), (runs, -car.least_power)], lower=0.0)
        if runs is not None and car.step > 0:
            steps = int((car.power - car.least_power) / car.step + 1e-6)
            step = program.column(0.0, steps, is_integer=True)
            terms = [(power, 1.0), (runs, -car.least_power), (step, -car.step)]
            program.row(terms, 0.0, 0.0)
        if place == 0:
            _begin(formulation, car, power, runs)
        formulation.draws[place].append((power, 1.0))
        formulation.greens.append((power, hours * slot.share))
        chosen.append((place, runs, power))
        stored.append((power, hours * car.efficiency))
        if grid.bounds[place + 1] <= car.ready:
            ready.append(stored[-1])
            most += car.power * hours * car.efficiency
            if car.most_price is not None and slot.price > car.most_price:
                dear.append((power, hours))
            if car.urgent > 0:
                # What is needed at once is there as soon as it can be.
                late = formulation.lack(car.key, Level.LEAST_SOC, car.priority, hours)
                terms = [*ready, (late, 1.0)]
                program.row(terms, lower=min(car.urgent, most))
        elif car.most_price is not None and slot.price > car.most_price:
            program.uppers[power] = 0.0
    lack = formulation.lack(car.key, Level.TARGET, car.priority)
    program.row([*ready, (lack, 1.0)], lower=car.need)
    program.row(stored, upper=grid.takes(car))
    _dear(formulation, car.key, car.priority, dear)
    if car.extra_below is not None:
        extra = program.column(cost=-car.extra_below)
        beyond = [*stored, (extra, -1.0)]
        if len(ready) == len(stored):
            program.row([*beyond, (lack, 1.0)], car.need, car.need)
        else:
            # What it gets too late is not beyond the target.
            is_beyond = program.choice()
            room = grid.takes(car)
            program.row(beyond, upper=car.need)
            program.row([(extra, 1.0), (is_beyond, -room)], upper=0.0)
            program.row([*beyond, (is_beyond, -car.need)], lower=0.0)
    return Running(chosen, car.power)
