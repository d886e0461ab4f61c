"""What goes over the wire, to the letter."""

import base64
import json
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.esmart.client import ROUTES
from custom_components.energy_portals.portals.esmart.models import Area, Resolution
from tests.portals.esmart.operations import (
    CALLS,
    CONTRACT,
    GUID,
    METER,
    NOW,
    TODAY,
    TOMORROW,
    Call,
    client_of,
    error_of,
)
from tests.portals.server import Server, answer, json_answer

C = "/api/customers/42"
K = f"{C}/contracts/1001"
M = f"{K}/meters/M-1001"
PRICES = "fromTimeUtc=2026-10-24T22:00:00&toTimeUtc=2026-10-25T23:00:00"
CACHED = "includePreliminary=true&useCache=true"
SPAN = {"FromTime": "2026-10-24T22:00:00", "ToTime": "2026-10-25T23:00:00"}
CONSUMPTION = {
    "ContractNo": 1001,
    "CustomerId": 42,
    **SPAN,
    "IncludeLastYear": False,
    "IncludeWeather": False,
}
# The request line and the body of each operation.
REQUESTS: dict[str, tuple[str, Any]] = {
    "authenticate": (
        "POST /api/Authenticate",
        {"UserName": "user", "Password": "pass-9", "Area": 2},
    ),
    "contractdeliverypoints": (
        (
            f"GET {C}/contractdeliverypoints?includeWattMeter=true"
            "&includeLightsAndHeating=true&includeEvCharging=true&includeWaterMeter=true"
        ),
        None,
    ),
    "contracts": (f"GET {C}/contracts", None),
    "contract": (f"GET {K}", None),
    "meter_exists": (f"GET {M}/exists", None),
    "customer": (f"GET {C}", None),
    "customer_update": (f"PATCH {C}", {"MobileNumber": "11111111"}),
    "wattmeter": (f"GET {M}/wattmeter", None),
    "wattmeter_v2": (f"GET {M}/wattmeter/v2", None),
    "spotprices": (
        f"GET /api/spotprices?priceArea=NO1&{PRICES}&{CACHED}",
        None,
    ),
    "contract_prices": (f"GET {K}/hourprices?{PRICES}&useCache=true", None),
    "meter_prices": (f"GET {K}/meter/M-1001/hourprices?{PRICES}", None),
    "consumption": (f"POST {M}/consumption", {**CONSUMPTION, "Resolution": 7}),
    "asset_consumption": (
        f"POST {C}/asset/601/consumption",
        {
            **{key: each for key, each in CONSUMPTION.items() if key != "ContractNo"},
            "Resolution": 7,
        },
    ),
    "costs": (f"POST {M}/costs", {**CONSUMPTION, "Resolution": 7}),
    "comparedwithothers": (
        f"POST {M}/comparedwithothers",
        {**CONSUMPTION, "Resolution": 20},
    ),
    "temperatures": (
        "POST /api/meters/M-1001/temperatures",
        {**SPAN, "Resolution": 7},
    ),
    "expenseoverview": (
        f"POST {K}/expenseoverview",
        {"ContractNo": 1001, "CustomerId": 42, **SPAN},
    ),
    "invoices": (f"GET {C}/invoices", None),
    "contract_invoices": (f"GET {K}/invoices/2026", None),
    "invoice": (f"GET {C}/invoices/100108", None),
    "messages": (f"GET {C}/messages?pageSize=5&page=2", None),
    "messages_count": (f"GET {C}/messages/count?state=1", None),
    "message_update": (f"PATCH {C}/messages/4202", {"State": 2}),
    "readings": (f"GET {C}/deliverypoints/3001/readings?pageSize=5&page=2", None),
    "reading_submit": (
        f"POST {C}/deliverypoints/3001/readings",
        {
            "CustomerId": 42,
            "DeliveryPointId": 3001,
            "ReadingDate": "2026-10-25T18:40:00",
            "Value": 90000,
        },
    ),
    "building": (f"GET {M}/settings", None),
    "building_update": (f"POST {M}/settings/building", {"HeatingArea": 120}),
    "charging_requests": (f"GET {C}/evchargingrequests", None),
    "charging_request": (f"GET {C}/evchargingrequests/{GUID}", None),
    "charging_request_create": (
        f"POST {C}/evchargingrequests",
        {
            "AssetId": 601,
            "StartTime": "2026-10-25T18:40:00",
            "EndTime": "2026-10-25T23:00:00",
            "ChargingDemand": 5.5,
        },
    ),
    "charging_request_update": (
        f"PATCH {C}/evchargingrequests/{GUID}",
        {"ChargingDemand": 6},
    ),
    "charging_request_cancel": (f"DELETE {C}/evchargingrequests/{GUID}", None),
    "charger_statistics": (
        (
            "GET /api/evinfo/customers/42/contracts/1001/chargers/601/statistics"
            "?year=2026&month=10"
        ),
        None,
    ),
    "chargers_and_cars": (
        "GET /api/evinfo/customers/42/gateways/501/evchargingdevicesandcars",
        None,
    ),
    "car": ("GET /api/evinfo/customers/42/cars/car-1", None),
    "car_add": (
        "POST /api/evinfo/customers/42/cars/car-9",
        {
            "VehicleId": "car-9",
            "RowKey": "car-9",
            "CustomerId": "42",
            "DisplayName": "New",
        },
    ),
    "car_update": (
        "PATCH /api/evinfo/customers/42/cars/car-1",
        {"NettBatterySize": 50},
    ),
    "car_remove": ("DELETE /api/evinfo/customers/42/cars/car-2", None),
    "control_request": (
        "POST /api/controlplanrequests",
        {
            "ZoneId": 1,
            "TsTypeId": 2,
            "Values": [{"Time": "2026-10-25T23:00:00", "Value": 5.5}],
        },
    ),
    "control_settings_delete": (
        "DELETE /api/demandandcontrol/customers/42/sites/701/settings",
        None,
    ),
    "restriction_events": ("GET /api/componentinforestricted/events", None),
    "restricted_meters": (
        "GET /api/componentinforestricted/meters/event/PowerOutage",
        None,
    ),
    "invoice_pdfs": (f"GET {C}/invoices/2026/invoicepdfs", None),
    "messages_state": (
        f"POST {C}/messages/state",
        {"State": 2, "MessageIds": [4202, 4201]},
    ),
    "cars": ("GET /api/evinfo/customers/42/cars", None),
    "control_types": ("GET /api/controlplanrequests/tstypes", None),
    "control_zones": ("GET /api/controlplanrequests/zones", None),
    "control_requested": (
        (
            "GET /api/controlplanrequests/zones/1/tstypes/2"
            "?fromDate=2026-10-24T22:00:00&toDate=2026-10-25T23:00:00"
        ),
        None,
    ),
    "control_plans": (
        f"GET {C}/devices/601/controlplans?pageNumber=1&pageSize=10",
        None,
    ),
    "control_plan_decline": (
        f"POST {C}/devices/601/controlplans/{GUID}/decline",
        None,
    ),
    "control_sites": ("GET /api/demandandcontrol/customers/42/sites", None),
    "control_devices": (
        "GET /api/demandandcontrol/customers/42/sites/701/devices",
        None,
    ),
    "control_settings": (
        "GET /api/demandandcontrol/customers/42/sites/701/settings",
        None,
    ),
    "eula": (f"GET {C}/apps/smartliv/eula", None),
    "eula_accept": (f"POST {C}/apps/smartliv/eula", None),
    "terms": (f"GET {C}/apps/smartliv/terms", None),
    "terms_accept": (
        f"POST {C}/apps/smartliv/terms",
        {"AcceptGeneralTerms": True, "AcceptAdditionalTerms": True},
    ),
    "ping": ("GET /api/ping", None),
    "ping_checks": ("GET /api/ping/checks", None),
}


