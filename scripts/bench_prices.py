"""What is measured of prices."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
import gc
from statistics import median
from typing import Any, Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

from homeassistant.components.recorder.const import SupportedDialect
from homeassistant.components.recorder.db_schema import StateAttributes
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.util import dt as dt_util

from bench_accounts import (
    ENERGYZERO,
    NORDPOOL,
    NORDPOOL_TWO_AREAS,
    OURS,
    PRICED,
    Account,
)
from bench_rows import Figures, Row, cpu_ms, measure, spent_ms
from bench_sources import DAY, QUARTER, per_mwh
from custom_components.energy_portals.portals.model.bands import Band
from custom_components.energy_portals.portals.model.prices import (
    Price,
    PriceSeries,
    Tax,
)
from custom_components.energy_portals.portals.model.public_holidays import Holidays
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_clock import clock_prices

NORMAL: Final = date(2026, 11, 10)
SPRING: Final = date(2026, 3, 29)
AUTUMN: Final = date(2026, 10, 25)
LATE: Final = timedelta(hours=5, minutes=20)
AFTERNOON: Final = time(17, 5, 20)

TICKS: Final = 400
BOUNDARIES: Final = 24
SET_UPS: Final = 101
# Each of hours, weekdays and months of its own.
BANDS: Final = tuple(
    Band(
        amount=n / 10,
        start=time(2 * n),
        end=time((2 * n + 3) % 24),
        days=frozenset({n % 7, (n + 1) % 7, (n + 3) % 7}),
        months=frozenset({11, n % 12 + 1}),
    )
    for n in range(10)
)


@measure(
    Row("slot tick", "ms", bar=0.1),
    Row("slot tick, per entity", "µs"),
    Row("slot tick, entities", "entities", compared=False),
    Row("slot tick, slots held", "slots", compared=False),
    subjects=PRICED,
)
async def still_tick(account: Account) -> Figures:
    """Wake the entities while the clock stands still."""
    await account.begin_full(account.sources.local(NORMAL, AFTERNOON))
    coordinator, entities = account.coordinator, len(account.entities)
    slots = account.subject.slots(coordinator.data)
    if account.subject is OURS and (entities < 16 or slots < 288):
        raise ValueError("the bar is for 16 entities and 288 slots")
    gc.collect()
    tick = coordinator.async_update_listeners
    taken = median(spent_ms(tick) for _ in range(TICKS))
    return taken, taken / entities * 1000, entities, slots


@measure(
    Row("slot tick at a boundary", "ms"),
    Row("slot tick at a boundary, changes", "states", compared=False),
    subjects=PRICED,
)
async def boundary_tick(account: Account) -> Figures:
    """Wake the entities at boundaries of slots, where values do change."""
    await account.begin_full(account.sources.local(NORMAL, AFTERNOON))
    now = dt_util.utcnow()
    account.clock.move_to(now.replace(minute=0, second=0, microsecond=0))
    tick = account.coordinator.async_update_listeners
    taken: list[float] = []
    gc.collect()
    with counted(account) as count:
        for _ in range(BOUNDARIES):
            account.clock.tick(QUARTER)
            taken.append(spent_ms(tick))
            await account.hass.async_block_till_done()
    return median(taken), count.changes / BOUNDARIES


@measure(
    Row("state writes a day", "writes", compared=False),
    Row("state changes a day", "changes", compared=False),
    Row("state writes a day beyond changes", "writes", bar=0),
    Row("wrong minutes, normal day", "min", bar=0),
    Row("price calls a day", "calls", bar=5),
    Row("price calls a day, second looks", "calls", compared=False),
    Row("price calls a day, empty", "calls", bar=0),
    Row("other calls a day", "calls"),
    subjects=PRICED,
)
async def normal_day(account: Account) -> Figures:
    """Live through a day of 96 quarter-hours."""
    await begin_eve(account, NORMAL)
    sources = account.sources
    sources.empty.clear()
    sources.looks = sources.others = 0
    with counted(account) as count:
        wrong = await _wrong_minutes(account, NORMAL)
    return (
        count.writes,
        count.changes,
        abs(count.writes - count.changes),
        wrong,
        len(sources.empty),
        sources.looks,
        sum(sources.empty),
        sources.others,
    )


@measure(Row("price calls a day, late and odd", "calls", bar=12), subjects=(OURS,))
async def odd_day(account: Account) -> Figures:
    """Live through a day on which tomorrow is late, and nought from then on."""
    await begin_eve(account, NORMAL)
    sources = account.sources
    sources.late, sources.nought = LATE, NORMAL + DAY
    sources.empty.clear()
    at = sources.local(NORMAL)
    while (at := at + timedelta(minutes=1)) < sources.local(NORMAL + DAY):
        await account.pass_to(at)
    return (len(sources.empty),)


@measure(Row("wrong minutes, 92-quarter day", "min", bar=0), subjects=PRICED)
async def spring_day(account: Account) -> Figures:
    """Live through the day that loses an hour."""
    await begin_eve(account, SPRING)
    return (await _wrong_minutes(account, SPRING),)


@measure(Row("wrong minutes, 100-quarter day", "min", bar=0), subjects=PRICED)
async def autumn_day(account: Account) -> Figures:
    """Live through the day that has an hour twice."""
    await begin_eve(account, AUTUMN)
    return (await _wrong_minutes(account, AUTUMN),)


@measure(
    Row(
        "set-up, warm",
        "ms",
        bar=5,
        against=("set-up, warm", NORDPOOL.name),
        ratio_bar=0.7,
    ),
    Row(
        "set-up, warm, per entity",
        "ms",
        against=("set-up, warm, per entity", NORDPOOL.name),
        ratio_bar=0.3,
    ),
    Row("set-up, warm, entities", "entities", compared=False),
    Row("price calls on a warm restart", "calls", bar=0),
    subjects=PRICED,
    rounds=3,
)
async def warm_set_up(account: Account) -> Figures:
    """Set the account up again and again, with what an earlier run has stored."""
    taken, entities, calls = await _set_up_again(account)
    return taken, taken / entities, entities, calls


@measure(
    Row("set-up, warm, what is on at first", "ms"),
    Row("set-up, warm, what is on at first, entities", "entities", compared=False),
    subjects=PRICED,
    rounds=3,
)
async def warm_set_up_at_first(account: Account) -> Figures:
    """Set an account up that has only the entities that are on at first."""
    account.as_at_first = True
    taken, entities, _ = await _set_up_again(account)
    return taken, entities


async def _set_up_again(account: Account) -> tuple[float, int, float]:
    """Set an account up again and again; return CPU, entities and calls of each."""
    await account.begin_full(account.sources.local(NORMAL, AFTERNOON))
    account.sources.empty.clear()
    taken: list[float] = []
    for _ in range(SET_UPS):
        await account.unload()
        gc.collect()
        started = cpu_ms()
        await account.set_up()
        taken.append(cpu_ms() - started)
    calls = len(account.sources.empty) / SET_UPS
    return median(taken), len(account.entities), calls


@measure(Row("largest recorded attributes", "bytes", bar=999), subjects=PRICED)
async def attributes(account: Account) -> Figures:
    """Let the recorder say what it would write of each state's attributes."""
    await account.begin_full(account.sources.local(NORMAL, AFTERNOON))
    return (
        max(_recorded_bytes(account, entity) for entity in account.entities.values()),
    )


