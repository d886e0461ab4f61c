"""A load that cannot get all it needs: it gets what fits, and that is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import Platform
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, ServiceCall
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from tests.accounts import attributes, entity_id, pass_time
from tests.faces.planner.home import key_of
from tests.faces.planner.seen import TITLE, call, shown, times_end, to

DEADLINE = datetime(2026, 1, 15, 14, 30, tzinfo=UTC)


async def _follow(hass: HomeAssistant, planner: MockConfigEntry) -> list[ServiceCall]:
    """Have an automation tell of it."""
    calls = async_mock_service(hass, "test", "tell")
    key = key_of(planner, TITLE)
    sensor = entity_id(hass, planner, key, "falls_short", Platform.BINARY_SENSOR)
    trigger = {
        "trigger": "energy_portals.load_falls_short",
        "target": {"entity_id": sensor},
    }
    automation = {
        "alias": "tell",
        "triggers": [trigger],
        "actions": [{"action": "test.tell"}],
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()
    return calls


async def test_told_once(
    hass: HomeAssistant, planner: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """By a sensor that says why, one that is on, an event and a trigger."""
    key = key_of(planner, TITLE)
    calls = await _follow(hass, planner)
    assert shown(hass, planner, "load_shortfall") == "none"
    assert shown(hass, planner, "falls_short", "binary_sensor") == "off"
    event = entity_id(hass, planner, key, "shortfall_told", Platform.EVENT)
    told: list[Any] = []

    def note(changed: Event[EventStateChangedData]) -> None:
        state = changed.data["new_state"]
        if state is not None and state.attributes.get("event_type"):
            told.append(state.attributes)

    async_track_state_change_event(hass, event, note)
    # It comes when half an hour of what it takes is gone.
    await call(hass, planner, "switch", "turn_off", "takes_part")
    await call(hass, planner, "time", "set_value", "window_begin", time="13:00:00")
    await call(hass, planner, "time", "set_value", "window_end", time="15:30:00")
    await call(hass, planner, "number", "set_value", "power", value=2)
    await pass_time(hass, freezer, timedelta(minutes=30))
    assert shown(hass, planner, "load_shortfall") == "none"
    await call(hass, planner, "switch", "turn_on", "takes_part")
    assert shown(hass, planner, "run_now", "binary_sensor") == "on"
    assert times_end(hass, planner) == DEADLINE
    assert shown(hass, planner, "load_shortfall") == "time"
    assert shown(hass, planner, "falls_short", "binary_sensor") == "on"
    found = attributes(hass, planner, key, "load_shortfall")
    assert found["missing_minutes"] == 30
    assert found["missing_energy"] == 1.0
    assert found["deadline"] == DEADLINE.isoformat()
    assert [each["reason"] for each in told] == ["time"]
    assert told[0]["missing_energy"] == 1.0
    assert len(calls) == 1
    assert await hass.config_entries.async_reload(planner.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, planner, "load_shortfall") == "time"
    assert {each["reason"] for each in told} == {"time"}
    assert len(calls) == 1
    await to(hass, freezer, DEADLINE + timedelta(minutes=15))
    assert shown(hass, planner, "load_shortfall") == "none"
    assert shown(hass, planner, "falls_short", "binary_sensor") == "off"
