"""autarc: a company by its key; a login in a browser cannot be probed."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from aiohttp import ClientSession

from custom_components.energy_portals.portals import Subentry, TokenStore
from custom_components.energy_portals.portals.autarc import AUTARC, AutarcClient
from custom_components.energy_portals.portals.autarc.client import API_URL
from custom_components.energy_portals.portals.autarc.sites import (
    PROJECT,
    ProjectSite,
    survey,
)

from .noting import Nothing
from .portals import Ask, Field, Given, Known, Operations, Probe
from .reading import Post

_PROJECTS: Final = 3


def _posts(given: Given) -> Iterable[Post]:
    return ()


async def _connect(session: ClientSession, given: Given, ask: Ask) -> AutarcClient:
    return AUTARC.connect(session, given, {}, TokenStore())


async def _parts(client: AutarcClient) -> tuple[Subentry, ...]:
    """Return a few projects, as if the user had chosen them."""
    projects = (await survey(client)).projects
    return tuple(
        Subentry(id=key, type=PROJECT, title=title, data={"project_id": key})
        for key, title in islice(projects.items(), _PROJECTS)
    )


def _project(known: Known) -> str:
    return known.site(ProjectSite).project_id


async def _customer(client: AutarcClient, known: Known) -> object:
    for customer in await client.customers(tuple):
        return await client.customer(customer.id)
    raise Nothing("no customer")


_OPERATIONS: Final[Operations] = {
    "projects": lambda client, known: client.projects(tuple),
    "project": lambda client, known: client.project(_project(known)),
    "rooms": lambda client, known: client.rooms(_project(known)),
    "customers": lambda client, known: client.customers(tuple),
    "customer": _customer,
}

PROBE: Final = Probe(
    fields=(
        Field(name="api_key", prompt="API key", is_secret=True),
        Field(
            name="api_url",
            prompt="API address",
            default=API_URL,
            is_address=True,
            is_asked=False,
        ),
    ),
    posts=_posts,
    connect=_connect,
    parts=_parts,
    operations=_OPERATIONS,
    note=(
        "This needs a key: an account that signs in with autarc does so in a browser, "
        "to which a terminal cannot be sent back."
    ),
)
