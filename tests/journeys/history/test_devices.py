"""What chargers and other devices used, in the recorder."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import act, device, keys, value
from tests.faces.esmart.home import CHARGER, HEATER
from tests.history.accounts import (
    CONSUMPTION,
    ESMART,
    NOW,
    OSLO,
    add_esmart,
    days_ago,
    import_all,
    imported,
    refresh,
    rows,
)
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

CHARGED = f"{ESMART}_device_601_device_consumption"
HEATED = f"{ESMART}_device_611_device_consumption"


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)


async def _home(
    hass: HomeAssistant, sandbox: Sandbox, days: int = 4
) -> MockConfigEntry:
    return await imported(hass, add_esmart(hass, sandbox, days, has_devices=True))


def _published(esmart: EsmartSandbox, asset: int, days: int) -> Any:
    span = days_ago(days, OSLO).isoformat(), NOW.replace(minute=0).isoformat()
    return esmart.assets.published(asset, *span)


async def test_hours_of_devices(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    await _home(hass, sandbox, days=12)
    for asset, key in ((601, CHARGED), (611, HEATED)):
        told = _published(esmart, asset, 12)
        assert told["consumption"] > 0
        stored = await rows(hass, key)
        assert len(stored) == told["hours"] == len(await rows(hass, CONSUMPTION))
        assert stored[-1].sum == pytest.approx(told["consumption"])
    answer: Any = await act(hass, "get_statistics_ids")
    uses = {each["statistic_id"]: each["use_as"] for each in answer["statistics"]}
    assert uses[CHARGED] == uses[HEATED] == "individual_device"


async def test_nothing_new(hass: HomeAssistant, sandbox: Sandbox) -> None:
    await _home(hass, sandbox)
    answer: Any = await act(hass, "import_history")
    assert (answer["written"], answer["refused"], answer["gaps"]) == (0, {}, [])
    assert answer["read"] == answer["unchanged"]


async def test_days_of_a_charger(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    """Each counts for its first hour; once hours are told, these take its place."""
    esmart.assets.tell_devices(on=False)
    entry = await _home(hass, sandbox)
    stored = await rows(hass, CHARGED)
    assert [row.start for row in stored] == [days_ago(n, OSLO) for n in (4, 3, 2, 1)]
    days = (NOW.astimezone(OSLO).date() - timedelta(days=n) for n in (4, 3, 2, 1))
    expected = sum(esmart.assets.charged(601, day) for day in days)
    assert stored[-1].sum == pytest.approx(expected)
    assert value(hass, entry, CHARGER, "missing_hours") == "0"
    # Of the heater nothing is known.
    assert await rows(hass, HEATED) == []
    assert "import_progress" not in keys(hass, entry, HEATER)
    esmart.assets.tell_devices()
    await act(hass, "import_history")
    stored = await rows(hass, CHARGED)
    assert len(stored) > 90
    # Those of today are told, too.
    expected = _published(esmart, 601, 4)["consumption"]
    assert stored[-1].sum == pytest.approx(expected)


async def test_who_asks_for_history_means_the_home(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    """As before devices had any, unless a device is named."""
    entry = await _home(hass, sandbox)
    answer: Any = await act(hass, "get_history")
    assert {each["series"] for each in answer["series"]} == {"consumption", "cost"}
    charger = {"device_id": device(hass, entry, CHARGER).id}
    answer = await act(hass, "get_history", **charger, series=["device_consumption"])
    [series] = answer["series"]
    assert (series["statistic_id"], series["unit"]) == (CHARGED, "kWh")
    assert len(series["rows"]) == 5


async def test_a_device_continues_no_history(
    hass: HomeAssistant,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    issue_registry: ir.IssueRegistry,
) -> None:
    """A new charger does not take the place of a contract that is gone."""
    home = await imported(hass, add_esmart(hass, sandbox, 4))
    await hass.config_entries.async_remove(home.entry_id)
    fresh = EsmartSandbox(sandbox.household).home.contracts_held[0]
    esmart.home.contracts_held[0] = fresh
    esmart.home.replace_contract(1001)
    entry = await _home(hass, sandbox)
    ledgers = entry.runtime_data.feeds["history"].data
    assert ledgers[CHARGER].follows is None
    assert ledgers["contract-1004-3001"].follows is not None


@pytest.mark.parametrize("is_gone", [False, True])
async def test_a_contract_continues_no_device(
    hass: HomeAssistant,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    issue_registry: ir.IssueRegistry,
    is_gone: bool,
) -> None:
    """One that could not be read at first is none that takes the device's place."""
    fault = Fault(kind="status", status=403, times=None)
    esmart.fail("consumption", fault)
    entry = add_esmart(hass, sandbox, 4, has_devices=True)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    for _ in range(14):
        await refresh(hass, entry)
    assert await rows(hass, CHARGED)
    assert not await rows(hass, CONSUMPTION)
    if is_gone:
        contracts = esmart.home.contracts_held
        bare = (replace(each, gateways=()) for each in contracts)
        esmart.home.contracts_held = [*bare]
    esmart.heal()
    await hass.config_entries.async_reload(entry.entry_id)
    await import_all(hass, entry)
    assert await rows(hass, CONSUMPTION)
    assert not [
        each for each in issue_registry.issues.values() if "continues" in each.issue_id
    ]


async def test_a_restart_goes_on_where_it_was(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    """Even if what is kept beside the recorder is lost."""
    entry = await _home(hass, sandbox)
    store = entry.runtime_data.store
    await hass.config_entries.async_unload(entry.entry_id)
    await store.remove()
    esmart.calls.clear()
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    asked = [call for call in esmart.calls if call.operation == "asset_consumption"]
    assert len(asked) <= 6
