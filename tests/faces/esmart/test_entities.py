"""The entities of an eSmart account."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from tests.accounts import attributes, set_up, value
from tests.faces.esmart.home import AREA, CHARGER, CONTRACT, CUSTOMER, HEATER, NOW
from tests.rules.source import LANGUAGES, strings
from tests.sandbox.esmart import EsmartSandbox

HOUR = timedelta(hours=1)
MONTH = datetime(2025, 12, 31, 23, tzinfo=UTC)
OFF = {
    "power_measured_at",
    "peak_this_month_at",
    "peak_at",
    "median_price_today",
    "email",
    "mobile",
    "phone",
    "customer_type",
    "car_gross_capacity_car-1",
    "car_gross_capacity_car-2",
}


@pytest.mark.parametrize(
    "platform",
    [
        *(Platform.BINARY_SENSOR, Platform.CALENDAR, Platform.EVENT),
        *(Platform.NUMBER, Platform.SENSOR),
    ],
)
async def test_entities(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    with patch("custom_components.energy_portals.PLATFORMS", (platform,)):
        await set_up(hass, entry)
        await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)
        await hass.config_entries.async_unload(entry.entry_id)


def _entities(
    hass: HomeAssistant, entry: MockConfigEntry
) -> Iterator[er.RegistryEntry]:
    """Return the entities of the account."""
    yield from er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)


@pytest.mark.as_installed
async def test_what_is_off_by_default(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """What tells who the customer is stays out of the history."""
    off = {
        each.unique_id.rpartition(":")[2]
        for each in _entities(hass, loaded)
        if each.disabled_by is not None
    }
    assert off > OFF
    assert not [
        state.entity_id
        for state in hass.states.async_all()
        if state.state in ("unknown", "unavailable")
        and state.domain not in ("event", "button")
    ]


async def test_names_and_devices(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Every name tells its entity from the others of the device."""
    names = Counter(
        (each.device_id, each.domain, each.original_name)
        for each in _entities(hass, loaded)
    )
    assert [name for name, often in names.items() if often > 1] == []
    assert not [name for _, _, name in names if name is None or "{" in name]
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    assert {(each.name, each.model, each.manufacturer) for each in devices} == {
        ("eSmart 42", "Customer", "eSmart Systems"),
        ("Price area NO1", "Price area", "eSmart Systems"),
        ("Home", "Contract 1001", "eSmart Systems"),
        ("Charger", "Charger", "eSmart Systems"),
        ("Heater", "Device", "eSmart Systems"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
async def test_names_in_other_languages(
    hass: HomeAssistant, entry: MockConfigEntry, language: str
) -> None:
    hass.config.language = language
    await set_up(hass, entry)
    names = {state.name for state in hass.states.async_all()}
    word = strings(language)["entity"]["sensor"]["power"]["name"]
    assert f"Home {word}" in names
    assert not [name for name in names if "{" in name]


async def test_power_agrees_with_the_household(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    household = esmart.household

    def number(key: str) -> float:
        return float(value(hass, loaded, CONTRACT, key) or "nan")

    assert number("power") == household.load(NOW).total
    assert number("peak_this_month") == household.peak(MONTH)[1]
    assert number("peak") == household.peak(datetime(2025, 11, 30, 23, tzinfo=UTC))[1]
    assert number("subscribed_power") == 10_000
    sections = [number(f"subscribed_section_{n}") for n in (1, 2, 3)]
    assert sections == [0, 8000, 10_000]


async def test_expenses_agree_with_the_household(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    household, prices = esmart.household, esmart.prices
    contract = esmart.home.contracts_held[0]
    last = NOW.replace(minute=0)

    def kwh(start: datetime, end: datetime) -> float:
        return household.total_energy(start, end) / 1000

    def cost(start: datetime, end: datetime) -> float:
        hours = [start + HOUR * n for n in range((end - start) // HOUR)]
        return sum(
            kwh(at, at + HOUR) * prices.contract_price(contract, at) for at in hours
        )

    grid = kwh(MONTH, last) * 0.4
    for key, amount in (
        ("expenses_Grid", grid),
        ("expenses_Energy", cost(MONTH, last)),
        ("expenses_this_month", grid + cost(MONTH, last)),
    ):
        state = value(hass, loaded, CONTRACT, key)
        assert float(state or "nan") == pytest.approx(amount, abs=1e-3)
        found = attributes(hass, loaded, CONTRACT, key)
        assert found["last_reset"] == MONTH.isoformat()


async def test_prices_agree_with_the_market(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    prices, contract = esmart.prices, esmart.home.contracts_held[0]
    quarter = timedelta(minutes=15)
    spot = prices.spot("NO1", NOW, quarter)
    assert value(hass, loaded, AREA, "price") == f"{spot}"
    hour = NOW.replace(minute=0)
    assert float(value(hass, loaded, CONTRACT, "price") or "nan") == pytest.approx(
        prices.contract_price(contract, hour)
    )


async def test_facts(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    facts = {
        (CUSTOMER, "next_due_date"): "2026-01-25",
        (CUSTOMER, "unread_messages"): "1",
        (CUSTOMER, "charging_requests"): "1",
        (CUSTOMER, "next_charging_start"): "2026-01-15T21:00:00+00:00",
        (CUSTOMER, "next_charging_end"): "2026-01-16T05:00:00+00:00",
        (CUSTOMER, "next_charging_energy"): "12.5",
        (CUSTOMER, "car_capacity_car-1"): "60.5",
        (CUSTOMER, "car_charging_power_car-2"): "11.0",
        (CUSTOMER, "control_threshold_701"): "5.0",
        (CUSTOMER, "control_devices_701"): "2",
        (CUSTOMER, "control_order_701"): "Charger, Heater",
        (CONTRACT, "meter_reading_at"): "2025-12-31T23:00:00+00:00",
        (CONTRACT, "contract_start"): "2024-01-01",
        (CONTRACT, "building_year"): "1985",
        (CONTRACT, "heated_area"): "140.0",
        (CONTRACT, "residents"): "4",
        (CHARGER, "next_control_plan"): "2026-01-15T21:00:00+00:00",
        (HEATER, "next_control_plan"): "2026-01-15T16:00:00+00:00",
    }
    assert {place: value(hass, loaded, *place) for place in facts} == facts
