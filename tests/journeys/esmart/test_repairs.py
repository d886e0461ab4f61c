"""Terms that the user has not accepted: raised, and accepted by the user alone."""

from datetime import timedelta
import json
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

GENERAL = "terms_not_accepted"
LICENCE = "licence_not_accepted"
ADDITIONAL = "additional_terms_not_accepted"
ALL = {LICENCE, GENERAL, ADDITIONAL}


def issue(
    hass: HomeAssistant, entry: MockConfigEntry, key: str = GENERAL
) -> ir.IssueEntry | None:
    """Return an issue of the account's."""
    name = f"{key}:{entry.entry_id}"
    found = ir.async_get(hass).async_get_issue(DOMAIN, name)
    return found if found is not None and found.active else None


def raised(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the keys of what is asked about terms."""
    return {key for key in ALL if issue(hass, entry, key)}


def agreement(esmart: EsmartSandbox) -> tuple[bool, bool, bool]:
    """Return whether licence, general and additional terms are accepted."""
    agreed = esmart.customer._agreements[42, "smartliv"]
    return agreed.eula, agreed.general, agreed.additional


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


async def begin(
    hass: HomeAssistant, entry: MockConfigEntry, key: str = GENERAL
) -> RepairsFlowResult:
    """Open a dialog."""
    manager: RepairsFlowManager = hass.data[REPAIRS]["flow_manager"]
    data: Any = {"issue_id": f"{key}:{entry.entry_id}"}
    return await manager.async_init(DOMAIN, data=data)


async def submit(
    hass: HomeAssistant, result: RepairsFlowResult, choice: str | None = None
) -> RepairsFlowResult:
    """Agree, or to one of the choices."""
    manager: RepairsFlowManager = hass.data[REPAIRS]["flow_manager"]
    entered = {} if choice is None else {"choice": choice}
    result = await manager.async_configure(result["flow_id"], entered)
    await hass.async_block_till_done()
    return result


async def test_issue_comes_and_goes_with_the_terms(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    assert issue(hass, loaded) is None
    esmart.customer.reset_terms()
    await refresh(hass, loaded, "terms")
    found = issue(hass, loaded)
    assert found is not None
    assert (found.translation_key, found.severity, found.is_fixable) == (
        "terms_not_accepted",
        ir.IssueSeverity.WARNING,
        True,
    )
    assert found.translation_placeholders == {"account": "eSmart 42"}
    assert raised(hass, loaded) == {LICENCE, GENERAL}
    assert value(hass, loaded, *ACCEPTED) == "off"

    # Accepted elsewhere.
    for agreed in esmart.customer._agreements.values():
        agreed.eula = agreed.general = agreed.additional = True
    await refresh(hass, loaded, "terms")
    assert raised(hass, loaded) == set()
    assert value(hass, loaded, *ACCEPTED) == "on"


@pytest.mark.parametrize(
    ("key", "choice", "expected", "left"),
    [
        (LICENCE, None, (True, False, False), {GENERAL}),
        (GENERAL, "accept_general", (False, True, False), {LICENCE, ADDITIONAL}),
        (GENERAL, "accept_both", (False, True, True), {LICENCE}),
    ],
)
async def test_each_is_a_decision_of_its_own(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    unaccepted: MockConfigEntry,
    key: str,
    choice: str | None,
    expected: tuple[bool, bool, bool],
    left: set[str],
) -> None:
    """What is not chosen is not accepted."""
    result = await begin(hass, unaccepted, key)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == ("confirm" if choice is None else "choose")
    assert result["description_placeholders"] == {"account": "eSmart 42"}
    assert accepted(esmart) == []
    result = await submit(hass, result, choice)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(accepted(esmart)) == 1
    assert agreement(esmart) == expected
    assert not esmart.customer._agreements[42, "rknett"].eula
    assert raised(hass, unaccepted) == left
    assert value(hass, unaccepted, *ACCEPTED) == "off"


async def test_one_after_the_other(
    hass: HomeAssistant, esmart: EsmartSandbox, unaccepted: MockConfigEntry
) -> None:
    await submit(hass, await begin(hass, unaccepted), "accept_general")
    await submit(hass, await begin(hass, unaccepted, LICENCE))
    assert agreement(esmart) == (True, True, False)
    await submit(hass, await begin(hass, unaccepted, ADDITIONAL))
    assert agreement(esmart) == (True, True, True)
    assert raised(hass, unaccepted) == set()
    assert value(hass, unaccepted, *ACCEPTED) == "on"


async def test_what_was_accepted_elsewhere_meanwhile_stays(
    hass: HomeAssistant, esmart: EsmartSandbox, unaccepted: MockConfigEntry
) -> None:
    """Terms are looked at daily, and both kinds go in one request."""
    esmart.customer._agreements[42, "smartliv"].additional = True
    await submit(hass, await begin(hass, unaccepted), "accept_general")
    assert agreement(esmart) == (False, True, True)


async def test_additional_terms_where_the_general_ones_are_not_known(
    hass: HomeAssistant, esmart: EsmartSandbox, unaccepted: MockConfigEntry
) -> None:
    """Accepting them would say something of the others."""
    unknown = {"AcceptGeneralTerms": None, "AcceptAdditionalTerms": False}
    esmart.fail("terms", Fault(kind="raw", body=json.dumps(unknown), times=None))
    await refresh(hass, unaccepted, "terms")
    assert raised(hass, unaccepted) == {LICENCE}


async def test_portal_fails_and_is_tried_again(
    hass: HomeAssistant, esmart: EsmartSandbox, unaccepted: MockConfigEntry
) -> None:
    result = await begin(hass, unaccepted)
    esmart.fail("terms_accept", Fault(kind="status", status=500))
    result = await submit(hass, result, "accept_general")
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "failed"}
    assert issue(hass, unaccepted) is not None
    result = await submit(hass, result, "accept_general")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert issue(hass, unaccepted) is None
    assert agreement(esmart) == (False, True, False)


async def test_account_that_is_not_loaded(
    hass: HomeAssistant, esmart: EsmartSandbox, unaccepted: MockConfigEntry
) -> None:
    opened = await begin(hass, unaccepted)
    await hass.config_entries.async_unload(unaccepted.entry_id)
    result = await submit(hass, opened, "accept_both")
    assert result["reason"] == "account_not_loaded"
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
    for key in (LICENCE, GENERAL):
        await begin(hass, unaccepted, key)
    for _ in range(4):
        await pass_time(hass, freezer, timedelta(hours=7))
        await refresh(hass, unaccepted, "sites", *unaccepted.runtime_data.feeds)
    await hass.config_entries.async_reload(unaccepted.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue(hass, unaccepted) is not None
    assert accepted(esmart) == []
    assert agreement(esmart) == (False, False, False)


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
