"""The simulated Digiwatt: its readings are of one household, and they agree."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.sandbox.periods import PERIODS
from tests.sandbox_tests.client import ACCOUNT, CONSUMPTION, NOW, Client, Time

ROME = ZoneInfo("Europe/Rome")


def at(text: str) -> datetime:
    """Return the moment of a timestamp, which carries the offset of Rome."""
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() == moment.astimezone(ROME).utcoffset()
    return moment


def band_of(moment: datetime) -> str:
    """Return the Italian tariff band of a moment, public holidays apart."""
    day, hour = moment.weekday(), moment.hour
    if day < 5 and 8 <= hour < 19:
        return "F1"
    return "F2" if day < 6 and 7 <= hour < 23 else "F3"


async def test_power(client: Client, clock: Time) -> None:
    now = await client.data(f"{CONSUMPTION}/realtime")
    assert now["timestamp"] == "2026-05-14T12:37:30+02:00"
    rows = (await client.data(f"{CONSUMPTION}/latest"))["consumption"]
    assert len(rows) == 24
    assert rows[0]["timestamp"] == "2026-05-14T06:45:00+02:00"
    assert rows[-1]["timestamp"] == "2026-05-14T12:30:00+02:00"
    assert rows[-1]["value"] == now["realtime"]
    week = (await client.data(f"{CONSUMPTION}/this-week"))["consumption"]
    assert week[0]["timestamp"] == "2026-05-11T00:00:00+02:00"
    assert [(row["timestamp"], row["total"]) for row in week[-24:]] == [
        (row["timestamp"], row["value"]) for row in rows
    ]
    # The same question at another time has the same answer for the past.
    clock.now += timedelta(days=1)
    await client.token()
    yesterday = (await client.data(f"{CONSUMPTION}/yesterday"))["consumption"]
    assert yesterday[:51] == week[-51:]


@pytest.mark.parametrize(
    ("period", "first", "last", "count"),
    [
        ("yesterday", "2026-05-13T00:00:00", "2026-05-13T23:45:00", 96),
        ("last-seven-days", "2026-05-07T00:00:00", "2026-05-13T23:45:00", 7 * 96),
        ("this-week", "2026-05-11T00:00:00", "2026-05-14T12:30:00", 3 * 96 + 51),
        ("last-week", "2026-05-04T00:00:00", "2026-05-10T23:45:00", 7 * 96),
        ("this-month", "2026-05-01T00:00:00", "2026-05-14T12:30:00", 13 * 96 + 51),
        ("last-month", "2026-04-01T00:00:00", "2026-04-30T23:45:00", 30 * 96),
    ],
)
async def test_periods_agree(
    client: Client, period: str, first: str, last: str, count: int
) -> None:
    rows = (await client.data(f"{CONSUMPTION}/{period}"))["consumption"]
    times = [row["timestamp"] for row in rows]
    assert (times[0], times[-1], len(rows)) == (
        f"{first}+02:00",
        f"{last}+02:00",
        count,
    )
    assert all(row["total"] > sum(row["appliances"].values()) for row in rows)

    # The running slot counts for the 450 of its 900 seconds that have passed.
    running = last.startswith("2026-05-14")
    hours = [0.25] * (count - 1) + [0.125 if running else 0.25]
    totals = await client.data(f"{CONSUMPTION}/totals/{period}")
    wh = sum(row["total"] * part for row, part in zip(rows, hours, strict=True))
    assert totals["total"] == pytest.approx(wh)
    for item in totals["appliances"]:
        powers = [row["appliances"][item["appliance"]] for row in rows]
        wh = sum(power * part for power, part in zip(powers, hours, strict=True))
        assert item["value"] == pytest.approx(wh)
    explained = sum(item["value"] for item in totals["appliances"])
    assert 0.3 < explained / totals["total"] < 1

    compared = await client.data(f"{CONSUMPTION}/performance/{period}")
    assert compared["min"] <= compared["user"] <= compared["max"]
    assert compared["user"] == totals["total"]

    habits = (await client.data(f"{CONSUMPTION}/habits/{period}"))["habits"]
    assert [item["hour"] for item in habits] == list(range(24))
    covered: defaultdict[int, float] = defaultdict(float)
    for row, part in zip(rows, hours, strict=True):
        covered[at(row["timestamp"]).hour] += part
    wh = sum(item["value"] * covered[item["hour"]] for item in habits)
    assert wh == pytest.approx(totals["total"], abs=1)


async def test_previous_total(client: Client, clock: Time) -> None:
    held = {
        period: await client.data(f"{CONSUMPTION}/totals/{period}")
        for period in PERIODS
    }
    for totals in held.values():
        change = 100 * (totals["total"] / totals["previous_total"] - 1)
        assert totals["variation"] == pytest.approx(change, abs=0.06)
    for period, back in (
        ("yesterday", timedelta(days=1)),
        ("last-seven-days", timedelta(days=7)),
        ("this-week", timedelta(days=7)),
        ("last-week", timedelta(days=7)),
        ("this-month", timedelta(days=30)),
        ("last-month", timedelta(days=30)),
    ):
        clock.now = NOW - back
        totals = await client.data(f"{CONSUMPTION}/totals/{period}")
        assert totals["total"] == held[period]["previous_total"], period


async def test_totals_of_nothing_yet(client: Client, clock: Time) -> None:
    clock.now = datetime(2026, 5, 10, 22, tzinfo=UTC)
    assert await client.data(f"{CONSUMPTION}/this-week") == {"consumption": []}
    totals = await client.data(f"{CONSUMPTION}/totals/this-week")
    assert (totals["total"], totals["variation"]) == (0, None)


async def test_analytics_agree(client: Client) -> None:
    trend = (await client.data(f"/analytics/{ACCOUNT}/trend"))["trend"]
    months = [item["month"] for item in trend]
    assert len(months) == 12
    assert (months[0], months[-1]) == ("2025-06", "2026-05")
    assert all(set(item) == {"month", "F1", "F2", "F3"} for item in trend)
    split = await client.data(f"/analytics/{ACCOUNT}/distribution")
    assert split == await client.data(f"/analytics/{ACCOUNT}/compound")
    assert [item["month"] for item in split["months"]] == months
    for place, period in ((-1, "this-month"), (-2, "last-month")):
        totals = await client.data(f"{CONSUMPTION}/totals/{period}")
        bands = sum(trend[place][band] for band in ("F1", "F2", "F3"))
        assert bands == pytest.approx(totals["total"], abs=0.01)
        assert split["months"][place]["appliances"] == {
            item["appliance"]: item["value"] for item in totals["appliances"]
        }
    rows = (await client.data(f"{CONSUMPTION}/last-month"))["consumption"]
    bands = dict.fromkeys(("F1", "F2", "F3"), 0.0)
    for row in rows:
        bands[band_of(at(row["timestamp"]))] += row["total"] / 4
    assert {"month": "2026-04", **bands} == trend[-2]


async def test_saving(client: Client) -> None:
    saving = await client.data(f"/saving/{ACCOUNT}")
    assert 0 < saving["saving"] < saving["consumption"] / 5


async def test_greenness(client: Client) -> None:
    green = await client.data("/greenness")
    assert 0 <= green["percentage"] <= 100
    starts = [at(window["start"]) for window in green["windows"]]
    stops = [at(window["stop"]) for window in green["windows"]]
    assert {start.date() for start in starts} == {date(2026, 5, 14), date(2026, 5, 15)}
    assert all(
        start + timedelta(hours=1) <= stop
        for start, stop in zip(starts, stops, strict=True)
    )
    assert all(
        stop <= start for stop, start in zip(stops[:-1], starts[1:], strict=True)
    )
    assert max(starts) > NOW


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (datetime(2026, 3, 30, 6, tzinfo=UTC), 92),
        (datetime(2026, 10, 26, 6, tzinfo=UTC), 100),
    ],
)
async def test_days_the_clock_changes(
    client: Client, clock: Time, now: datetime, count: int
) -> None:
    clock.now = now
    await client.token()
    rows = (await client.data(f"{CONSUMPTION}/yesterday"))["consumption"]
    times = [at(row["timestamp"]) for row in rows]
    assert len(set(times)) == len(rows) == count
    assert {later - sooner for sooner, later in pairwise(times)} == {
        timedelta(minutes=15)
    }
    totals = await client.data(f"{CONSUMPTION}/totals/yesterday")
    assert totals["total"] == sum(row["total"] for row in rows) / 4
    hours = [
        item["hour"]
        for item in (await client.data(f"{CONSUMPTION}/habits/yesterday"))["habits"]
    ]
    assert hours == [hour for hour in range(24) if count == 100 or hour != 2]
