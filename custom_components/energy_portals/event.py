"""Events."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.event import EventEntity, EventExtraStoredData
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .entities.adding import add_described
from .entities.descriptions import EventRow, Happening
from .entities.entity import PortalEntity
from .faces.tables import tables_of

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of an account."""
    add_described(entry, tables_of(entry).events, PortalEvent, async_add_entities)


@dataclass
class _Told(EventExtraStoredData):
    """What the next run has to know: the last event, and how far has been told."""

    mark: str | None


class PortalEvent(PortalEntity[Iterable[Happening]], EventEntity):
    """What newly happens at one site.

    The mark of the last one is restored, so that a restart neither repeats what has
    been told nor swallows what came meanwhile. What is there when the portal first
    answers is not news.
    """

    entity_description: EventRow
    # A message may be long, and both private: automations see them, no history does.
    _unrecorded_attributes = frozenset({"name", "text"})
    _last: str | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Take up where the last run ended, and tell what has come meanwhile."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_extra_data()) is not None:
            self._last = restored.as_dict().get("mark")
        self._tell()

    @property
    @override
    def extra_restore_state_data(self) -> EventExtraStoredData:
        """Return what the next run has to know."""
        event = super().extra_restore_state_data
        return _Told(event.last_event_type, event.last_event_attributes, self._last)

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Tell what is new."""
        super()._handle_coordinator_update()
        self._tell()

    @override
    def shows(self) -> object:
        """Return nothing: a state is written when something happens."""
        return None

    def _tell(self) -> None:
        """Trigger an event for everything that is newer than the last one."""
        if self.shown_value is None:
            return
        happenings = sorted(self.shown_value, key=lambda each: each.mark)
        if self._last is None:
            self._last = happenings[-1].mark if happenings else ""
        for happening in happenings:
            if happening.mark > self._last:
                self._last = happening.mark
                self._trigger_event(happening.type, dict(happening.attributes()))
                self.async_write_ha_state()
