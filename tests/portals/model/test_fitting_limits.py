"""Price limits against every plan there could be: too dear last, more while cheap."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Final

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.effort import best_effort
from custom_components.energy_portals.portals.model.fitting import Run, fitted
from custom_components.energy_portals.portals.model.horizon import (
    Horizon,
    HorizonSlot,
    Objective,
)
from custom_components.energy_portals.portals.model.series import Slot

ZERO: Final = datetime(2026, 10, 24, 22, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
# In whole numbers, so that sums are exact.
PRICES: Final = (-2, 0, 1, 2, 3, 5, 8)
# Too dear, kWh; and what it costs.
type Weighed = tuple[float, float]


def made(prices: list[int], rooms: list[int] | None = None) -> Horizon:
    """Return hours with these prices, and room for so many kW."""
    return Horizon.of(
        Slot(
            ZERO + n * HOUR,
            ZERO + (n + 1) * HOUR,
            HorizonSlot(price=price, room=None if rooms is None else rooms[n]),
        )
        for n, price in enumerate(prices)
    )


def weighed(horizon: Horizon, runs: list[Run], demand: Demand) -> Weighed:
    """Return what runs are too dear by, and what they cost, what is more taken off."""
    dear = cost = energy = 0.0
    for run in runs:
        for part in horizon.between(run.start, run.end):
            drawn = (run.value or 1.0) * ((part.end - part.start) / HOUR)
            price = part.value.price or 0.0
            energy += drawn
            cost += drawn * price
            dear += drawn * (demand.ceiling is not None and price > demand.ceiling)
    if demand.more_below is not None and demand.energy is not None:
        cost -= demand.more_below * (energy - demand.energy)
    return round(dear, 6), round(cost, 6)


def every(demand: Demand, count: int, most: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield the energy of each hour, kWh, of every plan in whole kWh."""
    least = 1 if demand.low < demand.high else int(demand.high)
    need = int(demand.energy or 0)
    for plan in product(*(range(each + 1) for each in most)):
        if not need <= sum(plan) <= need + demand.more:
            continue
        used = [n for n, each in enumerate(plan) if each]
        if demand.shape is Shape.SLOTS:
            yield plan
            continue
        inner = plan[used[0] + 1 : used[-1]] if used else ()
        if all(each >= least for each in inner):
            yield plan


def price_of(plan: tuple[int, ...], prices: list[int], demand: Demand) -> Weighed:
    """Return what a plan is too dear by, and what it costs."""
    ceiling = demand.ceiling
    dear = sum(
        each
        for each, price in zip(plan, prices, strict=True)
        if ceiling is not None and price > ceiling
    )
    cost = sum(each * price for each, price in zip(plan, prices, strict=True))
    extra = sum(plan) - (demand.energy or 0)
    return float(dear), float(cost - (demand.more_below or 0) * extra)


@pytest.mark.parametrize("seed", range(150))
def test_slots(seed: int) -> None:
    """Energy in the best slots, with both limits, either or none; also under caps."""
    random = Random(seed)
    count = random.randint(2, 6)
    prices = [random.choice(PRICES) for _ in range(count)]
    rooms = [random.randint(1, 2) for _ in range(count)]
    more_below = random.choice((None, *PRICES))
    demand = Demand(
        energy=random.randint(1, sum(rooms)),
        power=2.0,
        least_power=1.0,
        shape=Shape.SLOTS,
        ceiling=random.choice((None, *PRICES)),
        more=0 if more_below is None else random.randint(0, 4),
        more_below=more_below,
    )
    horizon = made(prices, rooms)
    runs = fitted(horizon, demand, ZERO, ZERO + count * HOUR)
    best = min(price_of(each, prices, demand) for each in every(demand, count, rooms))
    assert weighed(horizon, runs, demand) == best
    energy = sum((run.value or 0) * ((run.end - run.start) / HOUR) for run in runs)
    need = demand.energy or 0
    assert need <= round(energy, 6) <= need + demand.more


@pytest.mark.parametrize("seed", range(150))
def test_without_a_break(seed: int) -> None:
    """At one power, and at any between two."""
    random = Random(seed)
    count = random.randint(2, 6)
    prices = [random.choice(PRICES) for _ in range(count)]
    least = random.choice((1.0, 2.0))
    energy = random.randint(1, count) * 2
    demand = Demand(
        energy=energy,
        power=2.0,
        least_power=least,
        ceiling=random.choice(PRICES),
    )
    horizon = made(prices)
    runs = fitted(horizon, demand, ZERO, ZERO + count * HOUR)
    found = [
        price_of(each, prices, demand)
        for each in every(demand, count, [2] * count)
        # At one power a window that begins and ends within an hour is no better.
        if least < 2 or all(part in {0, 2} for part in each)
    ]
    assert weighed(horizon, runs, demand) == min(found)


