"""Batteries and tanks: as they are set up, as they are now, and how they are set."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import Subentry
from custom_components.energy_portals.portals.devices import DeviceState
from custom_components.energy_portals.portals.house import EntityState
from custom_components.energy_portals.portals.http.errors import InvalidInput
from custom_components.energy_portals.portals.model.planner import Runs
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import Battery
from custom_components.energy_portals.portals.planner.bindings import Control, Means
from custom_components.energy_portals.portals.planner.stores import (
    BatteryBinding,
    BatterySite,
    Mode,
    StorePlan,
    TankSite,
    battery_of,
    battery_runs,
    relayed,
    tank_of,
)
from tests.portals.planner.sharing import BATTERY, TANK

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


def _battery(**changes: Any) -> BatterySite:
    """Return a battery that is set up so."""
    data = {**BATTERY, **changes}
    return battery_of(Subentry(id="b", type="home_battery", title="B", data=data))


def _tank(**changes: Any) -> TankSite:
    """Return a tank that is set up so."""
    data = {**TANK, **changes}
    return tank_of(Subentry(id="t", type="thermal_store", title="T", data=data))


def _state(value: str | None, unit: str = "%") -> EntityState:
    """Return what an entity tells."""
    return EntityState(
        entity_id="sensor.x", state=value, unit=unit, attributes={}, written_at=NOW
    )


def _runs(*powers: float) -> Runs:
    """Return quarters with these powers, kW."""
    return Series(
        tuple(
            Slot[float | None](NOW + n * QUARTER, NOW + (n + 1) * QUARTER, power)
            for n, power in enumerate(powers)
        )
    )


def test_battery() -> None:
    """What is not told is as usual."""
    site = _battery()
    battery = site.battery
    assert (battery.charge, battery.discharge) == (5.0, 5.0)
    assert (battery.low, battery.high) == (10.0, 100.0)
    assert battery.eff_in * battery.eff_out == pytest.approx(0.9)
    assert (battery.grid_charge, battery.feed_in) == (True, False)
    assert site.moves == ("select.battery", "number.battery")
    other = _battery(
        discharge=3.0,
        efficiency=81.0,
        high=90.0,
        cycle_cost=0.05,
        grid_charge=False,
        feeds_in=True,
    ).battery
    assert (other.discharge, other.eff_in, other.cycle_cost) == (
        3.0,
        pytest.approx(0.9),
        0.05,
    )
    assert (other.grid_charge, other.feed_in, other.high) == (False, True, 90.0)
    none = {"mode": None, "setpoint": None}
    assert _battery(**none).binding is None
    assert _battery(**none).moves == ()


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"low": 90.0, "high": 80.0}, "low_above_high"),
        (
            {"word_charge": None, "word_discharge": "", "word_hold": None},
            "mode_needs_words",
        ),
    ],
)
def test_battery_that_cannot_be(changes: dict[str, Any], key: str) -> None:
    """Told when it is set up."""
    with pytest.raises(InvalidInput, match=key):
        _battery(**changes)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("40", (40.0, 10.0, 80.0)),
        ("5", (5.0, 5.0, 80.0)),
        ("95.5", (95.5, 10.0, 95.5)),
        ("101", None),
        ("-1", None),
        (None, None),
        ("full", None),
    ],
)
def test_battery_now(told: str | None, found: tuple[float, ...] | None) -> None:
    """What lies outside of its bounds is no fault; what nobody tells is unknown."""
    battery = _battery(high=80.0).now(_state(told))
    assert found == (
        None if battery is None else (battery.soc, battery.low, battery.high)
    )
    assert _battery().now(None) is None


def test_tank() -> None:
    """By its litres; warmer or cooler than it is to be is as it is."""
    site = _tank()
    assert site.store.most == pytest.approx(200 * 1.163e-3 * 30)
    store = site.now(_state("55", "°C"), NOW, NOW + HOUR)
    assert store is not None
    assert store.energy == pytest.approx(200 * 1.163e-3 * 10)
    assert store.loss == pytest.approx(0.1 / 24)
    assert [each.value for each in store.draw] == [0.25]
    hot = site.now(_state("85", "°C"), NOW, NOW + HOUR)
    assert hot is not None
    assert hot.most == hot.energy > site.store.most
    cold = site.now(_state("104", "°F"), NOW, NOW + HOUR)
    assert cold is not None
    assert cold.energy == cold.least == pytest.approx(-200 * 1.163e-3 * 5)
    assert site.now(_state(None), NOW, NOW + HOUR) is None
    assert site.now(None, NOW, NOW + HOUR) is None
    assert (site.has_setpoint, site.moves) == (False, ("switch.tank",))
    assert _tank(setpoint="number.tank").has_setpoint
    assert not _tank(drives=None).has_setpoint
    with pytest.raises(InvalidInput, match="low_above_high"):
        _tank(coolest=80.0)


# --- how they are set -----------------------------------------------------------------


def _states(**bounds: float) -> Mapping[str, DeviceState]:
    """Return the entities of a battery; its numbers are in W."""
    attributes = {"unit_of_measurement": "W", "step": 10, **bounds}
    return {
        "select.battery": DeviceState(entity_id="select.battery", state="Auto"),
        "number.battery": DeviceState(
            entity_id="number.battery", state="0", attributes=attributes
        ),
        "number.out": DeviceState(
            entity_id="number.out", state="0", attributes=attributes
        ),
    }


def _set(
    binding: BatteryBinding | None, power: float | None, **bounds: float
) -> list[object]:
    """Return what is set for a power."""
    assert binding is not None
    return [value for _, value in binding.wanted(_states(**bounds), power)]


def test_a_mode_and_a_number() -> None:
    """The number first; below nothing it discharges."""
    binding = _battery().binding
    assert _set(binding, 2.345) == [2340.0, "Force charge"]
    assert _set(binding, -1.0) == [-1000.0, "Force discharge"]
    assert _set(binding, 0.0) == [0.0, "Hold"]
    assert _set(binding, None) == [0.0, "Hold"]
    assert binding is not None
    assert binding.is_on(_states()) is None
    assert not binding.is_charger
    (_, (control, word)) = binding.wanted(_states(), 1.0)
    assert control == Control(entity="select.battery", means=Means.OPTION)
    state = _states()["select.battery"]
    assert control.value(state) == "Auto"
    assert control.call(word, state) == ("select_option", {"option": "Force charge"})


def test_two_numbers() -> None:
    """One for each way; the other is nothing."""
    binding = _battery(setpoint_out="number.out").binding
    assert _set(binding, 2.0) == [2000.0, 0.0, "Force charge"]
    assert _set(binding, -2.0) == [0.0, 2000.0, "Force discharge"]


def test_a_number_is_told_nothing_that_it_refuses() -> None:
    """Where it has no values below zero the mode tells the direction."""
    bounds = {"min": 0.0, "max": 2500.0}
    binding = _battery().binding
    assert _set(binding, -1.234, **bounds) == [1230.0, "Force discharge"]
    assert _set(binding, -4.0, **bounds) == [2500.0, "Force discharge"]
    assert _set(binding, 4.0, **bounds) == [2500.0, "Force charge"]
    without = _battery(mode=None, word_discharge=None).binding
    assert _set(without, -4.0, **bounds) == [0.0]
    both = {"min": -2000.0, "max": 2500.0}
    assert _set(binding, -4.0, **both) == [-2000.0, "Force discharge"]
    # It cannot be held at nothing by a number that begins above.
    above = {"min": 100.0, "max": 2500.0}
    assert _set(binding, 0.0, **above) == ["Hold"]
    assert _set(binding, -0.05, **above) == [100.0, "Force discharge"]
    two = _battery(setpoint_out="number.out").binding
    assert _set(two, -1.0, **above) == [1000.0, "Force discharge"]


def test_what_is_not_there_is_not_set() -> None:
    """Nor is a mode that has no word."""
    binding = _battery(word_hold=None).binding
    assert _set(binding, 0.0) == [0.0]
    assert binding is not None
    assert list(binding.wanted({}, 1.0)) == []


def test_a_battery_is_left_to_itself_where_it_would_do_the_same() -> None:
    """It takes what the sun yields more, gives what is missing, and no more."""
    battery = Battery(key="b", capacity=10, soc=50, charge=3, discharge=2)
    beside = Series(
        tuple(
            Slot(NOW + n * QUARTER, NOW + (n + 1) * QUARTER, power)
            for n, power in enumerate((-1.0, -5.0, 1.0, 5.0, 1.0, 0.5, -1.0))
        )
    )
    powers = _runs(1.05, 3.0, -1.0, -2.0, 0.0, 3.0, 0.0)
    runs = battery_runs(powers, beside, battery)
    assert [(each.start, each.value) for each in runs] == [
        (NOW + 4 * QUARTER, 0.0),
        (NOW + 5 * QUARTER, 3.0),
        (NOW + 6 * QUARTER, 0.0),
    ]


def test_a_relay_draws_the_mean_in_the_end() -> None:
    """In pieces of five minutes at least; what is less waits."""
    runs = relayed(_runs(1.0, 0.2, 0.2, 2.0, 0.5), 2.0, 5 * MINUTE)
    assert [(each.start - NOW, each.end - each.start) for each in runs] == [
        (timedelta(), 7.5 * MINUTE),
        (3 * QUARTER, 21.75 * MINUTE),
    ]
    assert {each.value for each in runs} == {2.0}
    assert not relayed(_runs(0.1), 2.0, 5 * MINUTE).slots


def test_plan_of_a_store() -> None:
    """What it is told, and what it is expected to do."""
    plan = StorePlan(
        powers=_runs(1.0, -1.0, -0.5, 0.0),
        runs=Series((*_runs(1.0, -1.0), _runs(0, 0, 0, 0.0).slots[3])),
        is_battery=True,
    )
    modes = [plan.mode(NOW + n * QUARTER) for n in range(4)]
    assert modes == [Mode.CHARGE, Mode.DISCHARGE, Mode.ITSELF, Mode.HOLD]
    assert plan.power(NOW + 2 * QUARTER) == -0.5
    assert plan.power(NOW + 9 * QUARTER) == 0.0
    assert plan.next_change(NOW) == NOW + QUARTER
    assert plan.next_change(NOW + HOUR) is None
    driven = plan.load_plan
    assert driven.power(NOW + QUARTER) == -1.0
    assert driven.is_running(NOW + 3 * QUARTER)
    assert StorePlan(powers=Series(), runs=Series()).load_plan.plan is None
