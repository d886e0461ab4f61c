"""What a home would do without a plan: everything at once.

Powers are kW, energies kWh, money is in the home's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..model.planner import Runs, merged
from ..model.prices import HOUR
from ..model.series import Series, Slot
from .bill import bill, exchanged
from .charging import at_most
from .grid import Grid
from .home import DeferrableLoad, ElectricVehicle, Home, Schedule, ThermalStore
from .self_use import as_runs, curtailed, self_used


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What a plan saves against everything at once, in the home's currency.

    `devices` is what each saves by running as planned, while all others do; `together`
    is what they save beyond that, or less. All of it is `total`; it may be below zero.
    """

    total: float
    devices: Mapping[str, float]
    together: float


def at_once(home: Home) -> Schedule:
    """Return what happens without a plan.

    Each load runs from the beginning of its window, each car charges once it is plugged
    in, tanks are heated by their thermostats, and batteries take what would be fed in.
    Limits are not looked at.
    """
    grid = Grid.of(home)
    powers: dict[str, Runs] = {load.key: _load(load, home) for load in home.loads}
    powers |= {car.key: as_runs(grid, _car(car, grid)) for car in home.cars}
    powers |= {store.key: as_runs(grid, _store(store, grid)) for store in home.stores}
    return with_batteries(home, powers, {each.key for each in home.batteries})


def saving(home: Home, planned: Schedule) -> Saving:
    """Return what a plan saves, in all and device by device."""
    now = at_once(home)
    cost = bill(home, planned).total
    devices = {
        device.key: bill(home, _without(home, planned, now, device.key)).total - cost
        for device in home.devices()
        if device.key in planned.powers
    }
    total = bill(home, now).total - cost
    return Saving(total=total, devices=devices, together=total - sum(devices.values()))


def with_batteries(home: Home, powers: Mapping[str, Runs], keys: set[str]) -> Schedule:
    """Return a schedule in which some batteries take what would be fed in."""
    grid = Grid.of(home)
    whole = {key: runs for key, runs in powers.items() if key not in keys}
    net = exchanged(home, Schedule(powers=whole), grid)
    for battery in home.batteries:
        if battery.key in keys:
            drawn = self_used(battery, grid, net, [battery.charge] * len(grid))
            net = [one + other for one, other in zip(net, drawn, strict=True)]
            whole[battery.key] = as_runs(grid, drawn)
    off = curtailed(home, grid, net, [0.0] * len(grid))
    return Schedule(powers=whole, curtailed=off, method="at_once", is_proven=False)


def _without(home: Home, planned: Schedule, now: Schedule, key: str) -> Schedule:
    """Return a plan in which one device does what it would do without it."""
    if any(battery.key == key for battery in home.batteries):
        return with_batteries(home, planned.powers, {key})
    powers = {**planned.powers, key: now.powers[key]}
    return replace(planned, powers=powers)


def _load(load: DeferrableLoad, home: Home) -> Runs:
    """Return how a load runs from the beginning of its window, until it has enough."""
    if load.fixed is not None:
        return load.fixed
    begin = max(load.earliest, home.start)
    if load.is_contiguous:
        return merged(load.runs_from(begin))
    span = Series((Slot(begin, max(load.deadline, begin + load.lasts), None),))
    left = load.energy
    runs: list[Slot[float | None]] = []
    for part in _free(span, load.blocked):
        if left <= 0:
            break
        end = min(part.end, part.start + (left / load.demand.high) * HOUR)
        if end > part.start:
            runs.append(Slot(part.start, end, load.demand.high))
            left -= load.demand.high * ((end - part.start) / HOUR)
    return merged(runs)


def _free(span: Series[None], blocked: Series[None]) -> list[Slot[None]]:
    """Return what is left of a span where it is not blocked."""
    whole = span.slots[0]
    parts, start = [], whole.start
    for slot in blocked.between(whole.start, whole.end):
        if slot.start > start:
            parts.append(Slot(start, slot.start, None))
        start = max(start, slot.end)
    if start < whole.end:
        parts.append(Slot(start, whole.end, None))
    return parts


def _car(car: ElectricVehicle, grid: Grid) -> list[float]:
    """Return how a car charges from when it is plugged in."""
    return at_most(car, grid, [car.power] * len(grid), car.need)


def _store(store: ThermalStore, grid: Grid) -> list[float]:
    """Return how a thermostat heats: from the least to the most, and again."""
    heats, draws = grid.of_series(store.cop), grid.of_series(store.draw)
    held, heating, powers = store.energy, store.energy < store.least, []
    for place, hours in enumerate(grid.hours):
        cooled = held * (1 - store.loss * hours) - draws[place] * hours
        heating = heating or cooled < store.least
        most = heats[place] * hours
        asked = (store.most - cooled) / most if heating and most > 0 else 0.0
        powers.append(min(max(asked, 0.0), store.power))
        held = cooled + most * powers[-1]
        heating = heating and held < store.most - 1e-9
    return powers
