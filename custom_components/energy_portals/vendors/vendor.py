"""The contract a vendor fulfils, as plain data."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from .base import Client, Feed, Site, Vault
from .history import History


@dataclass(frozen=True, kw_only=True)
class Repair[ClientT]:
    """Something at the vendor that only the user may decide.

    `needed` looks at a feed's data of one site; `fix` does it once the user agreed.
    """

    key: str
    source: str
    needed: Callable[[Any], bool]
    fix: Callable[[ClientT, Any], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Vendor[ClientT: Client]:
    """One API: how to reach it, what it has and how often to ask.

    `connect` takes the entry's data and options, and where to keep what changes of the
    login. `leave` ends the login when the account is removed. `secrets` are the keys of
    the entry's data that never leave it. `check` asks how the API itself is doing.
    `history` is where past energy and costs come from, and `account` the sort of site
    that stands for the account as a whole.
    """

    key: str
    name: str
    connect: Callable[
        [ClientSession, Mapping[str, Any], Mapping[str, Any], Vault], ClientT
    ]
    sites: Feed[ClientT, Site]
    feeds: tuple[Feed[ClientT, Any, Any], ...]
    secrets: frozenset[str]
    leave: Callable[[ClientT], Awaitable[None]] | None = None
    repairs: tuple[Repair[ClientT], ...] = ()
    check: Callable[[ClientT], Awaitable[str]] | None = None
    history: History[ClientT, Any] | None = None
    account: type[Site] = Site
