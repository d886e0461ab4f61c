"""The contract of what an account does by itself in answer to its portal."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from .contract import AnyFeed, Feed, HeldData, Site

if TYPE_CHECKING:
    from .devices import Devices
    from .model.planned_use import PlannedUse
    from .watching import Watch

# Hourly energy of a statistic between two times: the start of each whole hour → kWh.
type Energy = Callable[[str, datetime, datetime], Awaitable[Mapping[datetime, float]]]
# What is planned for a site of the account; None where it is not just one planner's.
type Planned = Callable[[str], PlannedUse | None]


class DataOf(Protocol):
    """How to see what another feed of the account holds, by site key."""

    def __call__[OtherT](
        self, feed: Feed[Any, OtherT, Any, Any]
    ) -> Mapping[str, OtherT]:
        """Return it."""


@dataclass(frozen=True, kw_only=True)
class RestoreRequest[DataT]:
    """What is given to restore what was set: what the feed holds, the house's devices.

    `now` is in UTC. `watched` is what is known of what is watched in real time.
    """

    now: datetime
    watched: object = None
    held: HeldData[DataT]
    devices: Devices


@dataclass(frozen=True, kw_only=True)
class AutomaticRequest[ClientT, DataT](RestoreRequest[DataT]):
    """What automatic actions are given: sites, what the feed holds, hourly energy.

    `planned` is what planners have planned. `look_again` fetches another feed, which
    what came has made old. `data_of` is what another feed holds.
    """

    client: ClientT
    sites: tuple[Site, ...]
    energy: Energy
    planned: Planned
    look_again: Callable[[AnyFeed], Awaitable[None]]
    data_of: DataOf


@dataclass(frozen=True, kw_only=True)
class AutomaticActions[ClientT, DataT]:
    """What is owed by what a feed holds.

    `do` does what is due, notes it in what is held as it goes, and returns when to look
    again; None is when the feed, or one that it `follows`, changes. It raises the
    PortalError of what failed once the rest is done, and is then tried again.

    Whoever moves devices waits until the house has started and they are there, and says
    how to `restore` what is set of them when the account is gone, or disabled: it
    returns when to look again, None once nothing is left. It raises nothing.
    """

    feed: Feed[ClientT, DataT, Any, Any]
    do: Callable[[AutomaticRequest[ClientT, DataT]], Awaitable[datetime | None]]
    follows: tuple[AnyFeed, ...] = ()
    restore: Callable[[RestoreRequest[DataT]], Awaitable[datetime | None]] | None = None
    watch: Watch[Any] | None = None
