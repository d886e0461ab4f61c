"""Adding an account, its user and what the portal has of it; mending it."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.faces.volue.flow import _read_login
from custom_components.energy_portals.portals.volue.client import API_URLS, TOKEN_URL
from tests.accounts import device_names
from tests.faces.volue.home import CHARGER_SITE, PLACE, TANK_SITE, VEHICLE_SITE
from tests.sandbox.faults import Fault, brings_a_login
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import CHARGER, LOCATION, METER_POINT, TANK, USER

type Form = dict[str, Any]


async def _begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the menu and choose Volue."""
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await _enter(hass, menu, {"next_step_id": "volue"})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "volue")
    return result


async def _enter(
    hass: HomeAssistant, result: ConfigFlowResult, form: Form
) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(result["flow_id"], form)


async def test_everything_is_taken_over(
    hass: HomeAssistant, volue: VolueSandbox, form: Form
) -> None:
    result = await _enter(hass, await _begin(hass), form)
    assert result["step_id"] == "volue_user"
    result = await _enter(hass, result, {"user_id": f" {USER} "})
    assert result["step_id"] == "volue_adopt"
    schema = result["data_schema"]
    assert schema is not None
    offered = get_schema_suggested_value(schema.schema, "records")
    assert offered == [PLACE, VEHICLE_SITE, TANK_SITE, CHARGER_SITE]
    result = await _enter(hass, result, {"records": [PLACE, TANK_SITE, VEHICLE_SITE]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == "Volue"
    assert entry.unique_id == f"volue:sandbox:{USER}"
    assert set(entry.data) == {
        *("vendor", "client_id", "client_secret", "environment", "api_url"),
        *("token_url", "user_id", "webhook_id", "webhook_secret"),
    }
    assert len(entry.data["webhook_secret"]) > 30
    parts = {part.unique_id: part for part in entry.subentries.values()}
    assert {key: part.subentry_type for key, part in parts.items()} == {
        PLACE: "location",
        TANK_SITE: "resource",
        VEHICLE_SITE: "vehicle",
    }
    assert dict(parts[PLACE].data) == {
        "location_id": LOCATION,
        "location_type": "Residential",
        "meter_point_ids": [METER_POINT],
    }
    assert dict(parts[TANK_SITE].data) == {
        "resource_id": TANK,
        "resource_type": "HotWaterTank",
        "location_id": LOCATION,
        "meter_point_id": METER_POINT,
    }
    assert device_names(hass, entry) == {
        *("Volue", "Home", "Hot water", "Car"),
    }
    # What was left out stays as it is.
    assert CHARGER in volue.partner.resources


@pytest.mark.usefixtures("_no_setup")
async def test_nothing_is_taken_over(
    hass: HomeAssistant, volue: VolueSandbox, form: Form
) -> None:
    volue.partner.locations[LOCATION]["coordinates"] = {"latitude": 60, "longitude": 5}
    result = await _enter(hass, await _begin(hass), form)
    result = await _enter(hass, result, {"user_id": USER})
    result = await _enter(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not result["result"].subentries


@pytest.mark.usefixtures("_no_setup")
async def test_what_is_taken_over_is_called_as_it_was_offered(
    hass: HomeAssistant, volue: VolueSandbox, form: Form
) -> None:
    """The second of a kind is the second, whether the first is taken or not."""
    kept = volue.partner.resources[TANK]
    volue.partner.resources["another"] = {**kept, "resourceId": "another"}
    result = await _enter(hass, await _begin(hass), form)
    result = await _enter(hass, result, {"user_id": USER})
    schema = result["data_schema"]
    assert schema is not None
    (records,) = schema.schema.values()
    labels = {each["value"]: each["label"] for each in records.config["options"]}
    assert labels["resource:another"] == "Hot water 2 (another)"
    result = await _enter(hass, result, {"records": ["resource:another"]})
    (part,) = result["result"].subentries.values()
    assert part.title == "Hot water 2"


@pytest.mark.usefixtures("_no_setup")
async def test_a_new_user(hass: HomeAssistant, volue: VolueSandbox, form: Form) -> None:
    """An id that nobody has is suggested, and registered."""
    result = await _enter(hass, await _begin(hass), form)
    schema = result["data_schema"]
    assert schema is not None
    suggested = get_schema_suggested_value(schema.schema, "user_id")
    assert suggested not in volue.partner.users
    result = await _enter(hass, result, {"user_id": suggested})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert suggested in volue.partner.users
    assert result["result"].unique_id == f"volue:sandbox:{suggested}"


@pytest.mark.usefixtures("_no_setup")
async def test_the_only_user_is_suggested(
    hass: HomeAssistant, volue: VolueSandbox, form: Form
) -> None:
    del volue.partner.users[1:]
    result = await _enter(hass, await _begin(hass), form)
    schema = result["data_schema"]
    assert schema is not None
    assert get_schema_suggested_value(schema.schema, "user_id") == USER


@pytest.mark.usefixtures("_no_setup")
async def test_the_same_user_twice(
    hass: HomeAssistant, entry: MockConfigEntry, form: Form
) -> None:
    result = await _enter(hass, await _begin(hass), form)
    result = await _enter(hass, result, {"user_id": USER})
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "already_configured",
    )


@pytest.mark.usefixtures("_no_setup")
@pytest.mark.parametrize(
    ("change", "fault", "error"),
    [
        ({"client_secret": "another"}, None, "invalid_auth"),
        ({"client_id": " "}, None, "empty"),
        ({"advanced": {"api_url": "ftp://x"}}, None, "invalid_address"),
        ({}, Fault(kind="status", status=503, times=2), "cannot_connect"),
        ({}, Fault(kind="status", status=403, when=brings_a_login), "forbidden"),
        ({}, Fault(kind="status", status=429), "rate_limited"),
        ({}, Fault(kind="html", when=brings_a_login), "unexpected_response"),
        ({}, Fault(kind="remove", path="pagination"), "unexpected_response"),
    ],
)
async def test_a_wrong_login(
    hass: HomeAssistant,
    volue: VolueSandbox,
    form: Form,
    change: Form,
    fault: Fault | None,
    error: str,
) -> None:
    if fault is not None:
        volue.fail("users", fault)
    result = await _enter(hass, await _begin(hass), {**form, **change})
    assert result["errors"] == {"base": error}
    volue.heal()
    result = await _enter(hass, result, form)
    assert result["step_id"] == "volue_user"


@pytest.mark.usefixtures("_no_setup")
async def test_a_user_that_is_not_taken(
    hass: HomeAssistant, volue: VolueSandbox, form: Form
) -> None:
    result = await _enter(hass, await _begin(hass), form)
    result = await _enter(hass, result, {"user_id": "  "})
    assert result["errors"] == {"base": "empty"}
    volue.fail("user_create", Fault(kind="status", status=400))
    result = await _enter(hass, result, {"user_id": "mine"})
    assert result["errors"] == {"base": "rejected"}
    volue.fail("locations", Fault(kind="status", status=500, times=2))
    result = await _enter(hass, result, {"user_id": "mine"})
    assert result["errors"] == {"base": "cannot_connect"}
    # It is registered by now.
    result = await _enter(hass, result, {"user_id": "mine"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


def test_addresses_follow_the_environment() -> None:
    given = {"client_id": "a", "client_secret": "b"}
    for environment, address in API_URLS.items():
        login = _read_login({**given, "environment": environment})
        assert login["api_url"] == address
        assert login["token_url"] == TOKEN_URL


@pytest.mark.usefixtures("_no_setup")
async def test_reauth(
    hass: HomeAssistant, entry: MockConfigEntry, volue: VolueSandbox
) -> None:
    secret = volue.rotate_secret()["client_secret"]
    result = await entry.start_reauth_flow(hass)
    assert result["step_id"] == "volue_reauth"
    before = dict(entry.data)
    credentials = {"client_id": volue.client_id, "client_secret": "wrong"}
    result = await _enter(hass, result, credentials)
    assert result["errors"] == {"base": "invalid_auth"}
    result = await _enter(hass, result, {**credentials, "client_secret": secret})
    assert result["reason"] == "reauth_successful"
    assert dict(entry.data) == {**before, "client_secret": secret}


@pytest.mark.usefixtures("_no_setup")
async def test_reconfigure(
    hass: HomeAssistant, entry: MockConfigEntry, volue: VolueSandbox, form: Form
) -> None:
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "volue_reconfigure"
    given = {key: form[key] for key in ("client_id", "client_secret", "advanced")}
    odd = {**given, "advanced": {"api_url": "nothing"}}
    result = await _enter(hass, result, odd)
    assert result["errors"] == {"base": "invalid_address"}
    volue.fail("user", Fault(kind="status", status=404))
    result = await _enter(hass, result, given)
    assert result["errors"] == {"base": "not_found"}
    before = dict(entry.data)
    result = await _enter(hass, result, {**given, "advanced": {}})
    assert result["reason"] == "reconfigure_successful"
    assert dict(entry.data) == before
