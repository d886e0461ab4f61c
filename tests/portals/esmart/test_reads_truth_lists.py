"""eSmart's contracts and lists with two readings: the truth, or nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.esmart import (
    reads_control,
    reads_customer,
    reads_sites,
    wire,
)
from custom_components.energy_portals.portals.esmart.feeds_customer import Invoices
from custom_components.energy_portals.portals.esmart.models import (
    DeliveryPoint,
    Invoice,
)
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body
from custom_components.energy_portals.portals.reading.listed import Listed
from tests.portals.esmart.bodies import BODIES, body_of, read
from tests.portals.esmart.operations import GUID

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)


def points(body: Any, refused: Counter[str] | None = None) -> tuple[DeliveryPoint, ...]:
    shape = Body("contractdeliverypoints", wire.normalised(body), refused=refused)
    return reads_sites.delivery_points(shape)


# What is nested in a contract

CONTRACT = {
    "ContractNo": 1001,
    "MeterId": "M-1",
    "MeterNo": "5001",
    "IsActive": True,
    "PriceArea": "NO1",
    "IsPowerContract": True,
}
NESTED: list[dict[str, Any]] = [
    {"WaterMeters": [{"MeterId": "W-9", "MeterNo": "9"}]},
    {"WaterMeters": [{"MeterId": "W-9"}, {"MeterId": "W-8"}]},
    {"WaterMeter": {"MeterId": "W-9", "PriceArea": "NO9"}},
    {"GasMeters": [{"MeterId": "G-9", "ContractNo": 77}]},
    {"HeatMeter": {"MeterId": "H-9", "IsActive": False}},
    {"Meters": [{"MeterId": "W-9", "MeterType": "Water"}]},
    {"Meters": [{"MeterId": "W-9", "Medium": "Gas"}]},
    {"LightsAndHeating": {"MeterId": "L-1", "IsActive": False}},
    {"LightsAndHeating": [{"MeterId": "L-1", "DeliveryPointId": 9}]},
    {"Services": [{"IsActive": False, "EndDate": "2020-01-01T00:00:00"}]},
    {"Services": {"IsActive": False, "PriceArea": "NO9"}},
    {"Products": [{"ContractNo": 77, "IsActive": False, "MeterId": "P-1"}]},
    {"Campaign": {"IsActive": False, "StartDate": "2020-01-01T00:00:00"}},
    {"Customer": {"IsActive": False, "Name": "Other", "EndDate": "2020-01-01"}},
    {"Broadband": {"ContractNo": 88, "IsActive": False}},
    {"SolarPanels": [{"MeterId": "S-1", "IsPowerContract": False}]},
    {"PreviousContracts": [{"ContractNo": 55, "IsActive": False, "MeterId": "X"}]},
    {"Invoices": [{"ContractNo": 1001, "IsActive": False, "MeterId": "I-1"}]},
]


@pytest.mark.parametrize("nested", NESTED, ids=lambda value: next(iter(value)))
@pytest.mark.parametrize("is_first", [True, False])
def test_nested_things_describe_themselves(
    nested: dict[str, Any], is_first: bool
) -> None:
    """They are no electricity meter and say nothing of the contract around them."""
    [alone] = points([CONTRACT])
    body = {**nested, **CONTRACT} if is_first else {**CONTRACT, **nested}
    found = points([body])
    assert [point for point in found if point.contract_no == "1001"] == [alone]
    assert alone.is_active
    # A thing of its own may be a contract of its own, and is nothing else.
    assert all(point.meter_id != "M-1" or point == alone for point in found)


@pytest.mark.parametrize("nested", NESTED, ids=lambda value: next(iter(value)))
def test_nested_things_beside_the_meters_of_a_contract(nested: dict[str, Any]) -> None:
    plain = {key: CONTRACT[key] for key in ("ContractNo", "IsActive")}
    meters = [{"MeterId": "M-1"}, {"MeterId": "M-2"}]
    own = nested.get("Meters", []) + meters
    found = points([{**plain, **nested, "Meters": own}])
    assert [
        (point.meter_id, point.is_active)
        for point in found
        if point.contract_no == "1001"
    ] == [("M-1", True), ("M-2", True)]


def test_a_contract_that_is_of_water_is_no_power_contract() -> None:
    for kind in ({"MeterType": "Water"}, {"Medium": "gas"}, {"EnergyType": "Heat"}):
        try:
            found = points([{**CONTRACT, **kind}, {"ContractNo": 2, "MeterId": "b"}])
        except UnexpectedResponse:
            continue
        assert [point.contract_no for point in found] == ["2"]


def test_a_bad_contract_costs_itself() -> None:
    refused: Counter[str] = Counter()
    good = {"ContractNo": 1, "MeterId": "a"}
    for bad in (None, 5, {}, {"ContractNo": None, "MeterId": "b"}, {"x": 1}):
        found = points([good, bad], refused)
        assert [point.meter_id for point in found] == ["a"]


def test_two_that_are_alike_are_one_and_two_that_differ_are_not_guessed() -> None:
    again = [CONTRACT, dict(CONTRACT)]
    assert len(points(again)) == 1
    other = {**CONTRACT, "IsActive": False}
    for body in ([CONTRACT, other], [other, CONTRACT]):
        try:
            found = points(body)
        except UnexpectedResponse:
            continue
        assert all(point.is_active is None for point in found)


# Lists: absent is not empty, and a bad row costs itself

LISTS = [
    key
    for key, (_, body) in BODIES.items()
    if isinstance(body, list) and key not in {"spotprices", "contractdeliverypoints"}
]


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize(
    "body",
    [
        *(None, {}, [None], [None, None], [{}], [5], ["none"], [[]], "none", 0),
        *({"Message": "none today"}, {"Error": "x"}, {"Items": None}, {"Data": {}}),
        *([{"Kid": None}], {"Count": 0}, False, [False], {"Values": "none"}),
    ],
)
def test_what_is_no_list_is_not_an_empty_one(key: str, body: Any) -> None:
    if (key, body) == ("restriction_events", ["none"]):
        pytest.skip("a name alone is an event")
    with pytest.raises(UnexpectedResponse):
        read(key, body)


@pytest.mark.parametrize("key", LISTS)
def test_an_empty_list_is_empty(key: str) -> None:
    for body in ([], {"Items": []}, {"Data": []}):
        found = read(key, body)
        assert isinstance(found, Listed)
        assert (len(found), found.is_whole) == (0, True)


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize("bad", [None, 5, "none", [], {}, {"x": 1}])
def test_a_bad_row_costs_itself_and_is_counted(key: str, bad: Any) -> None:
    good = read(key, body_of(key))
    for body in ([*body_of(key), bad], [bad, *body_of(key)]):
        if (key, bad) == ("readings", {"x": 1}):
            continue
        refused: Counter[str] = Counter()
        found = read(key, body, refused)
        assert tuple(found) == tuple(good)
        assert not found.is_whole
        assert refused.total() >= 1


# What lists make: sums and counts


def invoices(*rows: Any) -> Invoices:
    refused: Counter[str] = Counter()
    found = reads_customer.invoices(Body("invoices", [*rows], refused=refused))
    return Invoices(invoices=found, currency="NOK", is_whole=found.is_whole)


def invoice(unpaid: Any, due: Any = "2026-01-31", **members: Any) -> dict[str, Any]:
    return {"InvoiceNo": "1", "UnpaidSum": unpaid, "DueDate": due, **members}


def test_invoices_that_say_all() -> None:
    both = invoices(invoice(5.1), invoice(0, "2026-01-01", InvoiceNo="2"))
    assert both.unpaid_sum() == 5.1
    assert both.is_overdue(NOW) is False
    assert f"{both.next_due(NOW)}" == "2026-01-31"
    assert invoices().unpaid_sum() == 0


@pytest.mark.parametrize(
    "bad",
    [
        *(None, {}, 5, {"Message": "x"}),
        {"InvoiceNo": "2"},
        invoice(None, InvoiceNo="2"),
        invoice("much", InvoiceNo="2"),
        invoice("NaN", InvoiceNo="2"),
        invoice(1e308, InvoiceNo="2"),
        invoice(5, InvoiceNo="2", Currency="EUR"),
        invoice("1.234", InvoiceNo="2"),
        invoice(5, InvoiceNo="2", Unit="kWh"),
        invoice(500, InvoiceNo="2", MinorUnit="perhaps"),
    ],
)
def test_an_invoice_that_is_not_known_makes_the_sum_unknown(bad: Any) -> None:
    for rows in ((invoice(5.1), bad), (bad, invoice(5.1))):
        found = invoices(*rows)
        assert found.unpaid_sum() is None
        assert found.is_overdue(NOW) is None
        assert found.next_due(NOW) is None
    overdue = invoices(invoice(5.1, "2026-01-01"), bad)
    assert overdue.is_overdue(NOW) is True
    assert overdue.unpaid_sum() is None


@pytest.mark.parametrize("due", [None, "", "soon", "0001-01-01T00:00:00"])
def test_an_unpaid_invoice_without_a_date_is_not_known_to_be_in_time(due: Any) -> None:
    found = invoices(invoice(5.1), invoice(2, due, InvoiceNo="2"))
    assert found.unpaid_sum() == pytest.approx(7.1)
    assert found.is_overdue(NOW) is None
    assert found.next_due(NOW) is None


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"UnpaidSum": 510, "Currency": "NOK", "Decimals": 2}, 5.1),
        ({"UnpaidSum": 510, "MinorUnit": True}, 5.1),
        ({"UnpaidSum": {"amount": 5.1, "currency": "NOK"}}, 5.1),
        ({"UnpaidSum": {"amount": 5.1, "currency": "EUR"}}, None),
        ({"UnpaidSum": "5,10 kr"}, 5.1),
        ({"UnpaidSum": "5,10 EUR"}, None),
        ({"UnpaidSumEur": 5.1}, None),
        ({"UnpaidSum": "5,10"}, 5.1),
        ({"UnpaidSumNok": 5.1}, 5.1),
        ({"UnpaidSum": 5.1, "Unit": "øre"}, 0.051),
        ({"UnpaidSum": 5.1, "Unit": "EUR"}, None),
        ({"UnpaidSum": "1_0"}, None),
        ({"UnpaidSum": -5.1}, -5.1),
        ({"UnpaidSum": 5.1, "InvoiceSum": 900, "TaxSum": 3, "Year": 2026}, 5.1),
    ],
)
def test_amounts_of_invoices(members: dict[str, Any], expected: float | None) -> None:
    shape = Body("invoice", {"InvoiceNo": "1", **members})
    found: Invoice = reads_customer.invoice(shape, "NOK")
    assert found.unpaid == (None if expected is None else pytest.approx(expected))


def test_two_invoices_of_one_number_that_differ_are_not_guessed() -> None:
    found = invoices(invoice(5), invoice(7), invoice(1, InvoiceNo="2"))
    assert found.unpaid_sum() is None


REQUEST = {
    "Id": GUID,
    "StartTime": "2026-01-20T13:00:00",
    "EndTime": "2026-01-20T15:00:00",
    "ChargingDemand": 12.5,
}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, 12.5),
        ({"ChargingDemand": 12_500, "Unit": "Wh"}, 12.5),
        ({"ChargingDemand": {"value": 12_500, "unit": "Wh"}}, 12.5),
        ({"ChargingDemand": "12,5 kWh"}, 12.5),
        ({"ChargingDemand": 12.5, "Unit": "kW"}, None),
        ({"ChargingDemand": 12.5, "Unit": "%"}, None),
        ({"ChargingDemand": -1}, None),
        ({"ChargingDemand": 1e9}, None),
        ({"ChargingDemand": 12.5, "MaxChargePower": 11}, 12.5),
    ],
)
def test_the_energy_of_a_wish(members: dict[str, Any], expected: float | None) -> None:
    shape = Body("charging_request", {**REQUEST, **members})
    assert reads_control.charging_request(shape).energy == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        *((3, 3), ({"Count": 3}, 3), ({"Data": {"Count": 3}}, 3), ("3", 3), (0, 0)),
        *((-1, None), (1.5, None), (10**400, None), ("many", None), (None, None)),
        *(({}, None), ([], None), (True, None), ({"Error": "x"}, None)),
        *(({"Count": None}, None), (2**53, None), ("1_0", None), ({"Other": 3}, None)),
    ],
)
def test_how_many_messages_there_are(body: Any, expected: int | None) -> None:
    """What is no count is not nought."""
    shape = Body("messages_count", body)
    if expected is not None:
        assert reads_customer.message_count(shape) == expected
        return
    with pytest.raises(UnexpectedResponse):
        reads_customer.message_count(shape)


def test_a_span_of_a_wish_is_read_as_utc() -> None:
    found = reads_control.charging_request(Body("charging_request", REQUEST))
    assert found.start == datetime(2026, 1, 20, 13, tzinfo=UTC)
    assert found.end is not None and found.start is not None
    assert found.end - found.start == timedelta(hours=2)
