"""The standard entities of incentives: those of prices, under names of their own."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ...portals.model.incentives import IncentiveOutlook
from ..descriptions import PortalSensorDescription, Rows, SensorRow, is_there
from ..tables import Tables
from . import prices

# What of prices incentives have.
_KEYS: Final = frozenset(
    {
        "price",
        "next_price",
        "previous_price",
        "lowest_price_today",
        "lowest_price_today_start",
        "highest_price_today",
        "highest_price_today_start",
        "mean_price_today",
        "median_price_today",
        "price_rank",
        "price_percentile",
        "price_level",
    }
)


def _all() -> Iterable[SensorRow]:
    """Return the sensors of prices as those of incentives, once there has been one."""
    for each in prices.SENSORS:
        if isinstance(each, PortalSensorDescription) and each.key in _KEYS:
            key = each.key.replace("price", "incentive")
            yield replace(
                each,
                key=key,
                translation_key=key,
                source=IncentiveOutlook,
                exists_fn=is_there,
            )


SENSORS: Final[Rows[SensorRow]] = tuple(_all())

TABLES: Final = Tables(sensors=SENSORS)
