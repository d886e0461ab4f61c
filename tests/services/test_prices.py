"""The action that answers with prices: any span, in one shape."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.http.errors import AuthError, Unavailable
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
    site,
)
from tests.priced import Priced, entry_of, set_up, use

AFTER = local(ORDINARY, OSLO, 15)
BEFORE = local(ORDINARY, OSLO, 9)


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one afternoon, unless a test says else."""
    freezer.move_to(AFTER)


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
    return entry_of(hass)


async def _get(hass: HomeAssistant, **fields: Any) -> Any:
    """Call the action."""
    return await hass.services.async_call(
        DOMAIN, "get_prices", fields, blocking=True, return_response=True
    )


async def _refused(hass: HomeAssistant, **fields: Any) -> str | None:
    """Call the action, and return why it refuses."""
    with pytest.raises(ServiceValidationError) as caught:
        await _get(hass, **fields)
    return caught.value.translation_key


def _slots(market: Market, starts: Sequence[datetime]) -> list[dict[str, Any]]:
    """Return raw slots as the response has them."""
    return [
        {
            "start": start.isoformat(),
            "end": (start + market.length).isoformat(),
            "value": market.value(start),
        }
        for start in starts
    ]


@pytest.mark.parametrize(
    ("length", "resolution"),
    [(QUARTER, "PT15M"), (2 * QUARTER, "PT30M"), (HOUR, "PT1H")],
)
async def test_today_and_tomorrow_by_default(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    market: Market,
    length: timedelta,
    resolution: str,
) -> None:
    market.length = length
    await set_up(hass, entry)
    answer = await _get(hass)
    assert answer == {
        "unit": "NOK/kWh",
        "currency": "NOK",
        "resolution": resolution,
        "slots": _slots(market, market.day(ORDINARY) + market.day(ORDINARY + DAY)),
    }
    assert json.loads(json.dumps(answer)) == answer
    # What is held is not asked for.
    assert len(market.asked) == 1


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 47), (AUTUMN, 49)])
async def test_days_are_those_of_the_market(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    day: date,
    hours: int,
) -> None:
    """Home Assistant's own zone in these tests is a continent away."""
    freezer.move_to(local(day, OSLO, 23, 30))
    await set_up(hass, entry)
    slots = (await _get(hass))["slots"]
    assert slots[0]["start"] == local(day, OSLO).isoformat()
    assert slots[-1]["end"] == local(day + 2 * DAY, OSLO).isoformat()
    assert len(slots) == 4 * hours


