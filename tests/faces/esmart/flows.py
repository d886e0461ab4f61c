"""How the tests fill in eSmart's forms."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN

type Form = dict[str, Any]

HOST = "127.0.0.1"


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the menu and choose eSmart."""
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert menu["type"] is FlowResultType.MENU
    result = await enter(hass, menu, {"next_step_id": "esmart"})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "esmart"
    assert not result["errors"]
    return result


async def enter(
    hass: HomeAssistant, result: ConfigFlowResult, form: Form
) -> ConfigFlowResult:
    """Fill in what is shown."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], form)


async def created(hass: HomeAssistant, result: ConfigFlowResult) -> MockConfigEntry:
    """See the account loaded; what is paid is said later."""
    if result.get("step_id") == "pay":
        result = await enter(hass, result, {"next_step_id": "pay_later"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert result["result"].state is ConfigEntryState.LOADED
    return result["result"]


async def finish(
    hass: HomeAssistant, result: ConfigFlowResult, form: Form, customer: str = "42"
) -> MockConfigEntry:
    """Enter what is right, choose the customer and see the account loaded."""
    result = await enter(hass, result, form)
    assert result["step_id"] == "esmart_customer"
    return await created(hass, await enter(hass, result, {"customer_id": customer}))
