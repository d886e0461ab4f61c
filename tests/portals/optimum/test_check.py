"""Whatever a schedule breaks is told, and what it keeps is not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.planner import Runs
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.check import broken
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    DeferrableLoad,
    GivenUp,
    Home,
    Schedule,
    ThermalStore,
)
from tests.portals.optimum.making import QUARTER, START, car, home, load, slots
from tests.portals.optimum.test_bill import at

ONCE = Demand(duration=2 * QUARTER, power=2.0)
PIECES = Demand(
    duration=4 * QUARTER,
    power=2.0,
    shape=Shape.PIECES,
    least_length=2 * QUARTER,
    least_pause=2 * QUARTER,
    starts=2,
)
RANGE = Demand(energy=1.5, power=4.0, least_power=2.0)
FREE = slots([0.2] * 8)


def problems(whole: Home, powers: Mapping[str, Runs], off: float = 0.0) -> str:
    """Return what is broken, as one text."""
    curtailed = Series((Slot(START, START + QUARTER, off),)) if off else Series[float]()
    return " ".join(broken(whole, Schedule(powers=powers, curtailed=curtailed)))


def with_load(demand: Demand, *powers: float, **more: object) -> str:
    """Return what a load breaks that draws so much."""
    asked = load("a", demand, **more)
    return problems(home(FREE, loads=(asked,)), {"a": at(*powers)})


@pytest.mark.parametrize(
    ("demand", "powers", "told"),
    [
        (ONCE, (0, 2, 2), ""),
        (ONCE, (0, 2), "draws 0.5 of 1.0 kWh"),
        (ONCE, (2, 0, 2), "does not run as it does"),
        (PIECES, (2, 2, 0, 0, 2, 2), ""),
        (PIECES, (2, 2, 0, 2, 2), "stands still"),
        (PIECES, (2, 0, 0, 2, 2, 2), "runs for"),
        (replace(PIECES, starts=1), (2, 2, 0, 0, 2, 2), "starts 2 times"),
        (replace(PIECES, shape=Shape.SLOTS), (2, 0, 2, 0, 2, 0, 2), ""),
        (PIECES, (2, 2, 2, 3), "draws 3 kW"),
        (RANGE, (2, 4), ""),
        (RANGE, (2, 0, 4), "starts 2 times"),
        (RANGE, (2, 3, 1), "draws 1 kW"),
    ],
)
def test_loads(demand: Demand, powers: tuple[float, ...], told: str) -> None:
    """Energy, lengths, pauses, starts and powers of a load are as it asks for."""
    said = with_load(demand, *powers)
    assert said == "" if not told else told in said


def test_windows_of_loads() -> None:
    """Nothing runs outside of its window, while it must not, or too dear."""
    span = {"earliest": START + QUARTER, "deadline": START + 3 * QUARTER}
    assert with_load(ONCE, 0, 2, 2, **span) == ""
    assert "window" in with_load(ONCE, 2, 2, **span)
    assert "window" in with_load(ONCE, 0, 0, 2, 2, **span)
    busy = Series((Slot(START, START + QUARTER, None),))
    assert "must not" in with_load(ONCE, 2, 2, blocked=busy)
    assert "price" in with_load(ONCE, 2, 2, most_price=0.1)
    assert with_load(ONCE, 2, 2, most_price=0.2) == ""


def test_what_goes_on() -> None:
    """What runs may end at any time, and is no start; what is fixed stays."""
    assert "runs for" in with_load(PIECES, 2, 0, 0, 2, 2, 2)
    assert with_load(PIECES, 2, 0, 0, 2, 2, 2, running=2 * QUARTER) == ""
    fixed: DeferrableLoad = load("a", ONCE, fixed=at(0, 2, 2))
    whole = home(FREE, loads=(fixed,))
    assert problems(whole, {"a": at(0, 2, 2)}) == ""
    assert "moved" in problems(whole, {"a": at(2, 2)})


def test_what_is_given_up_is_not_broken() -> None:
    """What a plan says it lacks, it may lack."""
    whole = home(FREE, loads=(load("a", ONCE),), cars=(car("c", 2.0, whole_slots=4),))
    nothing = Schedule(powers={})
    assert len(broken(whole, nothing)) == 2
    lacks = (GivenUp("a", "load", 1.0), GivenUp("c", "target", 2.0))
    assert broken(whole, replace(nothing, given_up=lacks)) == []


@pytest.mark.parametrize(
    ("powers", "told"),
    [
        ((4, 4), ""),
        ((4,), "has 1.0 of 2.0 kWh"),
        ((0, 0, 0, 4, 4), "outside"),
        ((4, 4, 4), "room for"),
        ((1, 4, 3), "charges at 1 kW"),
        ((4, 2.3, 2), "between two steps"),
    ],
)
def test_cars(powers: tuple[float, ...], told: str) -> None:
    """A car has what it needs in time, at powers that it can take."""
    asked = replace(car("c", 2.0, whole_slots=4), least_power=2.0, step=0.5)
    said = problems(home(FREE, cars=(asked,)), {"c": at(*powers)})
    assert said == "" if not told else told in said


BATTERY = Battery(
    key="b", capacity=2, soc=50, low=25, charge=4, discharge=4, eff_in=1, eff_out=1
)


@pytest.mark.parametrize(
    ("battery", "powers", "told"),
    [
        (BATTERY, (2, -4), ""),
        (BATTERY, (4, 1), "holds 2.25 kWh"),
        (BATTERY, (-4,), "holds 0.0 kWh"),
        (replace(BATTERY, capacity=9), (5,), "5.0 kW in slot 0"),
        (replace(BATTERY, grid_charge=False), (2,), "charges from the grid"),
        (replace(BATTERY, grid_charge=False), (1,), ""),
        (replace(BATTERY, feed_in=False), (0, -2), "feeds into the grid"),
        (replace(BATTERY, feed_in=False), (1,), ""),
    ],
)
def test_batteries(battery: Battery, powers: tuple[float, ...], told: str) -> None:
    """A battery keeps to its bounds, its powers and what it may."""
    whole = home(slots([0.2] * 4, sun=[2, 0, 0, 0], base=1.0), batteries=(battery,))
    said = problems(whole, {"b": at(*powers)})
    assert said == "" if not told else told in said


def test_stores() -> None:
    """A tank is warm enough, not too hot, and heated at a power that it has."""
    store = ThermalStore(key="t", power=2, energy=1, most=2, least=0.5)
    whole = home(FREE, stores=(store,))
    assert problems(whole, {}) == ""
    assert "holds" in problems(whole, {"t": at(2, 2, 2)})
    assert "3.0 kW" in problems(whole, {"t": at(3)})
    cold = replace(whole, stores=(replace(store, energy=0.25),))
    assert "holds" in problems(cold, {})
    lacks = Schedule(powers={}, given_up=(GivenUp("t", "comfort", 0.25),))
    assert broken(cold, lacks) == []


def test_the_grid() -> None:
    """No limit is passed but by the home alone, nor too much fed in or taken off."""
    sauna = load("a", replace(ONCE, duration=QUARTER, power=6.0))
    powers = {"a": at(6.0)}
    assert "draws 6.0 of 5.0" in problems(home(FREE, loads=(sauna,), limit=5.0), powers)
    alone = home(slots([0.2] * 4, base=8.0), limit=5.0)
    assert problems(alone, {}) == ""
    assert "of 5.0" in problems(replace(alone, loads=(sauna,)), powers)
    for name in ("cap", "flexible_cap"):
        known = list(FREE)
        known[0] = replace(known[0], value=replace(known[0].value, **{name: 5.0}))
        whole = home(tuple(known), loads=(sauna,))
        assert "6.0" in problems(whole, powers)
        begun = replace(whole, loads=(replace(sauna, fixed=at(6.0)),))
        assert problems(begun, powers) == ""
    rare = tuple(replace(e, value=replace(e.value, base_most=2.0)) for e in FREE)
    assert "draws 8.0" in problems(home(rare, loads=(sauna,), limit=7.0), powers)
    sunny = home(slots([0.2] * 4, sun=4.0), export_limit=3.0)
    assert "feeds in 4.0 kW" in problems(sunny, {})
    assert "takes 2.0 kW off" in problems(sunny, {}, off=2.0)
    assert "slot 0" not in problems(sunny, {}, off=1.0)
    free = replace(sunny, export_limit=None, is_curtailable=True)
    assert problems(free, {}, off=4.0) == ""
    assert "takes 5.0 kW off" in problems(free, {}, off=5.0)
    assert timedelta() < QUARTER
