"""A month that a portal will not tell: the rest is imported, and it comes in later."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from tests.history.accounts import (
    CONSUMPTION,
    CONTRACT,
    COST,
    NOW,
    OSLO,
    add_digiwatt,
    add_esmart,
    call,
    days_ago,
    entity_id,
    history,
    is_chained,
    issues,
    refresh,
    reload,
    rows,
)
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault, FaultKind
from tests.sandbox.portal import PortalSandbox
from tests.sandbox.server import Sandbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAULTS: list[tuple[FaultKind, int | None]] = [
    *(("status", status) for status in (400, 403, 404, 500)),
    ("cut", None),
]

type Span = tuple[datetime, datetime]
type Asked = Callable[[web.Request], Awaitable[Span]]


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


def _moment(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


async def _of_esmart(request: web.Request) -> Span:
    body = await request.json()
    return _moment(body["FromTime"]), _moment(body["ToTime"])


async def _of_epilot(request: web.Request) -> Span:
    return _moment(request.query["from"]), _moment(request.query["to"])


async def _of_digiwatt(request: web.Request) -> Span:
    begin = NOW if "last-month" not in request.path else NOW - 35 * DAY
    return begin, begin + HOUR


def spoil(
    portal: PortalSandbox,
    asked: Asked,
    operation: str,
    span: Span,
    kind: FaultKind = "status",
    status: int | None = 500,
) -> None:
    """Let every question that has time of a span in it fail."""

    async def is_in_it(request: web.Request) -> bool:
        start, end = await asked(request)
        return start < span[1] and span[0] < end

    fault = Fault(kind=kind, status=status, times=None, when=is_in_it)
    portal.fail(operation, fault)


async def settle(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Import until nothing is asked for before an hour is over."""
    feed = history(entry)
    for _ in range(40):
        await refresh(hass, entry)
        assert feed.update_interval is not None
        known = [feed.data.get(site.key) for site in feed.sites]
        if feed.update_interval > HOUR / 2 and known:
            if all(each is not None and each.is_complete for each in known):
                return
    raise AssertionError("the import does not go on")


async def begun(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await settle(hass, entry)


def ledger(entry: MockConfigEntry, site: str = CONTRACT) -> Ledger:
    return history(entry).data[site]


@pytest.mark.parametrize(("kind", "status"), FAULTS)
@pytest.mark.parametrize("operation", ["consumption", "costs"])
async def test_esmart(
    hass: HomeAssistant,
    sandbox: Sandbox,
    freezer: FrozenDateTimeFactory,
    operation: str,
    kind: FaultKind,
    status: int | None,
) -> None:
    esmart = sandbox.portal(EsmartSandbox)
    entry = add_esmart(hass, sandbox, days=60)
    missing = days_ago(50, OSLO), days_ago(19, OSLO)
    spoil(esmart, _of_esmart, operation, missing, kind, status)
    await begun(hass, entry)
    stored = await rows(hass, CONSUMPTION)
    hours = (NOW.replace(minute=0) - days_ago(60, OSLO)) // HOUR
    lacks = (missing[1] - missing[0]) // HOUR
    if operation == "consumption":
        assert len(stored) == hours - lacks
        assert not [row for row in stored if missing[0] <= row.start < missing[1]]
        (aside,) = ledger(entry).aside
        assert (aside.start, aside.end) == missing
        shown = hass.states.get(entity_id(hass, entry, CONTRACT, "missing_hours"))
        assert shown is not None
        assert shown.state == str(lacks)
        assert ledger(entry).progress() < 95
    else:
        # Prices do not make what the portal reckons, whatever it says for a while.
        assert len(stored) == hours
        assert ledger(entry).missing_hours(NOW) == 0
        (aside,) = ledger(entry).aside
        assert (aside.start, aside.end, aside.is_partial) == (*missing, True)
        paid = {row.start for row in await rows(hass, COST) if row.state is not None}
        assert not [at for at in paid if missing[0] <= at < missing[1]]
    report = await async_get_config_entry_diagnostics(hass, entry)
    told = report["history"]["sites"][0]["put_aside"]
    assert [each["start"] for each in told] == [
        each.start.isoformat() for each in ledger(entry).aside
    ]
    await reload(hass, entry)
    esmart.heal()
    freezer.tick(2 * HOUR)
    await settle(hass, entry)
    assert ledger(entry).aside == ()
    for statistic in (CONSUMPTION, COST):
        stored = await rows(hass, statistic)
        assert len(stored) == hours + 2
        assert is_chained(stored)


async def test_epilot(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory
) -> None:
    epilot = sandbox.portal(EpilotSandbox)
    epilot.series.hooks.data_range(50)
    account = epilot.account(f"{sandbox.address}/epilot")
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={CONF_VENDOR: "epilot", **account},
        options={"history": {"years": 1}},
        unique_id=f"epilot:{account['portal_id']}:{epilot.home.user_id}",
    )
    entry.add_to_hass(hass)
    missing = days_ago(40, OSLO), days_ago(9, OSLO)
    spoil(epilot, _of_epilot, "getConsumption", missing)
    await begun(hass, entry)
    meter = f"meter:{epilot.home.power_meter}"
    (aside,) = ledger(entry, meter).aside
    assert (aside.start, aside.end) == missing
    (consumption,) = (
        each["statistic_id"]
        for each in (await call(hass, "get_statistics_ids"))["statistics"]
        if each["series"] == "consumption"
        and each["statistic_id"].replace("_", "-").find(epilot.home.power_meter) > 0
    )
    before = await rows(hass, consumption)
    assert len(before) > 15 * 24
    epilot.heal()
    freezer.tick(2 * HOUR)
    await settle(hass, entry)
    assert ledger(entry, meter).aside == ()
    after = await rows(hass, consumption)
    assert len(after) >= len(before) + 31 * 24
    assert is_chained(after)


