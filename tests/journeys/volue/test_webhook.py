"""What is pushed: proved, read, taken once; and what is not to be taken."""

import asyncio
import json
from typing import Any

from aiohttp import web
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import attributes, refresh, set_up, value
from tests.faces.volue.home import CHARGER_SITE, PLACE, TANK_SITE
from tests.journeys.volue.pushes import counts, notification, path_of, settled
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import TANK, USER

pytestmark = pytest.mark.usefixtures("outside")


async def test_it_is_registered(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    (row,) = volue.webhooks.rows.values()
    assert row["webhookUrl"] == hass.config.external_url + path_of(loaded)
    assert row["name"] == "Home Assistant"
    assert set(row["notificationTypes"]) == {
        "PriceCurveCreated",
        "UserEligibilityUpdated",
        "LocationLPCRequested",
        "ResourceLPCRequested",
        "LPCReservationCreated",
    }
    assert volue.webhooks.secrets[row["webhookId"]] == loaded.data["webhook_secret"]
    assert value(hass, loaded, "user", "webhook_status") == "new"
    await refresh(hass, loaded, "webhook")
    assert len(volue.webhooks.rows) == 1


async def test_a_cap_is_seen_at_once(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_cap(TANK, values=[3.5, 2.0])
    await settled(hass, volue)
    assert volue.webhooks.statuses() == [200]
    assert value(hass, loaded, TANK_SITE, "power_cap") == "3.5"
    assert (
        value(hass, loaded, TANK_SITE, "power_capped", Platform.BINARY_SENSOR) == "on"
    )
    assert (
        value(hass, loaded, CHARGER_SITE, "power_capped", Platform.BINARY_SENSOR)
        == "off"
    )
    told = attributes(hass, loaded, TANK_SITE, "power_cap_sent", Platform.EVENT)
    assert told["event_type"] == "received"
    assert told["lowest"] == 2.0
    assert told["event_id"] == "event-0001"
    await refresh(hass, loaded, "webhook")
    assert value(hass, loaded, "user", "webhook_status") == "healthy"


async def test_pushes_make_asking_rare(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    events = loaded.runtime_data.feeds["events"]
    assert events.update_interval.total_seconds() < 150
    volue.send_cap(TANK)
    await settled(hass, volue)
    await refresh(hass, loaded, "events")
    assert events.update_interval.total_seconds() >= 900
    volue.trick("lost")
    volue.send_cap(TANK)
    await refresh(hass, loaded, "events")
    assert events.update_interval.total_seconds() < 150


async def test_out_of_order_and_late(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """Whatever the order of arrival, the one that was made last counts."""
    volue.trick("held", 2)
    volue.send_incentive(TANK, first=0, values=[0.1], ago=600)
    volue.send_incentive(TANK, first=0, values=[0.9], ago=60)
    volue.release(reverse=True)
    await settled(hass, volue)
    assert value(hass, loaded, TANK_SITE, "incentive") == "0.9"
    log = loaded.runtime_data.feeds["events"].data[TANK_SITE]
    assert [each.event_id for each in log.records] == ["event-0002", "event-0001"]
    told = attributes(hass, loaded, TANK_SITE, "incentive_sent", Platform.EVENT)
    # What comes late is told all the same.
    assert told["event_id"] == "event-0001"


async def test_delivered_twice(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.trick("twice")
    volue.send_cap(TANK)
    await settled(hass, volue)
    assert counts(loaded) == {"taken": 1, "repeated": 1}


async def test_retried_while_we_are_away(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """What came while the account was not loaded is found by asking."""
    assert await hass.config_entries.async_unload(loaded.entry_id)
    volue.send_cap(TANK)
    await settled(hass, volue)
    await set_up(hass, loaded)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value(hass, loaded, TANK_SITE, "power_cap") == "3.0"


async def test_unknown_kinds_are_kept_raw(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_unknown("Weather")
    await refresh(hass, loaded, "events")
    log = loaded.runtime_data.feeds["events"].data["user"]
    assert [each.kind for each in log.records] == ["Weather"]
    assert json.loads(log.records[0].part.detail) == {
        "sun": 3,
        "payloadType": "Weather",
    }
    told = attributes(hass, loaded, "user", "other_event", Platform.EVENT)
    assert told["kind"] == "Weather"


async def test_eligibility(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.make_eligible(on=False)
    await settled(hass, volue)
    told = attributes(hass, loaded, "user", "eligibility_changed", Platform.EVENT)
    assert told["event_type"] == "lost"
    # Whether it may take part is asked for at once, and once.
    assert value(hass, loaded, "user", "eligible", Platform.BINARY_SENSOR) == "off"
    eligible = value(hass, loaded, PLACE, "location_eligible", Platform.BINARY_SENSOR)
    assert eligible == "off"
    asked = [call.operation for call in volue.calls].count("eligibility")
    await refresh(hass, loaded, "events")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [call.operation for call in volue.calls].count("eligibility") == asked
    volue.make_eligible("another")
    volue.make_eligible()
    await settled(hass, volue)
    told = attributes(hass, loaded, "user", "eligibility_changed", Platform.EVENT)
    assert told["event_type"] == "gained"
    log = loaded.runtime_data.feeds["events"].data["user"]
    assert [each.event_id for each in log.records] == ["event-0001", "event-0003"]


async def test_a_moved_address(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """The webhook follows Home Assistant, and is switched on again."""
    (row,) = volue.webhooks.rows.values()
    hass.config.external_url = "https://elsewhere.example"
    row["enabled"] = False
    await refresh(hass, loaded, "webhook")
    (row,) = volue.webhooks.rows.values()
    assert row["webhookUrl"] == f"https://elsewhere.example{path_of(loaded)}"
    assert row["enabled"] is True
    row["notificationTypes"] = []
    await refresh(hass, loaded, "webhook")
    assert len(row["notificationTypes"]) == 5


async def test_no_address(
    hass: HomeAssistant, entry: MockConfigEntry, volue: VolueSandbox
) -> None:
    hass.config.external_url = None
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert volue.webhooks.rows == {}
    assert value(hass, entry, "user", "webhook_status") == "not_registered"
    assert (
        value(hass, entry, "user", "webhook_healthy", Platform.BINARY_SENSOR) == "off"
    )
    volue.send_cap(TANK)
    await refresh(hass, entry, "events")
    assert value(hass, entry, TANK_SITE, "power_cap") == "3.0"


async def test_the_account_is_removed(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox, outside: Any
) -> None:
    """The webhook goes; users and their records stay."""
    assert len(volue.webhooks.rows) == 1
    await hass.config_entries.async_remove(loaded.entry_id)
    await hass.async_block_till_done()
    assert volue.webhooks.rows == {}
    assert USER in volue.partner.users
    assert TANK in volue.partner.resources
    body = notification(volue)
    answer = await outside.post(path_of(loaded), data=body)
    # Home Assistant does not tell whether an address is known.
    assert answer.status == 200


async def test_odd_status_of_the_portals(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    (row,) = volue.webhooks.rows.values()
    row["status"] = "Sleepy"
    await refresh(hass, loaded, "webhook")
    assert value(hass, loaded, "user", "webhook_status") == "unknown"
    row["status"] = "TimeOut"
    await refresh(hass, loaded, "webhook")
    assert value(hass, loaded, "user", "webhook_status") == "time_out"
    assert (
        value(hass, loaded, "user", "webhook_healthy", Platform.BINARY_SENSOR) == "off"
    )


async def test_pushed_while_asking(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    sandbox: Sandbox,
) -> None:
    """What comes by webhook while the list is being read is not lost by it."""
    told = asyncio.Event()

    async def push(request: web.Request, response: web.Response) -> None:
        # The list was read already, and is on its way.
        if request.path.endswith("/events") and not told.is_set():
            told.set()
            volue.send_cap()
            await volue.webhooks.settled()
            while loaded.runtime_data.webhook.counts["taken"] == 0:
                await asyncio.sleep(0)

    sandbox.observers.append(push)
    await refresh(hass, loaded, "events")
    assert told.is_set()
    assert value(hass, loaded, PLACE, "power_cap") == "3.0"
