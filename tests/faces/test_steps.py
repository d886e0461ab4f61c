"""What a new account is called."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.faces.steps import AccountFlow


def test_a_second_account_has_a_number(hass: HomeAssistant) -> None:
    flow = AccountFlow()
    flow.hass, flow.handler, flow.context = hass, DOMAIN, {"source": "user"}
    for title in ("Volue", "Volue 2", "Volue 3"):
        assert flow.title("Volue") == title
        MockConfigEntry(domain=DOMAIN, title=title).add_to_hass(hass)
