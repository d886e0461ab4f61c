"""What goes on once an account is added: from prices to a planner and its load."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import FlowType
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import get_schema_suggested_value

from tests.faces.home_assistant.houses import NOON, NordPool, begin, enter, options_of
from tests.folded import placed


@pytest.fixture(autouse=True)
async def _oslo(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("Europe/Oslo")


async def add(hass: HomeAssistant, which: int) -> Any:
    """Add the prices of an area; returns what came of it."""
    result = await begin(hass, "house_prices")
    result = await enter(hass, result, source=list(options_of(result))[which])
    return await enter(hass, result, name=f"Prices {which}", on_top=False)


async def test_from_nothing_to_a_plan(hass: HomeAssistant) -> None:
    """Each step follows by itself, with what is the only choice filled in."""
    NordPool(hass, "NO1", "NO2")
    added = await add(hass, 0)
    sort, flow_id = added["next_flow"]
    assert sort is FlowType.CONFIG_FLOW
    flow = hass.config_entries.flow
    form = await flow.async_configure(flow_id)
    assert form["step_id"] == "planner"
    chosen = get_schema_suggested_value(form["data_schema"].schema, "price")
    assert chosen == f"{added['result'].unique_id}:source"
    planner = await flow.async_configure(flow_id, placed(form, {"price": chosen}))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert planner["type"] is FlowResultType.CREATE_ENTRY
    sort, part_id = planner["next_flow"]
    assert sort is FlowType.CONFIG_SUBENTRIES_FLOW
    parts = hass.config_entries.subentries
    load = {
        "name": "Dishwasher",
        "duration": 120,
        "power": 1.2,
        "begin": "13:00:00",
        "end": "20:00:00",
        "days": ["mon", "tue"],
        "objective": "price",
        "shape": "contiguous",
        "details": {},
    }
    asked = await parts.async_configure(part_id, {"next_step_id": "other"})
    made = await parts.async_configure(part_id, placed(asked, load))
    assert made["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    state = hass.states.get("sensor.dishwasher_status")
    assert state is not None
    assert state.state == "planned"
    # There is a planner now: other prices are only added.
    assert (await add(hass, 1)).get("next_flow") is None


async def test_what_is_not_there_yet_leads_nowhere(hass: HomeAssistant) -> None:
    """Nothing follows what nobody could plan by."""
    market = NordPool(hass, "NO1")
    result = await begin(hass, "house_prices")
    result = await enter(hass, result, source=next(iter(options_of(result))))
    market.fails = True
    added = await enter(hass, result, name="Prices", on_top=False)
    assert added["type"] is FlowResultType.CREATE_ENTRY
    assert added.get("next_flow") is None
