"""The simulated eSmart's energy: of the one household, in its own words."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox import Sandbox
from tests.sandbox_tests.client import NOW, Time
from tests.sandbox_tests.esmart_client import (
    CONTRACT,
    METER,
    NET,
    OSLO,
    SPAN,
    Caller,
    at,
)

HOUR = timedelta(hours=1)
CABIN = "customers/43/contracts/1003/meters/M-1003"


@pytest.fixture
async def esmart(sandbox: Sandbox) -> AsyncGenerator[Caller]:
    """Return a caller of the simulated eSmart."""
    async with Caller(sandbox) as caller:
        yield caller


async def series(esmart: Caller, path: str, **changed: object) -> Any:
    """Return what a ConsumptionRequest yields."""
    return await esmart.ask("POST", path, {**SPAN, **changed})


# Power


async def test_watt_meter(sandbox: Sandbox, esmart: Caller) -> None:
    answer = await esmart.get(f"{METER}/wattmeter")
    load = sandbox.household.load(NOW).total
    assert answer["Last"]["Value"] == load / 1000
    assert answer["Last"]["ValueTime"] == "2026-05-14T10:37:30.0000004+00:00"
    assert answer["Last"]["TimeSeriesType"] == 0
    month = datetime(2026, 5, 1, tzinfo=OSLO).astimezone(UTC)
    loads = list(sandbox.household.loads(month, NOW))
    highest = max(loads, key=lambda load: load.total)
    assert answer["ThisMonthMax"]["Value"] == highest.total / 1000
    assert at(answer["ThisMonthMax"]["ValueTime"]) == highest.start
    # The seed's highest since April is of May: said once, then referred to.
    assert answer["ThisMonthMax"]["$id"] == "2"
    assert answer["Max"] == {"$ref": "2"}


async def test_a_watt_meter_at_its_highest(esmart: Caller) -> None:
    now = {"start": "2026-05-14T10:30:00+00:00", "stop": "2026-05-14T10:45:00+00:00"}
    await esmart.steer("correct", **now, watts=20_000)
    answer = await esmart.get(f"{METER}/wattmeter")
    assert answer["Last"]["$id"] == "1"
    assert answer["ThisMonthMax"] == answer["Max"] == {"$ref": "1"}


async def test_the_highest_of_the_month_before(esmart: Caller, clock: Time) -> None:
    april = {"start": "2026-04-30T21:45:00+00:00", "stop": "2026-04-30T22:00:00+00:00"}
    await esmart.steer("correct", **april, watts=9000)
    answer = await esmart.get(f"{METER}/wattmeter")
    assert at(answer["Max"]["ValueTime"]) == at(april["start"])
    assert answer["Max"]["Value"] > answer["ThisMonthMax"]["Value"]
    # The first quarter of a Norwegian month is its highest so far.
    clock.now = datetime(2026, 5, 31, 22, 5, tzinfo=UTC)
    answer = await esmart.get(f"{METER}/wattmeter")
    assert answer["ThisMonthMax"] == {"$ref": "1"}
    assert at(answer["Max"]["ValueTime"]) == at(april["start"])


async def test_watt_meter_v2(esmart: Caller) -> None:
    old = await esmart.get(f"{METER}/wattmeter")
    new = await esmart.get(f"{METER}/wattmeter/v2")
    assert new["maxMonthWattmeter"] == old
    assert new["wattmeterDisplayType"] == 1
    subscribed = new["subscribedPowerWattmeter"]
    assert subscribed["subscribedPower"] == {"value": 10.0, "unit": "kW"}
    sections = subscribed["sections"]
    assert list(sections) == ["firstSection", "secondSection", "thirdSection"]
    assert sections["firstSection"]["to"] == sections["secondSection"]["from"]
    cabin = await esmart.get(f"{CABIN}/wattmeter/v2")
    assert cabin["subscribedPowerWattmeter"] is None
    assert cabin["maxMonthWattmeter"]["Last"]["Value"] == old["Last"]["Value"] / 2


# Energy


async def test_hours(sandbox: Sandbox, esmart: Caller) -> None:
    answer = await series(esmart, f"{METER}/consumption")
    assert set(answer) == {"Unit", "Values"}
    assert answer["Unit"] == "kWh"
    points = answer["Values"]
    first = datetime(2026, 5, 12, 22, tzinfo=UTC)
    # Up to the hour that is over at 10:37.
    assert [at(point["ValueTime"]) for point in points] == [
        first + n * HOUR for n in range(36)
    ]
    for n, point in enumerate(points):
        assert point["$id"] == f"{n + 1}"
        assert point["Status"] == 1
        start = at(point["ValueTime"])
        energy = sandbox.household.total_energy(start, start + HOUR)
        assert point["Value"] == pytest.approx(energy / 1000)
    await esmart.steer("hold_back", seconds=7200)
    assert (await series(esmart, f"{METER}/consumption"))["Values"] == points[:-2]
    cabin = (await series(esmart, f"{CABIN}/consumption"))["Values"]
    assert cabin[0]["Value"] == pytest.approx(points[0]["Value"] / 2)
    none = await series(esmart, f"{METER}/consumption", ToTime=SPAN["FromTime"])
    assert none == {"Unit": "kWh", "Values": []}


@pytest.mark.parametrize(
    ("resolution", "start", "stop", "starts"),
    [
        (0, "2026-03-28T23:00:00", "2026-03-29T22:00:00", 23),
        (7, "2026-03-28T23:00:00", "2026-03-29T22:00:00", 23),
        (7, "2025-10-25T22:00:00", "2025-10-26T23:00:00", 25),
        (
            20,
            "2026-03-28T23:00:00",
            "2026-03-30T22:00:01",
            [
                "2026-03-29T00:00+01:00",
                "2026-03-30T00:00+02:00",
                "2026-03-31T00:00+02:00",
            ],
        ),
        (20, "2026-05-12T22:00:01", "2026-05-14T00:00:00", ["2026-05-14T00:00+02:00"]),
        (
            40,
            "2026-03-01T00:00:00",
            "2026-12-01T00:00:00",
            ["2026-04-01T00:00+02:00", "2026-05-01T00:00+02:00"],
        ),
        (
            50,
            "2024-12-31T23:00:00",
            "2026-12-01T00:00:00",
            ["2025-01-01T00:00+01:00", "2026-01-01T00:00+01:00"],
        ),
    ],
)
async def test_resolutions(
    esmart: Caller, resolution: int, start: str, stop: str, starts: int | list[str]
) -> None:
    wanted = {"FromTime": start, "ToTime": stop, "Resolution": resolution}
    points = (await series(esmart, f"{METER}/consumption", **wanted))["Values"]
    times = [at(point["ValueTime"]) for point in points]
    if isinstance(starts, int):
        assert len(times) == starts
    else:
        assert times == [datetime.fromisoformat(text) for text in starts]


async def test_a_day_is_the_sum_of_its_hours(esmart: Caller) -> None:
    for path in (f"{METER}/consumption", f"{METER}/costs"):
        hours = (await series(esmart, path))["Values"]
        days = (await series(esmart, path, Resolution=20))["Values"]
        # The running day is the sum of the hours so far.
        for day, part in zip(days, (hours[:24], hours[24:]), strict=True):
            total = sum(point["Value"] for point in part)
            assert day["Value"] == pytest.approx(total, abs=1e-4)


async def test_last_year_and_weather(esmart: Caller) -> None:
    wanted = {"IncludeLastYear": True, "IncludeWeather": True, "HasWattMeter": True}
    answer = await series(esmart, f"{METER}/consumption", **wanted)
    before = answer["LastYear"]
    assert before["Unit"] == "kWh"
    assert before["Values"][0]["ValueTime"] == "2025-05-12T22:00:00+00:00"
    # All of the hours of last year are over.
    assert len(before["Values"]) == 48
    assert answer["Weather"]["Unit"] == "°C"
    assert "Status" not in answer["Weather"]["Values"][0]
    numbers = [
        point["$id"]
        for part in (answer, before, answer["Weather"])
        for point in part["Values"]
    ]
    assert numbers == [f"{n + 1}" for n in range(36 + 48 + 36)]


async def test_costs(esmart: Caller) -> None:
    costs = await series(esmart, f"{METER}/costs")
    energy = (await series(esmart, f"{METER}/consumption"))["Values"]
    query = {"fromTimeUtc": "2026-05-12T22:00:00", "toTimeUtc": "2026-05-14T22:00:00"}
    prices = await esmart.get(f"{CONTRACT}/hourprices", **query, useCache="true")
    assert costs["Unit"] == "NOK"
    for n, point in enumerate(costs["Values"]):
        expected = energy[n]["Value"] * prices[n]["Value"]
        assert point["Value"] == pytest.approx(expected, abs=1e-5)


async def test_expense_overview(esmart: Caller) -> None:
    body = {**SPAN, "ContractNo": 1001, "CustomerId": 42}
    answer = await esmart.ask("POST", f"{CONTRACT}/expenseoverview", body)
    costs = await series(esmart, f"{METER}/costs")
    parts = {item["Name"]: item["Value"] for item in answer["Items"]}
    assert list(parts) == ["Energy", "Grid"]
    assert parts["Energy"] == pytest.approx(
        sum(point["Value"] for point in costs["Values"])
    )
    assert answer["Total"] == pytest.approx(sum(parts.values()))
    assert (answer["ContractNo"], answer["Unit"]) == (1001, "NOK")
    grid = CONTRACT.replace("1001", "1002")
    sent: dict[str, Any] = {"headers": NET}
    body = {**body, "ContractNo": 1002}
    answer = await esmart.ask("POST", f"{grid}/expenseoverview", body, **sent)
    assert [item["Name"] for item in answer["Items"]] == ["Grid"]
    for key in body.keys() - {"Resolution"}:
        less = {name: value for name, value in body.items() if name != key}
        path = f"{grid}/expenseoverview"
        assert await esmart.refused("POST", path, less, **sent) == 400


async def test_compared_with_others(esmart: Caller) -> None:
    answer = await series(esmart, f"{METER}/comparedwithothers", Resolution=20)
    assert set(answer) == {
        "MeterAverage",
        "ReferenceGroupAverage",
        "EfficientsAverage",
        "Score",
        "EfficientComparisonPercentage",
        "ReferenceGroupComparisonPercentage",
        "Scores",
    }
    assert len(answer["MeterAverage"]) == len(answer["Scores"]) == 2
    own, efficient = (
        sum(point["Value"] for point in answer[key])
        for key in ("MeterAverage", "EfficientsAverage")
    )
    above = answer["EfficientComparisonPercentage"]
    assert above == round(100 * (own / efficient - 1))
    assert all(isinstance(point["Value"], int) for point in answer["Scores"])


async def test_a_group_of_one_is_only_referred_to(esmart: Caller) -> None:
    answer = await series(esmart, f"{CABIN}/comparedwithothers")
    numbers = [point["$id"] for point in answer["MeterAverage"]]
    assert answer["ReferenceGroupAverage"] == [{"$ref": number} for number in numbers]
    assert answer["ReferenceGroupComparisonPercentage"] == 0


async def test_temperatures(esmart: Caller) -> None:
    path = "meters/M-1001/temperatures"
    answer = await esmart.ask("POST", path, SPAN)
    assert (answer["Unit"], len(answer["Values"])) == ("°C", 36)
    assert all(-40 < point["Value"] < 40 for point in answer["Values"])
    weather = await series(esmart, f"{METER}/consumption", IncludeWeather=True)
    assert [point["Value"] for point in weather["Weather"]["Values"]] == [
        point["Value"] for point in answer["Values"]
    ]
    assert await esmart.refused("POST", "meters/none/temperatures", SPAN) == 404


REQUESTS_REFUSED: list[dict[str, object]] = [
    {"FromTime": None},
    {"ToTime": None},
    {"Resolution": None},
    {"Resolution": 8},
    {"Resolution": "7"},
    {"Resolution": True},
    {"FromTime": "yesterday"},
    {"FromTime": "2026-05-12T22:00"},
    {"FromTime": "2026-02-30T22:00:00"},
    {"FromTime": 1778623200},
    {"ToTime": "2026-05-12T21:59:59"},
    {"ToTime": "2999-01-01T00:00:00"},
]


async def test_requests_refused(esmart: Caller) -> None:
    for changed in REQUESTS_REFUSED:
        body = {**SPAN, **changed}
        for path in (
            f"{METER}/consumption",
            f"{METER}/costs",
            f"{METER}/comparedwithothers",
            "meters/M-1001/temperatures",
        ):
            assert await esmart.refused("POST", path, body) == 400, path


CONSUMPTION_REFUSED: list[dict[str, object]] = [
    {"ContractNo": 1002},
    {"CustomerId": 43},
    {"CustomerId": "42"},
    {"IncludeLastYear": "true"},
    {"IncludeWeather": 1},
    {"HasWattMeter": "yes"},
]


async def test_consumption_refused(esmart: Caller) -> None:
    for changed in CONSUMPTION_REFUSED:
        body = {**SPAN, "ContractNo": 1001, "CustomerId": 42, "IncludeLastYear": False}
        await esmart.ask("POST", f"{METER}/consumption", body)
        body |= changed
        assert await esmart.refused("POST", f"{METER}/consumption", body) == 400


@pytest.mark.parametrize(
    "start",
    [
        "2026-05-12T22:00:00Z",
        "2026-05-13T00:00:00+02:00",
        "2026-05-12T22:00:00.0000000+00:00",
    ],
)
async def test_bodies_take_offsets(esmart: Caller, start: str) -> None:
    plain = await series(esmart, f"{METER}/consumption")
    assert await series(esmart, f"{METER}/consumption", FromTime=start) == plain


async def test_peak(sandbox: Sandbox, clock: Time) -> None:
    household = sandbox.household
    start = NOW - timedelta(days=2, minutes=22, seconds=30)
    loads = list(household.loads(start, NOW))
    highest = max(load.total for load in loads)
    (first, *_) = (load.start for load in loads if load.total == highest)
    assert household.peak(start) == (first, highest)
    # The slot that has just begun is one of them.
    clock.now = running = NOW.replace(minute=30, second=0)
    assert household.peak(running) == (running, household.load(NOW).total)
