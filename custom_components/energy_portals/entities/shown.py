"""Which entities are on when they are first there: what a household looks at.

All others are there as well, and off until somebody wants them. A portal says it by
the translation keys of its entities, by the sort of site; here are those of kinds.
"""

from collections.abc import Collection, Mapping
from typing import Final

from homeassistant.util import dt as dt_util

from ..account.coordinator import AnyCoordinator, PortalConfigEntry
from ..account.sources import price_feeds_of, taken
from ..portals.contract import Site

type Shown = Mapping[type[Site], Collection[str]]

PRICES: Final = frozenset(
    {
        "price",
        "price_level",
        "next_price",
        "lowest_price_today",
        "lowest_price_today_start",
        "highest_price_today",
        "mean_price_today",
        "prices_tomorrow_known",
    }
)
# Of a price that does not change this is all there is to know.
_FLAT: Final = "price"
GREEN: Final = frozenset(
    {
        "renewable_share",
        "green_window",
        "green_windows",
        "next_green_window_start",
        "next_green_window_end",
    }
)
USED: Final = frozenset({"consumption_today", "consumption_this_month"})
# The page compares a month with the one before.
PAID: Final = frozenset({"cost_today", "cost_this_month", "cost_last_month"})
FED_IN: Final = frozenset({"feed_in_this_month"})
POWER: Final = frozenset({"power"})
CARBON: Final = frozenset(
    {
        "co2_intensity",
        "low_co2",
        "lowest_co2_today",
        "lowest_co2_today_start",
        "next_low_co2_start",
        "next_low_co2_end",
    }
)
GREEN_INDEX: Final = frozenset(
    {"green_index", "highest_green_index_today", "highest_green_index_today_start"}
)
SUN: Final = frozenset(
    {
        "solar_power_expected",
        "solar_energy_today",
        "solar_energy_left",
        "solar_energy_tomorrow",
        "solar_peak_today",
    }
)


def is_shown(
    entry: PortalConfigEntry, shown: Shown, site: Site, key: str | None
) -> bool:
    """Say whether an entity of a site is on when it is first there."""
    if site.is_over or key not in shown.get(type(site), ()):
        return False
    return key not in PRICES or _is_looked_at(entry, site, key)


def _is_looked_at(entry: PortalConfigEntry, site: Site, key: str) -> bool:
    """Say whether a household looks at a figure of a site's prices, as they are.

    It does not look at an area's beside those of its contract, nor at the cheapest hour
    where all cost the same.
    """
    feeds = [feed for feed in price_feeds_of(entry) if feed.data]
    own = next((feed for feed in feeds if site.key in feed.data), None)
    if own is None:
        return True
    if _is_general(own) and not all(map(_is_general, feeds)):
        return False
    # Whoever has prices has it loaded.
    from ..portals.model.price_days import PriceOutlook

    prices = taken(own, PriceOutlook, site)
    is_flat = prices is not None and prices.is_flat(dt_util.utcnow())
    return key == _FLAT or not is_flat


def _is_general(coordinator: AnyCoordinator) -> bool:
    """Say whether a feed's prices are an area's, and a contract may have its own."""
    from ..portals.price_feeds import PriceFeed

    feed = coordinator.feed
    return isinstance(feed, PriceFeed) and feed.is_general
