"""The simulated Digiwatt's history: its sums, wrong totals, and two homes."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

import pytest

from tests.sandbox.periods import PERIODS
from tests.sandbox_tests.client import ACCOUNT, CONSUMPTION, Client, Time

SECOND = "42"
USER = {"pod": "IT001E0000000001AB", "account_number": SECOND, "company_code": "c"}
HOUR = timedelta(hours=1)
# The week so far: its first slot and the end of its last whole hour.
WEEK = {"start": "2026-05-11T00:00:00+02:00", "stop": "2026-05-14T12:00:00+02:00"}
HOURS = 84


async def totals(client: Client, period: str = "yesterday") -> dict[str, Any]:
    """Return the totals of a period, those of appliances by name."""
    data = await client.data(f"{CONSUMPTION}/totals/{period}")
    named = {item["appliance"]: item["value"] for item in data["appliances"]}
    return {**data, "appliances": named}


async def published(client: Client, **sent: object) -> Any:
    """Return what the portal says it has published."""
    status, answer = await client.steer("digiwatt/published", {**WEEK, **sent})
    assert status == 200
    return answer


async def summed(client: Client, account: str = ACCOUNT) -> dict[str, object]:
    """Return the sums over the whole hours of the rows of this week."""
    data = await client.data(f"/consumption/{account}/this-week")
    rows = {
        datetime.fromisoformat(row["timestamp"]).astimezone(UTC): row
        for row in data["consumption"]
    }
    counts = Counter(start.replace(minute=0) for start in rows)
    whole = [row for at, row in rows.items() if counts[at.replace(minute=0)] == 4]
    names = {name for row in whole for name in row["appliances"]}
    return {
        "total": fsum(row["total"] / 4 for row in whole),
        "appliances": {
            name: fsum(row["appliances"].get(name, 0) / 4 for row in whole)
            for name in names
        },
        "hours": len(whole) // 4,
    }


# What it sums up to


async def test_published(client: Client) -> None:
    answer = await published(client)
    assert answer["hours"] == HOURS
    assert answer == await summed(client)
    # The running hour is none, however far the span reaches.
    assert await published(client, stop="2026-05-15T00:00:00+02:00") == answer
    quarter = {
        "start": "2026-05-12T08:15:00+02:00",
        "stop": "2026-05-12T08:30:00+02:00",
    }
    await client.steer("digiwatt/withhold", quarter)
    left = await published(client)
    assert left["hours"] == HOURS - 1
    assert left == await summed(client)
    await client.steer("digiwatt/publish", quarter)
    assert await published(client) == answer


async def test_the_running_hour_is_not_over(client: Client, clock: Time) -> None:
    # All four slots of the hour have begun, and so have their rows.
    clock.now = datetime(2026, 5, 14, 10, 50, tzinfo=UTC)
    wanted = {"stop": "2026-05-14T13:00:00+02:00"}
    assert (await published(client, **wanted))["hours"] == HOURS
    clock.now += timedelta(minutes=10)
    assert (await published(client, **wanted))["hours"] == HOURS + 1
    await client.steer("digiwatt/hold_back", {"seconds": 3600})
    assert (await published(client, **wanted))["hours"] == HOURS


@pytest.mark.parametrize(
    ("start", "stop", "hours"),
    [
        ("2026-05-12T08:01+02:00", "2026-05-12T09:59+02:00", 0),
        ("2026-05-12T08:45+02:00", "2026-05-12T10:45+02:00", 1),
        ("2026-05-12T08:00+02:00", "2026-05-12T08:50+02:00", 0),
        ("2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00", 23),
    ],
)
async def test_published_counts_whole_hours(
    client: Client, start: str, stop: str, hours: int
) -> None:
    answer = await published(client, start=start, stop=stop)
    assert answer["hours"] == hours
    assert (answer["total"] > 0) == (hours > 0)


# Wrong totals


async def test_spoil_total(client: Client, clock: Time) -> None:
    before = {period: await totals(client, period) for period in PERIODS}
    # The first day of a week or a month is not all of it.
    for day in ("2026-05-11", "2026-05-01"):
        await client.steer("digiwatt/spoil_total", {"day": day, "percent": 10})
    wrong = {"day": "2026-05-13", "percent": 10}
    assert await client.steer("digiwatt/spoil_total", wrong) == (200, wrong)
    after = {period: await totals(client, period) for period in PERIODS}
    right = before["yesterday"]
    total = pytest.approx(right["total"] * 1.1, abs=0.001)
    change = 100 * (right["total"] * 1.1 / right["previous_total"] - 1)
    variation = pytest.approx(change, abs=0.06)
    spoiled = {**right, "total": total, "variation": variation}
    assert after == {**before, "yesterday": spoiled}
    clock.now += timedelta(days=1)
    await client.token()
    next_day = await totals(client)
    assert next_day["previous_total"] == right["total"]
    rows = (await client.data(f"{CONSUMPTION}/yesterday"))["consumption"]
    assert next_day["total"] == fsum(row["total"] / 4 for row in rows)


async def test_spoil_appliance_total(client: Client) -> None:
    before = await totals(client)
    wrong = {"day": "2026-05-13", "appliance": "boiler", "percent": -5}
    assert await client.steer("digiwatt/spoil_appliance_total", wrong) == (200, wrong)
    boiler = pytest.approx(before["appliances"]["boiler"] * 0.95, abs=0.001)
    spoiled = {**before["appliances"], "boiler": boiler}
    assert await totals(client) == {**before, "appliances": spoiled}
    await client.steer("digiwatt/spoil_appliance_total", {**wrong, "percent": 0})
    assert await totals(client) == before


async def test_a_spoiled_day_may_have_25_hours(client: Client, clock: Time) -> None:
    clock.now = datetime(2026, 10, 26, 6, tzinfo=UTC)
    await client.token()
    right = (await totals(client))["total"]
    await client.steer("digiwatt/spoil_total", {"day": "2026-10-25", "percent": 50})
    assert (await totals(client))["total"] == pytest.approx(right * 1.5, abs=0.001)


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ("spoil_total", {"day": "yesterday", "percent": 1}),
        ("spoil_total", {"day": "2026-05-13", "percent": "much"}),
        ("spoil_total", {"day": "2026-05-13", "percent": 1, "account_number": "7"}),
        (
            "spoil_appliance_total",
            {"day": "2026-05-13", "percent": 1, "appliance": "sauna"},
        ),
        ("published", {**WEEK, "account_number": "7"}),
        ("published", {**WEEK, "start": "2026-05-11T00:00:00"}),
    ],
)
async def test_refused(client: Client, action: str, sent: dict[str, object]) -> None:
    assert (await client.steer(f"digiwatt/{action}", sent))[0] == 400


# A second home


READINGS = [
    f"/consumption/{ACCOUNT}/realtime",
    f"/consumption/{ACCOUNT}/latest",
    f"/consumption/{ACCOUNT}/this-week",
    f"/consumption/{ACCOUNT}/totals/last-week",
    f"/consumption/{ACCOUNT}/performance/last-week",
    f"/consumption/{ACCOUNT}/habits/yesterday",
    f"/analytics/{ACCOUNT}/trend",
    f"/analytics/{ACCOUNT}/compound",
    f"/saving/{ACCOUNT}",
]
# What is no amount, or of which a double is not twice as much.
OTHER = {"timestamp", "hour", "month", "appliance", "variation"}


def doubled(value: Any) -> Any:
    """Return an answer of a home that draws twice as much."""
    if isinstance(value, dict):
        return {
            key: part if key in OTHER else doubled(part) for key, part in value.items()
        }
    if isinstance(value, list):
        return [doubled(part) for part in value]
    return pytest.approx(2 * value, abs=0.0011)


async def test_two_homes_side_by_side(client: Client) -> None:
    first = {path: await client.data(path) for path in READINGS}
    assert (await client.call("POST", "/user", json=USER))[0] == 200
    for path, mine in first.items():
        theirs = await client.data(path.replace(ACCOUNT, SECOND))
        assert theirs == doubled(mine), path
        assert await client.data(path) == mine
    their_sums = await published(client, account_number=SECOND)
    assert their_sums == await summed(client, SECOND)
    assert their_sums["total"] == 2 * (await published(client))["total"]
    # Each may be wrong by itself.
    wrong = {"day": "2026-05-13", "percent": 10, "account_number": SECOND}
    mine = await totals(client)
    await client.steer("digiwatt/spoil_total", wrong)
    assert await totals(client) == mine
    theirs = await client.data(f"/consumption/{SECOND}/totals/yesterday")
    assert theirs["total"] == pytest.approx(2.2 * mine["total"], abs=0.001)


async def test_a_home_stays_itself(client: Client) -> None:
    async def watts(number: str) -> int:
        data = await client.data(f"/consumption/{number}/realtime")
        return int(data["realtime"])

    # By the order in which they came, not in which they are asked for.
    for number in ("2", "3"):
        await client.call("POST", "/user", json={**USER, "account_number": number})
    mine = await watts(ACCOUNT)
    assert [await watts("3"), await watts("2")] == [3 * mine, 2 * mine]
    await client.call("DELETE", "/user/2")
    await client.call("POST", "/user", json={**USER, "account_number": "4"})
    await client.call("POST", "/user", json={**USER, "account_number": "2"})
    assert [await watts("4"), await watts("2")] == [4 * mine, 2 * mine]
