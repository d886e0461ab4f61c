"""Who may call what: every action and command there is, and every sort of user."""

from contextlib import suppress
from typing import Any, Final

from homeassistant.auth.const import GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND, ERR_UNAUTHORIZED
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
    UnknownUser,
)
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.faces.registry import FACES
from custom_components.energy_portals.frontend.websocket import (
    COMMANDS,
    Command,
    async_setup_websocket,
)
from custom_components.energy_portals.services.registry import STANDARD
from tests.accounts import act
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.server import Sandbox

# What shows something of other people, or changes something, whatever it is called.
LISTED: Final = {
    each.name: each
    for listed in (STANDARD, *(face.listed for face in FACES.values()))
    for each in listed
}
READ: Final = {
    *("find_window", "get_green_windows", "get_prices", "get_forecast", "get_history"),
    *("get_statistics_ids", "get_consumption", "get_compensation", "get_enrollment"),
    *("get_comparison", "get_consumption_by_appliance", "get_consumption_profile"),
    *("get_consumption_trend", "get_charging_statistics", "get_plan"),
    *("get_meter_readings", "get_energy_by_period", "get_links"),
}
GREEN: Final = "get_green_windows"


@pytest.fixture
async def users(hass: HomeAssistant, hass_admin_user: MockUser) -> dict[str, User]:
    """Return a user of each sort."""
    of_groups = {
        name: MockUser(groups=[await hass.auth.async_get_group(group)])
        for name, group in (("user", GROUP_ID_USER), ("reader", GROUP_ID_READ_ONLY))
    }
    for each in of_groups.values():
        each.add_to_hass(hass)
    stranger = MockUser().add_to_hass(hass)
    stranger.mock_policy({})
    return {"admin": hass_admin_user, **of_groups, "stranger": stranger}


