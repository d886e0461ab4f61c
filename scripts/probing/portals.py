"""What a probe has to know of each portal: what it asks for, signs in to and reads."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Final

from aiohttp import ClientSession

from custom_components.energy_portals.portals import Client, Site, Subentry

from .noting import NotedClient, Nothing
from .reading import Post

type Given = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that an account needs; its variable is `<PORTAL>_<NAME>`.

    What has a `default` is asked for only where `is_asked` says so.
    """

    name: str
    prompt: str
    is_secret: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()
    is_address: bool = False
    is_asked: bool = True


type Ask = Callable[[Field], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known once the feeds have been fetched."""

    client: NotedClient
    sites: tuple[Site, ...]
    given: Given
    now: datetime
    span: tuple[datetime, datetime]

    def site[SiteT: Site](self, kind: type[SiteT]) -> SiteT:
        """Return the first site of a sort."""
        for site in self.sites:
            if isinstance(site, kind):
                return site
        raise Nothing(f"no {name_of(kind)}")

    def first(self, operation: str) -> Any:
        """Return the first row of what an operation has returned."""
        for result in self.client.outcome(operation).results:
            if isinstance(result, list | tuple) and result:
                return result[0]
        raise Nothing(f"no row in {operation}")


# What only reads: the client's method by name, and how to ask it of what is known.
type Operations = Mapping[str, Callable[[Any, Known], Awaitable[object]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How one portal is probed.

    `posts` are what it reads or signs in with by POST, `connect` signs in, and `parts`
    are what the user would set up beneath the account. `note` is said beforehand.
    """

    fields: tuple[Field, ...]
    posts: Callable[[Given], Iterable[Post]]
    connect: Callable[[ClientSession, Given, Ask], Awaitable[Client]]
    operations: Operations
    parts: Callable[[Any], Awaitable[tuple[Subentry, ...]]] | None = None
    note: str = ""


def name_of(kind: type[Site]) -> str:
    """Return a sort of sites in a word."""
    return kind.__name__.removesuffix("Site").casefold() or "site"


PORTALS: Final = ("digiwatt", "esmart", "epilot", "volue", "autarc")


def probe_of(portal: str) -> Probe:
    """Return how a portal is probed; it is imported when it is asked for."""
    probe: Probe = import_module(f".{portal}", __package__).PROBE
    return probe