@measure(
    Row("registry changes on reload", "events", bar=0),
    subjects=(OURS, NORDPOOL_TWO_AREAS, ENERGYZERO),
)
async def reload(account: Account) -> Figures:
    """Reload the account with nothing new."""
    await account.begin_full(account.sources.local(NORMAL, AFTERNOON))
    changes: list[str] = []

    @callback
    def changed(event: Event[Any]) -> None:
        changes.append(str(event.event_type))

    account.hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, changed)
    account.hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, changed)
    await account.hass.config_entries.async_reload(account.entry.entry_id)
    await account.hass.async_block_till_done(wait_background_tasks=True)
    return (len(changes),)


@measure(
    Row("tariff on a week of quarters, ten bands", "ms"),
    Row("tariff on a week of quarters, no band", "ms", compared=False),
    Row("prices by the clock of nine days, ten bands", "ms"),
    subjects=(OURS,),
)
async def tariffs(account: Account) -> Figures:
    """Work out what a household pays by bands that differ by hour, day and month."""
    await account.begin_full(account.sources.local(NORMAL, AFTERNOON))
    zone, start = ZoneInfo("Europe/Oslo"), account.sources.local(NORMAL)
    quarters = [start + n * QUARTER for n in range(7 * 96)]
    slots = (Slot(at, at + QUARTER, Price(at.hour / 7)) for at in quarters)
    raw = PriceSeries("NOK", Tax.EXCLUDED, Series(tuple(slots)))
    holidays = Holidays(dates=frozenset({(NORMAL.month, NORMAL.day)}))
    tariff = Tariff(25, 2, 0.1, BANDS, holidays=holidays)
    works: tuple[Callable[[], object], ...] = (
        lambda: tariff.shown(raw, zone),
        lambda: replace(tariff, grid_fees=()).shown(raw, zone),
        lambda: clock_prices(
            BANDS, zone, start, start + 9 * DAY, holidays, currency="NOK"
        ),
    )
    gc.collect()
    return tuple(median(spent_ms(work) for _ in range(SET_UPS)) for work in works)