@pytest.mark.parametrize("key", CALLS)
async def test_the_request(session: ClientSession, server: Server, key: str) -> None:
    server.otherwise = json_answer({"Message": "no"}, 418)
    await error_of(CALLS[key](client_of(session, server)))
    [asked] = server.asked
    line, body = REQUESTS[key]
    assert f"{asked.method} {asked.path}" == line
    assert (json.loads(asked.body) if asked.body else None) == body
    headers = asked.headers
    assert headers["X-Area"] == "2"
    pair = base64.b64decode(headers["Authorization"].removeprefix("Basic "))
    assert pair == b"user:pass-9"
    assert headers["Accept"] == "application/json"
    assert headers.get("X-ContractId") == ("1001" if key == "control_zones" else None)


def test_the_table_is_what_is_called() -> None:
    # What is set is read before, so that it takes two requests.
    assert {*ROUTES} - {"control_settings_set"} == set(CALLS) == set(REQUESTS)


def test_what_must_never_be_called_has_no_path() -> None:
    paths = " ".join(ROUTES.values()).casefold()
    for forbidden in ("tracking", "import", "/pdf", "resetterms", "createifnot"):
        assert forbidden not in paths


async def test_the_area_goes_with_every_request(
    session: ClientSession, server: Server
) -> None:
    server.otherwise = json_answer({"CustomerIds": []})
    client = client_of(session, server, area=Area.NET)
    await client.authenticate()
    assert server.asked[-1].headers["X-Area"] == "1"
    assert json.loads(server.asked[-1].body)["Area"] == 1


