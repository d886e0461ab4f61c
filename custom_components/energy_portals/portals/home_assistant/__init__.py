"""Home Assistant itself as a portal: prices, sun and greenness that the house has."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from ..contract import AccountData, AnyFeed, TokenStore
from ..house import EntityState, House
from ..model.price_days import PriceOutlook
from ..portal import AsksHouse, LivesOnSources, Portal
from .client import HouseClient
from .clock import clock_feed
from .energy import energy_feed_and_history
from .green import green_feed
from .power import power_feed
from .prices import price_feed_of
from .shapes import Measure
from .sites import SITES, HouseSite
from .sun import sun_feed

__all__ = [
    "HOUSE",
    "EntityState",
    "House",
    "HouseClient",
]


def _connect(
    session: ClientSession,
    account: AccountData,
    options: AccountData,
    token_store: TokenStore,
) -> HouseClient:
    """Return what asks the house; nobody outside is asked."""
    return HouseClient(account)


def _of_account(account: AccountData, zone: ZoneInfo) -> Portal[HouseClient]:
    """Return the portal with what the user has added."""
    if account["what"] == "energy":
        feed, history = energy_feed_and_history(account, zone)
        return replace(HOUSE, feeds=(feed,), capabilities=(_ASKS, _LIVES_ON, history))
    feeds = (_FEED[account["what"]](account, zone),)
    return replace(HOUSE, feeds=feeds, capabilities=(_ASKS,))


def _entities(account: AccountData) -> tuple[str, ...]:
    """Return the entities that are read."""
    return tuple(account.get("entities", ()))


def _statistics(account: AccountData) -> tuple[str, ...]:
    """Return the statistics whose energy is read."""
    return (account["statistic"],) if "statistic" in account else ()


def _entries(account: AccountData) -> tuple[str, ...]:
    """Return the config entries that are asked."""
    return tuple(account.get("entries", ()))


_FEED: Final[Mapping[str, Callable[[AccountData, ZoneInfo], AnyFeed]]] = {
    "prices": price_feed_of,
    "clock": clock_feed,
    "sun": sun_feed,
    "green": green_feed,
    "power": power_feed,
}
# Any of each sort stands for what accounts of the portal may have.
_UTC: Final = ZoneInfo("UTC")
_ANY: Final[tuple[AnyFeed, ...]] = (
    price_feed_of({"entities": ()}, _UTC),
    sun_feed({}, _UTC),
    *(green_feed({"measure": each}, _UTC) for each in Measure),
    power_feed({}, _UTC),
)
_ENERGY: Final = energy_feed_and_history({}, _UTC)
_LIVES_ON: Final = LivesOnSources(kinds={"price": PriceOutlook})
_ASKS: Final = AsksHouse(
    attach=HouseClient.attach,
    of_account=_of_account,
    entities=_entities,
    entries=_entries,
    statistics=_statistics,
)

HOUSE: Final = Portal(
    key="home_assistant",
    name="Home Assistant",
    connect=_connect,
    sites=SITES,
    feeds=(*_ANY, _ENERGY[0]),
    account=HouseSite,
    # A source is known by the account that has it, and so are many statistics.
    secrets=frozenset({"price", "statistic"}),
    capabilities=(_ASKS, _LIVES_ON, _ENERGY[1]),
)
