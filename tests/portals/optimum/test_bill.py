"""What a schedule costs, reckoned by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from custom_components.energy_portals.portals.model.demand import Demand
from custom_components.energy_portals.portals.model.horizon import Objective
from custom_components.energy_portals.portals.model.planner import Runs
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.bill import bill
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    PeakDue,
    PeakWindow,
    Schedule,
    ThermalStore,
)
from tests.portals.optimum.making import QUARTER, START, car, home, load, slots

DAY = date(2026, 3, 4)


def at(*powers: float) -> Runs:
    """Return powers by quarters of an hour."""
    return Series(
        tuple(
            Slot[float | None](
                START + place * QUARTER, START + (place + 1) * QUARTER, power
            )
            for place, power in enumerate(powers)
            if power
        )
    )


def test_the_grid() -> None:
    """What is drawn is paid, what is fed in is got, and what is expected told apart."""
    known = list(slots([0.2, 0.4, -0.1], base=1.0, sun=[0.0, 3.0, 2.0]))
    known[0] = replace(known[0], value=replace(known[0].value, is_expected=True))
    whole = home(tuple(known), is_curtailable=True)
    off = Series((Slot(START + 2 * QUARTER, START + 3 * QUARTER, 2.0),))
    paid = bill(whole, Schedule(powers={}, curtailed=off))
    assert paid.expected == pytest.approx(0.2 / 4)
    assert paid.drawn == pytest.approx(0.2 / 4 - 0.1 / 4)
    assert paid.fed_in == pytest.approx(-2.0 * 0.05 / 4)
    assert paid.total == paid.paid == pytest.approx(0.025 - 0.025)


def test_batteries() -> None:
    """What is lost, worn and left."""
    battery = Battery(
        key="b",
        capacity=10,
        soc=50,
        charge=4,
        discharge=4,
        eff_in=0.9,
        eff_out=0.8,
        cycle_cost=0.04,
        end_value=0.1,
    )
    whole = home(slots([0.2, 0.4], base=4.0), batteries=(battery,))
    paid = bill(whole, Schedule(powers={"b": at(4.0, -4.0)}))
    assert paid.drawn == pytest.approx(8.0 * 0.2 / 4)
    assert paid.cycles == pytest.approx(0.04)
    assert paid.stored == pytest.approx(-0.1 * (5 + 0.9 - 1 / 0.8))
    asked = replace(whole, batteries=(replace(battery, end_value=None),))
    paid = bill(asked, Schedule(powers={}))
    assert paid.stored == pytest.approx(-5 * 0.8 * 0.9 * 0.2)


def test_stores() -> None:
    """What is lost of heat, and what is left."""
    cop = Series((Slot(START, START + 2 * QUARTER, 3.0),))
    draw = Series((Slot(START, START + QUARTER, 2.0),))
    store = ThermalStore(
        key="t", power=2, energy=4, most=9, loss=0.1, cop=cop, draw=draw, end_value=0.2
    )
    whole = home(slots([0.2, 0.4]), stores=(store,))
    paid = bill(whole, Schedule(powers={"t": at(0.0, 2.0)}))
    first = 4 * (1 - 0.1 / 4) - 0.5
    second = first * (1 - 0.1 / 4) + 3 * 2 / 4
    assert paid.stored == pytest.approx(-0.2 * second)
    whole = replace(whole, stores=(replace(store, end_value=None),))
    paid = bill(whole, Schedule(powers={}))
    assert paid.stored == pytest.approx(-first * (1 - 0.1 / 4) * 0.9 * 0.2 / 3)


def test_cars_and_green() -> None:
    """What a car has beyond its target, and what a load's greenness is worth."""
    asked = replace(
        car("c", 1.0, whole_slots=4), most=200.0, efficiency=0.8, extra_below=0.1
    )
    demand = Demand(duration=QUARTER, power=4.0, objective=Objective.BOTH, worth=0.001)
    whole = home(
        slots([0.2, 0.4], share=[10.0, 50.0]), loads=(load("a", demand),), cars=(asked,)
    )
    powers = {"c": at(4.0, 4.0), "a": at(0.0, 4.0)}
    paid = bill(whole, Schedule(powers=powers))
    assert paid.extra == pytest.approx(-0.1 * 0.6)
    assert paid.green == pytest.approx(-0.001 * 50.0)
    paid = bill(whole, Schedule(powers={"c": at(4.0)}))
    assert paid.extra == 0


def test_peaks() -> None:
    """Means of windows by weight, with what was drawn, and the highest of a day."""
    hour = timedelta(hours=1)
    windows = (
        PeakWindow(START - 2 * QUARTER, START + 2 * QUARTER, 1.0, 1.0),
        PeakWindow(START + 2 * QUARTER, START + 6 * QUARTER, 0.5),
    )
    due = PeakDue(windows=windows, rate=2.0)
    known = slots([0.2] * 6, base=[2, 2, 4, 4, 4, 4], sun=[9.0, 0, 0, 0, 0, 0])
    whole = home(known, peaks=(due,))
    paid = bill(whole, Schedule(powers={}))
    assert paid.peaks == pytest.approx([2.0])
    assert paid.fee == pytest.approx(4.0)
    rare = tuple(
        replace(each, value=replace(each.value, base_most=12.0 if place == 5 else None))
        for place, each in enumerate(known)
    )
    assert bill(replace(whole, slots=rare), Schedule(powers={})).peaks == pytest.approx(
        [3.0]
    )
    by_day = tuple(replace(window, day=DAY) for window in windows)
    mean = replace(due, windows=by_day, count=2, past=(6.0,), reached={DAY: 5.0})
    assert bill(replace(whole, peaks=(mean,)), Schedule(powers={})).peaks == (5.5,)
    assert hour == windows[0].end - windows[0].start
