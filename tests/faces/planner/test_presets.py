"""A load by what it is: three answers, its plan, and a device that is switched."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from tests.accounts import set_up
from tests.faces.planner.home import key_of, planner_of
from tests.faces.planner.seen import HOUR, shown, times, to
from tests.faces.planner.test_flow import enter_load

SWITCH = "input_boolean.dishwasher"


async def begin(
    hass: HomeAssistant, planner: MockConfigEntry, preset: str
) -> SubentryFlowResult:
    """Choose what it is."""
    flow = hass.config_entries.subentries
    about = (planner.entry_id, "load")
    menu = await flow.async_init(about, context={"source": "user"})
    assert menu["step_id"] == "user"
    form = await flow.async_configure(menu["flow_id"], {"next_step_id": preset})
    assert form["step_id"] == preset
    return form


def suggested(form: SubentryFlowResult) -> dict[str, Any]:
    """Return what a form is filled in with."""
    assert form["data_schema"] is not None
    schema = form["data_schema"].schema
    more = schema["more"].schema.schema
    held = {
        str(key): get_schema_suggested_value(schema, str(key))
        for key in schema
        if key != "more"
    }
    inner = {str(key): get_schema_suggested_value(more, str(key)) for key in more}
    answers = {key: each for key, each in held.items() if each is not None}
    return {**answers, "more": {k: v for k, v in inner.items() if v is not None}}


async def choose(
    hass: HomeAssistant, menu: SubentryFlowResult, step: str
) -> SubentryFlowResult:
    """Choose what to do with a plan."""
    return await enter_load(hass, menu, {"next_step_id": step})


async def test_a_naive_dishwasher_is_switched(
    hass: HomeAssistant, prices: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Three answers; then it turns its switch on and off by itself."""
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": {"dishwasher": None}}
    )
    planner = planner_of(hass)
    await set_up(hass, planner)
    form = await begin(hass, planner, "dishwasher")
    menu = await enter_load(hass, form, {**suggested(form), "drives": SWITCH})
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "plan")
    told = menu["description_placeholders"]
    assert told is not None
    result = await choose(hass, menu, "add")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Dishwasher"
    # The plan that was shown is the one that is kept.
    start, end = times(hass, planner)
    for moment in (start, end):
        zone = await _zone(hass)
        assert f"{moment.astimezone(zone):%H:%M}" in told["runs"]
    cost = float(str(shown(hass, planner, "expected_cost")))
    assert told["cost"] == f"{cost:.2f} NOK"
    await to(hass, freezer, start)
    state = hass.states.get(SWITCH)
    assert state is not None and state.state == "on"
    assert shown(hass, planner, "load_status") == "running"
    await to(hass, freezer, end)
    state = hass.states.get(SWITCH)
    assert state is not None and state.state == "off"


async def _zone(hass: HomeAssistant) -> Any:
    """Return the zone of the house."""
    from homeassistant.util import dt as dt_util

    return dt_util.get_default_time_zone()


