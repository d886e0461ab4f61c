"""What the account may not see, or the utility does not have."""

from collections.abc import Mapping
from datetime import timedelta
import logging
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.absent import REFUSALS
from custom_components.energy_portals.portals.esmart import ESMART
from tests.accounts import keys, pass_time, refresh, set_up, value
from tests.faces.esmart.home import AREA, CHARGER, CONTRACT, CUSTOMER, HEATER
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

SITES: Final = (CUSTOMER, AREA, CONTRACT, CHARGER, HEATER)
PRICES: Final = {"price", "price_rank", "prices_published", "prices_tomorrow_known"}
# What a feed is asked for with, and some of what it shows at which sites.
FEEDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...], set[str]]]] = {
    "live_power": (
        ("wattmeter", "wattmeter_v2"),
        (CONTRACT,),
        {"power", "power_measured_at", "peak", "subscribed_power"},
    ),
    "spot_prices": (("spotprices",), (AREA,), PRICES),
    "contract_prices": (("contract_prices", "meter_prices"), (CONTRACT,), PRICES),
    "temperatures": (("temperatures",), (CONTRACT,), {"outdoor_temperature"}),
    "comparison": (
        ("comparedwithothers",),
        (CONTRACT,),
        {"comparison_score", "comparison_reference", "comparison_efficient"},
    ),
    "expenses": (
        ("expenseoverview",),
        (CONTRACT,),
        {"expenses_this_month", "expenses_Grid"},
    ),
    "contract": (("contract",), (CONTRACT,), {"contract_start", "contract_active"}),
    "meter_reading": (
        ("readings",),
        (CONTRACT,),
        {"meter_reading", "meter_reading_at"},
    ),
    "building": (("building",), (CONTRACT,), {"building_year", "residents"}),
    "customer": (("customer",), (CUSTOMER,), {"email", "mobile", "phone"}),
    "invoices": (
        ("invoices",),
        (CUSTOMER,),
        {"unpaid_sum", "next_due_date", "invoice_overdue", "invoices"},
    ),
    "messages": (("messages_count",), (CUSTOMER,), {"unread_messages", "message"}),
    "terms": (("eula", "terms"), (CUSTOMER,), {"terms_accepted"}),
    "charging_requests": (
        ("charging_requests",),
        (CUSTOMER,),
        {"charging_requests", "charging_requested", "next_charging_start"},
    ),
    "charger_statistics": (
        ("charger_statistics",),
        (CHARGER,),
        {"charged_this_month"},
    ),
    "control_plans": (
        ("control_plans",),
        (CHARGER, HEATER),
        {"controlled", "control_plans", "next_control_plan"},
    ),
    "requested_load": (("control_types",), (CONTRACT,), {"requested_1-1"}),
    "load_control": (("control_sites",), (CUSTOMER,), {"control_threshold_701"}),
    "restrictions": (
        ("restriction_events",),
        (CONTRACT,),
        {"restricted", "restriction"},
    ),
    "car_battery": (("chargers_and_cars",), (CHARGER,), {"car_battery"}),
    "cars": (("cars",), (CUSTOMER,), {"car_capacity_car-1"}),
}


def loud(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the integration has logged that a user would see."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and "energy_portals" in record.name
    ]


def shown(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, set[str]]:
    """Return the keys of all entities by site."""
    return {site: keys(hass, entry, site) for site in SITES}


