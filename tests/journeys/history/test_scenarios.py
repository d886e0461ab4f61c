"""What the sandbox's portals publish is what the recorder has, whatever they do."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN, HISTORY
from custom_components.energy_portals.history.recorder import (
    clear,
    rows_between,
    stored_series,
)
from custom_components.energy_portals.history.statistic_ids import statistic_id
from custom_components.energy_portals.portals.model.ledger import HOUR
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from tests.history.accounts import days_ago
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox

OSLO = ZoneInfo("Europe/Oslo")
# 13:30 in Oslo and Rome.
NOW = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)
AFTER_AUTUMN = datetime(2026, 10, 27, 12, 30, tzinfo=UTC)
AFTER_SPRING = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)
DAY = timedelta(days=1)
# More than eSmart may still correct.
DAYS = 10
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CONTRACT = "contract-1001-3001"
PUBLISHED_AS = {"consumption": "consumption", "cost": "costs"}


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated eSmart, with contracts that are not old."""
    portal = sandbox.portal(EsmartSandbox)
    portal.home.opened = days_ago(DAYS, OSLO)
    return portal


async def esmart_account(
    hass: HomeAssistant, sandbox: Sandbox, customer: str = "42", years: int = 1
) -> MockConfigEntry:
    """Return a customer of eSmart's, set up."""
    facts: Any = sandbox.facts()["esmart"]
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"eSmart {customer}",
        data={
            CONF_VENDOR: "esmart",
            **facts,
            "customer_id": customer,
            "price_area": None,
        },
        options={HISTORY: {"years": years}},
        unique_id=f"esmart:127.0.0.1:{customer}:power",
    )
    return await set_up(hass, entry)


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set an account up and import all of its past."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await catch_up(entry)
    return entry


async def catch_up(entry: MockConfigEntry) -> None:
    """Fetch until the import has come to now."""
    history = entry.runtime_data.feeds[HISTORY]
    await history.async_refresh()
    while not all(ledger.is_complete for ledger in history.data.values()):
        await history.async_refresh()
    assert history.last_update_success


def ledger(entry: MockConfigEntry, site: str = CONTRACT) -> Ledger:
    """Return what is known of a site."""
    found: Ledger = entry.runtime_data.feeds[HISTORY].data[site]
    return found


async def check_esmart(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    esmart: EsmartSandbox,
    site: str = CONTRACT,
    series: Mapping[str, str] = PUBLISHED_AS,
) -> int:
    """Hold a contract's rows against what was published; return how many there are."""
    number = int(site.split("-")[1])
    assert entry.unique_id is not None
    for ours, name in series.items():
        key = statistic_id(entry.unique_id, site, ours)
        rows = (await rows_between(hass, {key}, LONG_AGO, None))[key]
        known = [row for row in rows if row.state is not None]
        span = known[0].start.isoformat(), (known[-1].start + HOUR).isoformat()
        published = esmart.actions()["published"](number, *span)
        assert len(known) == published["hours"]
        assert rows[-1].sum == pytest.approx(published[name], rel=1e-12)
    return len(known)


