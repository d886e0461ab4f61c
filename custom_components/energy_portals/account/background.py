"""Doing what an account does by itself in answer to its portal."""

from collections.abc import Mapping
from datetime import datetime, timedelta
import logging
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..history.metered import hourly_energy
from ..portals.automatic_actions import AutomaticActions, AutomaticRequest
from ..portals.contract import AnyFeed
from ..portals.http.errors import AuthError, PortalError, Unavailable
from .coordinator import FeedCoordinator, PortalConfigEntry

_LOGGER = logging.getLogger(__name__)

_FIRST_PAUSE: Final = timedelta(seconds=15)
_LONGEST_PAUSE: Final = timedelta(minutes=15)
# Timers do not survive sleep or a clock put back.
_LONGEST_TIMER: Final = timedelta(minutes=10)


class BackgroundTasks[DataT]:
    """Does an account's automatic actions when their feed changes, and when due."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PortalConfigEntry,
        automatic_actions: AutomaticActions[Any, DataT],
    ) -> None:
        """Take the account, which is set up."""
        self._hass = hass
        self._entry = entry
        self._automatic_actions = automatic_actions
        self._feed: FeedCoordinator[DataT] = entry.runtime_data.feeds[
            automatic_actions.feed.key
        ]
        self._failures = 0
        self._is_doing = self._is_asked = self._has_ended = False
        self._cancel_timer: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Begin, and keep the feed polled whether or not anybody looks."""
        end = self._feed.async_follow(self._begin, polls=True)
        self._begin()

        @callback
        def stop() -> None:
            self._has_ended = True
            self._stop_timer()
            end()

        return stop

    @callback
    def _stop_timer(self) -> None:
        """Forget when to look again."""
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None

    @callback
    def _begin(self, _: datetime | None = None) -> None:
        """Do what is due, after what is being done."""
        self._is_asked = True
        if not (self._is_doing or self._has_ended):
            self._is_doing = True
            self._entry.async_create_background_task(
                self._hass, self._do(), f"automatic actions of {self._feed.name}"
            )

    async def _do(self) -> None:
        """Do what is due until nothing is asked for any more."""
        due: datetime | None = None
        try:
            while self._is_asked and not self._has_ended:
                self._is_asked = False
                due = await self._once()
        finally:
            self._is_doing = False
        self._stop_timer()
        if due is not None and not self._has_ended:
            wait = min(max(due - dt_util.utcnow(), timedelta()), _LONGEST_TIMER)
            self._cancel_timer = async_call_later(self._hass, wait, self._begin)

    async def _once(self) -> datetime | None:
        """Do what is due once; return when to look again."""
        # What is acted upon has to be known to the next run, whatever comes.
        await self._entry.runtime_data.store.write()
        now = dt_util.utcnow()
        request = AutomaticRequest(
            now=now,
            client=self._entry.runtime_data.client,
            sites=self._feed.sites,
            held=self._feed,
            energy=self._energy,
            look_again=self._look_again,
        )
        try:
            due: datetime | None = await self._automatic_actions.do(request)
        except AuthError:
            self._entry.async_start_reauth(self._hass)
            return None
        except PortalError as err:
            _LOGGER.debug("%s: an action waits: %s", self._feed.name, err.brief)
            pause: timedelta = min(
                _FIRST_PAUSE * 2 ** min(self._failures, 16), _LONGEST_PAUSE
            )
            self._failures += 1
            if isinstance(err, Unavailable) and err.retry_after is not None:
                pause = max(pause, timedelta(seconds=err.retry_after))
            return now + pause
        self._failures = 0
        return due

    async def _look_again(self, feed: AnyFeed) -> None:
        """Fetch another feed of the account."""
        await self._entry.runtime_data.feeds[feed.key].async_look_again()

    async def _energy(
        self, statistic_id: str, start: datetime, end: datetime
    ) -> Mapping[datetime, float]:
        """Return the hourly energy of a statistic."""
        return await hourly_energy(self._hass, statistic_id, start, end)
