"""What a load moves: what is set, how it reads, and what can be measured."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.devices import DeviceState
from custom_components.energy_portals.portals.http.errors import InvalidInput
from custom_components.energy_portals.portals.planner.bindings import (
    Binding,
    Control,
    Means,
    binding_of,
    energy_of,
    number,
    power_of,
    setpoint_of,
    shown,
    step_of,
    step_power,
)
from tests.portals.planner.metered import MeteredHouse


def _state(entity_id: str, state: str | None, **attributes: Any) -> DeviceState:
    """Return an entity's state."""
    return DeviceState(entity_id=entity_id, state=state, attributes=attributes)


def test_nothing_is_bound() -> None:
    """A part without entities binds nothing, and what stops needs what starts."""
    assert binding_of({}) is None
    with pytest.raises(InvalidInput, match="stops_nothing"):
        binding_of({"stops": "button.stop"})
    binding = binding_of({"meter": "sensor.power"})
    assert binding == Binding(meter="sensor.power")
    assert not binding.moves
    assert binding.names == ("sensor.power",)


def test_all_is_bound() -> None:
    """All names are known, and those that are set."""
    binding = binding_of(
        {
            "drives": "switch.a",
            "stops": "button.b",
            "setpoint": "number.c",
            "meter": "sensor.d",
            "phases": "3",
        }
    )
    assert binding is not None
    assert binding.moved == ("switch.a", "button.b", "number.c")
    assert binding.names == (*binding.moved, "sensor.d")
    assert binding.phases == 3
    assert binding.is_charger


@pytest.mark.parametrize(
    ("unit", "power", "phases", "more", "expected"),
    [
        ("A", 3.68, 1, {"step": 1}, 16),
        ("A", 11.04, 3, {"step": 1}, 16),
        ("A", 3.67, 1, {"step": 1}, 15),
        ("A", 3.67, 1, {"step": 0.5}, 15.5),
        ("A", 1.0, 1, {"min": 6, "max": 16}, 6),
        ("A", 9.0, 1, {"min": 6, "max": 16}, 16),
        ("A", 0.0, 1, {"min": 6, "max": 16}, 0),
        ("W", 1.4, 1, {"step": 100}, 1400),
        ("kW", 1.44, 1, {"step": 0.1}, 1.4),
        (None, 3.0, 1, {}, 3),
    ],
)
def test_a_power_as_a_number_takes_it(
    unit: str | None,
    power: float,
    phases: int,
    more: dict[str, Any],
    expected: float,
) -> None:
    """In its unit, rounded down to its step, within its bounds."""
    state = _state("number.x", "0", unit_of_measurement=unit, **more)
    assert setpoint_of(state, power, phases) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("start", "means"),
    [
        (_state("switch.a", "off"), Means.SWITCH),
        (_state("input_boolean.a", "off"), Means.SWITCH),
        (_state("button.a", None), Means.PRESS),
        (_state("script.a", "off"), Means.PRESS),
        (_state("climate.a", "heat"), Means.SWITCH),
        (_state("number.a", "0"), Means.NUMBER),
        (_state("input_number.a", "0"), Means.NUMBER),
    ],
)
def test_each_sort_is_set_in_its_way(start: DeviceState, means: Means) -> None:
    """By switching, pressing or setting; what is not there is not set."""
    binding = Binding(start="x")
    ((control, _),) = binding.wanted({"x": start}, 2.0)
    assert control.means is means
    assert not list(binding.wanted({}, 2.0))
    if means is Means.NUMBER:
        assert not list(binding.wanted({"x": start}, None))


def test_a_heater_is_boosted_by_what_is_given() -> None:
    """A temperature goes before a mode."""
    tank = {"x": _state("water_heater.a", "eco", temperature=50, operation_mode="eco")}
    room = {"x": _state("climate.a", "heat", temperature=20, preset_mode="eco")}
    hot = Binding(start="x", temperature=60.0, mode="boost")
    ((control, to),) = hot.wanted(tank, None)
    assert (control.means, to) == (Means.TEMPERATURE, 60.0)
    assert control.value(tank["x"]) == 50
    assert control.call(60.0, tank["x"]) == ("set_temperature", {"temperature": 60.0})
    for states, action in ((tank, "operation_mode"), (room, "preset_mode")):
        ((control, to),) = Binding(start="x", mode="boost").wanted(states, None)
        assert control.value(states["x"]) == "eco"
        assert control.call(to, states["x"]) == (f"set_{action}", {action: "boost"})
    assert control.value(_state("climate.a", "heat")) is None


