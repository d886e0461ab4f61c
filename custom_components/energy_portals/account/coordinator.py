"""Fetching in each feed's rhythm."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
import hashlib
import logging
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ..const import CONF_VENDOR
from ..portals.contract import AccountData, Client, Feed, FeedRequest, Fetched, Site
from ..portals.http.calls import noting_calls
from ..portals.http.errors import AuthError, PortalError, TooMuch, bare
from ..portals.portal import AnyPortal
from ..portals.watching import Watched
from .absent import Absent
from .bounds import bounded
from .errors import of_a_fetch, pause_of
from .failures import Failures
from .health import Health
from .login import login_of, pause_after
from .sources import News
from .store import PortalStore, PortalTokenStore
from .surroundings import AccountSurroundings
from .unread import refused_by, refused_since, unread_of

if TYPE_CHECKING:
    from ..history.importer import Importer
    from .webhook import Webhook

_LOGGER = logging.getLogger(__name__)

type PortalConfigEntry = ConfigEntry[RuntimeData]
# Of whatever data.
type AnyCoordinator = FeedCoordinator[Any]


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
    watched: Watched = field(default_factory=Watched)

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
        self._absent = Absent(hass, self._ask_absent)
        self.absent = self._absent.sites
        self.failed: set[str] = set()
        self._asks_absent = False
        self.options: AccountData = entry.options.get(feed.key, {})
        self.data: Mapping[str, DataT] = store.restored(feed, self.options)
        # It is known how the feed does: it is restored, or was fetched once.
        self.has_begun = bool(self.data)
        # Something of it has become an entity, which asks for it in its rhythm.
        self.is_shown = False
        self._same: Collection[str] = ()
        self._news = News()
        self._store = store
        self._followers: list[Callable[[], None]] = []
        self._client = client
        self._sites = sites
        self._misses = 0
        self._failures = Failures()
        self._unlisten: CALLBACK_TYPE | None = None
        self._login = login_of(hass, entry)
        self._login_refusals = 0
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
        """Say whether the rhythm lacks something that is not held."""
        now = dt_util.utcnow()
        return self.feed.rhythm.due(now, self._spread, self._held(self.data))

    @override
    async def _async_update_data(self) -> Mapping[str, DataT]:
        """Fetch the feed, if it lacks something, and translate what may go wrong."""
        now = dt_util.utcnow()
        if not self._asks_absent and not self.is_due:
            self.update_interval = self._pause(now, self.data)
            return self._kept(self.data)
        about = tuple(self._about.values()) if self._asks_absent else self.sites
        is_proof = self._sites is None
        hindrance = self._store.hindrance(now) or self._login.hindrance(is_proof)
        if hindrance is not None:
            self.failed = {site.key for site in about}
            # Whoever met it first has it in the log.
            self.last_update_success = False
            raise of_a_fetch(hindrance)
        request = self._request(about, now, self.data)
        self._asks_absent = False
        data, fetched = self.data, Fetched[DataT]({})
        self.health.fetches += 1
        try:
            fetched, beyond = await self._fetched(request)
            data = self._merged(about, fetched)
            if beyond is not None:
                # What came of it is kept.
                self.data = self._kept(data)
                raise beyond
            # A refusal that may pass is a failure until it lasts.
            may_pass = fetched.refused - self.absent
            self._failures.take(now, failed=bool(fetched.problems or may_pass))
        except PortalError as err:
            self.failed = {site.key for site in about}
            self._failures.take(now, failed=True)
            self.health.failed(err)
            if self._store.is_known(err):
                # Whoever met the pause first, while this was asked, has it in the log.
                self.last_update_success = False
            await self._store.keep_pauses(now, (err,))
            pause = await self._refused(err) if isinstance(err, AuthError) else None
            raise of_a_fetch(err, pause) from None
        finally:
            self.has_begun = True
            self._schedule_after(now, fetched, data)
        await self._store.keep_pauses(now, fetched.problems)
        self._accepted()
        for problem in self.health.succeeded(fetched.problems):
            _LOGGER.debug("Part of %s is missing: %s", self.name, problem)
        return self._kept(data)

    def _request(
        self, about: tuple[Site, ...], now: datetime, held: Mapping[str, DataT]
    ) -> FeedRequest[DataT, Any, Any]:
        """Return what to fetch with."""
        surroundings = AccountSurroundings(self.hass, self.config_entry, self.options)
        return self.feed.request(now, about, held, surroundings)

    async def async_foreseen(
        self, held: Mapping[str, DataT], *added: Site
    ) -> Fetched[DataT]:
        """Return what would be fetched if this were held, and sites `added`."""
        request = self._request((*self.sites, *added), dt_util.utcnow(), held)
        return await self.feed.fetch(self._client, request)

    async def _refused(self, err: AuthError) -> timedelta | None:
        """Return how long to leave the feed alone, None to wait for the login."""
        if self._sites is None:
            self._login.refused(err)
            return self._login.pause
        self._login_refusals += 1
        await self._login.prove(err)
        if self._login.refusal is not None:
            # The sites have said so in the log.
            self.last_update_success = False
            return None
        return pause_after(self._login_refusals)

    def _accepted(self) -> None:
        """Note that the login was taken; fetch the others if it was not before."""
        self._login_refusals = 0
        if self._sites is None and self._login.accepted():
            self.config_entry.async_create_background_task(
                self.hass, async_refresh_all(self.config_entry), f"after {self.name}"
            )

    async def async_is_answered(self) -> bool:
        """Say whether the portal answers, without taking what it says."""
        try:
            request = self._request((), dt_util.utcnow(), self.data)
            await self.feed.fetch(self._client, request)
        except PortalError:
            return False
        return True

    async def _fetched(
        self, request: FeedRequest[DataT, Any, Any]
    ) -> tuple[Fetched[DataT], TooMuch | None]:
        """Fetch, and note what of it could not be read.

        Who asks part by part goes on past what is beyond the bounds of a fetch, which
        is returned beside it.
        """
        unread = unread_of(self.hass, self.config_entry)
        before, key = refused_by(self._client), self.feed.key
        with noting_calls(self.feed.most_calls, self.feed.longest) as called:
            try:
                fetched = await self.feed.fetch(self._client, request)
            except PortalError as err:
                refused = refused_since(before, self._client, called.keys)
                unread.note(key, refused, (err,), failed=True)
                raise (called.beyond or err) from None
        refused = refused_since(before, self._client, called.keys)
        unread.note(key, refused, fetched.problems)
        return fetched, called.beyond

    def _merged(
        self, about: tuple[Site, ...], fetched: Fetched[DataT]
    ) -> Mapping[str, DataT]:
        """Return what was fetched beside what is held of the sites that failed."""
        new = fetched.data
        if self._sites is None:
            entry = self.config_entry
            return bounded(self.hass, entry, new, self.feed.most_sites)
        self.failed = {site.key for site in about} - new.keys()
        self._absent.take(new, fetched.refused, self.data)
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
        asked_for = map(pause_of, fetched.problems)
        pauses = (self._pause(begun, data), *asked_for, *self._failures.pauses)
        self.update_interval = min(filter(None, pauses), default=None)

    @callback
    def _ask_absent(self) -> None:
        """Ask again for what the account was not allowed to see."""
        self._asks_absent = True
        self.config_entry.async_create_task(self.hass, self.async_request_refresh())

    @override
    async def async_shutdown(self) -> None:
        """End with the account."""
        self._absent.stop()
        await super().async_shutdown()

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
        if self.last_exception is not None:
            # Home Assistant keeps it until something else fails.
            bare(self.last_exception)
        for follower in tuple(self._followers):
            follower()
        if not self._shutdown_requested:
            self._absent.watch()
        self._news.tell(self)
        # Entities that only grow from data could not ask for what never came whole.
        is_whole = self.last_update_success and not self._failures.pauses
        lacks = not is_whole or any(site.key not in self.data for site in self.sites)
        if lacks and self._unlisten is None:
            self._unlisten = self.async_add_listener(_do_nothing)
        elif not lacks and self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        self._same = ()

    @override
    @callback
    def async_set_updated_data(self, data: Mapping[str, DataT]) -> None:
        """Take data that was not fetched; the sites that stay are not looked at."""
        held = self.data
        if self.last_update_success:
            self._same = {key for key in data if data[key] is held.get(key)}
        super().async_set_updated_data(data)
        self._async_refresh_finished()

    def is_news(self, site_key: str) -> bool:
        """Say whether what is told just now may be about a site: a push is of few."""
        return site_key not in self._same

    def async_tick(self) -> None:
        """Tell who shows what holds now that it has changed, whatever the site."""
        self._same = ()
        self.async_update_listeners()

    @callback
    def async_take(self, site: Site, data: DataT) -> None:
        """Take what was found of one site beside the fetches."""
        taken = self._kept({**self.data, site.key: data})
        self.update_interval = self._pause(dt_util.utcnow(), taken)
        self.async_set_updated_data(taken)

    async def change(
        self, change: Callable[[Mapping[str, DataT]], Mapping[str, DataT]]
    ) -> None:
        """Take what this makes of the data; return when it would survive a crash."""
        data = change(self.data)
        if data != self.data:
            self.async_set_updated_data(self._kept(data))
            await self._store.write()


def _do_nothing() -> None:
    """Listen, so that the feed is fetched in its rhythm."""


async def async_refresh_all(entry: PortalConfigEntry) -> None:
    """Fetch every feed of an account that is set up."""
    if entry.state is not ConfigEntryState.LOADED:
        return
    for feed in entry.runtime_data.feeds.values():
        await feed.async_refresh()
