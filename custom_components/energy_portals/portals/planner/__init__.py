"""The planner: when flexible loads run, by what the other accounts hold.

It is built like a portal whose API is the house itself: it asks nobody outside.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from ..contract import AccountData, TokenStore
from ..model.caps import PowerCaps
from ..model.green import GreenOutlook
from ..model.intensity import CarbonOutlook
from ..model.price_days import PriceOutlook
from ..model.sun import SolarOutlook
from ..portal import LivesOnSources, OfAccount, Parts, Portal
from .client import PlannerClient
from .driving import AUTOMATIC_ACTIONS
from .feeds import FEEDS
from .parts import SITES, arranged
from .savings import SAVINGS
from .savings_history import savings_history
from .sites import ENTITIES, PlannerSite

__all__ = [
    "KINDS",
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


# What a planner may go by, by the keys of its data.
KINDS: Final[Mapping[str, type[object]]] = {
    "price": PriceOutlook,
    "green": GreenOutlook,
    "co2": CarbonOutlook,
    "caps": PowerCaps,
    "sun": SolarOutlook,
    "feed_in_price": PriceOutlook,
}


def _of_account(account: AccountData, zone: ZoneInfo) -> Portal[PlannerClient]:
    """Return the planner with what it has saved, where it goes by prices."""
    if not account.get("price"):
        return PLANNER
    history = savings_history(zone)
    return replace(PLANNER, capabilities=(*PLANNER.capabilities, history))


PLANNER: Final = Portal(
    key="planner",
    name="Energy Portals",
    connect=_connect,
    sites=SITES,
    feeds=(*FEEDS, SAVINGS),
    # A source is known by the account that has it.
    secrets=frozenset({"price", "green", "co2", "caps", "sun", "feed_in_price"}),
    account=PlannerSite,
    capabilities=(
        AUTOMATIC_ACTIONS,
        LivesOnSources(
            kinds=KINDS, base_load=lambda data: PlannerClient.of(data).base_load
        ),
        Parts(arrange=arranged, are_live=True, entities=ENTITIES),
        OfAccount(portal=_of_account),
    ),
)
