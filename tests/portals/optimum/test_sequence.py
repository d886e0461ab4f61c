"""Devices one after the other: each by its search, in what the others leave."""

from dataclasses import replace
from datetime import timedelta
from math import inf

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    Home,
    Schedule,
    ThermalStore,
)
from custom_components.energy_portals.portals.optimum.sequence import Sequence, power_of
from tests.portals.optimum.making import QUARTER, START, car, home, load, slots
from tests.portals.optimum.test_bill import at

ONE = Demand(duration=QUARTER, power=2.0)
PRICES = [0.4, 0.1, 0.3, 0.2]


def planned(whole: Home, ceiling: float = inf) -> Schedule:
    """Return the schedule of a home's devices in their order."""
    sequence = Sequence(whole, [ceiling] * len(whole.slots))
    loads = [each for each in whole.loads if each.fixed is None]
    return sequence.schedule([*loads, *whole.cars], "search")


def test_what_one_takes_the_next_has_not() -> None:
    """Limit, cap and sun are used up in order."""
    loads = load("a", ONE), load("b", ONE)
    whole = home(slots(PRICES), loads=loads, limit=3.0)
    assert [planned(whole).powers[key].slots[0].start for key in "ab"] == [
        START + QUARTER,
        START + 3 * QUARTER,
    ]
    assert planned(whole).is_proven
    sunny = home(slots(PRICES, sun=[2.0, 0, 0, 0], fed_in=0.05), loads=loads)
    assert [planned(sunny).powers[key].slots[0].start for key in "ab"] == [
        START,
        START + QUARTER,
    ]
    begun = load("c", ONE, fixed=at(0.0, 2.0))
    held = planned(replace(whole, loads=(*loads, begun)))
    assert held.powers["c"] == begun.fixed
    assert held.powers["a"].slots[0].start == START + 3 * QUARTER
    known = list(slots(PRICES))
    known[1] = replace(known[1], value=replace(known[1].value, flexible_cap=1.0))
    capped = planned(home(tuple(known), loads=loads))
    assert capped.powers["a"].slots[0].start == START + 3 * QUARTER


def test_ceilings() -> None:
    """A ceiling counts as a limit, and what does not fit is given up."""
    whole = home(slots(PRICES), loads=(load("a", ONE),))
    assert [each.kind for each in planned(whole, 1.0).given_up] == ["load"]
    assert not planned(whole, 2.0).given_up


def test_powers_that_are_known_by_quarters() -> None:
    """The best start counts what each quarter draws, and what green is worth."""
    demand = Demand(duration=2 * QUARTER, power=4.0)
    asked = load("a", demand, profile=(0.4, 4.0))
    whole = home(slots(PRICES), loads=(asked,))
    assert planned(whole).powers["a"].slots[0].start == START
    tight = replace(whole, limit=3.0)
    assert [each.energy for each in planned(tight).given_up] == pytest.approx([1.1])
    sunny = home(slots(PRICES, sun=[0, 0, 4.0, 0]), loads=(asked,))
    assert planned(sunny).powers["a"].slots[0].start == START + QUARTER
    dear = replace(whole, loads=(replace(asked, most_price=0.35),))
    assert planned(dear).powers["a"].slots[0].start == START + 2 * QUARTER


def test_no_more_than_it_may_pay() -> None:
    """Above its price a load runs where it has to, and says so."""
    wide = Demand(duration=2 * QUARTER, power=2.0, shape=Shape.SLOTS)
    asked = load("a", wide, most_price=0.25)
    whole = home(slots(PRICES, sun=[2.0, 0, 0, 0]), loads=(asked,))
    assert not planned(whole).given_up
    longer = replace(asked, demand=replace(wide, duration=3 * QUARTER))
    lacks = planned(replace(whole, loads=(longer,))).given_up
    assert [(each.kind, each.energy) for each in lacks] == [("price_limit", 0.5)]
    vehicle = replace(car("c", 2.5, whole_slots=4), most_price=0.25)
    lacks = planned(home(slots(PRICES), cars=(vehicle,))).given_up
    assert [(each.kind, each.energy) for each in lacks] == [("price_limit", 0.5)]


def test_what_cars_lack() -> None:
    """A car that is not ready in time says what is missing, and what at once."""
    vehicle = replace(car("c", 6.0, whole_slots=4), least=90.0)
    lacks = planned(home(slots(PRICES), cars=(vehicle,))).given_up
    assert {each.kind: each.energy for each in lacks} == pytest.approx(
        {"target": 2.0, "least_soc": 1.4}
    )


def test_a_little_longer_for_less() -> None:
    """Runs of the least length may be more than one longer run, and cost less."""
    demand = Demand(
        duration=3 * QUARTER, power=2.0, shape=Shape.PIECES, least_length=2 * QUARTER
    )
    prices = [0.1, 0.1, 0.9, 0.9, 0.1, 0.1]
    whole = home(slots(prices), loads=(load("a", demand),))
    assert [run.start for run in planned(whole).powers["a"]] == [
        START,
        START + 4 * QUARTER,
    ]
    going = replace(whole, loads=(load("a", demand, running=timedelta()),))
    assert len(planned(going).powers["a"]) == 1
    even = replace(demand, duration=4 * QUARTER)
    whole = home(slots([0.1, 0.1, 0.1, 0.1, 0.9, 0.9]), loads=(load("a", even),))
    assert len(planned(whole).powers["a"]) == 1


def test_nothing_is_known_of_the_time() -> None:
    """A window that ends before the plan begins has nothing."""
    late = load("a", ONE, earliest=START - QUARTER, deadline=START)
    whole = home(slots(PRICES), loads=(late,))
    assert [each.kind for each in planned(whole).given_up] == ["load"]
    unknown = replace(late, demand=Demand(duration=QUARTER))
    assert not planned(replace(whole, loads=(unknown,))).given_up


def test_tanks_and_batteries() -> None:
    """They come last; what a battery takes from the sun is not taken off it."""
    battery = Battery(
        key="b", capacity=9, soc=0, charge=4, discharge=4, grid_charge=False
    )
    store = ThermalStore(key="t", power=2, energy=0, most=2, least=0.75)
    known = slots([-0.1, 0.2], sun=[3.0, 0.0])
    whole = home(known, batteries=(battery,), stores=(store,), is_curtailable=True)
    schedule = planned(whole)
    assert schedule.power("t", START) == 2.0
    assert schedule.power("b", START) == pytest.approx(1.0)
    assert [each.kind for each in schedule.given_up] == ["comfort"]
    assert schedule.curtailed == Series()
    alone = planned(replace(whole, batteries=()))
    assert alone.curtailed == Series((Slot(START, START + QUARTER, 3.0),))
    idle = Sequence(whole, [inf] * 2, with_batteries=False).schedule((), "fallback")
    assert "b" not in idle.powers


def test_powers_of_devices() -> None:
    """The most that a load or a car draws."""
    assert power_of(load("a", ONE)) == 2.0
    assert power_of(load("a", ONE, profile=(0.5, 3.0))) == 3.0
    assert power_of(car("c", 1.0, whole_slots=2)) == 4.0
