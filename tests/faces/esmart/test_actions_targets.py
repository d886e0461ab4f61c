"""Which customer, contract or device an action is about, and input that is wrong."""

from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import act, device, entity_id, refresh, refused, set_up, value
from tests.faces.esmart.home import AREA, CHARGER, CONTRACT, CUSTOMER, HEATER
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.esmart_home import Device, Gateway

SPAN = {"start": "2026-01-15T20:00:00Z", "end": "2026-01-15T23:00:00Z"}
REQUEST = {**SPAN, "energy": 7}
NUMBER = "0f8fad5b-d9cb-469f-a165-70867728950e"
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("get_invoices", {"year": 2000}),
    ("get_invoices", {"year": 2025.5}),
    ("get_invoices", {"only_unpaid": "perhaps"}),
    ("mark_message_read", {}),
    ("mark_message_read", {"message_id": " "}),
    ("submit_meter_reading", {}),
    ("submit_meter_reading", {"value": -1}),
    ("submit_meter_reading", {"value": True}),
    ("submit_meter_reading", {"value": "many"}),
    ("submit_meter_reading", {"value": 13300, "date": "someday"}),
    ("set_building", {"area": 0}),
    ("set_building", {"year": 85}),
    ("set_building", {"residents": -1}),
    ("set_building", {"residents": 1.5}),
    ("set_building", {"name": ""}),
    ("create_charging_request", SPAN),
    ("create_charging_request", {**SPAN, "energy": 0}),
    ("create_charging_request", {**SPAN, "energy": -1}),
    ("create_charging_request", {**SPAN, "energy": float("nan")}),
    ("create_charging_request", {**REQUEST, "start": "soon"}),
    ("update_charging_request", {"energy": 5}),
    ("update_charging_request", {"request_id": NUMBER, "energy": 0}),
    ("update_charging_request", {"request_id": "", "energy": 5}),
    ("cancel_charging_request", {}),
    ("cancel_charging_request", {"request_id": " "}),
    ("decline_control_plan", {}),
    ("decline_control_plan", {"plan_id": ""}),
    ("update_contact", {"phone": "+4712345678"}),
    ("update_contact", {"mobile": "123456789012345"}),
    ("update_contact", {"mobile": "12345678\n"}),
    ("update_contact", {"email": "nobody"}),
    ("update_contact", {"email": f"{'a' * 95}@b.example"}),
    ("update_contact", {"surprise": 1}),
]


async def test_wrong_input_is_not_sent(hass: HomeAssistant) -> None:
    """It is refused before an account is looked for."""
    assert await async_setup_component(hass, DOMAIN, {})
    for action, fields in WRONG:
        with pytest.raises(vol.Invalid):
            await act(hass, action, **fields)


async def test_fields_of_a_shared_action_are_the_portals_own(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """What another portal takes is refused once it is known which one is meant."""
    contract = device(hass, loaded, CONTRACT).id
    for odd in ({"value": 13300.5}, {"value": 13300, "counter": "1-1:1.8.0"}):
        with pytest.raises(vol.Invalid):
            await act(hass, "submit_meter_reading", device_id=contract, **odd)
    assert "reading_submit" not in {each.operation for each in esmart.calls}


async def test_target_by_device_entity_entry_or_none(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    customer = device(hass, loaded, CUSTOMER).id
    sensor = entity_id(hass, loaded, CUSTOMER, "unread_messages")
    price = entity_id(hass, loaded, AREA, "price")
    targets: list[dict[str, Any]] = [
        {},
        {"config_entry_id": loaded.entry_id},
        {"device_id": customer},
        {"entity_id": sensor},
        # There is but one customer, whatever of the account is named.
        {"entity_id": price},
        {"device_id": device(hass, loaded, CONTRACT).id},
    ]
    for target in targets:
        answer = await act(hass, "get_invoices", **target)
        assert answer is not None
        invoices: Any = answer["invoices"]
        assert len(invoices) == 8
    for target in (
        {"config_entry_id": "none"},
        {"device_id": "none"},
        {"entity_id": "sensor.none"},
    ):
        assert await refused(hass, "get_invoices", **target) == "no_account"
    with pytest.raises(vol.Invalid):
        await act(hass, "get_invoices", device_id=customer, entity_id=sensor)


async def test_one_of_two_chargers_is_named(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    contracts = esmart.home.contracts_held
    (gateway,) = contracts[0].gateways
    second = Device(602, "Second charger", 1, is_charger=True)
    gateways = (Gateway(501, (*gateway.devices, second)),)
    contracts[0] = replace(contracts[0], gateways=gateways)
    await set_up(hass, entry)
    action = "create_charging_request"
    heater = {"device_id": device(hass, entry, HEATER).id}
    for target in ({}, heater):
        assert await refused(hass, action, **REQUEST, **target) == "choose_site"
    assert value(hass, entry, CUSTOMER, "charging_requests") == "1"

    sensor = entity_id(hass, entry, CHARGER, "charged_this_month")
    await act(hass, action, **REQUEST, device_id=device(hass, entry, "device-602").id)
    await act(hass, action, **{**REQUEST, "energy": 8}, entity_id=sensor)
    asked = [each.asset_id for each in esmart.charging._requests.values()]
    assert asked == [601, 602, 601]
    assert value(hass, entry, CUSTOMER, "charging_requests") == "3"


async def test_one_of_two_contracts_is_named(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    esmart.home.add_contract()
    await refresh(hass, loaded, "sites")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await refused(hass, "set_building", area=99) == "choose_site"
    cabin = "contract-1004-3004"
    await act(hass, "set_building", area=99, device_id=device(hass, loaded, cabin).id)
    assert value(hass, loaded, cabin, "heated_area") == "99.0"
    assert value(hass, loaded, CONTRACT, "heated_area") == "140.0"


async def test_one_of_two_accounts_is_named(
    hass: HomeAssistant, account: dict[str, Any], loaded: MockConfigEntry
) -> None:
    net = MockConfigEntry(
        domain=DOMAIN,
        title="eSmart 42 net",
        data={**account, "area": "net"},
        unique_id="esmart:127.0.0.1:42:net",
    )
    net.add_to_hass(hass)
    await set_up(hass, net)
    assert await refused(hass, "get_invoices") == "choose_account"
    numbers = []
    for entry in (loaded, net):
        answer = await act(hass, "get_invoices", config_entry_id=entry.entry_id)
        assert answer is not None
        invoices: Any = answer["invoices"]
        numbers.append(invoices[0]["number"])
    assert numbers == ["100108", "100208"]
    # No charger is at a contract with the grid.
    target = {"config_entry_id": net.entry_id}
    action = "create_charging_request"
    assert await refused(hass, action, **REQUEST, **target) == "choose_site"


async def test_what_a_contract_lacks(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    esmart.deny("contractdeliverypoints", 404)
    await set_up(hass, entry)
    assert await refused(hass, "set_building", area=99) == "no_meter"
    (site,) = [each for each in entry.runtime_data.sites.data if "1001" in each]
    sites = entry.runtime_data.sites
    bare = replace(sites.data[site], delivery_point_id=None)
    sites.async_set_updated_data({**sites.data, site: bare})
    await hass.async_block_till_done()
    error = await refused(hass, "submit_meter_reading", value=99999)
    assert error == "no_delivery_point"
