"""The planner: when flexible loads run, by what the other accounts hold.

It is built like a portal whose API is the house itself: it asks nobody outside.
"""

from typing import Final

from aiohttp import ClientSession

from ..contract import AccountData, TokenStore
from ..portal import LivesOnSources, Parts, Portal
from .client import PlannerClient
from .feeds import FEEDS
from .sites import SITES, PlannerSite, arranged

__all__ = [
    "PLANNER",
    "PlannerClient",
]


def _connect(
    session: ClientSession,
    account: AccountData,
    options: AccountData,
    token_store: TokenStore,
) -> PlannerClient:
    """Return what a planner goes by; there is nothing to choose."""
    return PlannerClient.of(account)


def _sources(account: AccountData) -> tuple[str, ...]:
    """Return what a planner lives on."""
    client = PlannerClient.of(account)
    return tuple(filter(None, (client.price, client.green, client.caps)))


PLANNER: Final = Portal(
    key="planner",
    name="Energy Portals",
    connect=_connect,
    sites=SITES,
    feeds=FEEDS,
    # A source is known by the account that has it.
    secrets=frozenset({"price", "green", "caps"}),
    account=PlannerSite,
    capabilities=(
        LivesOnSources(keys=_sources),
        Parts(arrange=arranged, are_live=True),
    ),
)
