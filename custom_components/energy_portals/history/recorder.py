"""The recorder's side of the ledger: read back, compare, queue, wait."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
import logging
from math import isfinite
from typing import Final

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    StatisticsRow,
    async_add_external_statistics,
    get_last_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util.unit_conversion import EnergyConverter, VolumeConverter

from ..const import DOMAIN
from ..portals.http.errors import PortalError
from ..portals.model.ledger import HOUR, KWH, LedgerRow, as_hour
from ..portals.model.ledger_rewrite import healed

_LOGGER = logging.getLogger(__name__)

# Rows in one go: one transaction of the recorder, and a blink of the event loop.
BATCH: Final = 1000
# The recorder may be busy with a migration or a purge.
PATIENCE: Final = 600.0
_LOOKS: Final = 20
_LOOK_AGAIN: Final = 0.5
_DAY: Final = timedelta(days=1)
# In whatever unit, no hour has as much. It was stored before such were refused, and
# would make every sum after it infinite.
_NO_AMOUNT: Final = 1e18
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Where the row before a span is looked for: close by, else wherever it may be.
REACHES: Final = (timedelta(days=31), timedelta(days=20_000))


class NotStored(PortalError):
    """The recorder has not stored what was queued; the next run sees what it has."""

    key = "not_stored"


async def stored_series(hass: HomeAssistant) -> dict[str, StatisticMetaData]:
    """Return what the recorder has of this integration, by statistic id."""
    metas = await get_instance(hass).async_add_executor_job(
        lambda: get_metadata(hass, statistic_source=DOMAIN)
    )
    return {key: meta for key, (_, meta) in metas.items()}


def energy_factor(unit: str | None) -> float | None:
    """Return what kWh are to be multiplied with to be stored in a unit of energy."""
    if unit not in EnergyConverter.VALID_UNITS:
        return None
    return EnergyConverter.convert(1.0, KWH, unit)


async def last_row(hass: HomeAssistant, key: str) -> LedgerRow | None:
    """Return the newest row of a series, if there is one."""
    newest = await _last(hass, key)
    return _row(newest[0]) if newest else None


async def _last(hass: HomeAssistant, key: str) -> Sequence[StatisticsRow]:
    """Return the newest row of a series as the recorder has it, or nothing."""
    newest = await get_instance(hass).async_add_executor_job(
        lambda: get_last_statistics(hass, 1, key, False, {"state", "sum", "last_reset"})
    )
    return newest.get(key, [])


async def rows_between(
    hass: HomeAssistant, ids: Iterable[str], start: datetime, end: datetime | None
) -> dict[str, list[LedgerRow]]:
    """Return the stored rows of a span by series, oldest first."""
    rows, _ = await _read(hass, set(ids), start, end)
    return rows


async def _read(
    hass: HomeAssistant, ids: set[str], start: datetime, end: datetime | None
) -> tuple[dict[str, list[LedgerRow]], dict[str, datetime]]:
    """Return stored rows, and the marks of rewrites that were not finished."""
    if not ids:
        return {}, {}
    return await get_instance(hass).async_add_executor_job(
        _read_now, hass, ids, start, end
    )


def _read_now(
    hass: HomeAssistant, ids: set[str], start: datetime, end: datetime | None
) -> tuple[dict[str, list[LedgerRow]], dict[str, datetime]]:
    """Read, in one of the recorder's threads."""
    stored = statistics_during_period(
        hass, start, end, ids, "hour", None, {"state", "sum", "last_reset"}
    )
    return (
        {key: [_row(row) for row in rows] for key, rows in stored.items()},
        {key: mark for key, rows in stored.items() if (mark := _mark(rows))},
    )


def _row(row: StatisticsRow) -> LedgerRow:
    """Return a stored row; a sum that was never written counts for nothing."""
    state = row["state"]
    if state is not None and not abs(state) < _NO_AMOUNT:
        state = None
    return LedgerRow(as_hour(row["start"]), state, row["sum"] or 0.0)


def _mark(rows: Sequence[StatisticsRow]) -> datetime | None:
    """Return from where the newest row says that sums are being rewritten."""
    mark = rows[-1]["last_reset"] if rows else None
    return None if mark is None else as_hour(mark)


async def drained(hass: HomeAssistant) -> None:
    """Wait until the recorder has gone through all that is queued by now."""
    done: asyncio.Future[None] = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    try:
        async with asyncio.timeout(PATIENCE):
            await done
    except TimeoutError:
        raise NotStored("recorder", "it does not answer") from None


async def clear(hass: HomeAssistant, keys: list[str]) -> None:
    """Delete whole statistics."""
    done = hass.loop.create_future()

    def finish() -> None:
        hass.loop.call_soon_threadsafe(done.set_result, None)

    get_instance(hass).async_clear_statistics(keys, on_done=finish)
    async with asyncio.timeout(PATIENCE):
        await done


