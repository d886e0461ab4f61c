"""The parts of a portal, as plain data: sites and feeds."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from .http.client import Auth
from .http.errors import AuthError, Forbidden, NotFound, PortalError, Unavailable
from .rhythms import Rhythm

if TYPE_CHECKING:
    from .house import House
    from .model.series import Slot
    from .optimum.optimise import Solver
    from .sources import Sources

# What Home Assistant keeps of an account, as its forms have entered it.
type AccountData = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the portal calls meter, delivery point, contract or location.

    A portal that has several sorts of them, or has to know more of each, derives
    classes of its own. `subentry` is the part of the account that the user has set it
    up as, and `moves` are entities of the house that are moved for it, by the names
    they are stored by. `is_over` says that nothing more comes of it.
    """

    key: str
    name: str
    model: str | None = None
    subentry: str | None = None
    moves: tuple[str, ...] = ()
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subentry:
    """A part of the account that the user has set up beneath it."""

    id: str
    type: str
    title: str
    data: AccountData


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTarget:
    """Where the portal can push to: an address of this installation, and a secret."""

    url: str = field(repr=False)
    secret: str = field(repr=False)


class Surroundings(Protocol):
    """What a feed may ask for beyond the time, its sites and what is held of them.

    Each is put together when it is asked for.
    """

    @property
    def options(self) -> Mapping[str, object]:
        """Return what the user chose for this feed."""

    @property
    def subentries(self) -> tuple[Subentry, ...]:
        """Return the parts that the user has set up beneath the account."""

    @property
    def webhook_target(self) -> WebhookTarget | None:
        """Return where the portal can push to; None where there is no outer address."""

    @property
    def sources(self) -> Sources:
        """Return what the house's other accounts hold."""

    @property
    def house(self) -> House:
        """Return the house, for those who read what is in it."""

    async def solver(self) -> Solver | None:
        """Return what finds the optimum of a home, installed when first asked for.

        None where it cannot be installed.
        """

    def held[DataT](self, feed: Feed[Any, DataT, Any, Any]) -> Mapping[str, DataT]:
        """Return what another feed of the account holds, by site key."""

    @property
    def watched(self) -> object:
        """Return what the account knows by watching; None where it watches nothing."""

    async def energy(
        self, statistic: str, start: datetime, end: datetime
    ) -> Sequence[Slot[float]]:
        """Return the energy that a statistic of the house has, kWh, in order.

        Raises Unavailable where the statistic is not there.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest[DataT, SiteT: Site = Site, GivenT = None]:
    """What a feed knows when it fetches.

    `sites` are those the feed is about, `held` is what is held of them by site key, and
    `given` is what the feed `needs` beyond that.
    """

    now: datetime
    sites: tuple[SiteT, ...]
    held: Mapping[str, DataT]
    given: GivenT


@dataclass(frozen=True, slots=True)
class Fetched[DataT]:
    """What came of a fetch: the data by site key.

    `problems` are the errors of parts that failed while others came, `refused` the keys
    of sites of which the account may not see this.
    """

    data: Mapping[str, DataT]
    problems: tuple[PortalError, ...] = ()
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Kept[DataT]:
    """How a feed's data of one site is kept over a restart, as JSON.

    `load` takes what `dump` made and the feed's options; it raises ValueError for
    anything else. It runs in a thread where there may be much (`is_large`).
    """

    dump: Callable[[DataT], object]
    load: Callable[[object, Mapping[str, object]], DataT]
    is_large: bool = False


@dataclass(frozen=True, kw_only=True)
class Feed[ClientT, DataT, SiteT: Site = Site, GivenT = None]:
    """One kind of data of an account, fetched in its own rhythm.

    `fetch` returns the data by site key; it raises only PortalError. What it does not
    return stays held, but counts as failed. `at` is the sort of sites it is about, and
    `needs` takes what it has to be given out of the account's surroundings.
    `kinds` says which of the model's kinds the data holds and how to take them out:
    whoever yields a kind has its standard entities without a line of his own.
    `joined` puts what was fetched beside what is held now, for data that also changes
    while a fetch is under way. A fetch makes `most_calls` and takes the `longest` time
    at most, and yields `most_sites` at most where it is that of the sites: what a
    portal makes of more fails as TooMuch, or is left out and told. `prepare` loads what
    its options need, and raises nothing: it runs in a thread before the feed begins.
    """

    key: str
    fetch: Callable[
        [ClientT, FeedRequest[DataT, SiteT, GivenT]], Awaitable[Fetched[DataT]]
    ]
    rhythm: Rhythm
    at: type[SiteT] = Site  # type: ignore[assignment]  # SiteT's own default
    needs: Callable[[Surroundings], GivenT] | None = None
    kinds: Mapping[type[Any], Callable[[DataT], Any]] = field(default_factory=dict)
    kept: Kept[DataT] | None = None
    joined: Callable[[DataT, DataT], DataT] | None = None
    prepare: Callable[[Mapping[str, object]], None] | None = None
    most_calls: int = 5000
    longest: timedelta = timedelta(minutes=30)
    most_sites: int = 200

    def request(
        self,
        now: datetime,
        sites: tuple[SiteT, ...],
        held: Mapping[str, DataT],
        surroundings: Surroundings,
    ) -> FeedRequest[DataT, SiteT, GivenT | None]:
        """Return what to fetch with: of the surroundings only what the feed needs."""
        given = None if self.needs is None else self.needs(surroundings)
        return FeedRequest(now=now, sites=sites, held=held, given=given)


@runtime_checkable
class Reporting(Protocol):
    """Data of which a report for fault-finding shows something."""

    def report(self) -> object:
        """Return what it shows, as JSON, without what is private."""


# Of whatever client and data.
type AnyFeed = Feed[Any, Any, Any, Any]


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
                raise Unavailable("token_store", "the account is being closed")
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

    def skeletons(self) -> dict[str, object]:
        """Return keys and types, never values, of the last answers by operation."""

    def refused(self) -> dict[str, int]:
        """Return how many values were refused, by operation and key."""


async def gather_parts[KeyT, PartT](
    parts: Iterable[KeyT], fetch: Callable[[KeyT], Awaitable[PartT]]
) -> tuple[dict[KeyT, PartT], tuple[PortalError, ...]]:
    """Fetch parts one by one; return those that came, and the errors of the others.

    After a time-out or a pause that the portal asks for, the rest is not tried. Refused
    credentials are raised, and so is the first error when no part came, so that the
    feed as a whole says so.
    """
    came: dict[KeyT, PartT] = {}
    failed: list[PortalError] = []
    for part in parts:
        try:
            came[part] = await fetch(part)
        except AuthError:
            raise
        except PortalError as err:
            failed.append(err)
            if isinstance(err, Unavailable) and not err.passing:
                break
    if failed and not came:
        raise failed[0]
    return came, tuple(failed)


async def gather_sites[DataT, SiteT: Site, GivenT](
    request: FeedRequest[DataT, SiteT, GivenT],
    fetch: Callable[[SiteT], Awaitable[DataT]],
) -> Fetched[DataT]:
    """Fetch site by site; a site of which the account may not see this is refused."""

    async def whole(site: SiteT) -> tuple[DataT, tuple[PortalError, ...]]:
        return await fetch(site), ()

    return await gather_partly(request, whole)


async def gather_partly[DataT, SiteT: Site, GivenT](
    request: FeedRequest[DataT, SiteT, GivenT],
    fetch: Callable[[SiteT], Awaitable[tuple[DataT, tuple[PortalError, ...]]]],
) -> Fetched[DataT]:
    """Fetch sites of which parts may fail; `fetch` returns the errors of these."""
    refused: set[str] = set()
    problems: list[PortalError] = []

    async def one(site: SiteT) -> DataT | None:
        try:
            data, failed = await fetch(site)
        except Forbidden, NotFound:
            refused.add(site.key)
            return None
        problems.extend(failed)
        return data

    came, failed = await gather_parts(request.sites, one)
    return Fetched(
        {site.key: data for site, data in came.items() if data is not None},
        (*problems, *failed),
        frozenset(refused),
    )