async def test_late_days(
    hass: HomeAssistant,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    esmart.hold_back(3 * 86400)
    entry = await esmart_account(hass, sandbox)
    early = await check_esmart(hass, entry, esmart)
    assert ledger(entry).missing_hours(NOW) == 0
    esmart.hold_back(0)
    freezer.tick(HOUR)
    await catch_up(entry)
    assert await check_esmart(hass, entry, esmart) == early + 3 * 24 + 1


async def test_corrected_hours(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    entry = await esmart_account(hass, sandbox)
    key = statistic_id(entry.unique_id or "", CONTRACT, "consumption")
    before = (await rows_between(hass, {key}, LONG_AGO, None))[key]
    start = datetime(2026, 1, 12, 5, tzinfo=UTC)
    esmart.correct(start.isoformat(), (start + 2 * HOUR).isoformat(), 700)
    await catch_up(entry)
    await check_esmart(hass, entry, esmart)
    after = (await rows_between(hass, {key}, LONG_AGO, None))[key]
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed[0].start == start
    assert after[-1].sum == pytest.approx(before[-1].sum + 1.4)


@pytest.mark.parametrize("deleted", [*PUBLISHED_AS])
async def test_a_series_that_was_deleted_while_what_was_kept_is_lost(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    deleted: str,
) -> None:
    esmart.home.opened = days_ago(7 * DAYS, OSLO)
    entry = await esmart_account(hass, sandbox)
    ids = {statistic_id(entry.unique_id or "", CONTRACT, each) for each in PUBLISHED_AS}
    before = await rows_between(hass, ids, LONG_AGO, None)
    await hass.config_entries.async_unload(entry.entry_id)
    await clear(hass, [each for each in ids if each.endswith(deleted)])
    for key in [key for key in hass_storage if key.startswith(DOMAIN)]:
        del hass_storage[key]
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await catch_up(entry)
    assert await rows_between(hass, ids, LONG_AGO, None) == before


async def test_a_meter_read_by_the_quarter(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    esmart.actions()["read_by_quarters"]()
    missing = datetime(2026, 1, 9, 7, 30, tzinfo=UTC)
    esmart.withhold(missing.isoformat(), (missing + HOUR / 4).isoformat())
    entry = await esmart_account(hass, sandbox)
    await check_esmart(hass, entry, esmart)
    gap = missing.replace(minute=0)
    assert ledger(entry).gaps(NOW) == ((gap, gap + HOUR),)


@pytest.mark.parametrize(
    ("now", "day", "hours"),
    [
        (NOW, datetime(2026, 1, 6, tzinfo=OSLO), 24),
        (AFTER_AUTUMN, datetime(2026, 10, 25, tzinfo=OSLO), 25),
        (AFTER_SPRING, datetime(2026, 3, 29, tzinfo=OSLO), 23),
    ],
)
async def test_a_missing_day(
    hass: HomeAssistant,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    freezer: FrozenDateTimeFactory,
    now: datetime,
    day: datetime,
    hours: int,
) -> None:
    freezer.move_to(now)
    esmart.home.opened = days_ago(DAYS, OSLO)
    span = day.isoformat(), (day + DAY).isoformat()
    esmart.withhold(*span)
    entry = await esmart_account(hass, sandbox)
    early = await check_esmart(hass, entry, esmart)
    assert ledger(entry).missing_hours(now) == hours
    esmart.publish(*span)
    # Once a day what is missing is asked for again.
    freezer.tick(DAY)
    await catch_up(entry)
    assert ledger(entry).missing_hours(now) == 0
    assert await check_esmart(hass, entry, esmart) == early + hours + 24


async def test_spans_that_are_too_long(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    esmart.home.opened = days_ago(15, OSLO)
    esmart.actions()["set_longest_span"](10)
    entry = await esmart_account(hass, sandbox)
    await check_esmart(hass, entry, esmart)
    refused = [call for call in esmart.calls if call.status == 400]
    # A month, and each of its halves.
    assert len(refused) == 3


async def test_two_sites_and_two_accounts(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    esmart.actions()["add_contract"]()
    one = await esmart_account(hass, sandbox)
    other = await esmart_account(hass, sandbox, "43")
    await check_esmart(hass, one, esmart)
    await check_esmart(hass, one, esmart, "contract-1004-3004")
    await check_esmart(hass, other, esmart, "contract-1003-3003")
    # Two of each contract, and what two devices of the one account used.
    assert len(await stored_series(hass)) == 8


async def test_two_accounts_of_digiwatt(
    hass: HomeAssistant,
    sandbox: Sandbox,
    digiwatt: DigiwattSandbox,
    account: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to(AFTER_AUTUMN)
    digiwatt.accounts["2"] = digiwatt.accounts[account["account_number"]]
    begin = days_ago(4, OSLO)
    digiwatt.withhold((begin - 70 * DAY).isoformat(), begin.isoformat())
    late = datetime(2026, 10, 25, tzinfo=OSLO)
    digiwatt.withhold(late.isoformat(), (late + 3 * HOUR).isoformat())
    entries = [
        await set_up(
            hass,
            MockConfigEntry(
                domain=DOMAIN,
                data={**account, "account_number": number},
                unique_id=f"digiwatt:{number}",
            ),
        )
        for number in (account["account_number"], "2")
    ]
    for entry in entries:
        number = entry.data["account_number"]
        assert ledger(entry, number).missing_hours(AFTER_AUTUMN) == 4
        key = statistic_id(f"digiwatt:{number}", number, "consumption")
        rows = (await rows_between(hass, {key}, LONG_AGO, None))[key]
        span = rows[0].start.isoformat(), (rows[-1].start + HOUR).isoformat()
        published: Any = digiwatt.published(*span, account_number=number)
        assert len(rows) == published["hours"] == 4 * 24 + 13 + 1 - 4
        assert rows[-1].sum == pytest.approx(published["total"] / 1000, rel=1e-12)
        fridge = key.replace("consumption", "appliance_fridge")
        rows = (await rows_between(hass, {fridge}, LONG_AGO, None))[fridge]
        wanted = published["appliances"]["fridge"] / 1000
        assert rows[-1].sum == pytest.approx(wanted, rel=1e-12)
    assert len(await stored_series(hass)) == 2 * 8


async def test_costs_that_prices_make(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    esmart.actions()["deny"]("costs", 403)
    entry = await esmart_account(hass, sandbox)
    # The sandbox reckons costs by the contract's price of each hour, too.
    keys = [
        statistic_id(entry.unique_id or "", CONTRACT, series)
        for series in ("consumption", "cost")
    ]
    rows = await rows_between(hass, set(keys), LONG_AGO, None)
    used, paid = (rows[key] for key in keys)
    assert [row.start for row in used] == [row.start for row in paid]
    span = used[0].start.isoformat(), (used[-1].start + HOUR).isoformat()
    published = esmart.actions()["published"](1001, *span)
    assert paid[-1].sum == pytest.approx(published["costs"], rel=1e-6)
