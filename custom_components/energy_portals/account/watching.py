"""Watching entities of the house for an account, with each of their changes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_state_report_event,
)
from homeassistant.util import dt as dt_util

from ..portals.watching import Watch, Watched, WatchRequest
from .named import entity_of

# Some meters tell several times a second.
_PAUSE: Final = timedelta(seconds=2)


class Watching[StateT]:
    """Looks with each change of what is watched; what it knows is in memory alone."""

    def __init__(
        self,
        hass: HomeAssistant,
        watch: Watch[StateT],
        request: Callable[[datetime, StateT | None], WatchRequest[Any]],
        news: CALLBACK_TYPE,
        watched: Watched,
    ) -> None:
        """Take what a look is given, what is done about news, and where it is kept."""
        self._hass = hass
        self._watch = watch
        self._request = request
        self._news = news
        self._watched = watched
        self._entities: frozenset[str] = frozenset()
        self._unfollows: list[CALLBACK_TYPE] = []
        self._looked: datetime | None = None
        self._state: StateT | None = None

    @callback
    def follow(self) -> None:
        """Watch what is to be watched by now."""
        names = self._watch.names(self._request(dt_util.utcnow(), self._state))
        entity_ids = (entity_of(self._hass, name) for name in names)
        entities = frozenset(each for each in entity_ids if each is not None)
        if entities == self._entities:
            return
        self.end()
        self._entities = entities
        if entities:
            # That nothing has changed is a reading, too.
            follow = async_track_state_change_event, async_track_state_report_event
            self._unfollows = [
                each(self._hass, entities, self._changed) for each in follow
            ]

    @callback
    def end(self) -> None:
        """Watch nothing any more."""
        for unfollow in self._unfollows:
            unfollow()
        self._unfollows, self._entities = [], frozenset()

    @callback
    def _changed(
        self, event: Event[EventStateChangedData] | Event[EventStateReportedData]
    ) -> None:
        """Look, unless that was done a moment ago."""
        now = dt_util.utcnow()
        if self._looked is not None and timedelta() <= now - self._looked < _PAUSE:
            return
        self._looked = now
        before = self._state
        self._state = self._watched.state = self._watch.look(self._request(now, before))
        if self._watch.is_news(before, self._state):
            self._news()
