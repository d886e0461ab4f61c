"""What an action is about, where several things fit."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.contract import Site
from tests.accounts import act, refused

GREEN = "get_green_windows"
POWER = "sensor.digiwatt_1234567890_power"


async def test_site_is_found(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    sites = loaded.runtime_data.sites
    sites.async_set_updated_data({**sites.data, "2": Site(key="2", name="Second")})
    await hass.async_block_till_done()
    assert await refused(hass, GREEN) == "choose_site"
    assert await act(hass, GREEN, entity_id=POWER)
    assert await refused(hass, GREEN, entity_id="sensor.second_power") == "no_data"
