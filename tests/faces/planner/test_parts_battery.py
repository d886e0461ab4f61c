"""A home battery by few answers, with its plan before it is added; changing it."""

from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import keys
from tests.faces.planner.home import key_of
from tests.faces.planner.seen import shown
from tests.faces.planner.test_parts_stores import begin, enter, suggested

# The whole form, by which it is changed.
BATTERY: dict[str, Any] = {
    "name": "Cellar",
    "soc": "sensor.soc",
    "capacity": 10,
    "charge": 5,
    "setting": {
        "mode": "select.battery",
        "word_charge": "Force charge",
        "word_hold": "Hold",
        "setpoint": "number.battery",
    },
    "more": {"low": 10},
}
MODES = {
    "word_charge": "Force charge",
    "word_discharge": "Force discharge",
    "word_hold": "Hold",
}
ANSWERS: dict[str, Any] = {
    "drives": "select.battery",
    "soc": "sensor.soc",
    "capacity": 10,
    "charge": 5,
    "more": {"name": "Cellar", "setpoint": "number.battery", "low": 10},
}


@pytest.fixture(autouse=True)
def _states(hass: HomeAssistant) -> None:
    """Have a battery."""
    hass.states.async_set("sensor.soc", "40", {"unit_of_measurement": "%"})
    options = ["Auto", "Force charge", "Force discharge", "Hold"]
    hass.states.async_set("select.battery", "Auto", {"options": options})
    number = {"unit_of_measurement": "W", "min": 0, "max": 5000, "step": 10}
    hass.states.async_set("number.battery", "0", number)


async def test_battery(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """Its modes are found, its plan is shown, and it is planned so once it is added."""
    result = await begin(hass, planner, "home_battery")
    result = await enter(hass, result, ANSWERS)
    assert result["step_id"] == "modes"
    told = result["description_placeholders"]
    assert told == {"options": "Auto, Force charge, Force discharge, Hold"}
    assert {key: suggested(result, key) for key in MODES} == MODES
    for change, key in (
        (dict.fromkeys(MODES, ""), "mode_needs_words"),
        ({"word_hold": "Halt"}, "no_such_option"),
    ):
        result = await enter(hass, result, {**MODES, **change})
        assert result["errors"] == {"base": key}
    result = await enter(hass, result, MODES)
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "plan")
    told = result["description_placeholders"]
    assert (
        told is not None
        and "NOK" in told["saving"]
        and "\N{EN DASH}" in told["charging"]
    )
    result = await enter(hass, result, {"next_step_id": "again"})
    assert suggested(result, "soc") == "sensor.soc"
    result = await enter(hass, result, ANSWERS)
    result = await enter(hass, result, MODES)
    result = await enter(hass, result, {"next_step_id": "add"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    part = planner.subentries[key_of(planner, "Cellar")]
    assert {**part.data} == {
        **{key: ANSWERS[key] for key in ("soc", "capacity", "charge")},
        "mode": "select.battery",
        "setpoint": "number.battery",
        "low": 10,
        "grid_charge": True,
        "feeds_in": False,
        **MODES,
    }
    # Another one cannot move the same.
    result = await begin(hass, planner, "home_battery")
    result = await enter(hass, await enter(hass, result, ANSWERS), MODES)
    assert result["errors"] == {"base": "moved_by_another"}


async def test_a_battery_that_a_number_sets(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """It has no modes, and the name that such have."""
    result = await begin(hass, planner, "home_battery")
    bounds = {"low": 90, "high": 20}
    answers = {**ANSWERS, "drives": "number.battery", "more": bounds}
    result = await enter(hass, result, answers)
    assert result["errors"] == {"base": "low_above_high"}
    result = await enter(hass, result, {**answers, "more": {}})
    assert result["step_id"] == "plan"
    result = await enter(hass, result, {"next_step_id": "add"})
    assert result["title"] == "Home battery"
    part = planner.subentries[key_of(planner, "Home battery")]
    assert part.data["setpoint"] == "number.battery" and "mode" not in part.data


async def test_a_battery_that_cannot_be_planned_yet(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    hass.states.async_set("sensor.soc", "unknown")
    result = await begin(hass, planner, "home_battery")
    answers = {key: each for key, each in ANSWERS.items() if key != "drives"}
    result = await enter(hass, result, {**answers, "more": {}})
    assert result["step_id"] == "plan_later"
    result = await begin(hass, planner, "home_battery")
    assert await hass.config_entries.async_unload(planner.entry_id)
    result = await enter(hass, result, {**answers, "more": {}})
    assert result["step_id"] == "plan_later"


async def test_changing(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """It does something at any time, and what is changed is taken over."""
    result = await begin(hass, planner, "home_battery")
    result = await enter(hass, await enter(hass, result, ANSWERS), MODES)
    await enter(hass, result, {"next_step_id": "add"})
    assert shown(hass, planner, "battery_mode", title="Cellar") in {
        *("itself", "charge", "discharge", "hold"),
    }
    assert float(str(shown(hass, planner, "store_power", title="Cellar"))) <= 5
    # It has no window, and does something at any time.
    assert not keys(hass, planner, key_of(planner, "Cellar")) & {
        *("takes_part", "window_begin", "window_end", "device_running"),
    }
    part = planner.subentries[key_of(planner, "Cellar")]
    changing = await planner.start_subentry_reconfigure_flow(hass, part.subentry_id)
    assert suggested(changing, "capacity") == 10
    assert suggested(changing, "word_hold", "setting") == "Hold"
    changing = await enter(hass, changing, {**BATTERY, "name": ""})
    assert changing["errors"] == {"base": "empty"}
    changed = await enter(hass, changing, {**BATTERY, "capacity": 12})
    assert changed["reason"] == "reconfigure_successful"
    assert planner.subentries[part.subentry_id].data["capacity"] == 12


async def test_what_the_energy_dashboard_knows_is_filled_in(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """Of a battery that is not set up yet."""
    hass.config.components.add("energy")
    manager = await async_get_manager(hass)
    source: Any = {
        "type": "battery",
        "stat_energy_from": "sensor.out",
        "stat_energy_to": "sensor.in",
        "stat_soc": "sensor.soc",
        "capacity": 9.6,
        "name": "Cellar",
    }
    manager.data = {"energy_sources": [source]}  # type: ignore[typeddict-item]  # other fields do not matter
    result = await begin(hass, planner, "home_battery")
    assert [suggested(result, name) for name in ("soc", "capacity")] == [
        *("sensor.soc", 9.6),
    ]
    assert suggested(result, "name", "more") == "Cellar"
    result = await enter(hass, await enter(hass, result, ANSWERS), MODES)
    await enter(hass, result, {"next_step_id": "add"})
    other = await begin(hass, planner, "home_battery")
    assert suggested(other, "soc") is None
