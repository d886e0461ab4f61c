"""Fetching in each feed's rhythm."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
import hashlib
import logging
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ..const import CONF_VENDOR
from ..portals.contract import AccountData, Client, Feed, FeedRequest, Fetched, Site
from ..portals.http.calls import noting_calls
from ..portals.http.errors import PortalError, Unavailable, UnexpectedResponse
from ..portals.model.series import Changing
from ..portals.portal import AnyPortal, LivesOnSources
from .errors import of_a_fetch
from .sources import SIGNAL_KNOWN, are_told_of, tell
from .store import PortalStore, PortalTokenStore
from .surroundings import AccountSurroundings
from .unread import refused_by, refused_since, unread_of

if TYPE_CHECKING:
    from ..history.importer import Importer
    from .webhook import Webhook

_LOGGER = logging.getLogger(__name__)

# So many refusals in a row are taken for lasting.
REFUSALS = 3

type PortalConfigEntry = ConfigEntry[RuntimeData]
# Of whatever data.
type AnyCoordinator = FeedCoordinator[Any]


@dataclass
class Health:
    """How a feed has been doing, for diagnostics and system health."""

    fetches: int = 0
    failures: int = 0
    successes: int = 0
    last_success: datetime | None = None
    last_error: str | None = None
    skeleton: object = None
    partial: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RuntimeData:
    """What an account has while it is set up.

    `is_warm` says that its sites were kept over a restart, `owes_sites` that the portal
    is still to be told what the user has changed of them.
    """

    portal: AnyPortal
    client: Client
    store: PortalStore
    token_store: PortalTokenStore
    sites: FeedCoordinator[Site]
    feeds: Mapping[str, AnyCoordinator]
    importer: Importer | None = None
    webhook: Webhook[Any, Any] | None = None
    is_warm: bool = False
    owes_sites: bool = False

    @property
    def coordinators(self) -> tuple[AnyCoordinator, ...]:
        """Return all of them, the sites first."""
        return (self.sites, *self.feeds.values())


class FeedCoordinator[DataT](DataUpdateCoordinator[Mapping[str, DataT]]):
    """Fetches one feed of one account; its data is by site key."""

    config_entry: PortalConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PortalConfigEntry,
        client: Client,
        store: PortalStore,
        feed: Feed[Any, DataT, Any, Any],
        sites: FeedCoordinator[Site] | None = None,
    ) -> None:
        """Take the feed; `sites` is None for the feed of the sites itself."""
        # The entry's title may hold an account number, and this name is logged.
        name = f"{entry.data[CONF_VENDOR]} {feed.key}"
        super().__init__(hass, _LOGGER, config_entry=entry, name=name)
        self.feed = feed
        self.health = Health()
        self.absent: set[str] = set()
        self.failed: set[str] = set()
        self._asks_absent = False
        self.options: AccountData = entry.options.get(feed.key, {})
        self.data: Mapping[str, DataT] = store.restored(feed, self.options)
        # It is known how the feed does: it is restored, or was fetched once.
        self.has_begun = bool(self.data)
        self._store = store
        self._followers: list[Callable[[], None]] = []
        self._client = client
        self._sites = sites
        self._misses = 0
        self._unlisten: CALLBACK_TYPE | None = None
        self._refusals: Counter[str] = Counter()
        digest = hashlib.sha256(f"{entry.entry_id}:{feed.key}".encode()).digest()
        self._spread = int.from_bytes(digest[:4]) / 2**32
        self.update_interval = self._pause(dt_util.utcnow(), self.data)

    @property
    def _about(self) -> Mapping[str, Site]:
        """Return the sites of the feed's sort, by key."""
        sites = {} if self._sites is None else self._sites.data
        return {
            key: site for key, site in sites.items() if isinstance(site, self.feed.at)
        }

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return the sites that the feed is about and the account may see it of."""
        return tuple(
            site for key, site in self._about.items() if key not in self.absent
        )

    @property
    def is_due(self) -> bool:
        """Say whether there is something to ask for that is not held."""
        return self._is_due(dt_util.utcnow())

    def _is_due(self, now: datetime) -> bool:
        """Say whether the rhythm lacks something at this moment."""
        return self.feed.rhythm.due(now, self._spread, self._held(self.data))

    @override
    async def _async_update_data(self) -> Mapping[str, DataT]:
        """Fetch the feed, if it lacks something, and translate what may go wrong."""
        now = dt_util.utcnow()
        if not self._asks_absent and not self._is_due(now):
            self.update_interval = self._pause(now, self.data)
            return self._kept(self.data)
        about = tuple(self._about.values()) if self._asks_absent else self.sites
        surroundings = AccountSurroundings(self.hass, self.config_entry, self.options)
        request = self.feed.request(now, about, self.data, surroundings)
        self._asks_absent = False
        data = self.data
        fetched: Fetched[DataT] = Fetched({})
        self.health.fetches += 1
        try:
            fetched = await self._fetched(request)
            data = self._merged(about, fetched)
        except PortalError as err:
            self.failed = {site.key for site in about}
            self._note(err)
            raise of_a_fetch(err) from None
        finally:
            self.has_begun = True
            self._schedule_after(now, fetched, data)
        self.health.successes += 1
        self.health.last_success = dt_util.utcnow()
        self.health.partial = [each.brief for each in fetched.problems]
        for problem in fetched.problems:
            _LOGGER.debug("Part of %s is missing: %s", self.name, problem.brief)
        return self._kept(data)

    async def _fetched(self, request: FeedRequest[DataT, Any, Any]) -> Fetched[DataT]:
        """Fetch, and note what of it could not be read."""
        unread = unread_of(self.hass, self.config_entry)
        before, key = refused_by(self._client), self.feed.key
        with noting_calls() as called:
            try:
                fetched = await self.feed.fetch(self._client, request)
            except PortalError as err:
                refused = refused_since(before, self._client, called)
                unread.note(key, refused, (err,), failed=True)
                raise
        refused = refused_since(before, self._client, called)
        unread.note(key, refused, fetched.problems)
        return fetched

    def _merged(
        self, about: tuple[Site, ...], fetched: Fetched[DataT]
    ) -> Mapping[str, DataT]:
        """Return what was fetched beside what is held of the sites that failed.

        A refusal of what is held may pass; a site is absent only when nothing is held
        of it, or when it is refused again and again.
        """
        new = fetched.data
        if self._sites is None:
            return new
        self.failed = {site.key for site in about} - new.keys()
        self.absent -= new.keys()
        for key in new:
            self._refusals.pop(key, None)
        self._refusals.update(fetched.refused)
        self.absent |= {
            key
            for key in fetched.refused
            if key not in self.data or self._refusals[key] >= REFUSALS
        }
        if (joined := self.feed.joined) is not None:
            held = self.data
            new = {
                key: joined(held[key], each) if key in held else each
                for key, each in new.items()
            }
        return {**self.data, **new}

    def _kept(self, data: Mapping[str, DataT]) -> Mapping[str, DataT]:
        """Return the data without that of sites that are gone, and let it be kept."""
        if self._sites is not None:
            about = self._about
            data = {key: each for key, each in data.items() if key in about}
        self._store.keep(self.feed, data)
        return data

    def _held(self, data: Mapping[str, DataT]) -> tuple[DataT | None, ...]:
        """Return what data has of each site."""
        return tuple(data.get(site.key) for site in self.sites)

    def _pause(self, now: datetime, data: Mapping[str, DataT]) -> timedelta | None:
        """Return how long the rhythm waits."""
        held = self._held(data)
        return self.feed.rhythm.pause(now, self._spread, held, self._misses)

    def _schedule_after(
        self, begun: datetime, fetched: Fetched[DataT], data: Mapping[str, DataT]
    ) -> None:
        """Set the next fetch; parts that met a pause are asked for after it."""
        # From its beginning on: a fetch over midnight has the old day's data.
        due = self.feed.rhythm.due(begun, self._spread, self._held(data))
        self._misses = self._misses + 1 if due else 0
        asked_for = [
            timedelta(seconds=problem.retry_after)
            for problem in fetched.problems
            if isinstance(problem, Unavailable) and problem.retry_after is not None
        ]
        pause = self._pause(begun, data)
        self.update_interval = min(filter(None, (pause, *asked_for)), default=None)

    @callback
    def async_try_absent(self) -> None:
        """Ask again for what the account was not allowed to see."""
        if self.absent:
            self._asks_absent = True
            self.config_entry.async_create_task(self.hass, self.async_request_refresh())

    async def async_look_again(self) -> None:
        """Fetch after a change at the portal, absent sites included."""
        self._asks_absent = True
        await self.async_refresh()

    @callback
    def async_follow(
        self, follower: Callable[[], None], *, polls: bool = False
    ) -> CALLBACK_TYPE:
        """Call after each fetch; with `polls` the feed is fetched whoever looks.

        A listener is called at the boundaries of the data as well: that is for those
        who show what holds now.
        """
        self._followers.append(follower)
        ends: list[CALLBACK_TYPE] = [partial(self._followers.remove, follower)]
        if polls:
            ends.append(self.async_add_listener(_do_nothing))

        @callback
        def end() -> None:
            for each in ends:
                each()

        return end

    @override
    @callback
    def _async_refresh_finished(self) -> None:
        """Tell the followers, before the listeners hear of it."""
        for follower in tuple(self._followers):
            follower()
        if are_told_of(self.feed.kinds):
            tell(self.hass, self.config_entry)
        # Entities that only grow from data could not ask for what never came.
        lacks = any(site.key not in self.data for site in self.sites)
        if lacks and self._unlisten is None:
            self._unlisten = self.async_add_listener(_do_nothing)
        elif not lacks and self._unlisten is not None:
            self._unlisten()
            self._unlisten = None

    @override
    @callback
    def async_set_updated_data(self, data: Mapping[str, DataT]) -> None:
        """Take data that was not fetched."""
        super().async_set_updated_data(data)
        self._async_refresh_finished()

    @callback
    def async_take(self, site: Site, data: DataT) -> None:
        """Take what was found of one site beside the fetches."""
        self.async_set_updated_data(self._kept({**self.data, site.key: data}))

    async def change(
        self, change: Callable[[Mapping[str, DataT]], Mapping[str, DataT]]
    ) -> None:
        """Take what this makes of the data; return when it would survive a crash."""
        data = change(self.data)
        if data != self.data:
            self.async_set_updated_data(self._kept(data))
            await self._store.write()

    def _note(self, err: PortalError) -> None:
        """Keep what a report of the failure needs."""
        self.health.failures += 1
        self.health.last_error = err.brief
        if isinstance(err, UnexpectedResponse):
            self.health.skeleton = err.skeleton

    def next_change(self, now: datetime) -> datetime | None:
        """Return the first moment after `now` at which the data shows other values."""
        changes = (
            value.next_change(now)
            for value in self.data.values()
            if isinstance(value, Changing)
        )
        return min(filter(None, changes), default=None)


def _do_nothing() -> None:
    """Listen, so that the feed is fetched in its rhythm."""


def sources_of(entry: PortalConfigEntry) -> tuple[str, ...]:
    """Return the sources that an account lives on."""
    lives_on = entry.runtime_data.portal.capability(LivesOnSources)
    return () if lives_on is None else lives_on.keys(entry.data)


@callback
def async_follow_sources(
    hass: HomeAssistant, entry: PortalConfigEntry
) -> CALLBACK_TYPE:
    """Fetch again when an account with one of these sources holds something else."""
    keys = sources_of(entry)

    @callback
    def follow(unique_id: str) -> None:
        if any(key.startswith(f"{unique_id}:") for key in keys):
            entry.async_create_task(hass, async_refresh_all(entry))

    return async_dispatcher_connect(hass, SIGNAL_KNOWN, follow)


async def async_refresh_all(entry: PortalConfigEntry) -> None:
    """Fetch every feed of an account."""
    for feed in entry.runtime_data.feeds.values():
        await feed.async_refresh()


async def async_refresh_due(coordinators: Iterable[AnyCoordinator]) -> None:
    """Fetch the feeds that lack something; each failure is its own feed's alone."""
    await asyncio.gather(
        *(each.async_refresh() for each in coordinators if each.is_due)
    )
