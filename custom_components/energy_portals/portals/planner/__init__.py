"""The planner: when flexible loads run, by what the other accounts hold.

It is built like a portal whose API is the house itself: it asks nobody outside.
"""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import ClientSession

from ..contract import TokenStore
from ..portal import Portal
from .client import PlannerClient
from .feeds import FEEDS
from .sites import SITES, PlannerSite, arranged


def _connect(
    session: ClientSession,
    account: Mapping[str, Any],
    options: Mapping[str, Any],
    token_store: TokenStore,
) -> PlannerClient:
    """Return what a planner goes by; there is nothing to choose."""
    return PlannerClient.of(account)


def _sources(account: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a planner lives on."""
    client = PlannerClient.of(account)
    return tuple(filter(None, (client.price, client.green, client.caps)))


PLANNER: Final = Portal(
    key="planner",
    name="Energy Portals",
    connect=_connect,
    sites=SITES,
    feeds=FEEDS,
    arrange=arranged,
    # A source is known by the account that has it.
    secrets=frozenset({"price", "green", "caps"}),
    sources=_sources,
    is_live=True,
    account=PlannerSite,
)