@pytest.mark.parametrize("resolution", Resolution)
async def test_a_resolution_is_its_number(
    session: ClientSession, server: Server, resolution: Resolution
) -> None:
    server.otherwise = json_answer([])
    client = client_of(session, server)
    await client.consumption(CONTRACT, METER, TODAY, TOMORROW, resolution)
    await client.costs(CONTRACT, METER, TODAY, TOMORROW, resolution)
    for asked in server.asked:
        assert json.loads(asked.body)["Resolution"] == resolution.value


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (
            lambda client: client.update_contact(phone="1", email="a@example.invalid"),
            {"PhoneNumber": "1", "Email": "a@example.invalid"},
        ),
        (
            lambda client: client.set_building(
                CONTRACT, METER, name="Home", year=1985, residents=0
            ),
            {"Name": "Home", "BuildingYear": 1985, "Residents": 0},
        ),
        (
            lambda client: client.update_charging_request(
                GUID, start=NOW, end=TOMORROW
            ),
            {"StartTime": "2026-10-25T18:40:00", "EndTime": "2026-10-25T23:00:00"},
        ),
        (lambda client: client.mark_message("7", read=False), {"State": 1}),
        (
            lambda client: client.accept_terms(additional=False),
            {"AcceptGeneralTerms": True, "AcceptAdditionalTerms": False},
        ),
    ],
    ids=["contact", "building", "charging", "unread", "terms"],
)
async def test_only_what_is_changed_is_sent(
    session: ClientSession, server: Server, call: Call, body: Any
) -> None:
    server.otherwise = answer(b"")
    await call(client_of(session, server))
    assert json.loads(server.asked[-1].body) == body


async def test_ids_that_are_no_numbers_travel_as_they_are(
    session: ClientSession, server: Server
) -> None:
    server.otherwise = json_answer([])
    client = client_of(session, server, customer_id="a/b")
    await client.consumption("k 1", "../m", TODAY, TOMORROW)
    [asked] = server.asked
    assert asked.path == (
        "/api/customers/a%2Fb/contracts/k%201/meters/..%2Fm/consumption"
    )
    body = json.loads(asked.body)
    assert (body["CustomerId"], body["ContractNo"]) == ("a/b", "k 1")


async def test_a_number_too_long_for_an_integer_travels_as_text(
    session: ClientSession, server: Server
) -> None:
    server.otherwise = json_answer([])
    for number in ("9" * 30, "9" * 5000):
        client = client_of(session, server, customer_id=number)
        await client.consumption("1", METER, TODAY, TOMORROW)
        assert json.loads(server.asked[-1].body)["CustomerId"] == number


async def test_a_route_can_be_replaced(session: ClientSession, server: Server) -> None:
    server.otherwise = json_answer(True)
    client = client_of(
        session, server, app_name="rknett", routes={"eula": "PUT /v2/{app_name}"}
    )
    assert await client.eula_accepted() is True
    assert [(asked.method, asked.path) for asked in server.asked] == [
        ("PUT", "/v2/rknett")
    ]


async def test_control_plans_of_all_pages(
    session: ClientSession, server: Server
) -> None:
    def plans(first: int, count: int) -> list[dict[str, Any]]:
        return [
            {"ControlPlanId": f"p{number}", "StartTime": None, "EndTime": None}
            for number in range(first, first + count)
        ]

    server.answers = [json_answer(plans(0, 10)), json_answer(plans(10, 3))]
    found = await client_of(session, server).control_plans("601")
    assert [plan.id for plan in found] == [f"p{number}" for number in range(13)]
    assert [asked.path.partition("?")[2] for asked in server.asked] == [
        "pageNumber=1&pageSize=10",
        "pageNumber=2&pageSize=10",
    ]


async def test_control_plans_end(session: ClientSession, server: Server) -> None:
    """A server that gives one page for ever, or new plans for ever, is left."""

    def page(tag: int) -> list[dict[str, Any]]:
        return [
            {"ControlPlanId": f"{tag}-{row}", "StartTime": None, "EndTime": None}
            for row in range(10)
        ]

    client = client_of(session, server)
    server.otherwise = json_answer(page(0))
    assert len(await client.control_plans("601")) == 10
    assert len(server.asked) == 2
    server.answers = [json_answer(page(tag)) for tag in range(30)]
    assert len(await client.control_plans("601")) == 200
    assert len(server.asked) == 22
