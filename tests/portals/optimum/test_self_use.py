"""What batteries, tanks and the sun do by themselves."""

from dataclasses import replace
from math import inf

import pytest

from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.grid import Grid
from custom_components.energy_portals.portals.optimum.home import Battery, ThermalStore
from custom_components.energy_portals.portals.optimum.self_use import (
    as_runs,
    coldest,
    curtailed,
    heated,
    self_used,
)
from tests.portals.optimum.making import QUARTER, START, home, slots

FREE = [inf] * 4
HOME = home(slots([0.2] * 4, sun=4.0))
GRID = Grid.of(HOME)


def test_a_tank_is_heated_as_late_as_it_can() -> None:
    """It is warm enough, with what there is room for, and no warmer."""
    draw = Series((Slot(START + 2 * QUARTER, START + 3 * QUARTER, 8.0),))
    store = ThermalStore(key="t", power=4, energy=1, most=9, least=1, draw=draw)
    powers = heated(store, GRID, FREE)
    assert powers == pytest.approx([0.0, 4.0, 4.0, 0.0])
    assert coldest(store, GRID, powers) == 0.0
    narrow = heated(store, GRID, [4.0, 0.0, 2.0, 4.0])
    assert narrow == pytest.approx([4.0, 0.0, 2.0, 2.0])
    assert coldest(store, GRID, narrow) == pytest.approx(0.5)
    without = replace(store, cop=0.0)
    assert heated(without, GRID, FREE) == [0.0] * 4


def test_a_battery_uses_what_the_roof_yields() -> None:
    """It takes what would be fed in and gives what would be drawn."""
    battery = Battery(
        key="b", capacity=2, soc=50, charge=3, discharge=2, eff_in=0.5, eff_out=0.5
    )
    powers = self_used(battery, GRID, [-4.0, -1.0, 1.0, 3.0], FREE)
    assert powers == pytest.approx([-0.0 + 3.0, 1.0, -1.0, -2.0])
    full = replace(battery, soc=100)
    assert self_used(full, GRID, [-4.0] * 4, FREE) == [0.0] * 4
    low = replace(battery, soc=20, low=40)
    assert self_used(low, GRID, [4.0] * 4, FREE) == [0.0] * 4
    assert self_used(battery, GRID, [-4.0] * 4, [1.0] * 4) == [1.0] * 4


@pytest.mark.parametrize(
    ("price", "fed_in", "limit", "may", "off"),
    [
        (0.2, 0.1, None, True, 0.0),
        (0.2, -0.1, None, False, 0.0),
        (0.2, -0.1, None, True, 3.0),
        (0.2, 0.1, 2.0, False, 1.0),
        (-0.2, 0.1, None, True, 4.0),
    ],
)
def test_what_is_taken_off_the_sun(
    price: float, fed_in: float, limit: float | None, may: bool, off: float
) -> None:
    """What must not go out, or would cost; all of it where drawing pays."""
    whole = home(
        slots([price] * 4, sun=4.0, fed_in=fed_in),
        export_limit=limit,
        is_curtailable=may,
    )
    series = curtailed(whole, Grid.of(whole), [-3.0] * 4, FREE)
    assert [slot.value for slot in series] == ([off] * 4 if off else [])


def test_no_more_is_drawn_than_there_is_room_for() -> None:
    """Where drawing pays, the sun is lowered as far as limits allow."""
    whole = home(slots([-0.2], sun=4.0), is_curtailable=True)
    series = curtailed(whole, Grid.of(whole), [-3.0], [3.5])
    assert [slot.value for slot in series] == [3.5]


def test_powers_as_runs() -> None:
    """Slots that draw the same are one run, and what draws nothing is none."""
    runs = as_runs(GRID, [1.0, 1.0, 0.0, -2.0])
    assert [(run.start, run.value) for run in runs] == [
        (START, 1.0),
        (START + 3 * QUARTER, -2.0),
    ]
