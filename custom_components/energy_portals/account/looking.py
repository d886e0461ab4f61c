"""Looking after something when asked to and when it is due, once at a time."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

# Timers do not survive sleep or a clock put back.
_LONGEST_TIMER: Final = timedelta(minutes=10)


class Looking:
    """Looks again whenever it is asked to, and when the last look says so.

    `look` returns when to look again, None to wait to be asked; `run` has it done in
    the background.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        look: Callable[[], Awaitable[datetime | None]],
        run: Callable[[Coroutine[None, None, None]], object],
    ) -> None:
        """Begin with nothing asked for; nothing is done before it has begun."""
        self._hass = hass
        self._look = look
        self._run = run
        self._is_doing = self._is_asked = self._has_ended = self._has_begun = False
        self._cancel_timer: CALLBACK_TYPE | None = None

    @callback
    def begin(self, _: HomeAssistant | None = None) -> None:
        """Look for the first time."""
        self._has_begun = True
        self.ask()

    @callback
    def end(self) -> None:
        """Look no more."""
        self._has_ended = True
        self._stop_timer()

    @callback
    def ask(self, _: datetime | None = None) -> None:
        """Look, after what is being done."""
        self._is_asked = True
        if self._has_begun and not (self._is_doing or self._has_ended):
            self._is_doing = True
            self._run(self._do())

    @callback
    def _stop_timer(self) -> None:
        """Forget when to look again."""
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None

    async def _do(self) -> None:
        """Look until nobody asks any more."""
        due: datetime | None = None
        try:
            while self._is_asked and not self._has_ended:
                self._is_asked = False
                due = await self._look()
        finally:
            self._is_doing = False
        self._stop_timer()
        if due is not None and not self._has_ended:
            wait = min(max(due - dt_util.utcnow(), timedelta()), _LONGEST_TIMER)
            self._cancel_timer = async_call_later(self._hass, wait, self.ask)
