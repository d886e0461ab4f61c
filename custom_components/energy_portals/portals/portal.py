"""The contract a portal fulfils, as plain data."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import ClientSession

from .automatic_actions import AutomaticActions
from .contract import Client, Feed, HeldData, Site, Subentry, TokenStore
from .history import History
from .push import Push


@dataclass(frozen=True, kw_only=True)
class Repair[ClientT]:
    """Something at the portal that only the user may decide.

    `needed` looks at a feed's data of one site; `fix` does it once the user agreed.
    """

    key: str
    source: str
    needed: Callable[[Any], bool]
    fix: Callable[[ClientT, Any], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class ChoiceRequest[ClientT, DataT]:
    """What a choice is given: the site it is about, and what the source holds.

    `forget` takes the site out of the account.
    """

    now: datetime
    client: ClientT
    site: Site
    held: HeldData[DataT]
    forget: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Question[ClientT, DataT]:
    """Something about one site that only the user may decide, one way or another.

    `asked` looks at a site and what the source has of it at a time in the user's zone,
    and returns what the text has places for, which are `says`; None where there is
    nothing to ask. `source` is a
    feed's key, `sites` for the sites themselves. `choices` are in the order in which
    they are offered.
    """

    key: str
    source: str
    says: frozenset[str]
    asked: Callable[[Site, DataT, datetime], Mapping[str, str] | None]
    choices: Mapping[str, Callable[[ChoiceRequest[ClientT, DataT]], Awaitable[None]]]


@dataclass(frozen=True, slots=True)
class LoginServer:
    """Where an OAuth2 login (RFC 6749, 4.1) begins, and where its tokens come from."""

    address: str
    authorize: str
    token: str


@dataclass(frozen=True, kw_only=True)
class Portal[ClientT: Client]:
    """One API: how to reach it, what it has and how often to ask.

    `connect` takes the entry's data and options, and where to keep what changes of the
    login. `leave` takes the entry's data and ends the login of an account that is
    removed. `secrets` are the keys of the entry's data that never leave it. `check`
    asks how the API itself is doing.
    `history` is where past energy and costs come from, and `account` the sort of site
    that stands for the account as a whole. `arrange` brings the sites that are held
    into line with what the user has set up beneath the account. `push` is how the
    portal tells by itself, and `automatic_actions` is what the account does by itself.
    `login` is for accounts whose tokens Home Assistant holds. `sources` takes the
    entry's data and names what of the house the account lives on: it looks again when
    that changes.
    `is_live` says that a changed part is taken over without another set-up.
    """

    key: str
    name: str
    connect: Callable[
        [ClientSession, Mapping[str, Any], Mapping[str, Any], TokenStore], ClientT
    ]
    sites: Feed[ClientT, Site]
    feeds: tuple[Feed[ClientT, Any, Any], ...]
    secrets: frozenset[str]
    leave: Callable[[ClientT, Mapping[str, Any]], Awaitable[None]] | None = None
    arrange: (
        Callable[[Mapping[str, Site], tuple[Subentry, ...]], Mapping[str, Site]] | None
    ) = None
    push: Push[Any, Any] | None = None
    automatic_actions: AutomaticActions[ClientT, Any] | None = None
    repairs: tuple[Repair[ClientT], ...] = ()
    questions: tuple[Question[ClientT, Any], ...] = ()
    check: Callable[[ClientT], Awaitable[str]] | None = None
    login: LoginServer | None = None
    history: History[ClientT, Any] | None = None
    sources: Callable[[Mapping[str, Any]], tuple[str, ...]] | None = None
    is_live: bool = False
    account: type[Site] = Site
