"""What a load would do at another time, over the websocket."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.energy_portals.const import DOMAIN
from tests.faces.planner.home import NOW
from tests.faces.planner.seen import shown, times
from tests.journeys.planner.test_rescheduling import reschedule, status

HOUR = timedelta(hours=1)


async def previewed(client: MockHAClientWebSocket, **data: Any) -> Any:
    """Ask what would be; return the answer."""
    await client.send_json_auto_id({"type": f"{DOMAIN}/preview", **data})
    return await client.receive_json()


async def test_what_is_told_is_what_is_kept_and_changes_nothing(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, planner: MockConfigEntry
) -> None:
    client = await hass_ws_client(hass)
    entity, usual = status(hass, planner), times(hass, planner)
    now = (await previewed(client, entity_id=entity))["result"]
    assert now["runs"][0]["start"] == usual[0].isoformat()
    for asked in (
        {"start": (NOW + 7 * HOUR).isoformat()},
        {"ready_by": "2026-01-15T22:00:00+01:00"},
    ):
        told = (await previewed(client, entity_id=entity, **asked))["result"]
        assert times(hass, planner) == usual
        start, end = await reschedule(hass, planner, **asked)
        assert told["runs"] == [
            {"start": start.isoformat(), "end": end.isoformat(), "power": 1.2}
        ]
        assert told["currency"] == "NOK"
        cost, saving = (
            float(str(shown(hass, planner, key)))
            for key in ("expected_cost", "expected_saving")
        )
        assert told["cost"] == pytest.approx(cost, abs=0.01)
        assert told["saving"] == pytest.approx(saving, abs=0.01)
        assert told["shortfall"] is None
        await reschedule(hass, planner, reset=True)


async def test_a_deadline_that_cannot_be_kept_says_why(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, planner: MockConfigEntry
) -> None:
    client = await hass_ws_client(hass)
    entity = status(hass, planner)
    asked = {"ready_by": "2026-01-15T19:00:00+01:00"}
    told = (await previewed(client, entity_id=entity, **asked))["result"]
    assert told["shortfall"] == "time"
    assert datetime.fromisoformat(told["runs"][-1]["end"]) <= NOW + 6 * HOUR


async def test_what_cannot_be_is_told(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, planner: MockConfigEntry
) -> None:
    client = await hass_ws_client(hass)
    entity = status(hass, planner)
    past = await previewed(client, entity_id=entity, start=(NOW - HOUR).isoformat())
    assert past["error"]["translation_key"] == "time_is_over"
    never = await previewed(client, entity_id=entity, start="soon")
    assert never["error"]["code"] == "invalid_format"
    other = await previewed(client, entity_id="sensor.nothing")
    assert other["error"]["code"] == "not_found"


async def test_reading_is_enough_and_needed(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
    planner: MockConfigEntry,
) -> None:
    client = await hass_ws_client(hass)
    entity = status(hass, planner)
    hass_admin_user.groups = []
    reads = {"entities": {"entity_ids": {entity: {"read": True}}}}
    hass_admin_user.mock_policy(reads)
    assert (await previewed(client, entity_id=entity))["success"]
    reads = {"entities": {"entity_ids": {"sensor.planner_loads_running": True}}}
    hass_admin_user.mock_policy(reads)
    refused = (await previewed(client, entity_id=entity))["error"]
    assert refused["code"] == "unauthorized"