@pytest.fixture
async def company(
    hass: HomeAssistant, sandbox: Sandbox, loaded: MockConfigEntry
) -> MockConfigEntry:
    """Return a second account, of a company with customers."""
    facts = sandbox.portal(AutarcSandbox).account(f"{sandbox.address}/autarc")
    entry = MockConfigEntry(
        domain=DOMAIN, data={"vendor": "autarc", **facts}, unique_id="autarc:company"
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


def of(user: User) -> Context:
    """Return the context of what a user does."""
    return Context(user_id=user.id)


async def is_refused(
    hass: HomeAssistant, name: str, context: Context | None = None, **fields: Any
) -> bool:
    """Say whether a call is refused for whoever makes it, whatever else is wrong."""
    try:
        with suppress(vol.Invalid, ServiceValidationError):
            await act(hass, name, context=context, **fields)
    except Unauthorized:
        return True
    except HomeAssistantError:
        # It came as far as the portal.
        return False
    return False


def test_every_action_says_what_it_takes() -> None:
    """An action that is added takes the right to control, unless it is named here."""
    assert {name for name, each in LISTED.items() if each.reads} == READ


@pytest.mark.parametrize("name", LISTED)
async def test_who_may_call(
    hass: HomeAssistant, loaded: MockConfigEntry, users: dict[str, User], name: str
) -> None:
    """Whoever may only look calls what shows general figures, and nothing else."""
    assert hass.services.has_service(DOMAIN, name)
    action = LISTED[name]
    refused = {
        sort for sort, user in users.items() if await is_refused(hass, name, of(user))
    }
    expected = {"stranger"}
    if not action.reads:
        expected.add("reader")
    if action.admin:
        expected.add("user")
    assert refused == expected
    # As an automation calls.
    assert not await is_refused(hass, name)


async def test_every_action_is_asked_of(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    assert set(hass.services.async_services_for_domain(DOMAIN)) == LISTED.keys()


async def test_nothing_is_asked_for_whoever_may_not(
    hass: HomeAssistant, company: MockConfigEntry, sandbox: Sandbox, users: Any
) -> None:
    """No customer leaves the portal, and nothing is made there."""
    calls = sandbox.portal(AutarcSandbox).calls
    before = len(calls)
    customer = {"first_name": "A", "last_name": "B"}
    for name, fields in (("get_customers", {}), ("create_customer", customer)):
        with pytest.raises(Unauthorized):
            await act(hass, name, context=of(users["reader"]), **fields)
    assert len(calls) == before
    assert await act(hass, "get_customers", context=of(users["user"]))
    assert len(calls) > before


async def test_an_account_is_controlled_by_its_own_entities(
    hass: HomeAssistant,
    company: MockConfigEntry,
    loaded: MockConfigEntry,
    digiwatt: DigiwattSandbox,
) -> None:
    """The right to one account is none to another, nor that to a part of it."""

    def limited(*entries: ConfigEntry, lacking: int = 0) -> Context:
        registry = er.async_get(hass)
        ids = [
            each.entity_id
            for entry in entries
            for each in er.async_entries_for_config_entry(registry, entry.entry_id)
        ]
        user = MockUser().add_to_hass(hass)
        allowed = dict.fromkeys(ids[lacking:], True)
        user.mock_policy({"entities": {"entity_ids": allowed}})
        return of(user)

    def asked() -> set[str | None]:
        return {each.operation for each in digiwatt.calls}

    home = {"adults": 1, "children": 0, "elderlies": 0}
    assert await is_refused(hass, "get_customers", limited(loaded))
    assert await is_refused(hass, "set_household", limited(company), **home)
    assert await is_refused(hass, GREEN, limited(company))
    assert await is_refused(hass, GREEN, limited(loaded, lacking=1))
    assert "user_onboarding" not in asked()
    assert not await is_refused(hass, GREEN, limited(loaded))
    assert not await is_refused(hass, "get_customers", limited(company))
    assert not await is_refused(hass, "set_household", limited(loaded), **home)
    assert "user_onboarding" in asked()


async def test_an_account_without_entities_is_nobodys(
    hass: HomeAssistant, company: MockConfigEntry, loaded: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    user = MockUser().add_to_hass(hass)
    for each in er.async_entries_for_config_entry(registry, company.entry_id):
        registry.async_remove(each.entity_id)
    entities = er.async_entries_for_config_entry(registry, loaded.entry_id)
    allowed = dict.fromkeys([each.entity_id for each in entities], True)
    user.mock_policy({"entities": {"entity_ids": allowed}})
    assert await is_refused(hass, "get_customers", of(user))


async def test_a_user_who_is_not_known(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    with pytest.raises(UnknownUser):
        await act(hass, GREEN, context=Context(user_id="nobody"))


# Commands


def controls() -> Any:
    """Import what a command that changes something would do."""
    return lambda rights, connection, msg: connection.send_result(msg["id"])


ALL: Final = (*COMMANDS, Command(name="changes", load=controls))


async def test_every_command_is_asked_of(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    prefix = f"{DOMAIN}/"
    registered = {name for name in hass.data["websocket_api"] if prefix in name}
    assert registered == {f"{prefix}{each.name}" for each in COMMANDS}


@pytest.mark.parametrize("command", ALL, ids=lambda each: each.name)
@pytest.mark.parametrize("sort", ["admin", "user", "reader", "stranger"])
async def test_who_may_command(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    users: dict[str, User],
    command: Command,
    sort: str,
) -> None:
    async_setup_websocket(hass, ALL)
    client = await hass_ws_client(hass, await _token(hass, users[sort]))
    fields = {str(key): "sensor.any" for key in command.fields if key == ATTR_ENTITY_ID}
    await client.send_json_auto_id({"type": f"{DOMAIN}/{command.name}", **fields})
    answer = await client.receive_json()
    is_allowed = sort in ({"admin", "user"} | ({"reader"} if command.reads else set()))
    code = None if answer["success"] else answer["error"]["code"]
    # Of a load that is not there nothing can be foreseen, which is no refusal.
    assert code in ({None, ERR_NOT_FOUND} if is_allowed else {ERR_UNAUTHORIZED})


async def test_a_card_shows_what_its_user_may_read(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    company: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Accounts that he may not read of are not named, and cannot be followed."""
    user = MockUser().add_to_hass(hass)
    entities = er.async_entries_for_config_entry(er.async_get(hass), company.entry_id)
    allowed = {each.entity_id: {"read": True} for each in entities}
    user.mock_policy({"entities": {"entity_ids": allowed}})
    client = await hass_ws_client(hass, await _token(hass, user))

    async def asked(kind: str, **fields: str) -> Any:
        await client.send_json_auto_id({"type": f"{DOMAIN}/{kind}", **fields})
        return await client.receive_json()

    told = (await asked("sources"))["result"]
    assert [each["id"] for each in told["accounts"]] == [company.entry_id]
    assert told["green"] == []
    site = f"{loaded.unique_id}:1234567890"
    for fields in ({"green": site}, {"planner": loaded.entry_id}):
        answer = await asked("subscribe", **fields)
        assert answer["error"]["code"] == ERR_UNAUTHORIZED
    assert (await asked("subscribe", planner=company.entry_id))["success"]


async def _token(hass: HomeAssistant, user: User) -> str:
    """Return what a browser of a user signs in with."""
    refresh = await hass.auth.async_create_refresh_token(user, "http://client")
    return hass.auth.async_create_access_token(refresh)
