"""Readings that are withheld, and published late."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox import Household, Sandbox
from tests.sandbox_tests.client import ACCOUNT, CONSUMPTION, NOW, Client
from tests.sandbox_tests.esmart_client import METER, SPAN, Caller, at

HOUR = timedelta(hours=1)
# Three quarters of today, the first of them the last of an hour.
QUARTERS = {
    "start": "2026-05-14T09:45:00+02:00",
    "stop": "2026-05-14T10:30:00+02:00",
}
FIRST = datetime(2026, 5, 14, 7, 45, tzinfo=UTC)
LAST = datetime(2026, 5, 14, 8, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 5, 12, 22, tzinfo=UTC)


@pytest.fixture
async def esmart(sandbox: Sandbox) -> AsyncGenerator[Caller]:
    """Return a caller of the simulated eSmart."""
    async with Caller(sandbox) as caller:
        yield caller


def test_what_is_withheld_is_in_no_energy() -> None:
    household = Household(1, lambda: NOW)
    before = household.energy(MIDNIGHT, NOW)
    gone = household.energy(FIRST, LAST)
    household.withhold(FIRST, LAST)
    left = household.energy(MIDNIGHT, NOW)
    assert left.total == before.total - gone.total
    assert left.rest == pytest.approx(before.rest - gone.rest)
    for name, energy in left.appliances.items():
        expected = before.appliances[name] - gone.appliances[name]
        assert energy == pytest.approx(expected)
    assert household.total_energy(FIRST, LAST) == 0
    assert household.load(FIRST).total > 0
    household.publish(FIRST, LAST - 2 * timedelta(minutes=15))
    assert household.energy(FIRST, LAST).total == household.load(FIRST).total / 4
    household.publish(FIRST, LAST)
    assert household.energy(MIDNIGHT, NOW) == before


def test_what_is_withheld_stays_so_under_changes() -> None:
    household = Household(1, lambda: NOW)
    household.withhold(FIRST, LAST)
    before = household.total_energy(FIRST, NOW)
    household.correct(FIRST, LAST + HOUR, 500)
    assert household.total_energy(FIRST, NOW) == before + 500
    household.add_appliance("heatPump")
    assert household.energy(FIRST, NOW).appliances["heatPump"] > 0
    assert household.total_energy(FIRST, LAST) == 0


def test_the_peak_is_there_withheld_or_not() -> None:
    household = Household(1, lambda: NOW)
    peak = household.peak(MIDNIGHT)
    household.withhold(MIDNIGHT, NOW)
    assert household.peak(MIDNIGHT) == peak


async def test_digiwatt(client: Client) -> None:
    async def rows(what: str) -> list[dict[str, object]]:
        data = (await client.data(f"{CONSUMPTION}/{what}"))["consumption"]
        return list(data)

    async def totals() -> tuple[float, float]:
        week = await client.data(f"{CONSUMPTION}/totals/this-week")
        trend = (await client.data(f"/analytics/{ACCOUNT}/trend"))["trend"][-1]
        return week["total"], trend["F1"]

    now = await client.data(f"{CONSUMPTION}/realtime")
    whole = {what: await rows(what) for what in ("latest", "this-week")}
    week, band = await totals()
    gone = client.portal.household.total_energy(FIRST, LAST)
    assert (await client.steer("digiwatt/withhold", QUARTERS)) == (200, QUARTERS)
    for what, before in whole.items():
        left = [
            row
            for row in before
            if not FIRST <= datetime.fromisoformat(f"{row['timestamp']}") < LAST
        ]
        assert len(left) == len(before) - 3
        assert await rows(what) == left
    assert await totals() == pytest.approx((week - gone, band - gone))
    assert await client.data(f"{CONSUMPTION}/realtime") == now
    await client.steer("digiwatt/publish", QUARTERS)
    assert {what: await rows(what) for what in whole} == whole
    assert await totals() == (week, band)


@pytest.mark.parametrize("what", ["consumption", "costs"])
async def test_esmart(esmart: Caller, what: str) -> None:
    path = f"{METER}/{what}"
    hours = (await esmart.ask("POST", path, SPAN))["Values"]
    watts = await esmart.get(f"{METER}/wattmeter")
    weather = await esmart.ask("POST", "meters/M-1001/temperatures", SPAN)
    assert (await esmart.steer("withhold", **QUARTERS)) == (200, QUARTERS)
    left = (await esmart.ask("POST", path, SPAN))["Values"]
    gone = {FIRST.replace(minute=0), LAST.replace(minute=0)}
    assert [(at(point["ValueTime"]), point["Value"]) for point in left] == [
        (start, point["Value"])
        for point in hours
        if (start := at(point["ValueTime"])) not in gone
    ]
    # The day is the sum of the hours that are there.
    days = (await esmart.ask("POST", path, {**SPAN, "Resolution": 20}))["Values"]
    total = sum(point["Value"] for point in left[24:])
    assert days[1]["Value"] == pytest.approx(total, abs=1e-4)
    assert await esmart.get(f"{METER}/wattmeter") == watts
    assert await esmart.ask("POST", "meters/M-1001/temperatures", SPAN) == weather
    await esmart.steer("publish", **QUARTERS)
    assert (await esmart.ask("POST", path, SPAN))["Values"] == hours


async def test_a_day_that_is_missing(esmart: Caller) -> None:
    path = f"{METER}/consumption"
    day = {"start": "2026-05-12T22:00:00+00:00", "stop": "2026-05-13T22:00:00+00:00"}
    await esmart.steer("withhold", **day)
    for resolution, count in ((7, 12), (20, 1)):
        wanted = {**SPAN, "Resolution": resolution}
        points = (await esmart.ask("POST", path, wanted))["Values"]
        assert len(points) == count
        assert at(points[0]["ValueTime"]) == datetime.fromisoformat(day["stop"])


@pytest.mark.parametrize("action", ["withhold", "publish", "correct"])
async def test_times_carry_an_offset(esmart: Caller, action: str) -> None:
    sent = {"watts": 1} if action == "correct" else {}
    for start in ("2026-05-12T22:00:00", "yesterday"):
        status, _ = await esmart.steer(action, **{**QUARTERS, "start": start}, **sent)
        assert status == 400
