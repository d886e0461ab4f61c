"""What an account reads in the house: when it changes, it is read again."""

from datetime import datetime
from typing import Any, Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
from homeassistant.helpers.start import async_at_started

from ..portals.portal import AsksHouse
from .coordinator import PortalConfigEntry, async_refresh_all
from .named import entity_of

# Dozens of integrations write at the full hour; and many write several entities.
_QUIET: Final = 3


class HouseChanges:
    """Follows the entities and config entries that an account reads."""

    def __init__(
        self, hass: HomeAssistant, entry: PortalConfigEntry, asks: AsksHouse[Any]
    ) -> None:
        """Take the account, which is set up."""
        self._hass = hass
        self._entry = entry
        self._names = asks.entities(entry.data)
        self._entries = frozenset(asks.entries(entry.data))
        self._ends: list[CALLBACK_TYPE] = []
        self._followed: set[str] = set()
        self._unfollow: CALLBACK_TYPE | None = None
        self._later: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Begin; the return value ends it."""
        hass = self._hass
        if self._entries:
            self._ends.append(
                async_dispatcher_connect(
                    hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
                )
            )
        if self._names:
            self._ends.append(
                hass.bus.async_listen(
                    er.EVENT_ENTITY_REGISTRY_UPDATED, self._registered
                )
            )
        self._follow()
        # What is read may be set up after the account.
        self._ends.append(async_at_started(hass, self._started))
        return self._end

    @callback
    def _end(self) -> None:
        """Follow no longer."""
        for end in (*self._ends, self._unfollow, self._later):
            if end is not None:
                end()

    @callback
    def _started(self, hass: HomeAssistant) -> None:
        """Look once when all is set up."""
        self._read_soon()

    @callback
    def _follow(self) -> None:
        """Follow the entities under what they are called now."""
        named = (entity_of(self._hass, name) for name in self._names)
        entity_ids = {each for each in named if each is not None}
        if entity_ids == self._followed:
            return
        if self._unfollow is not None:
            self._unfollow()
        self._followed = entity_ids
        self._unfollow = async_track_state_change_event(
            self._hass, entity_ids, self._read_soon
        )

    @callback
    def _registered(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Follow an entity that is renamed, or that is there again."""
        self._follow()

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Read what is asked of an integration that is set up now."""
        is_read = entry.entry_id in self._entries
        if is_read and entry.state is ConfigEntryState.LOADED:
            self._read_soon()

    @callback
    def _read_soon(self, *_: object) -> None:
        """Read it a moment later, once for all that changes until then."""
        if self._later is None:
            self._later = async_call_later(self._hass, _QUIET, self._read)

    @callback
    def _read(self, now: datetime) -> None:
        """Read it."""
        self._later = None
        self._entry.async_create_task(self._hass, async_refresh_all(self._entry))
