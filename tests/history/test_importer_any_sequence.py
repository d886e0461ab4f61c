"""Whatever happens on the way, the end is what one clean import would have stored."""

from datetime import timedelta
from itertools import count, pairwise
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.energy_portals.history import recorder as statistics
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    HOUR,
)
from tests.history.published import HOME, START, Crash, Home, Published, crash_after

# The importer is the same on all of them.
EVERY_DATABASE = True
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
)


async def follows(home: Home, key: str) -> None:
    """Hold every stored sum against the rows before it."""
    rows = await home.rows(key)
    for earlier, later in pairwise(rows):
        assert later.sum == earlier.sum + (later.state or 0.0) < 1e6
        assert key != CONSUMPTION or later.sum >= earlier.sum


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
@given(done=st.lists(steps, max_size=18))
async def test_any_sequence(
    hass: HomeAssistant, corrects: timedelta, done: list[tuple[Any, ...]]
) -> None:
    published = Published()
    for key in (CONSUMPTION, COST):
        published.hour(0, 1.0, key)
    home = Home(hass, published, f"test:{next(_accounts)}", corrects=corrects)
    now = START + HOURS * HOUR
    with patch.object(statistics, "BATCH", 5):
        for step in done:
            match step:
                case ("import",):
                    await home.catch_up(now)
                    await follows(home, CONSUMPTION)
                    await follows(home, COST)
                case ("import all",):
                    await home.importer.import_span(None, HOME, START, now)
                case ("crash", batches):
                    with crash_after(batches):
                        try:
                            await home.catch_up(now)
                        except Crash:
                            home.restart()
                case ("restart", forget):
                    home.restart(forget=forget)
                case ("later", hours):
                    now += hours * HOUR
                case _:
                    publish(published, step)
        # When all is over, whatever was published is long ago.
        now = START + 300 * HOUR
        home.restart()
        await home.catch_up(now)
        await home.importer.import_span(None, HOME, START, now)
    clean = Home(hass, published, f"test:{next(_accounts)}", corrects=corrects)
    await clean.catch_up(now)
    for key in (CONSUMPTION, COST):
        await follows(home, key)
        assert await home.hours(key) == await clean.hours(key)
