"""Whether a schedule keeps all that a home asks for; independent of who made it.

What is compared is kW, kWh or percent of it, to a millionth.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from math import fsum
from typing import Final

from ..model.demand import Shape
from ..model.planner import Runs
from ..model.series import Series
from .bill import charge_of, exchanged, heat_of
from .grid import Grid
from .home import DeferrableLoad, ElectricVehicle, Home, Schedule

_SAME: Final = 2e-6
# So much may be missing that was not given up, kWh.
_LEAST: Final = 1e-4
_MOMENT: Final = timedelta(seconds=1)


def broken(home: Home, schedule: Schedule) -> list[str]:
    """Return what a schedule breaks, each with whose it is; none if all is kept.

    What it says it has given up is not broken.
    """
    grid = Grid.of(home)
    given_up = {(each.key, each.kind): each.energy for each in schedule.given_up}
    problems = list(_grid(home, schedule, grid))
    for load in home.loads:
        if load.fixed is None:
            runs = schedule.powers.get(load.key, Series[float | None]())
            lacks = given_up.get((load.key, "load"), 0.0)
            dear = given_up.get((load.key, "price_limit"), 0.0)
            problems += (
                f"{load.key}: {problem}"
                for problem in (
                    *_load(load, runs, lacks),
                    *_dear(load.most_price, runs, grid, dear),
                )
            )
        elif schedule.powers.get(load.key) != load.fixed:
            problems.append(f"{load.key}: moved")
    for car in home.cars:
        runs = schedule.powers.get(car.key, Series[float | None]())
        lacks = given_up.get((car.key, "target"), 0.0)
        dear = given_up.get((car.key, "price_limit"), 0.0)
        problems += (
            f"{car.key}: {problem}"
            for problem in (
                *_car(car, runs, grid, lacks),
                *_dear(car.most_price, runs, grid, dear),
            )
        )
    problems += _stores(home, schedule, grid, given_up)
    return problems


def _grid(home: Home, schedule: Schedule, grid: Grid) -> Iterator[str]:
    """Yield what is drawn from the grid, or fed in, beyond what may be."""
    net = exchanged(home, schedule, grid)
    curtailed = grid.of_series(schedule.curtailed)
    flexible = [0.0] * len(grid)
    begun = [0.0] * len(grid)
    for key, runs in schedule.powers.items():
        for place, power in enumerate(grid.means(runs)):
            flexible[place] += power
            if any(load.key == key and load.fixed is not None for load in home.loads):
                begun[place] += power
    for place, slot in enumerate(grid.values):
        most = slot.base if slot.base_most is None else max(slot.base_most, slot.base)
        alone = most + begun[place] - max(slot.sun, 0.0)
        for limit in (home.limit, slot.cap):
            drawn = net[place] + most - slot.base
            if limit is not None and drawn > max(limit, alone) + _SAME:
                yield f"slot {place}: draws {drawn} of {limit} kW"
        cap = slot.flexible_cap
        if cap is not None and flexible[place] > max(cap, begun[place]) + _SAME:
            yield f"slot {place}: devices draw {flexible[place]} of {cap} kW"
        if home.export_limit is not None and -net[place] > home.export_limit + _SAME:
            yield f"slot {place}: feeds in {-net[place]} kW"
        forced = (
            home.export_limit is not None and -net[place] >= home.export_limit - 1e-4
        )
        most_off = max(slot.sun, 0.0) if home.is_curtailable or forced else 0.0
        if not -_SAME <= curtailed[place] <= most_off + _SAME:
            yield f"slot {place}: takes {curtailed[place]} kW off the sun"


def _stores(
    home: Home,
    schedule: Schedule,
    grid: Grid,
    given_up: dict[tuple[str, str], float],
) -> Iterator[str]:
    """Yield what batteries and tanks cannot do."""
    net = exchanged(home, schedule, grid)
    curtailed = grid.of_series(schedule.curtailed)
    for battery in home.batteries:
        now = battery.soc / 100 * battery.capacity
        low = min(battery.low / 100 * battery.capacity, now)
        high = max(battery.high / 100 * battery.capacity, now)
        powers = grid.means(schedule.powers.get(battery.key, Series[float | None]()))
        for place, held in enumerate(charge_of(battery, schedule, grid)):
            if not low - 1e-5 <= held <= high + 1e-5:
                yield f"{battery.key}: holds {held} kWh in slot {place}"
            if (
                not -battery.discharge - _SAME
                <= powers[place]
                <= battery.charge + _SAME
            ):
                yield f"{battery.key}: {powers[place]} kW in slot {place}"
            if not battery.grid_charge and min(powers[place], net[place]) > 1e-5:
                yield f"{battery.key}: charges from the grid in slot {place}"
            sun = max(grid.values[place].sun - curtailed[place], 0.0)
            if not battery.feed_in and -net[place] > sun + 1e-5:
                yield f"{battery.key}: feeds into the grid in slot {place}"
    for store in home.stores:
        lacks = given_up.get((store.key, "comfort"), 0.0)
        natural = store.energy
        draws = grid.of_series(store.draw)
        powers = grid.means(schedule.powers.get(store.key, Series[float | None]()))
        for place, held in enumerate(heat_of(store, schedule, grid)):
            hours = grid.hours[place]
            natural = natural * (1 - store.loss * hours) - draws[place] * hours
            if (
                held < store.least - lacks - _LEAST
                or held > max(store.most, natural) + 1e-5
            ):
                yield f"{store.key}: holds {held} kWh in slot {place}"
            if not -_SAME <= powers[place] <= store.power + _SAME:
                yield f"{store.key}: {powers[place]} kW in slot {place}"


def _dear(most: float | None, runs: Runs, grid: Grid, allowed: float) -> Iterator[str]:
    """Yield what runs above the price that it may."""
    if most is None:
        return
    energies = grid.energies(runs)
    dear = fsum(
        energy for place, energy in energies.items() if grid.values[place].price > most
    )
    if dear > allowed + _LEAST:
        yield f"{dear} kWh at too high a price"


def _stretches(runs: Runs) -> list[tuple[datetime, datetime]]:
    """Return the time without a break, whatever the power."""
    stretches: list[tuple[datetime, datetime]] = []
    for run in runs:
        if stretches and stretches[-1][1] == run.start:
            stretches[-1] = stretches[-1][0], run.end
        else:
            stretches.append((run.start, run.end))
    return stretches


def _load(load: DeferrableLoad, runs: Runs, lacks: float) -> Iterator[str]:
    """Yield what a load does that it must not, or not enough of."""
    demand = load.demand
    energy = fsum(
        (run.value or 0.0) * ((run.end - run.start) / timedelta(hours=1))
        for run in runs
    )
    if energy < load.energy - lacks - _LEAST:
        yield f"draws {energy} of {load.energy} kWh"
    if not runs.slots:
        return
    if runs.slots[0].start < load.earliest or runs.slots[-1].end > load.deadline:
        yield "runs outside of its window"
    if any(load.blocked.between(run.start, run.end) for run in runs):
        yield "runs while it must not"
    if load.is_contiguous:
        planned = [
            (slot.start, slot.end) for slot in load.runs_from(runs.slots[0].start)
        ]
        if _stretches(runs) != [(planned[0][0], planned[-1][1])] and not lacks:
            yield "does not run as it does"
        return
    least = demand.high if demand.energy is None else demand.low
    for run in runs:
        if not least - _SAME <= (run.value or 0.0) <= demand.high + _SAME:
            yield f"draws {run.value} kW"
    if demand.shape is not Shape.SLOTS:
        yield from _pieces(load, _stretches(runs), runs)


def _pieces(
    load: DeferrableLoad, stretches: list[tuple[datetime, datetime]], runs: Runs
) -> Iterator[str]:
    """Yield what is wrong with when something begins and ends."""
    demand = load.demand
    is_once = demand.shape is Shape.CONTIGUOUS
    goes_on = load.running is not None and stretches[0][0] <= max(
        load.earliest, runs.slots[0].start
    )
    allowed = 1 if is_once else demand.starts
    if allowed is not None and len(stretches) - goes_on > allowed:
        yield f"starts {len(stretches)} times"
    least = min(demand.least_length, demand.shortest)
    for start, end in stretches[1:] if goes_on else stretches:
        if end - start < least - _MOMENT:
            yield f"runs for {end - start} alone"
    for one, other in pairwise(stretches):
        if other[0] - one[1] < demand.least_pause - _MOMENT:
            yield f"stands still for {other[0] - one[1]} alone"


def _car(car: ElectricVehicle, runs: Runs, grid: Grid, lacks: float) -> Iterator[str]:
    """Yield what a car does that it must not, or not enough of."""
    hours = timedelta(hours=1)
    ready = fsum(
        (run.value or 0.0) * ((min(run.end, car.ready) - run.start) / hours)
        for run in runs
        if run.start < car.ready
    )
    if ready * car.efficiency < car.need - lacks - _LEAST:
        yield f"has {ready * car.efficiency} of {car.need} kWh"
    whole = fsum((run.value or 0.0) * ((run.end - run.start) / hours) for run in runs)
    if whole * car.efficiency > grid.takes(car) + 1e-5:
        yield f"has {whole * car.efficiency} kWh, and room for {car.room}"
    for run in runs:
        if run.start < car.earliest or run.end > car.until:
            yield "charges outside of its window"
        power = run.value or 0.0
        if not car.least_power - _SAME <= power <= car.power + _SAME:
            yield f"charges at {power} kW"
        steps = (power - car.least_power) / car.step if car.step else 0.0
        if abs(steps - round(steps)) > 1e-4:
            yield f"charges at {power} kW, between two steps"
