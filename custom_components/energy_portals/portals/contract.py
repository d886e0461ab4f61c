"""The parts of a portal, as plain data: sites, feeds, actions."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from .http.client import Auth
from .http.errors import AuthError, Forbidden, NotFound, PortalError, Unavailable
from .rhythms import Rhythm
from .sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the portal calls meter, delivery point, contract or location.

    A portal that has several sorts of them, or has to know more of each, derives
    classes of its own. `subentry` is the part of the account that the user has set it
    up as.
    """

    key: str
    name: str
    model: str | None = None
    subentry: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subentry:
    """A part of the account that the user has set up beneath it."""

    id: str
    type: str
    title: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTarget:
    """Where the portal can push to: an address of this installation, and a secret."""

    url: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest[DataT, SiteT: Site = Site]:
    """What a feed may know when it fetches.

    `sites` are those the feed is about, `held` is what is held of them by site key, and
    `options` is what the user chose for this feed. `subentries` are the parts that the
    user has set up, and `webhook_target` is where the portal can push to, if anywhere.
    `sources` is what the house's other accounts hold.
    `problems` takes the errors of parts that failed while others came; `refused` the
    keys of sites of which the account may not see this.
    """

    now: datetime
    sites: tuple[SiteT, ...]
    held: Mapping[str, DataT]
    options: Mapping[str, Any] = field(default_factory=dict)
    subentries: tuple[Subentry, ...] = ()
    webhook_target: WebhookTarget | None = None
    sources: Sources | None = None
    problems: list[PortalError] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Kept[DataT]:
    """How a feed's data of one site is kept over a restart, as JSON.

    `load` takes what `dump` made and the feed's options; it raises ValueError for
    anything else. It runs in a thread where there may be much (`is_large`).
    """

    dump: Callable[[DataT], Any]
    load: Callable[[Any, Mapping[str, Any]], DataT]
    is_large: bool = False


@dataclass(frozen=True, kw_only=True)
class Feed[ClientT, DataT, SiteT: Site = Site]:
    """One kind of data of an account, fetched in its own rhythm.

    `fetch` returns the data by site key; it raises only PortalError. What it does not
    return stays held, but counts as failed. `at` is the sort of sites it is about.
    `kinds` says which of the model's kinds the data holds and how to take them out:
    whoever yields a kind has its standard entities without a line of his own.
    `joined` puts what was found beside what is held now, for data that also changes
    while a fetch is under way.
    """

    key: str
    fetch: Callable[
        [ClientT, FeedRequest[DataT, SiteT]], Awaitable[Mapping[str, DataT]]
    ]
    rhythm: Rhythm
    at: type[SiteT] = Site  # type: ignore[assignment]  # SiteT's own default
    kinds: Mapping[type[Any], Callable[[DataT], Any]] = field(default_factory=dict)
    kept: Kept[DataT] | None = None
    joined: Callable[[DataT, DataT], DataT] | None = None


class HeldData[DataT](Protocol):
    """What a feed holds, for those who change it beside its fetches."""

    @property
    def data(self) -> Mapping[str, DataT]:
        """Return it by site key."""

    async def change(
        self, change: Callable[[Mapping[str, DataT]], Mapping[str, DataT]]
    ) -> None:
        """Replace it by what this makes of it; return when it would survive a crash."""


class TokenStore:
    """What a client keeps of its login beside the account's data; this one in memory.

    A token that is replaced whenever it is used, for example. `login` authorises the
    requests of an account whose tokens Home Assistant holds itself.
    """

    login: Auth | None = None

    def __init__(self) -> None:
        """Begin with nothing."""
        self.values: Mapping[str, str] = {}
        self._lock = asyncio.Lock()
        self._is_closed = False

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Let nobody else change the login meanwhile, a next run included."""
        async with self._lock:
            if self._is_closed:
                raise Unavailable("vault", "the account is being closed")
            yield

    async def keep(self, values: Mapping[str, str]) -> None:
        """Keep these instead; return when they would survive a crash."""
        self.values = dict(values)

    async def close(self) -> None:
        """Wait for a change that is under way, and let no other begin."""
        async with self._lock:
            self._is_closed = True


class Client(Protocol):
    """What every portal's client offers beside its operations."""

    def skeletons(self) -> dict[str, Any]:
        """Return keys and types, never values, of the last answers by operation."""

    def refused(self) -> dict[str, int]:
        """Return how many values were refused, by operation and key."""


@dataclass(frozen=True, kw_only=True)
class ActionRequest[ClientT, SiteT: Site = Site]:
    """What an action is given: validated fields, and the site that is meant.

    `feeds` are what the account's feeds hold.
    """

    client: ClientT
    site: SiteT
    fields: Mapping[str, Any]
    feeds: Mapping[str, HeldData[Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Action[ClientT, SiteT: Site = Site]:
    """A service action of a portal's own, about one site of the sort `at`.

    `handle` raises PortalError or InvalidInput. `answers` says that it only reads and
    that its result is the response, `returns` that its result can be one. `changes`
    names the feeds that show what it did.
    """

    name: str
    fields: Mapping[Any, Any]
    handle: Callable[[ActionRequest[ClientT, SiteT]], Awaitable[dict[str, Any] | None]]
    at: type[SiteT] = Site  # type: ignore[assignment]  # SiteT's own default
    answers: bool = False
    returns: bool = False
    admin: bool = False
    changes: tuple[str, ...] = ()


async def gather_parts[KeyT, PartT](
    parts: Iterable[KeyT],
    fetch: Callable[[KeyT], Awaitable[PartT]],
    request: FeedRequest[Any],
) -> dict[KeyT, PartT]:
    """Fetch the parts of a feed one by one and return those that came.

    A part that fails is noted in the request. After a time-out or a pause that the
    portal asks for, the rest is not tried. Refused credentials are raised, and so is
    the first error when no part came, so that the feed as a whole says so.
    """
    found: dict[KeyT, PartT] = {}
    failed: list[PortalError] = []
    for part in parts:
        try:
            found[part] = await fetch(part)
        except AuthError:
            raise
        except PortalError as err:
            failed.append(err)
            if isinstance(err, Unavailable) and not err.passing:
                break
    if failed and not found:
        raise failed[0]
    request.problems.extend(failed)
    return found


async def gather_sites[DataT, SiteT: Site](
    request: FeedRequest[DataT, SiteT], fetch: Callable[[SiteT], Awaitable[DataT]]
) -> dict[str, DataT]:
    """Fetch site by site, and note those of which the account may not see this."""

    async def one(site: SiteT) -> DataT | None:
        try:
            return await fetch(site)
        except Forbidden, NotFound:
            request.refused.add(site.key)
            return None

    found = await gather_parts(request.sites, one, request)
    return {site.key: data for site, data in found.items() if data is not None}