def test_calls_and_values() -> None:
    """A control is read as it is set."""
    switch = Control(entity="x", means=Means.SWITCH)
    assert switch.call(True, _state("switch.a", "off")) == ("turn_on", {})
    assert switch.call(False, _state("switch.a", "on")) == ("turn_off", {})
    assert switch.value(_state("switch.a", "on")) is True
    assert switch.value(_state("switch.a", "jammed")) is None
    assert switch.value(_state("climate.a", "heat")) is True
    assert switch.value(_state("climate.a", "off")) is False
    assert switch.value(_state("switch.a", None)) is None
    assert switch.value(None) is None
    press = Control(entity="x", means=Means.PRESS)
    assert press.call(True, _state("button.a", None)) == ("press", {})
    assert press.call(True, _state("script.a", "off")) == ("turn_on", {})
    assert press.value(_state("button.a", "2026-01-01T00:00:00+00:00")) is None
    value = Control(entity="x", means=Means.NUMBER)
    assert value.call(6.0, _state("number.a", "0")) == ("set_value", {"value": 6.0})
    assert value.value(_state("number.a", "7")) == 7


@pytest.mark.parametrize(
    ("state", "is_on"),
    [
        (_state("switch.a", "on"), True),
        (_state("switch.a", "off"), False),
        (_state("script.a", "on"), True),
        (_state("climate.a", "heat", hvac_action="heating"), True),
        (_state("climate.a", "heat", hvac_action="idle"), False),
        (_state("climate.a", "heat"), None),
        (_state("number.a", "6"), True),
        (_state("number.a", "0"), False),
        (_state("number.a", "much"), None),
        (_state("button.a", "2026-01-01T00:00:00+00:00"), None),
        (_state("switch.a", None), None),
    ],
)
def test_what_a_device_says_of_itself(state: DeviceState, is_on: bool | None) -> None:
    """Whether it runs, where it says so."""
    assert Binding(start="x").is_on({"x": state}) is is_on
    assert Binding(start="y").is_on({"x": state}) is None


def test_meters() -> None:
    """Power and energy by their units; anything else is no meter of it."""
    assert power_of(_state("sensor.a", "1500", unit_of_measurement="W")) == 1.5
    assert power_of(_state("sensor.a", "1.5", unit_of_measurement="kW")) == 1.5
    assert power_of(_state("sensor.a", "1.5", unit_of_measurement="kWh")) is None
    assert power_of(_state("sensor.a", "1.5")) is None
    assert power_of(None) is None
    assert energy_of(_state("sensor.a", "1500", unit_of_measurement="Wh")) == 1.5
    assert energy_of(_state("sensor.a", None, unit_of_measurement="Wh")) is None


@pytest.mark.parametrize(
    ("unit", "step", "phases", "power"),
    [
        ("A", 1, 3, 0.69),
        ("A", 0.5, 1, 0.115),
        ("A", None, 1, 0.23),
        ("W", 100, 1, 0.1),
        ("kW", 0.1, 3, 0.1),
        (None, 1, 1, 0.0),
        ("%", 1, 1, 0.0),
    ],
)
def test_a_step_as_a_power(
    unit: str | None, step: float | None, phases: int, power: float
) -> None:
    """By its unit, which may not be told."""
    state = _state("number.x", "0", unit_of_measurement=unit, step=step)
    assert step_power(state, phases) == pytest.approx(power)


def test_a_state_of_the_house_is_shown() -> None:
    """With its unit."""
    house = MeteredHouse(states={"number.x": ("6", "A")})
    house.attributes["number.x"] = {"step": 2}
    state = shown(house.state("number.x"))
    assert state is not None
    assert (state.state, step_power(state, 1)) == ("6", pytest.approx(0.46))
    assert shown(None) is None


@pytest.mark.parametrize("value", ["nan", "inf", "x", None, True, [1]])
def test_what_is_no_number(value: object) -> None:
    """Only what is finite counts."""
    assert number(value) is None
    assert step_of(_state("number.a", "1", step=0)) == 1
