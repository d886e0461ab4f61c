"""The standard entities of prices, against a reading of the raw slots by hand."""

from datetime import date, datetime, timedelta
from itertools import groupby
import json
from math import sin
from statistics import fmean, median
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, State, callback
from homeassistant.helpers.entity import Entity
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.model.price_levels import levelled
from tests.market import (
    AUTUMN,
    DAY,
    HOUR,
    MINUTE,
    ORDINARY,
    OSLO,
    QUARTER,
    SPRING,
    Market,
    local,
)
from tests.priced import Priced, entry_of, number, set_up, use

DAYS = [SPRING, ORDINARY, AUTUMN]


@pytest.fixture
def market() -> Market:
    """Return a market in Norway."""
    return Market()


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch, market: Market) -> Priced:
    """Return a portal of that market."""
    priced = Priced((market.feed(),))
    use(monkeypatch, priced.portal())
    return priced


@pytest.fixture
def entry(hass: HomeAssistant, portal: Priced) -> MockConfigEntry:
    """Return an account that is not set up yet."""
    return entry_of(hass, spot_prices={"export": -0.01})


def _state(hass: HomeAssistant, name: str, platform: str = "sensor") -> State:
    """Return an entity's state."""
    state = hass.states.get(f"{platform}.home_{name}")
    assert state is not None, name
    return state


def _shows(hass: HomeAssistant, name: str, platform: str = "sensor") -> str:
    """Return what an entity shows."""
    return _state(hass, name, platform).state


async def _at(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, now: datetime
) -> None:
    """Let it be a moment, and what was due happen."""
    freezer.move_to(now)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("length", [QUARTER, HOUR])
async def test_figures_of_days_against_the_raw_slots(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    day: date,
    length: timedelta,
) -> None:
    market.length = length
    freezer.move_to(local(day, OSLO, 15))
    await set_up(hass, entry)
    prices = {at: market.value(at) for at in market.day(day)}
    lowest = min(prices, key=prices.__getitem__)
    highest = max(prices, key=prices.__getitem__)
    assert number(hass, "lowest_price_today") == prices[lowest]
    assert number(hass, "highest_price_today") == prices[highest]
    assert _shows(hass, "cheapest_time_today") == lowest.isoformat()
    assert _shows(hass, "dearest_time_today") == highest.isoformat()
    middle = number(hass, "median_price_today")
    assert middle == pytest.approx(median(prices.values()), abs=1e-12)
    for which, prices_of in (("today", day), ("tomorrow", day + DAY)):
        truth = fmean(market.value(at) for at in market.day(prices_of))
        mean = number(hass, f"average_price_{which}")
        assert mean == pytest.approx(truth, abs=1e-12)


@pytest.mark.parametrize("day", DAYS)
async def test_where_the_current_price_stands(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    day: date,
) -> None:
    starts = market.day(day)
    for start in starts[3:60:2]:
        # Some prices come more than once.
        market.corrected[start] = round(market.value(start), 1)
    prices = [market.value(start) for start in starts]
    assert len(set(prices)) < len(prices)
    freezer.move_to(starts[0])
    await set_up(hass, entry)
    for start in starts:
        await _at(hass, freezer, start + MINUTE)
        now = market.value(start)
        cheaper = sum(price < now for price in prices)
        equal = prices.count(now) - 1
        percentile = 100 * (cheaper + equal / 2) / (len(prices) - 1)
        assert _shows(hass, "price_rank_today") == f"{cheaper + 1}"
        shown = number(hass, "price_percentile_today")
        assert shown == pytest.approx(percentile, abs=1e-9)
        assert number(hass, "feed_in_price") == pytest.approx(now - 0.01)
        assert number(hass, "raw_price") == number(hass, "price") == now


