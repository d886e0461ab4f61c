"""What only the user may decide, as plain data: a question with its choices."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .contract import Feed, HeldData, Site


class Shown(StrEnum):
    """How the choices are shown: as the step of a dialog that is called so."""

    CONFIRM = "confirm"
    SELECT = "choose"
    MENU = "init"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that is open at a site: what its text says there.

    `about` names what it is about where a site may ask it more than once.
    """

    says: Mapping[str, str]
    about: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceRequest[ClientT, DataT]:
    """What a choice is given: the site that asks, and what the source holds.

    `forget` takes the site out of the account.
    """

    now: datetime
    client: ClientT
    site: Site
    asked: Asked
    held: HeldData[DataT]
    forget: Callable[[], None]


type Choice[ClientT, DataT] = Callable[[ChoiceRequest[ClientT, DataT]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Question[ClientT, DataT]:
    """Something that only the user may decide, one way or another.

    `asked` looks at a site and what the `source`, a feed, has of it, at a time in the
    user's zone; what it says must have all that the text has places for, which are
    `says`; `account` is the account's title. `choices` are in the order in which they
    are offered; one that is `Shown.CONFIRM` is called so. They raise PortalError.
    `of_account` asks once for all the account's sites that ask, and does what is chosen
    at each. `passes` says that there may be nothing to decide any more when the user
    comes to it, and `reloads` that what is chosen holds from the account's next start
    on.
    """

    key: str
    source: Feed[Any, DataT, Any, Any]
    says: frozenset[str]
    asked: Callable[[Site, DataT, datetime], Iterable[Asked]]
    choices: Mapping[str, Choice[ClientT, DataT]]
    shown: Shown = Shown.SELECT
    of_account: bool = False
    passes: bool = False
    reloads: bool = False


# Of whatever client and data.
type AnyQuestion = Question[Any, Any]
