"""Whom a call names: an account, a device, an entity, or nobody."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import act, refused
from tests.sandbox.digiwatt import DigiwattSandbox

GREEN = "get_green_windows"
POWER = "sensor.digiwatt_1234567890_power"


async def test_account_is_found(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    account: dict[str, Any],
) -> None:
    """By itself where only one fits, else by account, device or entity."""
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    digiwatt.accounts["2"] = digiwatt.accounts["1234567890"]
    second = MockConfigEntry(
        domain=DOMAIN,
        title="Second",
        data={**account, "account_number": "2"},
        unique_id="digiwatt:2",
    )
    second.add_to_hass(hass)
    await act(hass, GREEN)
    assert await hass.config_entries.async_setup(second.entry_id)
    await hass.async_block_till_done()

    assert await refused(hass, GREEN) == "choose_account"
    for target in (
        {"config_entry_id": second.entry_id},
        {"device_id": device.id},
        {"entity_id": POWER},
    ):
        assert (await act(hass, GREEN, **target))["windows"]

    hass.states.async_set("sensor.stranger", "1")
    for target in (
        {"config_entry_id": "none"},
        {"device_id": "none"},
        {"entity_id": "sensor.stranger"},
    ):
        assert await refused(hass, GREEN, **target) == "no_account"

    await hass.config_entries.async_unload(second.entry_id)
    assert await refused(hass, GREEN, config_entry_id=second.entry_id) == "no_account"


async def test_target_is_named_once(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    twice = {"config_entry_id": loaded.entry_id, "entity_id": POWER}
    with pytest.raises(vol.Invalid):
        await act(hass, GREEN, **twice)


async def test_no_account_yet(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    await hass.config_entries.async_remove(loaded.entry_id)
    assert await refused(hass, GREEN) == "no_account"
