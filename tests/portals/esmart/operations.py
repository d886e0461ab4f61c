"""eSmart's operations, each with something to ask or to send."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.models import Area, CarChange
from custom_components.energy_portals.portals.http.errors import PortalError
from tests.portals.server import Server

type Call = Callable[[EsmartClient], Awaitable[Any]]

# 19:40 in Oslo, on the day of 25 hours.
NOW = datetime(2026, 10, 25, 18, 40, tzinfo=UTC)
TODAY = datetime(2026, 10, 24, 22, tzinfo=UTC)
TOMORROW = TODAY + timedelta(hours=25)
CONTRACT, METER = "1001", "M-1001"
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"

READS: dict[str, Call] = {
    "authenticate": lambda client: client.authenticate(),
    "contractdeliverypoints": lambda client: client.delivery_points(),
    "contracts": lambda client: client.contracts(),
    "contract": lambda client: client.contract(CONTRACT),
    "meter_exists": lambda client: client.meter_exists(CONTRACT, METER),
    "customer": lambda client: client.customer(),
    "wattmeter": lambda client: client.watt_meter_v1(CONTRACT, METER),
    "wattmeter_v2": lambda client: client.watt_meter(CONTRACT, METER),
    "spotprices": lambda client: client.spot_prices("NO1", TODAY, TOMORROW),
    "contract_prices": lambda client: client.contract_prices(CONTRACT, TODAY, TOMORROW),
    "meter_prices": lambda client: client.meter_prices(
        CONTRACT, METER, TODAY, TOMORROW
    ),
    "consumption": lambda client: client.consumption(CONTRACT, METER, TODAY, TOMORROW),
    "asset_consumption": lambda client: client.asset_consumption(
        "601", TODAY, TOMORROW
    ),
    "costs": lambda client: client.costs(CONTRACT, METER, TODAY, TOMORROW),
    "comparedwithothers": lambda client: client.comparison(
        CONTRACT, METER, TODAY, TOMORROW
    ),
    "temperatures": lambda client: client.temperatures(METER, TODAY, TOMORROW),
    "expenseoverview": lambda client: client.expenses(CONTRACT, TODAY, TOMORROW),
    "invoices": lambda client: client.invoices(),
    "contract_invoices": lambda client: client.contract_invoices(CONTRACT, 2026),
    "invoice": lambda client: client.invoice("100108"),
    "invoice_pdfs": lambda client: client.invoice_documents(2026),
    "messages": lambda client: client.messages(2, 5),
    "messages_count": lambda client: client.unread_messages(),
    "readings": lambda client: client.meter_readings("3001", 2, 5),
    "building": lambda client: client.building(CONTRACT, METER),
    "charging_requests": lambda client: client.charging_requests(),
    "charging_request": lambda client: client.charging_request(GUID),
    "charger_statistics": lambda client: client.charger_statistics(
        CONTRACT, "601", 2026, 10
    ),
    "chargers_and_cars": lambda client: client.chargers("501"),
    "cars": lambda client: client.cars(),
    "car": lambda client: client.car("car-1"),
    "control_plans": lambda client: client.control_plans("601"),
    "control_types": lambda client: client.request_types(),
    "control_zones": lambda client: client.request_zones(CONTRACT),
    "control_requested": lambda client: client.requested("1", "2", TODAY, TOMORROW),
    "control_sites": lambda client: client.control_sites(),
    "control_devices": lambda client: client.control_devices("701"),
    "control_settings": lambda client: client.control_settings("701"),
    "restriction_events": lambda client: client.restriction_events(),
    "restricted_meters": lambda client: client.restricted_meters("PowerOutage"),
    "eula": lambda client: client.eula_accepted(),
    "terms": lambda client: client.terms(),
    "ping": lambda client: client.ping(),
    "ping_checks": lambda client: client.checks(),
}
WRITES: dict[str, Call] = {
    "customer_update": lambda client: client.update_contact(mobile="11111111"),
    "message_update": lambda client: client.mark_message("4202"),
    "messages_state": lambda client: client.mark_messages(["4202", "4201"]),
    "car_add": lambda client: client.add_car("car-9", CarChange(name="New")),
    "car_update": lambda client: client.update_car("car-1", CarChange(net_kwh=50)),
    "car_remove": lambda client: client.remove_car("car-2"),
    "control_request": lambda client: client.request_control_plan(
        "1", "2", {TOMORROW: 5.5}
    ),
    "control_settings_delete": lambda client: client.delete_control_settings("701"),
    "reading_submit": lambda client: client.submit_meter_reading("3001", 90000, NOW),
    "building_update": lambda client: client.set_building(CONTRACT, METER, area=120),
    "charging_request_create": lambda client: client.create_charging_request(
        "601", NOW, TOMORROW, 5.5
    ),
    "charging_request_update": lambda client: client.update_charging_request(
        GUID, energy=6
    ),
    "charging_request_cancel": lambda client: client.cancel_charging_request(GUID),
    "control_plan_decline": lambda client: client.decline_control_plan("601", GUID),
    "eula_accept": lambda client: client.accept_eula(),
    "terms_accept": lambda client: client.accept_terms(),
}
CALLS = {**READS, **WRITES}


async def error_of(call: Awaitable[Any]) -> PortalError:
    with pytest.raises(PortalError) as caught:
        await call
    return caught.value


def client_of(session: ClientSession, server: Server, **options: Any) -> EsmartClient:
    """Return the client of a server that answers as it is told."""
    return EsmartClient(
        session,
        api_url=server.address,
        user_name="user",
        password="pass-9",
        **{"area": Area.POWER, "customer_id": "42", **options},
    )
