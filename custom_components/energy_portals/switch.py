"""Switches."""

from typing import override

from homeassistant.components.switch import SwitchEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities.adding import add_described
from .entities.controls import SwitchRow
from .entities.entity import PortalEntity
from .entities.settings import async_set
from .faces.tables import tables_of
from .services.rights import async_check_moves

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of an account."""
    tables = tables_of(entry)
    add_described(
        entry, tables.switches, PortalSwitch, async_add_entities, tables.shown
    )


class PortalSwitch(PortalEntity[bool | None], SwitchEntity):
    """A switch of one site."""

    entity_description: SwitchRow

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the value."""
        return self.shown_value

    @override
    async def async_turn_on(self, **kwargs: object) -> None:
        """Set it."""
        await async_check_moves(self)
        await async_set(self, self.entity_description.change_fn(True))

    @override
    async def async_turn_off(self, **kwargs: object) -> None:
        """Set it."""
        await async_check_moves(self)
        await async_set(self, self.entity_description.change_fn(False))
