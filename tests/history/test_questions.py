"""A history that may go on elsewhere does so once the user said so, and not before."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.energy_portals.const import DOMAIN, HISTORY
from custom_components.energy_portals.history.recorder import clear
from tests.history.accounts import (
    CONSUMPTION,
    COST,
    ESMART,
    NOW,
    OSLO,
    add_esmart,
    days_ago,
    ids,
    import_all,
    imported,
    is_chained,
    issues,
    refresh,
    reload,
    rows,
)
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

HOUR = timedelta(hours=1)
NEW_SITE = "contract-1004-3001"
NEW_CONSUMPTION = f"{ESMART}_contract_1004_3001_consumption"
NEW_COST = f"{ESMART}_contract_1004_3001_cost"
OLD = f"{ESMART}_contract_1001_3001_"


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    return sandbox.portal(EsmartSandbox)


@pytest.fixture
async def replaced(
    hass: HomeAssistant,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    freezer: FrozenDateTimeFactory,
) -> MockConfigEntry:
    """Return an account whose contract is another one since three hours."""
    assert await async_setup_component(hass, REPAIRS, {})
    home = await imported(hass, add_esmart(hass, sandbox, days=3))
    esmart.home.replace_contract(1001)
    # What the old contract was told stays as it was.
    day = days_ago(1, OSLO)
    esmart.correct(day.isoformat(), (day + HOUR).isoformat(), 400)
    freezer.tick(3 * HOUR)
    await home.runtime_data.sites.async_refresh()
    await import_all(hass, home)
    return home


async def begin(hass: HomeAssistant, issue_id: str) -> Mapping[str, Any]:
    """Open the dialog of an issue."""
    manager = hass.data[REPAIRS]["flow_manager"]
    result: Mapping[str, Any]
    result = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    return result


async def submit(
    hass: HomeAssistant, result: Mapping[str, Any], entered: dict[str, str]
) -> Mapping[str, Any]:
    """Answer a dialog."""
    manager = hass.data[REPAIRS]["flow_manager"]
    answer: Mapping[str, Any]
    answer = await manager.async_configure(result["flow_id"], entered)
    return answer


async def choose(hass: HomeAssistant, home: MockConfigEntry, option: str) -> None:
    """Choose in the dialog of a contract that may continue another's history."""
    result = await begin(hass, continues(home))
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["join", "keep_apart"]
    result = await submit(hass, result, {"next_step_id": option})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await import_all(hass, home)


def continues(home: MockConfigEntry) -> str:
    """Return the id of the issue of the new contract."""
    return f"history_continues:{home.entry_id}:{NEW_SITE}"


async def test_issue_is_raised_once(
    hass: HomeAssistant, replaced: MockConfigEntry
) -> None:
    assert issues(hass) == [continues(replaced)]
    found = ir.async_get(hass).async_get_issue(DOMAIN, continues(replaced))
    assert found is not None
    assert found.translation_key == "history_continues"
    assert found.translation_placeholders == {"site": "Home", "other": OLD}
    assert found.is_fixable
    # Until it is decided, each has its own.
    assert await ids(hass) == {CONSUMPTION, COST, NEW_CONSUMPTION, NEW_COST}
    assert (await rows(hass, NEW_CONSUMPTION))[0].start == days_ago(3, OSLO)
    for again in (refresh, reload):
        await again(hass, replaced)
        assert issues(hass) == [continues(replaced)]


