"""Signing in again, and changing the connection."""

from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from tests.accounts import refresh, value
from tests.faces.esmart.flows import Form, enter
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.esmart_wire import NET
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox


@pytest.fixture
def mend(form: Form) -> Form:
    """Return the form of a connection: a login without its area."""
    return {key: value for key, value in form.items() if key != "area"}


async def asked_again(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Let a refused call ask for the password."""
    await refresh(hass, entry, "live_power")
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["step_id"] == "esmart_reauth"
    return flow


async def test_reauth(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    esmart.change_password()
    flow = await asked_again(hass, loaded)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    schema = result["data_schema"].schema
    assert get_schema_suggested_value(schema, "user_name") == esmart.user_name
    assert get_schema_suggested_value(schema, "password") is None

    wrong = {"user_name": esmart.user_name, "password": "wrong"}
    result = await enter(hass, result, wrong)
    assert result["errors"] == {"base": "invalid_auth"}
    result = await enter(hass, result, {**wrong, "user_name": " "})
    assert result["errors"] == {"base": "empty"}

    right = {**wrong, "password": esmart.password}
    esmart.fail("authenticate", Fault(kind="status", status=500, times=2))
    result = await enter(hass, result, right)
    assert result["errors"] == {"base": "cannot_connect"}

    result = await enter(hass, result, right)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.data["password"] == esmart.password
    assert value(hass, loaded, "contract-1001-3001", "power") != "unavailable"


async def test_login_of_another_customer_is_not_taken(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    held = dict(loaded.data)
    esmart.change_password()
    flow = await asked_again(hass, loaded)
    right = {"user_name": esmart.user_name, "password": esmart.password}
    esmart.home.customers = (43,)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], right)
    assert result["errors"] == {"base": "other_customer"}
    assert loaded.data == held

    esmart.home.customers = (42, 43)
    result = await enter(hass, result, right)
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()


async def test_reconfigure(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry, mend: Form
) -> None:
    result = await loaded.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "esmart_reconfigure"
    schema = result["data_schema"].schema
    for key in ("api_url", "user_name"):
        assert get_schema_suggested_value(schema, key) == mend[key]
    assert get_schema_suggested_value(schema, "password") is None

    for change, error in (
        ({"api_url": "https://[::bad"}, "invalid_address"),
        ({"password": "wrong"}, "invalid_auth"),
        ({"advanced": {"app_name": ""}}, "empty"),
    ):
        result = await enter(hass, result, {**mend, **change})
        assert result["errors"] == {"base": error}

    changed = {**mend, "advanced": {"app_name": "rknett", "price_area": " NO2 "}}
    result = await enter(hass, result, changed)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.LOADED
    assert (loaded.data["app_name"], loaded.data["price_area"]) == ("rknett", "NO2")
    assert (loaded.data["customer_id"], loaded.data["area"]) == ("42", "power")
    await refresh(hass, loaded, "terms")
    assert esmart.calls[-1].path.endswith("/apps/rknett/terms")


async def test_price_area_is_taken_back(
    hass: HomeAssistant, entry: MockConfigEntry, esmart: EsmartSandbox, mend: Form
) -> None:
    esmart.home.drop_meter_ids()
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "price_area": "NO2"}
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert "area-NO2" in entry.runtime_data.sites.data

    result = await entry.start_reconfigure_flow(hass)
    shown = result["data_schema"].schema["advanced"].schema.schema
    assert get_schema_suggested_value(shown, "price_area") == "NO2"
    assert get_schema_suggested_value(shown, "app_name") == "smartliv"
    result = await enter(hass, result, mend)
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data["price_area"] is None
    await refresh(hass, entry, "sites")
    assert "area-NO2" not in entry.runtime_data.sites.data


async def test_reconfigure_to_another_address(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    mend: Form,
) -> None:
    async with Sandbox(["esmart"]) as moved:
        elsewhere = f"{moved.address}/esmart"
        result = await loaded.start_reconfigure_flow(hass)
        result = await enter(hass, result, {**mend, "api_url": f"{elsewhere}/"})
        assert result["reason"] == "reconfigure_successful"
        esmart.calls.clear()
        await hass.async_block_till_done(wait_background_tasks=True)
        assert loaded.data["api_url"] == elsewhere
        assert not esmart.calls
        assert moved.portal(EsmartSandbox).calls


@pytest.mark.parametrize(
    ("body", "error"),
    [('{"CustomerIds": [43]}', "other_customer"), ("[]", "unexpected_response")],
)
async def test_reconfigure_to_another_customer(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    mend: Form,
    body: str,
    error: str,
) -> None:
    held = dict(loaded.data)
    result = await loaded.start_reconfigure_flow(hass)
    esmart.fail("authenticate", Fault(kind="raw", body=body))
    result = await enter(hass, result, mend)
    assert result["errors"] == {"base": error}
    assert loaded.data == held
    result = await enter(hass, result, mend)
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_area_that_is_left(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry, mend: Form
) -> None:
    """The area is the account's own, so that only the portal can give it back."""
    esmart.areas = {NET}
    result = await loaded.start_reconfigure_flow(hass)
    result = await enter(hass, result, mend)
    assert result["errors"] == {"base": "not_found"}
