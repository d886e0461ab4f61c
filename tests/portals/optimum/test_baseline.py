"""What happens without a plan, and what a plan saves against it."""

from dataclasses import replace

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.baseline import at_once, saving
from custom_components.energy_portals.portals.optimum.bill import bill
from custom_components.energy_portals.portals.optimum.grid import Grid
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    Schedule,
    ThermalStore,
)
from custom_components.energy_portals.portals.optimum.optimise import optimise
from tests.portals.optimum.making import QUARTER, START, car, home, load, slots
from tests.portals.optimum.samples import NAMES, sample
from tests.portals.optimum.test_bill import at

ONE = Demand(duration=2 * QUARTER, power=2.0)


def test_loads_and_cars_at_once() -> None:
    """Each from when it may: without a break, as soon as nothing stands against it."""
    busy = Series((Slot(START + QUARTER, START + 2 * QUARTER, None),))
    pieces = replace(ONE, shape=Shape.PIECES)
    loads = (
        load("once", ONE, earliest=START + QUARTER),
        load("pieces", pieces, blocked=busy),
        load("early", pieces, blocked=Series((Slot(START, START + QUARTER, None),))),
        load("begun", ONE, fixed=at(0.0, 0.0, 2.0)),
    )
    vehicle = car("car", 1.5, whole_slots=4)
    whole = home(slots([0.1] * 8), loads=loads, cars=(vehicle,), limit=1.0)
    schedule = at_once(whole)
    assert {
        key: Grid.of(whole).means(runs)[:4] for key, runs in schedule.powers.items()
    } == {
        "once": [0.0, 2.0, 2.0, 0.0],
        "pieces": [2.0, 0.0, 2.0, 0.0],
        "early": [0.0, 2.0, 2.0, 0.0],
        "begun": [0.0, 0.0, 2.0, 0.0],
        "car": [4.0, 2.0, 0.0, 0.0],
    }
    assert schedule.method == "at_once" and not schedule.is_proven


def test_a_thermostat() -> None:
    """It heats once it is too cold, until it is warm, and then waits."""
    draw = Series((Slot(START, START + 4 * QUARTER, 2.0),))
    store = ThermalStore(key="t", power=8, energy=1, most=3, least=0.5, draw=draw)
    whole = home(slots([0.1] * 6), stores=(store,))
    powers = Grid.of(whole).means(at_once(whole).powers["t"])
    assert powers == pytest.approx([0.0, 8.0, 6.0, 0.0, 0.0, 0.0])


def test_batteries_take_what_would_be_fed_in() -> None:
    """One after the other, whatever prices are."""
    battery = Battery(
        key="a", capacity=9, soc=0, charge=1, discharge=4, eff_in=1, eff_out=1
    )
    other = replace(battery, key="b")
    whole = home(
        slots([0.1, 0.9], sun=[3.0, 0.0], base=[0.0, 1.5]), batteries=(battery, other)
    )
    powers = at_once(whole).powers
    assert powers["a"] == at(1.0, -1.0)
    assert powers["b"] == at(1.0, -0.5)


def test_what_a_plan_saves() -> None:
    """What each saves by itself, and what they save together, is all that is saved."""
    whole = home(
        slots([0.4, 0.3, 0.1, 0.2]), loads=(load("a", ONE), load("b", ONE)), limit=2.0
    )
    plan = Schedule(powers={"a": at(0, 0, 2, 2), "b": at(2, 2)})
    saved = saving(whole, plan)
    assert saved.devices == pytest.approx({"a": 0.2, "b": 0.0})
    assert (saved.total, saved.together) == pytest.approx((0.2, 0.0))
    dear = saving(whole, Schedule(powers={"a": at(2, 2), "b": at(2, 2)}))
    assert dear.total == pytest.approx(0.0)


@pytest.mark.parametrize("name", NAMES)
def test_the_sum_is_the_homes(name: str) -> None:
    """Devices and together are what the home pays less than at once."""
    whole = sample(name).home
    plan = optimise(whole)
    saved = saving(whole, plan)
    less = bill(whole, at_once(whole)).total - bill(whole, plan).total
    assert saved.total == pytest.approx(less)
    assert sum(saved.devices.values()) + saved.together == pytest.approx(less)
    assert saved.devices.keys() == plan.powers.keys()