async def test_before_publication_there_is_only_today(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    freezer.move_to(BEFORE)
    await set_up(hass, entry)
    asked = len(market.asked)
    answer = await _get(hass)
    assert answer["slots"] == _slots(market, market.day(ORDINARY))
    tomorrow = await _get(
        hass,
        start=local(ORDINARY + DAY, OSLO).isoformat(),
        end=local(ORDINARY + 2 * DAY, OSLO).isoformat(),
    )
    assert tomorrow == {
        "unit": "NOK/kWh",
        "currency": "NOK",
        "resolution": None,
        "slots": [],
    }
    # The portal is not asked for what cannot be there.
    assert len(market.asked) == asked


async def test_days_that_the_feed_watches_are_left_to_it(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    """Who calls every minute while a day is late asks the portal for nothing."""
    market.missing.add(market.day(ORDINARY)[40])
    freezer.move_to(BEFORE)
    await set_up(hass, entry)
    # Its own next try is due by then as well, and might come in between.
    await entry.runtime_data.feeds["spot_prices"].async_shutdown()
    asked = len(market.asked)
    freezer.move_to(local(ORDINARY, OSLO, 13) + timedelta(seconds=1))
    assert len((await _get(hass))["slots"]) == 95
    assert len(market.asked) == asked


async def test_a_span_in_the_past_is_asked_for_and_not_kept(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    await set_up(hass, entry)
    held = entry.runtime_data.feeds["spot_prices"].data["home"]
    market.asked.clear()
    start, end = local(ORDINARY - 9 * DAY, OSLO, 6), local(ORDINARY - 7 * DAY, OSLO, 18)
    for times in (1, 2):
        answer = await _get(hass, start=start.isoformat(), end=end.isoformat())
        expected = list(market.starts(start, end))
        assert answer["slots"] == _slots(market, expected)
        assert market.asked == times * [
            (
                "home",
                local(ORDINARY - 9 * DAY, OSLO),
                local(ORDINARY - 6 * DAY, OSLO),
            )
        ]
    assert entry.runtime_data.feeds["spot_prices"].data["home"] is held


async def test_only_the_days_that_are_missing_are_asked_for(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    await set_up(hass, entry)
    market.asked.clear()
    start, midnight = local(ORDINARY - 2 * DAY, OSLO), local(ORDINARY - DAY, OSLO)
    # A span that ends with a day takes nothing of the next one.
    await _get(hass, start=start.isoformat(), end=midnight.isoformat())
    assert market.asked == [("home", start, midnight)]
    market.asked.clear()
    answer = await _get(hass, start=start.isoformat())
    assert market.asked == [("home", start, local(ORDINARY, OSLO))]
    days = [ORDINARY + n * DAY for n in (-2, -1, 0, 1)]
    expected = [at for day in days for at in market.day(day)]
    assert answer["slots"] == _slots(market, expected)


async def test_any_span_has_the_slots_that_share_time_with_it(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    await set_up(hass, entry)
    start = local(ORDINARY, OSLO, 10)
    answer = await _get(
        hass,
        start=(start + 5 * MINUTE).isoformat(),
        end=(start + 50 * MINUTE).isoformat(),
    )
    assert answer["slots"] == _slots(market, list(market.starts(start, start + HOUR)))
    # A bound on a boundary takes nothing of the next slot.
    answer = await _get(
        hass, start=start.isoformat(), end=(start + QUARTER).isoformat()
    )
    assert answer["slots"] == _slots(market, [start])


async def test_times_without_an_offset_are_home_assistant_s(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    await hass.config.async_set_time_zone("Europe/Lisbon")
    await set_up(hass, entry)
    answer = await _get(hass, start="2026-11-18 10:00:00", end="2026-11-18 11:00:00")
    start = local(ORDINARY, OSLO, 11)
    assert answer["slots"] == _slots(market, list(market.starts(start, start + HOUR)))


async def test_shown_raw_and_export(
    hass: HomeAssistant,
    portal: Priced,
    market: Market,
) -> None:
    options = {"vat": 25, "fixed": 0.1, "export": -0.02, "grid_fees": [{"amount": 0.3}]}
    await set_up(hass, entry_of(hass, spot_prices=options))
    start = local(ORDINARY, OSLO, 10)
    span = {"start": start.isoformat(), "end": (start + QUARTER).isoformat()}
    raw = market.value(start)
    (slot,) = (await _get(hass, **span))["slots"]
    assert slot["value"] == pytest.approx((raw + 0.4) * 1.25)
    assert slot["components"] == {
        "energy": raw,
        "surcharge": pytest.approx(0.1),
        "grid_fee": 0.3,
        "tax": pytest.approx((raw + 0.4) * 0.25),
    }
    assert sum(slot["components"].values()) == pytest.approx(slot["value"])
    (slot,) = (await _get(hass, **span, price="raw"))["slots"]
    assert slot == _slots(market, [start])[0]
    (slot,) = (await _get(hass, **span, price="export"))["slots"]
    assert slot["value"] == pytest.approx(raw - 0.02)
    # Past days are shown with the same tariff.
    past = start - 20 * DAY
    span = {"start": past.isoformat(), "end": (past + QUARTER).isoformat()}
    (slot,) = (await _get(hass, **span))["slots"]
    assert slot["value"] == pytest.approx((market.value(past) + 0.4) * 1.25)


async def test_a_preliminary_price_says_so(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    market.preliminary_until = 4 * HOUR
    await set_up(hass, entry)
    slots = (await _get(hass))["slots"]
    assert [slot.get("preliminary") for slot in slots] == [None] * 96 + [True] * 96


# Errors


async def test_a_span_that_cannot_be(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await set_up(hass, entry)
    now, later = AFTER.isoformat(), (AFTER + HOUR).isoformat()
    assert await _refused(hass, start=now, end=now) == "span_is_empty"
    assert await _refused(hass, start=later, end=now) == "span_is_empty"
    year = (AFTER - 400 * DAY - MINUTE).isoformat()
    assert await _refused(hass, start=year, end=now) == "span_is_too_long"
    assert await _refused(hass, price="export") == "no_export_price"
    with pytest.raises(vol.Invalid):
        await _get(hass, price="guessed")
    with pytest.raises(vol.Invalid):
        await _get(hass, start="soon")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00:00+00:00", "0001-01-02T00:00:00+00:00"),
        ("0001-01-01 00:00:00", "0001-01-01 10:00:00"),
        ("9999-12-30T00:00:00+00:00", "9999-12-31T23:59:00+00:00"),
        ("9999-12-31 00:00:00", "9999-12-31 23:59:59"),
    ],
)
async def test_a_span_at_an_end_of_the_calendar_is_refused(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    start: str,
    end: str,
) -> None:
    await set_up(hass, entry)
    with pytest.raises(vol.Invalid):
        await _get(hass, start=start, end=end)
    with pytest.raises(vol.Invalid):
        await _get(hass, end=end)


async def test_the_longest_span_is_answered(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    market.length = HOUR
    await set_up(hass, entry)
    start = AFTER - 400 * DAY
    answer = await _get(hass, start=start.isoformat(), end=AFTER.isoformat())
    assert len(answer["slots"]) == 400 * 24


async def test_which_account_and_site_has_to_be_clear(
    hass: HomeAssistant,
    portal: Priced,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    portal.sites = [site("home"), site("cabin")]
    await set_up(hass, entry)
    assert await _refused(hass) == "choose_site"
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    (device,) = [each for each in devices if each.name == "Cabin"]
    by_device = await _get(hass, device_id=device.id)
    by_entity = await _get(hass, entity_id="sensor.cabin_price")
    assert by_device == by_entity
    assert len(by_device["slots"]) == 2 * 96
    portal.sites = [site("home")]
    await set_up(hass, entry_of(hass, "second"))
    assert await _refused(hass) == "choose_account"
    answer = await _get(hass, config_entry_id="second")
    assert len(answer["slots"]) == 2 * 96
    assert await _refused(hass, config_entry_id="third") == "no_account"
    with pytest.raises(vol.Invalid):
        await _get(hass, config_entry_id="second", device_id=device.id)


async def test_nothing_known_yet_is_said(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    market.errors["home"] = Unavailable("spotprices")
    await set_up(hass, entry)
    assert await _refused(hass) == "no_data"


async def test_with_the_portal_down_what_is_held_is_answered(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    await set_up(hass, entry)
    market.errors["home"] = Unavailable("spotprices")
    assert len((await _get(hass))["slots"]) == 2 * 96
    with pytest.raises(HomeAssistantError) as caught:
        await _get(hass, start=(AFTER - 5 * DAY).isoformat())
    assert not isinstance(caught.value, ServiceValidationError)
    assert caught.value.translation_key == "cannot_connect"
    market.errors["home"] = AuthError("spotprices")
    with pytest.raises(HomeAssistantError) as caught:
        await _get(hass, start=(AFTER - 5 * DAY).isoformat())
    assert caught.value.translation_key == "invalid_auth"
    await hass.async_block_till_done()
    # The sites come with the same login.
    assert not hass.config_entries.flow.async_progress()
