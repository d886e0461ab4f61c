"""The standard entities of incentives: those of prices, under names of their own."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from ...portals.model.incentives import IncentiveOutlook
from ..entity import DynamicEntities, PortalSensorDescription
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


def _all() -> Iterable[PortalSensorDescription[Any]]:
    """Return the sensors of prices as sensors of incentives."""
    for each in prices.SENSORS:
        if isinstance(each, PortalSensorDescription) and each.key in _SHOWN:
            key = each.key.replace("price", "incentive")
            yield replace(
                each,
                key=key,
                translation_key=key,
                source=IncentiveOutlook,
                entity_registry_enabled_default=_SHOWN[each.key],
            )


_SENSORS: Final = tuple(_all())


def _sensors(
    outlook: IncentiveOutlook | None,
) -> Iterable[PortalSensorDescription[Any]]:
    """Describe incentives once there has been one."""
    return () if outlook is None else _SENSORS


SENSORS: Final = (
    DynamicEntities[IncentiveOutlook | None](
        source=IncentiveOutlook, describe=_sensors
    ),
)
