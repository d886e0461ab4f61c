"""Calendars of one account: whole days, and occasions that overlap."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_component import async_update_entity
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.market import DAY, HOUR, MINUTE, ORDINARY, OSLO, local
from tests.priced import esmart_entry, set_up
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

NOW = local(ORDINARY, OSLO, 9, 30)


@pytest.fixture(autouse=True)
async def _now(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Live on one morning in Norway."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Oslo")


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated eSmart."""
    return sandbox.portal(EsmartSandbox)


@pytest.fixture
def entry(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> MockConfigEntry:
    """Return the account, not set up yet."""
    return esmart_entry(hass, sandbox)


def _calendar(hass: HomeAssistant, name: str) -> str:
    """Return the id of a calendar."""
    (found,) = [
        each
        for each in hass.states.async_entity_ids("calendar")
        if each.endswith(f"_{name}")
    ]
    return found


async def _events(
    hass: HomeAssistant, entity_id: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """Return the events of a span."""
    answer: Any = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": entity_id,
            "start_date_time": start.isoformat(),
            "end_date_time": end.isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    events: list[dict[str, Any]] = answer[entity_id]["events"]
    return events


async def test_invoices_are_whole_days(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
) -> None:
    esmart.post.add_invoice(sum=123.456, days=1)
    esmart.post.add_invoice(sum=10, days=1)
    await set_up(hass, entry)
    calendar = _calendar(hass, "invoices")
    tomorrow = ORDINARY + DAY
    events = await _events(hass, calendar, NOW, NOW + 5 * DAY)
    assert len(events) == 2
    for event in events:
        assert event["start"] == tomorrow.isoformat()
        assert event["end"] == (tomorrow + DAY).isoformat()
    assert {event["summary"] for event in events} == {
        "Invoices: 123.46 NOK",
        "Invoices: 10.00 NOK",
    }
    state = hass.states.get(calendar)
    assert state is not None and state.state == "off"
    assert state.attributes["all_day"] is True
    for moment, expected in (
        (local(tomorrow, OSLO) - MINUTE, "off"),
        (local(tomorrow, OSLO), "on"),
        (local(tomorrow, OSLO, 23, 59), "on"),
        (local(tomorrow + DAY, OSLO), "off"),
    ):
        freezer.move_to(moment)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        state = hass.states.get(calendar)
        assert state is not None and state.state == expected, moment
    # A day of which nothing is due has none, its neighbour in UTC or not.
    assert not await _events(
        hass, calendar, local(tomorrow + DAY, OSLO), local(tomorrow + 2 * DAY, OSLO)
    )


async def test_whole_days_are_the_homes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
) -> None:
    """A home elsewhere shows what is on the day that it has, whoever asks when."""
    await hass.config.async_set_time_zone("America/Los_Angeles")
    for days in (1, 2):
        esmart.post.add_invoice(sum=days, days=days)
    await set_up(hass, entry)
    calendar = _calendar(hass, "invoices")
    home = ZoneInfo("America/Los_Angeles")
    # It is still tomorrow there when the portal has come to the day after it.
    for hour, expected in ((17, "1.00 NOK"), (23, "1.00 NOK"), (24, "2.00 NOK")):
        freezer.move_to(local(ORDINARY + DAY, home) + hour * HOUR)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        await async_update_entity(hass, calendar)
        state = hass.states.get(calendar)
        assert state is not None and state.state == "on"
        assert state.attributes["message"].endswith(expected), hour


def _request(number: int, first: float, last: float, demand: float) -> dict[str, Any]:
    """Return a charging request between hours after now."""
    start, end = (f"{NOW + hours * HOUR:%Y-%m-%dT%H:%M:%S}" for hours in (first, last))
    return {
        "Id": f"00000000-0000-4000-8000-{number:012}",
        "AssetId": 601,
        "StartTime": start,
        "EndTime": end,
        "ChargingDemand": demand,
    }


async def test_charging_requests_overlap(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
) -> None:
    rows = [_request(2, 2, 6, 5), _request(1, 1, 4, 12.5), _request(3, 6, 7, 1)]
    # This one ends before it begins, and is no occasion.
    rows.append(_request(4, 3, 2, 9))
    esmart.fail("charging_requests", Fault(kind="set", path="", value=rows, times=None))
    await set_up(hass, entry)
    calendar = _calendar(hass, "charging_requests")
    events = await _events(hass, calendar, NOW + 3 * HOUR, NOW + 5 * HOUR)
    assert [event["summary"] for event in events] == [
        "Charging requests: 12.5 kWh",
        "Charging requests: 5 kWh",
    ]
    assert len(await _events(hass, calendar, NOW, NOW + DAY)) == 3
    shown = []
    for hours in (0, 1, 3, 4, 5.99, 6, 7):
        freezer.move_to(NOW + timedelta(hours=hours))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        state = hass.states.get(calendar)
        assert state is not None
        shown.append(
            (state.state, state.attributes.get("message", "").partition(": ")[2])
        )
    assert shown == [
        ("off", "12.5 kWh"),
        ("on", "12.5 kWh"),
        ("on", "12.5 kWh"),
        ("on", "5 kWh"),
        ("on", "5 kWh"),
        ("on", "1 kWh"),
        ("off", ""),
    ]
