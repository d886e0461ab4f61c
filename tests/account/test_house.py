"""When a calendar of the house is busy, for those who plan."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest

from custom_components.energy_portals.account import house
from custom_components.energy_portals.account.house import HouseSources
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    Unavailable,
)
from tests.account.test_house_changes import READING
from tests.accounts import set_up
from tests.faces.home_assistant.houses import (
    NOON,
    QUARTER,
    NordPool,
    entity,
    price,
    quarters,
    source_of,
)

HOUR = timedelta(hours=1)


CALENDAR = "calendar.away"
SOURCE = "home_assistant:prices:source"


@pytest.mark.parametrize(
    ("events", "hours"),
    [
        ([], 0),
        ([("2026-10-20T12:00:00+02:00", "2026-10-20T14:00:00+02:00")], 2),
        ([("2026-10-20", "2026-10-21")], 24),
        # Its end is no later than its beginning.
        ([("2026-10-20T12:00:00+02:00", "2026-10-20T12:00:00+02:00")], 0),
    ],
)
async def test_when_a_calendar_is_busy(
    hass: HomeAssistant, events: list[tuple[str, str]], hours: int
) -> None:
    told = [{"start": start, "end": end} for start, end in events]
    hass.services.async_register(
        "calendar",
        "get_events",
        lambda call: {CALENDAR: {"events": told}},
        supports_response=SupportsResponse.ONLY,
    )
    now = dt_util.utcnow()
    busy = await HouseSources(hass).busy(CALENDAR, now, now + HOUR)
    assert busy is not None
    assert sum((slot.end - slot.start for slot in busy), timedelta()) == hours * HOUR


async def test_a_calendar_that_cannot_be_read(hass: HomeAssistant) -> None:
    now = dt_util.utcnow()
    assert await HouseSources(hass).busy(CALENDAR, now, now + HOUR) is None


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {CALENDAR: {}},
        {CALENDAR: {"events": [{"start": "soon", "end": "later"}]}},
        RuntimeError("broken"),
        TimeoutError(),
        HomeAssistantError("not there"),
    ],
    ids=str,
)
async def test_a_calendar_that_answers_otherwise(
    hass: HomeAssistant, answer: object
) -> None:
    """Whatever another integration does, nothing is made up, and plans are made."""

    def answers(call: ServiceCall) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    hass.services.async_register(
        *("calendar", "get_events", answers), supports_response=SupportsResponse.ONLY
    )
    now = dt_util.utcnow()
    assert await HouseSources(hass).busy(CALENDAR, now, now + HOUR) is None


async def test_a_calendar_that_hangs(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans do not wait for it for ever."""

    async def hang(call: ServiceCall) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(house, "_PATIENCE", 0)
    hass.services.async_register(
        *("calendar", "get_events", hang), supports_response=SupportsResponse.ONLY
    )
    now = dt_util.utcnow()
    assert await HouseSources(hass).busy(CALENDAR, now, now + HOUR) is None


async def test_a_calendar_that_is_missing(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not asked: Home Assistant would warn of it every quarter of an hour."""
    assert await async_setup_component(hass, "calendar", {})
    now = dt_util.utcnow()
    assert await HouseSources(hass).busy(CALENDAR, now, now + HOUR) is None
    assert "missing" not in caplog.text


# Prices of other days, and what comes with them


TODAY = date(2026, 11, 30)


@pytest.fixture
async def market(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> NordPool:
    """Return a market whose prices the house has."""
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("Europe/Oslo")
    found = NordPool(hass, "NO1")
    asked = {
        "domain": "nordpool",
        "entry": found.entry.entry_id,
        "part": "NO1",
        "currency": "NOK",
        "divisor": 1000.0,
        "tax": "excluded",
    }
    entry = source_of(hass, "prices", what="prices", asked=asked)
    standing = [{"amount": 24, "per": "day"}]
    options = {"prices": {"vat": 25, "standing": standing}}
    hass.config_entries.async_update_entry(entry, options=options)
    await set_up(hass, entry)
    return found


async def test_prices_of_other_days(hass: HomeAssistant, market: NordPool) -> None:
    """They have the tariff, and only what was asked for."""
    house = HouseSources(hass)
    start = quarters(TODAY - timedelta(days=9))[0]
    past = await house.past_prices(SOURCE, start, start + HOUR)
    assert past is not None
    assert [slot.start for slot in past.shown.slots] == [
        start + n * QUARTER for n in range(4)
    ]
    assert past.shown.slots.slots[0].value.value == pytest.approx(1.25 * price(start))
    (charge,) = house.standing(SOURCE)
    assert (charge.amount, charge.vat) == (24, 25)
    market.fails = True
    with pytest.raises(Unavailable):
        await house.past_prices(SOURCE, start, start + HOUR)


async def test_a_source_that_is_not_there(hass: HomeAssistant) -> None:
    house, now = HouseSources(hass), dt_util.utcnow()
    assert house.standing(SOURCE) == ()
    with pytest.raises(Unavailable):
        await house.past_prices(SOURCE, now, now + HOUR)


@pytest.mark.parametrize("error", [NotFound("x"), Forbidden("x"), AuthError("x")])
async def test_a_portal_that_tells_nothing_of_it(
    hass: HomeAssistant, market: NordPool, error: PortalError
) -> None:
    """Another account's login is no matter of whoever asks for its prices."""
    (entry,) = hass.config_entries.async_entries("energy_portals")
    coordinator = entry.runtime_data.feeds["prices"]

    async def fails(*_: Any) -> None:
        raise error

    coordinator.feed = replace(coordinator.feed, ask=fails)
    house, now = HouseSources(hass), dt_util.utcnow()
    if isinstance(error, AuthError):
        with pytest.raises(Unavailable):
            await house.past_prices(SOURCE, now - HOUR, now)
    else:
        assert await house.past_prices(SOURCE, now - HOUR, now) is None


async def test_prices_that_are_read_as_they_change_have_no_past(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    listed = [{"start": start, "value": price(start)} for start in quarters(TODAY)]
    unit = {"unit_of_measurement": "NOK/kWh"}
    spot = entity(hass, "template", "x", "1", {**unit, "raw_today": listed})
    source = source_of(hass, "prices", what="prices", entities=[spot], reading=READING)
    await set_up(hass, source)
    house = HouseSources(hass)
    assert house.prices(SOURCE) is not None
    assert await house.past_prices(SOURCE, NOON - HOUR, NOON) is None
