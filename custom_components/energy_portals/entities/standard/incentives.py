"""The standard entities of incentives: those of prices, under names of their own."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ...portals.model.incentives import IncentiveOutlook
from ..descriptions import PortalSensorDescription, Rows, SensorRow, is_there
from ..tables import Tables
from . import prices

# What prices have, and whether an incentive shows it without being asked to.
_SHOWN: Final = {
    "price": True,
    "next_price": True,
    "previous_price": False,
    "lowest_price_today": True,
    "lowest_price_today_start": True,
    "highest_price_today": True,
    "highest_price_today_start": True,
    "mean_price_today": False,
    "median_price_today": False,
    "price_rank": False,
    "price_percentile": False,
    "price_level": False,
}


def _all() -> Iterable[SensorRow]:
    """Return the sensors of prices as those of incentives, once there has been one."""
    for each in prices.SENSORS:
        if isinstance(each, PortalSensorDescription) and each.key in _SHOWN:
            key = each.key.replace("price", "incentive")
            yield replace(
                each,
                key=key,
                translation_key=key,
                source=IncentiveOutlook,
                entity_registry_enabled_default=_SHOWN[each.key],
                exists_fn=is_there,
            )


SENSORS: Final[Rows[SensorRow]] = tuple(_all())

TABLES: Final = Tables(sensors=SENSORS)
