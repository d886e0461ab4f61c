"""Adding an account and mending it, against the sandbox."""

from typing import Any

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.registry import PORTALS
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault, brings_a_login

type Form = dict[str, Any]


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the menu and choose Digiwatt."""
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == list(PORTALS)
    return await hass.config_entries.flow.async_configure(
        menu["flow_id"], {"next_step_id": "digiwatt"}
    )


async def enter(
    hass: HomeAssistant, result: ConfigFlowResult, form: Form
) -> ConfigFlowResult:
    """Fill in the form that is shown."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], form)


async def finish(hass: HomeAssistant, result: ConfigFlowResult, form: Form) -> None:
    """Enter what is right and see the account loaded."""
    result = await enter(hass, result, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert result["result"].state is ConfigEntryState.LOADED


async def test_user_adds_account(hass: HomeAssistant, form: Form) -> None:
    result = await begin(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "digiwatt"
    assert not result["errors"]

    padded = {**form, "account_number": f" {form['account_number']} "}
    padded["advanced"] = {"api_url": form["advanced"]["api_url"] + "/ "}
    result = await enter(hass, result, padded)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Digiwatt"
    assert result["result"].unique_id == f"digiwatt:{form['account_number']}"
    assert result["data"] == {
        "vendor": "digiwatt",
        "client_id": form["client_id"],
        "client_secret": form["client_secret"],
        "account_number": form["account_number"],
        "api_url": form["advanced"]["api_url"],
    }
    await hass.async_block_till_done()
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("operation", "fault", "error"),
    [
        ("token", Fault(kind="status", status=401, times=2), "invalid_auth"),
        ("token", Fault(kind="status", status=400, times=2), "invalid_auth"),
        ("token", Fault(kind="status", status=404, times=None), "wrong_path"),
        (
            "token",
            Fault(kind="html", status=200, when=brings_a_login),
            "unexpected_response",
        ),
        ("consumption_realtime", Fault(kind="status", status=403), "forbidden"),
        ("consumption_realtime", Fault(kind="status", status=400), "wrong_path"),
        ("consumption_realtime", Fault(kind="html", status=404), "wrong_path"),
        ("consumption_realtime", Fault(kind="status", status=405), "wrong_path"),
        (
            "consumption_realtime",
            Fault(kind="status", status=500, times=2),
            "cannot_connect",
        ),
        ("consumption_realtime", Fault(kind="reset", times=None), "cannot_connect"),
        ("consumption_realtime", Fault(kind="status", status=429), "rate_limited"),
        ("consumption_realtime", Fault(kind="html", status=200), "unexpected_response"),
        (
            "consumption_realtime",
            Fault(kind="raw", body='{"status": 200}'),
            "unexpected_response",
        ),
    ],
)
async def test_portal_trouble_is_told_and_overcome(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    form: Form,
    operation: str,
    fault: Fault,
    error: str,
) -> None:
    result = await begin(hass)
    digiwatt.fail(operation, fault)
    result = await enter(hass, result, form)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}
    digiwatt.heal()
    await finish(hass, result, form)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_auth"),
        ({"client_id": "  "}, "empty"),
        ({"account_number": ""}, "empty"),
        ({"advanced": {"api_url": " "}}, "empty"),
        ({"advanced": {"api_url": "http://api.example.com"}}, "invalid_address"),
        ({"advanced": {"api_url": "ftp://127.0.0.1"}}, "invalid_address"),
        ({"advanced": {"api_url": "https://me:pw@example.com"}}, "invalid_address"),
        ({"advanced": {"api_url": "https://["}}, "invalid_address"),
        ({"advanced": {"api_url": "http://127.0.0.1:1/x"}}, "cannot_connect"),
    ],
)
async def test_wrong_input_is_told_and_overcome(
    hass: HomeAssistant, form: Form, change: Form, error: str
) -> None:
    result = await enter(hass, await begin(hass), {**form, **change})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}
    await finish(hass, result, form)


async def test_odd_fields_do_not_keep_an_account_out(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, form: Form
) -> None:
    """The answers are not documented: diagnostics of an entry show what they are."""
    digiwatt.fail(
        "consumption_realtime",
        Fault(kind="raw", body='{"status": 200, "data": {"potenza": 1}}', times=None),
    )
    await finish(hass, await begin(hass), form)


async def test_account_is_added_once(
    hass: HomeAssistant, loaded: MockConfigEntry, form: Form
) -> None:
    result = await enter(hass, await begin(hass), form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def _unknown(hass: HomeAssistant, form: Form) -> ConfigFlowResult:
    """Enter an account number that the portal does not know."""
    unknown = {**form, "account_number": "555"}
    result = await enter(hass, await begin(hass), unknown)
    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == "digiwatt_unknown"
    assert result["menu_options"] == ["digiwatt_register", "digiwatt"]
    return result


async def test_unknown_account_is_corrected(hass: HomeAssistant, form: Form) -> None:
    result = await enter(hass, await _unknown(hass, form), {"next_step_id": "digiwatt"})
    assert result["type"] is FlowResultType.FORM
    await finish(hass, result, form)


async def test_unknown_account_is_registered(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, form: Form
) -> None:
    result = await enter(
        hass, await _unknown(hass, form), {"next_step_id": "digiwatt_register"}
    )
    assert result["step_id"] == "digiwatt_register"
    result = await enter(hass, result, {"pod": " ", "company_code": "c"})
    assert result["errors"] == {"base": "empty"}

    supply_point = {"pod": "IT001E1234567890AB", "company_code": "c"}
    digiwatt.fail("user_create", Fault(kind="status", status=500))
    result = await enter(hass, result, supply_point)
    assert result["errors"] == {"base": "cannot_connect"}
    assert [call.operation for call in digiwatt.calls].count("user_create") == 1

    await finish(hass, result, supply_point)
    assert digiwatt.accounts["555"]["company_code"] == "c"


async def test_reauth(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
) -> None:
    digiwatt.rotate_secret()
    await loaded.runtime_data.feeds["live_power"].async_refresh()
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["step_id"] == "digiwatt_reauth"

    wrong = {"client_id": digiwatt.client_id, "client_secret": "wrong"}
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], wrong)
    assert result["errors"] == {"base": "invalid_auth"}

    right = {**wrong, "client_secret": digiwatt.client_secret}
    result = await enter(hass, result, right)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.data["client_secret"] == digiwatt.client_secret
    assert loaded.runtime_data.feeds["live_power"].last_update_success


async def test_reconfigure(
    hass: HomeAssistant, loaded: MockConfigEntry, form: Form
) -> None:
    result = await loaded.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "digiwatt_reconfigure"

    connection = {key: form[key] for key in form if key != "account_number"}
    elsewhere = {**connection, "advanced": {"api_url": "https://[::bad"}}
    result = await enter(hass, result, elsewhere)
    assert result["errors"] == {"base": "invalid_address"}

    result = await enter(hass, result, connection)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.data["account_number"] == form["account_number"]


async def test_reconfigure_to_credentials_without_the_account(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    form: Form,
) -> None:
    digiwatt.remove_account(form["account_number"])
    result = await loaded.start_reconfigure_flow(hass)
    connection = {key: form[key] for key in form if key != "account_number"}
    result = await enter(hass, result, connection)
    assert result["errors"] == {"base": "not_found"}
