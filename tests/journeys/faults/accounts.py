"""Accounts of every portal, each as many times as wanted, and all that it can have."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN, HISTORY
from tests.faces.autarc import company
from tests.faces.volue import home
from tests.sandbox.autarc import CLIENT_ID, CLIENT_SECRET, AutarcSandbox
from tests.sandbox.autarc_company import COMPANY
from tests.sandbox.server import PORTALS, Sandbox
from tests.sandbox.volue import VolueSandbox

# A portal's accounts may sign in in more ways than one.
BY_LOGIN: Final = "autarc_by_login"
ACCOUNTS: Final = (*PORTALS, BY_LOGIN)
_IMPLEMENTATION: Final = "installer"


def portal_of(account: str) -> str:
    """Return the portal of a sort of account."""
    return "autarc" if account == BY_LOGIN else account


async def prepare(hass: HomeAssistant, account: str, *sandboxes: Sandbox) -> None:
    """Let Home Assistant and the portals have what such accounts need."""
    if account == BY_LOGIN:
        assert await async_setup_component(hass, "application_credentials", {})
        await async_import_client_credential(
            hass, DOMAIN, ClientCredential(CLIENT_ID, CLIENT_SECRET), _IMPLEMENTATION
        )
    for sandbox in sandboxes:
        match account:
            case "volue":
                sandbox.portal(VolueSandbox).send_programme()
            case "autarc_by_login":
                # A token that was used up by an answer that got lost is lost for good.
                sandbox.portal(AutarcSandbox).rotates = False


def _data(sandbox: Sandbox, account: str, name: str) -> dict[str, Any]:
    """Return the data of an entry."""
    portal = portal_of(account)
    address = f"{sandbox.address}/{portal}"
    data: dict[str, Any] = {
        CONF_VENDOR: portal,
        **sandbox.portals[portal].account(address),
    }
    match account:
        case "esmart":
            data["price_area"] = None
        case "volue":
            data["webhook_id"] += name
        case "autarc_by_login":
            del data["api_key"], data["scheme"]
            data |= {
                "auth_url": address,
                "auth_implementation": _IMPLEMENTATION,
                "company_id": COMPANY,
                "token": sandbox.portal(AutarcSandbox).sign_in(),
            }
    return data


def _parts(account: str) -> tuple[Any, ...]:
    """Return all that is set up beneath such an account."""
    match account:
        case "volue":
            return home.location(), home.tank(), home.charger(), home.vehicle()
        case "autarc" | "autarc_by_login":
            return company.part(0), company.part(1)
    return ()


def add(
    hass: HomeAssistant,
    sandbox: Sandbox,
    account: str,
    name: str,
    data: Mapping[str, Any] | None = None,
) -> MockConfigEntry:
    """Add an account that is not set up; a name has its own ids, at Home Assistant."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Account {name}",
        data=dict(_data(sandbox, account, name) if data is None else data),
        # Of days that are over next to nothing, or a first import would take its time.
        options={HISTORY: {"years": 0}},
        unique_id=f"{portal_of(account)}:{name}",
        subentries_data=_parts(account),
    )
    entry.add_to_hass(hass)
    return entry
