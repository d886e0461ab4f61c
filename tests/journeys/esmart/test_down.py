"""What fails at eSmart, and how far it reaches."""

import asyncio
from datetime import timedelta
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import keys, pass_time, refresh, set_up, value
from tests.faces.esmart.home import AREA, CONTRACT, CUSTOMER
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

# A feed, an operation it cannot do without, and something it shows.
FEEDS: Final = {
    "live_power": ("wattmeter_v2", CONTRACT, "power"),
    "spot_prices": ("spotprices", AREA, "price"),
    "temperatures": ("temperatures", CONTRACT, "outdoor_temperature"),
    "invoices": ("invoices", CUSTOMER, "unpaid_sum"),
    "load_control": ("control_settings", CUSTOMER, "control_devices_701"),
}
ODD: Final = '{"Message": "An error has occurred."}'
ODD_ANSWERS: Final = [
    (Fault(kind="html", status=200), "UnexpectedResponse"),
    (Fault(kind="raw", body=ODD), "Rejected"),
    (Fault(kind="raw", body='{"Odd": 1}'), "UnexpectedResponse"),
    (Fault(kind="cut"), "UnexpectedResponse"),
    (Fault(kind="oversized", size=9_000_000), "UnexpectedResponse"),
    (Fault(kind="reset", times=2), "Unavailable"),
    (Fault(kind="status", status=500, times=2), "Unavailable"),
    (Fault(kind="status", status=400), "Rejected"),
]


def failing(entry: MockConfigEntry) -> list[str]:
    """Return the feeds that do not do well."""
    feeds = entry.runtime_data.feeds
    return [key for key, feed in feeds.items() if not feed.last_update_success]


@pytest.mark.parametrize("key", FEEDS)
async def test_one_feed_down_leaves_the_others(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry, key: str
) -> None:
    operation, *place = FEEDS[key]
    esmart.fail(operation, Fault(kind="status", status=500, times=None))
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert failing(entry) == [key]
    # What data must first describe is not there at all.
    assert value(hass, entry, *place) in (None, "unavailable")
    for other, (_, *elsewhere) in FEEDS.items():
        if other != key:
            assert value(hass, entry, *elsewhere) not in (None, "unavailable")

    esmart.heal()
    await refresh(hass, entry, key)
    assert not failing(entry)
    assert value(hass, entry, *place) not in (None, "unavailable")


async def test_odd_answers(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    health = loaded.runtime_data.feeds["temperatures"].health
    for fault, error in ODD_ANSWERS:
        esmart.fail("temperatures", fault)
        await refresh(hass, loaded, "temperatures")
        assert failing(loaded) == ["temperatures"]
        assert (health.last_error or "").startswith(f"{error}: temperatures")
        assert value(hass, loaded, CONTRACT, "outdoor_temperature") == "unavailable"
        assert value(hass, loaded, CONTRACT, "comparison_score") != "unavailable"
        await refresh(hass, loaded, "temperatures")
        assert value(hass, loaded, CONTRACT, "outdoor_temperature") != "unavailable"
    assert health.failures == len(ODD_ANSWERS)


async def test_good_json_of_any_label(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """The sandbox calls every second answer a web page."""
    for _ in range(2):
        await refresh(hass, loaded, *loaded.runtime_data.feeds)
        assert not failing(loaded)


async def test_no_answer_in_time(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    esmart.fail("invoices", Fault(kind="delay", seconds=60))
    fetch = asyncio.create_task(loaded.runtime_data.feeds["invoices"].async_refresh())
    # The request is on its way before the clock moves.
    for _ in range(300):
        await asyncio.sleep(0)
    freezer.tick(timedelta(seconds=31))
    await fetch
    assert failing(loaded) == ["invoices"]
    error = loaded.runtime_data.feeds["invoices"].health.last_error
    assert error == "Unavailable: invoices: no answer in time"
    assert value(hass, loaded, CUSTOMER, "unpaid_sum") == "unavailable"
    assert value(hass, loaded, CUSTOMER, "unread_messages") == "1"


async def test_portal_down_at_setup(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    esmart.fail("*", Fault(kind="status", status=502, times=None))
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    esmart.heal()
    await pass_time(hass, freezer, timedelta(minutes=2))
    assert entry.state is ConfigEntryState.LOADED


async def test_portal_down_later(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """Published prices stay true; nothing else does."""
    entities = {site: keys(hass, loaded, site) for site in (AREA, CONTRACT, CUSTOMER)}
    esmart.fail("*", Fault(kind="reset", times=None))
    await refresh(hass, loaded, "sites", *loaded.runtime_data.feeds)
    assert {"spot_prices", "contract_prices"}.isdisjoint(failing(loaded))
    states = hass.states.async_all(["sensor", "binary_sensor", "calendar", "event"])
    registry = er.async_get(hass)
    alive = {
        str(known.translation_key)
        for state in states
        if state.state != "unavailable"
        and (known := registry.async_get(state.entity_id)) is not None
    }
    assert alive
    assert all("price" in key for key in alive), alive

    esmart.heal()
    await refresh(hass, loaded, "sites", *loaded.runtime_data.feeds)
    states = hass.states.async_all()
    assert not [each.entity_id for each in states if each.state == "unavailable"]
    assert entities == {site: keys(hass, loaded, site) for site in entities}


@pytest.mark.parametrize("status", [429, 503])
async def test_pause_holds_for_the_account(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    headers = {"Retry-After": "120"}
    esmart.fail("invoices", Fault(kind="status", status=status, headers=headers))
    await refresh(hass, loaded, "invoices")
    esmart.calls.clear()
    await refresh(hass, loaded, "live_power", "temperatures", "sites")
    assert not esmart.calls
    assert value(hass, loaded, CONTRACT, "power") == "unavailable"

    await pass_time(hass, freezer, timedelta(seconds=60))
    assert not esmart.calls
    await pass_time(hass, freezer, timedelta(seconds=62))
    assert {"wattmeter_v2", "invoices"} <= {call.operation for call in esmart.calls}
    assert value(hass, loaded, CONTRACT, "power") != "unavailable"
    assert not failing(loaded)


async def test_changed_password_is_asked_for_once(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    esmart.change_password()
    await refresh(hass, loaded, "sites", *loaded.runtime_data.feeds)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert value(hass, loaded, CONTRACT, "power") == "unavailable"


async def test_changed_password_at_setup(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    esmart.change_password()
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "esmart_reauth"
    # One refusal is enough: more may lock the user out.
    assert len(esmart.calls) == 1
