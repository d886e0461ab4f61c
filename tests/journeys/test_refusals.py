"""A login or a call that is refused and comes back, at every portal; nobody helps."""

from datetime import UTC, datetime, timedelta
import logging
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.absent import REFUSALS
from tests.accounts import pass_time, set_up
from tests.journeys.accounts import add_account
from tests.sandbox.faults import Fault
from tests.sandbox.portal import PortalSandbox
from tests.sandbox.server import Sandbox

PORTALS: Final = ("autarc", "digiwatt", "epilot", "esmart", "volue")
NOW: Final = datetime(2026, 10, 26, 18, 40, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
# What a login is renewed with, and what autarc's is proved with once it is refused.
LOGINS: Final = {"token", "GetTokensFromRefreshToken", "InitiateAuth", "projects"}
REFUSED: Final = Fault(kind="status", status=401, times=None)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on an evening without a deadline near."""
    freezer.move_to(NOW)


@pytest.fixture(params=PORTALS)
def portal(request: pytest.FixtureRequest, sandbox: Sandbox) -> PortalSandbox:
    """Return each simulated portal in turn."""
    return sandbox.portals[request.param]


@pytest.fixture
def added(
    hass: HomeAssistant, sandbox: Sandbox, portal: PortalSandbox
) -> MockConfigEntry:
    """Return an account there that is not set up."""
    return add_account(hass, sandbox, portal.key)


@pytest.fixture
async def account(
    hass: HomeAssistant,
    added: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> MockConfigEntry:
    """Return an account there that is set up, and forget what was logged."""
    await set_up(hass, added)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert added.state is ConfigEntryState.LOADED
    caplog.clear()
    return added


def questions(hass: HomeAssistant) -> list[str]:
    """Return where logins are asked for, as flows and as repairs."""
    flows = [
        each["flow_id"]
        for each in hass.config_entries.flow.async_progress()
        if each["context"]["source"] == "reauth"
    ]
    repairs = [key for _, key in ir.async_get(hass).issues if "reauth" in key]
    assert len(flows) == len(repairs)
    return flows


def unavailable(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the entities of an account that are not available."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    states = {each.entity_id: hass.states.get(each.entity_id) for each in entities}
    return {
        key
        for key, state in states.items()
        if state is not None and state.state == STATE_UNAVAILABLE
    }


def loud(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the integration has logged that a user would see."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and "energy_portals" in record.name
    ]


async def refresh_all(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Fetch everything now."""
    for coordinator in entry.runtime_data.coordinators:
        await coordinator.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_login_is_refused_for_hours(
    hass: HomeAssistant,
    portal: PortalSandbox,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is asked for once, said once, tried seldom, and forgotten once it works."""
    dead = unavailable(hass, account)
    portal.fail("*", REFUSED)
    portal.calls.clear()
    await refresh_all(hass, account)
    first = questions(hass)
    assert len(first) == 1
    for _ in range(14):
        await pass_time(hass, freezer, 30 * MINUTE)
        assert questions(hass) == first
    assert len(loud(caplog)) == 1
    # Each try of the login is one call, or two where a token is renewed.
    assert len(portal.calls) < 20
    # What is already known lasts as long as it is true.
    assert unavailable(hass, account) > dead

    portal.heal()
    for _ in range(13):
        await pass_time(hass, freezer, 30 * MINUTE)
    assert questions(hass) == []
    assert unavailable(hass, account) <= dead
    assert len(loud(caplog)) == 1


async def test_login_is_refused_at_a_cold_start(
    hass: HomeAssistant,
    portal: PortalSandbox,
    added: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    portal.fail("*", REFUSED)
    await set_up(hass, added)
    assert added.state is ConfigEntryState.SETUP_ERROR
    first = questions(hass)
    assert len(first) == 1
    # Not sooner, so that no account is locked; the form stays open meanwhile.
    for pause in (5, 15, 60, 360, 360):
        portal.calls.clear()
        await pass_time(hass, freezer, (pause - 1) * MINUTE)
        assert portal.calls == []
        await pass_time(hass, freezer, MINUTE)
        assert portal.calls
        assert added.state is ConfigEntryState.SETUP_ERROR
        assert questions(hass) == first
    portal.heal()
    await pass_time(hass, freezer, 360 * MINUTE)
    assert added.state is ConfigEntryState.LOADED
    assert questions(hass) == []


async def test_removed_while_it_is_refused(
    hass: HomeAssistant,
    portal: PortalSandbox,
    added: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    portal.fail("*", REFUSED)
    await set_up(hass, added)
    await hass.config_entries.async_remove(added.entry_id)
    portal.calls.clear()
    await pass_time(hass, freezer, timedelta(days=2))
    assert portal.calls == []


async def test_call_is_refused_alone(
    hass: HomeAssistant,
    portal: PortalSandbox,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """While the same credentials work elsewhere, no person is asked."""
    dead = unavailable(hass, account)
    portal.calls.clear()
    await refresh_all(hass, account)
    called = dict.fromkeys(str(each.operation) for each in portal.calls)
    proof = {*await _called_by_the_sites(hass, account, portal), *LOGINS}
    assert called.keys() - proof
    for operation in called:
        # One is refused, and once more with whatever renews the login.
        portal.fail(operation, Fault(kind="status", status=401, times=2))
        await refresh_all(hass, account)
        assert operation in proof or questions(hass) == [], operation
        await pass_time(hass, freezer, 6 * MINUTE)
        portal.heal()
        await pass_time(hass, freezer, 20 * MINUTE)
        assert unavailable(hass, account) <= dead, operation
        assert questions(hass) == [], operation


async def _called_by_the_sites(
    hass: HomeAssistant, entry: MockConfigEntry, portal: PortalSandbox
) -> set[str]:
    """Return the operations that prove the login."""
    portal.calls.clear()
    await entry.runtime_data.sites.async_is_answered()
    return {str(each.operation) for each in portal.calls}


def _absent(entry: MockConfigEntry) -> dict[str, set[str]]:
    """Return of which sites the account may not see what."""
    return {
        each.name: set(each.absent)
        for each in entry.runtime_data.coordinators
        if each.absent
    }


@pytest.mark.parametrize("status", [403, 404])
async def test_call_is_forbidden_for_a_while(
    hass: HomeAssistant,
    portal: PortalSandbox,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    """What was shown is shown again within the hour, not the day after."""
    dead, absent = unavailable(hass, account), _absent(account)
    portal.fail("*", Fault(kind="status", status=status, times=None))
    for _ in range(REFUSALS):
        await refresh_all(hass, account)
    portal.heal()
    for _ in range(16):
        await pass_time(hass, freezer, 5 * MINUTE)
    assert account.state is ConfigEntryState.LOADED
    assert _absent(account) == absent
    # What is fetched daily is so still.
    await refresh_all(hass, account)
    assert unavailable(hass, account) <= dead


async def test_pause_of_a_day_at_the_start(
    hass: HomeAssistant,
    portal: PortalSandbox,
    added: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
) -> None:
    """One call is made of it, however often the set-up is tried, or Home Assistant."""
    headers = {"Retry-After": "86400"}
    portal.fail("*", Fault(kind="status", status=429, headers=headers, times=None))
    await set_up(hass, added)
    assert added.state is ConfigEntryState.SETUP_RETRY
    for _ in range(46):
        await pass_time(hass, freezer, 30 * MINUTE)
        await hass.config_entries.async_reload(added.entry_id)
    assert added.state is ConfigEntryState.SETUP_RETRY
    assert len(portal.calls) == 1
    portal.heal()
    await pass_time(hass, freezer, 90 * MINUTE)
    assert added.state is ConfigEntryState.LOADED
    await pass_time(hass, freezer, MINUTE)
    assert not any("pause" in each["data"] for each in _files(hass_storage, added))


def _files(storage: dict[str, Any], entry: MockConfigEntry) -> list[dict[str, Any]]:
    """Return what is stored of an account."""
    return [file for key, file in storage.items() if key.endswith(entry.entry_id)]