async def test_contract_that_is_simply_added(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    """Nobody is gone whose place it could take."""
    home = await imported(hass, add_esmart(hass, sandbox, days=1))
    esmart.home.add_contract()
    await home.runtime_data.sites.async_refresh()
    await import_all(hass, home)
    assert len(await ids(hass)) == 4
    assert issues(hass) == []


async def test_keep_apart(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    replaced: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is never asked again, not even when what was kept and stored is lost."""
    before = {key: await rows(hass, key) for key in await ids(hass)}
    await choose(hass, replaced, "keep_apart")
    assert issues(hass) == []
    assert replaced.options[HISTORY] == {"years": 1, "continues": {NEW_SITE: None}}
    assert {key: await rows(hass, key) for key in await ids(hass)} == before

    raised = async_capture_events(hass, ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED)
    freezer.tick(2 * HOUR)
    await hass.config_entries.async_unload(replaced.entry_id)
    hass_storage.pop(f"{DOMAIN}.{replaced.entry_id}")
    await clear(hass, [NEW_CONSUMPTION, NEW_COST])
    await imported(hass, replaced)
    assert issues(hass) == []
    assert not [each for each in raised if continues(replaced) in str(each.data)]
    for key in (CONSUMPTION, COST):
        assert await rows(hass, key) == before[key]
    for key in (NEW_CONSUMPTION, NEW_COST):
        stored = await rows(hass, key)
        assert stored[:-2] == before[key]
        assert is_chained(stored)


async def test_join(
    hass: HomeAssistant,
    sandbox: Sandbox,
    replaced: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    before = {key: await rows(hass, key) for key in (CONSUMPTION, COST)}
    meanwhile = await rows(hass, NEW_CONSUMPTION)
    assert len(meanwhile) == len(before[CONSUMPTION]) + 3
    since = before[CONSUMPTION][-1].start + HOUR

    await choose(hass, replaced, "join")
    assert issues(hass) == []
    assert await ids(hass) == {CONSUMPTION, COST}
    for step in (3, 5):
        for key, held in before.items():
            stored = await rows(hass, key)
            assert stored[:-step] == held
            assert [row.start for row in stored[-step:]] == [
                since + n * HOUR for n in range(step)
            ]
            assert is_chained(stored)
            if key == CONSUMPTION:
                for row in stored[-step:]:
                    energy = sandbox.household.total_energy(row.start, row.start + HOUR)
                    assert row.state == pytest.approx(energy / 1000)
        # And so it goes on, after a restart too.
        freezer.tick(2 * HOUR)
        await reload(hass, replaced)
    answer = await hass.services.async_call(
        DOMAIN, "import_history", {}, blocking=True, return_response=True
    )
    assert answer is not None
    assert answer["written"] == 0
    assert (await rows(hass, CONSUMPTION))[: len(before[CONSUMPTION])] == before[
        CONSUMPTION
    ]
    assert await ids(hass) == {CONSUMPTION, COST}
    assert issues(hass) == []


async def test_ignored(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    esmart: EsmartSandbox,
    replaced: MockConfigEntry,
) -> None:
    """A start at which nothing is known of the history changes nothing of it."""

    async def start_anew(hass: HomeAssistant, home: MockConfigEntry) -> None:
        """Start with nothing kept, and without the portal."""
        await hass.config_entries.async_unload(home.entry_id)
        hass_storage.pop(f"{DOMAIN}.{home.entry_id}")
        esmart.fail("consumption", Fault(kind="status", status=500, times=None))
        assert await hass.config_entries.async_setup(home.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)

    ir.async_ignore_issue(hass, DOMAIN, continues(replaced), ignore=True)
    for again in (refresh, reload, start_anew):
        await again(hass, replaced)
        found = ir.async_get(hass).async_get_issue(DOMAIN, continues(replaced))
        assert found is not None
        assert found.dismissed_version is not None
    assert await ids(hass) == {CONSUMPTION, COST, NEW_CONSUMPTION, NEW_COST}


async def test_account_that_is_not_loaded(
    hass: HomeAssistant, replaced: MockConfigEntry
) -> None:
    before = await ids(hass)
    begun = await begin(hass, continues(replaced))
    await hass.config_entries.async_unload(replaced.entry_id)
    for result in (
        await begin(hass, continues(replaced)),
        await submit(hass, begun, {"next_step_id": "join"}),
    ):
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "account_not_loaded"
    assert "continues" not in replaced.options[HISTORY]
    assert await ids(hass) == before


async def test_issue_goes_with_the_account(
    hass: HomeAssistant, replaced: MockConfigEntry
) -> None:
    """What is stored stays."""
    before = await ids(hass)
    await hass.config_entries.async_remove(replaced.entry_id)
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert await ids(hass) == before
