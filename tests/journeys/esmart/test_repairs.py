"""Terms that the user has not accepted: raised, and accepted by the user alone."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs import RepairsFlowResult
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.components.repairs.issue_handler import RepairsFlowManager
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import pass_time, refresh, set_up, value
from tests.faces.esmart.home import CUSTOMER
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

ACCEPTED = CUSTOMER, "terms_accepted", "binary_sensor"
ACCEPTING = {"eula_accept", "terms_accept"}


def issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the account's issue."""
    name = f"terms_not_accepted:{entry.entry_id}"
    found = ir.async_get(hass).async_get_issue(DOMAIN, name)
    return found if found is not None and found.active else None


def accepted(esmart: EsmartSandbox) -> list[str | None]:
    """Return in which ways something was accepted at the portal."""
    calls = [call.operation for call in esmart.calls]
    return [each for each in calls if each in ACCEPTING]


@pytest.fixture
async def unaccepted(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> MockConfigEntry:
    """Return an account whose user has accepted nothing."""
    assert await async_setup_component(hass, REPAIRS, {})
    esmart.customer.reset_terms()
    await set_up(hass, entry)
    return entry


async def begin(hass: HomeAssistant, entry: MockConfigEntry) -> RepairsFlowResult:
    """Open the dialog."""
    manager: RepairsFlowManager = hass.data[REPAIRS]["flow_manager"]
    data: Any = {"issue_id": f"terms_not_accepted:{entry.entry_id}"}
    return await manager.async_init(DOMAIN, data=data)


async def submit(hass: HomeAssistant, result: RepairsFlowResult) -> RepairsFlowResult:
    """Agree."""
    manager: RepairsFlowManager = hass.data[REPAIRS]["flow_manager"]
    return await manager.async_configure(result["flow_id"], {})


async def test_issue_comes_and_goes_with_the_terms(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    assert issue(hass, loaded) is None
    esmart.customer.reset_terms()
    await refresh(hass, loaded, "terms")
    raised = issue(hass, loaded)
    assert raised is not None
    assert (raised.translation_key, raised.severity, raised.is_fixable) == (
        "terms_not_accepted",
        ir.IssueSeverity.WARNING,
        True,
    )
    assert raised.translation_placeholders == {"account": "eSmart 42"}
    assert value(hass, loaded, *ACCEPTED) == "off"

    # Accepted elsewhere.
    for agreed in esmart.customer._agreements.values():
        agreed.eula = agreed.general = agreed.additional = True
    await refresh(hass, loaded, "terms")
    assert issue(hass, loaded) is None
    assert value(hass, loaded, *ACCEPTED) == "on"


async def test_user_accepts(
    hass: HomeAssistant, esmart: EsmartSandbox, unaccepted: MockConfigEntry
) -> None:
    result = await begin(hass, unaccepted)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "confirm"
    assert result["description_placeholders"] == {"account": "eSmart 42"}
    assert accepted(esmart) == []
    result = await submit(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert accepted(esmart) == ["eula_accept", "terms_accept"]
    agreed = esmart.customer._agreements[42, "smartliv"]
    assert (agreed.eula, agreed.general, agreed.additional) == (True, True, True)
    assert not esmart.customer._agreements[42, "rknett"].eula
    assert issue(hass, unaccepted) is None
    assert value(hass, unaccepted, *ACCEPTED) == "on"


@pytest.mark.parametrize(
    ("held", "expected"),
    [("eula", ["terms_accept"]), ("terms", ["eula_accept"])],
)
async def test_only_what_is_missing_is_accepted(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    unaccepted: MockConfigEntry,
    held: str,
    expected: list[str],
) -> None:
    agreed = esmart.customer._agreements[42, "smartliv"]
    if held == "eula":
        agreed.eula = True
    else:
        agreed.general = agreed.additional = True
    await refresh(hass, unaccepted, "terms")
    await submit(hass, await begin(hass, unaccepted))
    assert accepted(esmart) == expected
    await hass.async_block_till_done()
    assert issue(hass, unaccepted) is None


async def test_portal_fails_and_is_tried_again(
    hass: HomeAssistant, esmart: EsmartSandbox, unaccepted: MockConfigEntry
) -> None:
    result = await begin(hass, unaccepted)
    esmart.fail("terms_accept", Fault(kind="status", status=500))
    result = await submit(hass, result)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "failed"}
    assert issue(hass, unaccepted) is not None
    result = await submit(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert issue(hass, unaccepted) is None
    assert esmart.customer._agreements[42, "smartliv"].general


async def test_account_that_is_not_loaded(
    hass: HomeAssistant, esmart: EsmartSandbox, unaccepted: MockConfigEntry
) -> None:
    opened = await begin(hass, unaccepted)
    await hass.config_entries.async_unload(unaccepted.entry_id)
    assert (await submit(hass, opened))["reason"] == "account_not_loaded"
    result = await begin(hass, unaccepted)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "account_not_loaded"
    assert accepted(esmart) == []


async def test_nothing_is_accepted_but_by_the_dialog(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    unaccepted: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Not at setup, not in a day of refreshes, not by a look at the dialog."""
    await begin(hass, unaccepted)
    for _ in range(4):
        await pass_time(hass, freezer, timedelta(hours=7))
        await refresh(hass, unaccepted, "sites", *unaccepted.runtime_data.feeds)
    await hass.config_entries.async_reload(unaccepted.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue(hass, unaccepted) is not None
    assert accepted(esmart) == []
    assert not esmart.customer._agreements[42, "smartliv"].eula


async def test_issue_goes_with_the_account(
    hass: HomeAssistant, unaccepted: MockConfigEntry
) -> None:
    assert issue(hass, unaccepted) is not None
    await hass.config_entries.async_remove(unaccepted.entry_id)
    await hass.async_block_till_done()
    assert issue(hass, unaccepted) is None


async def test_issue_rests_while_the_account_is_disabled(
    hass: HomeAssistant, unaccepted: MockConfigEntry
) -> None:
    entries = hass.config_entries
    user = ConfigEntryDisabler.USER
    await entries.async_set_disabled_by(unaccepted.entry_id, user)
    assert issue(hass, unaccepted) is None
    await entries.async_set_disabled_by(unaccepted.entry_id, None)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue(hass, unaccepted) is not None


async def test_ignored_issue_stays_ignored(
    hass: HomeAssistant, esmart: EsmartSandbox, unaccepted: MockConfigEntry
) -> None:
    """Over a restart, after which nothing is known of the terms for a while."""
    name = f"terms_not_accepted:{unaccepted.entry_id}"
    ir.async_ignore_issue(hass, DOMAIN, name, ignore=True)
    esmart.fail("eula", Fault(kind="status", status=500, times=None))
    esmart.fail("terms", Fault(kind="status", status=500, times=None))
    await hass.config_entries.async_reload(unaccepted.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    esmart.heal()
    await refresh(hass, unaccepted, "terms")
    found = issue(hass, unaccepted)
    assert found is not None
    assert found.dismissed_version is not None


async def test_terms_of_which_nothing_is_known(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    esmart.deny("eula", 404)
    esmart.deny("terms", 404)
    await set_up(hass, entry)
    assert issue(hass, entry) is None
    assert value(hass, entry, *ACCEPTED) is None
