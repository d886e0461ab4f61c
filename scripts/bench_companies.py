"""What is measured of companies with many projects and customers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import gc
from statistics import median
import tracemalloc
from typing import Any, ClassVar, Final

from aiohttp import ClientSession
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from pytest_homeassistant_custom_component.common import MockConfigEntry

from bench_rows import Figures, Row, cpu_ms, measure
from bench_watch import watched

# Imported here, or the harness' own package of this name would hide it.
from custom_components.energy_portals.const import DOMAIN
from house import Json, run_sandbox

PORTAL: Final = "autarc"
SIZES: Final = (100, 1_000, 10_000)
RUNS: Final = 5
# One turn of the event loop may not take longer (ms).
TURN: Final = 10


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whose account is measured."""

    taken_by: ClassVar = "test_company"

    name: str


OURS: Final = Company(name="ours")


@dataclass(kw_only=True)
class Firm:
    """A company's account; its portal is simulated in a process of its own."""

    hass: HomeAssistant
    facts: Json
    entry: MockConfigEntry

    async def steer(self, action: str, **arguments: Any) -> None:
        """Let something happen at the portal's."""
        url = f"{self.facts['control']}/{PORTAL}/{action}"
        async with ClientSession() as session:
            answer = await session.post(url, json=arguments)
            answer.raise_for_status()

    async def set_up(self) -> None:
        """Set the account up."""
        if not await self.hass.config_entries.async_setup(self.entry.entry_id):
            raise RuntimeError("the account cannot be set up")
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def refresh(self) -> None:
        """Look at the projects and the customers."""
        for key in ("projects", "customers"):
            feed = self.entry.runtime_data.feeds[key]
            await feed.async_refresh()
            if not feed.last_update_success:
                raise RuntimeError(f"{key}: {feed.last_exception}")

    async def write(self) -> None:
        """Write what is to be kept, as happens by itself a little later."""
        await self.entry.runtime_data.store.write()

    async def search(self) -> None:
        """Look for one project by its number."""
        answer = await self.hass.services.async_call(
            DOMAIN, "get_projects", {"text": "P-042"}, True, return_response=True
        )
        if answer is None or not answer["total"]:
            raise RuntimeError("nothing is found")


@asynccontextmanager
async def _opened(hass: HomeAssistant, size: int) -> AsyncIterator[Firm]:
    """Add the account of a company of this size, not set up."""
    # The harness debugs the event loop, which slows everything in it.
    hass.loop.set_debug(False)
    async with run_sandbox() as facts:
        of_portal = facts[PORTAL]
        keys = ("api_url", "api_key", "company_id")
        entry = MockConfigEntry(
            domain=DOMAIN,
            data={"vendor": PORTAL, **{key: of_portal[key] for key in keys}},
            unique_id=f"{PORTAL}:bench",
        )
        entry.add_to_hass(hass)
        firm = Firm(hass=hass, facts=facts, entry=entry)
        await firm.steer("grow", count=size)
        yield firm
        await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)


async def _spent(run: Callable[[], Awaitable[None]]) -> float:
    """Return the CPU time that a run takes in all threads, in ms."""
    started = cpu_ms()
    await run()
    return cpu_ms() - started


def _time(size: int) -> None:
    """Measure the time that a company of this size takes."""
    of = f"company of {size:,}"

    @measure(
        Row(f"{of}: refresh, nothing new, CPU", "ms"),
        Row(f"{of}: refresh, nothing new, longest turn", "ms", bar=TURN),
        Row(f"{of}: refresh, nothing new, longest wait", "ms", compared=False),
        Row(f"{of}: refresh, nothing new, states written", "states", bar=0),
        Row(f"{of}: refresh, one project changed, longest turn", "ms", bar=TURN),
        Row(f"{of}: what changed is written, longest turn", "ms", bar=TURN),
        Row(f"{of}: first look, longest turn", "ms", compared=False),
        Row(f"{of}: warm start, longest turn", "ms", bar=TURN),
        Row(f"{of}: get_projects by a text, CPU", "ms"),
        subjects=(OURS,),
    )
    async def company_time(hass: HomeAssistant) -> Figures:
        """Look again and again, then at a change."""
        written: list[Event[EventStateChangedData]] = []

        @callback
        def note(event: Event[EventStateChangedData]) -> None:
            written.append(event)

        async with _opened(hass, size) as firm:
            async with watched() as at_first:
                await firm.set_up()
            hass.bus.async_listen(EVENT_STATE_CHANGED, note)
            gc.collect()
            spent = median([await _spent(firm.refresh) for _ in range(RUNS)])
            async with watched() as still:
                for _ in range(RUNS):
                    await firm.refresh()
            states = len(written)
            project_id = firm.facts[PORTAL]["project_id"]
            await firm.steer("set_status", project_id=project_id, status="completed")
            async with watched() as changed:
                await firm.refresh()
            if len(written) == states:
                raise RuntimeError("the change is not seen")
            async with watched() as written_down:
                await firm.write()
            found = median([await _spent(firm.search) for _ in range(RUNS)])
            await hass.config_entries.async_unload(firm.entry.entry_id)
            async with watched() as warm:
                await firm.set_up()
        turns = still.turn, still.wait, states, changed.turn, written_down.turn
        return spent, *turns, at_first.turn, warm.turn, found


def _memory(size: int) -> None:
    """Measure the memory that a company of this size takes."""
    of = f"company of {size:,}"

    @measure(
        Row(f"{of}: memory held", "kB"),
        Row(f"{of}: memory held, per project and customer", "kB"),
        Row(f"{of}: memory while refreshing, peak above that", "kB"),
        subjects=(OURS,),
    )
    async def company_memory(hass: HomeAssistant) -> Figures:
        """Compare with the same account while the company has next to nothing."""
        async with _opened(hass, 0) as firm:
            tracemalloc.start()
            try:
                await firm.set_up()
                await firm.refresh()
                gc.collect()
                before, _ = tracemalloc.get_traced_memory()
                await firm.steer("grow", count=size)
                await firm.refresh()
                await firm.refresh()
                gc.collect()
                after, _ = tracemalloc.get_traced_memory()
                tracemalloc.reset_peak()
                await firm.refresh()
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        held = (after - before) / 1000
        return held, held / size, (peak - after) / 1000


for _size in SIZES:
    _time(_size)
    _memory(_size)
