"""Costs that prices made are made again when the prices were corrected."""

from datetime import timedelta
from unittest.mock import MagicMock

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.corrections import (
    async_follow_corrections,
)
from tests.accounts import act, refresh, set_up
from tests.faces.esmart.home import NOW
from tests.history import conftest as of_history
from tests.journeys.history.test_entities import (
    DAY,
    HOUR,
    TODAY,
    imported,
    number,
    paid,
)
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

# A recorder, and an account that has a history.
_custom_integrations = of_history._custom_integrations
_quiet = of_history._quiet
enable_event_loop_debug = of_history.enable_event_loop_debug
recorder_db_url = of_history.recorder_db_url
esmart = of_history.esmart
home = of_history.home


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day of winter."""
    freezer.move_to(NOW)


def _correct(esmart: EsmartSandbox, factor: float = 3.0) -> None:
    """Let today have other prices than were published."""
    esmart.prices.correct_price(TODAY.isoformat(), (TODAY + DAY).isoformat(), factor)


async def _fetch(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Ask for the prices again, and let what follows be done."""
    await act(hass, "fetch_prices", config_entry_id=entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_costs_are_made_again(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    esmart.deny("costs", 404)
    await imported(hass, home)
    before = number(hass, home, "cost_today")
    yesterday = number(hass, home, "cost_yesterday")
    _correct(esmart)
    await _fetch(hass, home)
    assert number(hass, home, "cost_today") == paid(esmart, TODAY, NOW - HOUR / 2)
    assert number(hass, home, "cost_today") > 1.2 * before
    assert number(hass, home, "cost_yesterday") == yesterday


async def test_nothing_is_imported_again_without_a_correction(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    await imported(hass, home)
    esmart.calls.clear()
    await _fetch(hass, home)
    assert {call.operation for call in esmart.calls} == {"spotprices", "meter_prices"}
    # A day that has not begun has no costs.
    start, end = TODAY + DAY, TODAY + 2 * DAY
    esmart.prices.correct_price(start.isoformat(), end.isoformat(), 3.0)
    esmart.calls.clear()
    await _fetch(hass, home)
    assert {call.operation for call in esmart.calls} == {"spotprices", "meter_prices"}


async def test_what_fails_comes_with_the_rest(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    home: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    esmart.deny("costs", 404)
    await imported(hass, home)
    before = number(hass, home, "cost_today")
    _correct(esmart)
    esmart.fail("consumption", Fault(kind="status", status=500, times=9))
    await _fetch(hass, home)
    assert number(hass, home, "cost_today") == before
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
    esmart.heal()
    freezer.tick(timedelta(minutes=5))
    await refresh(hass, home, "history")
    assert number(hass, home, "cost_today") > 1.2 * before


async def test_a_first_import_needs_no_second_one(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    """What is not imported yet will be, at the prices that hold then."""
    esmart.deny("consumption", 403)
    await set_up(hass, home)
    await refresh(hass, home, "history", "contract_prices")
    _correct(esmart)
    esmart.calls.clear()
    await _fetch(hass, home)
    assert "consumption" not in {call.operation for call in esmart.calls}


def test_an_account_whose_costs_no_prices_make(hass: HomeAssistant) -> None:
    """There is nothing to follow, and nobody asks to."""
    entry = MagicMock()
    entry.runtime_data.portal.capability.return_value = None
    with pytest.raises(ValueError, match="no costs"):
        async_follow_corrections(hass, entry)
