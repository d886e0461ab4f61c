"""A car in the cheapest slots that there are, without a solver.

Lists are by slot: powers in kW; energies are kWh, prices in the home's currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sumprod
from typing import Final

from .grid import Grid
from .home import ElectricVehicle

_NOTHING: Final = 1e-9


@dataclass(frozen=True, slots=True, order=True)
class _Step:
    """More power in a slot: from nothing, or from what the sun gives, to `power`."""

    price: float
    place: int
    power: float


def charged(
    car: ElectricVehicle, grid: Grid, rooms: Sequence[float], net: Sequence[float]
) -> list[float]:
    """Return the power of a car in each slot, kW.

    What it needs at once comes first, then what it needs by the time it is ready, and
    then what is worth more than it costs. `rooms` is what it may draw, and `net` what
    is drawn without it; fed in is below zero.
    """
    most = [_stepped(car, min(car.power, room)) for room in rooms]
    places = [
        place for place in grid.whole(car.earliest, car.until) if most[place] > _NOTHING
    ]
    ready = [place for place in places if grid.bounds[place + 1] <= car.ready]
    powers = at_most(car, grid, most, car.urgent)
    steps = sorted(_steps(car, grid, places, most, net))
    is_cheap = _is_cheap(car, grid)
    for allowed in (True, False):
        for step in steps:
            if step.place in ready and is_cheap[step.place] is allowed:
                _add(car, grid, powers, step, car.need)
    if car.extra_below is not None:
        for step in steps:
            if step.price < car.extra_below * car.efficiency and is_cheap[step.place]:
                _add(car, grid, powers, step, car.room)
    return powers


def at_most(
    car: ElectricVehicle, grid: Grid, most: Sequence[float], needed: float
) -> list[float]:
    """Return the power of a car that charges at once until it has so much, kW."""
    powers = [0.0] * len(grid)
    for place in grid.whole(car.earliest, car.until):
        if most[place] > _NOTHING:
            _add(car, grid, powers, _Step(0.0, place, most[place]), needed)
    return powers


def _is_cheap(car: ElectricVehicle, grid: Grid) -> list[bool]:
    """Return by slot whether it costs no more than the car may pay."""
    return [
        car.most_price is None or slot.price <= car.most_price for slot in grid.values
    ]


def _steps(
    car: ElectricVehicle,
    grid: Grid,
    places: Sequence[int],
    most: Sequence[float],
    net: Sequence[float],
) -> list[_Step]:
    """Return what could be charged: with the sun's surplus, and beyond it."""
    steps: list[_Step] = []
    for place in places:
        slot = grid.values[place]
        surplus = max(-net[place], 0.0)
        first = min(max(_stepped(car, surplus), car.least_power), most[place])
        if surplus > _NOTHING and _NOTHING < first < most[place] - _NOTHING:
            own = min(surplus, first)
            price = (own * slot.fed_in + (first - own) * slot.price) / first
            steps.append(_Step(price, place, first))
            steps.append(_Step(max(slot.price, price), place, most[place]))
        else:
            own = min(surplus, most[place])
            paid = own * slot.fed_in + (most[place] - own) * slot.price
            steps.append(_Step(paid / most[place], place, most[place]))
    return steps


def _add(
    car: ElectricVehicle, grid: Grid, powers: list[float], step: _Step, needed: float
) -> None:
    """Charge more in a slot, as far as it is needed."""
    lacks = needed - _stored(car, grid, powers)
    if lacks <= _NOTHING or powers[step.place] >= step.power:
        return
    more = lacks / car.efficiency / grid.hours[step.place]
    power = min(powers[step.place] + more, step.power)
    power = max(power, car.least_power)
    if car.step:
        steps = ceil((power - car.least_power) / car.step - 1e-6)
        power = min(car.least_power + steps * car.step, step.power)
    held = list(powers)
    powers[step.place] = power
    room = grid.takes(car)
    over = _stored(car, grid, powers) - room
    if over > _NOTHING and not car.step:
        _give_way(car, grid, powers, step.place, over)
    stored = _stored(car, grid, powers)
    if stored > room + _NOTHING or stored <= needed - lacks + _NOTHING:
        powers[:] = held
        return
    # Where others made way for it, there may be need of more.
    _add(car, grid, powers, step, needed)


def _give_way(
    car: ElectricVehicle, grid: Grid, powers: list[float], place: int, over: float
) -> None:
    """Charge less in other slots, the dearest first, by what a slot brings too much.

    Less than the least power is had in no slot, and so beside others; where they are at
    that, instead of the least of them.
    """
    others = [each for each, power in enumerate(powers) if power and each != place]
    for each in sorted(others, key=lambda other: -grid.values[other].price):
        part = grid.hours[each] * car.efficiency
        less = min(over / part, max(powers[each] - car.least_power, 0.0))
        powers[each] -= less
        over -= less * part
    for each in sorted(others, key=lambda other: powers[other] * grid.hours[other]):
        if over > _NOTHING:
            over -= powers[each] * grid.hours[each] * car.efficiency
            powers[each] = 0.0


def _stored(car: ElectricVehicle, grid: Grid, powers: Sequence[float]) -> float:
    """Return what gets into the battery, kWh."""
    return car.efficiency * sumprod(powers, grid.hours)


def _stepped(car: ElectricVehicle, power: float) -> float:
    """Return the power that a car can take of so much, kW."""
    if power < car.least_power - _NOTHING:
        return 0.0
    if not car.step:
        return power
    steps = floor((power - car.least_power) / car.step + 1e-6)
    return car.least_power + steps * car.step
