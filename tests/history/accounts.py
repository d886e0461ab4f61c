"""Accounts of the sandbox whose history is imported into a recorder."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.coordinator import FeedCoordinator
from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN, HISTORY
from custom_components.energy_portals.history.recorder import (
    rows_between,
    stored_series,
)
from custom_components.energy_portals.portals.model.ledger import LedgerRow
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from custom_components.energy_portals.portals.model.periods import midnight
from tests.history.published import BEGINNING
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox

# Three days after the night of autumn: half past one in Rome and Oslo.
NOW = datetime(2026, 10, 28, 12, 30, tzinfo=UTC)
ROME, OSLO = ZoneInfo("Europe/Rome"), ZoneInfo("Europe/Oslo")
CUSTOMER, CONTRACT = "customer", "contract-1001-3001"
ESMART = "energy_portals:esmart_127_0_0_1_42_power"
DIGIWATT = "energy_portals:digiwatt_1234567890_1234567890"
CONSUMPTION = f"{ESMART}_contract_1001_3001_consumption"
COST = f"{ESMART}_contract_1001_3001_cost"


def add_esmart(
    hass: HomeAssistant,
    sandbox: Sandbox,
    days: int = 12,
    *,
    has_devices: bool = False,
    **options: Any,
) -> MockConfigEntry:
    """Add an eSmart account whose contracts are some days old."""
    home = sandbox.portal(EsmartSandbox).home
    home.opened = days_ago(days, OSLO)
    if not has_devices:
        bare = (replace(each, gateways=()) for each in home.contracts_held)
        home.contracts_held = [*bare]
    return _added(hass, sandbox, "esmart", "127.0.0.1:42:power", options)


def add_digiwatt(
    hass: HomeAssistant, sandbox: Sandbox, days: int = 4
) -> MockConfigEntry:
    """Add a Digiwatt account that has readings of some days."""
    begin = days_ago(days, ROME)
    sandbox.household.withhold(begin - timedelta(days=70), begin)
    return _added(hass, sandbox, "digiwatt", "1234567890", {})


def _added(
    hass: HomeAssistant,
    sandbox: Sandbox,
    portal: str,
    account: str,
    options: dict[str, Any],
) -> MockConfigEntry:
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"My {portal}",
        data={CONF_VENDOR: portal, **sandbox.facts()[portal]},
        options={HISTORY: {"years": 1}, **options},
        unique_id=f"{portal}:{account}",
    )
    entry.add_to_hass(hass)
    return entry


def days_ago(days: int, zone: ZoneInfo) -> datetime:
    """Return the midnight of so many days before today."""
    day = dt_util.utcnow().astimezone(zone).date() - timedelta(days=days)
    return midnight(day, zone)


async def imported(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set an account up, and import until the present is reached."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await import_all(hass, entry)
    return entry


async def import_all(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Import what is recent, and all before it."""
    await hass.async_block_till_done(wait_background_tasks=True)
    await refresh(hass, entry)
    while not all(each.is_complete for each in history(entry).data.values()):
        await refresh(hass, entry)


async def reload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Load an account anew, and import."""
    await hass.config_entries.async_reload(entry.entry_id)
    await import_all(hass, entry)


async def refresh(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Import a step further."""
    await history(entry).async_refresh()
    await hass.async_block_till_done()


def history(entry: MockConfigEntry) -> FeedCoordinator[Ledger]:
    """Return the feed of an account's history."""
    feed: FeedCoordinator[Ledger] = entry.runtime_data.feeds[HISTORY]
    return feed


async def ids(hass: HomeAssistant) -> set[str]:
    """Return the ids of all that is stored."""
    return set(await stored_series(hass))


async def rows(
    hass: HomeAssistant, statistic: str, start: datetime = BEGINNING
) -> list[LedgerRow]:
    """Return what is stored of a series from a moment on."""
    found = await rows_between(hass, {statistic}, start, None)
    return found.get(statistic, [])


def is_chained(stored: list[LedgerRow]) -> bool:
    """Say whether each sum is that of the row before it and the row's amount."""
    return all(
        later.sum == earlier.sum + (later.state or 0.0)
        for earlier, later in pairwise(stored)
    )


async def call(hass: HomeAssistant, name: str, **fields: Any) -> Any:
    """Call an action of the integration and return its response."""
    answer = await hass.services.async_call(
        DOMAIN, name, fields, blocking=True, return_response=True
    )
    await hass.async_block_till_done()
    return answer


def device_id(hass: HomeAssistant, entry: MockConfigEntry, site: str) -> str:
    """Return the device of a site."""
    identifier = (DOMAIN, f"{entry.unique_id}:{site}")
    found = dr.async_get(hass).async_get_device_by_identifier(
        identifier, entry.entry_id
    )
    assert found is not None
    return found.id


def entity_id(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    site: str,
    key: str,
    platform: str = Platform.SENSOR,
) -> str:
    """Return an entity of a site."""
    found = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{entry.unique_id}:{site}:{key}"
    )
    assert found is not None
    return found


def issues(hass: HomeAssistant) -> list[str]:
    """Return the ids of the history's issues."""
    found = ir.async_get(hass).issues.items()
    return [
        issue_id
        for (domain, issue_id), issue in found
        if domain == DOMAIN and issue.active and issue_id.startswith("history_")
    ]
