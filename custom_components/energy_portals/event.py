"""Events."""

from typing import Any, override

from homeassistant.components.event import EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import kinds
from .coordinator import FeedCoordinator, PortalConfigEntry
from .entity import (
    Happening,
    PortalEntity,
    PortalEntityDescription,
    PortalEventDescription,
    add_described,
)
from .vendors import faces
from .vendors.base import Site

PARALLEL_UPDATES = 0

_TABLES = faces.tables("EVENTS")
_MARK = "mark"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of an account."""
    rows = (*kinds.EVENTS, *_TABLES[entry.runtime_data.vendor.key])
    add_described(entry, rows, PortalEvent, async_add_entities)


class PortalEvent(PortalEntity, EventEntity):
    """What newly happens at one site.

    The mark of the last one is an attribute, so that a restart neither repeats what has
    been told nor swallows what came meanwhile. What is there when the entity is first
    made is not news.
    """

    entity_description: PortalEventDescription[Any]
    # A message may be long and private; automations see it, no history does.
    _unrecorded_attributes = frozenset({"text"})
    _last: str | None = None

    def __init__(
        self,
        coordinator: FeedCoordinator[Any],
        site: Site,
        description: PortalEntityDescription[Any],
    ) -> None:
        """Take the site and what to tell of it."""
        super().__init__(coordinator, site, description)
        self._present = self._newest()

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Tell what is new."""
        if self._last is None:
            self._last = self.state_attributes.get(_MARK, self._present)
        if self._last is None:
            # The vendor answers for the first time: that is what was there before.
            self._last = self._newest()
        for happening in self._happenings():
            if self._last is not None and happening.mark > self._last:
                self._last = happening.mark
                self._trigger_event(
                    happening.type, {**happening.attributes(), _MARK: happening.mark}
                )
                self.async_write_ha_state()
        super()._handle_coordinator_update()

    @override
    def shows(self) -> Any:
        """Return nothing: a state is written when something happens."""
        return None

    def _newest(self) -> str | None:
        """Return the newest mark, None as long as there is no data."""
        if self.source is None:
            return None
        return max((each.mark for each in self._happenings()), default="")

    def _happenings(self) -> list[Happening]:
        """Return what the data shows, oldest first."""
        return sorted(self.value or (), key=lambda each: each.mark)
