"""The planner against every plan there could be, on small inputs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise, product
from math import isclose
from random import Random
from typing import Any, Final

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import (
    Horizon,
    HorizonSlot,
    Objective,
)
from custom_components.energy_portals.portals.model.planner import NoPlan, Plan, plan
from custom_components.energy_portals.portals.model.series import Slot

ZERO: Final = datetime(2026, 10, 24, 22, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
QUARTER: Final = timedelta(minutes=15)
# Few prices, so that there are many ties.
PRICES: Final = (-0.1, 0.0, 0.1, 0.2, 0.3)


def made(values: list[Any], length: timedelta = QUARTER) -> Horizon:
    """Return slots of one length with these prices, or horizon."""
    return Horizon.of(
        Slot(
            ZERO + place * length,
            ZERO + (place + 1) * length,
            value if isinstance(value, HorizonSlot) else HorizonSlot(price=value),
        )
        for place, value in enumerate(values)
    )


def mixed(random: Random, count: int) -> Horizon:
    """Return slots of mixed lengths, some of them without a price or missing."""
    slots, start = [], ZERO
    for _ in range(count):
        end = start + random.choice((5, 15, 30, 60)) * MINUTE
        if random.random() > 0.1:
            price = None if random.random() < 0.05 else random.choice(PRICES)
            slots.append(Slot(start, end, HorizonSlot(price=price)))
        start = end
    return Horizon.of(slots or [Slot(ZERO, ZERO + QUARTER, HorizonSlot())])


def cost(horizon: Horizon, start: datetime, end: datetime) -> float | None:
    """Return what a kilowatt costs in a span; None where a price is missing."""
    total = 0.0
    parts = horizon.between(start, end)
    if not parts or parts[0].start > start or parts[-1].end < end:
        return None
    for part in parts:
        if part.value.price is None:
            return None
        total += part.value.price * ((part.end - part.start) / timedelta(hours=1))
    return total


def planned(horizon: Horizon, demand: Demand, *span: datetime) -> Plan | None:
    """Return the plan, None where there is none."""
    try:
        return plan(horizon, demand, *(span or (horizon.start, horizon.end)))
    except NoPlan:
        return None


@pytest.mark.parametrize("seed", range(300))
def test_contiguous(seed: int) -> None:
    """No start of any minute is cheaper, and none that is as cheap is earlier."""
    random = Random(seed)
    is_even = random.random() < 0.5
    horizon = (
        made([random.choice(PRICES) for _ in range(random.randint(1, 20))])
        if is_even
        else mixed(random, random.randint(1, 12))
    )
    begin = horizon.start + random.choice((0, 0, 7, 15)) * MINUTE
    end = horizon.end - random.choice((0, 0, 4, 15)) * MINUTE
    duration = random.choice((5, 15, 20, 37, 45, 60)) * MINUTE
    demand = Demand(duration=duration, power=1)
    starts = []
    start = begin
    while start + duration <= end:
        if (paid := cost(horizon, start, start + duration)) is not None:
            starts.append((round(paid, 9), start))
        start += MINUTE
    found = planned(horizon, demand, begin, end)
    if not starts:
        assert found is None
        return
    assert found is not None
    assert found.cost is not None
    best, earliest = min(starts)
    assert isclose(found.cost, best, abs_tol=1e-9)
    assert found.start == earliest
    assert found.end - found.start == duration


def _choices(units: int, demand: Demand) -> Iterator[tuple[int, ...]]:
    """Return every choice of quarters that a demand in pieces allows."""
    assert demand.duration is not None
    need = demand.duration // QUARTER
    least = min(max(demand.least_length // QUARTER, 1), need)
    for chosen in combinations(range(units), need):
        bounds = [
            -1,
            *(
                place
                for place, (one, other) in enumerate(pairwise(chosen))
                if other > one + 1
            ),
            need - 1,
        ]
        lengths = [after - before for before, after in pairwise(bounds)]
        gaps = [other - one - 1 for one, other in pairwise(chosen) if other > one + 1]
        if demand.starts is not None and len(lengths) > demand.starts:
            continue
        if min(lengths) < least:
            continue
        if all(gap * QUARTER >= demand.least_pause for gap in gaps):
            yield chosen


def _quarters(found: Plan) -> tuple[int, ...]:
    """Return the quarters that a plan uses."""
    return tuple(
        place
        for run in found.runs
        for place in range((run.start - ZERO) // QUARTER, (run.end - ZERO) // QUARTER)
    )


@pytest.mark.parametrize("seed", range(400))
def test_pieces(seed: int) -> None:
    """No pieces are cheaper, and none that are as cheap are earlier."""
    random = Random(seed)
    units = random.randint(1, 11)
    prices = [
        None if random.random() < 0.05 else random.choice(PRICES) for _ in range(units)
    ]
    demand = Demand(
        duration=random.randint(1, 6) * QUARTER,
        power=1,
        shape=Shape.PIECES,
        least_length=random.randint(0, 3) * QUARTER,
        least_pause=random.randint(0, 3) * QUARTER,
        starts=random.choice((None, 1, 2, 3)),
    )
    horizon = made(prices)
    choices = [
        (round(sum(filter(None, paid)) / 4, 9), chosen)
        for chosen in _choices(units, demand)
        for paid in [[prices[place] for place in chosen]]
        if None not in paid
    ]
    found = planned(horizon, demand)
    if not choices:
        assert found is None
        return
    assert found is not None
    assert found.cost is not None
    best, earliest = min(choices)
    assert isclose(found.cost, best, abs_tol=1e-9)
    assert _quarters(found) == earliest


@pytest.mark.parametrize("seed", range(200))
def test_slots(seed: int) -> None:
    """The cheapest minutes of all are used, and of equals the earliest slots."""
    random = Random(seed)
    horizon = mixed(random, random.randint(1, 12))
    duration = random.choice((5, 20, 45, 60, 90)) * MINUTE
    found = planned(horizon, Demand(duration=duration, power=2, shape=Shape.SLOTS))
    minutes = sorted(
        slot.value.price
        for slot in horizon.slots
        if slot.value.price is not None
        for _ in range((slot.end - slot.start) // MINUTE)
    )
    need = duration // MINUTE
    if len(minutes) < need:
        assert found is None
        return
    assert found is not None
    assert found.cost is not None
    assert isclose(found.cost, 2 * sum(minutes[:need]) / 60, abs_tol=1e-9)
    assert sum((run.end - run.start for run in found.runs), timedelta()) == duration


def _powers(low: int, high: int, is_edge: bool) -> range:
    """Return the mean powers of a slot, kW; an edge may be used in part."""
    return range(0 if is_edge else low, high + 1)


@pytest.mark.parametrize("seed", range(200))
def test_energy_without_a_break(seed: int) -> None:
    """No powers between least and most make an energy cheaper without a break."""
    random = Random(seed)
    count = random.randint(1, 6)
    low = random.randint(1, 3)
    high = low + random.randint(1, 3)
    rooms = [
        high if random.random() < 0.7 else random.randint(0, high) for _ in range(count)
    ]
    prices = [random.choice(PRICES) for _ in range(count)]
    hour = timedelta(hours=1)
    horizon = made(
        [
            HorizonSlot(price=price, room=room)
            for price, room in zip(prices, rooms, strict=True)
        ],
        hour,
    )
    energy = random.randint(1, 8)
    demand = Demand(energy=energy, power=high, least_power=low)
    options = []
    for first in range(count):
        for last in range(first, count):
            if any(room < low for room in rooms[first : last + 1]):
                continue
            ranges = [
                _powers(low, rooms[place], place in {first, last})
                for place in range(first, last + 1)
            ]
            for powers in product(*ranges):
                if sum(powers) == energy:
                    paid = sum(
                        power * prices[first + place]
                        for place, power in enumerate(powers)
                    )
                    options.append(round(paid, 9))
    found = planned(horizon, demand)
    # A plan that the span is too short for at the most power is none.
    if not options:
        assert found is None
        return
    assert found is not None
    assert found.cost is not None
    assert isclose(found.cost, min(options), abs_tol=1e-6)
    total = 0.0
    for before, after in pairwise(found.runs):
        assert before.end == after.start
    for run in found.runs:
        assert run.value is not None
        assert low - 1e-6 <= run.value
        for part in horizon.between(run.start, run.end):
            assert part.value.room is not None
            assert run.value <= part.value.room + 1e-6
        total += run.value * ((run.end - run.start) / hour)
    assert isclose(total, energy, abs_tol=1e-6)


def test_shares_without_windows_are_enough_to_be_greenest_by() -> None:
    shares = [50.0 + place % 7 for place in range(12)]
    horizon = made([HorizonSlot(share=share) for share in shares])
    demand = Demand(duration=QUARTER, power=1.0, objective=Objective.GREEN)
    best = planned(horizon, demand)
    assert best is not None
    assert (best.start, best.share) == (ZERO + 6 * QUARTER, 56.0)
    assert planned(made([HorizonSlot()] * 12), demand) is None


@pytest.mark.parametrize("seed", range(40))
def test_least_co2(seed: int) -> None:
    """As the cheapest by price, if a gram was money; what is unknown is not used.

    Of those with as much of it the cheapest, then the earliest.
    """
    random = Random(seed)
    grams = [random.choice((None, 50.0, 100.0, 250.0, 400.0)) for _ in range(16)]
    by_co2 = made(
        [HorizonSlot(co2=each, price=random.choice(PRICES)) for each in grams]
    )
    # So little that no sum of it is a gram.
    by_price = made(
        [
            None if each is None else each + (slot.value.price or 0) / 1000
            for each, slot in zip(grams, by_co2.slots, strict=True)
        ]
    )
    for shape in Shape:
        demand = Demand(duration=3 * QUARTER, power=2.0, shape=shape)
        cleanest = planned(by_co2, replace(demand, objective=Objective.CO2))
        cheapest = planned(by_price, demand)
        assert (cleanest is None) is (cheapest is None)
        if cleanest is not None and cheapest is not None:
            assert cleanest.runs == cheapest.runs
            assert cleanest.is_complete is (None not in grams)
            assert cheapest.cost is not None
            assert cleanest.co2 == pytest.approx(cheapest.cost / (2.0 * 0.75), abs=1e-3)
            assert cleanest.cost is not None and cheapest.co2 is None
