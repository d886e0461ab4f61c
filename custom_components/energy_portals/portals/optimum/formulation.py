"""A home as a mixed-integer program: the balance, the grid, batteries, heat and peaks.

Columns are powers (mean kW of a slot), energies (kWh) or choices; `formulation_loads`
adds what loads and cars may do.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from math import inf
from typing import Final

from ..model.horizon_slot import MARGIN
from .grid import Grid
from .home import Battery, Device, Home, PeakDue, ThermalStore
from .program import Program

# A peak that stays below a step stays so far below it, kW.
_BELOW: Final = 0.01
_NOTHING: Final = 1e-9
# Per kWh: a battery is not charged for nothing.
_IDLE: Final = 1e-6
# Of the price: what it is worth not to wait for the last moment.
_HASTE: Final = 0.1


class Level(IntEnum):
    """What can be given up, what is given up last first."""

    LIMIT = 0
    LEAST_SOC = 1
    LOAD = 2
    TARGET = 3
    COMFORT = 4
    PRICE_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Lack:
    """A column that is nothing unless something is given up: kWh, times `weight`."""

    key: str
    level: Level
    priority: int
    column: int
    weight: float = 1.0


@dataclass
class Formulation:
    """The program of a home, and which of its columns say what.

    `draws` are by slot the columns of what devices draw, with their kW; `given` is
    what has begun and goes on. `greens` are columns with percent times kWh.
    """

    home: Home
    tie: float
    program: Program = field(default_factory=Program)
    lacks: list[Lack] = field(default_factory=list)
    curtailed: list[int] = field(default_factory=list)
    stored: dict[str, list[tuple[int, int | None]]] = field(default_factory=dict)
    greens: list[tuple[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay out the slots."""
        self.grid = Grid.of(self.home)
        self.draws: list[list[tuple[int, float]]] = [[] for _ in self.grid.slots]
        self.given = [0.0] * len(self.grid)
        self.into_grid: dict[int, int] = {}

    def lack(self, key: str, level: Level, priority: int, weight: float = 1.0) -> int:
        """Add a column of what is missing; nothing is, until it is given up."""
        column = self.program.column(0.0, 0.0)
        self.lacks.append(Lack(key, level, priority, column, weight))
        return column

    def haste(self, device: Device, place: int, deadline: datetime) -> float:
        """Return what a kWh costs that leaves a device nothing to spare."""
        is_last = deadline - device.spare < self.grid.bounds[place + 1] <= deadline
        return _HASTE * max(self.grid.values[place].price, 0.0) if is_last else 0.0

    # --- the grid -------------------------------------------------------------------

    def add_grid(self) -> None:
        """Add what is drawn, fed in and curtailed; devices are there already."""
        program = self.program
        self.imports: list[int] = []
        exports: list[int] = []
        for place, slot in enumerate(self.grid.values):
            base = slot.base + self.given[place]
            hours = self.grid.hours[place]
            price = slot.price - (MARGIN if slot.is_expected else 0.0)
            drawn = program.column(cost=hours * price)
            most_out = inf if self.home.export_limit is None else self.home.export_limit
            out = program.column(0.0, most_out, -hours * slot.fed_in)
            curtailed = program.column(0.0, self._curtailable(place, out))
            self.imports.append(drawn)
            exports.append(out)
            self.curtailed.append(curtailed)
            if self.home.export_limit is not None and not self.home.is_curtailable:
                self._curtail_only_beyond(place, out, curtailed)
            program.row(
                [
                    (drawn, 1.0),
                    (out, -1.0),
                    (curtailed, -1.0),
                    *((column, -power) for column, power in self.draws[place]),
                ],
                base - slot.sun,
                base - slot.sun,
            )
            self._limit(place, drawn, out)
        self._exclude(exports)
        for battery in self.home.batteries:
            self._bind(battery, exports)

    def _curtailable(self, place: int, out: int) -> float:
        """Return how much of the sun's power may be taken off, kW."""
        is_allowed = self.home.is_curtailable or self.home.export_limit is not None
        return max(self.grid.values[place].sun, 0.0) if is_allowed else 0.0

    def _curtail_only_beyond(self, place: int, out: int, curtailed: int) -> None:
        """Let the sun be lowered only while as much is fed in as may be."""
        slot, limit = self.grid.values[place], self.home.export_limit
        if limit is None or min(slot.fed_in, slot.price) > 0 or slot.sun <= 0:
            return
        full = self.program.choice()
        self.program.row([(curtailed, 1.0), (full, -slot.sun)], upper=0.0)
        self.program.row([(out, 1.0), (full, -limit)], lower=0.0)

    def _limit(self, place: int, drawn: int, out: int) -> None:
        """Hold the limits, which the home itself alone may break."""
        slot = self.grid.values[place]
        limits = [each for each in (self.home.limit, slot.cap) if each is not None]
        if limits:
            most = self._base_most(place)
            limit, alone = min(limits), most - max(slot.sun, 0.0)
            more = most - slot.base - self.given[place]
            terms = [(drawn, 1.0), (out, -1.0)]
            if alone > limit and self.home.batteries:
                lack = self.lack("", Level.LIMIT, 0, self.grid.hours[place])
                self.program.row([*terms, (lack, -1.0)], upper=limit - more)
            else:
                self.program.row(terms, upper=max(limit, alone) - more)
        if slot.flexible_cap is not None and self.draws[place]:
            left = max(slot.flexible_cap - self.given[place], 0.0)
            self.program.row(self.draws[place], upper=left)

    def _base_most(self, place: int) -> float:
        """Return what the home draws at most beside what is planned, kW."""
        slot = self.grid.values[place]
        most = slot.base if slot.base_most is None else max(slot.base_most, slot.base)
        return most + self.given[place]

    def _exclude(self, exports: list[int]) -> None:
        """Keep power from going both ways where that would pay."""
        self.importing: dict[int, int] = {}
        batteries = self.home.batteries
        gridless = any(not battery.grid_charge for battery in batteries)
        for place, slot in enumerate(self.grid.values):
            # One battery alone has nothing but the sun to charge from.
            is_charged = gridless and (slot.sun > 0 or len(batteries) > 1)
            if slot.fed_in < slot.price and not is_charged:
                continue
            importing = self.program.choice()
            self.importing[place] = importing
            drawn, out = self.imports[place], exports[place]
            most_in, most_out = self._most_drawn(place), self._most_fed_in(place)
            self.program.row([(drawn, 1.0), (importing, -most_in)], upper=0.0)
            self.program.row([(out, 1.0), (importing, most_out)], upper=most_out)

    def _most_drawn(self, place: int) -> float:
        """Return more than can be drawn from the grid, kW."""
        power = sum(
            max(self.program.uppers[column], 0.0) * max(power, 0.0)
            for column, power in self.draws[place]
        )
        slot = self.grid.values[place]
        return max(slot.base, 0.0) + self.given[place] + power + max(-slot.sun, 0) + 1

    def _most_fed_in(self, place: int) -> float:
        """Return more than can be fed in, kW."""
        power = sum(battery.discharge for battery in self.home.batteries)
        slot = self.grid.values[place]
        return max(slot.sun, 0.0) + max(-slot.base, 0.0) + power + 1

    def _bind(self, battery: Battery, exports: list[int]) -> None:
        """Keep a battery from the grid where it may not charge from it, or feed in."""
        for place, slot in enumerate(self.grid.values):
            charge = self.stored[battery.key][place][0]
            if not battery.grid_charge:
                if place in self.importing:
                    self.program.row(
                        [(charge, 1.0), (self.importing[place], battery.charge)],
                        upper=battery.charge,
                    )
                else:
                    self.program.uppers[charge] = 0.0
            if not battery.feed_in:
                self.program.row(
                    [(exports[place], 1.0), (self.curtailed[place], 1.0)],
                    upper=max(slot.sun, 0.0),
                )

    # --- what stores ----------------------------------------------------------------

    def add_battery(self, battery: Battery) -> None:
        """Add what goes into a battery and out of it."""
        program, grid = self.program, self.grid
        now = battery.soc / 100 * battery.capacity
        low = min(battery.low / 100 * battery.capacity, now)
        high = max(battery.high / 100 * battery.capacity, now)
        value = battery.end_value
        if value is None:
            value = self.home.end_value() * battery.eff_out
        columns: list[tuple[int, int | None]] = []
        before: int | None = None
        # To lose energy both ways pays wherever some is got rid of for money later.
        last_burning = max(
            (place for place in range(len(grid)) if self._is_burdened(place)),
            default=-1,
        )
        for place, slot in enumerate(grid.values):
            hours = grid.hours[place]
            tie = self.tie * grid.since(grid.bounds[place]) + _IDLE
            charge = program.column(0.0, battery.charge, hours * tie)
            cost = hours * battery.cycle_cost
            discharge = program.column(0.0, battery.discharge, cost)
            is_last = place == len(grid) - 1
            soc = program.column(low, high, -value if is_last else 0.0)
            terms = [
                (soc, 1.0),
                (charge, -hours * battery.eff_in),
                (discharge, hours / battery.eff_out),
            ]
            if before is not None:
                terms.append((before, -1.0))
            start = now if before is None else 0.0
            program.row(terms, start, start)
            if place <= last_burning or slot.fed_in >= slot.price:
                one = program.choice()
                program.row([(charge, 1.0), (one, -battery.charge)], upper=0.0)
                program.row(
                    [(discharge, 1.0), (one, battery.discharge)],
                    upper=battery.discharge,
                )
            self.draws[place] += [(charge, 1.0), (discharge, -1.0)]
            columns.append((charge, discharge))
            before = soc
        self.stored[battery.key] = columns

    def _is_burdened(self, place: int) -> bool:
        """Say whether energy may be worth less than nothing in a slot."""
        slot = self.grid.values[place]
        is_free = self.home.is_curtailable or slot.fed_in > 0 or slot.sun <= 0
        return slot.price <= 0 or not is_free

    def add_store(self, store: ThermalStore) -> None:
        """Add what heats a store: any mean power, and heat that is within its band."""
        program, grid = self.program, self.grid
        heats, draws = grid.of_series(store.cop), grid.of_series(store.draw)
        value = store.end_value
        if value is None:
            value = self.home.end_value() / max(heats[-1], _NOTHING)
        columns: list[tuple[int, int | None]] = []
        before, natural = None, store.energy
        for place, hours in enumerate(grid.hours):
            tie = self.tie * hours * grid.since(grid.bounds[place])
            power = program.column(0.0, store.power, tie)
            kept = 1 - store.loss * hours
            natural = natural * kept - draws[place] * hours
            is_last = place == len(grid) - 1
            heat = program.column(
                -inf, max(store.most, natural), -value if is_last else 0.0
            )
            cold = self.lack(store.key, Level.COMFORT, store.priority, hours)
            program.row([(heat, 1.0), (cold, 1.0)], lower=store.least)
            terms = [(heat, 1.0), (power, -heats[place] * hours)]
            lost = draws[place] * hours
            if before is None:
                start = store.energy * kept - lost
            else:
                terms.append((before, -kept))
                start = -lost
            program.row(terms, start, start)
            self.draws[place].append((power, 1.0))
            columns.append((power, None))
            before = heat
        self.stored[store.key] = columns

    # --- peaks ----------------------------------------------------------------------

    def add_peak(self, due: PeakDue) -> None:
        """Add what a month's peak costs."""
        program = self.program
        values: list[int] = []
        days: dict[object, int] = {}
        for window in due.windows:
            hours = (window.end - window.start).total_seconds() / 3600
            scale = window.weight / hours
            if window.day is None:
                value = program.column(scale * window.drawn)
                values.append(value)
            elif window.day in days:
                value = days[window.day]
            else:
                value = program.column(due.reached.get(window.day, 0.0))
                days[window.day] = value
                values.append(value)
            terms = [
                (self._drawn(place), -scale * shared)
                for place, shared in self.grid.shares(window.start, window.end)
            ]
            program.row([(value, 1.0), *terms], lower=scale * window.drawn)
        values += [program.column(past, past) for past in due.past]
        least = max(due.floor, due.expected)
        peak = program.column(least, cost=0.0 if due.steps else due.rate)
        if due.count == 1:
            for value in values:
                program.row([(peak, 1.0), (value, -1.0)], lower=0.0)
        else:
            nth = program.column()
            overs = []
            for value in values:
                over = program.column()
                overs.append((over, -1.0))
                program.row([(over, 1.0), (value, -1.0), (nth, 1.0)], lower=0.0)
            program.row(
                [(peak, float(due.count)), (nth, -float(due.count)), *overs], lower=0.0
            )
        self._add_steps(due, peak, least)

    def _add_steps(self, due: PeakDue, peak: int, least: float) -> None:
        """Add what the steps cost that a peak reaches."""
        paid = None
        for threshold, money in due.steps:
            cost = money if paid is None else money - paid
            paid = money
            if threshold <= least + _NOTHING:
                continue
            reached = self.program.choice(cost)
            below = max(threshold - _BELOW, least)
            more = max(self._most_peak(due) - below, 0.0)
            self.program.row([(peak, 1.0), (reached, -more)], upper=below)

    def _most_peak(self, due: PeakDue) -> float:
        """Return more than a peak can be, kW."""
        drawn = max(self._most_drawn(place) for place in range(len(self.grid)))
        most = max(self._base_most(place) for place in range(len(self.grid)))
        weight = max((window.weight for window in due.windows), default=1.0)
        partial = sum(
            window.weight * window.drawn / ((window.end - window.start).seconds / 3600)
            for window in due.windows
        )
        known = max((*due.past, *due.reached.values(), 0.0))
        return max((drawn + most) * weight + partial, known, due.floor, due.expected)

    def _drawn(self, place: int) -> int:
        """Return the column of what counts as drawn in a slot."""
        slot = self.grid.values[place]
        more = self._base_most(place) - slot.base - self.given[place]
        if more <= 0:
            return self.imports[place]
        if place not in self.into_grid:
            drawn = self.program.column()
            self.into_grid[place] = drawn
            # As if the home itself drew as much as it rarely exceeds.
            self.program.row(
                [(drawn, 1.0), *self._net(place)], lower=more + self._alone(place)
            )
        return self.into_grid[place]

    def _net(self, place: int) -> list[tuple[int, float]]:
        """Return what devices and the curtailing add to what is drawn, negated."""
        return [
            (self.curtailed[place], -1.0),
            *((column, -power) for column, power in self.draws[place]),
        ]

    def _alone(self, place: int) -> float:
        """Return what is drawn without devices, kW."""
        slot = self.grid.values[place]
        return slot.base + self.given[place] - slot.sun
