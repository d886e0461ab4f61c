"""Devices follow what the customer has at eSmart."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals import async_remove_config_entry_device
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.registry import PORTALS
from tests.accounts import device, device_names, entity_id, keys, refresh, set_up, value
from tests.faces.esmart.home import AREA, CHARGER, CONTRACT, CUSTOMER
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.esmart_home import Device, Gateway
from tests.sandbox.faults import Fault


async def test_new_contract(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    added = esmart.home.add_contract()
    assert added["contract_no"] == 1004
    second = "contract-1004-3004"
    await refresh(hass, loaded, "sites")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert {"Cabin"} <= device_names(hass, loaded)
    for key in ("power", "price", "outdoor_temperature", "expenses_this_month"):
        assert value(hass, loaded, second, key) not in (None, "unavailable", "unknown")
    share = float(value(hass, loaded, second, "power") or "nan")
    assert share == float(value(hass, loaded, CONTRACT, "power") or "nan") / 4


async def test_contract_that_goes_and_comes_back(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    esmart.home.add_contract()
    await set_up(hass, entry)
    contracts = esmart.home.contracts_held
    here = list(contracts)
    of_contract = device(hass, entry, CONTRACT)
    assert not await async_remove_config_entry_device(hass, entry, of_contract)
    contracts[:] = [each for each in contracts if each.number != 1001]
    await refresh(hass, entry, "sites")
    assert device_names(hass, entry) == {"eSmart 42", "Price area NO1", "Cabin"}
    assert value(hass, entry, CONTRACT, "power") is None
    assert value(hass, entry, CUSTOMER, "unread_messages") == "1"
    esmart.calls.clear()
    await refresh(hass, entry, *entry.runtime_data.feeds)
    assert not [each.path for each in esmart.calls if "1001" in each.path]

    contracts[:] = here
    await refresh(hass, entry, "sites")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert {"Home", "Charger", "Heater"} <= device_names(hass, entry)
    assert value(hass, entry, CONTRACT, "power") not in (None, "unavailable")


async def test_last_contract_goes(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """Neither list has one any more: this is no gap in what the portal lists."""
    esmart.home.contracts_held.clear()
    await refresh(hass, loaded, "sites")
    assert device_names(hass, loaded) == {"eSmart 42"}


async def test_contracts_that_are_no_longer_listed_stay(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    before = device_names(hass, loaded)
    esmart.home.drop_meter_ids()
    await refresh(hass, loaded, "sites")
    assert device_names(hass, loaded) == before
    assert value(hass, loaded, CONTRACT, "power") not in (None, "unavailable")


async def test_contract_that_is_over(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    fault = Fault(kind="set", path="0.IsActive", value=False, times=None)
    esmart.fail("contractdeliverypoints", fault)
    await refresh(hass, loaded, "sites")
    assert device_names(hass, loaded) == {"eSmart 42"}


async def test_new_device(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    contracts = esmart.home.contracts_held
    (gateway,) = contracts[0].gateways
    nameless = Device(621, "", 2, is_charger=False)
    second = Device(602, "Second charger", 1, is_charger=True)
    gateways = (Gateway(501, (*gateway.devices, nameless, second)),)
    contracts[0] = replace(contracts[0], gateways=gateways)
    await refresh(hass, loaded, "sites")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert {"Device 621", "Second charger"} <= device_names(hass, loaded)
    assert value(hass, loaded, "device-602", "charged_this_month") is not None
    assert value(hass, loaded, "device-621", "controlled", "binary_sensor") == "off"
    assert "charged_this_month" not in keys(hass, loaded, "device-621")

    contracts[0] = replace(contracts[0], gateways=())
    await refresh(hass, loaded, "sites")
    names = {"eSmart 42", "Home", "Price area NO1"}
    assert device_names(hass, loaded) == names
    assert entity_id(hass, loaded, CHARGER, "charged_this_month") is None


async def test_more_devices_than_are_taken(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    """None goes for one that is new, and a repair tells; the rest goes on."""
    portal = PORTALS["esmart"]()
    bounded = replace(portal, sites=replace(portal.sites, most_sites=5))
    with patch.dict(PORTALS, {"esmart": lambda: bounded}):
        await set_up(hass, entry)
    before = device_names(hass, entry)
    assert len(before) == 5
    contracts = esmart.home.contracts_held
    (gateway,) = contracts[0].gateways
    many = tuple(Device(n, f"Device {n}", 2, is_charger=False) for n in range(9000))
    gateways = (Gateway(501, (*many, *gateway.devices)),)
    contracts[0] = replace(contracts[0], gateways=gateways)
    await refresh(hass, entry, "sites")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert device_names(hass, entry) == before
    assert value(hass, entry, CONTRACT, "power") not in (None, "unavailable")
    issue = (DOMAIN, f"too_many_sites:{entry.entry_id}")
    assert issue in ir.async_get(hass).issues

    contracts[0] = replace(contracts[0], gateways=(gateway,))
    await refresh(hass, entry, "sites")
    assert device_names(hass, entry) == before
    assert issue not in ir.async_get(hass).issues


async def test_contracts_of_one_name_are_told_apart(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    first = esmart.home.contracts_held[0]
    twin = replace(first, number=1005, meter_id="M-1005", gateways=())
    esmart.home.contracts_held.append(twin)
    await set_up(hass, entry)
    assert {"Home 1001", "Home 1005"} <= device_names(hass, entry)


@pytest.mark.parametrize("named", [True, False])
async def test_entered_price_area(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry, named: bool
) -> None:
    """It counts, whether or not the contracts name one of their own."""
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "price_area": "NO3"}
    )
    if not named:
        fault = Fault(kind="set", path="*.PriceArea", value=None, times=None)
        esmart.fail("contractdeliverypoints", fault)
    await set_up(hass, entry)
    assert float(value(hass, entry, "area-NO3", "price") or "nan") > 0
    assert not keys(hass, entry, AREA)
    asked = [each.query for each in esmart.calls if each.operation == "spotprices"]
    assert {each["priceArea"] for each in asked} == {"NO3"}


async def test_no_price_area(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    fault = Fault(kind="set", path="*.PriceArea", value=None, times=None)
    esmart.fail("contractdeliverypoints", fault)
    await set_up(hass, entry)
    assert not any("Price area" in str(name) for name in device_names(hass, entry))
    assert not [each for each in esmart.calls if each.operation == "spotprices"]
    assert float(value(hass, entry, CONTRACT, "price") or "nan") > 0


async def test_two_price_areas(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    first = esmart.home.contracts_held[0]
    cabin = replace(first, number=1005, meter_id="M-1005", price_area="NO5")
    esmart.home.contracts_held.append(replace(cabin, gateways=()))
    await set_up(hass, entry)
    prices = [value(hass, entry, f"area-{area}", "price") for area in ("NO1", "NO5")]
    one, five = (float(price or "nan") for price in prices)
    assert five == pytest.approx(one * 1.12, rel=1e-4)
    operations = [each.operation for each in esmart.calls]
    assert operations.count("spotprices") == 2


async def test_both_areas_of_one_customer(
    hass: HomeAssistant, account: dict[str, Any], loaded: MockConfigEntry
) -> None:
    """The grid operator's side is an account of its own, with its own prices."""
    net = MockConfigEntry(
        domain=DOMAIN,
        title="eSmart 42 net",
        data={**account, "area": "net"},
        unique_id="esmart:127.0.0.1:42:net",
    )
    net.add_to_hass(hass)
    await set_up(hass, net)
    assert {"eSmart 42 net", "Home"} <= device_names(hass, net)
    contract = "contract-1002-3001"
    assert value(hass, net, contract, "price") == "0.4"
    assert value(hass, loaded, contract, "price") is None
    assert "eSmart 42 net" not in device_names(hass, loaded)
