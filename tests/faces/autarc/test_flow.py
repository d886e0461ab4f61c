"""Adding a company's account by key, mending it, choosing projects."""

from dataclasses import replace
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.accounts import refresh, set_up
from tests.faces.autarc.company import FIRST, FIRST_SITE
from tests.sandbox.autarc import API_KEY, AutarcSandbox
from tests.sandbox.autarc_company import COMPANY, record_id
from tests.sandbox.faults import Fault, brings_a_login


async def _form(hass: HomeAssistant) -> Any:
    """Go to the form of the key."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for step in ("autarc", "autarc_key"):
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"next_step_id": step}
        )
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "autarc_key")
    return result


async def _answer(hass: HomeAssistant, form: Any, **answer: Any) -> Any:
    """Answer a form of any flow."""
    return await hass.config_entries.flow.async_configure(form["flow_id"], answer)


def _key(facts: Any, api_key: str | None = None) -> dict[str, Any]:
    """Return what a user types in."""
    return {
        "api_key": f" {api_key or facts['api_key']} ",
        "advanced": {"api_url": facts["api_url"]},
    }


@pytest.mark.usefixtures("_no_setup")
async def test_company_with_projects(hass: HomeAssistant, facts: Any) -> None:
    form = await _answer(hass, await _form(hass), **_key(facts))
    assert form["step_id"] == "autarc_projects"
    done = await _answer(hass, form, projects=[FIRST])
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "autarc"
    assert done["data"] == {
        CONF_VENDOR: "autarc",
        "api_url": facts["api_url"],
        "api_key": API_KEY,
        "scheme": "bearer",
        "company_id": COMPANY,
    }
    entry = done["result"]
    assert entry.unique_id == f"autarc:{COMPANY}"
    (part,) = entry.subentries.values()
    assert (part.unique_id, part.title) == (FIRST_SITE, "Wärmepumpe Ahrens (P-001)")


@pytest.mark.usefixtures("_no_setup")
async def test_no_project_chosen(hass: HomeAssistant, facts: Any) -> None:
    form = await _answer(hass, await _form(hass), **_key(facts))
    done = await _answer(hass, form)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert not done["result"].subentries


@pytest.mark.usefixtures("_no_setup")
async def test_key_that_goes_in_the_other_header(
    hass: HomeAssistant, autarc: AutarcSandbox, facts: Any
) -> None:
    autarc.takes_bearer = False
    form = await _answer(hass, await _form(hass), **_key(facts))
    done = await _answer(hass, form)
    assert done["data"]["scheme"] == "x_api_key"


@pytest.mark.usefixtures("_no_setup")
async def test_company_without_anything(
    hass: HomeAssistant, autarc: AutarcSandbox, facts: Any
) -> None:
    autarc.company.empty()
    done = await _answer(hass, await _form(hass), **_key(facts))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "autarc"
    assert "company_id" not in done["data"]
    assert str(done["result"].unique_id).startswith("autarc:key-")
    assert API_KEY not in str(done["result"].unique_id)
    again = await _answer(hass, await _form(hass), **_key(facts))
    assert (again["type"], again["reason"]) == (
        FlowResultType.ABORT,
        "already_configured",
    )


@pytest.mark.usefixtures("_no_setup")
async def test_company_is_told_by_a_customer(
    hass: HomeAssistant, autarc: AutarcSandbox, facts: Any
) -> None:
    autarc.company.projects.clear()
    done = await _answer(hass, await _form(hass), **_key(facts))
    assert done["result"].unique_id == f"autarc:{COMPANY}"


@pytest.mark.usefixtures("_no_setup")
async def test_thousands_of_projects_are_no_list_to_choose_from(
    hass: HomeAssistant, autarc: AutarcSandbox, facts: Any
) -> None:
    autarc.company.grow(1_000)
    done = await _answer(hass, await _form(hass), **_key(facts))
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("_no_setup")
async def test_wrong_input_can_be_mended(
    hass: HomeAssistant, autarc: AutarcSandbox, facts: Any
) -> None:
    form = await _form(hass)
    wrong = {**_key(facts), "api_key": "  "}
    assert (await _answer(hass, form, **wrong))["errors"] == {"base": "empty"}
    wrong = {**_key(facts), "advanced": {"api_url": "http://vendor.example"}}
    assert (await _answer(hass, form, **wrong))["errors"] == {"base": "invalid_address"}
    found = await _answer(hass, form, **_key(facts, "wrong"))
    assert found["errors"] == {"base": "invalid_auth"}
    for fault, key in (
        (Fault(kind="status", status=403, times=2), "forbidden"),
        (Fault(kind="status", status=404), "not_found"),
        (Fault(kind="reset", times=2), "cannot_connect"),
        (Fault(kind="status", status=429), "rate_limited"),
        (Fault(kind="html"), "unexpected_response"),
        (Fault(kind="status", status=400), "rejected"),
    ):
        autarc.fail("projects", replace(fault, when=brings_a_login))
        found = await _answer(hass, form, **_key(facts))
        assert found["errors"] == {"base": key}
    done = await _answer(hass, await _answer(hass, form, **_key(facts)))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_same_company_twice(
    hass: HomeAssistant, entry: MockConfigEntry, facts: Any
) -> None:
    result = await _answer(hass, await _form(hass), **_key(facts))
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "already_configured",
    )


@pytest.mark.usefixtures("_no_setup")
@pytest.mark.parametrize("step", ["reauth", "reconfigure"])
async def test_new_key(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    entry: MockConfigEntry,
    facts: Any,
    step: str,
) -> None:
    key = str(autarc.rotate_key()["api_key"])
    form = await getattr(entry, f"start_{step}_flow")(hass)
    assert form["step_id"] == f"autarc_{step}_key"
    answer = _key(facts, "wrong")
    if step == "reauth":
        del answer["advanced"]
    found = await _answer(hass, form, **answer)
    assert found["errors"] == {"base": "invalid_auth"}
    for row in (*autarc.company.projects.values(), *autarc.company.customers.values()):
        row["companyId"] = record_id("other company", 1)
    found = await _answer(hass, form, **{**answer, "api_key": key})
    assert found["errors"] == {"base": "other_company"}
    for row in autarc.company.projects.values():
        row["companyId"] = COMPANY
    done = await _answer(hass, form, **{**answer, "api_key": key})
    assert done["reason"] == f"{step}_successful"
    assert entry.data["api_key"] == key
    assert entry.data["company_id"] == COMPANY


@pytest.mark.usefixtures("_no_setup")
async def test_company_that_has_nothing_any_more_is_not_another(
    hass: HomeAssistant, autarc: AutarcSandbox, entry: MockConfigEntry, facts: Any
) -> None:
    autarc.company.empty()
    form = await entry.start_reauth_flow(hass)
    done = await _answer(hass, form, api_key=facts["api_key"])
    assert done["reason"] == "reauth_successful"


async def test_revoked_key_starts_a_reauth(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.rotate_key()
    await refresh(hass, loaded, "projects")
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "autarc_reauth_key"


async def test_header_changes_while_it_runs(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.takes_bearer = False
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress()
    autarc.calls.clear()
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert {call.status for call in autarc.calls} == {200}


async def test_cold_start_without_the_portal(
    hass: HomeAssistant, autarc: AutarcSandbox, entry: MockConfigEntry
) -> None:
    autarc.fail("*", Fault(kind="status", status=502, times=None))
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    autarc.heal()
    autarc.rotate_key()
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"
