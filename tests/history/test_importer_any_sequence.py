"""Whatever happens on the way, the end is what one clean import would have stored."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import count, pairwise
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from hypothesis import HealthCheck, example, given, settings, strategies as st
import pytest

from custom_components.energy_portals.history import recorder as statistics
from custom_components.energy_portals.portals.http.errors import (
    NotFound,
    PortalError,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    HOUR,
    LedgerRow,
)
from tests.history.published import HOME, START, Crash, Home, Published, crash_after

# The importer is the same on all of them.
EVERY_DATABASE = True
# What is written is held against Home Assistant's own recorder.
OWN_RECORDER = True
HOURS = 36
_accounts = count()

numbers = st.integers(1, HOURS - 1)
amounts = st.one_of(
    st.integers(0, 3000).map(lambda watt_hours: watt_hours / 1000),
    st.floats(0, 50),
    st.just(0.0),
)
spoilt = st.sampled_from(
    [-1.0, float("nan"), float("inf"), None, 24_000.0, 1.7e308, -1.7e308]
)
keys = st.sampled_from([CONSUMPTION, COST])
ERRORS = (NotFound("hours"), UnexpectedResponse("hours", "?"), Unavailable("hours"))


def fail(broken: datetime, error: PortalError, start: datetime, end: datetime) -> None:
    """Answer with an error for every span that has a day in it."""
    if start < broken + 24 * HOUR and broken < end:
        raise error


steps = st.one_of(
    st.tuples(st.just("hour"), keys, numbers, st.one_of(amounts, spoilt)),
    st.tuples(
        st.just("quarters"), keys, numbers, st.lists(amounts, min_size=4, max_size=4)
    ),
    st.tuples(st.just("three quarters"), keys, numbers, amounts),
    st.tuples(st.just("overlap"), keys, numbers, amounts),
    st.tuples(st.just("withdraw"), keys, numbers),
    st.tuples(st.just("day"), keys, st.integers(0, HOURS // 24), amounts),
    st.tuples(st.just("import")),
    st.tuples(st.just("import all")),
    st.tuples(st.just("crash"), st.integers(0, 12)),
    st.tuples(st.just("restart"), st.booleans()),
    st.tuples(st.just("later"), st.integers(1, 30)),
    st.tuples(st.just("break"), st.integers(0, 2), st.sampled_from(ERRORS)),
    st.tuples(st.just("mend")),
    st.tuples(st.just("leave")),
    st.tuples(st.just("delete"), keys),
    st.tuples(st.just("adjust"), keys, numbers, st.sampled_from([100.0, -3.5])),
)

# What the user has added to sums, by series and from which hour on.
type Adjusted = dict[str, list[tuple[datetime, float]]]


async def fetch(home: Home, now: datetime) -> None:
    """Fetch until the import has come to now, or the portal is down."""
    for _ in range(6):
        try:
            fetched = await home.fetch(now)
        except PortalError:
            continue
        if fetched.refused or all(each.is_complete for each in home.ledgers.values()):
            return


async def adjust(
    home: Home, adjusted: Adjusted, key: str, number: int, by: float
) -> None:
    """Add to the sums from an hour on, as the user does in the developer tools."""
    start = START + number * HOUR
    first = next(
        (row.start for row in await home.rows(key) if row.start >= start), None
    )
    if first is not None:
        unit = "kWh" if key == CONSUMPTION else "EUR"
        instance = get_instance(home.hass)
        instance.async_adjust_statistics(home.id(key), first, by, unit)
        await statistics.drained(home.hass)
        adjusted[key].append((first, by))


async def follows(home: Home, key: str, adjusted: Adjusted) -> None:
    """Hold every stored sum against the amounts before it, and what the user added."""
    rows = await home.rows(key)
    if not adjusted[key]:
        for earlier, later in pairwise(rows):
            assert later.sum == earlier.sum + (later.state or 0.0) < 1e6
            assert key != CONSUMPTION or later.sum >= earlier.sum
        return
    total = 0.0
    for row in rows:
        total += row.state or 0.0
        more = sum(by for first, by in adjusted[key] if row.start >= first)
        assert row.sum == pytest.approx(total + more, abs=1e-6)


def publish(published: Published, step: tuple[Any, ...]) -> None:
    """Change what the portal has."""
    kind, key, number, *values = step
    start = START + number * HOUR
    quarter = HOUR / 4
    if kind == "day":
        for each in range(24 * number, 24 * number + 24):
            published.withdraw(each, key)
            published.hour(each, values[0], key)
        return
    if kind == "overlap":
        # Beside what is there, and across two hours.
        published.put(start + quarter, start + 5 * quarter, values[0], key)
        return
    published.withdraw(number, key)
    if kind == "hour":
        published.hour(number, values[0], key)
    elif kind == "quarters":
        for n, value in enumerate(values[0]):
            published.put(start + n * quarter, start + (n + 1) * quarter, value, key)
    elif kind == "three quarters":
        for n in range(3):
            published.put(
                start + n * quarter, start + (n + 1) * quarter, values[0], key
            )


@pytest.mark.parametrize("corrects", [timedelta(days=40), timedelta(days=1)])
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(
    # Readings across two hours each that meet, the later one first.
    done=[
        ("overlap", CONSUMPTION, 19, 0.0),
        ("import",),
        ("overlap", CONSUMPTION, 18, 0.0),
    ]
)
@given(done=st.lists(steps, max_size=18))
async def test_any_sequence(
    hass: HomeAssistant, corrects: timedelta, done: list[tuple[Any, ...]]
) -> None:
    published = Published()
    for key in (CONSUMPTION, COST):
        published.hour(0, 1.0, key)
    home = Home(hass, published, f"test:{next(_accounts)}", corrects=corrects)
    now = START + HOURS * HOUR
    adjusted: Adjusted = {CONSUMPTION: [], COST: []}
    # What a crash interrupted is added up anew, without what was adjusted.
    crashes = any(step[0] == "crash" for step in done)
    with patch.object(statistics, "BATCH", 5):
        for step in done:
            match step:
                case ("import",):
                    await fetch(home, now)
                    for key in (CONSUMPTION, COST):
                        await follows(home, key, adjusted)
                case ("import all",):
                    with suppress(PortalError):
                        await home.importer.import_span(None, HOME, START, now)
                case ("crash", batches):
                    with crash_after(batches):
                        try:
                            await fetch(home, now)
                        except Crash:
                            home.restart()
                case ("restart", forget):
                    home.restart(forget=forget)
                case ("later", hours):
                    now += hours * HOUR
                case ("break", day, error):
                    published.fault = partial(fail, START + day * 24 * HOUR, error)
                case ("mend",):
                    published.fault = None
                case ("leave",):
                    await home.importer.leave(HOME)
                case ("delete", key):
                    await statistics.clear(hass, [home.id(key)])
                    adjusted[key].clear()
                case ("adjust", key, number, by):
                    if not crashes:
                        await adjust(home, adjusted, key, number, by)
                case _:
                    publish(published, step)
        # When all is over, whatever was published is long ago.
        published.fault = None
        now = START + 300 * HOUR
        home.restart()
        await home.catch_up(now)
        await home.importer.import_span(None, HOME, START, now)
        await home.catch_up(now)
    assert home.ledgers["home"].aside == ()
    clean = Home(hass, published, f"test:{next(_accounts)}", corrects=corrects)
    await clean.catch_up(now)
    for key in (CONSUMPTION, COST):
        await follows(home, key, adjusted)
        hours, wanted = await home.hours(key), await clean.hours(key)
        if adjusted[key]:
            hours = [LedgerRow(row.start, row.state, 0.0) for row in hours]
            wanted = [LedgerRow(row.start, row.state, 0.0) for row in wanted]
        assert hours == wanted
