"""Projects as devices: chosen, searched for, removed."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import device_names, refresh, value
from tests.faces.autarc.company import FIRST, FIRST_SITE
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.autarc_company import record_id
from tests.sandbox.faults import Fault


async def _add(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Begin to add a project."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, "project"), context={"source": SOURCE_USER}
    )


async def _answer(hass: HomeAssistant, form: Any, **answer: Any) -> Any:
    """Answer a form."""
    done = await hass.config_entries.subentries.async_configure(form["flow_id"], answer)
    await hass.async_block_till_done(wait_background_tasks=True)
    return done


def _offered(form: Any) -> set[str]:
    """Return the ids that a form offers."""
    (selector,) = form["data_schema"].schema.values()
    return {each["value"] for each in selector.config["options"]}


async def test_add(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    form = await _add(hass, loaded)
    assert form["step_id"] == "pick"
    second = record_id("project", 1)
    opened = {
        key
        for key, row in autarc.company.projects.items()
        if row["status"] == "inProgress"
    }
    assert _offered(form) == opened - {FIRST}
    done = await _answer(hass, form, project_id=second)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert device_names(hass, loaded) == {
        *("autarc", "House", "Wärmepumpe Brandt (P-002)")
    }
    site = f"project:{second}"
    assert value(hass, loaded, site, "project_status") == "in_progress"


async def test_search_among_thousands(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.company.grow(2_000)
    form = await _add(hass, loaded)
    assert form["step_id"] == "search"
    found = await _answer(hass, form, text="nobody")
    assert found["errors"] == {"base": "none_found"}
    found = await _answer(hass, form, text="wärmepumpe")
    assert found["errors"] == {"base": "too_many_found"}
    # The one that is a device already is not offered again.
    found = await _answer(hass, form, text="P-001")
    assert found["errors"] == {"base": "none_found"}
    found = await _answer(hass, form, text=" möller 1991 ")
    assert found["errors"] == {"base": "none_found"}
    found = await _answer(hass, form, text="P-1990")
    assert found["step_id"] == "pick"
    wanted = record_id("project", 1989)
    assert _offered(found) == {wanted}
    done = await _answer(hass, found, project_id=wanted)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_nothing_to_choose(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    for row in autarc.company.projects.values():
        row["status"] = "completed"
    result = await _add(hass, loaded)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "no_projects")


async def test_portal_down(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.fail("projects", Fault(kind="status", status=502, times=2))
    result = await _add(hass, loaded)
    assert result["reason"] == "cannot_connect"
    assert (await _add(hass, loaded))["step_id"] == "pick"


async def test_account_that_is_not_loaded(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    assert (await _add(hass, loaded))["reason"] == "account_not_loaded"


async def test_removing_the_device_leaves_the_project(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    (part,) = loaded.subentries.values()
    hass.config_entries.async_remove_subentry(loaded, part.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert device_names(hass, loaded) == {"autarc"}
    assert FIRST in autarc.company.projects


async def test_repair_takes_out_what_somebody_removed(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    autarc.remove_project(FIRST)
    await refresh(hass, loaded, "chosen")
    (issue_id,) = [key for _, key in ir.async_get(hass).issues]
    client = await hass_client()
    about = {"handler": DOMAIN, "issue_id": issue_id}
    answer = await client.post("/api/repairs/issues/fix", json=about)
    flow = await answer.json()
    path = f"/api/repairs/issues/fix/{flow['flow_id']}"
    answer = await client.post(path, json={"choice": "forget"})
    assert (await answer.json())["type"] == "create_entry"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not loaded.subentries
    assert device_names(hass, loaded) == {"autarc"}
    assert not ir.async_get(hass).issues


async def test_project_that_comes_back(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    row = autarc.company.projects.pop(FIRST)
    await refresh(hass, loaded, "chosen")
    assert ir.async_get(hass).issues
    autarc.company.projects[FIRST] = row
    await refresh(hass, loaded, "chosen")
    assert not ir.async_get(hass).issues
    assert value(hass, loaded, FIRST_SITE, "heat_load") == "7.5"
