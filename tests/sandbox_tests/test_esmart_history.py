"""The simulated eSmart's history: how far back, by which step, its sums."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import fsum
from typing import Any

import pytest

from tests.sandbox import Sandbox
from tests.sandbox.esmart_wire import midnight
from tests.sandbox.periods import first_of_month
from tests.sandbox_tests.client import NOW, Time
from tests.sandbox_tests.esmart_client import (
    CONTRACT,
    CUSTOMER,
    METER,
    SPAN,
    Caller,
    at,
)

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
WHATS = ("consumption", "costs")
FROM, TO = "2026-05-13T00:00:00+02:00", "2026-05-15T00:00:00+02:00"
FIRST = datetime.fromisoformat(FROM)


@pytest.fixture
async def esmart(sandbox: Sandbox) -> AsyncGenerator[Caller]:
    """Return a caller of the simulated eSmart."""
    async with Caller(sandbox) as caller:
        yield caller


async def values(esmart: Caller, what: str, **changed: object) -> dict[datetime, float]:
    """Return the points of an answer by their time."""
    answer = await esmart.ask("POST", f"{METER}/{what}", {**SPAN, **changed})
    return {at(point["ValueTime"]): point["Value"] for point in answer["Values"]}


async def published(esmart: Caller, start: str = FROM, stop: str = TO) -> Any:
    """Return what the portal says it has published."""
    wanted = {"contract_no": 1001, "start": start, "stop": stop}
    status, answer = await esmart.steer("published", **wanted)
    assert status == 200
    return answer


# How far back


async def test_contracts_are_two_years_old(esmart: Caller) -> None:
    start = (await esmart.get(CONTRACT))["StartDate"]
    assert at(start) == datetime(2024, 4, 30, 22, tzinfo=UTC)


async def test_open_since(esmart: Caller, clock: Time) -> None:
    opened = {"opened": "2021-04-30T22:00:00+00:00"}
    assert await esmart.steer("open_since", months=60) == (200, opened)
    assert (await esmart.get(CONTRACT))["StartDate"] == opened["opened"]
    (row, *_) = await esmart.get(f"{CUSTOMER}/contractdeliverypoints")
    assert row["StartDate"] == opened["opened"]
    span = {"FromTime": "2021-04-29T22:00:00", "ToTime": "2021-05-01T22:00:00"}
    for what in WHATS:
        points = await values(esmart, what, **span)
        assert (min(points), len(points)) == (at(opened["opened"]), 24)
    clock.now += timedelta(days=31)
    await esmart.steer("open_since", months=0)
    assert (await esmart.get(CONTRACT))["StartDate"] == "2026-05-31T22:00:00+00:00"
    for months in (-1, "2", None):
        assert (await esmart.steer("open_since", months=months))[0] == 400


@pytest.mark.timeout(30)
async def test_five_years_month_by_month(esmart: Caller) -> None:
    await esmart.steer("open_since", months=60)
    bounds = [midnight(first_of_month(date(2026, 5, 1), n)) for n in range(60, -1, -1)]
    sums = {}
    for what in WHATS:
        points: dict[datetime, float] = {}
        for start, stop in pairwise(bounds):
            span = {"FromTime": start.isoformat(), "ToTime": stop.isoformat()}
            points |= await values(esmart, what, **span)
        assert list(points) == [
            bounds[0] + n * HOUR for n in range((bounds[-1] - bounds[0]) // HOUR)
        ]
        sums[what] = fsum(points.values())
    first, *_, last = map(datetime.isoformat, bounds)
    hours = (bounds[-1] - bounds[0]) // HOUR
    assert await published(esmart, first, last) == {**sums, "hours": hours}


# By which step


@pytest.mark.parametrize("what", WHATS)
async def test_read_by_quarters(esmart: Caller, what: str) -> None:
    hours = await values(esmart, what)
    days = await values(esmart, what, Resolution=20)
    assert await esmart.steer("read_by_quarters") == (200, {"minutes": 15})
    quarters = await values(esmart, what)
    # Two of the running hour are over at 10:37.
    assert list(quarters) == [FIRST + n * QUARTER for n in range(36 * 4 + 2)]
    for start, value in hours.items():
        parts = (quarters[start + n * QUARTER] for n in range(4))
        assert fsum(parts) == pytest.approx(value, abs=1e-5)
    assert await values(esmart, what, Resolution=0) == quarters
    # The running day is the sum of the quarters so far.
    today = FIRST + 24 * HOUR
    total = fsum(value for start, value in quarters.items() if start >= today)
    later = await values(esmart, what, Resolution=20)
    assert later == {**days, today: pytest.approx(total, abs=1e-4)}


async def test_a_quarter_costs_what_its_hour_does(esmart: Caller) -> None:
    query = {"fromTimeUtc": f"{SPAN['FromTime']}", "toTimeUtc": f"{SPAN['ToTime']}"}
    rows = await esmart.get(f"{CONTRACT}/hourprices", **query, useCache="true")
    prices = {at(row["ValueTime"]): row["Value"] for row in rows}
    await esmart.steer("read_by_quarters")
    energy, costs = [await values(esmart, what) for what in WHATS]
    assert costs == {
        start: pytest.approx(value * prices[start.replace(minute=0)], abs=1e-5)
        for start, value in energy.items()
    }


async def test_a_quarter_that_is_withheld(esmart: Caller) -> None:
    await esmart.steer("read_by_quarters")
    quarters = await values(esmart, "consumption")
    gone = FIRST + 5 * QUARTER
    await esmart.steer(
        "withhold", start=gone.isoformat(), stop=(gone + QUARTER).isoformat()
    )
    left = await values(esmart, "consumption")
    assert quarters.keys() - left.keys() == {gone}
    compared = await esmart.ask("POST", f"{METER}/comparedwithothers", SPAN)
    assert len(compared["MeterAverage"]) == 35


# What is refused


async def test_longest_span(esmart: Caller) -> None:
    def body(days: int, seconds: int = 0) -> dict[str, object]:
        start = NOW - timedelta(days=days, seconds=seconds)
        return {**SPAN, "FromTime": start.isoformat(), "ToTime": NOW.isoformat()}

    await esmart.ask("POST", f"{METER}/consumption", body(400))
    assert await esmart.steer("set_longest_span", days=31) == (200, {"days": 31})
    for what in WHATS:
        path = f"{METER}/{what}"
        await esmart.ask("POST", path, body(31))
        assert await esmart.refused("POST", path, body(31, 1)) == 400
    await esmart.ask("POST", f"{METER}/comparedwithothers", body(32))
    await esmart.ask("POST", "meters/M-1001/temperatures", body(32))
    await esmart.steer("set_longest_span", days=None)
    await esmart.ask("POST", f"{METER}/costs", body(400))
    assert (await esmart.steer("set_longest_span", days=0))[0] == 400


async def test_costs_can_be_denied_alone(esmart: Caller) -> None:
    await esmart.steer("deny", operation="costs", status=403)
    assert await esmart.refused("POST", f"{METER}/costs", SPAN) == 403
    assert await values(esmart, "consumption")
    await esmart.steer("allow", operation="costs")
    assert await values(esmart, "costs")


# What it sums up to


@pytest.mark.parametrize("by_quarters", [False, True])
async def test_published(esmart: Caller, by_quarters: bool) -> None:
    if by_quarters:
        await esmart.steer("read_by_quarters")

    async def expected(hours: int, *gone: datetime) -> dict[str, float]:
        def whole(start: datetime) -> bool:
            hour = start.replace(minute=0)
            return hour < FIRST + 36 * HOUR and hour not in gone

        sums = {
            what: fsum(
                value
                for start, value in (await values(esmart, what)).items()
                if whole(start)
            )
            for what in WHATS
        }
        return {**sums, "hours": hours}

    assert await published(esmart) == await expected(36)
    # An hour of which a quarter is withheld is not complete.
    gone = FIRST + 7 * HOUR
    quarter = {
        "start": (gone + QUARTER).isoformat(),
        "stop": (gone + 2 * QUARTER).isoformat(),
    }
    await esmart.steer("withhold", **quarter)
    assert await published(esmart) == await expected(35, gone.astimezone(UTC))
    await esmart.steer("publish", **quarter)
    assert await published(esmart) == await expected(36)


async def test_published_counts_whole_hours(esmart: Caller) -> None:
    nothing = {"consumption": 0, "costs": 0, "hours": 0}
    for start, stop in (
        ("2026-05-13T08:01+02:00", "2026-05-13T09:59+02:00"),
        ("2026-05-14T12:00+02:00", "2026-05-14T13:00+02:00"),
        ("2024-04-30T12:00+02:00", "2024-05-01T00:00+02:00"),
    ):
        assert await published(esmart, start, stop) == nothing
    wide = await published(esmart, "2026-05-13T08:59+02:00", "2026-05-13T10:59+02:00")
    assert wide["hours"] == 1
    assert wide == await published(
        esmart, "2026-05-13T09:00+02:00", "2026-05-13T10:00+02:00"
    )
    for changed in ({"contract_no": 1}, {"start": "2026-05-13T09:00"}):
        sent = {"contract_no": 1001, "start": FROM, "stop": TO, **changed}
        assert (await esmart.steer("published", **sent))[0] == 400


async def test_published_is_of_a_contract(esmart: Caller) -> None:
    sums = {}
    for contract in (1001, 1002, 1003):
        sent = {"contract_no": contract, "start": FROM, "stop": TO}
        _, sums[contract] = await esmart.steer("published", **sent)
    home, grid, cabin = sums.values()
    assert grid["consumption"] == home["consumption"]
    assert grid["costs"] == pytest.approx(grid["consumption"] * 0.4, abs=1e-4)
    assert cabin["consumption"] == pytest.approx(home["consumption"] / 2, abs=1e-4)
