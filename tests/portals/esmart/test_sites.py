"""What has a device of its own, without Home Assistant."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.contract import FeedRequest, Site
from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.sites import (
    SITES,
    AreaSite,
    ChargerSite,
    ContractSite,
    CustomerSite,
    DeviceSite,
    discover,
)
from custom_components.energy_portals.portals.http.errors import (
    Forbidden,
    NotFound,
    PortalError,
    Unavailable,
    UnexpectedResponse,
)
from tests.portals.esmart.operations import NOW
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault


async def found(
    client: EsmartClient, held: Mapping[str, Site] | None = None
) -> Mapping[str, Site]:
    request = FeedRequest(now=NOW, sites=(), held=held or {}, given=None)
    return (await SITES.fetch(client, request)).data


def list_as(esmart: EsmartSandbox, body: str) -> None:
    """Let the portal list delivery points like this."""
    fault = Fault(kind="raw", body=body, times=None)
    esmart.fail("contractdeliverypoints", fault)


async def test_all_sorts(client: EsmartClient) -> None:
    sites = await found(client)
    assert {key: type(site) for key, site in sites.items()} == {
        "customer": CustomerSite,
        "area-NO1": AreaSite,
        "contract-1001-3001": ContractSite,
        "device-601": ChargerSite,
        "device-611": DeviceSite,
    }
    assert all(site.key == key for key, site in sites.items())
    contract = sites["contract-1001-3001"]
    assert isinstance(contract, ContractSite)
    assert (contract.contract_no, contract.meter_id) == ("1001", "M-1001")
    assert (contract.delivery_point_id, contract.has_watt_meter) == ("3001", True)
    charger = sites["device-601"]
    assert isinstance(charger, ChargerSite)
    assert (charger.asset_id, charger.contract_no) == ("601", "1001")


async def test_only_what_is_needed_is_asked(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    await found(client)
    (call,) = esmart.calls
    assert call.operation == "contractdeliverypoints"


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_contracts_where_no_delivery_point_is_listed(
    session: ClientSession, login: dict[str, Any], esmart: EsmartSandbox, status: int
) -> None:
    esmart.deny("contractdeliverypoints", status)
    client = EsmartClient(session, **login, meters={"1001": "M-1001"})
    sites = await found(client)
    assert set(sites) == {"customer", "contract-1001-3001"}
    contract = sites["contract-1001-3001"]
    assert isinstance(contract, ContractSite)
    assert (contract.meter_id, contract.has_watt_meter) == ("M-1001", None)


@pytest.mark.parametrize(
    ("status", "error"), [(403, Forbidden), (404, NotFound), (500, Unavailable)]
)
async def test_no_way_to_the_contracts(
    client: EsmartClient, esmart: EsmartSandbox, status: int, error: type[PortalError]
) -> None:
    esmart.home.drop_meter_ids()
    esmart.deny("contracts", status)
    with pytest.raises(error):
        await discover(client)


async def test_trouble_is_not_taken_for_an_empty_list(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    list_as(esmart, '[{"Odd": 1}]')
    with pytest.raises(UnexpectedResponse):
        await found(client)
    assert [call.operation for call in esmart.calls] == ["contractdeliverypoints"]


async def test_entered_meter_fills_a_gap_and_no_more(
    session: ClientSession, login: dict[str, Any], esmart: EsmartSandbox
) -> None:
    meters = {"1": "entered", "2": "entered", "4": "entered"}
    client = EsmartClient(session, **login, meters=meters)
    rows = '{"ContractNo": 1}, {"ContractNo": 2, "MeterId": "own"}, {"ContractNo": 3}'
    list_as(esmart, f"[{rows}]")
    points = await discover(client)
    assert [(each.contract_no, each.meter_id) for each in points] == [
        ("1", "entered"),
        ("2", "own"),
        ("3", None),
    ]


async def test_names(client: EsmartClient, esmart: EsmartSandbox) -> None:
    list_as(
        esmart,
        """[{"ContractNo": 1, "DeliveryPointName": "Home", "DeliveryPointId": 1},
            {"ContractNo": 2, "DeliveryPointName": "Home", "DeliveryPointId": 1},
            {"ContractNo": 3, "Address": {"AddressText": "Street", "HouseNo": "1"}},
            {"ContractNo": 4},
            {"ContractNo": 5, "DeliveryPointName": "Over", "IsActive": false}]""",
    )
    names = [site.name for site in (await found(client)).values()]
    assert names == ["eSmart 42", "Home 1", "Home 2", "Street 1", "Contract 4"]


async def test_two_meters_of_one_contract(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    row = '{"ContractNo": 1, "DeliveryPointId": 7, "MeterId": "%s"}'
    list_as(esmart, f"[{row % 'A'}, {row % 'B'}]")
    contracts = [
        site
        for site in (await found(client)).values()
        if isinstance(site, ContractSite)
    ]
    assert {site.meter_id for site in contracts} == {"A", "B"}


async def test_price_areas(
    session: ClientSession, login: dict[str, Any], esmart: EsmartSandbox
) -> None:
    list_as(
        esmart,
        """[{"ContractNo": 1, "PriceArea": "NO5"},
            {"ContractNo": 2, "PriceArea": "NO2"},
            {"ContractNo": 3, "PriceArea": "NO2"}, {"ContractNo": 4},
            {"ContractNo": 5, "PriceArea": "NO4", "IsActive": false}]""",
    )
    for entered, expected in ((None, ["NO2", "NO5"]), ("Oslo", ["Oslo"])):
        client = EsmartClient(session, **login, price_area=entered)
        sites = (await found(client)).values()
        areas = [site.price_area for site in sites if isinstance(site, AreaSite)]
        assert areas == expected


async def test_sites_are_kept(client: EsmartClient) -> None:
    assert SITES.kept is not None
    for site in (await found(client)).values():
        again = SITES.kept.load(SITES.kept.dump(site), {})
        assert again == site
        assert type(again) is type(site)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "site",
        {},
        {"sort": "Site", "key": "x", "name": "X"},
        {"sort": "AreaSite", "key": "x", "name": "X"},
        {"sort": [], "key": "x", "name": "X"},
    ],
)
def test_what_was_kept_and_is_no_site(stored: Any) -> None:
    assert SITES.kept is not None
    with pytest.raises(ValueError):
        SITES.kept.load(stored, {})
