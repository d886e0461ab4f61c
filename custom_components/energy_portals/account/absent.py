"""The sites of which an account may not see a feed, until it may."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from .login import pause_after

# So many refusals in a row are taken for lasting.
REFUSALS = 3


class Absent:
    """Which sites of a feed are absent, and when they are asked for again."""

    def __init__(self, hass: HomeAssistant, ask_again: Callable[[], None]) -> None:
        """Begin with none; `ask_again` is to ask for those that are."""
        self.sites: set[str] = set()
        self._hass = hass
        self._ask_again = ask_again
        self._refusals: Counter[str] = Counter()
        self._looks = 0
        self._cancel_timer: CALLBACK_TYPE | None = None

    def take(
        self, came: Collection[str], refused: Collection[str], held: Collection[str]
    ) -> None:
        """Take what a fetch brought and what it was refused, by site.

        A refusal of what is held may pass; a site is absent only when nothing is held
        of it, or when it is refused again and again.
        """
        self.sites -= {*came}
        for key in came:
            self._refusals.pop(key, None)
        self._refusals.update(refused)
        self.sites |= {
            key for key in refused if key not in held or self._refusals[key] >= REFUSALS
        }

    @callback
    def watch(self) -> None:
        """See to it that those there are will be asked for again."""
        if not self.sites:
            self._looks = 0
            self.stop()
        elif self._cancel_timer is None:
            pause = pause_after(self._looks + 1)
            job = HassJob(self._look, cancel_on_shutdown=True)
            self._cancel_timer = async_call_later(self._hass, pause, job)

    @callback
    def _look(self, _: datetime) -> None:
        """Ask for them."""
        self._cancel_timer = None
        self._looks += 1
        self._ask_again()

    @callback
    def stop(self) -> None:
        """Ask no more."""
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None