class StoredRows:
    """The stored rows of some series, from a span on, and how they are changed.

    A rewrite that takes more than one batch is first marked in the newest row, as its
    `last_reset`: where the sums after a crash have to be added up anew is then known
    from the recorder alone. The batch that holds the newest row takes the mark away.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Read nothing yet."""
        self._hass = hass
        self._rows: dict[str, list[LedgerRow]] = {}
        self._expected: dict[str, LedgerRow] = {}

    async def open(
        self, metas: Mapping[str, StatisticMetaData], start: datetime
    ) -> None:
        """Read stored series from a moment on and the row before it; heal them."""
        self._rows, marks = await _read(self._hass, set(metas), start - _DAY, None)
        for key in metas.keys() - self._rows.keys():
            newest = await _last(self._hass, key)
            self._rows[key] = [_row(row) for row in newest]
            if mark := _mark(newest):
                marks[key] = mark
        for key, rows in self._rows.items():
            if not all(isfinite(row.sum) for row in rows):
                marks[key] = _EVER
        for key, mark in marks.items():
            await self._heal(metas[key], mark)
        for key in metas:
            await self._read_back(key, start)

    async def _heal(self, meta: StatisticMetaData, mark: datetime) -> None:
        """Finish a rewrite of sums that a crash has interrupted."""
        key = meta["statistic_id"]
        # Its id would name the account.
        _LOGGER.warning("Sums of the history are added up again from %s on", mark)
        await self._read_back(key, mark)
        newest = self._rows[key][-1]
        changed = {
            row.start: row for row in healed(self.rows(key, mark), self.base(key, mark))
        }
        changed.setdefault(newest.start, newest)
        self._rows[key] = _with(self._rows[key], changed.values())
        await self._queue(meta, [changed[hour] for hour in sorted(changed)])
        await self.settle()

    async def _read_back(self, key: str, start: datetime) -> None:
        """See to it that the row before a moment is there, if one is stored."""
        for reach in REACHES:
            rows = self._rows[key]
            if not rows or rows[0].start < start:
                return
            earlier = await rows_between(self._hass, {key}, start - reach, None)
            self._rows[key] = earlier.get(key, [])

    def rows(self, key: str, start: datetime) -> list[LedgerRow]:
        """Return the rows of a series from a moment on."""
        return [row for row in self._rows.get(key, []) if row.start >= start]

    def base(self, key: str, start: datetime) -> float:
        """Return the sum of a series before a moment."""
        earlier = [row for row in self._rows.get(key, []) if row.start < start]
        return earlier[-1].sum if earlier else 0.0

    async def write(self, meta: StatisticMetaData, rows: Sequence[LedgerRow]) -> None:
        """Queue changed rows, in order and in batches."""
        if not rows:
            return
        key = meta["statistic_id"]
        stored = self._rows.get(key, [])
        newest = stored[-1] if stored else None
        # Years of hours take long enough to be noticed.
        self._rows[key] = await self._hass.async_add_executor_job(_with, stored, rows)
        if newest is None or len(rows) <= BATCH or rows[0].start > newest.start:
            await self._queue(meta, rows)
            return
        await self._queue(meta, [newest], mark=rows[0].start)
        rows = await self._hass.async_add_executor_job(_with, (newest,), rows)
        await self._queue(meta, rows)

    async def _queue(
        self,
        meta: StatisticMetaData,
        rows: Sequence[LedgerRow],
        mark: datetime | None = None,
    ) -> None:
        """Queue rows, a batch at a time, and let others have their turn between."""
        self._expected[meta["statistic_id"]] = rows[-1]
        for first in range(0, len(rows), BATCH):
            batch = rows[first : first + BATCH]
            data = [_datum(row, mark) for row in batch]
            async_add_external_statistics(self._hass, meta, data)
            await asyncio.sleep(0)

    async def settle(self) -> None:
        """Wait until all that was queued is stored; raise NotStored if it is not."""
        if not self._expected:
            return
        for _ in range(_LOOKS):
            await drained(self._hass)
            for key, row in tuple(self._expected.items()):
                end = row.start + HOUR
                stored = await rows_between(self._hass, {key}, row.start, end)
                if row in stored.get(key, []):
                    del self._expected[key]
            if not self._expected:
                return
            # A database that was locked has the recorder try again later.
            await asyncio.sleep(_LOOK_AGAIN)
        self._expected.clear()
        raise NotStored("recorder", "what was queued is not stored")


def _with(stored: Iterable[LedgerRow], rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """Return stored rows once others are written."""
    known = {row.start: row for row in stored}
    known.update((row.start, row) for row in rows)
    return [known[hour] for hour in sorted(known)]


def _datum(row: LedgerRow, mark: datetime | None) -> StatisticData:
    """Return a row as the recorder takes it; what is left out becomes NULL."""
    datum = StatisticData(start=row.start, sum=row.sum, last_reset=mark)
    if row.state is not None:
        datum["state"] = row.state
    return datum


def metadata(key: str, unit: str, name: str) -> StatisticMetaData:
    """Return how a series is described to the recorder."""
    classes = {
        valid: converter.UNIT_CLASS
        for converter in (EnergyConverter, VolumeConverter)
        for valid in converter.VALID_UNITS
    }
    return StatisticMetaData(
        mean_type=StatisticMeanType.NONE,
        has_sum=True,
        name=name,
        source=DOMAIN,
        statistic_id=key,
        unit_class=classes.get(unit),
        unit_of_measurement=unit,
    )
