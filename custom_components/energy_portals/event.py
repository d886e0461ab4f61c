"""Events."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.event import EventEntity, EventExtraStoredData
from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.start import async_at_started

from .account.coordinator import AnyCoordinator, PortalConfigEntry
from .account.store import PortalMarks
from .entities.adding import add_described, async_all_shown
from .entities.descriptions import EventRow, Happening
from .entities.entity import PortalEntity
from .faces.tables import tables_of
from .portals.contract import Site

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of an account."""
    tables = tables_of(entry)
    add_described(entry, tables.events, PortalEvent, async_add_entities, tables.shown)


@dataclass
class _Told(EventExtraStoredData):
    """What the next run has to know: the last event, and how far has been told."""

    mark: str | None


class PortalEvent(PortalEntity[Iterable[Happening]], EventEntity):
    """What newly happens at one site.

    What is there when the portal first answers is not news. What comes later is told
    once, in order, as soon as automations listen: while Home Assistant starts it waits.
    The mark of the last one is kept beside the account's data at once, so that neither
    a crash nor the time for which the entity was disabled repeats or swallows anything.
    """

    entity_description: EventRow
    # A message may be long, and both private: automations see them, no history does.
    _unrecorded_attributes = frozenset({"name", "text"})
    _last: str | None = None
    _seen: str | None = None
    _is_telling = False

    def __init__(
        self, coordinator: AnyCoordinator, site: Site, description: EventRow
    ) -> None:
        """Take the site and what to tell of it."""
        super().__init__(coordinator, site, description)
        self._news: list[Happening] = []

    @override
    async def async_added_to_hass(self) -> None:
        """Take up where the last run ended, and tell what has come meanwhile."""
        await super().async_added_to_hass()
        restored = await self.async_get_last_extra_data()
        marks = (
            self._last,
            self._marks.get(self._kept_as),
            # Where an earlier release has kept it.
            None if restored is None else restored.as_dict().get("mark"),
        )
        known = [mark for mark in marks if mark is not None]
        self._last = self._seen = max(known, default=None)
        self._news.clear()
        self._note_news()
        self.async_on_remove(async_at_started(self.hass, self._begin))

    @callback
    @override
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Go on under another id: nothing here depends on it."""

    @property
    @override
    def available(self) -> bool:
        """Say whether it can be seen: what is known is told during an outage too."""
        return self._is_telling or super().available

    @property
    @override
    def extra_restore_state_data(self) -> EventExtraStoredData:
        """Return what the next run has to know."""
        event = super().extra_restore_state_data
        return _Told(event.last_event_type, event.last_event_attributes, self._last)

    @property
    def _marks(self) -> PortalMarks:
        """Return where the account keeps how far has been told."""
        return self.coordinator.config_entry.runtime_data.store.marks

    @property
    def _kept_as(self) -> str:
        """Return the name under which it does."""
        return f"{self.site_key}:{self.entity_description.key}"

    @override
    @callback
    def look(self) -> None:
        """Tell what is new."""
        super().look()
        self._note_news()
        if self._news:
            self._begin(self.hass)

    @override
    def shows(self) -> object:
        """Return nothing: a state is written when something happens."""
        return None

    @callback
    def _begin(self, hass: HomeAssistant) -> None:
        """Tell what has waited, now that automations listen.

        Once the entity is added and shows the state of before. What is written earlier
        is one state for all that happened; and to those who pass over what comes back
        after an outage, what follows upon it is no event.
        """
        entry = self.coordinator.config_entry
        entry.async_create_background_task(hass, self._tell_later(), self.entity_id)

    async def _tell_later(self) -> None:
        """Tell once the others show what came with it: automations read them."""
        await async_all_shown(self.coordinator.config_entry)
        self._tell()

    def _note_news(self) -> None:
        """Note everything that is newer than what was seen last."""
        if self.shown_value is None:
            return
        happenings = sorted(self.shown_value, key=lambda each: each.mark)
        if self._seen is None:
            self._seen = happenings[-1].mark if happenings else ""
            self._keep(self._seen)
        for happening in happenings:
            if happening.mark > self._seen:
                self._seen = happening.mark
                self._news.append(happening)

    def _tell(self) -> None:
        """Trigger an event for everything that has not been told."""
        if not self._news or self.hass.state is not CoreState.running:
            return
        is_seen, self._is_telling = super().available, True
        if not is_seen:
            # What is told follows upon the state of before, as it always does.
            self.async_write_ha_state()
        for happening in self._news:
            self._trigger_event(happening.type, dict(happening.attributes()))
            self.async_write_ha_state()
        self._is_telling = False
        self._keep(self._news[-1].mark)
        self._news.clear()
        # At once: a crash must not have it told again.
        entry = self.coordinator.config_entry
        entry.async_create_task(self.hass, self._marks.write())
        if not is_seen:
            self.async_write_ha_state()

    def _keep(self, mark: str) -> None:
        """Keep how far has been told."""
        self._last = mark
        self._marks.note(self._kept_as, mark)
