"""What a home and its devices say of themselves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import Objective
from custom_components.energy_portals.portals.optimum.home import (
    ElectricVehicle,
    Home,
    PeakDue,
    PeakWindow,
)
from tests.portals.optimum.making import QUARTER, START, home, load, slots

HOUR = timedelta(hours=1)


def test_no_home() -> None:
    """A home has slots without gaps, and devices of different names."""
    known = slots([0.1, 0.2, 0.3])
    asked = load("a", Demand(duration=HOUR, power=1.0))
    with pytest.raises(ValueError, match="has slots"):
        Home(slots=())
    with pytest.raises(ValueError, match="gaps"):
        home((known[0], known[2]))
    with pytest.raises(ValueError, match="one name"):
        home(known, loads=(asked, asked))
    whole = home(known, loads=(asked,))
    assert (whole.start, whole.end) == (START, START + 3 * QUARTER)
    assert [device.key for device in whole.devices()] == ["a"]


def test_what_is_left_at_the_end_is_worth() -> None:
    """Nine tenths of the lowest third of known prices, and no more than the mean."""
    known = slots([0.1, 0.2, 0.3, 0.5, 0.5, 0.5])
    assert home(known).end_value() == pytest.approx(0.9 * 0.15)
    late = tuple(
        replace(each, value=replace(each.value, is_expected=place < 2))
        for place, each in enumerate(known)
    )
    assert home(late).end_value() == pytest.approx(0.9 * 0.3)
    every = tuple(
        replace(each, value=replace(each.value, is_expected=True)) for each in known
    )
    assert home(every).end_value() == pytest.approx(0.9 * 0.15)
    assert home(slots([-0.1, -0.1])).end_value() == pytest.approx(-0.1)


def test_what_green_is_worth() -> None:
    """Nothing, what the user says, or more than prices differ by."""
    whole = home(slots([0.1, 0.4], fed_in=0.05))
    plain = Demand(duration=HOUR, power=1.0)
    for objective, money in (
        (Objective.PRICE, 0.0),
        (Objective.CO2, 0.0),
        (Objective.BOTH, 0.002),
        (Objective.GREEN, 0.36),
    ):
        asked = load("a", replace(plain, objective=objective, worth=0.002))
        assert whole.worth(asked) == pytest.approx(money)


def test_loads() -> None:
    """How long a load lasts, what it draws, and whether it runs at given powers."""
    once = load("a", Demand(duration=HOUR, power=2.0))
    assert once.is_contiguous and once.lasts == HOUR
    assert once.energy == pytest.approx(2.0)
    assert [run.value for run in once.runs_from(START)] == [2.0]
    assert load("b", Demand(energy=1.5, power=2.0)).is_contiguous
    assert load("b", Demand(energy=1.5, power=2.0)).energy == 1.5
    assert not load("c", Demand(energy=1.5, power=2.0, least_power=1.0)).is_contiguous
    pieces = Demand(duration=HOUR, power=2.0, shape=Shape.PIECES)
    assert not load("d", pieces).is_contiguous
    profiled = load("e", Demand(duration=HOUR, power=2.0), profile=(0.5, 2.0))
    assert profiled.lasts == 2 * QUARTER
    assert profiled.energy == pytest.approx(0.625)
    assert [run.value for run in profiled.runs_from(START)] == [0.5, 2.0]


def test_cars() -> None:
    """What a car needs, may take, and needs at once."""
    span = START, START + 8 * HOUR
    asked = ElectricVehicle.asked("a", 12.0, 11.0, span, 4.0)
    assert (asked.need, asked.room, asked.urgent) == (12.0, 12.0, 0.0)
    assert (asked.ready, asked.until, asked.least_power) == (span[1], span[1], 4.0)
    known = replace(asked, capacity=50, soc=20, target=60, most=80, least=30)
    assert (known.need, known.room, known.urgent) == pytest.approx((20.0, 30.0, 5.0))
    assert [replace(asked, set_by=by).settings for by in (0.0, 0.69, 5.0)] == [0, 15, 2]
    # Neither nothing nor twelve is between four and eleven.
    assert replace(asked, set_by=12.0).settings == 0
    full = replace(known, soc=90)
    assert (full.need, full.room, full.urgent) == (0.0, 0.0, 0.0)


def test_what_a_peak_is() -> None:
    """The mean of the highest, at least the floor and what is expected anyway."""
    due = PeakDue(windows=(), count=2, past=(4.0, 1.0), floor=2.0)
    assert due.peak([]) == 2.5
    assert due.peak([6.0]) == 5.0
    assert replace(due, past=()).peak([3.0]) == 2.0
    assert replace(due, expected=7.0).peak([6.0]) == 7.0


def test_what_a_peak_costs() -> None:
    """By the kW, or by the last step that is reached; a threshold is of its step."""
    assert PeakDue(windows=(), rate=4.0).fee(2.5) == 10.0
    steps = PeakDue(windows=(), steps=((0.0, 100.0), (2.0, 200.0), (5.0, 300.0)))
    assert [steps.fee(peak) for peak in (0.0, 1.99, 2.0, 4.99, 5.0, 9.0)] == [
        *(100.0, 100.0, 200.0, 200.0, 300.0, 300.0)
    ]
    assert replace(steps, steps=((2.0, 200.0),)).fee(1.0) == 200.0


def test_a_window_counts_as_it_is() -> None:
    """A window by itself weighs one and has drawn nothing."""
    window = PeakWindow(START, START + HOUR)
    assert (window.weight, window.drawn, window.day) == (1.0, 0.0, None)
    assert replace(window, day=date(2026, 3, 4)).day is not None
