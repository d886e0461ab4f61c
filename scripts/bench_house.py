"""What is measured of sources of the house, beside the integrations they ask."""

from collections.abc import Mapping
from datetime import date
import gc
from statistics import median
from typing import Final

from bench_accounts import (
    BENEATH,
    ENERGYZERO,
    NORDPOOL,
    OMIE,
    Account,
    Subject,
    source_of,
)
from bench_prices import (
    AFTERNOON,
    AUTUMN,
    NORMAL,
    SPRING,
    TICKS,
    begin_eve,
    counted,
    live_through,
)
from bench_rows import Figures, Row, measure, spent_ms

# Each integration of Home Assistant, and our source that asks it.
SUBJECTS: Final[Mapping[str, tuple[Subject, Subject]]] = {
    "nordpool": (
        source_of(
            NORDPOOL, entry=BENEATH, part="NO1", currency="NOK", divisor=1000.0, step=15
        ),
        NORDPOOL,
    ),
    "energyzero": (
        source_of(
            ENERGYZERO,
            entry=BENEATH,
            kind="all_in",
            currency="EUR",
            tax="included",
            step=15,
        ),
        ENERGYZERO,
    ),
    "omie": (source_of(OMIE, part="es", currency="EUR", step=15), OMIE),
}


async def _tick(account: Account) -> Figures:
    """Wake the entities while the clock stands still."""
    await account.begin_full(account.sources.local(NORMAL, AFTERNOON))
    tick, entities = account.coordinator.async_update_listeners, len(account.entities)
    gc.collect()
    taken = median(spent_ms(tick) for _ in range(TICKS))
    return taken, taken / entities * 1000, entities


async def _normal(account: Account) -> Figures:
    """Live through a day of 96 quarter-hours."""
    await begin_eve(account, NORMAL)
    with counted(account) as count:
        wrong, _ = await live_through(account, NORMAL)
    return wrong, count.writes, abs(count.writes - count.changes)


async def _switch(account: Account, day: date) -> Figures:
    """Live through a day on which the clock is changed."""
    await begin_eve(account, day)
    return await live_through(account, day)


async def _spring(account: Account) -> Figures:
    """Live through the day that loses an hour."""
    return await _switch(account, SPRING)


async def _autumn(account: Account) -> Figures:
    """Live through the day that has an hour twice."""
    return await _switch(account, AUTUMN)


for _name, _subjects in SUBJECTS.items():
    _source = f"source {_name}"
    measure(
        Row(f"{_source}: slot tick", "ms", bar=0.1),
        Row(f"{_source}: slot tick, per entity", "µs"),
        Row(f"{_source}: slot tick, entities", "entities", compared=False),
        subjects=_subjects,
    )(_tick)
    measure(
        Row(f"{_source}: wrong minutes, 96-quarter day", "min", bar=0),
        Row(f"{_source}: state writes a day", "writes", compared=False),
        Row(f"{_source}: state writes a day beyond changes", "writes", bar=0),
        subjects=_subjects,
    )(_normal)
    for _quarters, _take in ((92, _spring), (100, _autumn)):
        _day = f"{_quarters}-quarter day"
        measure(
            Row(f"{_source}: wrong minutes, {_day}", "min", bar=0),
            Row(f"{_source}: minutes without a price, {_day}", "min", compared=False),
            subjects=_subjects,
        )(_take)
