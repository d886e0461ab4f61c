"""What a user says is paid on top: shown at once, and without a call."""

from datetime import date, datetime, timedelta
from functools import cache
from statistics import fmean
import threading
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.portals.model import public_holidays
from tests.market import (
    AUTUMN,
    DAY,
    HOUR,
    ORDINARY,
    OSLO,
    QUARTER,
    SPRING,
    Market,
    local,
)
from tests.priced import Priced, entry_of, number, set_up, use

NOW = local(ORDINARY, OSLO, 15, 20)  # a Wednesday
SLOT = local(ORDINARY, OSLO, 15, 15)


@pytest.fixture
def market() -> Market:
    """Return a market in Norway."""
    return Market()


@pytest.fixture
def entry(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, market: Market
) -> MockConfigEntry:
    """Return an account that is not set up yet."""
    use(monkeypatch, Priced((market.feed(),)).portal())
    return entry_of(hass, other={"kept": True})


async def _choose(
    hass: HomeAssistant, entry: MockConfigEntry, chosen: dict[str, Any]
) -> Any:
    """Fill in the form of the options flow."""
    flow = hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.MENU
    result = await flow.async_configure(
        result["flow_id"], {"next_step_id": "esmart_spot_prices"}
    )
    assert result["type"] is FlowResultType.FORM
    result = await flow.async_configure(result["flow_id"], chosen)
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


def _hour(market: Market, now: datetime) -> float:
    """Return the mean of an hour's quarters."""
    start = now.replace(minute=0)
    return fmean(market.value(start + n * QUARTER) for n in range(4))


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ({}, lambda raw, hour: raw),
        ({"vat": 25}, lambda raw, hour: raw * 1.25),
        ({"percent": 10}, lambda raw, hour: raw * 1.1),
        ({"fixed": 0.05}, lambda raw, hour: raw + 0.05),
        ({"vat": 25, "fixed": 0.05}, lambda raw, hour: (raw + 0.05) * 1.25),
        ({"hourly": True}, lambda raw, hour: hour),
        ({"grid_fees": [{"amount": 0.3}]}, lambda raw, hour: raw + 0.3),
        (
            {
                "vat": 25,
                "percent": 2,
                "fixed": 0.01,
                "hourly": True,
                "grid_fees": [
                    {
                        "amount": 0.5,
                        "start": "06:00:00",
                        "end": "22:00:00",
                        "days": ["wed"],
                    },
                    {"amount": 0.2},
                ],
            },
            lambda raw, hour: (hour * 1.02 + 0.01 + 0.5) * 1.25,
        ),
    ],
)
async def test_options_are_shown_at_once_and_without_a_call(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    chosen: dict[str, Any],
    shown: Any,
) -> None:
    freezer.move_to(NOW)
    await set_up(hass, entry)
    raw = market.value(SLOT)
    assert number(hass, "price") == raw
    asked = len(market.asked)
    result = await _choose(hass, entry, chosen)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    # What belongs to others stays.
    assert entry.options == {"other": {"kept": True}, "spot_prices": chosen}
    expected = shown(raw, _hour(market, SLOT))
    assert number(hass, "price") == pytest.approx(expected, abs=1e-12)
    assert number(hass, "raw_price") == raw
    assert len(market.asked) == asked


async def test_a_feed_in_price_comes_and_goes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    freezer.move_to(NOW)
    await set_up(hass, entry)
    await _choose(hass, entry, {"export": -0.04, "vat": 25})
    raw = market.value(SLOT)
    assert number(hass, "feed_in_price") == pytest.approx(raw - 0.04)
    # Nought is a price as well: sold at the raw price.
    await _choose(hass, entry, {"export": 0})
    assert number(hass, "feed_in_price") == raw
    await _choose(hass, entry, {"vat": 25})
    gone = hass.states.get("sensor.home_feed_in_price")
    assert gone is None or gone.state == "unavailable"
    assert len(market.asked) == 1


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
async def test_a_grid_fee_begins_and_ends_by_the_wall_clock(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    day: Any,
) -> None:
    """By the minute, inside an hour's slot, on the nights the clock changes."""
    market.length = HOUR
    hass.config_entries.async_update_entry(
        entry,
        options={
            "spot_prices": {
                "grid_fees": [{"amount": 1, "start": "02:20", "end": "05:40"}]
            }
        },
    )
    freezer.move_to(local(day, OSLO) - QUARTER)
    await set_up(hass, entry)
    now = local(day, OSLO)
    with_fee = 0
    while now < local(day, OSLO, 8):
        freezer.move_to(now)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        wall = now.astimezone(OSLO)
        fee = (2, 20) <= (wall.hour, wall.minute) < (5, 40)
        with_fee += fee
        expected = market.value(now.replace(minute=0)) + fee
        assert number(hass, "price") == pytest.approx(expected, abs=1e-12), wall
        now += timedelta(minutes=1)
    # Wall clocks show 02:20 to 03:00 not at all in spring, and twice in autumn.
    assert with_fee == (160 if day == SPRING else 240)


