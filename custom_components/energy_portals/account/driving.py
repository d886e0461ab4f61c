"""The house's devices, for an account that moves them: seen, touched and acted on."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
import logging
from typing import Final
from zoneinfo import ZoneInfo

from homeassistant.const import (
    ATTR_ENTITY_ID,
    EVENT_CALL_SERVICE,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
from homeassistant.util import dt as dt_util

from ..portals.devices import DeviceState, Touch
from ..portals.http.errors import Unavailable
from .named import entity_of

_LOGGER = logging.getLogger(__name__)

_UNSEEN: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})
# A meter may tell every second, which changes nothing.
_CALM: Final = 30
# Contexts of calls are known for as long as their states take to come.
_CONTEXTS: Final = 500
# A device that hangs does not hold up the others for longer, in seconds.
_PATIENCE: Final = 30


class HomeDevices:
    """The devices of this Home Assistant, followed by name.

    A change is a hand's where its context is that of a call which was not made here.
    One without a call is the device's own, or somebody's at the device.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        look: CALLBACK_TYPE,
        can_note: Callable[[], bool] = lambda: True,
    ) -> None:
        """Take what looks when one has changed, and whether orders get to the disk."""
        self._hass = hass
        self._look = look
        self._can_note = can_note
        self.since = dt_util.utcnow()
        self._names: frozenset[str] = frozenset()
        self._entities: frozenset[str] = frozenset()
        self._touches: dict[str, Touch] = {}
        self._mine: dict[str, None] = {}
        self._calls: dict[str, None] = {}
        self._unfollow: CALLBACK_TYPE | None = None
        self._unhear: CALLBACK_TYPE | None = None
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Begin; nothing is followed yet. Return what ends it."""
        return self._end

    @callback
    def _end(self) -> None:
        """Follow nothing any more."""
        for each in (self._unfollow, self._unhear, self._cancel):
            if each is not None:
                each()
        self._unfollow = self._unhear = self._cancel = None

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the house."""
        return ZoneInfo(self._hass.config.time_zone)

    def state(self, name: str) -> DeviceState | None:
        """Return what an entity says; None where it is not there."""
        entity_id = entity_of(self._hass, name)
        state = None if entity_id is None else self._hass.states.get(entity_id)
        if entity_id is None or state is None:
            return None
        return DeviceState(
            entity_id=entity_id,
            state=None if state.state in _UNSEEN else state.state,
            attributes=state.attributes,
        )

    def touched(self, name: str) -> Touch | None:
        """Return the last change of it that was not made here, since the start."""
        entity_id = entity_of(self._hass, name)
        return None if entity_id is None else self._touches.get(entity_id)

    @callback
    def follow(self, names: Iterable[str]) -> None:
        """Look again whenever one of these changes."""
        entity_ids = (entity_of(self._hass, name) for name in names)
        entities = frozenset(each for each in entity_ids if each is not None)
        if entities == self._entities:
            return
        self._entities = entities
        if self._unfollow is not None:
            self._unfollow()
            self._unfollow = None
        if not entities:
            return
        if self._unhear is None:
            self._unhear = self._hass.bus.async_listen(EVENT_CALL_SERVICE, self._hear)
        self._unfollow = async_track_state_change_event(
            self._hass, entities, self._changed
        )

    async def act(self, name: str, action: str, fields: Mapping[str, object]) -> None:
        """Have an action of the entity's own sort done; Unavailable if it fails."""
        entity_id = entity_of(self._hass, name)
        if entity_id is None:
            raise Unavailable(action, "the entity is not there")
        if not self._can_note():
            # Nobody would know of it after a reload.
            raise Unavailable(action, "the account is being unloaded")
        context = Context()
        _note(self._mine, context.id)
        data = {ATTR_ENTITY_ID: entity_id, **fields}
        domain = entity_id.partition(".")[0]
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._hass.services.async_call(
                    domain, action, data, blocking=True, context=context
                )
        except Exception as err:  # noqa: BLE001  # another integration may raise any
            kind = type(err).__name__
            _LOGGER.warning("%s of %s failed: %s", action, entity_id, kind)
            raise Unavailable(action, kind) from None

    @callback
    def _hear(self, event: Event) -> None:
        """Note the context of a call: what changes by it was asked for."""
        _note(self._calls, event.context.id)

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        """Note a change that was not made here, and have it looked at."""
        before, after = event.data["old_state"], event.data["new_state"]
        context = event.context
        if after is None or before is None:
            self._look()
            return
        is_seen = not _UNSEEN & {before.state, after.state}
        if is_seen and not {context.id, context.parent_id} & self._mine.keys():
            is_called = context.id in self._calls or context.user_id is not None
            self._touches[after.entity_id] = Touch(_when(after), is_called)
        if is_seen and _is_reading(before) and _is_reading(after):
            self._look_calmly()
        else:
            self._look()

    @callback
    def _look_calmly(self) -> None:
        """Look soon, once for all that is told until then."""

        @callback
        def look(now: datetime) -> None:
            self._cancel = None
            self._look()

        if self._cancel is None:
            self._cancel = async_call_later(self._hass, _CALM, look)


def _when(state: State) -> datetime:
    """Return when a state was written."""
    written: datetime = state.last_updated
    return written


def _is_reading(state: State) -> bool:
    """Say whether a state is that of a meter."""
    return state.domain == "sensor"


def _note(contexts: dict[str, None], context: str) -> None:
    """Note a context, and forget the oldest."""
    contexts[context] = None
    if len(contexts) > _CONTEXTS:
        del contexts[next(iter(contexts))]
