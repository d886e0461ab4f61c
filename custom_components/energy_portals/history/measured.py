"""Energy of any statistic, as finely as the recorder still has it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from math import isclose, isfinite
from typing import Final, Literal, NamedTuple

from homeassistant.components.recorder.statistics import (
    get_metadata,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..portals.http.errors import Unavailable
from ..portals.model.ledger import HOUR, KWH
from ..portals.model.series import Slot
from .recorder import REACHES, energy_factor

_LENGTHS: Final[Mapping[Literal["hour", "5minute"], timedelta]] = {
    "hour": HOUR,
    "5minute": timedelta(minutes=5),
}


class _Row(NamedTuple):
    """A row: when it ends, the sum then, and whether its energy is known."""

    end: datetime
    sum: float
    is_known: bool


class EnergyStatistics:
    """The statistics of energy that the recorder has, whoever's they are."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take where the recorder is."""
        self._hass = hass

    async def energy(
        self, statistic_id: str, start: datetime, end: datetime
    ) -> list[Slot[float]]:
        """Return the energy of a statistic in `[start, end)`, kWh, oldest first.

        A reading lasts from one row to the next: that is what the sum says. The energy
        of hours that have no row is in the hour after them, and its reading as much
        longer. Raises Unavailable where there is no such statistic.
        """
        return await get_instance(self._hass).async_add_executor_job(
            _measured, self._hass, statistic_id, start, end
        )

    async def lately(self, statistic_id: str, since: datetime) -> list[Slot[float]]:
        """Return its energy by five minutes, kWh, also of the hour that is not over.

        The first reading may begin before `since`, at most an hour.
        """
        return await get_instance(self._hass).async_add_executor_job(
            _measured_lately, self._hass, statistic_id, since
        )

    async def counts_energy(self, statistic_id: str) -> bool:
        """Say whether there is such a statistic, and it counts energy."""
        metas = await get_instance(self._hass).async_add_executor_job(
            lambda: get_metadata(self._hass, statistic_ids={statistic_id})
        )
        return any(
            meta["has_sum"] and energy_factor(meta["unit_of_measurement"]) is not None
            for _, meta in metas.values()
        )


def _measured(
    hass: HomeAssistant, key: str, start: datetime, end: datetime
) -> list[Slot[float]]:
    """Read, in one of the recorder's threads."""
    if not get_metadata(hass, statistic_ids={key}):
        raise Unavailable("statistics", "the statistic is not there")
    hours = _rows(hass, key, "hour", start - HOUR, end)
    if not hours:
        return []
    last = hours.pop(0) if hours[0].end == start else _before(hass, key, start)
    fine = {row.end: row.sum for row in _rows(hass, key, "5minute", start - HOUR, end)}
    slots: list[Slot[float]] = []
    for hour in hours:
        if last is None:
            # Whatever counts begins with nothing.
            last = _Row(hour.end - HOUR, 0.0, is_known=True)
        if hour.is_known and isfinite(hour.sum - last.sum):
            slots += _readings(last, hour, fine)
        last = hour
    return slots


def _measured_lately(
    hass: HomeAssistant, key: str, since: datetime
) -> list[Slot[float]]:
    """Read, in one of the recorder's threads."""
    rows = _rows(hass, key, "5minute", since - HOUR, dt_util.utcnow())
    return [
        Slot(last.end, row.end, row.sum - last.sum)
        for last, row in pairwise(rows)
        if row.end > since and isfinite(row.sum - last.sum)
    ]


def _readings(
    last: _Row, hour: _Row, fine: Mapping[datetime, float]
) -> Iterator[Slot[float]]:
    """Yield the readings from one hour's end to another's.

    By five minutes only where these say the same: who imports hours of his own, or
    corrects them, may have left the others.
    """
    points = {last.end: last.sum, hour.end: hour.sum}
    is_next = last.end == hour.end - HOUR
    if is_next and all(_agrees(fine.get(end), points[end]) for end in points):
        within = {at: fine[at] for at in sorted(fine) if last.end < at < hour.end}
        points = {last.end: last.sum, **within, hour.end: hour.sum}
    for (start, before), (end, after) in pairwise(points.items()):
        yield Slot(start, end, after - before)


def _agrees(fine: float | None, hourly: float) -> bool:
    """Say whether a sum, where it is there, is that of the hour."""
    return fine is None or isclose(fine, hourly, rel_tol=1e-9, abs_tol=1e-6)


def _before(hass: HomeAssistant, key: str, start: datetime) -> _Row | None:
    """Return the row before a moment, None where it is the first."""
    for reach in REACHES:
        if rows := _rows(hass, key, "hour", start - reach, start):
            return rows[-1]
    return None


def _rows(
    hass: HomeAssistant,
    key: str,
    period: Literal["hour", "5minute"],
    start: datetime,
    end: datetime,
) -> list[_Row]:
    """Return the rows of a span that have a sum."""
    stored = statistics_during_period(
        hass, start, end, {key}, period, {"energy": KWH}, {"state", "sum"}
    )
    # Our own series have rows without an amount where the portal took an hour back.
    is_ours = key.startswith(f"{DOMAIN}:")
    return [
        _Row(
            dt_util.utc_from_timestamp(row["start"]) + _LENGTHS[period],
            total,
            not (is_ours and row.get("state") is None),
        )
        for row in stored.get(key, ())
        if (total := row.get("sum")) is not None
    ]
