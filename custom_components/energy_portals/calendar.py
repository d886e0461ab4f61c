"""Calendars."""

from datetime import UTC, date, datetime, timedelta
from typing import Final, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .account.coordinator import PortalConfigEntry
from .entities.adding import add_described
from .entities.descriptions import CalendarRow
from .entities.entity import PortalEntity
from .faces.tables import tables_of
from .portals.model.agenda import Agenda, Occasion

PARALLEL_UPDATES = 0

# Between the midnights of a portal and of a home, at most.
_APART: Final = timedelta(hours=26)
_EVER: Final = datetime.max.replace(tzinfo=UTC)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendars of an account."""
    tables = tables_of(entry)
    add_described(
        entry, tables.calendars, PortalCalendar, async_add_entities, tables.shown
    )


class PortalCalendar(PortalEntity[Agenda], CalendarEntity):
    """A calendar of one site."""

    entity_description: CalendarRow

    @property
    @override
    def available(self) -> bool:
        """Say no also where nobody knows what is on: a calendar knows no unknown."""
        return super().available and self.shown_value is not None

    @property
    def _agenda(self) -> Agenda:
        """Return what the events are made of."""
        return Agenda() if self.shown_value is None else self.shown_value

    def _event(self, occasion: Occasion) -> CalendarEvent:
        """Return an occasion as an event, titled by the calendar's translated name."""
        name = self.name if isinstance(self.name, str) else self.entity_description.key
        start: datetime | date = occasion.start
        end: datetime | date = occasion.end
        if occasion.day is not None:
            start, end = occasion.day, occasion.day + timedelta(days=1)
        return CalendarEvent(
            start=start,
            end=end,
            summary=name if occasion.title is None else f"{name}: {occasion.title}",
            description=occasion.detail,
        )

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the event that is on, or the next."""
        now = dt_util.utcnow()
        # A whole day ends at the home's midnight, wherever the portal's is.
        events = map(self._event, self._agenda.between(now - _APART, _EVER))
        return next((each for each in events if now < each.end_datetime_local), None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the events of a span."""
        return [
            self._event(occasion)
            for occasion in self._agenda.between(start_date, end_date)
        ]
