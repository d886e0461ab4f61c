"""How far back a first import goes is the user's choice, beside what was decided."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import HISTORY
from tests.history.accounts import (
    CONSUMPTION,
    CONTRACT,
    NOW,
    OSLO,
    add_esmart,
    days_ago,
    history,
    import_all,
    imported,
    refresh,
    rows,
)
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

HOUR = timedelta(hours=1)
DECISIONS = {
    "continues": {"contract-7-7": None},
    "units": {"energy_portals:esmart_something_cost": "EUR"},
}


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    return sandbox.portal(EsmartSandbox)


async def choose(hass: HomeAssistant, home: MockConfigEntry, years: Any) -> Any:
    """Choose how many years are imported."""
    options = hass.config_entries.options
    result = await options.async_init(home.entry_id)
    assert "esmart_history" in (result["menu_options"] or ())
    result = await options.async_configure(
        result["flow_id"], {"next_step_id": "esmart_history"}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "esmart_history"
    result = await options.async_configure(result["flow_id"], {"years": years})
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def test_decisions_are_kept(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    other = {"vat": 25.0}
    home = await imported(
        hass,
        add_esmart(
            hass,
            sandbox,
            days=1,
            contract_prices=other,
            history={"years": 1, **DECISIONS},
        ),
    )
    before = home.runtime_data
    result = await choose(hass, home, 2.0)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert home.options == {
        "contract_prices": other,
        HISTORY: {"years": 2, **DECISIONS},
    }
    assert type(home.options[HISTORY]["years"]) is int
    assert home.runtime_data is not before


@pytest.mark.parametrize("years", [1, 2])
async def test_first_import_goes_back_so_far(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox, years: int
) -> None:
    """An account that has imported nothing yet asks for no more."""
    home = add_esmart(hass, sandbox)
    esmart.home.opened = days_ago(365 * years + 2, OSLO)
    begin = days_ago(365 * years, OSLO)
    esmart.withhold((begin + 30 * HOUR).isoformat(), (days_ago(1, OSLO)).isoformat())
    hass.config_entries.async_update_entry(home, options={HISTORY: {"years": years}})
    await imported(hass, home)
    assert history(home).data[CONTRACT].begin == begin
    stored = await rows(hass, CONSUMPTION)
    assert stored[0].start == begin
    asked = [call.time for call in esmart.calls if call.operation == "consumption"]
    # A month or less at a time.
    assert 12 * years <= len(asked) <= 12 * years + 4


@pytest.mark.parametrize("years", [0, 11, 1.5])
async def test_years_that_are_not_offered(
    hass: HomeAssistant, sandbox: Sandbox, years: float
) -> None:
    home = add_esmart(hass, sandbox, days=1)
    assert await hass.config_entries.async_setup(home.entry_id)
    with pytest.raises(InvalidData):
        await choose(hass, home, years)


async def test_reload_keeps_what_is_known(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    """Sums are there at once, whether or not the portal is."""
    home = await imported(hass, add_esmart(hass, sandbox, days=3))
    before, stored = history(home).data[CONTRACT], await rows(hass, CONSUMPTION)
    esmart.fail("consumption", Fault(kind="status", status=500, times=None))
    await choose(hass, home, 3)
    kept = history(home).data[CONTRACT]
    assert (kept.begin, kept.asked_until) == (before.begin, before.asked_until)
    assert kept.by_series == before.by_series
    esmart.heal()
    esmart.calls.clear()
    await import_all(hass, home)
    # No more than what is asked for every hour.
    (asked,) = [each for each in esmart.calls if each.operation == "consumption"]
    assert asked.status == 200
    assert await rows(hass, CONSUMPTION) == stored


async def test_reload_halfway(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    """A first import goes on where it was, if from an earlier or later beginning."""
    home = add_esmart(hass, sandbox, days=3)
    assert await hass.config_entries.async_setup(home.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    for _ in range(4):
        await refresh(hass, home)
    before = history(home).data[CONTRACT]
    assert 30 < before.progress() < 60
    esmart.fail("consumption", Fault(kind="status", status=500, times=None))
    await choose(hass, home, 2)
    assert history(home).data[CONTRACT].asked_until == before.asked_until
    esmart.heal()
    await import_all(hass, home)
    assert (await rows(hass, CONSUMPTION))[0].start == days_ago(3, OSLO)
