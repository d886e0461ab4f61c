"""The simulated eSmart's prices: slots, days of the sources, publication."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.sandbox import Sandbox
from tests.sandbox_tests.client import NOW, Time
from tests.sandbox_tests.esmart_client import CONTRACT, DAYS, NET, OSLO, Caller, at

TOMORROW = {"fromTimeUtc": "2026-05-14T22:00:00", "toTimeUtc": "2026-05-15T22:00:00"}
WITH_PRELIMINARY = {**TOMORROW, "includePreliminary": "true", "useCache": "false"}
CACHED = {"useCache": "true"}


@pytest.fixture
async def esmart(sandbox: Sandbox) -> AsyncGenerator[Caller]:
    """Return a caller of the simulated eSmart."""
    async with Caller(sandbox) as caller:
        yield caller


async def spot(esmart: Caller, area: str = "NO1", **query: str) -> Any:
    """Return spot prices."""
    return await esmart.get(
        "spotprices", priceArea=area, **{"useCache": "true", **query}
    )


def oslo_day(day: date) -> dict[str, str]:
    """Return the query for one day of the sources."""
    bounds = (
        datetime(edge.year, edge.month, edge.day, tzinfo=OSLO).astimezone(UTC)
        for edge in (day, day + timedelta(days=1))
    )
    start, stop = (f"{edge:%Y-%m-%dT%H:%M:%S}" for edge in bounds)
    return {"fromTimeUtc": start, "toTimeUtc": stop}


def local(hour: int, minute: int) -> datetime:
    """Return a time of the day of the tests in Norway."""
    return datetime(2026, 5, 14, hour, minute, tzinfo=OSLO).astimezone(UTC)


async def test_spot_prices(sandbox: Sandbox, esmart: Caller) -> None:
    # The day before tomorrow is known, and nothing after it yet.
    rows = await spot(esmart, **DAYS)
    times = [at(row["ValueTime"]) for row in rows]
    assert times[0] == datetime(2026, 5, 12, 22, tzinfo=UTC)
    assert times[-1] == datetime(2026, 5, 14, 21, 45, tzinfo=UTC)
    steps = {after - before for before, after in pairwise(times)}
    assert steps == {timedelta(minutes=15)}
    assert set(rows[0]) == {"ValueTime", "Value", "Unit", "IsPreliminary"}
    assert (rows[0]["Unit"], rows[0]["IsPreliminary"]) == ("NOK/kWh", False)
    assert all(set(row) == {"ValueTime", "Value"} for row in rows[1:])
    for row, moment in zip(rows, times, strict=True):
        expected = sandbox.household.grid.price(moment) * 11.5
        assert row["Value"] == pytest.approx(expected, abs=1e-5)
    fractions = {len(row["ValueTime"].partition(".")[2]) for row in rows}
    assert fractions == {0, 13}
    other = await spot(esmart, "NO5", **DAYS)
    assert other[0]["Value"] > rows[0]["Value"]


@pytest.mark.parametrize(
    ("day", "quarters"),
    [
        (date(2026, 3, 29), 92),
        (date(2026, 5, 12), 96),
        (date(2025, 10, 26), 100),
    ],
)
async def test_days_of_the_market(esmart: Caller, day: date, quarters: int) -> None:
    for minutes in (15, 30, 60):
        assert (await esmart.steer("set_resolution", minutes=minutes))[0] == 200
        rows = await spot(esmart, **oslo_day(day))
        assert len(rows) == quarters * 15 // minutes
        days = {at(row["ValueTime"]).astimezone(OSLO).date() for row in rows}
        assert days == {day}
    assert (await esmart.steer("set_resolution", minutes=20))[0] == 400


async def test_an_hour_is_the_mean_of_its_quarters(esmart: Caller) -> None:
    quarters = [row["Value"] for row in await spot(esmart, **DAYS)]
    await esmart.steer("set_resolution", minutes=60)
    hours = [row["Value"] for row in await spot(esmart, **DAYS)]
    assert hours[3] == pytest.approx(sum(quarters[12:16]) / 4, abs=1e-4)


async def test_ranges_are_half_open(esmart: Caller) -> None:
    query = {
        "fromTimeUtc": "2026-05-13T10:00:00",
        "toTimeUtc": "2026-05-13T10:30:00",
    }
    rows = await spot(esmart, **query)
    times = [f"{at(row['ValueTime']):%H:%M}" for row in rows]
    assert times == ["10:00", "10:15"]
    # The slot that runs already is not of the range.
    assert (
        len(await spot(esmart, **{**query, "fromTimeUtc": "2026-05-13T10:00:01"})) == 1
    )
    assert await spot(esmart, **{**query, "toTimeUtc": query["fromTimeUtc"]}) == []


@pytest.mark.parametrize(
    ("hour", "minute", "final", "preliminary"),
    [
        (12, 44, 0, 0),
        (12, 45, 0, 96),
        (12, 54, 0, 96),
        (12, 55, 96, 96),
        (23, 59, 96, 96),
    ],
)
async def test_publication(
    esmart: Caller, clock: Time, hour: int, minute: int, final: int, preliminary: int
) -> None:
    clock.now = local(hour, minute)
    assert len(await spot(esmart, **TOMORROW)) == final
    rows = await spot(esmart, **WITH_PRELIMINARY)
    assert len(rows) == preliminary
    assert all(row.get("IsPreliminary", False) is not bool(final) for row in rows)
    after = await spot(esmart, **oslo_day(date(2026, 5, 16)))
    assert after == []


async def test_final_prices_replace_preliminary_ones(
    esmart: Caller, clock: Time
) -> None:
    clock.now = local(12, 50)
    before = await spot(esmart, **WITH_PRELIMINARY)
    clock.now = local(12, 55)
    after = await spot(esmart, **WITH_PRELIMINARY)
    pairs = zip(before, after, strict=True)
    assert all(old["Value"] != new["Value"] for old, new in pairs)


async def test_publication_in_winter(esmart: Caller, clock: Time) -> None:
    clock.now = datetime(2026, 1, 10, 11, 54, 59, tzinfo=UTC)
    assert await spot(esmart, **oslo_day(date(2026, 1, 11))) == []
    clock.now += timedelta(seconds=1)
    assert len(await spot(esmart, **oslo_day(date(2026, 1, 11)))) == 96


async def test_delayed_publication(esmart: Caller, clock: Time) -> None:
    assert (await esmart.steer("delay_publication", minutes=90))[0] == 200
    for hour, minute, count in ((12, 55, 0), (14, 24, 0), (14, 25, 96)):
        clock.now = local(hour, minute)
        assert len(await spot(esmart, **TOMORROW)) == count
    # However late, the prices of a day are known once it has begun.
    await esmart.steer("delay_publication", minutes=2000)
    clock.now = local(23, 59)
    assert await spot(esmart, **TOMORROW) == []
    clock.now += timedelta(minutes=1)
    assert len(await spot(esmart, **TOMORROW)) == 96


async def test_corrected_prices(esmart: Caller) -> None:
    before = await spot(esmart, **DAYS)
    wanted = {
        "start": "2026-05-13T12:00:00+02:00",
        "stop": "2026-05-13T12:30:00+02:00",
        "value": -0.25,
    }
    assert (await esmart.steer("correct_price", **wanted))[0] == 200
    after = await spot(esmart, **DAYS)
    changed = {
        f"{at(new['ValueTime']):%H:%M}": new["Value"]
        for old, new in zip(before, after, strict=True)
        if old != new
    }
    assert changed == {"10:00": -0.25, "10:15": -0.25}
    assert (await esmart.steer("correct_price", **{**wanted, "value": "x"}))[0] == 400


SPOT_PRICES_REFUSED: list[dict[str, str | None]] = [
    {"priceArea": "NO6"},
    {"priceArea": "Oslo"},
    {"priceArea": None},
    {"fromTimeUtc": None},
    {"toTimeUtc": None},
    {"fromTimeUtc": "2026-05-12"},
    {"fromTimeUtc": "2026-05-12T22:00:00Z"},
    {"fromTimeUtc": "2026-05-12T22:00:00+00:00"},
    {"fromTimeUtc": "2026-05-12T22:00:00.000"},
    {"fromTimeUtc": "2026-13-12T22:00:00"},
    {"fromTimeUtc": "0001-01-01T00:00:00"},
    {"toTimeUtc": "2026-05-12T21:59:59"},
    {"includePreliminary": "True"},
    {"useCache": "1"},
    {"useCache": None},
]


async def test_spot_prices_refused(esmart: Caller) -> None:
    for changed in SPOT_PRICES_REFUSED:
        query = {"priceArea": "NO1", **DAYS, **CACHED, **changed}
        params = {key: value for key, value in query.items() if value is not None}
        assert await esmart.refused("GET", "spotprices", params=params) == 400


async def test_contract_prices(esmart: Caller) -> None:
    rows = await esmart.get(f"{CONTRACT}/hourprices", **DAYS, useCache="false")
    assert rows == await esmart.get(f"{CONTRACT}/meter/M-1001/hourprices", **DAYS)
    assert (rows[0]["Unit"], len(rows)) == ("NOK/kWh", 48)
    await esmart.steer("set_resolution", minutes=60)
    hours = await spot(esmart, **DAYS)
    for row, raw in zip(rows, hours, strict=True):
        assert at(row["ValueTime"]) == at(raw["ValueTime"])
        assert row["Value"] == pytest.approx(raw["Value"] * 1.25 + 0.05)
    assert await esmart.steer("set_contract_resolution", minutes=15) == (
        200,
        {"minutes": 15},
    )
    quarters = await esmart.get(f"{CONTRACT}/hourprices", **DAYS, **CACHED)
    assert len(quarters) == 192
    assert (await esmart.steer("set_contract_resolution", minutes=1))[0] == 400


async def test_contract_prices_of_others(esmart: Caller, clock: Time) -> None:
    grid = CONTRACT.replace("1001", "1002")
    sent = {"params": {**DAYS, **CACHED}, "headers": NET}
    rows = await esmart.ask("GET", f"{grid}/hourprices", **sent)
    assert {row["Value"] for row in rows} == {0.4}
    path = f"{CONTRACT}/meter/M-1003/hourprices"
    assert await esmart.refused("GET", path, params=DAYS) == 404
    assert await esmart.refused("GET", f"{CONTRACT}/hourprices") == 400
    # The reference gives no default for it.
    assert await esmart.refused("GET", f"{CONTRACT}/hourprices", params=DAYS) == 400
    # A contract has no price before it was made.
    early = oslo_day(date(2020, 1, 1))
    assert await esmart.get(f"{CONTRACT}/hourprices", **early, **CACHED) == []
    assert clock.now == NOW
