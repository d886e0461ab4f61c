"""Why devices run when they do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import Objective
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.explain import Why, explained
from custom_components.energy_portals.portals.optimum.home import (
    Home,
    PeakDue,
    PeakWindow,
    Schedule,
    ThermalStore,
)
from tests.portals.optimum.making import QUARTER, START, car, home, load, slots
from tests.portals.optimum.test_bill import at

ONE = Demand(duration=QUARTER, power=2.0)
PRICES = [0.1, 0.4, 0.2, 0.3]


def why(whole: Home, plan: Schedule, key: str = "a") -> tuple[Why, int, int]:
    """Return why a device runs, and its price's rank of how many."""
    said = explained(whole, plan)[key]
    return said.why, said.rank, said.of


def test_the_price() -> None:
    """The cheapest start, or a later one that nothing stands against."""
    whole = home(slots(PRICES), loads=(load("a", ONE),))
    assert why(whole, Schedule(powers={"a": at(2)})) == (Why.PRICE, 1, 4)
    assert why(whole, Schedule(powers={"a": at(0, 0, 0, 2)})) == (Why.PRICE, 3, 4)
    said = explained(whole, Schedule(powers={"a": at(0, 0, 2)}))["a"]
    assert (said.energy, said.own, said.known, said.expected) == pytest.approx(
        (0.5, 0.0, 0.1, 0.0)
    )


def test_an_incentive() -> None:
    """What is paid on top is named where it has made another time the cheapest."""
    paid = (0.0, -0.35, 0.0, 0.0)
    known = tuple(
        replace(
            each,
            value=replace(each.value, price=each.value.price + more, incentive=more),
        )
        for each, more in zip(slots(PRICES), paid, strict=True)
    )
    whole = home(known, loads=(load("a", ONE),))
    assert why(whole, Schedule(powers={"a": at(0, 2)})) == (Why.INCENTIVE, 1, 4)
    # Elsewhere the price decides as it would have without.
    assert why(whole, Schedule(powers={"a": at(2)}))[0] is Why.PRICE
    # One that changes nothing is no reason.
    less = replace(known[1], value=replace(known[1].value, price=0.3, incentive=-0.1))
    whole = replace(whole, slots=(known[0], less, *known[2:]))
    assert why(whole, Schedule(powers={"a": at(2)}))[0] is Why.PRICE
    green = replace(ONE, objective=Objective.GREEN)
    assert (
        why(
            replace(whole, loads=(load("a", green),)), Schedule(powers={"a": at(0, 2)})
        )[0]
        is not Why.INCENTIVE
    )


def test_held_or_begun() -> None:
    """A plan that is held says so, and what has begun goes on."""
    whole = home(slots(PRICES), loads=(load("a", ONE),))
    plan = Schedule(powers={"a": at(0, 0, 2)}, is_held=True)
    assert why(whole, plan)[0] is Why.HELD
    assert why(whole, replace(plan, powers={"a": at(2)}))[0] is Why.PRICE
    begun = replace(whole, loads=(load("a", ONE, fixed=at(0, 2)),))
    assert why(begun, Schedule(powers={"a": at(0, 2)})) == (Why.STARTED, 1, 1)


def test_the_only_time() -> None:
    """Where there is no other time, there is no other reason."""
    asked = load("a", ONE, deadline=START + QUARTER)
    plan = Schedule(powers={"a": at(2)})
    assert why(home(slots(PRICES), loads=(asked,)), plan)[0] is Why.ONLY_TIME
    vehicle = car("a", 1.0, whole_slots=1)
    plan = Schedule(powers={"a": at(4)})
    assert why(home(slots(PRICES), cars=(vehicle,)), plan)[0] is Why.ONLY_TIME


def test_the_sun() -> None:
    """What runs mostly on the roof's surplus, and what that costs."""
    whole = home(slots(PRICES, sun=[0, 1.5, 0, 0]), loads=(load("a", ONE),))
    plan = Schedule(powers={"a": at(0, 2)})
    assert why(whole, plan)[0] is Why.SURPLUS
    said = explained(whole, plan)["a"]
    assert said.own == pytest.approx(1.5 / 4)
    assert said.known == pytest.approx(0.5 / 4 * 0.4 + 1.5 / 4 * 0.05)


