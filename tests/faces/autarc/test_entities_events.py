"""What has happened to projects, told to automations."""

from typing import Any

from homeassistant.const import STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant, State
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    mock_restore_cache_with_extra_data,
)

from tests.accounts import attributes, entity_id, refresh, set_up, value
from tests.faces.autarc.company import FIRST, SITE
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.autarc_company import record_id

KEY = "project_changed"


def _event(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Return what the event entity last told."""
    found = attributes(hass, entry, SITE, KEY, Platform.EVENT)
    ours = ("event_type", "project_id", "name", "status", "status_before")
    return {key: found[key] for key in ours if key in found}


async def test_nothing_is_news_at_first(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    assert value(hass, loaded, SITE, KEY, Platform.EVENT) == STATE_UNKNOWN


async def test_status_changed(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.set_status(FIRST, "completed")
    await refresh(hass, loaded, "projects")
    assert _event(hass, loaded) == {
        "event_type": "status_changed",
        "project_id": FIRST,
        "name": "Wärmepumpe Ahrens",
        "status": "completed",
        "status_before": "in_progress",
    }


async def test_created_and_removed(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.company.grow(13)
    await refresh(hass, loaded, "projects")
    assert _event(hass, loaded)["event_type"] == "created"
    assert _event(hass, loaded)["project_id"] == record_id("project", 12)
    autarc.remove_project(FIRST)
    await refresh(hass, loaded, "projects")
    assert _event(hass, loaded)["event_type"] == "removed"
    assert _event(hass, loaded)["name"] == "Wärmepumpe Ahrens"


async def test_each_of_several_is_told(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    entity = entity_id(hass, loaded, SITE, KEY, Platform.EVENT)
    told = async_capture_events(hass, "state_changed")
    autarc.company.grow(14)
    autarc.remove_project(FIRST)
    await refresh(hass, loaded, "projects")
    kinds = [
        each.data["new_state"].attributes["event_type"]
        for each in told
        if each.data["entity_id"] == entity
    ]
    assert kinds == ["created", "created", "removed"]


async def test_thousands_are_told_as_one(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.company.grow(1_000)
    await refresh(hass, loaded, "projects")
    found = attributes(hass, loaded, SITE, KEY, Platform.EVENT)
    assert (found["event_type"], found["created"]) == ("many_changed", 988)


async def test_what_happened_while_home_assistant_was_down(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.company.grow(13)
    await refresh(hass, loaded, "projects")
    assert await hass.config_entries.async_unload(loaded.entry_id)
    autarc.set_status(FIRST, "archived")
    entity = entity_id(hass, loaded, SITE, KEY, Platform.EVENT)
    assert entity is not None
    stored = {
        "last_event_type": "created",
        "last_event_attributes": {},
        "mark": "000000001",
    }
    mock_restore_cache_with_extra_data(
        hass, [(State(entity, "2026-10-20T12:00:00+00:00"), stored)]
    )
    told = async_capture_events(hass, "state_changed")
    await set_up(hass, loaded)
    await refresh(hass, loaded, "projects")
    kinds = [
        each.data["new_state"].attributes.get("event_type")
        for each in told
        if each.data["entity_id"] == entity and each.data["new_state"] is not None
    ]
    assert kinds[-1] == "status_changed"
    assert _event(hass, loaded)["status"] == "archived"


async def test_names_stay_out_of_the_history(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.set_status(FIRST, "completed")
    await refresh(hass, loaded, "projects")
    entity = entity_id(hass, loaded, SITE, KEY, Platform.EVENT)
    state = hass.states.get(str(entity))
    assert state is not None
    unrecorded = (state.state_info or {})["unrecorded_attributes"]
    assert "name" in unrecorded
