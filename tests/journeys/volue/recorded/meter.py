"""A meter in the recorder."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant

from custom_components.energy_portals.history.recorder import drained
from tests.faces.volue.home import METER

HOUR: Final = timedelta(hours=1)


async def meter(
    hass: HomeAssistant,
    hours: Mapping[datetime, float],
    *,
    unit: str = "kWh",
) -> None:
    """Let a meter have used this in each hour, from the hour before the first on."""
    total, rows = 100.0, []
    for start, used in hours.items():
        total += used
        rows.append(StatisticData(start=start, state=total, sum=total))
    metadata = StatisticMetaData(
        has_sum=True,
        mean_type=StatisticMeanType.NONE,
        name=None,
        source="recorder",
        statistic_id=METER,
        unit_class="energy",
        unit_of_measurement=unit,
    )
    async_import_statistics(hass, metadata, rows)
    await drained(hass)


def hours_from(first: datetime, *used: float) -> dict[datetime, float]:
    """Return hours by start."""
    return {first + HOUR * n: each for n, each in enumerate(used)}
