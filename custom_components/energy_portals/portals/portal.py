"""The contract a portal fulfils, as plain data."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from .automatic_actions import AutomaticActions
from .contract import AccountData, Client, Feed, Site, Subentry, TokenStore
from .history import History
from .push import Push
from .questions import Question

if TYPE_CHECKING:
    from .house import House


@dataclass(frozen=True, slots=True)
class LoginServer:
    """Where an OAuth2 login (RFC 6749, 4.1) begins, and where its tokens come from.

    Of accounts whose tokens Home Assistant holds.
    """

    address: str
    authorize: str
    token: str


@dataclass(frozen=True, kw_only=True)
class SignOut[ClientT]:
    """How the login of an account that is removed ends; takes the entry's data."""

    leave: Callable[[ClientT, AccountData], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class HealthCheck[ClientT]:
    """How the API says that it is doing; raises PortalError."""

    check: Callable[[ClientT], Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the user sets up beneath an account.

    `arrange` brings the sites that are held into line with it; InvalidInput where that
    cannot be. `are_live` says that a changed part is taken over without another set-up.
    """

    arrange: Callable[[Mapping[str, Site], tuple[Subentry, ...]], Mapping[str, Site]]
    are_live: bool = False
    entities: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LivesOnSources:
    """Which of the house's sources an account lives on.

    `kinds` are the model's kinds by the keys of the entry's data under which the keys
    of the sources stand. It looks again when one of them may hold something else.
    `base_load` is what the home draws beside what is planned, kW, by the entry's data.
    """

    kinds: Mapping[str, type[object]]
    base_load: Callable[[AccountData], float] = lambda account: 0.0

    def named(self, account: AccountData) -> Mapping[str, str]:
        """Return the sources of an account, by the keys of its data."""
        return {key: account[key] for key in self.kinds if account.get(key)}

    def keys(self, account: AccountData) -> tuple[str, ...]:
        """Return the keys of the sources of an account."""
        return tuple(self.named(account).values())


@dataclass(frozen=True, kw_only=True)
class OfAccount:
    """The portal as an account of such data has it, in a house of that zone."""

    portal: Callable[[AccountData, ZoneInfo], Portal[Any]]


@dataclass(frozen=True, kw_only=True)
class AsksHouse[ClientT: Client]:
    """The API is the house: what other integrations have in it.

    `attach` gives a client its house. `of_account` is the portal as an account of such
    data has it in a house of that zone: of its feeds only those, in their rhythm.
    `entities` and `entries` are what an account reads: entities by lasting names, and
    ids of config entries. `statistics` are those of the recorder, by the names of their
    entities where they have one; they are not read when these change.
    """

    attach: Callable[[ClientT, House], None]
    of_account: Callable[[AccountData, ZoneInfo], Portal[ClientT]]
    entities: Callable[[AccountData], tuple[str, ...]]
    entries: Callable[[AccountData], tuple[str, ...]]
    statistics: Callable[[AccountData], tuple[str, ...]]


type Capability[ClientT: Client] = (
    AsksHouse[ClientT]
    | AutomaticActions[ClientT, Any]
    | HealthCheck[ClientT]
    | History[ClientT, Any]
    | LivesOnSources
    | LoginServer
    | OfAccount
    | Parts
    | Push[Any, Any]
    | Question[ClientT, Any]
    | SignOut[ClientT]
)


@dataclass(frozen=True, kw_only=True)
class Portal[ClientT: Client]:
    """One API: how to reach it, what it has and how often to ask.

    `connect` takes the entry's data and options, and where to keep what changes of the
    login. `sites` is the feed of what the account has, and `account` the sort of site
    that stands for the account as a whole. `secrets` are the keys of the entry's data
    that never leave it. `capabilities` are what not every portal has; of a question
    there may be several, of the others one each.
    """

    key: str
    name: str
    connect: Callable[[ClientSession, AccountData, AccountData, TokenStore], ClientT]
    sites: Feed[ClientT, Site, Any, Any]
    feeds: tuple[Feed[ClientT, Any, Any, Any], ...]
    account: type[Site]
    secrets: frozenset[str]
    capabilities: tuple[Capability[ClientT], ...] = ()

    def every[CapabilityT](self, kind: type[CapabilityT]) -> tuple[CapabilityT, ...]:
        """Return all that the portal has of a kind of capability."""
        return tuple(each for each in self.capabilities if isinstance(each, kind))

    def capability[CapabilityT](self, kind: type[CapabilityT]) -> CapabilityT | None:
        """Return what the portal has of a kind of capability, if anything."""
        return next(iter(self.every(kind)), None)


# Of whatever client.
type AnyPortal = Portal[Any]