@pytest.mark.parametrize("seed", range(150))
def test_pieces(seed: int) -> None:
    """Of a least length, with a pause, and at most so often."""
    random = Random(seed)
    count = random.randint(3, 8)
    prices = [random.choice(PRICES) for _ in range(count)]
    demand = Demand(
        duration=random.randint(1, 4) * HOUR,
        power=1.0,
        shape=Shape.PIECES,
        least_length=random.randint(0, 2) * HOUR,
        least_pause=random.randint(0, 2) * HOUR,
        starts=random.choice((None, 1, 2, 3)),
        ceiling=random.choice(PRICES),
    )
    horizon = made(prices)
    runs = fitted(horizon, demand, ZERO, ZERO + count * HOUR)
    found = [
        price_of(plan, prices, demand)
        for plan in product((0, 1), repeat=count)
        if _is_allowed(plan, demand)
    ]
    assert bool(runs) is bool(found)
    if found:
        assert weighed(horizon, runs, demand) == min(found)


def _is_allowed(plan: tuple[int, ...], demand: Demand) -> bool:
    """Say whether hours are the pieces that a demand may have."""
    if sum(plan) * HOUR != demand.shortest:
        return False
    text = "".join(map(str, plan))
    runs = [len(each) for each in text.split("0") if each]
    pauses = [len(each) for each in text.strip("0").split("1") if each]
    least = min(demand.least_length, demand.shortest)
    return (
        all(each * HOUR >= least for each in runs)
        and all(each * HOUR >= demand.least_pause for each in pauses)
        and len(runs) <= (demand.starts or len(plan))
    )


@pytest.mark.parametrize("objective", list(Objective))
def test_whatever_it_is_best_by(objective: Objective) -> None:
    """What is too dear comes last, however green or clean it is."""
    values = [(5, 100.0, 10.0), (1, 10.0, 90.0), (2, 20.0, 80.0), (9, 100.0, 1.0)]
    horizon = Horizon.of(
        Slot(
            ZERO + n * HOUR,
            ZERO + (n + 1) * HOUR,
            HorizonSlot(price=price, share=share, co2=co2, is_green=True),
        )
        for n, (price, share, co2) in enumerate(values)
    )
    demand = Demand(
        duration=2 * HOUR,
        power=1.0,
        shape=Shape.SLOTS,
        objective=objective,
        worth=1.0,
        ceiling=3.0,
    )
    end = ZERO + 4 * HOUR
    assert [run.start for run in fitted(horizon, demand, ZERO, end)] == [
        ZERO + HOUR,
        ZERO + 2 * HOUR,
    ]
    needs_more = replace(demand, duration=3 * HOUR)
    first = fitted(horizon, needs_more, ZERO, end)[0].start
    assert first == (ZERO if objective is not Objective.CO2 else ZERO + HOUR)


def test_what_is_not_needed_is_never_too_dear() -> None:
    """Nor at what it is worth: a kilowatt-hour more is to be cheaper than that."""
    demand = Demand(
        energy=1, power=1.0, shape=Shape.SLOTS, more=9, more_below=3.0, ceiling=2.0
    )
    horizon = made([3, 2, 1, 2, 5])
    runs = fitted(horizon, demand, ZERO, ZERO + 5 * HOUR)
    assert [run.start for run in runs] == [ZERO + n * HOUR for n in (1, 2, 3)]
    at = fitted(horizon, replace(demand, ceiling=None), ZERO, ZERO + 5 * HOUR)
    assert at == runs


def test_nothing_needed_and_nothing_cheap() -> None:
    """Where there is no need, there is no effort either."""
    demand = Demand(energy=0, power=1.0, shape=Shape.SLOTS, more=2, more_below=1.0)
    effort = best_effort(made([3, 2, 1]), demand, ZERO, ZERO + 3 * HOUR)
    assert not effort.runs.slots
    assert effort.missing == timedelta()
    cheap = best_effort(made([3, 0, 1]), demand, ZERO, ZERO + 3 * HOUR)
    assert [run.start for run in cheap.runs] == [ZERO + HOUR]
