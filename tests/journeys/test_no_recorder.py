"""A house without a recorder: nowhere to import to, and all else as ever."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN, HISTORY
from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)


async def test_no_recorder(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    assert HISTORY not in loaded.runtime_data.feeds
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    assert Platform.SENSOR in {each.domain for each in entities}
    assert Platform.BUTTON not in {each.domain for each in entities}
    assert not [each for each in entities if "import" in each.unique_id]
    for name in ("import_history", "get_history"):
        with pytest.raises(ServiceValidationError) as raised:
            await hass.services.async_call(
                DOMAIN, name, {}, blocking=True, return_response=True
            )
        assert raised.value.translation_key == "no_account"
    assert await hass.services.async_call(
        DOMAIN, "get_statistics_ids", {}, blocking=True, return_response=True
    ) == {"statistics": []}
    found = await async_get_config_entry_diagnostics(hass, loaded)
    assert found["history"] is None
