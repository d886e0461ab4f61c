"""What triggers and conditions share: which entities they are about, their fields."""

from collections.abc import Collection, Mapping
from typing import ClassVar, Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.automation import DomainSpec
import voluptuous as vol

from ..const import DOMAIN

BINARY_SENSORS: Final[Mapping[str, DomainSpec]] = {Platform.BINARY_SENSOR: DomainSpec()}
SENSORS: Final[Mapping[str, DomainSpec]] = {Platform.SENSOR: DomainSpec()}

CONF_LEVEL: Final = "level"
CONF_THRESHOLD: Final = "threshold"
# Their enum is loaded with prices.
LEVELS: Final = ("very_cheap", "cheap", "normal", "expensive", "very_expensive")
# Prices have the portal's currency, in which nothing is converted: a bare number.
LEVEL: Final = {
    vol.Required(CONF_LEVEL): vol.All(
        cv.ensure_list, vol.Length(min=1), [vol.In(LEVELS)]
    )
}
THRESHOLD: Final = {vol.Required(CONF_THRESHOLD): vol.Coerce(float)}


class OwnEntities:
    """Narrows a target to the entities of this integration that have one key."""

    _hass: HomeAssistant
    _domain_specs: Mapping[str, DomainSpec]
    _key: ClassVar[str]

    def entity_filter(self, entities: set[str]) -> set[str]:
        """Leave out what belongs to others or shows something else."""
        registry = er.async_get(self._hass)
        return {
            entity_id
            for entity_id in entities
            if (entry := registry.async_get(entity_id)) is not None
            and entry.platform == DOMAIN
            and entry.domain in self._domain_specs
            and entry.translation_key == self._key
        }

    @callback
    def enable(self, devices: Collection[str]) -> None:
        """Turn on what is meant of chosen devices, where it is off by default."""
        registry = er.async_get(self._hass)
        off = {
            each.entity_id
            for device in devices
            for each in er.async_entries_for_device(registry, device, True)
            if each.disabled_by is er.RegistryEntryDisabler.INTEGRATION
        }
        for entity_id in self.entity_filter(off):
            registry.async_update_entity(entity_id, disabled_by=None)
