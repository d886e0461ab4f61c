"""Calendars."""

from datetime import datetime
from typing import Any, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from . import kinds
from .coordinator import PortalConfigEntry
from .entity import PortalCalendarDescription, PortalEntity, add_described
from .model.series import Series, Slot
from .vendors import faces

PARALLEL_UPDATES = 0

_TABLES = faces.tables("CALENDARS")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendars of an account."""
    rows = (*kinds.CALENDARS, *_TABLES[entry.runtime_data.vendor.key])
    add_described(entry, rows, PortalCalendar, async_add_entities)


class PortalCalendar(PortalEntity, CalendarEntity):
    """A calendar of one site, each slot of a series an event."""

    entity_description: PortalCalendarDescription[Any]

    @property
    def _series(self) -> Series[Any]:
        """Return the slots that are the events."""
        value: Series[Any] | None = self.value
        return Series() if value is None else value

    def _event(self, slot: Slot[Any]) -> CalendarEvent:
        """Return a slot as an event; the calendar's translated name is its title."""
        name = self.name if isinstance(self.name, str) else self.entity_description.key
        detail = self.entity_description.detail_fn(slot)
        return CalendarEvent(
            start=slot.start, end=slot.end, summary=name, description=detail
        )

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the event that is on, or the next."""
        now = dt_util.utcnow()
        slot = self._series.at(now) or self._series.after(now)
        return None if slot is None else self._event(slot)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the events of a span."""
        return [
            self._event(slot) for slot in self._series.between(start_date, end_date)
        ]
