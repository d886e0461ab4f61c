"""What triggers knew last of the entities they follow, kept over a restart."""

from collections.abc import Iterator, Mapping
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, CoreState, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers.singleton import singleton
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1


class LastKnown:
    """The last state that was known of each entity that is followed.

    By the entity's id in the registry, which stays when the user gives it another name.
    `before` is what the last run knew when it ended, however it ended.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with nothing; `load` reads what there is."""
        self._hass = hass
        self._store: Store[dict[str, str]] = Store(
            hass, _VERSION, f"{DOMAIN}.last_known", private=True
        )
        self._followed: list[Mapping[str, str]] = []
        self._content: dict[str, str] = {}
        self._written: dict[str, str] | None = None
        self._is_writing = False
        self.before: Mapping[str, str] = {}

    async def load(self) -> None:
        """Read what the last run knew."""
        try:
            kept = await self._store.async_load()
        except NotImplementedError, UnsupportedStorageVersionError:
            kept = None
        self.before = kept if isinstance(kept, dict) else {}

    @callback
    def follow(self, known: Mapping[str, str]) -> CALLBACK_TYPE:
        """Keep what a trigger knows, as it changes, until the trigger is detached."""
        self._followed.append(known)
        self.keep()

        @callback
        def end() -> None:
            # By identity: two triggers may know the same.
            self._followed[:] = [each for each in self._followed if each is not known]
            if not self._hass.is_stopping:
                self.keep()

        return end

    @callback
    def keep(self) -> None:
        """Write what is known at once: a crash must not have it fire again."""
        self._content = dict(self._all_known())
        if self._content != self._written and not self._is_writing:
            self._is_writing = True
            self._hass.async_create_task(self._write(), "what triggers know")

    async def _write(self) -> None:
        """Write what is known, and what becomes known meanwhile."""
        try:
            while (content := self._content) != self._written:
                await self._store.async_save(content)
                self._written = content
        except (HomeAssistantError, OSError) as err:
            _LOGGER.error("What is known cannot be kept: %s", type(err).__name__)
        finally:
            self._is_writing = False

    def _all_known(self) -> Iterator[tuple[str, str]]:
        """Yield what is known; until all triggers are there, of the last run too."""
        if self._hass.state is not CoreState.running:
            yield from self.before.items()
        for known in self._followed:
            yield from known.items()


_LAST_KNOWN: Final[HassKey[LastKnown]] = HassKey(f"{DOMAIN}.last_known")


@singleton(_LAST_KNOWN, async_=True)
async def async_last_known(hass: HomeAssistant) -> LastKnown:
    """Return what is known, read from the disk the first time."""
    last_known = LastKnown(hass)
    await last_known.load()
    return last_known
