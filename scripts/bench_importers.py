"""Who writes statistics: ours, the peers, and the recorder alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Final
from unittest.mock import patch

from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from pytest_homeassistant_custom_component.common import MockConfigEntry

from bench_truth import Amounts, Truth

# Imported here, or the harness' own package of this name would hide it.
from custom_components.energy_portals.const import DOMAIN, HISTORY
from custom_components.energy_portals.history.recorder import BATCH
from custom_components.energy_portals.portals.contract import Fetched, Site
from custom_components.energy_portals.portals.esmart.sites import ContractSite
from custom_components.energy_portals.portals.history import History, Readings
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    LedgerSeries,
)
from custom_components.energy_portals.portals.registry import PORTALS

type Run = Callable[[], Awaitable[None]]


@dataclass(kw_only=True)
class House:
    """A Home Assistant whose recorder has a file, and what is true of its sites."""

    hass: HomeAssistant
    importer: Importer
    truth: Truth = field(init=False)
    sites: int = field(init=False, default=1)

    @asynccontextmanager
    async def opened(self, days: int, sites: int = 1) -> AsyncIterator[Run]:
        """Let the importer begin; each call then runs it until all is stored."""
        # The harness debugs the event loop, which slows everything in it.
        self.hass.loop.set_debug(False)
        self.truth, self.sites = Truth(days), sites
        async with self.importer.begun(self) as run:
            await self.stored()

            async def whole() -> None:
                await run()
                await self.stored()

            yield whole

    async def rows(self) -> int:
        """Return how many hours of all series the recorder has."""
        recorder = get_instance(self.hass)

        def count() -> int:
            with session_scope(hass=self.hass, read_only=True) as session:
                return session.query(Statistics).count()

        return await recorder.async_add_executor_job(count)

    async def import_again(self, start: datetime, end: datetime) -> None:
        """Let our action import a span of the first site again."""
        (entry,) = self.hass.config_entries.async_entries(DOMAIN)
        runtime = entry.runtime_data
        site = runtime.feeds[HISTORY].sites[0]
        await runtime.importer.import_span(runtime.client, site, start, end)
        await self.stored()

    async def add_sites(self, more: int) -> None:
        """Let our account have more sites."""
        self.sites += more
        (entry,) = self.hass.config_entries.async_entries(DOMAIN)
        await entry.runtime_data.sites.async_refresh()
        await self.hass.async_block_till_done()

    async def stored(self) -> None:
        """Wait until the recorder is done with all that is queued."""
        done: asyncio.Future[None] = self.hass.loop.create_future()
        get_instance(self.hass).queue_task(SynchronizeTask(done))
        await done


@dataclass(frozen=True, kw_only=True)
class Importer:
    """Who writes statistics, and how it begins."""

    taken_by: ClassVar = "test_importer"

    name: str
    begun: Callable[[House], AbstractAsyncContextManager[Run]]


# One of ours is two requests of eSmart's: consumption and costs.
_REQUESTS: Final = 2


@asynccontextmanager
async def _ours(house: House) -> AsyncIterator[Run]:
    """Set an account up whose portal answers at once; it waits at the first answer."""
    door = asyncio.Event()
    truth = house.truth

    async def ask(_: Any, __: Any, start: datetime, end: datetime) -> Readings:
        await door.wait()
        truth.calls += _REQUESTS
        return Readings(
            series={
                LedgerSeries(CONSUMPTION): truth.within(truth.used, start, end),
                LedgerSeries(COST, "NOK"): truth.within(truth.paid, start, end),
            }
        )

    async def all_sites(_: Any, __: Any) -> Fetched[Site]:
        return Fetched({f"site-{n}": _site(n) for n in range(house.sites)})

    portal = PORTALS["esmart"]()
    (history,) = portal.every(History)
    reduced = replace(
        portal,
        feeds=(),
        sites=replace(portal.sites, fetch=all_sites),
        # Its answers have their costs; of prices there is no feed.
        capabilities=(
            replace(history, ask=ask, oldest=lambda _: truth.begin, priced_by=None),
        ),
    )
    data = {
        "vendor": "esmart",
        "api_url": "https://esmart.invalid",
        "user_name": "bench-user",
        "password": "bench-password",
        "area": "power",
        "customer_id": "42",
        "app_name": "smartliv",
    }
    entry = MockConfigEntry(
        domain=DOMAIN, data=data, unique_id="esmart:bench", entry_id="bench"
    )
    entry.add_to_hass(house.hass)
    entries = house.hass.config_entries
    with patch.dict(PORTALS, {portal.key: lambda: reduced}):
        if not await entries.async_setup(entry.entry_id):
            raise RuntimeError("our account cannot be set up")
        await house.hass.async_block_till_done()
        feed = entry.runtime_data.feeds[HISTORY]

        async def run() -> None:
            door.set()
            is_complete = False
            while not is_complete:
                await refresh(feed)
                if feed.failed:
                    raise RuntimeError(f"not imported: {feed.failed}")
                is_complete = all(each.is_complete for each in feed.data.values())

        yield run
        await entries.async_unload(entry.entry_id)
        await house.hass.async_block_till_done(wait_background_tasks=True)


async def refresh(coordinator: DataUpdateCoordinator[Any]) -> None:
    """Let a coordinator do what it does when its time has come."""
    await coordinator.async_refresh()
    if not coordinator.last_update_success:
        raise RuntimeError(f"{coordinator.name}: {coordinator.last_exception}")


def _site(n: int) -> ContractSite:
    """Return one of our account's sites."""
    return ContractSite(
        key=f"site-{n}", name=f"Site {n}", contract_no=f"{n}", meter_id=f"{n}"
    )


@asynccontextmanager
async def _recorder(house: House) -> AsyncIterator[Run]:
    """Queue the same rows as ours, made before, in batches of the same size."""
    queue: list[tuple[StatisticMetaData, list[StatisticData]]] = []
    for n in range(house.sites):
        for key, unit, unit_class, amounts in (
            (CONSUMPTION, "kWh", "energy", house.truth.used),
            (COST, "NOK", None, house.truth.paid),
        ):
            meta = StatisticMetaData(
                mean_type=StatisticMeanType.NONE,
                has_sum=True,
                name=f"Site {n}: {key}",
                source="bench",
                statistic_id=f"bench:site_{n}_{key}",
                unit_class=unit_class,
                unit_of_measurement=unit,
            )
            rows = _summed(amounts)
            queue.extend(
                (meta, rows[first : first + BATCH])
                for first in range(0, len(rows), BATCH)
            )

    async def run() -> None:
        for meta, rows in queue:
            async_add_external_statistics(house.hass, meta, rows)
            await asyncio.sleep(0)

    yield run


def _summed(amounts: Amounts) -> list[StatisticData]:
    """Return amounts with their running sum."""
    total = 0.0
    rows = []
    for hour in amounts:
        amount = hour.value or 0.0
        total += amount
        rows.append(StatisticData(start=hour.start, state=amount, sum=total))
    return rows


OURS: Final = Importer(name="ours", begun=_ours)
RECORDER: Final = Importer(name="recorder", begun=_recorder)
