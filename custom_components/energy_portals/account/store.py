"""What must survive a restart."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import Any, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..portals.contract import AccountData, AnyFeed, Feed, TokenStore
from ..portals.http.errors import PortalError, RateLimited, Unavailable
from ..portals.http.exchange import RETRY_AFTER_LIMIT

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1
# Feeds that come one after the other are written together.
_DELAY: Final = 5.0
_LONGEST_PAUSE: Final = timedelta(seconds=RETRY_AFTER_LIMIT)
# Each request that meets a pause tells its end anew.
_SAME_PAUSE: Final = timedelta(seconds=5)
# No feed has these keys.
_OPTIONS: Final = "options"
_PAUSE: Final = "pause"


class PortalStore:
    """The kept data of one account's feeds, by feed and site."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Take the account; nothing is read yet."""
        self._store: Store[dict[str, object]] = Store(
            hass,
            _VERSION,
            f"{DOMAIN}.{entry_id}",
            private=True,
            # What is kept grows with the account.
            serialize_in_event_loop=False,
        )
        self._hass = hass
        self.marks = PortalMarks(hass, entry_id)
        self._kept: dict[str, object] = {}
        self._undumped: dict[str, Callable[[], object]] = {}
        self._ready: dict[str, Any] = {}
        self._last: dict[str, Mapping[str, object]] = {}
        self._unwritten = False
        self._is_closed = False
        self._paused_until: datetime | None = None

    async def load(self, options: Mapping[str, object] | None = None) -> None:
        """Read what an earlier run has kept.

        `options` are those by which answers are read, such as units: what was read by
        others is another value, and forgotten.
        """
        await self.marks.load()
        try:
            kept = await self._store.async_load()
        except NotImplementedError, UnsupportedStorageVersionError:
            # Another release wrote it; all of it can be had anew.
            kept = None
        read_by = dict(options or {})
        fits = isinstance(kept, dict) and kept.get(_OPTIONS, {}) == read_by
        self._kept = kept if fits and kept is not None else {}
        self._kept[_OPTIONS] = read_by
        if isinstance(kept, dict):
            self._paused_until = _moment(kept.get(_PAUSE))

    async def prepare(self, feed: AnyFeed, options: AccountData) -> None:
        """Do ahead what would hold up the event loop: load, restore much data."""
        if feed.prepare is not None and options:
            await self._hass.async_add_import_executor_job(feed.prepare, options)
        if feed.kept is not None and feed.kept.is_large:
            self._ready[feed.key] = await self._hass.async_add_executor_job(
                self.restored, feed, options
            )

    def restored[DataT](
        self, feed: Feed[Any, DataT, Any, Any], options: AccountData
    ) -> dict[str, DataT]:
        """Return what is kept of a feed; what cannot be read is left out."""
        if feed.key in self._ready:
            ready: dict[str, DataT] = self._ready.pop(feed.key)
            return ready
        stored = self._kept.get(feed.key)
        if feed.kept is None or not isinstance(stored, dict):
            return {}
        by_site: dict[str, DataT] = {}
        for site, data in stored.items():
            try:
                by_site[site] = feed.kept.load(data, options)
            except ValueError:
                _LOGGER.debug("What was kept of %s cannot be read", feed.key)
        return by_site

    @callback
    def keep[DataT](
        self, feed: Feed[Any, DataT, Any, Any], data: Mapping[str, DataT]
    ) -> None:
        """Keep a feed's data, to be written soon."""
        if feed.kept is None or self._is_closed:
            return
        # What is the same object need not be dumped to be compared.
        last, self._last[feed.key] = self._last.get(feed.key), data
        if last is not None and is_same(last, data):
            return
        if feed.kept.is_large:
            self._undumped[feed.key] = partial(_dumped, feed.kept.dump, data)
            self._save_soon()
            return
        before = self._kept.get(feed.key)
        kept = _dumped(feed.kept.dump, data, last, before)
        if kept == before:
            return
        self._kept[feed.key] = kept
        self._save_soon()

    @property
    def is_open(self) -> bool:
        """Say whether what is kept still gets to the disk."""
        return not self._is_closed

    @callback
    def _save_soon(self) -> None:
        """Have what is new written with what comes next."""
        self._unwritten = True
        self._store.async_delay_save(self._content, _DELAY)

    @callback
    def pause(self, now: datetime) -> timedelta:
        """Return how long the portal has asked the account to wait yet."""
        if self._paused_until is None:
            return timedelta()
        left = self._paused_until - now
        # A clock that was put back would make it endless.
        if timedelta() < left <= _LONGEST_PAUSE:
            return left
        self._paused_until = None
        if self._kept.pop(_PAUSE, None) is not None:
            self._save_soon()
        return timedelta()

    def hindrance(self, now: datetime) -> RateLimited | None:
        """Return why nothing is asked for, while a pause lasts."""
        if not (pause := self.pause(now)):
            return None
        detail, seconds = "a pause the portal asked for", pause.total_seconds()
        return RateLimited(_PAUSE, detail, retry_after=seconds)

    def is_known(self, err: PortalError) -> bool:
        """Say whether an error tells of a pause that is kept already."""
        is_pause = isinstance(err, Unavailable) and err.of_account and err.retry_after
        return bool(is_pause and self.pause(dt_util.utcnow()))

    async def keep_pauses(self, now: datetime, errors: Iterable[PortalError]) -> None:
        """Keep how long the portal has asked the whole account to wait.

        It is written at once, because a set-up that fails comes to no end.
        """
        for err in errors:
            if not isinstance(err, Unavailable) or not err.of_account:
                continue
            until = now + timedelta(seconds=err.retry_after or 0)
            if until - (self._paused_until or now) > _SAME_PAUSE:
                self._paused_until = until
                self._kept[_PAUSE] = until.isoformat()
                self._unwritten = True
                await self.write()

    async def write(self) -> None:
        """Write what is still to be written; what cannot be is tried again later."""
        if not self._is_closed and not await self._written():
            self._store.async_delay_save(self._content, _DELAY)

    async def close(self) -> None:
        """Write what is still to be written, which a reload reads at once, and end.

        What comes in afterwards would write an account that is removed back.
        """
        self._is_closed = True
        await self._written()
        await self.marks.write()

    async def remove(self) -> None:
        """Forget the account."""
        await self.marks.remove()
        await self._store.async_remove()

    async def _written(self) -> bool:
        """Write what is still to be written; say whether all is."""
        if self._unwritten:
            if self._undumped:
                await self._hass.async_add_executor_job(self._dump_large)
            try:
                await self._store.async_save(self._content())
            except (HomeAssistantError, OSError) as err:
                _LOGGER.error("What happened cannot be kept: %s", type(err).__name__)
                self._unwritten = True
        return not self._unwritten

    def _content(self) -> dict[str, object]:
        """Return what is to be written: a copy, because a thread encodes it.

        What is written later is asked for in that thread.
        """
        self._unwritten = False
        self._dump_large()
        return dict(self._kept)

    def _dump_large(self) -> None:
        """Make what is large ready to be written; more may come meanwhile."""
        while self._undumped:
            key, dump = self._undumped.popitem()
            self._kept[key] = dump()


