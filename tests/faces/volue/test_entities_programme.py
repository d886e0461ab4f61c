"""The programme that a user takes part in: who may, who does, what it brings."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import refresh, set_up, value
from tests.faces.volue.home import PLACE
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import USER

BINARY = Platform.BINARY_SENSOR


async def test_the_programme(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    assert value(hass, loaded, "user", "eligible", BINARY) == "on"
    assert value(hass, loaded, "user", "enrolled", BINARY) == "on"
    assert value(hass, loaded, "user", "earned") == "12.75"
    assert value(hass, loaded, PLACE, "location_blocked") == "1.5"
    assert value(hass, loaded, PLACE, "location_eligible", BINARY) == "on"
    volue.partner.eligible.clear()
    volue.partner.enrolled.clear()
    volue.partner.has_compensation = False
    await refresh(hass, loaded, "programme", "locations")
    assert value(hass, loaded, "user", "eligible", BINARY) == "off"
    assert value(hass, loaded, "user", "enrolled", BINARY) == "off"
    assert value(hass, loaded, "user", "earned") == "unknown"
    assert value(hass, loaded, "user", "enrolled_since") == "unknown"
    assert value(hass, loaded, PLACE, "location_earned") == "unknown"
    assert value(hass, loaded, PLACE, "location_eligible", BINARY) == "off"


async def test_part_of_the_programme(
    hass: HomeAssistant, entry: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.fail("eligibility", Fault(kind="status", status=500, times=None))
    await set_up(hass, entry)
    assert value(hass, entry, "user", "eligible", BINARY) == "unknown"
    assert value(hass, entry, "user", "enrolled", BINARY) == "on"
    volue.heal()
    await refresh(hass, entry, "programme")
    assert value(hass, entry, "user", "eligible", BINARY) == "on"
    # What was told stays when it cannot be told again.
    volue.fail("eligibility", Fault(kind="status", status=500, times=None))
    volue.partner.enrolled.clear()
    await refresh(hass, entry, "programme")
    assert value(hass, entry, "user", "eligible", BINARY) == "on"
    assert value(hass, entry, "user", "enrolled", BINARY) == "off"


async def test_amounts_in_two_currencies(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """They do not add up, and the total is then not known."""
    path = "locationCompensations.0.currency"
    volue.partner.locations["cabin"] = {
        "locationId": "cabin",
        "meterPointIds": [],
        "userId": USER,
    }
    volue.fail("compensation", Fault(kind="set", path=path, value="EUR", times=None))
    await refresh(hass, loaded, "programme")
    assert value(hass, loaded, "user", "earned") == "unknown"
    volue.heal()
    path = "locationCompensations.0.activeAmount"
    volue.fail("compensation", Fault(kind="remove", path=path, times=None))
    await refresh(hass, loaded, "programme")
    assert value(hass, loaded, "user", "earned") == "unknown"
    assert value(hass, loaded, "user", "blocked") == "3.0"


async def test_a_location_by_its_place(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """Without a meter point nobody says whether it may take part."""
    part = next(p for p in loaded.subentries.values() if p.title == "Home")
    data = {**part.data, "meter_point_ids": [], "latitude": 60.5, "longitude": 5.1}
    hass.config_entries.async_update_subentry(loaded, part, data=data)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value(hass, loaded, PLACE, "location_eligible", BINARY) == "unavailable"