async def test_digiwatt(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory
) -> None:
    digiwatt = sandbox.portal(DigiwattSandbox)
    entry = add_digiwatt(hass, sandbox, days=57)
    site = "1234567890"
    spoil(digiwatt, _of_digiwatt, "consumption", (NOW - 40 * DAY, NOW - 30 * DAY))
    await begun(hass, entry)
    (aside,) = ledger(entry, site).aside
    assert aside.start == datetime(2026, 8, 31, 22, tzinfo=UTC)
    assert aside.end == datetime(2026, 9, 30, 22, tzinfo=UTC)
    consumption = "energy_portals:digiwatt_1234567890_1234567890_consumption"
    before = await rows(hass, consumption)
    assert before[0].start == aside.end
    digiwatt.heal()
    freezer.tick(2 * HOUR)
    await settle(hass, entry)
    after = await rows(hass, consumption)
    assert len(after) == len(before) + 30 * 24 + 2
    assert is_chained(after)


async def test_what_the_action_says(hass: HomeAssistant, sandbox: Sandbox) -> None:
    esmart = sandbox.portal(EsmartSandbox)
    entry = add_esmart(hass, sandbox, days=20)
    await begun(hass, entry)
    missing = days_ago(15, OSLO), days_ago(14, OSLO)
    spoil(esmart, _of_esmart, "consumption", missing, "status", 404)
    answer = await call(hass, "import_history")
    assert answer["not_read"] == [
        {
            "site": answer["not_read"][0]["site"],
            "start": missing[0].isoformat(),
            "end": missing[1].isoformat(),
            "reason": "NotFound: consumption: HTTP 404",
        }
    ]
    esmart.heal()
    assert (await call(hass, "import_history"))["not_read"] == []


# The user is asked after a week


@pytest.fixture
async def asked(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory
) -> MockConfigEntry:
    """Return an account of which some days could not be read for a week."""
    assert await async_setup_component(hass, REPAIRS, {})
    esmart = sandbox.portal(EsmartSandbox)
    entry = add_esmart(hass, sandbox, days=30)
    span = days_ago(25, OSLO), days_ago(24, OSLO)
    spoil(esmart, _of_esmart, "consumption", span, "status", 404)
    await begun(hass, entry)
    assert issues(hass) == []
    for _ in range(7):
        freezer.tick(DAY)
        await settle(hass, entry)
    return entry


async def choose(hass: HomeAssistant, entry: MockConfigEntry, choice: str) -> None:
    manager = hass.data[REPAIRS]["flow_manager"]
    issue_id = f"history_unread:{entry.entry_id}:{CONTRACT}"
    result: Mapping[str, Any]
    result = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    assert result["type"] is FlowResultType.MENU
    result = await manager.async_configure(result["flow_id"], {"next_step_id": choice})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_one_repair_says_from_when_to_when(
    hass: HomeAssistant, asked: MockConfigEntry
) -> None:
    (issue_id,) = issues(hass)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders == {
        "site": history(asked).sites[0].name,
        "start": "2026-10-03",
        "end": "2026-10-03",
        "days": "1",
        "reason": "NotFound: consumption: HTTP 404",
    }


async def test_ask_again(
    hass: HomeAssistant, sandbox: Sandbox, asked: MockConfigEntry
) -> None:
    await choose(hass, asked, "ask_again")
    assert issues(hass) == []
    (aside,) = ledger(asked).aside
    assert (aside.tries, aside.since) == (1, ledger(asked).now)
    sandbox.portal(EsmartSandbox).heal()
    assert asked.runtime_data.importer is not None
    await asked.runtime_data.importer.ask_again(history(asked).sites[0])
    await refresh(hass, asked)
    assert ledger(asked).aside == ()


async def test_leave(
    hass: HomeAssistant,
    sandbox: Sandbox,
    asked: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    await choose(hass, asked, "leave")
    assert issues(hass) == []
    assert ledger(asked).missing_hours(ledger(asked).now) == 0
    assert ledger(asked).progress() == 100
    await reload(hass, asked)
    freezer.tick(30 * DAY)
    esmart = sandbox.portal(EsmartSandbox)
    esmart.calls.clear()
    await settle(hass, asked)
    assert {
        each.status for each in esmart.calls if each.operation == "consumption"
    } == {200}
    assert issues(hass) == []
    (aside,) = ledger(asked).aside
    assert aside.is_left
