"""Restoring what was set for accounts that are removed or disabled meanwhile.

What they had on disk stays there until nothing of it is left to restore, so that
neither a kill nor a device that is away leaves anything on.
"""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import UnsupportedStorageVersionError
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_VENDOR, DOMAIN
from .store import PortalStore

if TYPE_CHECKING:
    from ..portals.automatic_actions import AutomaticActions
    from .left import Held, Left

_VERSION: Final = 1
# No account has this id.
_FILE: Final = f"{DOMAIN}.removed"
_LEAVING: Final[HassKey[Leaving]] = HassKey(f"{DOMAIN}_leaving")


@callback
def leaving(hass: HomeAssistant) -> Leaving:
    """Return what sees to the accounts that are gone."""
    if _LEAVING not in hass.data:
        hass.data[_LEAVING] = Leaving(hass)
    return hass.data[_LEAVING]


def _load(
    portal: str,
) -> tuple[AutomaticActions[Any, Any], type[Held[Any]], type[Left[Any]]] | None:
    """Import what restores, where a portal sets anything."""
    from .left import Held, Left, actions_of

    actions = actions_of(portal)
    return None if actions is None else (actions, Held, Left)


class Leaving:
    """The accounts that are removed or disabled while something is set for them."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with none."""
        self._hass = hass
        self._left: dict[str, Left[Any]] = {}
        # The removed, with their portals: of the others Home Assistant knows.
        self._removed: dict[str, str] = {}
        self._store: Store[dict[str, str]] = Store(hass, _VERSION, _FILE, private=True)

    async def async_begin(self) -> None:
        """Go on with what an earlier run has left."""
        entries = self._hass.config_entries
        try:
            removed = await self._store.async_load() or {}
        except NotImplementedError, UnsupportedStorageVersionError:
            # Another release wrote it.
            removed = {}
        for entry_id, portal in removed.items():
            # Killed before Home Assistant had forgotten it, an account is still there.
            if entries.async_get_entry(entry_id) is None:
                await self.async_removed(entry_id, portal)
        for entry in entries.async_entries(DOMAIN):
            if entry.disabled_by is not None:
                await self.async_disabled(entry)

    async def async_removed(self, entry_id: str, portal: str) -> None:
        """Restore what is set for an account that is removed, and forget it."""
        self.async_back(entry_id)
        self._removed[entry_id] = portal
        await self._store.async_save(self._removed)
        store = PortalStore(self._hass, entry_id)
        if not await self._begin(entry_id, portal, store):
            await self._forget(entry_id, store)

    async def async_disabled(self, entry: ConfigEntry) -> None:
        """Restore what is set for an account that is disabled, once it is unloaded."""
        async with entry.setup_lock:
            known = self._hass.config_entries.async_get_entry(entry.entry_id)
            if known is entry and entry.disabled_by is not None:
                store = PortalStore(self._hass, entry.entry_id)
                await self._begin(entry.entry_id, entry.data[CONF_VENDOR], store)

    @callback
    def async_back(self, entry_id: str) -> None:
        """Leave an account to itself, which is set up again."""
        if (left := self._left.pop(entry_id, None)) is not None:
            left.end()

    async def _begin(self, entry_id: str, portal: str, store: PortalStore) -> bool:
        """Begin to restore; say whether there may be anything."""
        loaded = await self._hass.async_add_import_executor_job(_load, portal)
        if loaded is None:
            return False
        actions, held_of, left_of = loaded
        await store.load()
        done = partial(self._done, entry_id, store)
        left = left_of(self._hass, held_of(store, actions.feed), actions, done)
        self._left[entry_id] = left
        left.begin()
        return True

    async def _done(self, entry_id: str, store: PortalStore) -> None:
        """Forget an account for which nothing is set any more."""
        self.async_back(entry_id)
        if entry_id in self._removed:
            await self._forget(entry_id, store)

    async def _forget(self, entry_id: str, store: PortalStore) -> None:
        """Forget what was kept of an account that is removed."""
        await store.remove()
        del self._removed[entry_id]
        if self._removed:
            await self._store.async_save(self._removed)
        else:
            await self._store.async_remove()
