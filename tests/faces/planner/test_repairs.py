"""Sources that are gone: the user chooses others of the same kind, or none."""

from typing import Any

from homeassistant.components.repairs import RepairsFlowResult
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.components.repairs.issue_handler import RepairsFlowManager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.planner import KINDS
from tests.accounts import set_up
from tests.faces.planner.home import PRICE, dishwasher, planner_of
from tests.faces.planner.seen import shown
from tests.rules.source import strings

GREEN = "digiwatt:1234567890:1234567890"
CONTRACT = "esmart:home:contract-1001-3001"


def _is_told(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
    """Say whether it is told that sources are missing."""
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, f"sources_missing:{entry.entry_id}"
    )
    return issue is not None and issue.active


@pytest.fixture
async def orphan(hass: HomeAssistant, prices: MockConfigEntry) -> MockConfigEntry:
    """Return a planner whose prices are those of an account that is removed."""
    assert await async_setup_component(hass, REPAIRS, {})
    planner = planner_of(
        hass,
        dishwasher(objective="both", worth=0.01),
        price="esmart:removed:area-NO1",
        caps="volue:removed:location:1",
    )
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _is_told(hass, planner)
    return planner


async def _begin(hass: HomeAssistant, entry: MockConfigEntry) -> RepairsFlowResult:
    """Open the dialog."""
    manager: RepairsFlowManager = hass.data[REPAIRS]["flow_manager"]
    data: Any = {"issue_id": f"sources_missing:{entry.entry_id}"}
    return await manager.async_init(DOMAIN, data=data)


async def _enter(
    hass: HomeAssistant, result: RepairsFlowResult, **form: Any
) -> RepairsFlowResult:
    """Fill in what is shown."""
    manager: RepairsFlowManager = hass.data[REPAIRS]["flow_manager"]
    answer = await manager.async_configure(result["flow_id"], form)
    await hass.async_block_till_done(wait_background_tasks=True)
    return answer


def test_words() -> None:
    """There are words for every source that may be missing, and for every refusal."""
    words = strings()["issues"]["sources_missing"]["fix_flow"]
    assert words["step"].keys() == {"sources"}
    assert words["step"]["sources"]["data"].keys() == KINDS.keys()
    assert words["error"].keys() == {
        *("no_source", "other_currency"),
        *("peak_invalid", "peak_needs_figures", "one_feed_in_price"),
    }
    assert words["abort"].keys() == {"account_not_loaded", "no_longer_asked"}


async def test_another(hass: HomeAssistant, orphan: MockConfigEntry) -> None:
    """What is missing is asked for alone; what is removed is not offered."""
    assert shown(hass, orphan, "load_status") == "waiting"
    result = await _begin(hass, orphan)
    assert result["step_id"] == "sources"
    assert result["description_placeholders"] == {
        "account": "Planner",
        "sources": "- esmart:removed:area-NO1\n- volue:removed:location:1",
    }
    assert result["data_schema"] is not None
    fields = result["data_schema"].schema
    assert list(map(str, fields)) == ["price", "caps"]
    offered = [each["value"] for each in fields["price"].config["options"]]
    assert set(offered) == {PRICE, CONTRACT}
    assert fields["caps"].config["options"] == []
    result = await _enter(hass, result)
    assert result["errors"] == {"base": "no_source"}
    result = await _enter(hass, result, price=PRICE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not _is_told(hass, orphan)
    assert (orphan.data["price"], orphan.data["caps"]) == (PRICE, None)
    assert (orphan.data["currency"], orphan.data["limit"]) == ("NOK", None)
    assert shown(hass, orphan, "load_status") == "planned"


async def test_in_another_currency(
    hass: HomeAssistant, orphan: MockConfigEntry
) -> None:
    """What a load values in one currency is not taken for another."""
    data = {**orphan.data, "currency": "EUR"}
    hass.config_entries.async_update_entry(orphan, data=data)
    result = await _enter(hass, await _begin(hass, orphan), price=PRICE)
    assert result["errors"] == {"base": "other_currency"}
    assert orphan.data["price"] != PRICE


async def test_one_that_may_come_back(
    hass: HomeAssistant, orphan: MockConfigEntry, prices: MockConfigEntry
) -> None:
    """It stays on offer while its account is there."""
    data = {**orphan.data, "price": PRICE}
    hass.config_entries.async_update_entry(orphan, data=data)
    assert await hass.config_entries.async_unload(prices.entry_id)
    result = await _begin(hass, orphan)
    assert result["data_schema"] is not None
    fields = result["data_schema"].schema
    assert get_schema_suggested_value(fields, "price") == PRICE
    (option,) = fields["price"].config["options"]
    assert option["value"] == PRICE
    assert option["label"].startswith("Utility: ")
    result = await _enter(hass, result, price=PRICE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert orphan.data["price"] == PRICE


@pytest.mark.parametrize("how", ["back", "unloaded", "removed"])
async def test_too_late(hass: HomeAssistant, orphan: MockConfigEntry, how: str) -> None:
    """There is nothing to choose any more, or nobody to choose for."""
    result = await _begin(hass, orphan)
    if how == "back":
        data = {**orphan.data, "price": PRICE, "caps": None}
        hass.config_entries.async_update_entry(orphan, data=data)
    elif how == "unloaded":
        assert await hass.config_entries.async_unload(orphan.entry_id)
    else:
        await hass.config_entries.async_remove(orphan.entry_id)
    result = await _enter(hass, result, price=PRICE)
    assert result["reason"] == (
        "no_longer_asked" if how == "back" else "account_not_loaded"
    )
