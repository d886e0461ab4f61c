"""Diagnostics of an imported history: how far it is, and nobody in it."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.accounts import refresh
from tests.faces.esmart.home import NOW
from tests.history.conftest import LAST_MONTH
from tests.journeys.esmart.test_diagnostics import revealed
from tests.journeys.history.test_entities import TODAY, imported
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day of winter."""
    freezer.move_to(NOW)


async def test_what_a_report_needs(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    home: MockConfigEntry,
) -> None:
    await imported(hass, home)
    # The portal is asked for seven days and today: yesterday is the seventh.
    fifth = f"Values.{6 * 24 + 5}.Value"
    esmart.fail("consumption", Fault(kind="set", path=fifth, value=-1.0))
    esmart.fail("costs", Fault(kind="set", path="Unit", value="sek"))
    missing = TODAY - DAY + 7 * HOUR
    esmart.household.withhold(missing, missing + HOUR)
    await refresh(hass, home, "history")
    found = await async_get_config_entry_diagnostics(hass, home)
    site, *_ = found["history"]["sites"]
    last = NOW.replace(minute=0) - HOUR
    for key, unit in (("consumption", "kWh"), ("cost", "NOK")):
        assert site["series"][key] == {
            "unit": unit,
            "first": LAST_MONTH.isoformat(),
            "latest": last.isoformat(),
        }
    # What is taken back is missed, unlike what could not be read.
    assert site["missing"] == [[missing.isoformat(), (missing + HOUR).isoformat()]]
    assert site["progress"] == 100
    assert site["asked_until"] == NOW.isoformat()
    assert site["units_in_conflict"] == ["SEK"]
    assert site["days_not_imported"] == []
    # What cannot be energy is refused where the answer is read.
    assert found["refused_values"] == {"consumption.Consumption": 1}
    assert found["history"]["refused_readings"] == {}
    assert found["feeds"]["history"]["ok"]
    assert revealed(esmart, found) == set()


async def test_days_that_are_refused(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, entry: MockConfigEntry
) -> None:
    half = Fault(kind="set", path="data.total", value=1000.0, times=None)
    digiwatt.fail("consumption_totals", half)
    await imported(hass, entry)
    found = await async_get_config_entry_diagnostics(hass, entry)
    (site,) = found["history"]["sites"]
    (day,) = site["days_not_imported"]
    assert (day["series"], day["day"]) == ("consumption", "2026-01-14")
    used = digiwatt.household.total_energy(TODAY - DAY, TODAY) / 1000
    assert day["difference_percent"] == round((used - 1) * 100, 2)
    assert entry.data["account_number"] not in str(found["history"])
