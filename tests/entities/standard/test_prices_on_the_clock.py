"""Prices minute by minute over whole days of 23, 24 and 25 hours, in four zones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util.async_ import get_scheduled_timer_handles
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.market import (
    AUTUMN,
    BERLIN,
    DAY,
    HOUR,
    LISBON,
    MINUTE,
    ORDINARY,
    OSLO,
    QUARTER,
    ROME,
    SPRING,
    Market,
    Point,
    local,
)
from tests.priced import Priced, entry_of, set_up, use

ZONES = {"oslo": OSLO, "berlin": BERLIN, "rome": ROME, "lisbon": LISBON}
LENGTHS = {"quarters": QUARTER, "hours": HOUR}


@pytest.fixture
def markets() -> dict[str, Market]:
    """Return a market of each zone and length, by site."""
    return {
        f"{city}_{name}": Market(zone, length, key=f"{city}_{name}")
        for city, zone in ZONES.items()
        for name, length in LENGTHS.items()
    }


@pytest.fixture
def entry(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, markets: dict[str, Market]
) -> MockConfigEntry:
    """Return an account that has a site at each market, not set up yet."""
    feeds, sites = [], []
    for key, market in markets.items():
        # A sort of its own, so that each feed is about one site.
        sort = type(f"At{key}", (Point,), {})
        feeds.append(market.feed(at=sort, key=key))
        sites.append(sort(key=key, name=key))
    use(monkeypatch, Priced(tuple(feeds), sites).portal())
    return entry_of(hass)


def expected(market: Market, now: datetime) -> dict[str, float]:
    """Return what shall be shown; slots begin at whole lengths of UTC hours."""
    seconds = now.timestamp() // market.length.total_seconds()
    start = datetime.fromtimestamp(seconds * market.length.total_seconds(), UTC)
    return {
        "price": market.value(start),
        "next_price": market.value(start + market.length),
        "previous_price": market.value(start - market.length),
    }


def wrong(
    hass: HomeAssistant,
    markets: dict[str, Market],
    now: datetime,
    *names: str,
) -> list[str]:
    """Return which prices are not right at this moment."""
    found = []
    for site, market in markets.items():
        truth = expected(market, now)
        for name in names or truth:
            state = hass.states.get(f"sensor.{site}_{name}")
            if state is None or state.state != str(truth[name]):
                found.append(f"{now} {site} {name}: {state and state.state}")
    return found


async def _tick(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, now: datetime
) -> None:
    """Let it be a moment, and what was due happen."""
    freezer.move_to(now)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


def minutes(day: date) -> Iterator[datetime]:
    """Yield every minute of a day in all four zones."""
    now, end = local(day, OSLO), local(day + DAY, LISBON)
    while now < end:
        yield now
        now += MINUTE


@pytest.mark.parametrize(
    ("day", "quarters"), [(SPRING, 92), (ORDINARY, 96), (AUTUMN, 100)]
)
async def test_no_minute_of_a_day_shows_a_wrong_price(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    markets: dict[str, Market],
    day: date,
    quarters: int,
) -> None:
    freezer.move_to(local(day, OSLO) - HOUR)
    await set_up(hass, entry)
    assert all(
        len(market.day(day)) * market.length == quarters * QUARTER
        for market in markets.values()
    )
    mistakes = []
    for now in minutes(day):
        await _tick(hass, freezer, now)
        mistakes += wrong(hass, markets, now)
    assert mistakes == []
    # Two days at the start in one call, and the next day once; each is looked at again,
    # that of the start an hour later, too.
    assert {key: len(market.asked) for key, market in markets.items()} == dict.fromkeys(
        markets, 6
    )


@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
async def test_prices_change_at_the_second_a_slot_begins(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    markets: dict[str, Market],
    day: date,
) -> None:
    start = local(day, OSLO)
    freezer.move_to(start - HOUR)
    await set_up(hass, entry)
    mistakes = []
    for number in range(1, 6 * 4):
        boundary = start + number * QUARTER
        for second in (-1, 0, 1):
            now = boundary + timedelta(seconds=second)
            await _tick(hass, freezer, now)
            mistakes += wrong(hass, markets, now)
    assert mistakes == []


# In Oslo, Berlin and Rome the clock changes at 01:00 UTC, as it does in Lisbon.
CHANGES = [
    datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    for day in (SPRING, AUTUMN)
    for hour in (0, 1, 2)
    for minute in (0, 7, 30, 59)
]


@pytest.mark.parametrize("now", CHANGES, ids=str)
async def test_set_up_and_reloaded_where_the_clock_changes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    markets: dict[str, Market],
    now: datetime,
) -> None:
    freezer.move_to(now)
    await set_up(hass, entry)
    assert wrong(hass, markets, now) == []
    asked = sum(len(market.asked) for market in markets.values())
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert wrong(hass, markets, now) == []
    assert sum(len(market.asked) for market in markets.values()) == asked
    mistakes = []
    for number in range(1, 80, 3):
        then = now + number * MINUTE
        await _tick(hass, freezer, then)
        mistakes += wrong(hass, markets, then)
    assert mistakes == []


async def test_a_machine_that_slept_shows_the_right_price_when_it_wakes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    markets: dict[str, Market],
) -> None:
    now = local(ORDINARY, OSLO, 9, 10)
    freezer.move_to(now)
    await set_up(hass, entry)
    await _tick(hass, freezer, now + 3 * HOUR)
    assert wrong(hass, markets, now + 3 * HOUR) == []
    # Over midnight, with all that is published meanwhile.
    await _tick(hass, freezer, now + 20 * HOUR)
    later = now + 20 * HOUR + MINUTE
    await _tick(hass, freezer, later)
    assert wrong(hass, markets, later) == []


def _set_the_wall_clock(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, to: datetime
) -> None:
    """Set the wall clock, and run the timers of the next minute as they count it.

    The harness tells timers the time they were set for; this leaves them to look.
    """
    until = hass.loop.time() + 61
    freezer.move_to(to)
    for handle in list(get_scheduled_timer_handles(hass.loop)):
        if not handle.cancelled() and handle.when() <= until:
            handle._run()
            handle.cancel()


@pytest.mark.parametrize("back", [HOUR, 5 * HOUR])
async def test_a_clock_put_back_is_seen_within_a_minute(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    markets: dict[str, Market],
    back: timedelta,
) -> None:
    now = local(ORDINARY, OSLO, 12, 10)
    freezer.move_to(now)
    await set_up(hass, entry)
    _set_the_wall_clock(hass, freezer, now - back)
    await hass.async_block_till_done()
    assert wrong(hass, markets, now - back) == []
    # And it goes on from there.
    for number in range(1, 70):
        then = now - back + number * MINUTE
        await _tick(hass, freezer, then)
        assert wrong(hass, markets, then) == []


async def test_a_clock_put_forward_is_seen_within_a_minute(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    markets: dict[str, Market],
) -> None:
    now = local(ORDINARY, OSLO, 8, 10)
    freezer.move_to(now)
    await set_up(hass, entry)
    _set_the_wall_clock(hass, freezer, now + HOUR)
    await hass.async_block_till_done()
    assert wrong(hass, markets, now + HOUR) == []