@pytest.mark.parametrize("day", DAYS)
async def test_a_level_lasts_and_stays_when_tomorrow_is_published(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    day: date,
) -> None:
    today = market.day(day)
    waves = {
        start: 0.3 + 0.1 * sin(number / 8) + 0.01 * (number % 3)
        for number, start in enumerate([*today, *market.day(day + DAY)])
    }
    # Tomorrow is so much dearer that today's dear hours are cheap against it.
    market.corrected |= {s: v + 0.3 * (s > today[-1]) for s, v in waves.items()}
    freezer.move_to(today[0])
    await set_up(hass, entry)
    levels = []
    for start in today:
        await _at(hass, freezer, start + MINUTE)
        levels.append(_shows(hass, "price_level"))
        if start == today[60]:
            # A start in between changes nothing.
            await hass.config_entries.async_reload(entry.entry_id)
            await _at(hass, freezer, start + MINUTE)
            assert _shows(hass, "price_level") == levels[-1]
    alone = levelled([market.slot(start) for start in today])
    until = alone.at(local(day, OSLO, 13, 14))
    assert until is not None
    for start, level in zip(today, levels, strict=True):
        run = alone.at(start)
        assert run is not None
        assert run.value == level or start >= until.end, start
    later = [alone.at(start) for start in today]
    assert any(
        run and run.value != told for run, told in zip(later, levels, strict=True)
    )
    runs = [(level, len([*same])) for level, same in groupby(levels)]
    # The last goes on in the next day.
    assert all(quarters >= 4 for _, quarters in runs[:-1])
    assert len({level for level, _ in runs}) > 2


