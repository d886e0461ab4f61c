"""Signing in by OAuth2 with Home Assistant's application credentials."""

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)
from yarl import URL

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.accounts import pass_time, refresh, set_up, value
from tests.faces.autarc.company import FIRST, SITE
from tests.sandbox.autarc import CLIENT_ID, CLIENT_SECRET, AutarcSandbox
from tests.sandbox.autarc_company import COMPANY, record_id
from tests.sandbox.faults import Fault

IMPLEMENTATION = "installer"
NO_URL = "custom_components.energy_portals.application_credentials.get_url"


@pytest.fixture
async def _credentials(hass: HomeAssistant) -> None:
    """Let Home Assistant have the client's id and secret."""
    assert await async_setup_component(hass, "application_credentials", {})
    await async_import_client_credential(
        hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET), IMPLEMENTATION
    )


@pytest.fixture
async def browser(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    current_request_with_host: None,  # the frontend's, which says where it is
) -> Any:
    """Return the user's browser, and where it reaches Home Assistant."""
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_client_no_auth()
    hass.config.internal_url = str(client.make_url("")).rstrip("/")
    return client


async def _begin(hass: HomeAssistant, client: Any) -> Any:
    """Choose the login in the menu."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for step in ("autarc", "autarc_oauth"):
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"next_step_id": step}
        )
    return result


async def _sign_in(hass: HomeAssistant, client: Any, form: Any, facts: Any) -> Any:
    """Answer the form and go where the browser is sent; return what comes of it."""
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"],
        {"advanced": {key: facts[key] for key in ("api_url", "auth_url")}},
    )
    if result["type"] is not FlowResultType.EXTERNAL_STEP:
        return result
    async with ClientSession() as session:
        answer = await session.get(result["url"], allow_redirects=False)
    assert answer.status == 302, await answer.text()
    back = URL(answer.headers["Location"])
    assert back.path == "/auth/external/callback"
    returned = await client.get(back.path_qs)
    assert returned.status == 200
    await hass.async_block_till_done()
    return await hass.config_entries.flow.async_configure(form["flow_id"])


@pytest.fixture
async def by_login(
    hass: HomeAssistant, browser: Any, facts: Any, _credentials: None
) -> ConfigEntry:
    """Return an account that has signed in."""
    form = await _begin(hass, browser)
    chosen = await _sign_in(hass, browser, form, facts)
    done = await hass.config_entries.flow.async_configure(
        chosen["flow_id"], {"projects": [FIRST]}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    entry: ConfigEntry = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    return entry


async def test_account(hass: HomeAssistant, by_login: Any, facts: Any) -> None:
    data = dict(by_login.data)
    token = data.pop("token")
    assert data == {
        CONF_VENDOR: "autarc",
        "api_url": facts["api_url"],
        "auth_url": facts["auth_url"],
        "auth_implementation": IMPLEMENTATION,
        "company_id": COMPANY,
    }
    assert token["access_token"].startswith("access-")
    assert by_login.unique_id == f"autarc:{COMPANY}"
    assert value(hass, by_login, SITE, "projects") == "12"


async def test_token_is_renewed(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    freezer: FrozenDateTimeFactory,
) -> None:
    before = by_login.data["token"]
    await pass_time(hass, freezer, timedelta(minutes=71))
    after = by_login.data["token"]
    assert after["access_token"] != before["access_token"]
    # It rotates; each is used once, however many requests are waiting.
    assert after["refresh_token"] != before["refresh_token"]
    renewals = [each for each in autarc.calls if each.operation == "token"]
    # The first looked whether there is such a server at all.
    assert [each.status for each in renewals] == [401, 200, 200]
    assert by_login.state is ConfigEntryState.LOADED
    assert value(hass, by_login, SITE, "projects") == "12"


async def test_refresh_token_that_does_not_rotate_is_kept(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    freezer: FrozenDateTimeFactory,
) -> None:
    autarc.rotates = False
    before = by_login.data["token"]["refresh_token"]
    for _ in range(2):
        await pass_time(hass, freezer, timedelta(minutes=71))
    assert by_login.data["token"]["refresh_token"] == before
    assert value(hass, by_login, SITE, "projects") == "12"


async def test_revoked_access_token_is_renewed_at_once(
    hass: HomeAssistant, autarc: AutarcSandbox, by_login: Any
) -> None:
    autarc.revoke_tokens()
    await refresh(hass, by_login, "projects")
    assert value(hass, by_login, SITE, "projects") == "12"
    assert not hass.config_entries.flow.async_progress()


async def test_revoked_login_is_asked_for_again(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    browser: Any,
    facts: Any,
) -> None:
    autarc.revoke_tokens(refresh=True)
    await refresh(hass, by_login, "projects")
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "autarc_reauth_oauth"
    other = record_id("other company", 1)
    rows = (*autarc.company.projects.values(), *autarc.company.customers.values())
    for row in rows:
        row["companyId"] = other
    form = await _sign_in(hass, browser, flow, facts)
    assert form["errors"] == {"base": "other_company"}
    for row in rows:
        row["companyId"] = COMPANY
    done = await _sign_in(hass, browser, form, facts)
    assert done["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert by_login.state is ConfigEntryState.LOADED
    assert value(hass, by_login, SITE, "projects") == "12"


async def test_reconfigure(
    hass: HomeAssistant, by_login: Any, browser: Any, facts: Any
) -> None:
    before = by_login.data["token"]["access_token"]
    form = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_RECONFIGURE, "entry_id": by_login.entry_id},
    )
    assert form["step_id"] == "autarc_reconfigure_oauth"
    done = await _sign_in(hass, browser, form, facts)
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert by_login.data["token"]["access_token"] != before


async def test_token_server_down_is_no_reason_to_sign_in_again(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    freezer: FrozenDateTimeFactory,
) -> None:
    autarc.fail("token", Fault(kind="status", status=503, times=None))
    await pass_time(hass, freezer, timedelta(minutes=71))
    assert value(hass, by_login, SITE, "projects") == "unavailable"
    assert not hass.config_entries.flow.async_progress()
    autarc.heal()
    await refresh(hass, by_login, "projects")
    assert value(hass, by_login, SITE, "projects") == "12"


async def _turns() -> None:
    """Let the event loop turn; its clock stands still."""
    for _ in range(500):
        await asyncio.sleep(0)


async def test_reload_while_the_token_is_renewed(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    freezer: FrozenDateTimeFactory,
) -> None:
    autarc.calls.clear()
    autarc.fail("token", Fault(kind="delay", seconds=5))
    freezer.tick(timedelta(minutes=59, seconds=45))
    looking = hass.async_create_task(
        by_login.runtime_data.feeds["customers"].async_refresh()
    )
    await _turns()
    reloading = hass.async_create_task(
        hass.config_entries.async_reload(by_login.entry_id)
    )
    await _turns()
    assert not reloading.done()
    freezer.tick(timedelta(seconds=6))
    async_fire_time_changed(hass)
    await asyncio.gather(looking, reloading)
    await hass.async_block_till_done(wait_background_tasks=True)
    renewals = [each.status for each in autarc.calls if each.operation == "token"]
    assert renewals == [200]
    assert by_login.state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress()
    assert value(hass, by_login, SITE, "projects") == "12"


@pytest.mark.usefixtures("_credentials")
async def test_fresh_token_that_is_refused(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    browser: Any,
    facts: Any,
) -> None:
    autarc.fail("projects", Fault(kind="status", status=401, times=2))
    form = await _begin(hass, browser)
    again = await _sign_in(hass, browser, form, facts)
    assert again["errors"] == {"base": "invalid_auth"}
    assert (await _sign_in(hass, browser, again, facts))["step_id"] == "autarc_projects"


@pytest.mark.usefixtures("_credentials")
async def test_user_who_refuses(
    hass: HomeAssistant, autarc: AutarcSandbox, browser: Any, facts: Any
) -> None:
    autarc.login_allowed = False
    form = await _begin(hass, browser)
    done = await _sign_in(hass, browser, form, facts)
    assert (done["type"], done["reason"]) == (
        FlowResultType.ABORT,
        "user_rejected_authorize",
    )


@pytest.mark.usefixtures("_credentials")
async def test_api_that_fails_after_the_login_can_be_tried_again(
    hass: HomeAssistant, autarc: AutarcSandbox, browser: Any, facts: Any
) -> None:
    autarc.fail("projects", Fault(kind="status", status=502, times=2))
    form = await _begin(hass, browser)
    again = await _sign_in(hass, browser, form, facts)
    assert (again["step_id"], again["errors"]) == (
        "autarc_oauth",
        {"base": "cannot_connect"},
    )
    chosen = await _sign_in(hass, browser, again, facts)
    assert chosen["step_id"] == "autarc_projects"


@pytest.mark.usefixtures("_credentials")
async def test_wrong_address_can_be_mended(
    hass: HomeAssistant, browser: Any, facts: Any
) -> None:
    form = await _begin(hass, browser)
    wrong = {"api_url": facts["api_url"], "auth_url": "ftp://vendor.example"}
    found = await _sign_in(hass, browser, form, wrong)
    assert found["errors"] == {"base": "invalid_address"}
    chosen = await _sign_in(hass, browser, found, facts)
    assert chosen["step_id"] == "autarc_projects"


@pytest.mark.usefixtures("_credentials", "_no_setup")
async def test_company_without_anything(
    hass: HomeAssistant, autarc: AutarcSandbox, browser: Any, facts: Any
) -> None:
    autarc.company.empty()
    form = await _begin(hass, browser)
    done = await _sign_in(hass, browser, form, facts)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["result"].unique_id.startswith("autarc:login-")


async def test_without_credentials_home_assistant_asks_for_them(
    hass: HomeAssistant, browser: Any, facts: Any
) -> None:
    assert await async_setup_component(hass, "application_credentials", {})
    form = await _begin(hass, browser)
    done = await _sign_in(hass, browser, form, facts)
    assert done["reason"] == "missing_credentials"


async def test_credentials_that_are_gone(
    hass: HomeAssistant, account: dict[str, Any], facts: Any
) -> None:
    token = {"access_token": "a", "refresh_token": "r", "expires_at": 0}
    data = {key: account[key] for key in (CONF_VENDOR, "api_url", "company_id")}
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={
            **data,
            "auth_url": facts["auth_url"],
            "auth_implementation": "gone",
            "token": token,
        },
        unique_id=f"autarc:{COMPANY}",
    )
    entry.add_to_hass(hass)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "autarc_reauth_oauth"


async def test_refused_refresh_token_is_not_tried_again(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    freezer: FrozenDateTimeFactory,
) -> None:
    autarc.revoke_tokens(refresh=True)
    autarc.calls.clear()
    for _ in range(6):
        await pass_time(hass, freezer, timedelta(hours=12))
    assert [each.status for each in autarc.calls if each.operation == "token"] == [400]
    assert len(hass.config_entries.flow.async_progress()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="raw", status=400, body="", times=None),
        Fault(kind="html", status=400, times=None),
        Fault(kind="raw", body="[]", times=None),
        Fault(kind="spoilt", how="utf16", times=None),
    ],
)
async def test_answer_that_says_nothing_of_the_grant(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    """It passes by itself, and is in no traceback: it may be the tokens."""
    # What is spoilt has used the token up.
    autarc.rotates = False
    autarc.fail("token", fault)
    await pass_time(hass, freezer, timedelta(minutes=71))
    assert value(hass, by_login, SITE, "projects") == "unavailable"
    autarc.heal()
    for _ in range(4):
        await pass_time(hass, freezer, timedelta(minutes=20))
    assert value(hass, by_login, SITE, "projects") == "12"
    assert not hass.config_entries.flow.async_progress()
    assert not [each for each in caplog.records if each.exc_info and each.levelno > 20]


@pytest.mark.parametrize(
    ("error", "is_asked_for"),
    [
        ("temporarily_unavailable", False),
        ("server_error", False),
        ("invalid_request", True),
        ("unauthorized_client", True),
    ],
)
async def test_refusal_that_is_none_of_the_grant(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    freezer: FrozenDateTimeFactory,
    error: str,
    is_asked_for: bool,
) -> None:
    """The server says that it cannot, or what is wrong with it now: that passes."""
    body = f'{{"error": "{error}"}}'
    autarc.fail("token", Fault(kind="raw", status=400, body=body, times=None))
    await pass_time(hass, freezer, timedelta(minutes=71))
    assert value(hass, by_login, SITE, "projects") == "unavailable"
    assert bool(hass.config_entries.flow.async_progress()) is is_asked_for
    autarc.heal()
    for _ in range(4):
        await pass_time(hass, freezer, timedelta(minutes=20))
    assert value(hass, by_login, SITE, "projects") == "12"
    assert not hass.config_entries.flow.async_progress()


async def test_token_without_an_end_is_none(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    freezer: FrozenDateTimeFactory,
) -> None:
    """How long it holds is not guessed."""
    before = by_login.data["token"]
    autarc.fail("token", Fault(kind="raw", body='{"access_token": "a"}', times=None))
    await pass_time(hass, freezer, timedelta(minutes=71))
    assert by_login.data["token"] == before
    assert value(hass, by_login, SITE, "projects") == "unavailable"
    assert not hass.config_entries.flow.async_progress()


async def test_token_server_is_busy_for_a_day(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Its pause is kept over every start."""
    headers = {"Retry-After": "80000"}
    autarc.revoke_tokens()
    fault = Fault(kind="status", status=429, headers=headers, times=None)
    autarc.fail("token", fault)
    autarc.calls.clear()
    for _ in range(20):
        await pass_time(hass, freezer, timedelta(hours=1))
        await hass.config_entries.async_reload(by_login.entry_id)
    assert len([each for each in autarc.calls if each.operation == "token"]) == 1
    autarc.heal()
    for _ in range(9):
        await pass_time(hass, freezer, timedelta(hours=1))
    assert value(hass, by_login, SITE, "projects") == "12"


