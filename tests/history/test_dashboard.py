"""The Energy dashboard gets an account's meters by one dialog, and keeps its own."""

from collections.abc import Mapping
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.energy.validate import (
    EnergyPreferencesValidation,
    async_validate,
)
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.history import dashboard
from tests.history.accounts import (
    CONSUMPTION,
    COST,
    DIGIWATT,
    NOW,
    add_digiwatt,
    add_esmart,
    imported,
    refresh,
    reload,
)
from tests.rules.source import placeholders, strings
from tests.sandbox.server import Sandbox


@pytest.fixture(autouse=True)
async def _house(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)
    hass.config.currency = "NOK"
    for component in (REPAIRS, "energy"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
async def home(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    """Return an account whose history is imported."""
    return await imported(hass, add_esmart(hass, sandbox, days=3))


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(
        DOMAIN, f"energy_dashboard:{entry.entry_id}"
    )


def has_its_words(form: Mapping[str, Any]) -> bool:
    """Say whether a form passes what its words have places for."""
    words = strings()["issues"]["energy_dashboard"]["fix_flow"]["step"]
    passed = form["description_placeholders"].keys()
    return bool(placeholders(words[form["step_id"]]) <= passed)


async def begin(hass: HomeAssistant, entry: MockConfigEntry) -> Mapping[str, Any]:
    """Open the dialog."""
    issue = f"energy_dashboard:{entry.entry_id}"
    flows = hass.data[REPAIRS]["flow_manager"]
    begun: Mapping[str, Any] = await flows.async_init(DOMAIN, data={"issue_id": issue})
    return begun


async def agree(hass: HomeAssistant, form: Mapping[str, Any]) -> Mapping[str, Any]:
    """Submit a form."""
    flows = hass.data[REPAIRS]["flow_manager"]
    answer: Mapping[str, Any] = await flows.async_configure(form["flow_id"], {})
    await hass.async_block_till_done()
    return answer


async def sources(hass: HomeAssistant) -> list[Any]:
    """Return what the dashboard has."""
    manager = await async_get_manager(hass)
    return [] if manager.data is None else [*manager.data["energy_sources"]]


async def test_two_clicks_add_all_meters_and_the_dashboard_is_sound(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    issue = issue_of(hass, home)
    assert issue is not None and issue.translation_placeholders is not None
    assert issue.translation_placeholders["account"] == home.title
    form, in_another_tab = await begin(hass, home), await begin(hass, home)
    assert form["step_id"] == "confirm"
    assert has_its_words(form)
    names = form["description_placeholders"]["meters"].splitlines()
    assert str(len(names)) == issue.translation_placeholders["count"]
    assert (await agree(hass, form))["type"] is FlowResultType.CREATE_ENTRY
    added = await sources(hass)
    assert len(added) == len(names)
    (one,) = (each for each in added if each["stat_energy_from"] == CONSUMPTION)
    assert (one["type"], one["stat_cost"]) == ("grid", COST)
    assert f"- {one['name']}" in names
    wrong = (await async_validate(hass)).as_dict()["energy_sources"]
    assert wrong == [[] for _ in added]
    assert issue_of(hass, home) is None
    # There is nothing left to add, whoever comes to it from another tab.
    await agree(hass, in_another_tab)
    assert await sources(hass) == added
    await refresh(hass, home)
    assert issue_of(hass, home) is None


async def test_what_is_there_stays_and_no_meter_comes_twice(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    manager = await async_get_manager(hass)
    own: Any = {
        "energy_sources": [
            {
                "type": "grid",
                "stat_energy_from": CONSUMPTION,
                "stat_energy_to": None,
                "stat_cost": None,
                "cost_adjustment_day": 0.0,
                "name": "Mine",
            },
            {"type": "solar", "stat_energy_from": "sensor.roof"},
        ],
        "device_consumption": [{"stat_consumption": "sensor.oven"}],
    }
    await manager.async_update(own)
    home = await imported(hass, add_esmart(hass, sandbox, days=3))
    if issue_of(hass, home) is not None:
        await agree(hass, await begin(hass, home))
    after = await sources(hass)
    assert after[:2] == own["energy_sources"]
    froms = [each["stat_energy_from"] for each in after]
    assert froms.count(CONSUMPTION) == 1
    assert manager.data is not None
    assert manager.data["device_consumption"][:1] == own["device_consumption"]


async def test_who_has_added_them_by_hand_is_asked_no_more(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    importer = home.runtime_data.importer
    assert importer is not None
    manager = await async_get_manager(hass)
    update: Any = dashboard.with_added(importer.meters(), {})
    await manager.async_update(update)
    assert (await begin(hass, home))["reason"] == "no_longer_asked"
    await refresh(hass, home)
    assert issue_of(hass, home) is None


async def test_appliances_are_devices(hass: HomeAssistant, sandbox: Sandbox) -> None:
    entry = await imported(hass, add_digiwatt(hass, sandbox))
    await agree(hass, await begin(hass, entry))
    (source,) = await sources(hass)
    assert source["stat_energy_from"] == f"{DIGIWATT}_consumption"
    manager = await async_get_manager(hass)
    assert manager.data is not None
    devices = manager.data["device_consumption"]
    assert devices
    assert all(each["stat_consumption"].startswith(DIGIWATT) for each in devices)
    assert all(each.get("name") for each in devices)


async def test_costs_in_another_currency_stay_out(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    hass.config.currency = "EUR"
    home = await imported(hass, add_esmart(hass, sandbox, days=3))
    form = await begin(hass, home)
    assert form["step_id"] == "without_cost"
    assert has_its_words(form)
    assert form["description_placeholders"]["currency"] == "NOK"
    assert form["description_placeholders"]["house"] == "EUR"
    assert (await agree(hass, form))["type"] is FlowResultType.CREATE_ENTRY
    assert {each["stat_cost"] for each in await sources(hass)} == {None}


async def test_ignored_stays_ignored(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    issue = f"energy_dashboard:{home.entry_id}"
    ir.async_ignore_issue(hass, DOMAIN, issue, True)
    await refresh(hass, home)
    await reload(hass, home)
    held = issue_of(hass, home)
    assert held is not None and held.dismissed_version is not None


async def test_what_home_assistant_says_is_shown(
    hass: HomeAssistant, home: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def validate(hass: HomeAssistant) -> EnergyPreferencesValidation:
        told = await async_validate(hass)
        told.energy_sources[-1].add_issue(hass, "statistics_not_defined", "any")
        return told

    monkeypatch.setattr(dashboard, "_validate", lambda: validate)
    checked = await agree(hass, await begin(hass, home))
    assert checked["step_id"] == "checked"
    assert has_its_words(checked)
    told = checked["description_placeholders"]["problems"]
    assert told == "- statistics_not_defined"
    assert (await agree(hass, checked))["type"] is FlowResultType.CREATE_ENTRY


async def test_an_account_that_is_not_set_up_adds_nothing(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    form = await begin(hass, home)
    assert await hass.config_entries.async_unload(home.entry_id)
    assert (await agree(hass, form))["reason"] == "account_not_loaded"
    assert (await begin(hass, home))["reason"] == "account_not_loaded"
    assert not await sources(hass)


async def test_without_the_dashboard_nothing_is_offered(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    hass.config.components.remove("energy")
    home = await imported(hass, add_esmart(hass, sandbox, days=3))
    assert issue_of(hass, home) is None
    importer = home.runtime_data.importer
    assert importer is not None
    assert await importer.dashboard.add(importer.meters()) == []
