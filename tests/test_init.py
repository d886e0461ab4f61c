from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry


async def test_load(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    for s in hass.states.async_all():
        print(s.entity_id, s.state, s.attributes.get("unit_of_measurement"), s.attributes.get("last_reset"))
    await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
