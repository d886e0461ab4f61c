"""Adding an electric vehicle by its devices, changing it, making one of a load."""

from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from tests.accounts import keys
from tests.faces.planner.home import key_of
from tests.faces.planner.seen import shown
from tests.faces.planner.test_detecting import device_of
from tests.faces.planner.test_flow import FORM, enter_load

CAR: dict[str, Any] = {
    "soc": "sensor.soc",
    "capacity": 50,
    "target_percent": 80,
    "power": 3.68,
    "least_power": 1.38,
    "end": "07:00:00",
    "objective": "price",
    "charging": {"drives": "switch.charger", "phases": "1"},
    "days": {"ready_sat": "09:00:00"},
    "more": {"least_charge": 20},
}


async def _begin(hass: HomeAssistant, entry: MockConfigEntry) -> SubentryFlowResult:
    """Begin to add a car."""
    flow = hass.config_entries.subentries
    key = (entry.entry_id, "electric_vehicle")
    return await flow.async_init(key, context={"source": "user"})


def _suggested(result: SubentryFlowResult, name: str, section: str = "") -> Any:
    """Return what a field of a form is filled in with."""
    assert result["data_schema"] is not None
    schema = result["data_schema"].schema
    if section:
        schema = schema[section].schema.schema
    return get_schema_suggested_value(schema, name)


@pytest.fixture(autouse=True)
def _states(hass: HomeAssistant) -> None:
    """Have a car and a charger."""
    hass.states.async_set("sensor.soc", "40", {"unit_of_measurement": "%"})
    hass.states.async_set("switch.charger", "off")


async def test_by_its_devices(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """What they have is filled in, to be looked over."""
    car = device_of(
        hass,
        "volvo",
        ("sensor", "a", "battery_charge_level", None),
        ("sensor", "b", "battery_capacity", None),
    )
    registry = er.async_get(hass)
    capacity = registry.async_get_entity_id("sensor", "volvo", "b")
    hass.states.async_set(str(capacity), "67.5")
    charger = device_of(hass, "wallbox", ("switch", "s", "pause_resume", None))
    result = await _begin(hass, planner)
    assert result["step_id"] == "user"
    result = await enter_load(hass, result, {"name": " "})
    assert result["errors"] == {"name": "empty"}
    devices = {"name": "Car", "car": car, "charger": charger}
    result = await enter_load(hass, result, devices)
    assert result["step_id"] == "vehicle"
    assert _suggested(result, "soc") == "sensor.bil_volvo_0"
    assert _suggested(result, "capacity") == 67.5
    assert _suggested(result, "drives", "charging") == "switch.bil_wallbox_0"
    result = await enter_load(hass, result, {**CAR, "least_power": 5})
    assert result["errors"] == {"base": "least_power_too_high"}
    result = await enter_load(hass, result, CAR)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    part = planner.subentries[key_of(planner, "Car")]
    assert part.data["begin"] == part.data["end"] == "07:00:00"
    assert part.data["drives"] == "switch.charger"
    assert "charging" not in part.data
    assert {"state_of_charge", "energy_needed", "driven"} <= keys(
        hass, planner, key_of(planner, "Car")
    )
    assert shown(hass, planner, "state_of_charge", title="Car") == "40.0"


async def test_a_capacity_that_is_not_told(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """It is asked for then."""
    car = device_of(
        hass,
        "abrp",
        ("sensor", "a", "soc", None),
        ("sensor", "b", "battery_capacity", None),
    )
    result = await _begin(hass, planner)
    result = await enter_load(hass, result, {"name": "Car", "car": car})
    assert _suggested(result, "capacity") is None
    assert _suggested(result, "soc") == "sensor.bil_abrp_0"


async def test_change(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """It is changed by the same form."""
    result = await enter_load(hass, await _begin(hass, planner), {"name": "Car"})
    await enter_load(hass, result, CAR)
    key = key_of(planner, "Car")
    result = await planner.start_subentry_reconfigure_flow(hass, key)
    assert result["step_id"] == "change"
    assert _suggested(result, "capacity") == 50
    assert _suggested(result, "ready_sat", "days") == "09:00:00"
    cheap = {"never_above": 3, "more_below": 1.5, "most_percent": 95}
    limited = {**CAR, "prices": cheap, "more": {"priority": 9}, "objective": "co2"}
    hass.states.async_set("input_boolean.may", "off")
    limited["more"] = {"priority": 9, "ready": "input_boolean.may"}
    await enter_load(hass, result, limited)
    assert shown(hass, planner, "load_status", title="Car") == "not_ready"
    data = planner.subentries[key].data
    assert {**data, **cheap, "priority": 9, "objective": "co2"} == data
    result = await planner.start_subentry_reconfigure_flow(hass, key)
    assert _suggested(result, "most_percent", "prices") == 95
    assert _suggested(result, "priority", "more") == 9
    wrong = {**CAR, "charging": {"stops": "button.stop"}}
    result = await enter_load(hass, result, wrong)
    assert result["errors"] == {"base": "stops_nothing"}
    result = await enter_load(hass, result, {**CAR, "capacity": 60})
    assert result["reason"] == "reconfigure_successful"
    assert planner.subentries[key].data["capacity"] == 60


async def test_windows(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """Several a day; the form keeps what was said of them."""
    result = await enter_load(hass, await _begin(hass, planner), {"name": "Car"})
    more = {"begin_2": "12:00:00", "end_2": "16:00:00"}
    result = await enter_load(hass, result, {**CAR, "windows": more})
    assert result["errors"] == {"base": "windows_overlap"}
    windows = {"not_before": "22:00:00", **more, "pause": 15}
    result = await enter_load(hass, result, {**CAR, "windows": windows})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    key = key_of(planner, "Car")
    assert {**planner.subentries[key].data, **windows} == planner.subentries[key].data
    result = await planner.start_subentry_reconfigure_flow(hass, key)
    for name, said in windows.items():
        assert _suggested(result, name, "windows") == said
    result = await enter_load(hass, result, CAR)
    assert not windows.keys() & planner.subentries[key].data.keys()


async def test_a_load_becomes_a_car(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """With the next step of Reconfigure; what it has by then stays."""
    key = key_of(planner, "Dishwasher")
    registry = er.async_get(hass)
    before = {
        each.entity_id
        for each in er.async_entries_for_config_entry(registry, planner.entry_id)
    }
    result = await planner.start_subentry_reconfigure_flow(hass, key)
    result = await enter_load(hass, result, {**FORM, "is_vehicle": True})
    assert result["step_id"] == "change"
    result = await enter_load(hass, result, {**CAR, "least_power": 5})
    assert result["errors"] == {"base": "least_power_too_high"}
    result = await enter_load(hass, result, CAR)
    assert result["reason"] == "reconfigure_successful"
    part = planner.subentries[key]
    assert (part.title, part.subentry_type) == ("Dishwasher", "load")
    assert "duration" not in part.data
    after = {
        each.entity_id
        for each in er.async_entries_for_config_entry(registry, planner.entry_id)
    }
    assert before <= after
    assert shown(hass, planner, "state_of_charge") == "40.0"
    # From then on its form is a car's.
    result = await planner.start_subentry_reconfigure_flow(hass, key)
    assert result["step_id"] == "change"
