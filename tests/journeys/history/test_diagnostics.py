"""Days that differ from the portal's own total, and what a report says of an import."""

from datetime import date, timedelta
import json
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.history.accounts import (
    CONSUMPTION,
    CONTRACT,
    COST,
    DIGIWATT,
    NOW,
    OSLO,
    ROME,
    add_digiwatt,
    add_esmart,
    call,
    days_ago,
    entity_id,
    history,
    import_all,
    imported,
    is_chained,
    issues,
    refresh,
    reload,
    rows,
)
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = date(2026, 10, 28)
YESTERDAY = date(2026, 10, 27)
ALL = f"{DIGIWATT}_consumption"
FRIDGE = f"{DIGIWATT}_appliance_fridge"


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


@pytest.fixture
def digiwatt(sandbox: Sandbox) -> DigiwattSandbox:
    return sandbox.portal(DigiwattSandbox)


async def days(hass: HomeAssistant, statistic: str) -> dict[date, int]:
    """Return how many hours of each day are stored."""
    found: dict[date, int] = {}
    for row in await rows(hass, statistic):
        if row.state is not None:
            day = row.start.astimezone(ROME).date()
            found[day] = found.get(day, 0) + 1
    return found


async def not_imported(hass: HomeAssistant, flat: MockConfigEntry) -> Any:
    """Return the days that are not imported, as a report and a sensor say."""
    found = await async_get_config_entry_diagnostics(hass, flat)
    (site,) = found["history"]["sites"]
    sensor = hass.states.get(entity_id(hass, flat, "1234567890", "days_not_imported"))
    assert sensor is not None
    listed = site["days_not_imported"]
    assert int(sensor.state) == len({each["day"] for each in listed})
    return listed


def differs(day: date, percent: float, series: str = "consumption") -> dict[str, Any]:
    """Return what is told of a day that differs."""
    return {
        "series": series,
        "day": day.isoformat(),
        "difference_percent": pytest.approx(percent, abs=0.02),
    }


@pytest.mark.parametrize(("percent", "differs_by"), [(5, -4.76), (-5, 5.26)])
async def test_day_that_differs(
    hass: HomeAssistant,
    sandbox: Sandbox,
    digiwatt: DigiwattSandbox,
    percent: float,
    differs_by: float,
) -> None:
    """Of the home as a whole: what the appliances used is not in doubt."""
    digiwatt.spoil_total(YESTERDAY.isoformat(), percent)
    flat = await imported(hass, add_digiwatt(hass, sandbox, days=2))
    assert await days(hass, ALL) == {TODAY - 2 * DAY: 24, TODAY: 13}
    assert await days(hass, FRIDGE) == {TODAY - 2 * DAY: 24, YESTERDAY: 24, TODAY: 13}
    assert is_chained(await rows(hass, ALL))
    assert await not_imported(hass, flat) == [differs(YESTERDAY, differs_by)]


async def test_appliance_that_differs(
    hass: HomeAssistant, sandbox: Sandbox, digiwatt: DigiwattSandbox
) -> None:
    digiwatt.spoil_appliance_total(YESTERDAY.isoformat(), "fridge", -10)
    flat = await imported(hass, add_digiwatt(hass, sandbox, days=2))
    assert YESTERDAY not in await days(hass, FRIDGE)
    assert (await days(hass, ALL))[YESTERDAY] == 24
    assert (await days(hass, f"{DIGIWATT}_appliance_boiler"))[YESTERDAY] == 24
    told = differs(YESTERDAY, 11.11, "appliance_fridge")
    assert await not_imported(hass, flat) == [told]


@pytest.mark.parametrize("percent", [1, -1, 1.9])
async def test_day_that_hardly_differs(
    hass: HomeAssistant,
    sandbox: Sandbox,
    digiwatt: DigiwattSandbox,
    percent: float,
) -> None:
    digiwatt.spoil_total(YESTERDAY.isoformat(), percent)
    flat = await imported(hass, add_digiwatt(hass, sandbox, days=1))
    assert (await days(hass, ALL))[YESTERDAY] == 24
    assert await not_imported(hass, flat) == []


