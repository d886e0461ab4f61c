"""An account of each portal, with all that it can have."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.faces.autarc import company
from tests.faces.volue import home
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox


def add_account(hass: HomeAssistant, sandbox: Sandbox, key: str) -> MockConfigEntry:
    """Return an account with what it can have."""
    account = sandbox.portals[key].account(f"{sandbox.address}/{key}")
    data = {CONF_VENDOR: key, **account}
    match key:
        case "autarc":
            return company.account_of(hass, data, company.part(0))
        case "volue":
            sandbox.portal(VolueSandbox).send_programme()
            return home.account_of(hass, data, home.location(), home.tank())
        case "esmart":
            data["price_area"] = None
    entry = MockConfigEntry(
        domain=DOMAIN, title="Account", data=data, unique_id=f"{key}:account"
    )
    entry.add_to_hass(hass)
    return entry