async def test_an_incomplete_day_has_a_price_and_no_figures(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    starts = market.day(ORDINARY)
    hole = starts[40]
    market.missing.add(hole)
    freezer.move_to(starts[38] + MINUTE)
    await set_up(hass, entry)
    assert number(hass, "price") == market.value(starts[38])
    for name in (
        *("lowest_price_today", "cheapest_time_today", "highest_price_today"),
        *("dearest_time_today", "average_price_today", "median_price_today"),
        *("price_rank_today", "price_percentile_today", "price_level"),
    ):
        assert _shows(hass, name) == "unknown", name
    # In the hole there is no price, and no other is put in its place.
    await _at(hass, freezer, starts[39] + MINUTE)
    assert number(hass, "price") == market.value(starts[39])
    assert _shows(hass, "next_price") == "unknown"
    await _at(hass, freezer, hole + MINUTE)
    for name in ("price", "next_price", "previous_price", "raw_price", "feed_in_price"):
        assert _shows(hass, name) == "unknown", name
    await _at(hass, freezer, starts[41] + MINUTE)
    assert number(hass, "price") == market.value(starts[41])
    assert _shows(hass, "previous_price") == "unknown"
    # The rest comes with the next try.
    market.missing.clear()
    await _at(hass, freezer, starts[41] + 3 * HOUR)
    assert number(hass, "average_price_today") is not None


async def test_tomorrow_s_entities_come_with_the_first_tomorrow(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    freezer.move_to(local(ORDINARY, OSLO, 9))
    await set_up(hass, entry)
    known = "prices_for_tomorrow_known"
    assert hass.states.get("sensor.home_average_price_tomorrow") is None
    assert _shows(hass, known, "binary_sensor") == "off"
    await _at(hass, freezer, local(ORDINARY, OSLO, 14, 1))
    truth = fmean(market.value(at) for at in market.day(ORDINARY + DAY))
    assert number(hass, "average_price_tomorrow") == pytest.approx(truth)
    assert _shows(hass, known, "binary_sensor") == "on"
    # Past midnight, tomorrow is another day, and not known yet.
    await _at(hass, freezer, local(ORDINARY + DAY, OSLO))
    assert _shows(hass, "average_price_tomorrow") == "unknown"
    assert _shows(hass, known, "binary_sensor") == "off"
    assert number(hass, "average_price_today") == pytest.approx(truth)


async def test_a_feed_in_price_is_only_where_energy_is_sold(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, portal: Priced
) -> None:
    freezer.move_to(local(ORDINARY, OSLO, 9))
    await set_up(hass, entry_of(hass))
    assert hass.states.get("sensor.home_price") is not None
    assert hass.states.get("sensor.home_feed_in_price") is None


async def test_a_preliminary_price_says_so(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    market.preliminary_until = 2 * DAY
    freezer.move_to(local(ORDINARY, OSLO, 9))
    await set_up(hass, entry)
    assert _shows(hass, "price_preliminary", "binary_sensor") == "on"
    market.preliminary_until = None
    await _at(hass, freezer, local(ORDINARY, OSLO, 9, 14))
    assert _shows(hass, "price_preliminary", "binary_sensor") == "off"
    assert number(hass, "price") == market.value(local(ORDINARY, OSLO, 9))


PRICES = {
    *("price", "next_price", "previous_price", "raw_price", "feed_in_price"),
    *("lowest_price_today", "highest_price_today", "average_price_today"),
    *("median_price_today", "average_price_tomorrow"),
}


async def test_prices_fit_the_energy_dashboard_and_the_recorder(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, entry: MockConfigEntry
) -> None:
    freezer.move_to(local(ORDINARY, OSLO, 15))
    await set_up(hass, entry)
    for name in PRICES:
        attributes = _state(hass, name).attributes
        assert attributes["unit_of_measurement"] == "NOK/kWh"
        assert attributes["state_class"] == SensorStateClass.MEASUREMENT
        assert "device_class" not in attributes
        assert float(_shows(hass, name)) is not None
    percentile = _state(hass, "price_percentile_today").attributes
    assert percentile["unit_of_measurement"] == "%"
    assert "unit_of_measurement" not in _state(hass, "price_rank_today").attributes
    states = hass.states.async_all()
    assert len(states) >= len(PRICES) + 8
    for state in states:
        assert len(json.dumps(dict(state.attributes), default=str)) < 1000
        assert not [
            key
            for key, value in state.attributes.items()
            if isinstance(value, list) and key not in ("options", "event_types")
        ]


async def test_the_unit_stays_when_nothing_is_known(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    """A unit that goes would stop the statistics."""
    freezer.move_to(local(ORDINARY, OSLO, 9))
    await set_up(hass, entry)
    market.errors["home"] = Unavailable("spotprices")
    await _at(hass, freezer, local(ORDINARY + 3 * DAY, OSLO, 9))
    await _at(hass, freezer, local(ORDINARY + 3 * DAY, OSLO, 12))
    assert _shows(hass, "price") == "unavailable"
    del market.errors["home"]
    await _at(hass, freezer, local(ORDINARY + 3 * DAY, OSLO, 15))
    assert number(hass, "price") == market.value(local(ORDINARY + 3 * DAY, OSLO, 15))
    assert _state(hass, "price").attributes["unit_of_measurement"] == "NOK/kWh"


async def test_a_price_that_is_true_outlives_a_failed_fetch(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    freezer.move_to(local(ORDINARY, OSLO, 9))
    await set_up(hass, entry)
    market.errors["home"] = Unavailable("spotprices")
    for hour in range(10, 24):
        now = local(ORDINARY, OSLO, hour, 10)
        await _at(hass, freezer, now)
        assert number(hass, "price") == market.value(now.replace(minute=0))
        assert number(hass, "average_price_today") is not None
    assert not entry.runtime_data.feeds["spot_prices"].last_update_success
    midnight = local(ORDINARY + DAY, OSLO)
    await _at(hass, freezer, midnight - timedelta(seconds=1))
    assert number(hass, "price") == market.value(midnight - QUARTER)
    await _at(hass, freezer, midnight)
    for name in ("price", "next_price", "average_price_today", "price_level"):
        assert _shows(hass, name) == "unavailable", name


@pytest.mark.parametrize("day", DAYS)
async def test_states_are_written_when_they_changed_and_only_then(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    day: date,
) -> None:
    freezer.move_to(local(day - DAY, OSLO, 23))
    await set_up(hass, entry)
    written: list[str] = []
    changed: list[str] = []
    write = Entity._async_write_ha_state

    def note(entity: Entity) -> None:
        if entity.platform.platform_name == DOMAIN:
            written.append(entity.entity_id)
        write(entity)

    @callback
    def note_change(event: Event) -> None:
        changed.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, note_change)
    now, end = local(day, OSLO) - MINUTE, local(day + DAY, OSLO) - MINUTE
    await _at(hass, freezer, now)
    written.clear()
    changed.clear()
    with patch.object(Entity, "_async_write_ha_state", note):
        while now < end:
            now += MINUTE
            await _at(hass, freezer, now)
    assert sorted(written) == sorted(changed)
    slots = len(market.day(day))
    assert written.count("sensor.home_price") == slots
    assert written.count("sensor.home_average_price_today") == 1
    assert written.count("event.home_prices_published") == 1
    # One call for the next day, and beside it three second looks.
    assert len(market.asked) == 5
