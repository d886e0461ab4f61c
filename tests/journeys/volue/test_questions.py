"""Repairs: what only the user may decide."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.repairs import async_create_fix_flow
from tests.accounts import device_names, pass_time, refresh, set_up, value
from tests.faces.volue.home import (
    CHARGER_SITE,
    METER,
    TANK_SITE,
    account_of,
    issues,
    tank,
)
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import CHARGER, LOCATION, TANK, USER


@pytest.fixture(autouse=True)
async def _repairs(hass: HomeAssistant) -> None:
    """Have what shows repairs."""
    assert await async_setup_component(hass, REPAIRS, {})


async def _choose(hass: HomeAssistant, issue_id: str, choice: str) -> Any:
    """Open the dialog of an issue and choose."""
    manager: Any = hass.data[REPAIRS]["flow_manager"]
    form = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    assert form["type"] is FlowResultType.FORM
    result = await manager.async_configure(form["flow_id"], {"choice": choice})
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


def _only(hass: HomeAssistant) -> str:
    (issue_id,) = issues(hass)
    return issue_id


@pytest.mark.parametrize(
    ("choice", "key"), [("acknowledge", "acknowledged"), ("decline", "declined")]
)
async def test_a_cap_to_answer(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    choice: str,
    key: str,
) -> None:
    event = str(volue.send_cap(CHARGER, first=1, values=[3.0, 1.5])["event_id"])
    await refresh(hass, loaded, "events")
    assert issues(hass) == {_only(hass): "cap_to_answer"}
    issue = ir.async_get(hass).async_get_issue(DOMAIN, _only(hass))
    assert issue is not None
    assert issue.translation_placeholders == {
        "account": loaded.title,
        "site": "Charger",
        "power": "1.5 kW",
        "start": "2026-10-20 06:00",
        "end": "2026-10-20 08:00",
    }
    volue.fail("report_create", Fault(kind="status", status=503))
    result = await _choose(hass, _only(hass), choice)
    assert result["errors"] == {"base": "failed"}
    result = await _choose(hass, _only(hass), choice)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    told = volue.events.told_of(event)
    assert [each["resourceId"] for each in told[key]] == [CHARGER]
    assert issues(hass) == {}
    waits = value(hass, loaded, CHARGER_SITE, "cap_to_answer", "binary_sensor")
    assert waits == "off"


async def test_a_cap_that_is_over_asks_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_cap(CHARGER, first=-3)
    await refresh(hass, loaded, "events")
    assert issues(hass) == {}


async def test_an_answer_that_does_not_go_by_itself(
    hass: HomeAssistant,
    account: dict[str, Any],
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The user is asked when the portal does not take what was decided."""
    entry = account_of(hass, account, tank(policy="acknowledge"))
    await set_up(hass, entry)
    volue.fail("report_create", Fault(kind="status", status=400, times=None))
    event = str(volue.send_cap(TANK, first=1)["event_id"])
    await refresh(hass, entry, "events")
    assert issues(hass) == {}
    # What is due by then is tried, and over, before it would succeed.
    await pass_time(hass, freezer, timedelta(minutes=6))
    await refresh(hass, entry, "events")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issues(hass) == {_only(hass): "cap_to_answer"}
    volue.heal()
    await _choose(hass, _only(hass), "decline")
    assert issues(hass) == {}
    assert volue.events.told_of(event)["declined"]


async def test_a_record_that_is_gone_is_registered_again(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.remove_record(LOCATION)
    await refresh(hass, loaded, "sites")
    assert sorted(issues(hass).values()) == ["record_removed"] * 3
    place = next(each for each in issues(hass) if LOCATION in each)
    await _choose(hass, place, "create_again")
    assert LOCATION in volue.partner.locations
    await refresh(hass, loaded, "sites")
    charger = next(each for each in issues(hass) if CHARGER in each)
    await _choose(hass, charger, "create_again")
    await refresh(hass, loaded, "sites")
    assert CHARGER in volue.partner.resources
    assert len(issues(hass)) == 1


async def test_a_record_that_is_gone_is_forgotten(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.remove_record(TANK)
    await refresh(hass, loaded, "sites")
    await _choose(hass, _only(hass), "forget")
    assert "Tank" not in device_names(hass, loaded)
    assert issues(hass) == {}
    assert TANK_SITE not in {part.unique_id for part in loaded.subentries.values()}


async def test_a_vehicle_and_the_user_are_gone(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.remove_record(USER)
    await refresh(hass, loaded, "sites")
    found = sorted(issues(hass).values())
    assert found == [*["record_removed"] * 4, "user_removed"]
    user = next(each for each, key in issues(hass).items() if key == "user_removed")
    await _choose(hass, user, "create_again")
    assert USER in volue.partner.users
    await refresh(hass, loaded, "sites")
    car = next(each for each in issues(hass) if "d4e5f6a7" in each)
    await _choose(hass, car, "create_again")
    await refresh(hass, loaded, "sites")
    assert sorted(issues(hass).values()) == ["record_removed"] * 3


async def test_giving_a_report_up(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    """There is no recorder here, and so no energy."""
    entry = account_of(hass, account, tank(energy=METER))
    await set_up(hass, entry)
    volue.send_incentive(TANK, first=-70, values=[0.5, 0.5], ago=3600)
    volue.send_incentive(TANK, first=-2)
    events = entry.runtime_data.feeds["events"]
    held = events.data["user"]
    assert held.polled is not None
    await refresh(hass, entry, "events")
    assert issues(hass) == {_only(hass): "report_missed"}
    issue = ir.async_get(hass).async_get_issue(DOMAIN, _only(hass))
    assert issue is not None
    assert issue.translation_placeholders == {
        "account": entry.title,
        "site": "Tank",
        "hours": "2",
    }
    await _choose(hass, _only(hass), "give_up")
    assert issues(hass) == {}
    await refresh(hass, entry, "events")
    assert issues(hass) == {}
    # What may still be reported in time is not given up along with it.
    records = {each.event_id: each for each in events.data[TANK_SITE].records}
    assert records["event-0001"].closed
    assert not records["event-0002"].closed


async def test_nothing_is_asked_any_more(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_cap(CHARGER, first=1)
    await refresh(hass, loaded, "events")
    issue_id = _only(hass)
    about = {"entry_id": loaded.entry_id, "key": "cap_to_answer", "site": CHARGER_SITE}
    flow = await async_create_fix_flow(hass, issue_id, about)
    flow.hass = hass
    flow.handler = DOMAIN
    volue.events.rows.clear()
    log = loaded.runtime_data.feeds["events"].data[CHARGER_SITE]
    await loaded.runtime_data.feeds["events"].change(
        lambda logs: {**logs, CHARGER_SITE: log.with_records(())}
    )
    result: Any = await flow.async_step_init()  # type: ignore[attr-defined]
    assert result["reason"] == "no_longer_asked"
    assert await hass.config_entries.async_unload(loaded.entry_id)
    result = await flow.async_step_init()  # type: ignore[attr-defined]
    assert result["reason"] == "account_not_loaded"


async def test_removing_the_account_withdraws_what_it_asks(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_cap(CHARGER, first=1)
    await refresh(hass, loaded, "events")
    assert issues(hass)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert issues(hass) == {}