def _dumped[DataT](
    dump: Callable[[DataT], object],
    data: Mapping[str, DataT],
    last: Mapping[str, object] | None = None,
    before: object = None,
) -> dict[str, object]:
    """Return data as it is kept; of what is `last`'s object `before` has it already."""
    known = before if last is not None and isinstance(before, dict) else {}
    same = {site for site in known if last and last.get(site) is data.get(site)}
    return {
        site: known[site] if site in same else dump(each) for site, each in data.items()
    }


def _moment(stored: object) -> datetime | None:
    """Return a stored moment; what is none stands for nothing."""
    moment = dt_util.parse_datetime(stored) if isinstance(stored, str) else None
    return None if moment is None or moment.tzinfo is None else moment


def is_same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Say whether two mappings hold the same objects."""
    return one.keys() == other.keys() and all(one[key] is other[key] for key in one)


class PortalMarks:
    """How far the events of one account have been told: a file of its own.

    What has been told is not told again, however answers are read by now.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Take the account; nothing is read yet."""
        self._store: Store[dict[str, str]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}.told", private=True
        )
        self._marks: dict[str, str] = {}
        self._unwritten = False

    async def load(self) -> None:
        """Read what an earlier run has kept."""
        try:
            kept = await self._store.async_load()
        except NotImplementedError, UnsupportedStorageVersionError:
            kept = None
        self._marks = kept if isinstance(kept, dict) else {}

    def get(self, event: str) -> str | None:
        """Return the mark up to which an event has been told."""
        return self._marks.get(event)

    @callback
    def note(self, event: str, mark: str) -> None:
        """Note up to which mark an event has been told, to be written soon."""
        self._marks[event] = mark
        self._unwritten = True
        self._store.async_delay_save(self._content, _DELAY)

    async def write(self) -> None:
        """Write what is still to be written; what cannot be is tried again later."""
        if not self._unwritten:
            return
        try:
            await self._store.async_save(self._content())
        except (HomeAssistantError, OSError) as err:
            _LOGGER.error("What was told cannot be kept: %s", type(err).__name__)
            self._unwritten = True
            self._store.async_delay_save(self._content, _DELAY)

    async def remove(self) -> None:
        """Forget the account."""
        await self._store.async_remove()

    def _content(self) -> dict[str, str]:
        """Return what is to be written; a copy, because a thread encodes it."""
        self._unwritten = False
        return dict(self._marks)


class PortalTokenStore(TokenStore):
    """What one account keeps of its login: a file of its own, written at once."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Take the account; nothing is read yet."""
        super().__init__()
        self._store: Store[dict[str, str]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}.login", private=True
        )

    async def load(self) -> None:
        """Read what an earlier run has kept."""
        try:
            self.values = await self._store.async_load() or {}
        except NotImplementedError, UnsupportedStorageVersionError:
            # Another release wrote it; the user signs in again.
            self.values = {}

    @override
    async def keep(self, values: Mapping[str, str]) -> None:
        """Write these; what cannot be written still holds until the next start."""
        await super().keep(values)
        try:
            await self._store.async_save(dict(values))
        except (HomeAssistantError, OSError) as err:
            _LOGGER.error("The login cannot be kept: %s", type(err).__name__)

    async def remove(self) -> None:
        """Forget the login."""
        await self._store.async_remove()
