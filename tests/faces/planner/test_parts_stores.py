"""Adding a tank by its form, and changing it."""

from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from tests.accounts import pass_time
from tests.faces.planner.home import key_of
from tests.faces.planner.seen import shown
from tests.folded import placed

TANK: dict[str, Any] = {
    "name": "Tank",
    "temperature": "sensor.tank",
    "litres": 200,
    "coolest": 45,
    "warmest": 75,
    "power": 2,
    "moving": {"drives": "switch.tank"},
    "more": {"uses": 6},
}


@pytest.fixture(autouse=True)
def _states(hass: HomeAssistant) -> None:
    """Have a tank."""
    hass.states.async_set("sensor.tank", "55", {"unit_of_measurement": "°C"})
    hass.states.async_set("switch.tank", "off")


async def begin(
    hass: HomeAssistant, entry: MockConfigEntry, kind: str
) -> SubentryFlowResult:
    """Begin to add a store."""
    flow = hass.config_entries.subentries
    return await flow.async_init((entry.entry_id, kind), context={"source": "user"})


async def enter(
    hass: HomeAssistant, result: SubentryFlowResult, form: dict[str, Any]
) -> SubentryFlowResult:
    """Fill in what is shown."""
    flow = hass.config_entries.subentries
    answer = await flow.async_configure(result["flow_id"], placed(result, form))
    await hass.async_block_till_done(wait_background_tasks=True)
    return answer


def suggested(result: SubentryFlowResult, name: str, section: str = "") -> Any:
    """Return what a field of a form is filled in with."""
    assert result["data_schema"] is not None
    schema = result["data_schema"].schema
    if section:
        schema = schema[section].schema.schema
    return get_schema_suggested_value(schema, name)


async def test_tank(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """It has a plan of its own, and its bounds have an order."""
    result = await begin(hass, planner, "thermal_store")
    result = await enter(hass, result, {**TANK, "coolest": 80})
    assert result["errors"] == {"base": "low_above_high"}
    result = await enter(hass, result, {**TANK, "name": ""})
    assert result["errors"] == {"base": "empty"}
    result = await enter(hass, result, TANK)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert float(str(shown(hass, planner, "store_power", title="Tank"))) <= 2
    part = planner.subentries[key_of(planner, "Tank")]
    changing = await planner.start_subentry_reconfigure_flow(hass, part.subentry_id)
    assert suggested(changing, "drives", "moving") == "switch.tank"
    changing = await enter(hass, changing, {**TANK, "name": ""})
    assert changing["errors"] == {"base": "empty"}
    changed = await enter(hass, changing, {**TANK, "name": "Attic"})
    assert changed["reason"] == "reconfigure_successful"
    assert planner.subentries[part.subentry_id].title == "Attic"


async def test_a_tank_is_driven_by_its_plan(
    hass: HomeAssistant, planner: MockConfigEntry, freezer: Any
) -> None:
    """Its switch follows, by the same driving as that of loads."""
    calls: list[str] = []

    async def switched(call: Any) -> None:
        calls.append(call.service)
        state = "on" if call.service == "turn_on" else "off"
        hass.states.async_set("switch.tank", state)

    for name in ("turn_on", "turn_off"):
        hass.services.async_register("switch", name, switched)
    hass.states.async_set("sensor.tank", "40", {"unit_of_measurement": "°C"})
    result = await begin(hass, planner, "thermal_store")
    await enter(hass, result, TANK)
    for _ in range(8):
        await pass_time(hass, freezer, 15 * 60)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert "turn_on" in calls
