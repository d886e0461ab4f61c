"""The contract a vendor fulfils, as plain data."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from ..model.periods import next_midnight
from .errors import AuthError, PortalError, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the vendor calls meter, delivery point, contract or location."""

    key: str
    name: str
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest[DataT]:
    """What a feed may know when it fetches.

    `held` is what the feed returned last, by site key; empty at the first fetch.
    `problems` takes the errors of parts that failed while others came.
    """

    now: datetime
    sites: tuple[str, ...]
    held: Mapping[str, DataT]
    problems: list[PortalError] = field(default_factory=list)


class Rhythm(Protocol):
    """When a feed fetches next."""

    def pause(self, now: datetime, spread: float) -> timedelta | None:
        """Return how long to wait from `now`; None waits to be told.

        `spread` is in [0, 1), always the same for one feed of one account, and
        keeps the world's installations from calling at the same second.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Fetch at an interval, lengthened by up to `jitter`.

    `day_in` fetches soon after midnight in that zone as well, for data that is
    named from today.
    """

    interval: timedelta
    jitter: timedelta = timedelta()
    day_in: ZoneInfo | None = None

    def pause(self, now: datetime, spread: float) -> timedelta:
        """Return the interval, or less when a local day begins within it."""
        wait = self.interval + self.jitter * spread
        if self.day_in is None:
            return wait
        new_day = next_midnight(now, self.day_in) - now
        return min(wait, new_day + timedelta(seconds=10) + self.jitter * spread)


@dataclass(frozen=True, kw_only=True)
class Feed[ClientT, DataT]:
    """One kind of data of an account, fetched in its own rhythm.

    `fetch` returns the data by site key; it raises only PortalError. `kinds` says
    which of the model's kinds the data holds and how to take them out: whoever
    yields a kind has its standard entities without a line of his own.
    """

    key: str
    fetch: Callable[[ClientT, FeedRequest[DataT]], Awaitable[Mapping[str, DataT]]]
    rhythm: Rhythm
    kinds: Mapping[type[Any], Callable[[DataT], Any]] = field(default_factory=dict)


class Client(Protocol):
    """What every vendor's client offers beside its operations."""

    def skeletons(self) -> dict[str, Any]:
        """Return keys and types, never values, of the last answers by operation."""

    def refused(self) -> dict[str, int]:
        """Return how many values were refused, by operation and key."""


@dataclass(frozen=True, kw_only=True)
class Vendor[ClientT: Client]:
    """One API: how to reach it, what it has and how often to ask.

    `secrets` are the keys of the entry's data that never leave it.
    """

    key: str
    name: str
    connect: Callable[[ClientSession, Mapping[str, Any]], ClientT]
    sites: Feed[ClientT, Site]
    feeds: tuple[Feed[ClientT, Any], ...]
    secrets: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Action[ClientT]:
    """A service action of a vendor's own.

    `handle` takes the client and the validated fields; it raises PortalError or
    InvalidInput. `answers` says that it only reads and that its result is the response.
    """

    name: str
    fields: Mapping[Any, Any]
    handle: Callable[[ClientT, Mapping[str, Any]], Awaitable[dict[str, Any] | None]]
    answers: bool = False
    admin: bool = False


async def gather_parts[KeyT, PartT](
    parts: Iterable[KeyT],
    fetch: Callable[[KeyT], Awaitable[PartT]],
    request: FeedRequest[Any],
) -> dict[KeyT, PartT]:
    """Fetch the parts of a feed one by one and return those that came.

    A part that fails is noted in the request. After a time-out or a pause that the
    vendor asks for, the rest is not tried. Refused credentials are raised, and so is
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