@pytest.mark.parametrize("name", ["limit", "cap", "flexible_cap"])
def test_a_limit(name: str) -> None:
    """Where cheaper times have no room, the limit is why."""
    other = load("b", ONE, fixed=at(2))
    known = list(slots(PRICES))
    whole = home(tuple(known), loads=(load("a", ONE), other), limit=3.0)
    if name != "limit":
        known[0] = replace(known[0], value=replace(known[0].value, **{name: 3.0}))
        whole = replace(whole, limit=None, slots=tuple(known))
    plan = Schedule(powers={"a": at(0, 0, 2), "b": at(2)})
    assert why(whole, plan) == (Why.LIMIT, 2, 4)


def test_a_peak() -> None:
    """Where a cheaper time would raise the peak, it says what that saves."""
    windows = tuple(
        PeakWindow(START + n * QUARTER, START + (n + 1) * QUARTER) for n in range(4)
    )
    due = PeakDue(windows=windows, past=(2.0,), rate=5.0)
    whole = home(
        slots(PRICES, base=[1, 0, 0, 0]), loads=(load("a", ONE),), peaks=(due,)
    )
    plan = Schedule(powers={"a": at(0, 0, 2)})
    assert why(whole, plan) == (Why.PEAK, 2, 4)
    assert explained(whole, plan)["a"].saves == pytest.approx(5.0)
    free = replace(whole, peaks=(replace(due, past=(9.0,)),))
    assert why(free, plan)[0] is Why.PRICE


def test_what_is_expected() -> None:
    """Money at prices that are not known yet is told apart."""
    known = slots(PRICES)
    late = tuple(
        replace(each, value=replace(each.value, is_expected=place == 2))
        for place, each in enumerate(known)
    )
    whole = home(late, loads=(load("a", ONE),))
    plan = Schedule(powers={"a": at(0, 0, 2)})
    assert why(whole, plan)[0] is Why.EXPECTED
    assert explained(whole, plan)["a"].expected == pytest.approx(0.1)
    assert explained(whole, plan)["a"].known == 0


def test_by_slots() -> None:
    """What runs in slots is held to the slots it does not use."""
    demand = Demand(duration=2 * QUARTER, power=2.0, shape=Shape.SLOTS)
    busy = Series((Slot(START, START + QUARTER, None),))
    plan = Schedule(powers={"a": at(0, 2, 2), "c": at(0, 0, 2), "t": at(2, 0, 0, 2)})
    store = ThermalStore(key="t", power=2, energy=1, most=2)
    whole = home(
        slots(PRICES),
        loads=(load("a", demand, blocked=busy),),
        cars=(car("c", 0.5, whole_slots=4),),
        stores=(store,),
    )
    assert why(whole, plan) == (Why.PRICE, 2, 2)
    assert why(whole, plan, "c") == (Why.PRICE, 2, 4)
    assert why(whole, plan, "t") == (Why.PRICE, 2, 3)
    assert explained(whole, Schedule(powers={})) == {}
    assert timedelta() < QUARTER


def test_by_the_share() -> None:
    """What goes by greenness is ranked by it, and where all is alike it is said."""
    green = Demand(duration=QUARTER, power=2.0, objective=Objective.GREEN)
    known = slots(PRICES)
    shares = [10.0, 80.0, 30.0, 20.0]
    shared = tuple(
        replace(slot, value=replace(slot.value, share=share))
        for slot, share in zip(known, shares, strict=True)
    )
    whole = home(shared, loads=(load("a", green),))
    assert why(whole, Schedule(powers={"a": at(0, 2)})) == (Why.GREEN, 1, 4)
    alike = home(slots([0.2] * 4), loads=(load("a", ONE),))
    assert why(alike, Schedule(powers={"a": at(2)})) == (Why.SAME, 1, 4)
