"""A car in the cheapest slots, without a solver."""

from dataclasses import replace
from itertools import combinations
from math import inf, sumprod

import pytest

from custom_components.energy_portals.portals.optimum.charging import at_most, charged
from custom_components.energy_portals.portals.optimum.grid import Grid
from custom_components.energy_portals.portals.optimum.home import ElectricVehicle
from tests.portals.optimum.making import QUARTER, START, car, from_minute, home, slots

PRICES = [0.4, 0.1, 0.3, 0.2]


def powers(
    asked: ElectricVehicle,
    prices: list[float] = PRICES,
    rooms: float = inf,
    sun: list[float] | None = None,
) -> list[float]:
    """Return the powers of a car in a home that draws nothing else."""
    grid = Grid.of(home(slots(prices)))
    net = [-each for each in sun or [0.0] * len(prices)]
    return charged(asked, grid, [rooms] * len(prices), net)


def test_the_cheapest_slots() -> None:
    """The cheapest slots are used, the dearest of them in part."""
    asked = car("c", 1.5, whole_slots=4)
    assert powers(asked) == pytest.approx([0.0, 4.0, 0.0, 2.0])
    assert powers(asked, rooms=2.0) == pytest.approx([0.0, 2.0, 2.0, 2.0])
    most = replace(asked, least_power=3.0, most=200.0)
    assert powers(most) == pytest.approx([0.0, 4.0, 0.0, 3.0])
    assert powers(asked, rooms=2.0) == powers(replace(asked, power=2.0))
    assert powers(replace(asked, least_power=3.0), rooms=2.0) == [0.0] * 4


@pytest.mark.parametrize("rest", [0.05, 0.3, 0.5, 0.7])
@pytest.mark.parametrize("full", [1, 2, 3])
def test_what_is_left_is_less_than_the_least_power(full: int, rest: float) -> None:
    """Other slots give way, so that no slot has less and nothing is missing."""
    least = 3.0
    asked = replace(car("c", full + rest, whole_slots=4), least_power=least)
    charging = powers(asked)
    slots_used = [power for power in charging if power]
    assert all(least - 1e-9 <= power <= 4.0 + 1e-9 for power in slots_used)
    # So many slots may hold from the least to the most.
    is_possible = (full + 1) * least / 4 <= full + rest
    drawn = sum(charging) / 4
    assert drawn == pytest.approx(full + rest if is_possible else full)


@pytest.mark.parametrize("minute", range(15))
@pytest.mark.parametrize("rest", [0.05, 0.2, 0.4, 0.6, 0.8, 1.2, 1.5])
@pytest.mark.parametrize("prices", [PRICES, sorted(PRICES)])
def test_a_slot_that_has_begun_leaves_no_rest(
    minute: int, rest: float, prices: list[float]
) -> None:
    """What a minute brings is no reason to go without the rest of it."""
    grid = Grid.of(home(from_minute(slots(prices), minute)))
    asked = replace(car("c", rest, whole_slots=4), least_power=3.0)
    charging = charged(asked, grid, [inf] * 4, [0.0] * 4)
    assert all(power == 0 or 3.0 - 1e-9 <= power <= 4.0 for power in charging)
    drawn = sumprod(charging, grid.hours)
    # No more than what cannot be had without.
    assert drawn <= max(rest, 3.0 / 4) + 1e-9
    times = [sum(some) for n in range(1, 5) for some in combinations(grid.hours, n)]
    if rest < 3.0 / 4 or any(3.0 * each <= rest <= 4.0 * each for each in times):
        assert drawn >= rest - 1e-9


def test_the_dearest_slots_give_way() -> None:
    """Of those that charge."""
    asked = replace(car("c", 2.5, whole_slots=4), least_power=3.0)
    assert powers(asked) == pytest.approx([0.0, 4.0, 3.0, 3.0])


def test_the_sun_comes_first() -> None:
    """What would be fed in costs what that would bring."""
    asked = car("c", 1.0, whole_slots=4)
    sunny = powers(asked, sun=[2.0, 0.0, 0.0, 0.0])
    assert sunny == pytest.approx([2.0, 2.0, 0.0, 0.0])
    least = replace(asked, least_power=3.0)
    assert powers(least, sun=[2.0, 0.0, 0.0, 0.0]) == pytest.approx([0, 4.0, 0, 0])
    assert powers(least, sun=[3.5, 0.0, 0.0, 0.0]) == pytest.approx([4.0, 0, 0, 0])


def test_at_once() -> None:
    """What is needed at once waits for no price."""
    asked = replace(car("c", 2.0, whole_slots=4), least=50.0)
    assert powers(asked) == pytest.approx([4.0, 4.0, 0.0, 0.0])
    grid = Grid.of(home(slots(PRICES)))
    assert at_most(asked, grid, [0.0, 4.0, 4.0, 4.0], 1.5) == [0.0, 4.0, 2.0, 0.0]


def test_by_the_time_it_is_ready() -> None:
    """What is cheap comes too late, and beyond the target it need not be in time."""
    asked = replace(car("c", 1.0, whole_slots=4), ready=START + QUARTER)
    assert powers(asked) == pytest.approx([4.0, 0.0, 0.0, 0.0])
    more = replace(asked, most=150.0, extra_below=0.15)
    assert powers(more) == pytest.approx([4.0, 2.0, 0.0, 0.0])
    assert powers(replace(more, extra_below=0.05)) == powers(asked)
    lossy = replace(more, efficiency=0.5)
    assert powers(lossy)[1] == 0.0


def test_price_limits() -> None:
    """Above its price it charges only where it would not be ready otherwise."""
    asked = replace(car("c", 1.0, whole_slots=4), most_price=0.15)
    assert powers(asked) == pytest.approx([0.0, 4.0, 0.0, 0.0])
    assert powers(replace(asked, capacity=1.5)) == pytest.approx([0.0, 4.0, 0.0, 2.0])


def test_steps() -> None:
    """Powers lie on the steps that there are."""
    asked = replace(car("c", 1.2, whole_slots=4), least_power=1.0, step=1.5, most=200.0)
    assert powers(asked) == pytest.approx([0.0, 4.0, 0.0, 1.0])
    assert powers(replace(asked, capacity=1.4)) == pytest.approx([0.0, 4.0, 0.0, 2.5])
    assert powers(asked, rooms=3.9)[1] == pytest.approx(2.5)
