"""A portal without an end: of sites, pages and questions; its own feed stops, no other.

What a single answer may be stands with the request path, in tests/portals/http.
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
import json

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.autarc.paged import PAGES
from custom_components.energy_portals.portals.registry import PORTALS
from tests.accounts import refresh, set_up
from tests.journeys.accounts import add_account
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.portal import PortalSandbox
from tests.sandbox.server import Sandbox


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


async def begun(hass: HomeAssistant, sandbox: Sandbox, key: str) -> MockConfigEntry:
    """Return an account that is set up."""
    entry = add_account(hass, sandbox, key)
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    return entry


def asked(portal: PortalSandbox) -> Counter[str]:
    """Return how often each operation was asked for, and forget it."""
    counted = Counter(str(each.operation) for each in portal.calls)
    portal.calls.clear()
    return counted


def failing(entry: MockConfigEntry) -> dict[str, str | None]:
    """Return the feeds that fail, and the reason of each by its message."""
    return {
        each.feed.key: each.last_exception and each.last_exception.translation_key
        for each in entry.runtime_data.coordinators
        if not each.last_update_success
    }


@pytest.mark.parametrize("key", [*PORTALS])
def test_every_fetch_has_its_bound(key: str) -> None:
    """Of requests and time."""
    portal = PORTALS[key]()
    for feed in (portal.sites, *portal.feeds):
        assert feed.most_calls == 5000
        assert feed.longest == timedelta(minutes=30)


@pytest.mark.parametrize("is_answered", [False, True])
async def test_a_fetch_asks_no_more_than_its_bound(
    hass: HomeAssistant,
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
    is_answered: bool,
) -> None:
    """Whatever the portal lists that is asked for one by one, and answers to it."""
    esmart = sandbox.portal(EsmartSandbox)
    entry = await begun(hass, sandbox, "esmart")
    restrictions = entry.runtime_data.feeds["restrictions"]
    before, held = failing(entry), restrictions.data
    assert "restrictions" not in before
    names = [f"Event {number}" for number in range(60)]
    events = [{"Name": name} for name in names]
    esmart.transforms["restriction_events"] = lambda body, query: (events, {})
    if is_answered:
        meters = [{"MeterId": "M-1001", "StartTime": "2026-10-01T00:00:00Z"}]
        body = json.dumps(meters)
        esmart.fail("restricted_meters", Fault(kind="raw", body=body, times=None))
    restrictions.feed = replace(restrictions.feed, most_calls=20)
    asked(esmart)
    caplog.clear()
    for each in entry.runtime_data.coordinators:
        await each.async_refresh()
    counted = asked(esmart)
    assert counted["restriction_events"] + counted["restricted_meters"] == 20
    # It fails with that reason, and nothing else does.
    assert failing(entry) == {**before, "restrictions": "too_much"}
    told = "restricted_meters, more than 20 calls at once"
    assert [
        record.levelname for record in caplog.records if told in record.message
    ] == ["ERROR"]
    if is_answered:
        # What came is kept.
        (site,) = restrictions.data.values()
        assert len(site.active) == 19
    else:
        assert restrictions.data == held
    # And nobody is needed once the list has an end again.
    esmart.transforms.clear()
    esmart.heal()
    await refresh(hass, entry, "restrictions")
    assert failing(entry) == before


async def test_autarc_s_pages_without_an_end(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    autarc = sandbox.portal(AutarcSandbox)
    entry = await begun(hass, sandbox, "autarc")
    before = failing(entry)
    autarc.company.grow(PAGES + 40)
    autarc.paging, autarc.page_size = "cursor", 1
    asked(autarc)
    for each in entry.runtime_data.coordinators:
        await each.async_refresh()
    assert asked(autarc)["projects"] <= PAGES + 1
    assert failing(entry) == before


async def test_more_contracts_than_an_account_may_have(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    """The first go on, a repair says how many are left out, until there are fewer."""
    esmart = sandbox.portal(EsmartSandbox)
    entry = add_account(hass, sandbox, "esmart")
    for _ in range(201):
        esmart.home.add_contract()
    # What each of them is asked for takes its time, and is not what this is about.
    for operation in esmart.operations():
        if operation not in {"authenticate", "contractdeliverypoints", "contracts"}:
            esmart.fail(operation, Fault(kind="status", status=404, times=None))
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert len(entry.runtime_data.sites.data) == 200
    issue_id = f"too_many_sites:{entry.entry_id}"
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["taken"] == "200"
    del esmart.home.contracts_held[1:]
    await refresh(hass, entry, "sites")
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None
