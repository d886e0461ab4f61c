"""The entities of a company and of chosen projects."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.calendar import DOMAIN as CALENDAR
from homeassistant.const import (
    EVENT_STATE_CHANGED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    Platform,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from tests.accounts import (
    act,
    attributes,
    device_names,
    entity_id,
    keys,
    pass_time,
    refresh,
    set_up,
    value,
)
from tests.faces.autarc.company import FIRST, FIRST_SITE, SITE, account_of
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.autarc_company import COMPANY
from tests.sandbox.faults import Fault


@pytest.mark.parametrize(
    "platform",
    [Platform.CALENDAR, Platform.EVENT, Platform.SENSOR, Platform.TODO],
)
async def test_entities(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    with patch("custom_components.energy_portals.PLATFORMS", (platform,)):
        await set_up(hass, entry)
        await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)
        await hass.config_entries.async_unload(entry.entry_id)


async def test_figures_agree_with_the_portal(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    rows = autarc.company.projects.values()
    opened = [row for row in rows if row["status"] == "inProgress"]
    assert value(hass, loaded, SITE, "projects") == "12"
    assert value(hass, loaded, SITE, "in_progress") == str(len(opened))
    assert value(hass, loaded, SITE, "customers") == "9"
    leads = sum(row["isLead"] for row in opened)
    assert value(hass, loaded, SITE, "leads") == str(leads)
    undated = sum(row["installationDate"] is None for row in opened)
    assert value(hass, loaded, SITE, "undated") == str(undated)
    total = sum(row["projectValue"] or 0 for row in rows)
    assert value(hass, loaded, SITE, "total_value") == str(total)
    assert attributes(hass, loaded, SITE, "total_value")["unit_of_measurement"] == "EUR"


async def test_a_chosen_project_is_a_device(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    assert device_names(hass, loaded) == {"autarc", "House"}
    assert keys(hass, loaded, FIRST_SITE) == {
        *("project_status", "project_value", "installation_date", "heat_load"),
        *("living_area", "feasibility", "rooms"),
        *("flow_temperature_1", "return_temperature_1"),
        *("flow_temperature_2", "return_temperature_2"),
    }
    assert value(hass, loaded, FIRST_SITE, "living_area") == "120.0"
    assert value(hass, loaded, FIRST_SITE, "flow_temperature_2") == "35.0"


async def test_unknown_words_are_shown_as_they_are(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.set_status(FIRST, "waitingForParts")
    await refresh(hass, loaded, "chosen", "projects")
    assert value(hass, loaded, FIRST_SITE, "project_status") == "waiting_for_parts"
    assert value(hass, loaded, SITE, "projects") == "12"
    assert value(hass, loaded, SITE, "in_progress") == "5"


async def test_heat_load_that_is_not_calculated_is_unknown(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    for given in (0, None):
        autarc.company.projects[FIRST]["buildingHeatLoadKw"] = given
        await refresh(hass, loaded, "chosen")
        assert value(hass, loaded, FIRST_SITE, "heat_load") == STATE_UNKNOWN
    autarc.company.projects[FIRST]["buildingHeatLoadKw"] = "8.5"
    await refresh(hass, loaded, "chosen")
    assert value(hass, loaded, FIRST_SITE, "heat_load") == "8.5"


async def test_rooms_that_are_not_listed_are_unknown(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    assert value(hass, loaded, FIRST_SITE, "rooms") == "4"
    autarc.lists_rooms = False
    await refresh(hass, loaded, "chosen")
    assert value(hass, loaded, FIRST_SITE, "rooms") == STATE_UNKNOWN
    assert value(hass, loaded, FIRST_SITE, "project_status") == "in_progress"


async def test_circuits_come_and_go(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    project = autarc.company.projects[FIRST]
    circuits = project["heatingCircuits"]
    third = {"name": "Bad", "flowTemperature": 40, "returnTemperature": None}
    project["heatingCircuits"] = [circuits[0], {**third, "index": 3}]
    for _ in range(2):
        await refresh(hass, loaded, "chosen")
    assert value(hass, loaded, FIRST_SITE, "flow_temperature_3") == "40.0"
    assert value(hass, loaded, FIRST_SITE, "return_temperature_3") == STATE_UNKNOWN
    assert value(hass, loaded, FIRST_SITE, "flow_temperature_2") == STATE_UNKNOWN
    project["heatingCircuits"] = None
    await refresh(hass, loaded, "chosen")
    assert value(hass, loaded, FIRST_SITE, "flow_temperature_1") == STATE_UNKNOWN


async def test_part_of_a_list_has_no_sums(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    autarc.has_envelopes = True
    autarc.metadata = {"total": 500}
    for _ in range(2):
        await refresh(hass, loaded, "projects", "customers")
    # It is said why, and not again and again.
    assert caplog.text.count("lists only a part of the") == 2
    for key in ("projects", "in_progress", "total_value", "customers"):
        assert value(hass, loaded, SITE, key) == STATE_UNKNOWN
    autarc.metadata = {"total": 5}
    await refresh(hass, loaded, "projects", "customers")
    assert value(hass, loaded, SITE, "projects") == "12"


async def test_portal_down_over_a_restart(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.fail("*", Fault(kind="status", status=502, times=None))
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    # What is kept is known to be old: its entities are there, and not available.
    assert value(hass, loaded, SITE, "projects") == STATE_UNAVAILABLE
    autarc.heal()
    await refresh(hass, loaded, "projects", "customers", "chosen")
    assert value(hass, loaded, SITE, "projects") == "12"
    assert value(hass, loaded, FIRST_SITE, "heat_load") == "7.5"


async def test_warm_start_asks_for_each_list_once(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.calls.clear()
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    asked = sorted(str(call.operation) for call in autarc.calls)
    assert asked == ["customers", "project", "projects", "rooms"]


async def test_nothing_new_writes_nothing(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    written: list[str] = []
    hass.bus.async_listen(
        EVENT_STATE_CHANGED, callback(lambda event: written.append(event.data))
    )
    autarc.calls.clear()
    for _ in range(3):
        await pass_time(hass, freezer, timedelta(hours=1, minutes=11))
    assert len([call for call in autarc.calls if call.operation == "projects"]) >= 3
    assert written == []


async def test_weeks_and_months_turn_at_the_portals_midnight(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    # The night of autumn in which clocks go back, from Saturday to Sunday.
    freezer.move_to(datetime(2026, 10, 24, 20, 0, tzinfo=UTC))
    days = ["2026-10-24", "2026-10-25", "2026-10-26", "2026-11-01", "2026-11-02"]
    for row, day in zip(autarc.company.projects.values(), days, strict=False):
        row |= {"installationDate": day, "status": "inProgress"}
    for row in list(autarc.company.projects.values())[len(days) :]:
        row["installationDate"] = None
    await set_up(hass, entry)

    def shown() -> tuple[str | None, ...]:
        return tuple(
            value(hass, entry, SITE, key)
            for key in (
                "installations_this_week",
                "installations_this_month",
                "next_installation",
            )
        )

    assert shown() == ("2", "3", "2026-10-24T22:00:00+00:00")
    await pass_time(hass, freezer, timedelta(hours=2, seconds=1))
    assert shown() == ("2", "3", "2026-10-25T23:00:00+00:00")
    await pass_time(hass, freezer, timedelta(hours=25))
    assert shown() == ("2", "3", "2026-10-31T23:00:00+00:00")
    freezer.move_to(datetime(2026, 10, 31, 23, 0, 1, tzinfo=UTC))
    await pass_time(hass, freezer, timedelta())
    assert shown() == ("2", "2", "2026-11-01T23:00:00+00:00")
    freezer.move_to(datetime(2026, 11, 1, 23, 0, 1, tzinfo=UTC))
    await pass_time(hass, freezer, timedelta())
    assert shown() == ("1", "2", STATE_UNKNOWN)


async def test_calendar(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    calendar = entity_id(hass, loaded, SITE, "installations", Platform.CALENDAR)
    answer = await hass.services.async_call(
        CALENDAR,
        "get_events",
        {
            "entity_id": calendar,
            "start_date_time": "2026-10-19T00:00:00+02:00",
            "end_date_time": "2026-10-26T00:00:00+01:00",
        },
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    events = answer[str(calendar)]["events"]
    assert [(each["start"], each["end"]) for each in events] == [
        ("2026-10-20", "2026-10-21"),
        ("2026-10-23", "2026-10-24"),
    ]
    assert events[1]["summary"].endswith("Installations: Wärmepumpe Ahrens (P-001)")
    assert events[1]["description"] == FIRST


async def test_project_that_somebody_removes(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.remove_project(FIRST)
    await refresh(hass, loaded, "chosen", "projects")
    assert value(hass, loaded, FIRST_SITE, "heat_load") == STATE_UNAVAILABLE
    assert value(hass, loaded, SITE, "projects") == "11"
    (issue,) = ir.async_get(hass).issues.values()
    assert issue.translation_key == "project_removed"
    assert (issue.translation_placeholders or {})["site"] == "House"


async def test_unavailable_while_the_portal_is_down(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.fail("projects", Fault(kind="reset", times=None))
    await refresh(hass, loaded, "projects")
    assert value(hass, loaded, SITE, "projects") == STATE_UNAVAILABLE
    todo = value(hass, loaded, SITE, "open_projects", Platform.TODO)
    assert todo == STATE_UNAVAILABLE
    assert value(hass, loaded, SITE, "customers") == "9"
    autarc.heal()
    await refresh(hass, loaded, "projects")
    assert value(hass, loaded, SITE, "projects") == "12"


async def test_company_without_anything(
    hass: HomeAssistant, autarc: AutarcSandbox, entry: MockConfigEntry
) -> None:
    autarc.company.empty()
    hass.config_entries.async_remove_subentry(
        entry, next(iter(entry.subentries.values())).subentry_id
    )
    await set_up(hass, entry)
    assert value(hass, entry, SITE, "projects") == "0"
    assert value(hass, entry, SITE, "total_value") == "0.0"
    assert value(hass, entry, SITE, "next_installation") == STATE_UNKNOWN
    assert value(hass, entry, SITE, "open_projects", Platform.TODO) == "0"
    autarc.company.grow(2)
    await refresh(hass, entry, "projects")
    assert value(hass, entry, SITE, "projects") == "2"


async def test_company_is_found_once_there_is_something(
    hass: HomeAssistant, autarc: AutarcSandbox, account: dict[str, Any]
) -> None:
    del account["company_id"]
    entry = account_of(hass, account)
    autarc.company.empty()
    await set_up(hass, entry)
    await act(hass, "create_customer", first_name="Kim", last_name="Neu")
    await refresh(hass, entry, "sites")
    assert entry.runtime_data.sites.data[SITE].company_id == COMPANY
    # It is not asked for again.
    autarc.calls.clear()
    await refresh(hass, entry, "sites")
    assert autarc.calls == []
    assert device_names(hass, entry) == {"autarc"}
