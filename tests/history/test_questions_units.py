"""Sums of different units mean nothing: a series is of one, or goes on in another."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.history.recorder import metadata, stored_series
from tests.history.accounts import (
    CONSUMPTION,
    COST,
    NOW,
    add_esmart,
    call,
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
IN_EUR = f"{COST}_eur"
EUR = Fault(kind="set", path="Unit", value="EUR", times=None)


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    return sandbox.portal(EsmartSandbox)


@pytest.fixture
async def home(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    """Return an account whose costs are in crowns."""
    assert await async_setup_component(hass, REPAIRS, {})
    return await imported(hass, add_esmart(hass, sandbox, days=2))


def unit_issue(home: MockConfigEntry) -> str:
    """Return the id of the issue of the costs."""
    return f"history_unit:{home.entry_id}:{COST}"


async def confirm(hass: HomeAssistant, home: MockConfigEntry) -> Mapping[str, Any]:
    """Agree in the dialog."""
    manager = hass.data[REPAIRS]["flow_manager"]
    result: Mapping[str, Any]
    result = await manager.async_init(DOMAIN, data={"issue_id": unit_issue(home)})
    if result["type"] is FlowResultType.FORM:
        assert result["step_id"] == "confirm"
        result = await manager.async_configure(result["flow_id"], {})
    return result


async def test_other_currency(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    in_nok = await rows(hass, COST)
    esmart.fail("costs", EUR)
    freezer.tick(2 * HOUR)
    await refresh(hass, home)
    # Energy goes on, and costs wait.
    assert (await rows(hass, CONSUMPTION))[-1].start == in_nok[-1].start + 2 * HOUR
    assert await rows(hass, COST) == in_nok
    assert (await call(hass, "import_history"))["written"] == 0
    assert await ids(hass) == {CONSUMPTION, COST}
    assert issues(hass) == [unit_issue(home)]
    found = ir.async_get(hass).async_get_issue(DOMAIN, unit_issue(home))
    assert found is not None
    assert found.translation_placeholders == {
        "site": "Home",
        "statistic": COST,
        "unit": "EUR",
    }

    result = await confirm(hass, home)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await import_all(hass, home)
    assert issues(hass) == []
    assert await rows(hass, COST) == in_nok
    in_eur = await rows(hass, IN_EUR)
    assert in_eur[-1].start == in_nok[-1].start + 2 * HOUR
    stored = await stored_series(hass)
    units = {key: meta["unit_of_measurement"] for key, meta in stored.items()}
    assert units == {CONSUMPTION: "kWh", COST: "NOK", IN_EUR: "EUR"}

    freezer.tick(HOUR)
    await reload(hass, home)
    stored_in_eur = await rows(hass, IN_EUR)
    assert stored_in_eur[:-1] == in_eur
    assert is_chained(stored_in_eur)
    assert await rows(hass, COST) == in_nok
    found = (await call(hass, "get_statistics_ids"))["statistics"]
    assert [(each["statistic_id"], each["unit"]) for each in found] == [
        (CONSUMPTION, "kWh"),
        (IN_EUR, "EUR"),
    ]


async def test_back_to_the_first_currency(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    esmart.fail("costs", EUR)
    freezer.tick(HOUR)
    await refresh(hass, home)
    await confirm(hass, home)
    await import_all(hass, home)
    in_eur = await rows(hass, IN_EUR)

    esmart.heal()
    freezer.tick(HOUR)
    await refresh(hass, home)
    assert issues(hass) == [unit_issue(home)]
    assert await rows(hass, IN_EUR) == in_eur
    await confirm(hass, home)
    await import_all(hass, home)
    assert issues(hass) == []
    assert await rows(hass, IN_EUR) == in_eur
    in_nok = await rows(hass, COST)
    assert in_nok[-1].start == in_eur[-1].start + HOUR
    assert is_chained(in_nok)


async def test_issue_goes_when_the_unit_comes_back(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    esmart.fail("costs", EUR)
    await refresh(hass, home)
    assert issues(hass) == [unit_issue(home)]
    esmart.heal()
    await refresh(hass, home)
    assert issues(hass) == []


async def test_ignored(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    """After a restart, costs are unknown for a while."""
    esmart.fail("costs", EUR)
    await refresh(hass, home)
    ir.async_ignore_issue(hass, DOMAIN, unit_issue(home), ignore=True)
    for again in (refresh, reload):
        await again(hass, home)
        found = ir.async_get(hass).async_get_issue(DOMAIN, unit_issue(home))
        assert found is not None
        assert found.dismissed_version is not None
    assert await ids(hass) == {CONSUMPTION, COST}


async def test_account_that_is_not_loaded(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    esmart.fail("costs", EUR)
    await refresh(hass, home)
    options = home.options
    await hass.config_entries.async_unload(home.entry_id)
    result = await confirm(hass, home)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "account_not_loaded"
    assert home.options == options


async def test_energy_in_another_unit(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Somebody has had the statistic stored in MWh."""
    in_kwh = await rows(hass, CONSUMPTION)
    data = [
        StatisticData(
            start=row.start, state=(row.state or 0) / 1000, sum=row.sum / 1000
        )
        for row in in_kwh
    ]
    meta = metadata(CONSUMPTION, "MWh", "In MWh")
    async_add_external_statistics(hass, meta, data)
    await async_wait_recording_done(hass)
    freezer.tick(2 * HOUR)
    for again in (refresh, reload):
        await again(hass, home)
        in_mwh = await rows(hass, CONSUMPTION)
        assert len(in_mwh) == len(in_kwh) + 2
        for old, new in zip(in_kwh, in_mwh, strict=False):
            assert new.state == pytest.approx((old.state or 0) / 1000, abs=1e-12)
        for earlier, later in pairwise(in_mwh):
            added = later.sum - earlier.sum
            assert added == pytest.approx(later.state or 0, abs=1e-12)
        assert 0 < (in_mwh[-1].state or 0) < 0.01
    assert (await call(hass, "import_history"))["written"] == 0
    assert issues(hass) == []
    stored = await stored_series(hass)
    assert stored[CONSUMPTION]["unit_of_measurement"] == "MWh"
    assert set(stored) == {CONSUMPTION, COST}
    answer = await call(hass, "get_history", resolution="hour")
    assert answer["series"][0]["unit"] == "MWh"
