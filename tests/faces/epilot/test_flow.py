"""Signing in to a portal, for the first time, again, and at another address."""

from functools import partial
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
from tests.sandbox.epilot import DOMAIN as PORTAL, EMAIL, EpilotSandbox
from tests.sandbox.faults import Fault

type Form = dict[str, Any]


async def _begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the menu and choose epilot."""
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await _enter(hass, menu, {"next_step_id": "epilot"})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "epilot")
    return result


async def _enter(
    hass: HomeAssistant, result: ConfigFlowResult, form: Form
) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(result["flow_id"], form)


def _written(epilot: EpilotSandbox) -> list[str]:
    return [str(each["what"]) for each in epilot.writes]


async def test_portal_and_password(
    hass: HomeAssistant, epilot: EpilotSandbox, form: Form
) -> None:
    spelled = {**form, "domain": f" https://{PORTAL.upper()}./de/login?x=1 "}
    result = await _enter(hass, await _begin(hass), spelled)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == "Kundenportal der Stadtwerke"
    assert entry.unique_id == f"epilot:{epilot.home.portal_id}:{epilot.home.user_id}"
    assert set(entry.data) == {
        *("vendor", "domain", "portal_id", "email", "pool_id", "client_id"),
        *("api_url", "metering_url", "identity_url", "refresh_token", "device_key"),
    }
    # The password is not stored, nor sent to anybody but the pool, as a proof.
    assert epilot.identity.password not in str(entry.data)
    assert _written(epilot) == []


@pytest.mark.usefixtures("_no_setup")
async def test_the_same_customer_twice(
    hass: HomeAssistant, entry: MockConfigEntry, form: Form
) -> None:
    result = await _enter(hass, await _begin(hass), form)
    assert result["reason"] == "already_configured"


@pytest.mark.usefixtures("_no_setup")
@pytest.mark.parametrize(
    "challenge",
    ["EMAIL_OTP", "SMS_MFA", "SMS_OTP", "SOFTWARE_TOKEN_MFA", "CUSTOM_CHALLENGE"],
)
async def test_a_code_comes_next(
    hass: HomeAssistant, epilot: EpilotSandbox, form: Form, challenge: str
) -> None:
    epilot.require_code(challenge)
    result = await _enter(hass, await _begin(hass), form)
    assert result["step_id"] == "epilot_code"
    assert result["description_placeholders"] == {"email": EMAIL}
    result = await _enter(hass, result, {"code": "000000"})
    assert result["errors"] == {"base": "wrong_code"}
    code = epilot.identity.code()
    result = await _enter(hass, result, {"code": f" {code[:3]} {code[3:]} "})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_code_that_is_wrong_too_often(
    hass: HomeAssistant, epilot: EpilotSandbox, form: Form
) -> None:
    epilot.require_code()
    result = await _enter(hass, await _begin(hass), form)
    for _ in range(2):
        result = await _enter(hass, result, {"code": "000000"})
        assert result["errors"] == {"base": "wrong_code"}
    result = await _enter(hass, result, {"code": "000000"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "code_refused")


@pytest.mark.usefixtures("_no_setup")
async def test_a_code_is_asked_for_once(
    hass: HomeAssistant, epilot: EpilotSandbox, form: Form
) -> None:
    """What fails after the code is tried again without another one."""
    epilot.require_code()
    result = await _enter(hass, await _begin(hass), form)
    epilot.fail("getPortalUser", Fault(kind="status", status=503, times=2))
    result = await _enter(hass, result, {"code": epilot.identity.code()})
    assert result["errors"] == {"base": "cannot_connect"}
    result = await _enter(hass, result, {"code": "anything"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("_no_setup")
async def test_a_code_instead_of_a_password(
    hass: HomeAssistant, epilot: EpilotSandbox, form: Form
) -> None:
    without = {key: value for key, value in form.items() if key != "password"}
    result = await _enter(hass, await _begin(hass), without)
    assert result["errors"] == {"base": "empty"}
    epilot.passwordless(on=True)
    result = await _enter(hass, result, without)
    assert result["step_id"] == "epilot_code"
    result = await _enter(hass, result, {"code": epilot.identity.code()})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("_no_setup")
async def test_what_can_be_wrong(
    hass: HomeAssistant, epilot: EpilotSandbox, form: Form
) -> None:
    result = await _begin(hass)

    async def error(changes: Form) -> str:
        nonlocal result
        result = await _enter(hass, result, {**form, **changes})
        assert result["errors"] is not None
        (key,) = result["errors"].values()
        return key

    assert await error({"password": "wrong"}) == "invalid_auth"
    assert await error({"email": "nobody@sandbox.example"}) == "invalid_auth"
    assert await error({"domain": "other.example"}) == "unknown_portal"
    assert await error({"domain": "  "}) == "empty"
    assert await error({"domain": "https://[odd"}) == "empty"
    assert await error({"email": " "}) == "empty"
    odd = {**form["advanced"], "api_url": "http://portal.example"}
    assert await error({"advanced": odd}) == "invalid_address"
    epilot.sso_only(on=True)
    assert await error({}) == "sso_only"
    epilot.fail("getUserEntryPoint", Fault(kind="status", status=404))
    assert await error({}) == "sso_only"
    epilot.sso_only(on=False)
    epilot.disable_portal(on=True)
    assert await error({}) == "unknown_portal"
    epilot.disable_portal(on=False)
    for path in ("cognito_details", "cognito_details.cognito_user_pool_id"):
        epilot.fail("getPortalConfigByDomain", Fault(kind="remove", path=path))
        assert await error({}) == "unknown_portal"
    # The region becomes part of an address.
    for odd in ("eu-central-1", "evil.example/_x", "evil.example#_x", "EU_1 "):
        path = "cognito_details.cognito_user_pool_id"
        epilot.fail("getPortalConfigByDomain", Fault(kind="set", path=path, value=odd))
        assert await error({}) == "unknown_portal"
    epilot.fail("getPortalConfigByDomain", Fault(kind="status", status=500, times=2))
    assert await error({}) == "unknown_portal"
    epilot.fail("getPortalConfigByDomain", Fault(kind="reset", times=2))
    assert await error({}) == "cannot_connect"
    epilot.fail("getPortalConfigByDomain", Fault(kind="html"))
    assert await error({}) == "unexpected_response"
    epilot.fail("getPortalConfigByDomain", Fault(kind="status", status=429))
    assert await error({}) == "rate_limited"
    epilot.heal()
    epilot.require_code("NEW_PASSWORD_REQUIRED")
    assert await error({}) == "visit_portal"
    epilot.require_code("SELECT_MFA_TYPE")
    assert await error({}) == "unexpected_response"
    epilot.require_code("")
    epilot.pending_activation(on=True)
    assert await error({}) == "pending_activation"
    # The password is typed in anew, the rest is there.
    assert result["data_schema"] is not None
    shown = result["data_schema"].schema
    assert get_schema_suggested_value(shown, "domain") == PORTAL
    assert get_schema_suggested_value(shown, "password") is None
    epilot.pending_activation(on=False)
    result = await _enter(hass, result, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("_no_setup")
async def test_a_pool_without_proofs(
    hass: HomeAssistant, epilot: EpilotSandbox, form: Form
) -> None:
    epilot.allow_password_flow(on=True)
    result = await _enter(hass, await _begin(hass), form)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("_no_setup")
async def test_a_device_is_kept(
    hass: HomeAssistant, epilot: EpilotSandbox, form: Form
) -> None:
    epilot.remember_devices(on=True)
    result = await _enter(hass, await _begin(hass), form)
    assert result["result"].data["device_key"].startswith("eu-central-1_")


@pytest.mark.usefixtures("_no_setup")
async def test_a_token_that_rotates_while_signing_in(
    hass: HomeAssistant, epilot: EpilotSandbox, form: Form
) -> None:
    """What is stored is the newest one."""
    epilot.rotate_refresh_tokens(on=True)
    epilot.fail("getPortalUser", Fault(kind="status", status=401))
    result = await _enter(hass, await _begin(hass), form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    stored = result["result"].data["refresh_token"]
    assert stored == epilot.identity._logins[-1].refresh


# Again


async def test_signing_in_again(
    hass: HomeAssistant, epilot: EpilotSandbox, loaded: MockConfigEntry, form: Form
) -> None:
    before = loaded.data["refresh_token"]
    epilot.revoke_refresh_tokens()
    epilot.expire_tokens()
    epilot.require_code()
    await loaded.runtime_data.feeds["documents"].async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)
    (flow,) = hass.config_entries.flow.async_progress()
    assert (flow["step_id"], flow["context"]["source"]) == ("epilot_reauth", "reauth")
    result: Any = flow
    result = await _enter(hass, result, {"password": "wrong"})
    assert result["errors"] == {"base": "invalid_auth"}
    assert result["description_placeholders"]["domain"] == PORTAL
    result = await _enter(hass, result, {"password": form["password"]})
    assert result["step_id"] == "epilot_code"
    result = await _enter(hass, result, {"code": epilot.identity.code()})
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.data["refresh_token"] != before
    assert loaded.runtime_data.feeds["documents"].last_update_success


async def test_another_address(
    hass: HomeAssistant, loaded: MockConfigEntry, form: Form
) -> None:
    result = await loaded.start_reconfigure_flow(hass)
    assert result["step_id"] == "epilot_reconfigure"
    assert result["data_schema"] is not None
    shown = result["data_schema"].schema
    assert get_schema_suggested_value(shown, "email") == EMAIL
    result = await _enter(hass, result, {**form, "domain": "elsewhere.example"})
    assert result["errors"] == {"domain": "unknown_portal"}
    slashed = {key: f"{url}/" for key, url in form["advanced"].items()}
    result = await _enter(hass, result, {**form, "advanced": slashed})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.data["api_url"] == form["advanced"]["api_url"]


@pytest.mark.usefixtures("_no_setup")
async def test_another_customer(
    hass: HomeAssistant, epilot: EpilotSandbox, entry: MockConfigEntry, form: Form
) -> None:
    entry.mock_state(hass, ConfigEntryState.LOADED)
    before = dict(entry.data)
    epilot.home.user_id = epilot.home.id_of("another user")
    for start in (entry.start_reauth_flow, entry.start_reconfigure_flow):
        result = await start(hass)
        given = (
            form
            if result["step_id"] == "epilot_reconfigure"
            else {"password": form["password"]}
        )
        result = await _enter(hass, result, given)
        assert result["errors"] == {"base": "other_customer"}
    assert entry.data == before


async def test_options(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    flow = hass.config_entries.options
    menu = await flow.async_init(loaded.entry_id)
    assert menu["menu_options"] == ["epilot_prices", "epilot_history"]
    form = await flow.async_configure(
        menu["flow_id"], {"next_step_id": "epilot_prices"}
    )
    result = await flow.async_configure(form["flow_id"], {"fixed": 0.02})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    menu = await flow.async_init(loaded.entry_id)
    form = await flow.async_configure(
        menu["flow_id"], {"next_step_id": "epilot_history"}
    )
    await flow.async_configure(form["flow_id"], {"years": 2})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.options == {"prices": {"fixed": 0.02}, "history": {"years": 2}}
    assert loaded.state is ConfigEntryState.LOADED


@pytest.mark.usefixtures("_no_setup")
async def test_a_code_after_a_code(
    hass: HomeAssistant,
    epilot: EpilotSandbox,
    form: Form,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    epilot.require_code("SMS_MFA")
    result = await _enter(hass, await _begin(hass), form)
    ask_again = partial(epilot.identity._ask, "EMAIL_OTP")
    with monkeypatch.context() as patch:
        patch.setattr(epilot.identity, "_signed_in", ask_again)
        result = await _enter(hass, result, {"code": epilot.identity.code()})
    assert result["errors"] == {"base": "next_code"}
    result = await _enter(hass, result, {"code": epilot.identity.code()})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("_no_setup")
async def test_a_login_that_cannot_be_renewed(
    hass: HomeAssistant,
    epilot: EpilotSandbox,
    form: Form,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed_in = epilot.identity._signed_in

    def without() -> dict[str, Any]:
        answer = signed_in()
        del answer["AuthenticationResult"]["RefreshToken"]
        return answer

    monkeypatch.setattr(epilot.identity, "_signed_in", without)
    result = await _enter(hass, await _begin(hass), form)
    assert result["errors"] == {"base": "unexpected_response"}