async def test_nothing_bound_never_runs_by_itself(
    hass: HomeAssistant, planner: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    form = await begin(hass, planner, "dishwasher")
    answers = suggested(form)
    answers["more"]["name"] = " Upstairs "
    menu = await enter_load(hass, form, answers)
    assert menu["step_id"] == "plan_yourself"
    result = await choose(hass, menu, "add")
    assert result["title"] == "Upstairs"
    start, _ = times(hass, planner, "Upstairs")
    await to(hass, freezer, start)
    assert shown(hass, planner, "load_status", title="Upstairs") == "due"


@pytest.mark.parametrize(
    ("preset", "windows", "hours"), [("hot_water", 2, 0.75), ("pool", 1, 6)]
)
async def test_what_runs_every_day(
    hass: HomeAssistant,
    planner: MockConfigEntry,
    preset: str,
    windows: int,
    hours: float,
) -> None:
    form = await begin(hass, planner, preset)
    menu = await enter_load(hass, form, suggested(form))
    result = await choose(hass, menu, "add")
    key = key_of(planner, result["title"])
    load = planner.runtime_data.feeds["settings"].data[key]
    assert len(load.hours) == windows
    assert load.demand.duration == hours * HOUR


async def test_what_cannot_be_is_said_where_it_is(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    form = await begin(hass, planner, "dishwasher")
    answers = {**suggested(form), "hours": 20}
    form = await enter_load(hass, form, answers)
    assert form["errors"] == {"hours": "window_too_short"}
    # What was entered stays.
    assert suggested(form)["hours"] == 20
    moved = {**answers, "hours": 2, "drives": "switch.of_this_planner"}
    menu = await enter_load(hass, form, moved)
    form = await choose(hass, menu, "again")
    assert suggested(form)["drives"] == "switch.of_this_planner"
    await choose(hass, await enter_load(hass, form, moved), "add")
    form = await begin(hass, planner, "pool")
    again = {**suggested(form), "drives": "switch.of_this_planner"}
    form = await enter_load(hass, form, again)
    assert form["errors"] is not None and "base" in form["errors"]


async def test_a_plan_that_is_not_known_yet(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    form = await begin(hass, planner, "dishwasher")
    assert await hass.config_entries.async_unload(planner.entry_id)
    menu = await enter_load(hass, form, suggested(form))
    assert menu["step_id"] == "plan_later"


async def test_without_a_power_there_is_no_money(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    form = await begin(hass, planner, "dishwasher")
    answers = suggested(form)
    del answers["more"]["power"]
    menu = await enter_load(hass, form, answers)
    told = menu["description_placeholders"]
    assert told is not None and told["cost"] == "\N{EN DASH}"


async def test_a_car_by_its_kilowatt_hours(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """It is charged by the time it is needed, and its reader is a car's own."""
    form = await begin(hass, planner, "car")
    answers = suggested(form)
    empty = {key: each for key, each in answers.items() if key != "energy"}
    form = await enter_load(hass, form, empty)
    assert form["errors"] == {"energy": "duration_or_energy"}
    menu = await enter_load(hass, form, {**answers, "drives": "switch.charger"})
    assert menu["step_id"] == "plan"
    result = await choose(hass, menu, "add")
    load = planner.runtime_data.feeds["settings"].data[key_of(planner, "Electric car")]
    assert result["title"] == "Electric car"
    assert (load.demand.energy, load.demand.power, load.demand.least_power) == (
        *(10, 11, 1.4),
    )
    # From one morning to the next.
    assert load.hours[0][0] == load.hours[0][1]


async def test_a_car_by_its_battery(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """What is planned is what is missing; a full one needs nothing."""
    hass.states.async_set("sensor.soc", "60", {"unit_of_measurement": "%"})
    form = await begin(hass, planner, "car")
    answers = suggested(form)
    answers["more"] |= {"soc": "sensor.soc", "target_percent": 80}
    form = await enter_load(hass, form, answers)
    assert form["errors"] == {"base": "car_needs_capacity"}
    answers["more"]["capacity"] = 50
    costs = []
    for charge in ("60", "70", "unknown"):
        hass.states.async_set("sensor.soc", charge, {"unit_of_measurement": "%"})
        menu = await enter_load(hass, form, answers)
        told = menu["description_placeholders"]
        assert told is not None
        costs.append(float(told["cost"].split()[0]))
        form = await choose(hass, menu, "again")
    # Half as much is missing; of which nobody tells, the kWh of the form count.
    assert costs[0] / 2 == pytest.approx(costs[1], abs=0.5)
    assert costs[0] > costs[1]
    hass.states.async_set("sensor.soc", "80", {"unit_of_measurement": "%"})
    menu = await enter_load(hass, form, answers)
    assert menu["step_id"] == "plan_later"
    await choose(hass, menu, "add")
    part = planner.subentries[key_of(planner, "Electric car")]
    assert part.data["energy"] == 10


async def test_a_heat_pump_is_warmer_by_so_much(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    hass.states.async_set("climate.house", "heat", {"temperature": None})
    form = await begin(hass, planner, "heat_pump")
    answers = {**suggested(form), "drives": "climate.house", "drift": 1.5}
    form = await enter_load(hass, form, answers)
    assert form["errors"] == {"drives": "no_temperature"}
    hass.states.async_set("climate.house", "heat", {"temperature": 21})
    menu = await enter_load(hass, form, answers)
    assert menu["step_id"] == "plan"
    await choose(hass, menu, "add")
    key = key_of(planner, "Heat pump")
    assert planner.subentries[key].data["boost_temperature"] == 22.5
    load = planner.runtime_data.feeds["settings"].data[key]
    assert load.demand.duration == 4 * HOUR
    # A switch is not set to any temperature.
    form = await begin(hass, planner, "heat_pump")
    menu = await enter_load(hass, form, {**suggested(form), "drives": "switch.boost"})
    await choose(hass, menu, "add")
    parts = planner.subentries.values()
    (part,) = (each for each in parts if each.data.get("drives") == "switch.boost")
    assert "boost_temperature" not in part.data
