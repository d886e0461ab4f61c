"""Switches."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities import standard
from .entities.entity import PortalEntity, PortalSwitchDescription, add_described
from .entities.settings import async_set
from .faces.registry import FACES

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of an account."""
    face = FACES[entry.runtime_data.portal.key].load()
    rows = (*standard.TABLES.switches, *face.tables.switches)
    add_described(entry, rows, PortalSwitch, async_add_entities)


class PortalSwitch(PortalEntity, SwitchEntity):
    """A switch of one site."""

    entity_description: PortalSwitchDescription[Any]

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the value."""
        value: bool | None = self.found
        return value

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Set it."""
        await async_set(self, self.entity_description.change_fn(True))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Set it."""
        await async_set(self, self.entity_description.change_fn(False))
