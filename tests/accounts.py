"""What tests of any portal's account do in Home Assistant."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.const import DOMAIN


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the account up, whatever comes of it."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def refresh(hass: HomeAssistant, entry: MockConfigEntry, *feeds: str) -> None:
    """Fetch these feeds now, or the sites."""
    runtime = entry.runtime_data
    for key in feeds:
        feed = runtime.sites if key == "sites" else runtime.feeds[key]
        await feed.async_refresh()
    await hass.async_block_till_done()


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, step: timedelta
) -> None:
    """Let time go by, and what is due then be done."""
    freezer.tick(step)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


def entity_id(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    site: str,
    key: str,
    platform: str = Platform.SENSOR,
) -> str | None:
    """Return the entity of a site, None where there is none."""
    return er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{entry.unique_id}:{site}:{key}"
    )


def value(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    site: str,
    key: str,
    platform: str = Platform.SENSOR,
) -> str | None:
    """Return an entity's state, None where there is no entity or it is off."""
    found = entity_id(hass, entry, site, key, platform)
    state = None if found is None else hass.states.get(found)
    return None if state is None else state.state


def attributes(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    site: str,
    key: str,
    platform: str = Platform.SENSOR,
) -> dict[str, Any]:
    """Return the attributes of an entity."""
    found = entity_id(hass, entry, site, key, platform)
    assert found is not None
    state = hass.states.get(found)
    assert state is not None
    return dict(state.attributes)


def keys(hass: HomeAssistant, entry: MockConfigEntry, site: str) -> set[str]:
    """Return the keys of all entities of a site, those that are off included."""
    start = f"{entry.unique_id}:{site}:"
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {
        each.unique_id.removeprefix(start)
        for each in entities
        if each.unique_id.startswith(start)
    }


def device(hass: HomeAssistant, entry: MockConfigEntry, site: str) -> dr.DeviceEntry:
    """Return the device of a site."""
    identifier = (DOMAIN, f"{entry.unique_id}:{site}")
    registry = dr.async_get(hass)
    found = registry.async_get_device_by_identifier(identifier, entry.entry_id)
    assert found is not None
    return found


def device_names(hass: HomeAssistant, entry: MockConfigEntry) -> set[str | None]:
    """Return the names of an account's devices."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {each.name for each in devices}


async def act(
    hass: HomeAssistant, name: str, /, context: Context | None = None, **fields: Any
) -> ServiceResponse:
    """Call an action of the integration."""
    supported = hass.services.supports_response(DOMAIN, name)
    answers = supported is not SupportsResponse.NONE
    answer = await hass.services.async_call(
        DOMAIN, name, fields, blocking=True, return_response=answers, context=context
    )
    await hass.async_block_till_done()
    return answer


async def refused(hass: HomeAssistant, name: str, /, **fields: Any) -> str | None:
    """Return the reason for which a call is refused."""
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, name, **fields)
    return raised.value.translation_key
