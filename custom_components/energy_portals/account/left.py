"""What one account that is gone has left set, until all of it is restored."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..portals.automatic_actions import AutomaticActions, RestoreRequest
from ..portals.contract import Feed
from ..portals.registry import PORTALS
from .driving import HomeDevices
from .looking import Looking
from .store import PortalStore


def actions_of(portal: str) -> AutomaticActions[Any, Any] | None:
    """Return how what a portal sets is restored, None where it sets nothing."""
    actions = PORTALS[portal]().capability(AutomaticActions)
    return None if actions is None or actions.restore is None else actions


class Held[DataT]:
    """What an account that is gone holds of its devices, on disk."""

    def __init__(self, store: PortalStore, feed: Feed[Any, DataT, Any, Any]) -> None:
        """Take what was kept."""
        self.data: Mapping[str, DataT] = store.restored(feed, {})
        self._store = store
        self._feed = feed

    async def change(
        self, change: Callable[[Mapping[str, DataT]], Mapping[str, DataT]]
    ) -> None:
        """Replace it by what this makes of it, on disk."""
        self.data = change(self.data)
        self._store.keep(self._feed, self.data)
        await self._store.write()


class Left[DataT]:
    """What one account has left set, until all of it is restored."""

    def __init__(
        self,
        hass: HomeAssistant,
        held: Held[DataT],
        actions: AutomaticActions[Any, DataT],
        done: Callable[[], Coroutine[None, None, None]],
    ) -> None:
        """Take what is held, and what is done once nothing is left."""
        self._hass = hass
        self._held = held
        self._actions = actions
        self._done = done
        self._looking = Looking(hass, self._look, self._run)
        self._devices = HomeDevices(hass, self._looking.ask)
        self._ends = [self._looking.end, self._devices.start()]

    @callback
    def begin(self) -> None:
        """Begin, once the devices are there."""
        self._ends.append(async_at_started(self._hass, self._looking.begin))

    @callback
    def end(self) -> None:
        """Look no more."""
        for each in self._ends:
            each()

    @callback
    def _run(self, look: Coroutine[None, None, None]) -> None:
        """Look in the background."""
        name = f"restoring of {self._actions.feed.key}"
        self._hass.async_create_background_task(look, name)

    async def _look(self) -> datetime | None:
        """Restore what can be; return when to look again."""
        restore = self._actions.restore
        if restore is None:
            return None
        due = await restore(
            RestoreRequest(now=dt_util.utcnow(), held=self._held, devices=self._devices)
        )
        if due is None:
            await self._done()
        return due
