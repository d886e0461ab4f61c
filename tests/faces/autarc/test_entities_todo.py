"""The to-do list of projects in progress."""

from typing import Any

from homeassistant.components.todo.const import DOMAIN as TODO
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

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