@dataclass
class _Count:
    """How often the account's states were written, and how often they changed."""

    writes: int = 0
    changes: int = 0


@contextmanager
def counted(account: Account) -> Iterator[_Count]:
    """Count writes and changes of the account's states."""
    count = _Count()
    write = vars(Entity)["_async_write_ha_state"]

    def counted(entity: Entity) -> None:
        count.writes += _is_of(account, entity)
        write(entity)

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        count.changes += event.data["entity_id"] in account.entities.values()

    stop = account.hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    with patch.object(Entity, "_async_write_ha_state", counted):
        yield count
    stop()


def _is_of(account: Account, entity: Entity) -> bool:
    """Say whether an entity is of the account."""
    entry = entity.registry_entry
    return entry is not None and entry.config_entry_id == account.entry.entry_id


async def begin_eve(account: Account, day: date) -> None:
    """Set the account up shortly before a day begins, and let the day begin."""
    midnight = account.sources.local(day)
    # EnergyZero asks every 10 minutes from its set-up on; how late it then is after a
    # boundary hangs on that moment. Set up here, it is as late as it is on average.
    at = midnight - timedelta(minutes=17, seconds=40)
    await account.begin(at)
    while (at := at + timedelta(minutes=1)) < midnight:
        await account.pass_to(at)


async def _wrong_minutes(account: Account, day: date) -> int:
    """Live through every minute of a day; return how many showed no right price."""
    return sum(await live_through(account, day))


async def live_through(account: Account, day: date) -> tuple[int, int]:
    """Live through every minute of a day; return how many were wrong, and had none."""
    price, wrong, without = account.price_entity, 0, 0
    at = account.sources.local(day) + timedelta(seconds=20)
    end = account.sources.local(day + DAY)
    while at < end:
        await account.pass_to(at)
        state = account.hass.states.get(price)
        if state is None or state.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
            without += 1
        else:
            wrong += not is_right(state.state, at)
        at += timedelta(minutes=1)
    return wrong, without


def is_right(shown: str, at: datetime) -> bool:
    """Say whether what is shown is the price of a moment, per kWh."""
    try:
        return abs(float(shown) - per_mwh(at) / 1000) < 1e-9
    except ValueError:
        return False


def _recorded_bytes(account: Account, entity: str) -> int:
    """Return how much the recorder would write of an entity's attributes."""
    state = account.hass.states.get(entity)
    data: EventStateChangedData = {
        "entity_id": entity,
        "old_state": None,
        "new_state": state,
    }
    event = Event(EVENT_STATE_CHANGED, data)
    return len(
        StateAttributes.shared_attrs_bytes_from_event(event, SupportedDialect.SQLITE)
    )
