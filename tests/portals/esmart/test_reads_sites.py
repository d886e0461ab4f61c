"""Contracts and meters, however they are nested."""

from collections import Counter
from typing import Any

import pytest

from custom_components.energy_portals.portals.esmart import reads_sites, wire
from custom_components.energy_portals.portals.esmart.models import DeliveryPoint
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body


def read(body: Any, refused: Counter[str] | None = None) -> tuple[DeliveryPoint, ...]:
    shape = Body("contractdeliverypoints", wire.normalised(body), refused=refused)
    return reads_sites.delivery_points(shape)


def pairs(body: Any) -> list[tuple[str, str | None]]:
    return [(point.contract_no, point.meter_id) for point in read(body)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ([], []),
        ([{"ContractNo": 1, "MeterId": "a"}], [("1", "a")]),
        ([None, {"ContractNo": 1, "MeterId": "a"}], [("1", "a")]),
        ({"Contracts": [{"ContractNo": 1, "MeterId": "a"}]}, [("1", "a")]),
        ([{"ContractNo": 1}], [("1", None)]),
        (
            [{"ContractNo": 1, "Meters": [{"MeterId": "a"}, {"MeterId": "b"}]}],
            [("1", "a"), ("1", "b")],
        ),
        (
            [{"MeterId": "a", "Contracts": [{"ContractNo": 1}, {"ContractNo": 2}]}],
            [("1", "a"), ("2", "a")],
        ),
        (
            [{"Contract": {"ContractNo": 1}, "Point": {"Meter": {"MeterId": "a"}}}],
            [("1", "a")],
        ),
        (
            [{"ContractNo": 1, "Points": [{"Id": 3, "Meters": [{"MeterId": "a"}]}]}],
            [("1", "a")],
        ),
        ([{"ContractNo": 1, "Meters": []}], [("1", None)]),
        ([{"ContractNo": 1, "MeterId": "a"}] * 2, [("1", "a")]),
        ([{"ContractNo": 1, "MeterId": None, "MeterNo": 5}], [("1", "5")]),
        ([{"ContractNo": 1, "MeterId": "", "MeterNumber": "5"}], [("1", "5")]),
        (
            [
                {"Contract": {"$id": "1", "ContractNo": 1}, "MeterId": "a"},
                {"Contract": {"$ref": "1"}, "MeterId": "b"},
            ],
            [("1", "a"), ("1", "b")],
        ),
        (
            [
                {"ContractNo": 1, "Meters": [{"$id": "1", "MeterId": "a"}]},
                {"ContractNo": 2, "Meters": [{"$ref": "1"}]},
            ],
            [("1", "a"), ("2", "a")],
        ),
    ],
)
def test_pairs(body: Any, found: Any) -> None:
    assert pairs(body) == found


@pytest.mark.parametrize(
    "body",
    [
        *(None, {}, 5, "s", [{}], [None], [[]], {"Contracts": []}),
        [{"MeterId": "a"}],
        [{"ContractNo": None, "MeterId": "a"}],
        [{"ContractNo": True, "MeterId": "a"}],
        [{"Gateways": [{"ContractNo": 1}]}],
    ],
)
def test_no_contract_is_unexpected(body: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        read(body)


def test_what_stands_around_holds_for_what_is_inside() -> None:
    body = {
        "ContractNo": 1,
        "IsActive": True,
        "IsPowerContract": True,
        "DeliveryPoints": [
            {
                "DeliveryPointNo": 3,
                "PriceAreaName": "NO5",
                "IsActive": None,
                "Meter": {"MeterId": "a", "MeterNo": "5", "IsPowerContract": False},
            }
        ],
    }
    assert read(body) == (
        DeliveryPoint(
            *("1", "3", "a", "5"), price_area="NO5", is_active=True, is_power=True
        ),
    )


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (
            {"AddressText": "Street 1", "HouseNo": "1", "ZipCode": "0155"},
            "Street 1, 0155",
        ),
        (
            {"AddressText": "Street", "HouseNo": 1, "HouseLetter": "B", "City": "Town"},
            "Street 1B, Town",
        ),
        ({"City": "Town"}, "Town"),
        ({"AddressText": None, "City": ""}, None),
        ("Street 1, Town", "Street 1, Town"),
        (None, None),
        (5, None),
    ],
)
def test_addresses(address: Any, line: str | None) -> None:
    [point] = read([{"ContractNo": 1, "Address": address}])
    assert point.address == line


def test_gateways_that_cannot_be_read_are_counted() -> None:
    refused: Counter[str] = Counter()
    gateways = [
        {"Name": "no id"},
        {"GatewayAssetId": 501, "Devices": [{"Name": "no id"}]},
        {"GatewayAssetId": 502, "EvChargers": [{"AssetId": 601}], "Devices": None},
    ]
    [point] = read([{"ContractNo": 1, "Gateways": gateways}], refused)
    one, two = point.gateways
    assert (one.asset_id, one.devices) == ("501", ())
    assert (two.asset_id, two.devices) == ("502", ())
    assert [charger.asset_id for charger in two.chargers] == ["601"]
    assert refused == {
        "contractdeliverypoints.Gateways": 1,
        "contractdeliverypoints.Devices": 1,
    }


def test_a_body_that_is_walked_through_for_ever() -> None:
    """Sixty references can mean more objects than there is time for."""
    rows: list[Any] = [{"$id": "0", "ContractNo": 1, "MeterId": "a"}]
    for number in range(1, 60):
        ref = {"$ref": f"{number - 1}"}
        rows.append({"$id": f"{number}", "Contracts": [ref], "Points": [ref]})
    with pytest.raises(UnexpectedResponse):
        read(rows)


def test_more_delivery_points_than_anybody_has() -> None:
    """The first are taken, and those that are known are still there."""
    rows = [{"ContractNo": n, "MeterId": f"{n}"} for n in range(1, 2002)]
    shape = Body("contractdeliverypoints", wire.normalised(rows))
    points = reads_sites.delivery_points(shape)
    assert [point.contract_no for point in points] == [f"{n}" for n in range(1, 2001)]
    assert not points.is_whole
