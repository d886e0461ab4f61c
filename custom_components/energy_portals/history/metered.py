"""Hourly energy of any statistic that the user has named."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite

from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..portals.model.ledger import HOUR, KWH


async def hourly_energy(
    hass: HomeAssistant, statistic_id: str, start: datetime, end: datetime
) -> Mapping[datetime, float]:
    """Return the energy of the hours that are wholly known, kWh by start.

    An hour is known when it and the one before it have a row: otherwise its row may
    hold the energy of a gap as well. Without a recorder nothing is.
    """
    if "recorder" not in hass.config.components:
        return {}
    stored = await get_instance(hass).async_add_executor_job(
        lambda: statistics_during_period(
            hass,
            start - HOUR,
            end,
            {statistic_id},
            "hour",
            {"energy": KWH},
            {"state", "sum"},
        )
    )
    rows = {
        dt_util.utc_from_timestamp(row["start"]): row
        for row in stored.get(statistic_id, ())
    }
    # Our own series have rows without an amount where the portal took an hour back.
    is_ours = statistic_id.startswith(f"{DOMAIN}:")
    sums = {hour: row.get("sum") for hour, row in rows.items()}
    energy: dict[datetime, float] = {}
    for hour, row in rows.items():
        before, total = sums.get(hour - HOUR), sums[hour]
        is_withdrawn = is_ours and row.get("state") is None
        if hour >= start and before is not None and total is not None:
            if not is_withdrawn and isfinite(total - before):
                energy[hour] = total - before
    return energy
