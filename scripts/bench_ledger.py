"""What is measured of statistics."""

from collections.abc import Awaitable, Callable
import gc
from statistics import median
import tracemalloc
from typing import Final

from bench_importer_peers import OPOWER, TIBBER
from bench_importers import OURS, RECORDER, House
from bench_rows import Figures, Row, cpu_ms, measure
from bench_truth import DAY
from bench_watch import counted, watched

IMPORTERS: Final = (OURS, OPOWER, TIBBER)
QUARTER_YEAR: Final = 90
THREE_YEARS: Final = 3 * 365
TWO_MONTHS: Final = 62
FEW_DAYS: Final = 8
RUNS: Final = 5


@measure(
    Row("ledger: rows written, nothing new", "rows", bar=0),
    Row("ledger: SQL statements, nothing new", "statements"),
    Row("ledger: calls to the portal, nothing new", "calls"),
    Row("ledger: CPU, nothing new", "ms"),
    subjects=IMPORTERS,
)
async def nothing_new(house: House) -> Figures:
    """Run again with nothing new."""
    async with house.opened(QUARTER_YEAR) as run:
        await run()
        house.truth.calls = 0
        with counted(house.hass) as said:
            await run()
        calls = house.truth.calls
        gc.collect()
        taken = [await _spent(run) for _ in range(RUNS)]
    return said.rows, said.count, calls, median(taken)


@measure(
    Row("ledger: rows written, an hour of 5 days ago corrected", "rows"),
    Row("ledger: rows written beyond those that follow it", "rows", bar=0),
    Row("ledger: SQL statements, an hour corrected", "statements"),
    subjects=IMPORTERS,
)
async def one_corrected_hour(house: House) -> Figures:
    """Run again once one hour of one series is another."""
    async with house.opened(QUARTER_YEAR) as run:
        await run()
        needed = house.truth.correct(house.truth.end - 5 * DAY)
        with counted(house.hass) as said:
            await run()
    return said.rows, abs(said.rows - needed), said.count


@measure(
    Row("ledger: first import of 3 years, CPU", "s"),
    Row(
        "ledger: first import of 3 years, CPU of 1000 rows",
        "ms",
        against=("ledger: first import of 3 years, CPU of 1000 rows", RECORDER.name),
        ratio_bar=1.1,
    ),
    subjects=(OURS, RECORDER, TIBBER, OPOWER),
    rounds=3,
)
async def first_import(house: House) -> Figures:
    """Import three years of two series, until the last row is stored."""
    async with house.opened(THREE_YEARS) as run:
        gc.collect()
        taken = await _spent(run)
        rows = await house.rows()
    return taken / 1000, taken / rows * 1000


@measure(
    Row("ledger: first import of 3 years, rows", "rows", compared=False),
    Row("ledger: first import of 3 years, SQL statements", "statements"),
    Row("ledger: first import of 3 years, longest turn of the loop", "ms", bar=20),
    Row("ledger: first import of 3 years, longest wait for the loop", "ms"),
    subjects=(OURS, RECORDER, TIBBER, OPOWER),
)
async def first_import_watched(house: House) -> Figures:
    """Import three years of two series while the event loop is watched."""
    async with house.opened(THREE_YEARS) as run:
        with counted(house.hass) as said:
            async with watched() as loop:
                await run()
        rows = await house.rows()
    return rows, said.count, loop.turn, loop.wait


@measure(
    Row("ledger: an hour of 3 years ago, rows written", "rows"),
    Row("ledger: an hour of 3 years ago, SQL statements", "statements"),
    Row("ledger: an hour of 3 years ago, longest turn of the loop", "ms", bar=20),
    Row("ledger: an hour of 3 years ago, longest wait for the loop", "ms"),
    subjects=(OURS,),
)
async def old_corrected_hour(house: House) -> Figures:
    """Import three years again by the action, once their first hour is another."""
    async with house.opened(THREE_YEARS) as run:
        await run()
        house.truth.correct(house.truth.begin)
        with counted(house.hass) as said:
            async with watched() as loop:
                await house.import_again(house.truth.begin, house.truth.end)
    return said.rows, said.count, loop.turn, loop.wait


def _growth(sites: int, *more: Row) -> None:
    """Measure an account of so many sites."""

    async def take(house: House) -> Figures:
        async with house.opened(FEW_DAYS, sites) as run:
            async with watched() as first:
                taken = await _spent(run)
            with counted(house.hass) as said:
                await run()
            async with watched() as again:
                spent = [await _spent(run) for _ in range(RUNS)]
        figures = (
            taken / sites,
            median(spent) / sites,
            said.count / sites,
            *(first.turn, first.wait),
            *(again.turn, again.wait),
        )
        return figures[: len(rows)]

    rows = (
        _linear("ledger: first import, CPU of a site", "ms", sites),
        _linear("ledger: nothing new, CPU of a site", "ms", sites),
        _linear("ledger: nothing new, SQL statements of a site", "statements", sites),
        *more,
    )
    take.__name__ = f"sites_{sites}"
    measure(*rows, subjects=(OURS,))(take)


def _linear(name: str, unit: str, sites: int) -> Row:
    """Return a row of a site's share, which must not grow with their number."""
    if sites == 1:
        return Row(f"{name} of 1", unit)
    against = f"{name} of {sites // 10}", OURS.name
    return Row(f"{name} of {sites}", unit, against=against, ratio_bar=1.3)


_growth(1)
_growth(10)
_growth(
    100,
    Row("ledger: first import of 100 sites, longest turn of the loop", "ms", bar=20),
    Row("ledger: first import of 100 sites, longest wait for the loop", "ms"),
    Row("ledger: nothing new of 100 sites, longest turn of the loop", "ms", bar=20),
    Row("ledger: nothing new of 100 sites, longest wait for the loop", "ms"),
)


@measure(Row("ledger: memory of a site", "kB"), subjects=(OURS,))
async def memory(house: House) -> Figures:
    """Import two months of twenty sites, and see what stays in memory."""
    async with house.opened(TWO_MONTHS, 1) as run:
        await run()
        gc.collect()
        tracemalloc.start()
        try:
            await run()
            gc.collect()
            before, _ = tracemalloc.get_traced_memory()
            await house.add_sites(20)
            await run()
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    return ((after - before) / 20 / 1000,)


async def _spent(run: Callable[[], Awaitable[None]]) -> float:
    """Return the CPU time that a run takes in all threads, in ms."""
    started = cpu_ms()
    await run()
    return cpu_ms() - started
