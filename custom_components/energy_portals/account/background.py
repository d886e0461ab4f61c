"""Doing what an account does by itself in answer to its portal."""

from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
import logging
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..history.metered import hourly_energy
from ..portals.automatic_actions import AutomaticActions, AutomaticRequest
from ..portals.contract import AnyFeed, Feed
from ..portals.http.errors import AuthError, PortalError, Unavailable
from ..portals.model.planned_use import PlannedUse
from ..portals.watching import Watch, WatchRequest
from .coordinator import FeedCoordinator, PortalConfigEntry
from .driving import HomeDevices
from .login import login_of
from .looking import Looking
from .named import entity_of
from .sources import SIGNAL_KNOWN, source_key, sources
from .watching import Watching

_LOGGER = logging.getLogger(__name__)

_FIRST_PAUSE: Final = timedelta(seconds=15)
_LONGEST_PAUSE: Final = timedelta(minutes=15)


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
        self._looking = Looking(hass, self._once, self._run)
        store = entry.runtime_data.store
        self._devices = HomeDevices(hass, self._looking.ask, lambda: store.is_open)
        self._watching = self._watching_of(automatic_actions.watch)
        self._failures = 0

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Begin, and keep the feed polled whether or not anybody looks."""
        feeds = self._entry.runtime_data.feeds
        followed = [feeds[each.key] for each in self._automatic_actions.follows]
        ends = [
            each.async_follow(self._looking.ask, polls=True)
            for each in (self._feed, *followed)
        ]
        ends += [self._looking.end, self._devices.start()]
        ends.append(async_dispatcher_connect(self._hass, SIGNAL_KNOWN, self._known))
        if (watching := self._watching) is not None:
            ends += [each.async_follow(watching.follow) for each in followed]
            ends.append(watching.end)
            watching.follow()
        if self._automatic_actions.restore is not None:
            ends.append(async_at_started(self._hass, self._looking.begin))
        else:
            self._looking.begin()

        @callback
        def stop() -> None:
            for end in ends:
                end()

        return stop

    def _watching_of(self, watch: Watch[Any] | None) -> Watching[Any] | None:
        """Return what watches for the account, None where nothing is watched."""
        if watch is None:
            return None

        def request(now: datetime, held: object) -> WatchRequest[Any]:
            return WatchRequest(
                now=now,
                sites=self._feed.sites,
                held=held,
                data_of=self._data_of,
                devices=self._devices,
            )

        watched = self._entry.runtime_data.watched
        return Watching(self._hass, watch, request, self._looking.ask, watched)

    @callback
    def _run(self, look: Coroutine[None, None, None]) -> None:
        """Look in the background, for as long as the account is set up."""
        self._entry.async_create_background_task(
            self._hass, look, f"automatic actions of {self._feed.name}"
        )

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
            planned=self._planned,
            look_again=self._look_again,
            data_of=self._data_of,
            devices=self._devices,
            watched=self._entry.runtime_data.watched.state,
        )
        try:
            due: datetime | None = await self._automatic_actions.do(request)
        except PortalError as err:
            if isinstance(err, AuthError):
                login_of(self._hass, self._entry).async_doubt(err)
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

    def _data_of[OtherT](
        self, feed: Feed[Any, OtherT, Any, Any]
    ) -> Mapping[str, OtherT]:
        """Return what another feed of the account holds."""
        held: FeedCoordinator[OtherT] = self._entry.runtime_data.feeds[feed.key]
        return held.data

    @callback
    def _known(self, unique_id: str) -> None:
        """Look when what is planned for a site of the account may have changed."""
        own = f"{self._entry.unique_id}:"
        if any(
            each.entry.unique_id == unique_id and each.data.place.startswith(own)
            for each in sources(self._hass, PlannedUse)
        ):
            self._looking.ask()

    def _planned(self, site_key: str) -> PlannedUse | None:
        """Return what is planned for a site, if one planner alone plans for it."""
        place = source_key(self._entry, site_key)
        entries = self._hass.config_entries.async_entries(
            DOMAIN, include_disabled=False
        )
        # One that is not there yet may come to plan for it as well.
        if sum(place in entry.data.values() for entry in entries) != 1:
            return None
        planned = (
            each.data
            for each in sources(self._hass, PlannedUse)
            if each.data.place == place and each.is_reached
        )
        return next(planned, None)

    async def _energy(
        self, statistic_id: str, start: datetime, end: datetime
    ) -> Mapping[datetime, float]:
        """Return the hourly energy of a statistic, such as that of an entity."""
        named = entity_of(self._hass, statistic_id) or statistic_id
        return await hourly_energy(self._hass, named, start, end)
