"""What a schedule costs, reckoned from what devices draw, and from nothing else.

Money is in the home's currency, powers are kW, energies kWh.
"""

from dataclasses import dataclass
from datetime import date
from math import fsum

from .grid import Grid
from .home import Battery, Home, PeakDue, Schedule, ThermalStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What a schedule costs, part by part; what lessens it is below zero.

    `drawn` is paid for what comes from the grid, of which `expected` goes by prices
    that are not known yet; `fed_in` is got for what goes there. `cycles` wears
    batteries. `fees` are what `peaks` (kW) cost. `stored` is what is left at the end
    worth, `extra` what cars have beyond their targets, `green` what the share is worth
    to loads.
    """

    drawn: float = 0.0
    expected: float = 0.0
    fed_in: float = 0.0
    cycles: float = 0.0
    fees: tuple[float, ...] = ()
    peaks: tuple[float, ...] = ()
    stored: float = 0.0
    extra: float = 0.0
    green: float = 0.0

    @property
    def fee(self) -> float:
        """Return what all peaks cost, in the currency."""
        return fsum(self.fees)

    @property
    def paid(self) -> float:
        """Return what is paid in money, in the currency."""
        return fsum((self.drawn, self.fed_in, self.fee))

    @property
    def total(self) -> float:
        """Return what a plan is judged by, in the currency."""
        return fsum((self.paid, self.cycles, self.stored, self.extra, self.green))


def bill(home: Home, schedule: Schedule) -> Bill:
    """Return what a schedule costs."""
    grid = Grid.of(home)
    net = exchanged(home, schedule, grid)
    drawn = expected = fed_in = 0.0
    for power, hours, slot in zip(net, grid.hours, grid.values, strict=True):
        if power > 0:
            money = power * hours * slot.price
            drawn += money
            expected += money if slot.is_expected else 0.0
        else:
            fed_in += power * hours * slot.fed_in
    peaks = tuple(reached(due, home, net, grid) for due in home.peaks)
    return Bill(
        drawn=drawn,
        expected=expected,
        fed_in=fed_in,
        cycles=_cycles(home, schedule, grid),
        fees=tuple(due.fee(peak) for due, peak in zip(home.peaks, peaks, strict=True)),
        peaks=peaks,
        stored=-_stored(home, schedule, grid),
        extra=-_extra(home, schedule, grid),
        green=-_green(home, schedule, grid),
    )


def exchanged(home: Home, schedule: Schedule, grid: Grid) -> list[float]:
    """Return what is drawn from the grid in each slot, kW; fed in is below zero."""
    net = [slot.base - slot.sun for slot in grid.values]
    for device in home.devices():
        if (runs := schedule.powers.get(device.key)) is not None:
            for place, power in enumerate(grid.means(runs)):
                net[place] += power
    for place, power in enumerate(grid.of_series(schedule.curtailed)):
        net[place] += power
    return net


def reached(due: PeakDue, home: Home, net: list[float], grid: Grid) -> float:
    """Return the peak that counts, kW, with the home itself at its usual most."""
    single: list[float] = []
    days: dict[date, float] = dict(due.reached)
    for window in due.windows:
        energy = window.drawn
        for place, hours in grid.shares(window.start, window.end):
            slot = grid.values[place]
            most = slot.base if slot.base_most is None else slot.base_most
            energy += max(net[place] + max(most - slot.base, 0.0), 0.0) * hours
        hours = (window.end - window.start).total_seconds() / 3600
        value = window.weight * energy / hours
        if window.day is None:
            single.append(value)
        else:
            days[window.day] = max(days.get(window.day, 0.0), value)
    return due.peak([*single, *days.values()])


def charge_of(battery: Battery, schedule: Schedule, grid: Grid) -> list[float]:
    """Return what a battery holds at the end of each slot, kWh."""
    held = battery.soc / 100 * battery.capacity
    after: list[float] = []
    powers = _means(schedule, battery.key, grid)
    for power, hours in zip(powers, grid.hours, strict=True):
        into = power * battery.eff_in if power > 0 else power / battery.eff_out
        held += into * hours
        after.append(held)
    return after


def heat_of(store: ThermalStore, schedule: Schedule, grid: Grid) -> list[float]:
    """Return what a store holds at the end of each slot, kWh of heat."""
    held = store.energy
    after: list[float] = []
    heats, draws = grid.of_series(store.cop), grid.of_series(store.draw)
    powers = _means(schedule, store.key, grid)
    for place, hours in enumerate(grid.hours):
        held += (
            heats[place] * powers[place] - draws[place] - store.loss * held
        ) * hours
        after.append(held)
    return after


def _means(schedule: Schedule, key: str, grid: Grid) -> list[float]:
    """Return what a device draws in each slot, kW."""
    runs = schedule.powers.get(key)
    return [0.0] * len(grid) if runs is None else grid.means(runs)


def _cycles(home: Home, schedule: Schedule, grid: Grid) -> float:
    """Return what batteries are worn by."""
    return fsum(
        battery.cycle_cost * max(-power, 0.0) * hours
        for battery in home.batteries
        for power, hours in zip(
            _means(schedule, battery.key, grid), grid.hours, strict=True
        )
    )


def _stored(home: Home, schedule: Schedule, grid: Grid) -> float:
    """Return what is left at the end worth."""
    money = 0.0
    for battery in home.batteries:
        value = battery.end_value
        if value is None:
            value = home.end_value() * battery.eff_out
        money += value * charge_of(battery, schedule, grid)[-1]
    for store in home.stores:
        value = store.end_value
        if value is None:
            value = home.end_value() / max(grid.of_series(store.cop)[-1], 1e-9)
        money += value * heat_of(store, schedule, grid)[-1]
    return money


def _extra(home: Home, schedule: Schedule, grid: Grid) -> float:
    """Return what is worth that cars have beyond their targets."""
    money = 0.0
    for car in home.cars:
        if car.extra_below is not None:
            powers = _means(schedule, car.key, grid)
            energy = fsum(p * h for p, h in zip(powers, grid.hours, strict=True))
            beyond = energy * car.efficiency - car.need
            money += car.extra_below * max(beyond, 0.0)
    return money


def _green(home: Home, schedule: Schedule, grid: Grid) -> float:
    """Return what the renewable share is worth to loads."""
    money = 0.0
    for load in home.loads:
        if (value := home.worth(load)) and load.fixed is None:
            powers = _means(schedule, load.key, grid)
            money += value * fsum(
                power * hours * slot.share
                for power, hours, slot in zip(
                    powers, grid.hours, grid.values, strict=True
                )
            )
    return money
