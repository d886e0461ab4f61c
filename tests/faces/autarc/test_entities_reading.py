"""What entities show of answers that are not as documented."""

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import refresh, value
from tests.faces.autarc.company import FIRST, FIRST_SITE, SITE
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.autarc_company import record_id
from tests.sandbox.autarc_pages import PAGINGS, UNTOLD

# What is counted and added up of all projects.
FIGURES = {
    *("projects", "in_progress", "completed", "archived", "leads", "undated"),
    *("total_value", "open_value"),
    *("installations_this_week", "installations_this_month"),
}


async def test_a_list_in_pages_is_read_whole(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    before = {each.entity_id: each.state for each in hass.states.async_all()}
    for paging in PAGINGS:
        autarc.paging = paging
        await refresh(hass, loaded, "projects", "customers", "chosen")
        if paging not in UNTOLD:
            assert before == {
                each.entity_id: each.state for each in hass.states.async_all()
            }, paging


async def test_part_of_a_list_counts_nothing(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    """Neither figures nor what is to be done, nor whether there is nothing today."""
    autarc.paging = "total"
    await refresh(hass, loaded, "projects", "customers", "chosen")
    for key in (*FIGURES, "customers", "next_installation"):
        assert value(hass, loaded, SITE, key) == STATE_UNKNOWN, key
    todo = value(hass, loaded, SITE, "open_projects", Platform.TODO)
    assert todo == STATE_UNKNOWN
    calendar = value(hass, loaded, SITE, "installations", Platform.CALENDAR)
    assert calendar == STATE_UNAVAILABLE


@pytest.mark.parametrize(
    ("member", "unknown"),
    [
        ("projectValue", {"total_value", "open_value"}),
        ("isLead", {"leads"}),
        ("status", FIGURES - {"projects", "total_value"}),
        (
            "installationDate",
            {"undated", "installations_this_week", "installations_this_month"},
        ),
        ("name", set()),
        ("heatedLivingAreaM2", set()),
    ],
)
async def test_a_member_that_is_not_understood(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    loaded: MockConfigEntry,
    member: str,
    unknown: set[str],
) -> None:
    """It costs the figures that are made of it, and no others."""
    before = {key: value(hass, loaded, SITE, key) for key in FIGURES}
    autarc.company.projects[record_id("project", 4)][member] = {"what": "ever"}
    await refresh(hass, loaded, "projects")
    after = {key: value(hass, loaded, SITE, key) for key in FIGURES}
    assert after == before | dict.fromkeys(unknown, STATE_UNKNOWN)
    # It is still so after a restart.
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert {key: value(hass, loaded, SITE, key) for key in FIGURES} == after


async def test_a_row_that_is_none(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.company.projects["none"] = {"name": "without an id"}
    await refresh(hass, loaded, "projects")
    for key in FIGURES:
        assert value(hass, loaded, SITE, key) == STATE_UNKNOWN, key
    event = value(hass, loaded, SITE, "project_changed", Platform.EVENT)
    assert event == STATE_UNKNOWN


async def test_one_circuit_that_is_no_list(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    project = autarc.company.projects[FIRST]
    project["heatingCircuits"] = project["heatingCircuits"][0]
    await refresh(hass, loaded, "chosen", "projects")
    assert value(hass, loaded, FIRST_SITE, "flow_temperature_1") == "55.0"
    assert value(hass, loaded, FIRST_SITE, "flow_temperature_2") == STATE_UNKNOWN
    assert value(hass, loaded, SITE, "projects") == "12"


async def test_a_value_as_the_reference_writes_it(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    for told, shown in (
        ("10.000", "10000.0"),
        ("10.000EUR", "10000.0"),
        ({"value": 1_000_000, "currency": "EUR", "minorUnits": True}, "10000.0"),
        ("10,000", STATE_UNKNOWN),
        ("10.000 CHF", STATE_UNKNOWN),
    ):
        autarc.company.projects[FIRST]["projectValue"] = told
        await refresh(hass, loaded, "chosen")
        assert value(hass, loaded, FIRST_SITE, "project_value") == shown
