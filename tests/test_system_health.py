"""System health: how many accounts and feeds there are, and how they do."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)

from custom_components.energy_portals.const import DOMAIN
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault


async def test_system_health(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    digiwatt.fail("saving", Fault(kind="html", status=200))
    await loaded.runtime_data.feeds["saving"].async_refresh()
    health = await get_system_health_info(hass, DOMAIN)
    assert {**health, "apis": await health["apis"]} == {
        "accounts": 1,
        "accounts_loaded": 1,
        "feeds": 8,
        "feeds_failing": 1,
        "apis": "-",
    }
