"""The to-do list of projects in progress."""

from typing import Any
from unittest.mock import patch

from homeassistant.components.homeassistant.exposed_entities import (
    KNOWN_ASSISTANTS,
    async_expose_entity,
    async_should_expose,
)
from homeassistant.components.todo.const import DATA_COMPONENT, DOMAIN as TODO
from homeassistant.components.todo.entity import TodoItem
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals import todo
from tests.accounts import entity_id, value
from tests.faces.autarc.company import FIRST, SITE
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.faults import Fault


async def _items(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Return the items of the list by uid."""
    entity = entity_id(hass, entry, SITE, "open_projects", Platform.TODO)
    answer: Any = await hass.services.async_call(
        TODO, "get_items", {"entity_id": entity}, blocking=True, return_response=True
    )
    return {each["uid"]: each for each in answer[entity]["items"]}


async def _update(
    hass: HomeAssistant, entry: MockConfigEntry, item: str, **fields: Any
) -> None:
    """Change an item."""
    entity = entity_id(hass, entry, SITE, "open_projects", Platform.TODO)
    await hass.services.async_call(
        TODO, "update_item", {"entity_id": entity, "item": item, **fields}, True
    )
    await hass.async_block_till_done()


def _sent(autarc: AutarcSandbox) -> list[str]:
    """Return the changes that reached the portal."""
    return [each.path for each in autarc.calls if each.operation == "project_update"]


async def test_projects_in_progress_are_listed(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    items = await _items(hass, loaded)
    rows = autarc.company.projects
    assert set(items) == {key for key in rows if rows[key]["status"] == "inProgress"}
    assert items[FIRST] == {
        "summary": "Wärmepumpe Ahrens",
        "uid": FIRST,
        "status": "needs_action",
        "due": "2026-10-23",
        "description": "P-001",
    }
    assert value(hass, loaded, SITE, "open_projects", Platform.TODO) == "6"


async def test_items_are_made_when_somebody_looks(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    feed = loaded.runtime_data.feeds["projects"]
    with patch.object(todo, "TodoItem", wraps=TodoItem) as made:
        autarc.company.projects[FIRST]["status"] = "completed"
        await feed.async_refresh()
        assert value(hass, loaded, SITE, "open_projects", Platform.TODO) == "5"
        assert not made.called
        assert len(await _items(hass, loaded)) == 5
        # Once for both who look.
        await _items(hass, loaded)
        assert made.call_count == 5


async def test_whoever_looks_is_told(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    told: list[list[TodoItem] | None] = []
    listed = entity_id(hass, loaded, SITE, "open_projects", Platform.TODO)
    assert listed is not None
    entity = hass.data[DATA_COMPONENT].get_entity(listed)
    assert entity is not None
    entity.async_subscribe_updates(told.append)
    autarc.company.projects[FIRST]["status"] = "completed"
    await loaded.runtime_data.feeds["projects"].async_refresh()
    assert [len(items or ()) for items in told] == [5]


async def test_ticking_off_completes(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    before = dict(autarc.company.projects[FIRST])
    await _update(hass, loaded, FIRST, status="completed")
    after = autarc.company.projects[FIRST]
    changed = {key for key in after if after[key] != before[key]}
    assert changed <= {"status", "updatedAt"}
    assert after["status"] == "completed"
    assert FIRST not in await _items(hass, loaded)
    assert value(hass, loaded, SITE, "completed") == "4"


async def test_not_before_the_portal_agrees(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.fail("project_update", Fault(kind="status", status=403))
    with pytest.raises(HomeAssistantError) as raised:
        await _update(hass, loaded, FIRST, status="completed")
    assert raised.value.translation_key == "forbidden"
    assert FIRST in await _items(hass, loaded)
    assert value(hass, loaded, SITE, "open_projects", Platform.TODO) == "6"


async def test_what_is_not_confirmed_is_looked_at(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    # It is done, and the answer is lost, twice.
    autarc.fail("project_update", Fault(kind="truncated", times=2))
    with pytest.raises(HomeAssistantError):
        await _update(hass, loaded, FIRST, status="completed")
    assert FIRST not in await _items(hass, loaded)


async def test_another_name_and_day(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    await _update(hass, loaded, "Wärmepumpe Ahrens", rename="Umbau")
    await _update(hass, loaded, FIRST, due_date="2026-12-01")
    row = autarc.company.projects[FIRST]
    assert (row["name"], row["installationDate"]) == ("Umbau", "2026-12-01")
    items = await _items(hass, loaded)
    assert (items[FIRST]["summary"], items[FIRST]["due"]) == ("Umbau", "2026-12-01")
    await _update(hass, loaded, FIRST, due_date=None)
    assert autarc.company.projects[FIRST]["installationDate"] is None
    assert autarc.company.projects[FIRST]["status"] == "inProgress"


async def test_nothing_changed_is_not_sent(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    await _update(hass, loaded, FIRST, status="needs_action")
    assert _sent(autarc) == []


# --- voice


@pytest.mark.parametrize(
    ("key", "platform"),
    [
        ("open_projects", Platform.TODO),
        ("installations", Platform.CALENDAR),
        ("project_changed", Platform.EVENT),
    ],
)
async def test_other_people_are_kept_from_voice_assistants(
    hass: HomeAssistant, loaded: MockConfigEntry, key: str, platform: Platform
) -> None:
    """Home Assistant would hand a new to-do list to them, were it not told."""
    await async_setup_component(hass, "homeassistant", {})
    entity = entity_id(hass, loaded, SITE, key, platform)
    assert entity is not None
    for assistant in KNOWN_ASSISTANTS:
        assert not async_should_expose(hass, assistant, entity)
    # What the user chooses stays, over restarts as well.
    async_expose_entity(hass, "conversation", entity, True)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert async_should_expose(hass, "conversation", entity)


async def test_a_list_that_nobody_chose_yet(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """It was there before this was minded."""
    entity = entity_id(hass, loaded, SITE, "open_projects", Platform.TODO)
    assert entity is not None
    registry = er.async_get(hass)
    for assistant in KNOWN_ASSISTANTS:
        registry.async_update_entity_options(entity, assistant, None)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    await async_setup_component(hass, "homeassistant", {})
    assert not async_should_expose(hass, "conversation", entity)


async def test_one_s_own_figures_are_home_assistant_s_affair(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    entity = entity_id(hass, loaded, SITE, "projects")
    assert entity is not None
    known = er.async_get(hass).async_get(entity)
    assert known is not None
    assert not known.options.keys() & {*KNOWN_ASSISTANTS}
