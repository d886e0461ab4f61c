"""The simulated eSmart's customer: what is kept, sent and submitted."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from typing import Any

import pytest

from tests.sandbox import Sandbox
from tests.sandbox_tests.client import NOW
from tests.sandbox_tests.esmart_client import CONTRACT, CUSTOMER, METER, NET, Caller, at

READINGS = f"{CUSTOMER}/deliverypoints/3001/readings"
APP = f"{CUSTOMER}/apps/smartliv"


@pytest.fixture
async def esmart(sandbox: Sandbox) -> AsyncGenerator[Caller]:
    """Return a caller of the simulated eSmart."""
    async with Caller(sandbox) as caller:
        yield caller


# Contracts and delivery points


async def test_contract_delivery_points(esmart: Caller) -> None:
    path = f"{CUSTOMER}/contractdeliverypoints"
    (bare,) = await esmart.get(path)
    assert (bare["ContractNo"], bare["CustomerId"]) == (1001, 42)
    assert (bare["MeterId"], bare["DeliveryPointId"]) == ("M-1001", 3001)
    assert (bare["PriceArea"], bare["EndDate"]) == ("NO1", None)
    assert at(bare["StartDate"]) == datetime(2024, 4, 30, 22, tzinfo=UTC)
    added = {"HasWattMeter", "HasWaterMeter", "Gateways"}
    assert not added & set(bare)
    flags = {
        "includeWattMeter": {"HasWattMeter": True},
        "includeWaterMeter": {"HasWaterMeter": False},
    }
    for flag, members in flags.items():
        (row,) = await esmart.get(path, **{flag: "true"})
        assert row == {**bare, **members}
        assert await esmart.refused("GET", path, params={flag: "yes"}) == 400
    (row,) = await esmart.get(
        path, includeLightsAndHeating="true", includeEvCharging="true"
    )
    (gateway,) = row["Gateways"]
    assert (gateway["GatewayAssetId"], gateway["Name"]) == (501, "Gateway")
    assert gateway["EvChargers"] == [
        {
            "AssetId": 601,
            "Name": "Charger",
            "Description": None,
            "DeviceType": 1,
            "Values": [],
        }
    ]
    assert [device["AssetId"] for device in gateway["Devices"]] == [611]
    (row,) = await esmart.get(path, includeEvCharging="true")
    assert "Devices" not in row["Gateways"][0]


async def test_contract_response(esmart: Caller) -> None:
    contract = await esmart.get(CONTRACT)
    assert await esmart.get(f"{CUSTOMER}/contracts") == [contract]
    assert not {"MeterId", "PriceArea"} & set(contract)
    assert (contract["IsPowerContract"], contract["IsNetContract"]) == (True, False)
    grid = CONTRACT.replace("1001", "1002")
    contract = await esmart.ask("GET", grid, headers=NET)
    assert (contract["IsPowerContract"], contract["IsNetContract"]) == (False, True)


async def test_meters(esmart: Caller) -> None:
    points = await esmart.get(f"{CUSTOMER}/deliverypoints")
    assert [(row["DeliveryPointId"], row["MeterId"]) for row in points] == [
        (3001, "M-1001")
    ]
    meters = await esmart.get("Users/9001/meters")
    assert [row["MeterId"] for row in meters] == ["M-1001", "M-1003"]
    assert await esmart.get(f"{METER}/exists") is True
    assert await esmart.get(f"{CONTRACT}/meters/M-1003/exists") is False


async def test_contracts_come_and_meters_go(esmart: Caller) -> None:
    added = {"contract_no": 1004, "meter_id": "M-1004"}
    assert await esmart.steer("add_contract") == (200, added)
    path = f"{CUSTOMER}/contractdeliverypoints"
    assert [row["MeterId"] for row in await esmart.get(path)] == ["M-1001", "M-1004"]
    await esmart.get(f"{CUSTOMER}/contracts/1004/meters/M-1004/wattmeter/v2")
    assert (await esmart.steer("drop_meter_ids"))[0] == 200
    assert await esmart.get(path) == []
    assert len(await esmart.get(f"{CUSTOMER}/contracts")) == 2


async def test_contract_is_replaced(esmart: Caller) -> None:
    known = {"contract_no": 1004, "meter_id": "M-1001"}
    assert await esmart.steer("replace_contract", contract_no=1001) == (200, known)
    (row,) = await esmart.get(f"{CUSTOMER}/contractdeliverypoints")
    assert (row["ContractNo"], row["MeterId"]) == (1004, "M-1001")
    assert row["DeliveryPointId"] == 3001
    assert await esmart.refused("GET", f"{METER}/wattmeter/v2") == 404
    await esmart.get(f"{CUSTOMER}/contracts/1004/meters/M-1001/wattmeter/v2")
    assert (await esmart.steer("replace_contract", contract_no=1001))[0] == 400


# Profile


async def test_profile(esmart: Caller) -> None:
    customer = await esmart.get(CUSTOMER)
    assert (customer["CustomerId"], customer["IsNetCustomer"]) == (42, True)
    (other,) = await esmart.get(f"{CUSTOMER}/associates")
    assert (other["CustomerId"], other["IsNetCustomer"]) == (43, False)
    sent = {"MobileNumber": "00000001", "FirstName": "Nobody", "Email": None}
    assert await esmart.ask("PATCH", CUSTOMER, sent) is None
    assert await esmart.get(CUSTOMER) == {**customer, "MobileNumber": "00000001"}


PROFILE_REFUSED: list[dict[str, object]] = [
    {},
    {"FirstName": "Nobody"},
    {"ChangeNumber": "1"},
    {"PhoneNumber": "+47 1"},
    {"PhoneNumber": "1" * 15},
    {"MobileNumber": ""},
    {"MobileNumber": 1},
    {"Email": "nobody"},
    {"Email": f"{'n' * 92}@a.example"},
]


async def test_profile_refused(esmart: Caller) -> None:
    for body in PROFILE_REFUSED:
        assert await esmart.refused("PATCH", CUSTOMER, body) == 400


async def test_building(esmart: Caller) -> None:
    path = f"{METER}/settings"
    before = {"Name": "Home", "BuildingYear": 1985, "HeatingArea": 140, "Residents": 4}
    assert await esmart.get(path) == before
    sent = {"Residents": 0, "Name": None, "Other": 1}
    assert await esmart.ask("POST", f"{path}/building", sent) is None
    assert await esmart.get(path) == {**before, "Residents": 0}
    for wrong in ({}, {"Residents": -1}, {"Residents": 1.5}, {"Name": 1}, {"Other": 1}):
        assert await esmart.refused("POST", f"{path}/building", wrong) == 400
    assert await esmart.get(path) == {**before, "Residents": 0}


async def test_terms(esmart: Caller) -> None:
    accepted = {"AcceptGeneralTerms": True, "AcceptAdditionalTerms": True}
    assert await esmart.get(f"{APP}/eula") is True
    assert await esmart.get(f"{APP}/terms") == accepted
    assert (await esmart.steer("reset_terms"))[0] == 200
    assert await esmart.get(f"{APP}/eula") is False
    assert await esmart.get(f"{APP}/terms") == dict.fromkeys(accepted, False)
    assert await esmart.ask("POST", f"{APP}/eula") is None
    some = {**accepted, "AcceptAdditionalTerms": False}
    assert await esmart.ask("POST", f"{APP}/terms", some) is None
    assert await esmart.get(f"{APP}/eula") is True
    assert await esmart.get(f"{APP}/terms") == some
    assert await esmart.get(f"{CUSTOMER}/apps/rknett/eula") is False
    wrong: tuple[dict[str, object], ...] = ({}, {**some, "AcceptGeneralTerms": 1})
    for body in wrong:
        assert await esmart.refused("POST", f"{APP}/terms", body) == 400


# Invoices


async def test_invoices(esmart: Caller) -> None:
    rows = await esmart.get(f"{CUSTOMER}/invoices")
    assert len(rows) == 8
    newest, *paid = rows
    assert newest["InvoiceNo"] == "100108"
    assert newest["UnpaidSum"] == newest["InvoiceSum"] > 0
    assert timedelta(days=9) < at(newest["DueDate"]) - NOW <= timedelta(days=10)
    assert {row["UnpaidSum"] for row in paid} == {0.0}
    assert {row["PdfUrl"] for row in rows} == {None}
    dates = [at(row["InvoiceDate"]) for row in rows]
    assert dates == sorted(dates, reverse=True)
    assert timedelta(days=600) < dates[0] - dates[-1] < timedelta(days=730)
    assert await esmart.get(f"{CUSTOMER}/invoices/100108") == newest
    years = [
        await esmart.get(f"{CONTRACT}/invoices/{year}") for year in (2026, 2025, 2024)
    ]
    assert [*chain(*years)] == rows
    documents = await esmart.get(f"{CUSTOMER}/invoices/2026/invoicepdfs")
    assert [row["InvoiceNo"] for row in documents] == [
        row["InvoiceNo"] for row in years[0]
    ]
    assert all(row["PdfUrl"] for row in documents)
    grid = await esmart.ask("GET", f"{CUSTOMER}/invoices", headers=NET)
    assert {row["LedgerNo"] for row in grid} == {2}


@pytest.mark.parametrize("year", ["2000", "99", "10000", "now"])
async def test_years_refused(esmart: Caller, year: str) -> None:
    for path in (
        f"{CONTRACT}/invoices/{year}",
        f"{CUSTOMER}/invoices/{year}/invoicepdfs",
    ):
        assert await esmart.refused("GET", path) == 400


async def test_add_invoice(esmart: Caller) -> None:
    status, answer = await esmart.steer("add_invoice", sum=99.5, days=3)
    assert status == 200
    row = (await esmart.get(f"{CUSTOMER}/invoices"))[0]
    assert row["InvoiceNo"] == answer["invoice_no"]
    assert (row["InvoiceSum"], row["UnpaidSum"]) == (99.5, 99.5)
    assert row["DueDate"] == "2026-05-16T22:00:00+00:00"


# Messages


async def test_messages(esmart: Caller) -> None:
    path = f"{CUSTOMER}/messages"
    rows = await esmart.get(path)
    assert [row["State"] for row in rows] == [1, 2, 2]
    times = [at(row["SentDateTime"]) for row in rows]
    assert times == sorted(times, reverse=True)
    assert all(row["SentDateTime"].endswith(".9561254+00:00") for row in rows)
    assert rows[0]["StateChanged"] is None
    assert rows[0]["Text"] == rows[0]["Body"]
    pages = [await esmart.get(path, pageSize="2", page=f"{n}") for n in (1, 2, 3)]
    assert pages == [rows[:2], rows[2:], []]
    for wrong in ({"page": "0"}, {"pageSize": "0"}, {"page": "one"}):
        assert await esmart.refused("GET", path, params=wrong) == 400


async def test_states_of_messages(esmart: Caller) -> None:
    path = f"{CUSTOMER}/messages"

    async def counts() -> list[Any]:
        states = ("-1", "1", "2")
        return [await esmart.get(f"{path}/count", state=state) for state in states]

    assert await counts() == [3, 1, 2]
    assert await esmart.get(f"{path}/count") == 3
    _, added = await esmart.steer("add_message", subject="Hello", body="World")
    first, second, *_ = await esmart.get(path)
    assert (first["Id"], first["Subject"], first["Body"]) == (
        added["id"],
        "Hello",
        "World",
    )
    assert await counts() == [4, 2, 2]
    assert await esmart.ask("PATCH", f"{path}/{first['Id']}", {"State": 2}) is None
    assert await counts() == [4, 1, 3]
    both = {"State": 1, "MessageIds": [first["Id"], second["Id"]]}
    assert await esmart.ask("POST", f"{path}/state", both) is None
    assert await counts() == [4, 2, 2]
    refused: list[tuple[str, str, dict[str, object], int]] = [
        ("PATCH", "1", {"State": 2}, 404),
        ("PATCH", "4300", {"State": 2}, 404),
        ("PATCH", f"{first['Id']}", {"State": 3}, 400),
        ("PATCH", f"{first['Id']}", {}, 400),
        ("POST", "state", {"State": 2, "MessageIds": [first["Id"], 1]}, 404),
        ("POST", "state", {"State": 2, "MessageIds": ["4200"]}, 400),
        ("POST", "state", {"State": 2, "MessageIds": 4200}, 400),
        ("POST", "state", {"State": 2}, 400),
        ("GET", "count?state=0", {}, 400),
    ]
    for method, last, body, status in refused:
        answered = await esmart.refused(method, f"{path}/{last}", body)
        assert answered == status, (last, body)
    # Nothing of a refused list is done.
    assert await counts() == [4, 2, 2]


# Readings


async def test_readings(esmart: Caller) -> None:
    rows = await esmart.get(READINGS)
    assert len(rows) == 10
    rows += await esmart.get(READINGS, page="2")
    assert len(rows) == 14
    times = [at(row["ReadingDate"]) for row in rows]
    assert times == sorted(times, reverse=True)
    values = [row["Value"] for row in rows]
    assert values == sorted(values, reverse=True)
    for newer, older in pairwise(rows):
        assert newer["Consumption"] == newer["Value"] - older["Value"]
    assert rows[0]["DeliveryPointId"] == "3001"
    nothing = {"ErrorCode": None, "Message": None, "StackTrace": None}
    assert rows[0]["ResponseStatus"] == nothing


async def test_submit_a_reading(esmart: Caller) -> None:
    (last,) = await esmart.get(READINGS, pageSize="1")
    value = int(last["Value"])
    body: dict[str, object] = {
        "CustomerId": 42,
        "DeliveryPointId": 3001,
        "ReadingDate": "2026-05-14T10:00:00",
        "Value": value + 7,
    }
    wrong: list[dict[str, object]] = [
        {"Value": value - 1},
        {"Value": value + 0.5},
        {"Value": float(value)},
        {"Value": f"{value}"},
        {"Value": None},
        {"ReadingDate": None},
        {"ReadingDate": "2026-05-14T10:37:31"},
        {"ReadingDate": "2020-01-01T00:00:00"},
        {"CustomerId": 43},
        {"CustomerId": None},
        {"DeliveryPointId": 3003},
        {"DeliveryPointId": "3001"},
    ]
    for changed in wrong:
        sent = {**body, **changed}
        assert await esmart.refused("POST", READINGS, sent) == 400, changed
    reading = await esmart.ask("POST", READINGS, body)
    assert reading["Value"] == value + 7
    assert isinstance(reading["Value"], float)
    assert (reading["Consumption"], reading["Reader"]) == (7.0, "Customer")
    assert reading["ResponseStatus"]["ErrorCode"] is None
    assert (await esmart.get(READINGS))[0] == reading
    # The same again is not lower.
    assert (await esmart.ask("POST", READINGS, body))["Consumption"] == 0