@pytest.mark.parametrize(
    ("chosen", "errors"),
    [
        ({"fixed": float("nan")}, {"fixed": "invalid_number"}),
        ({"export": float("inf")}, {"export": "invalid_number"}),
        ({"grid_fees": [{"amount": float("nan")}]}, {"grid_fees": "invalid_number"}),
        ({"grid_fees": [{}]}, {"grid_fees": "missing_amount"}),
        ({"preset": "it_f1_f2_f3", "grid_fees": []}, {}),
    ],
    ids=repr,
)
async def test_what_is_no_tariff_is_refused_and_can_be_mended(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    chosen: dict[str, Any],
    errors: dict[str, str],
) -> None:
    freezer.move_to(NOW)
    await set_up(hass, entry)
    result = await _choose(hass, entry, chosen)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert "spot_prices" not in entry.options
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {"vat": 25}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert number(hass, "price") == pytest.approx(market.value(SLOT) * 1.25)


@pytest.mark.parametrize(
    "rule",
    [
        {"amount": "x"},
        {"amount": 1, "start": "half past two"},
        {"amount": 1, "days": ["someday"]},
        {"amount": 1, "months": ["13"]},
    ],
    ids=repr,
)
async def test_the_form_refuses_a_grid_fee_that_is_none(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    rule: dict[str, Any],
) -> None:
    freezer.move_to(NOW)
    await set_up(hass, entry)
    with pytest.raises(InvalidData):
        await _choose(hass, entry, {"grid_fees": [rule]})
    assert "spot_prices" not in entry.options


async def test_holidays_are_loaded_before_the_event_loop_needs_them(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: dict[tuple[str, str | None], threading.Thread] = {}
    load = public_holidays._calendar.__wrapped__

    @cache
    def loaded(country: str, subdivision: str | None) -> Any:
        threads[country, subdivision] = threading.current_thread()
        return load(country, subdivision)

    monkeypatch.setattr(public_holidays, "_calendar", loaded)
    public_holidays._of_year.cache_clear()
    holiday = date(2026, 5, 17)  # a Sunday, and Norway's own day
    freezer.move_to(local(holiday, OSLO, 15, 20))
    hass.config_entries.async_update_entry(
        entry,
        options={
            "spot_prices": {
                "country": "NO",
                "holidays_as": "holiday",
                "grid_fees": [{"amount": 1, "days": ["holiday"]}, {"amount": 2}],
            }
        },
    )
    await set_up(hass, entry)
    raw = market.value(local(holiday, OSLO, 15, 15))
    assert number(hass, "price") == pytest.approx(raw + 1)
    assert threading.main_thread() not in threads.values()
    assert set(threads) == {("NO", None)}


async def test_a_tariff_that_cannot_be_read_any_more_holds_up_nothing_else(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, entry: MockConfigEntry
) -> None:
    freezer.move_to(NOW)
    hass.config_entries.async_update_entry(
        entry,
        options={
            "spot_prices": {
                "country": "XX",
                "grid_fees": [{"amount": 1, "days": ["mon"]}],
            }
        },
    )
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED


async def test_the_form_shows_what_was_chosen(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, entry: MockConfigEntry
) -> None:
    freezer.move_to(NOW)
    await set_up(hass, entry)
    await _choose(hass, entry, {"vat": 25, "export": 0})
    flow = hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    result = await flow.async_configure(
        result["flow_id"], {"next_step_id": "esmart_spot_prices"}
    )
    suggested = {
        str(key): key.description["suggested_value"]
        for key in result["data_schema"].schema
        if key.description
    }
    assert suggested == {"vat": 25, "export": 0}


async def test_tomorrow_is_shown_with_the_tariff_as_well(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    freezer.move_to(NOW)
    await set_up(hass, entry)
    await _choose(hass, entry, {"vat": 100})
    raw = fmean(market.value(at) for at in market.day(ORDINARY + DAY))
    assert number(hass, "average_price_tomorrow") == pytest.approx(2 * raw)
