"""What tests of triggers, conditions and blueprints do in Home Assistant."""

from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.energy_portals.const import DOMAIN

# The platform and the key of the entities that each trigger and condition is about.
KEYS = {
    "co2_intensity": "sensor",
    "does_not_follow": "binary_sensor",
    "driven": "sensor",
    "falls_short": "binary_sensor",
    "green_window": "binary_sensor",
    "low_co2": "binary_sensor",
    "load_shortfall": "sensor",
    "power_capped": "binary_sensor",
    "price": "sensor",
    "price_level": "sensor",
    "run_now": "binary_sensor",
}


def register(
    hass: HomeAssistant,
    key: str,
    site: str = "home",
    owner: str = DOMAIN,
    platform: str | None = None,
) -> str:
    """Register an entity of a site as its platform would; return its id."""
    entry = MockConfigEntry(domain=owner, entry_id=f"{owner}-{site}")
    if hass.config_entries.async_get_entry(entry.entry_id) is None:
        entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(owner, site)}
    )
    registered = er.async_get(hass).async_get_or_create(
        platform or KEYS[key],
        owner,
        f"{site}:{key}",
        config_entry=hass.config_entries.async_get_entry(entry.entry_id),
        device_id=device.id,
        object_id_base=f"{owner}_{site}_{key}",
        translation_key=key,
    )
    return registered.entity_id


def device_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the device of an entity."""
    entry = er.async_get(hass).async_get(entity_id)
    assert entry is not None and entry.device_id is not None
    return entry.device_id


async def shows(hass: HomeAssistant, entity_id: str, *states: str) -> None:
    """Let an entity show one state after the other."""
    for state in states:
        hass.states.async_set(entity_id, state)
        await hass.async_block_till_done()


async def automate(hass: HomeAssistant, **automation: Any) -> list[ServiceCall]:
    """Set an automation up; return what it calls when it runs."""
    calls = async_mock_service(hass, "test", "run")
    action = {"action": "test.run", "data": {"by": "{{ trigger.entity_id }}"}}
    configuration = {"actions": [action], **automation}
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: configuration})
    await hass.async_block_till_done()
    (state,) = hass.states.async_all(AUTOMATION)
    assert state.state == "on", "the automation is not valid"
    return calls


def when(key: str, target: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return a trigger of this integration."""
    return {"trigger": f"{DOMAIN}.{key}", "target": target, "options": options}


def only_if(key: str, target: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return a condition of this integration."""
    return {"condition": f"{DOMAIN}.{key}", "target": target, "options": options}


def by(calls: list[ServiceCall]) -> list[str]:
    """Return which entities an automation has run for, and forget them."""
    entities = [call.data["by"] for call in calls]
    calls.clear()
    return entities