async def next_day(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let the day go by after which is tried again."""
    await pass_time(hass, freezer, timedelta(days=1, seconds=1))


def test_every_feed_is_here() -> None:
    assert set(FEEDS) == {feed.key for feed in ESMART.feeds}


@pytest.mark.parametrize("first", range(3))
async def test_some_are_refused(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry, first: int
) -> None:
    """What those would show is not there; what the others show is."""
    refused = list(FEEDS)[first::3]
    for key in refused:
        for operation in FEEDS[key][0]:
            esmart.deny(operation, 404)
    await set_up(hass, entry)
    found = shown(hass, entry)
    for key, (_, sites, expected) in FEEDS.items():
        is_refused = key in refused
        assert entry.runtime_data.feeds[key].absent == set(sites if is_refused else ())
        for site in sites:
            assert not expected & found[site] if is_refused else expected <= found[site]


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_all_is_refused_at_first(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    """It is quietly not there, tried again after a day, and then it is."""
    operations = [each for asked, *_ in FEEDS.values() for each in asked]
    for operation in operations:
        esmart.deny(operation, status)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    feeds = entry.runtime_data.feeds
    for key, (_, sites, _) in FEEDS.items():
        assert feeds[key].last_update_success
        assert feeds[key].absent == set(sites)
    nothing: dict[str, set[str]] = {site: set() for site in SITES}
    assert shown(hass, entry) == nothing

    for operation in operations:
        esmart.allow(operation)
    esmart.calls.clear()
    await refresh(hass, entry, *FEEDS)
    assert not esmart.calls
    await next_day(hass, freezer)
    for _, sites, expected in FEEDS.values():
        for site in sites:
            assert expected <= keys(hass, entry, site)
    assert loud(caplog) == []


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_one_refusal_of_what_is_asked_for_daily_passes_within_minutes(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    """It took what was there away for a day."""
    before = value(hass, loaded, CONTRACT, "residents")
    esmart.deny("building", status)
    await pass_time(hass, freezer, timedelta(days=1))
    await refresh(hass, loaded, "building")
    assert value(hass, loaded, CONTRACT, "residents") == "unavailable"
    esmart.allow("building")
    await pass_time(hass, freezer, timedelta(minutes=6))
    assert value(hass, loaded, CONTRACT, "residents") == before


async def test_refused_later(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What was there is unavailable, and comes back once it is allowed."""
    places = (
        ("temperatures", CONTRACT, "outdoor_temperature", "sensor"),
        ("invoices", CUSTOMER, "invoice_overdue", "binary_sensor"),
        ("charging_requests", CUSTOMER, "charging_requests", "calendar"),
        ("control_plans", HEATER, "next_control_plan", "sensor"),
    )
    before = shown(hass, loaded)
    feeds = [feed for feed, *_ in places]
    for feed in feeds:
        esmart.deny(feed, 403)
    for _ in range(REFUSALS):
        await refresh(hass, loaded, *feeds)
        for _, *place in places:
            assert value(hass, loaded, *place) == "unavailable"
    assert value(hass, loaded, CONTRACT, "comparison_score") != "unavailable"
    # Once it is taken for lasting it is left alone.
    esmart.calls.clear()
    await refresh(hass, loaded, *feeds)
    assert not esmart.calls

    for feed, *_ in places:
        esmart.allow(feed)
    await next_day(hass, freezer)
    for _, *place in places:
        assert value(hass, loaded, *place) not in (None, "unavailable")
    assert all(before[site] <= keys(hass, loaded, site) for site in SITES)
    assert loud(caplog) == []


async def test_one_site_is_refused_and_another_is_not(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    esmart.home.add_contract()
    # The contracts are asked for in their order.
    esmart.fail("temperatures", Fault(kind="status", status=403))
    await set_up(hass, entry)
    second = "contract-1004-3004"
    feed = entry.runtime_data.feeds["temperatures"]
    assert feed.last_update_success
    assert feed.absent == {CONTRACT}
    assert "outdoor_temperature" not in keys(hass, entry, CONTRACT)
    assert "comparison_score" in keys(hass, entry, CONTRACT)
    assert value(hass, entry, second, "outdoor_temperature") not in (
        None,
        "unavailable",
    )


async def test_contract_without_its_meters_price_has_its_own(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    esmart.deny("meter_prices", 403)
    await set_up(hass, entry)
    assert float(value(hass, entry, CONTRACT, "price") or "nan") > 0


@pytest.mark.parametrize("refused", ["eula", "terms"])
async def test_half_of_the_terms(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    refused: str,
) -> None:
    """A utility may have a licence, terms or both."""
    esmart.deny(refused, 404)
    await set_up(hass, entry)
    accepted = CUSTOMER, "terms_accepted", "binary_sensor"
    assert value(hass, entry, *accepted) == "on"
    esmart.customer.reset_terms()
    await refresh(hass, entry, "terms")
    assert value(hass, entry, *accepted) == "off"


async def test_contract_without_a_watt_meter_is_not_asked_for_power(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    fault = Fault(kind="set", path="0.HasWattMeter", value=False, times=None)
    esmart.fail("contractdeliverypoints", fault)
    await set_up(hass, entry)
    assert "power" not in keys(hass, entry, CONTRACT)
    assert "outdoor_temperature" in keys(hass, entry, CONTRACT)
    assert not {"wattmeter", "wattmeter_v2"} & {each.operation for each in esmart.calls}


async def test_meter_never_read(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    esmart.fail("readings", Fault(kind="raw", body="[]", times=None))
    await set_up(hass, entry)
    assert "meter_reading" not in keys(hass, entry, CONTRACT)


# Where something else happens first


async def test_refused_feed_at_a_new_contract(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    """Its entities are not made before it is known whether they may be seen."""
    esmart.deny("comparedwithothers", 403)
    await set_up(hass, entry)
    esmart.home.add_contract()
    await refresh(hass, entry, "sites")
    await hass.async_block_till_done(wait_background_tasks=True)
    found = keys(hass, entry, "contract-1004-3004")
    assert "outdoor_temperature" in found
    assert "comparison_score" not in found


async def test_refused_feed_after_a_restart(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    esmart.deny("comparedwithothers", 403)
    esmart.deny("invoices", 403)
    await set_up(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "comparison_score" not in keys(hass, entry, CONTRACT)
    assert "unpaid_sum" not in keys(hass, entry, CUSTOMER)


async def test_refused_feed_tried_again_in_an_outage(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An outage says nothing of what may be seen."""
    esmart.deny("comparedwithothers", 403)
    await set_up(hass, entry)
    esmart.allow("comparedwithothers")
    fault = Fault(kind="status", status=500, times=None)
    esmart.fail("comparedwithothers", fault)
    await next_day(hass, freezer)
    assert "comparison_score" not in keys(hass, entry, CONTRACT)


async def test_nothing_at_first(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What has no entity yet is asked for on the next day, and no more often."""
    fault = Fault(kind="spoilt", how="types_nulls", times=None)
    esmart.fail("building", fault)
    await set_up(hass, entry)
    assert value(hass, entry, CONTRACT, "building_year") is None
    asked = [each.operation for each in esmart.calls].count("building")
    esmart.heal()
    await pass_time(hass, freezer, timedelta(hours=20))
    assert [each.operation for each in esmart.calls].count("building") == asked
    await next_day(hass, freezer)
    assert value(hass, entry, CONTRACT, "building_year") == "1985"
