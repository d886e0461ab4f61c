"""The contract of what an account watches in the house, second by second."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from .contract import Site

if TYPE_CHECKING:
    from .automatic_actions import DataOf
    from .devices import Devices


@dataclass(frozen=True, kw_only=True)
class WatchRequest[StateT]:
    """What a look is given: sites, what was known, what feeds hold, and the house.

    `now` is in UTC.
    """

    now: datetime
    sites: tuple[Site, ...]
    held: StateT | None
    data_of: DataOf
    devices: Devices


@dataclass(slots=True)
class Watched:
    """What an account knows by watching, in memory alone; None where it does not."""

    state: object = None


@dataclass(frozen=True, kw_only=True)
class Watch[StateT]:
    """What is looked at with each change of some entities, and kept in memory alone.

    `names` are those entities, by the names they are stored by. `look` returns what is
    known by now; where that `is_news`, the account's automatic actions look at once.
    """

    names: Callable[[WatchRequest[StateT]], Iterable[str]]
    look: Callable[[WatchRequest[StateT]], StateT | None]
    is_news: Callable[[StateT | None, StateT | None], bool]