async def test_refusal_holds(
    hass: HomeAssistant,
    sandbox: Sandbox,
    digiwatt: DigiwattSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """When the day is no longer yesterday, nobody tells its total again."""
    digiwatt.spoil_total(YESTERDAY.isoformat(), 5)
    flat = await imported(hass, add_digiwatt(hass, sandbox, days=1))
    told = [differs(YESTERDAY, -4.76)]
    for _ in range(2):
        freezer.tick(DAY)
        for again in (refresh, reload):
            await again(hass, flat)
            assert YESTERDAY not in await days(hass, ALL)
            assert await not_imported(hass, flat) == told
    assert (await call(hass, "import_history"))["written"] == 0
    assert YESTERDAY not in await days(hass, ALL)
    assert (await days(hass, ALL))[TODAY] == 24
    assert is_chained(await rows(hass, ALL))


async def test_hours_that_came_before_the_total(
    hass: HomeAssistant,
    sandbox: Sandbox,
    digiwatt: DigiwattSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """They are withdrawn, and come in again once the portal mends the total."""
    digiwatt.spoil_total(TODAY.isoformat(), 5)
    flat = await imported(hass, add_digiwatt(hass, sandbox, days=1))
    assert await days(hass, ALL) == {YESTERDAY: 24, TODAY: 13}
    assert await not_imported(hass, flat) == []
    freezer.tick(DAY)
    await refresh(hass, flat)
    assert await days(hass, ALL) == {YESTERDAY: 24, TODAY + DAY: 13}
    assert await not_imported(hass, flat) == [differs(TODAY, -4.76)]
    stored = await rows(hass, ALL)
    assert is_chained(stored)
    used = sandbox.household.total_energy(days_ago(2, ROME), days_ago(1, ROME))
    used += sandbox.household.total_energy(days_ago(0, ROME), NOW + DAY - HOUR / 2)
    assert stored[-1].sum == pytest.approx(used / 1000)

    digiwatt.spoil_total(TODAY.isoformat(), 0)
    await refresh(hass, flat)
    assert await days(hass, ALL) == {YESTERDAY: 24, TODAY: 24, TODAY + DAY: 13}
    assert await not_imported(hass, flat) == []
    assert is_chained(await rows(hass, ALL))


async def test_report_names_nobody(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory
) -> None:
    """Not even once the user has decided what goes on where, and in which unit."""
    assert await async_setup_component(hass, REPAIRS, {})
    esmart = sandbox.portal(EsmartSandbox)
    home = await imported(hass, add_esmart(hass, sandbox, days=2))
    esmart.home.replace_contract(1001)
    esmart.fail("costs", Fault(kind="set", path="Unit", value="EUR", times=None))
    freezer.tick(2 * HOUR)
    await home.runtime_data.sites.async_refresh()
    await import_all(hass, home)
    manager = hass.data[REPAIRS]["flow_manager"]
    for entered in ({"next_step_id": "join"}, {}):
        (issue_id,) = issues(hass)
        result = await manager.async_init("energy_portals", data={"issue_id": issue_id})
        await manager.async_configure(result["flow_id"], entered)
        await import_all(hass, home)
    assert set(home.options["history"]) == {"years", "continues", "units"}

    found = await async_get_config_entry_diagnostics(hass, home)
    chosen = found["entry"]["options"]["history"]
    assert chosen == {"years": 1, "continues": 1, "units": 1}
    (site,) = found["history"]["sites"]
    newest = (await rows(hass, CONSUMPTION))[-1].start
    assert site["progress"] == 100
    assert site["series"]["consumption"] == {
        "unit": "kWh",
        "first": days_ago(2, OSLO).isoformat(),
        "latest": newest.isoformat(),
    }
    assert site["series"]["cost"]["unit"] == "EUR"
    assert (site["missing"], site["units_in_conflict"]) == ([], [])
    text = json.dumps(found)
    for secret in (
        *("1001", "1004", "3001", "Home", "energy_portals:", "127.0.0.1", "My esmart"),
        *("contract-", "contract_1", home.data["user_name"], home.data["password"]),
    ):
        assert secret not in text, secret


async def test_units_in_conflict_and_gaps(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    esmart = sandbox.portal(EsmartSandbox)
    home = add_esmart(hass, sandbox, days=3)
    gap = [days_ago(2, OSLO) + n * HOUR for n in (5, 8)]
    esmart.withhold(gap[0].isoformat(), gap[1].isoformat())
    await imported(hass, home)
    esmart.fail("costs", Fault(kind="set", path="Unit", value="EUR", times=None))
    await refresh(hass, home)
    found = await async_get_config_entry_diagnostics(hass, home)
    (site,) = found["history"]["sites"]
    assert site["units_in_conflict"] == ["EUR"]
    assert site["missing"] == [[each.isoformat() for each in gap]]
    assert COST not in json.dumps(found)


async def test_progress(
    hass: HomeAssistant, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """A sensor tells how far it has come, and the log when a year is done."""
    name = "custom_components.energy_portals.history.importer"
    caplog.set_level(logging.INFO, name)

    def told() -> list[str]:
        """Return what the import has said in the log."""
        return [each.getMessage() for each in caplog.records if each.name == name]

    esmart = sandbox.portal(EsmartSandbox)
    home = add_esmart(hass, sandbox, days=3)
    esmart.fail("consumption", Fault(kind="status", status=500, times=None))
    assert await hass.config_entries.async_setup(home.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    esmart.heal()
    shares = []
    while not shares or shares[-1] < 100:
        await refresh(hass, home)
        state = hass.states.get(entity_id(hass, home, CONTRACT, "import_progress"))
        assert state is not None
        shares.append(float(state.state))
    assert 0 < shares[0] < 15
    assert shares == sorted(set(shares))
    hours = len(await rows(hass, CONSUMPTION))
    said = [
        "eSmart Systems: 2025 is imported, 0 rows",
        f"eSmart Systems: 2026 is imported, {2 * hours} rows",
    ]
    assert told() == said
    # Once is enough.
    await refresh(hass, home)
    await reload(hass, home)
    assert told() == said
    assert history(home).data[CONTRACT].progress() == 100
