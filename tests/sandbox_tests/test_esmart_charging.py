"""The simulated eSmart's cars, and what is asked of the household's devices."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.sandbox import Sandbox
from tests.sandbox_tests.client import NOW, Time
from tests.sandbox_tests.esmart_client import CONTRACT, CUSTOMER, NET, OSLO, Caller, at

REQUESTS = f"{CUSTOMER}/evchargingrequests"
CARS = "evinfo/customers/42/cars"
STATISTICS = f"evinfo/{CONTRACT}/chargers/601/statistics"
ZONE = "controlplanrequests/zones/1/tstypes/1"
SITES = "demandandcontrol/customers/42/sites"
WISH: dict[str, object] = {
    "AssetId": 601,
    "StartTime": "2026-05-15T20:00:00",
    "EndTime": "2026-05-16T05:00:00",
    "ChargingDemand": 9.5,
}


@pytest.fixture
async def esmart(sandbox: Sandbox) -> AsyncGenerator[Caller]:
    """Return a caller of the simulated eSmart."""
    async with Caller(sandbox) as caller:
        yield caller


# Charging requests


async def test_charging_requests(esmart: Caller) -> None:
    (planned,) = await esmart.get(REQUESTS)
    assert planned["Id"] == f"{UUID(planned['Id'])}"
    assert at(planned["StartTime"]).astimezone(OSLO).hour == 22
    assert NOW < at(planned["StartTime"]) < NOW + timedelta(days=1)
    assert at(planned["EndTime"]) > at(planned["StartTime"])
    assert (planned["AssetId"], planned["ChargingDemand"]) == (601, 12.5)
    assert await esmart.get(f"{REQUESTS}/{planned['Id']}") == planned
    assert await esmart.get("customers/43/evchargingrequests") == []
    path = f"customers/43/evchargingrequests/{planned['Id']}"
    assert await esmart.refused("GET", path) == 404


async def test_write_a_charging_request(esmart: Caller) -> None:
    stored = await esmart.ask("POST", REQUESTS, WISH)
    assert stored["ChargingDemand"] == 9.5
    assert stored["StartTime"] == "2026-05-15T20:00:00+00:00"
    path = f"{REQUESTS}/{stored['Id']}"
    assert await esmart.get(path) == stored
    assert len(await esmart.get(REQUESTS)) == 2
    sent = {"AssetId": 999, "EndTime": "2026-05-16T08:00:00+02:00"}
    assert await esmart.ask("PATCH", path, sent) is None
    changed = {**stored, "EndTime": "2026-05-16T06:00:00+00:00"}
    assert await esmart.get(path) == changed
    wrong: list[dict[str, object]] = [
        {},
        {"AssetId": 601},
        {"ChargeDemand": 5},
        {"ChargingDemand": 0},
        {"ChargingDemand": "5"},
        {"StartTime": "2026-05-16T06:00:00"},
        {"EndTime": "2026-05-15T20:00:00"},
    ]
    for body in wrong:
        assert await esmart.refused("PATCH", path, body) == 400, body
    assert await esmart.get(path) == changed
    assert await esmart.ask("DELETE", path) is None
    for method in ("GET", "DELETE"):
        assert await esmart.refused(method, path) == 404
    assert await esmart.refused("PATCH", path, {"ChargingDemand": 5}) == 404
    again = await esmart.ask("POST", REQUESTS, WISH)
    assert again["Id"] != stored["Id"]


CHARGING_REQUESTS_REFUSED: list[tuple[dict[str, object], int]] = [
    ({"AssetId": None}, 400),
    ({"AssetId": "601"}, 400),
    ({"AssetId": 611}, 404),
    ({"AssetId": 999}, 404),
    ({"StartTime": None}, 400),
    ({"EndTime": None}, 400),
    ({"EndTime": WISH["StartTime"]}, 400),
    ({"EndTime": "2026-05-15T19:00:00"}, 400),
    ({"ChargingDemand": None, "ChargeDemand": 9.5}, 400),
    ({"ChargingDemand": 0}, 400),
    ({"ChargingDemand": -1}, 400),
    ({"ChargingDemand": True}, 400),
]


async def test_charging_requests_refused(esmart: Caller) -> None:
    for changed, status in CHARGING_REQUESTS_REFUSED:
        assert await esmart.refused("POST", REQUESTS, {**WISH, **changed}) == status
        assert len(await esmart.get(REQUESTS)) == 1


# Chargers and cars


async def test_charger_statistics(esmart: Caller) -> None:
    running = await esmart.get(STATISTICS, year="2026", month="5")
    assert (running["ChargerAssetId"], running["Unit"]) == (601, "kWh")
    assert len(running["Values"]) == 13
    month = await esmart.get(STATISTICS, year="2025", month="10")
    days = [at(point["ValueTime"]).astimezone(OSLO) for point in month["Values"]]
    assert [(day.day, day.hour) for day in days] == [(n + 1, 0) for n in range(31)]
    total = sum(point["Value"] for point in month["Values"])
    assert month["Total"] == pytest.approx(total)
    assert month["Total"] > 0
    december = await esmart.get(STATISTICS, year="2025", month="12")
    assert len(december["Values"]) == 31
    ahead = await esmart.get(STATISTICS, year="2026", month="6")
    assert (ahead["Values"], ahead["Total"]) == ([], 0)
    wrong: list[dict[str, str]] = [
        {"year": "2026"},
        {"month": "5"},
        {"year": "2026", "month": "13"},
        {"year": "2026", "month": "0"},
        {"year": "26", "month": "5"},
    ]
    for query in wrong:
        assert await esmart.refused("GET", STATISTICS, params=query) == 400
    other = STATISTICS.replace("601", "611")
    query = {"year": "2026", "month": "5"}
    assert await esmart.refused("GET", other, params=query) == 404


async def test_cars(esmart: Caller) -> None:
    first, second = await esmart.get(CARS)
    assert (first["CustomerId"], first["VehicleId"]) == ("42", "car-1")
    assert await esmart.get(f"{CARS}/car-2") == second
    path = f"{CARS}/car-3"
    stored = await esmart.ask("POST", path, {"DisplayName": "New", "CustomerId": "42"})
    assert (stored["VehicleId"], stored["NettBatterySize"]) == ("car-3", None)
    assert set(stored) == set(first)
    changed = await esmart.ask("PATCH", path, {"NettBatterySize": 50, "Unknown": 1})
    assert changed == {**stored, "NettBatterySize": 50}
    assert await esmart.get(path) == changed
    wrong: list[dict[str, object]] = [
        {"CustomerId": 42},
        {"CustomerId": "43"},
        {"NettBatterySize": "50"},
        {"Model": 3},
        {"UseExternalApi": "no"},
    ]
    for method in ("POST", "PATCH"):
        for body in wrong:
            assert await esmart.refused(method, path, body) == 400, body
    assert await esmart.ask("DELETE", path) is None
    assert await esmart.refused("PATCH", path, {"Model": "X"}) == 404
    assert await esmart.refused("DELETE", path) == 404


async def test_chargers_and_cars(esmart: Caller) -> None:
    path = "evinfo/customers/42/gateways/501/evchargingdevicesandcars"
    answer = await esmart.get(path)
    (charger,) = answer["EvChargingDevices"]
    assert charger["AssetId"] == charger["EvChargingInfo"]["DeviceAssetId"] == 601
    assert charger["EvChargingInfo"]["CustomerId"] == "42"
    assert charger["EvChargingInfo"]["ContractId"] == 1001
    assert answer["Cars"] == await esmart.get(CARS)


# Demand response


async def test_zones_and_types(esmart: Caller) -> None:
    types = await esmart.get("controlplanrequests/tstypes")
    assert [row["TsTypeId"] for row in types] == [1, 2]
    path = "controlplanrequests/zones"

    async def zones(contract: str, **more: str) -> dict[str, Any]:
        return {"headers": {"X-ContractId": contract, **more}}

    (zone,) = await esmart.ask("GET", path, **await zones("1001"))
    assert set(zone) == {"ZoneId", "Name"}
    await esmart.ask("GET", path, **await zones("1002", **NET))
    assert await esmart.refused("GET", path) == 400
    assert await esmart.refused("GET", path, **await zones("M-1001")) == 400
    assert await esmart.refused("GET", path, **await zones("1002")) == 404


async def test_requested(esmart: Caller, clock: Time) -> None:
    answer = await esmart.get(ZONE)
    assert (answer["ZoneId"], answer["TsTypeId"], answer["UserId"]) == (1, 1, "9001")
    # By default from now on, for a day.
    times = [at(point["Time"]) for point in answer["Values"]]
    assert len(times) == 24
    assert NOW < times[0] <= NOW + timedelta(hours=1)
    clock.now = NOW.replace(minute=0, second=0)
    answer = await esmart.get(ZONE)
    assert len(answer["Values"]) == 24
    span = {"fromDate": "2026-05-14T12:00:00", "toDate": "2026-05-14T14:00:00"}
    before = (await esmart.get(ZONE, **span))["Values"]
    assert [at(point["Time"]).hour for point in before] == [12, 13]
    value = {"Time": "2026-05-14T13:00:00", "Value": 1.5}
    body = {"ZoneId": 1, "TsTypeId": 1, "Values": [value]}
    assert await esmart.ask("POST", "controlplanrequests", body) is None
    after = (await esmart.get(ZONE, **span))["Values"]
    assert after == [before[0], {**before[1], "Value": 1.5}]
    other = ZONE.removesuffix("1") + "2"
    assert (await esmart.get(other, **span))["Values"][1]["Value"] != 1.5
    backwards = {"fromDate": "2026-05-14T12:00:00", "toDate": "2026-05-14T11:00:00"}
    assert await esmart.refused("GET", ZONE, params=backwards) == 400
    assert await esmart.refused("GET", ZONE, params={"fromDate": "now"}) == 400


REQUESTS_FOR_CONTROL_REFUSED: list[tuple[dict[str, object], int]] = [
    ({"ZoneId": 2}, 404),
    ({"TsTypeId": 3}, 404),
    ({"ZoneId": None}, 400),
    ({"Values": None}, 400),
    ({"Values": {}}, 400),
    ({"Values": [1]}, 400),
    ({"Values": [{"ValueTime": "2026-05-14T13:00:00", "Value": 1}]}, 400),
    ({"Values": [{"Time": "2026-05-14T13:00:00", "Value": None}]}, 400),
]


async def test_requests_for_control_refused(esmart: Caller) -> None:
    for changed, status in REQUESTS_FOR_CONTROL_REFUSED:
        body = {"ZoneId": 1, "TsTypeId": 1, "Values": [], **changed}
        assert await esmart.refused("POST", "controlplanrequests", body) == status


async def test_control_plans(esmart: Caller) -> None:
    for asset in (601, 611):
        path = f"{CUSTOMER}/devices/{asset}/controlplans"
        (plan,) = await esmart.get(path)
        assert (plan["AssetId"], plan["IsDeclined"]) == (asset, False)
        start, stop = at(plan["StartTime"]), at(plan["EndTime"])
        assert NOW < start < stop
        assert at(plan["Values"][0]["ValueTime"]) == start
        assert len(plan["Values"]) == (stop - start) / timedelta(hours=1)
        assert await esmart.get(path, pageNumber="2") == []
        # Named otherwise than in the other lists, where it would count.
        assert await esmart.get(path, page="2") == [plan]
        assert await esmart.refused("GET", path, params={"pageNumber": "0"}) == 400
        decline = f"{path}/{plan['ControlPlanId']}/decline"
        assert await esmart.ask("POST", decline) is None
        assert await esmart.get(path) == [{**plan, "IsDeclined": True}]
    other = decline.replace("611", "601", 1)
    assert await esmart.refused("POST", other) == 404


async def test_sites(esmart: Caller) -> None:
    (site,) = await esmart.get(SITES)
    assert (site["SiteId"], site["CustomerId"]) == (701, 42)
    assert await esmart.get("demandandcontrol/customers/43/sites") == []
    devices = await esmart.get(f"{SITES}/701/devices")
    assert [device["AssetId"] for device in devices] == [601, 611]


async def test_settings_of_a_site(esmart: Caller) -> None:
    path = f"{SITES}/701/settings"
    before = {"SiteId": 701, "Threshold": 5.0, "Unit": "kW", "DeviceOrder": [601, 611]}
    assert await esmart.get(path) == before
    for method, threshold in (("PUT", 6.5), ("POST", 7)):
        sent = {**before, "Threshold": threshold, "DeviceOrder": [611]}
        assert await esmart.ask(method, path, sent) is None
        assert await esmart.get(path) == sent
    wrong: list[dict[str, object]] = [
        {"Threshold": None},
        {"Threshold": 0},
        {"Threshold": "5"},
        {"DeviceOrder": None},
        {"DeviceOrder": [999]},
        {"DeviceOrder": ["601"]},
        {"SiteId": 702},
        {"Unit": "W"},
    ]
    for method in ("PUT", "POST"):
        for changed in wrong:
            body = {**before, **changed}
            assert await esmart.refused(method, path, body) == 400, changed
    assert await esmart.get(path) == sent
    assert await esmart.ask("DELETE", path) is None
    gone = {**before, "Threshold": None, "DeviceOrder": []}
    assert await esmart.get(path) == gone
