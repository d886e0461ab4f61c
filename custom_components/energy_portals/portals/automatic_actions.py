"""The contract of what an account does by itself in answer to its portal."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .contract import AnyFeed, Feed, HeldData, Site

# Hourly energy of a statistic between two times: the start of each whole hour → kWh.
type Energy = Callable[[str, datetime, datetime], Awaitable[Mapping[datetime, float]]]


@dataclass(frozen=True, kw_only=True)
class AutomaticRequest[ClientT, DataT]:
    """What automatic actions are given: sites, what the feed holds, hourly energy.

    `look_again` fetches another feed, which what came has made old.
    """

    now: datetime
    client: ClientT
    sites: tuple[Site, ...]
    held: HeldData[DataT]
    energy: Energy
    look_again: Callable[[AnyFeed], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class AutomaticActions[ClientT, DataT]:
    """What is owed by what a feed holds.

    `do` does what is due, notes it in what is held as it goes, and returns when to look
    again; None is when the feed changes. It raises the PortalError of what failed once
    the rest is done, and is then tried again.
    """

    feed: Feed[ClientT, DataT, Any, Any]
    do: Callable[[AutomaticRequest[ClientT, DataT]], Awaitable[datetime | None]]