async def test_tokens_are_secret(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    by_login: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    autarc.revoke_tokens(refresh=True)
    await refresh(hass, by_login, "projects")
    told = str(await async_get_config_entry_diagnostics(hass, by_login)) + caplog.text
    token = by_login.data["token"]
    for secret in (token["access_token"], token["refresh_token"], CLIENT_SECRET):
        assert secret not in told


@pytest.mark.parametrize("has_my", [False, True])
async def test_redirect_address_is_told(
    hass: HomeAssistant,
    browser: Any,
    hass_ws_client: WebSocketGenerator,
    has_my: bool,
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    if has_my:
        hass.config.components.add("my")
    socket = await hass_ws_client()
    await socket.send_json_auto_id({"type": "application_credentials/config"})
    answer = await socket.receive_json()
    told = answer["result"]["integrations"][DOMAIN]["description_placeholders"]
    if has_my:
        assert told["redirect"] == "https://my.home-assistant.io/redirect/oauth"
    else:
        base = str(browser.make_url("")).rstrip("/")
        assert told["redirect"] == f"{base}/auth/external/callback"
        hass.config.internal_url = None
        await socket.send_json_auto_id({"type": "application_credentials/config"})
        with patch(NO_URL, side_effect=NoURLAvailableError):
            answer = await socket.receive_json()
        told = answer["result"]["integrations"][DOMAIN]["description_placeholders"]
        assert told["redirect"] == "/auth/external/callback"
