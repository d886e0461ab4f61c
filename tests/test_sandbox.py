"""The simulated vendors themselves: what they enforce, and that they agree."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
import json
from pathlib import Path
import signal
import sys
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from freezegun.api import FrozenDateTimeFactory
import pytest

from tests.sandbox import Fault, Household, Sandbox
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import FaultKind
from tests.sandbox.grid import Grid
from tests.sandbox.periods import PERIODS, band_spans, preceding_span

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 5, 14, 10, 37, 30, tzinfo=UTC)
ACCOUNT = "1234567890"
CONSUMPTION = f"/consumption/{ACCOUNT}"
READINGS = {
    "consumption": f"{CONSUMPTION}/yesterday",
    "consumption_totals": f"{CONSUMPTION}/totals/this-week",
    "consumption_realtime": f"{CONSUMPTION}/realtime",
    "consumption_latest": f"{CONSUMPTION}/latest",
    "consumption_performance": f"{CONSUMPTION}/performance/last-week",
    "consumption_habits": f"{CONSUMPTION}/habits/last-month",
    "analytics_trend": f"/analytics/{ACCOUNT}/trend",
    "analytics_distribution": f"/analytics/{ACCOUNT}/distribution",
    "analytics_compound": f"/analytics/{ACCOUNT}/compound",
    "saving": f"/saving/{ACCOUNT}",
    "greenness": "/greenness",
}
USER = {"pod": "IT001E0000000001AB", "account_number": "42", "company_code": "c"}


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        """Start on a Thursday before noon."""
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the time that was set."""
        return self.now


class Client:
    """A caller that holds a token."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        """Call the sandbox's Digiwatt."""
        self.control = f"{sandbox.address}/_control"
        self.base = f"{sandbox.address}/digiwatt"
        self.vendor = sandbox.vendor(DigiwattSandbox)
        self.session = session
        self.headers: dict[str, str] = {}

    async def token(self, **changed: str | None) -> tuple[int, Any]:
        """Ask for a token, with some form fields changed or left out."""
        form = {
            "client_id": "sandbox-client",
            "client_secret": self.vendor.client_secret,
            "grant_type": "client_credentials",
            **changed,
        }
        sent = {key: value for key, value in form.items() if value is not None}
        async with self.session.post(f"{self.base}/auth/token", data=sent) as answer:
            body = await answer.json()
        if answer.status == 200:
            token = f"{body['token_type']} {body['access_token']}"
            self.headers = {"Authorization": token}
        return answer.status, body

    async def call(self, method: str, path: str, **sent: Any) -> tuple[int, Any]:
        """Return the status and the decoded body of a call."""
        sent = {"headers": self.headers, **sent}
        async with self.session.request(method, self.base + path, **sent) as answer:
            return answer.status, await answer.json()

    async def data(self, path: str) -> Any:
        """Return the data of a reading, out of its envelope."""
        status, body = await self.call("GET", path)
        assert (status, body["status"], set(body)) == (200, 200, {"status", "data"})
        return body["data"]

    async def steer(self, path: str, body: object = None) -> tuple[int, Any]:
        """Use a control."""
        async with self.session.post(f"{self.control}/{path}", json=body) as answer:
            return answer.status, await answer.json()


@pytest.fixture
def clock() -> Time:
    """Return the clock of the sandbox."""
    return Time()


@pytest.fixture
async def sandbox(socket_enabled: None, clock: Time) -> AsyncGenerator[Sandbox]:
    """Run the simulated vendors on a clock that stands still."""
    async with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
async def stranger(sandbox: Sandbox) -> AsyncGenerator[Client]:
    """Return a caller without a token."""
    async with aiohttp.ClientSession() as session:
        yield Client(sandbox, session)


@pytest.fixture
async def client(stranger: Client) -> Client:
    """Return a caller with a token."""
    assert (await stranger.token())[0] == 200
    return stranger


# Access


async def test_token(stranger: Client, clock: Time) -> None:
    status, body = await stranger.token()
    assert status == 200
    assert set(body) == {"access_token", "expires_in", "token_type"}
    assert (body["expires_in"], body["token_type"]) == (36_000, "Bearer")
    clock.now += timedelta(seconds=35_999)
    assert (await stranger.call("GET", "/greenness"))[0] == 200
    clock.now += timedelta(seconds=1)
    status, body = await stranger.call("GET", "/greenness")
    assert status == body["status"] == 401
    assert body["message"]


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "invalid_request"),
        ({"client_id": None}, 400, "invalid_request"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"client_secret": "another"}, 401, "invalid_client"),
    ],
)
async def test_token_refused(
    stranger: Client, changed: dict[str, str | None], status: int, error: str
) -> None:
    answered, body = await stranger.token(**changed)
    assert (answered, body["error"]) == (status, error)
    assert body["error_description"]


async def test_token_takes_only_a_form(stranger: Client) -> None:
    form = {"grant_type": "client_credentials"}
    status, body = await stranger.call("POST", "/auth/token", json=form)
    assert (status, body["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nonsense", "Basic {}"])
async def test_every_other_call_needs_the_token(
    client: Client, header: str | None
) -> None:
    token = client.headers["Authorization"].removeprefix("Bearer ")
    client.headers = {} if header is None else {"Authorization": header.format(token)}
    calls = [("GET", path) for path in READINGS.values()]
    calls += [("POST", "/user"), ("DELETE", f"/user/{ACCOUNT}")]
    calls += [("POST", f"/user/{ACCOUNT}/onboarding")]
    assert len(calls) == 14
    for method, path in calls:
        status, body = await client.call(method, path)
        assert (status, body["status"]) == (401, 401), path


async def test_refusals(client: Client) -> None:
    for path in READINGS.values():
        if ACCOUNT in path:
            status, body = await client.call("GET", path.replace(ACCOUNT, "unknown"))
            assert (status, body["status"]) == (404, 404), path
    for kind in ("", "/totals", "/performance", "/habits"):
        status, body = await client.call("GET", f"{CONSUMPTION}{kind}/today")
        assert (status, body["status"]) == (400, 400), kind
    for method, path in (("POST", "/greenness"), ("GET", "/auth/token")):
        status, body = await client.call(method, path)
        assert (status, body["status"]) == (405, 405), path
    status, body = await client.call("GET", "/elsewhere")
    assert (status, body["status"]) == (404, 404)
    assert client.vendor.calls[-1].operation is None


# Users


async def test_user(client: Client) -> None:
    user = {**USER, "account_number": "4/2 é%"}
    status, body = await client.call("POST", "/user", json=user)
    assert (status, body) == (200, {"status": 200, "data": user})
    assert (await client.call("POST", "/user", json=user))[0] == 400
    quoted = "4%2F2%20%C3%A9%25"
    for path in (f"/consumption/{quoted}/realtime", f"/analytics/{quoted}/trend"):
        assert await client.data(path) == await client.data(
            path.replace(quoted, ACCOUNT)
        )
    status, body = await client.call("DELETE", f"/user/{quoted}")
    assert (status, body) == (200, {"status": 200, "data": {}})
    assert (await client.call("DELETE", f"/user/{quoted}"))[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {**USER, "pod": ""},
        {**USER, "account_number": 42},
        {**USER, "note": "more"},
        {key: USER[key] for key in ("pod", "company_code")},
    ],
)
async def test_user_refused(client: Client, body: object) -> None:
    status, answer = await client.call("POST", "/user", json=body)
    assert (status, answer["status"]) == (400, 400)


async def test_bodies_are_json(client: Client) -> None:
    for sent in ({"data": {"pod": "x"}}, {"data": "{", "headers": None}):
        headers = {**client.headers, "Content-Type": "application/json"}
        given = sent if "headers" not in sent else {**sent, "headers": headers}
        assert (await client.call("POST", "/user", **given))[0] == 400


HOUSE = {"type": "apartment", "dimesion": 100, "province": "MI"}
RESIDENTS = {"adults": 2, "children": 1, "elderlies": 0}
FRIDGE = {"appliance": "fridge", "quantity": 1}


@pytest.mark.parametrize(
    "body",
    [
        {"house": HOUSE, "residents": RESIDENTS, "appliances": [FRIDGE]},
        {"residents": {**RESIDENTS, "adults": 0}},
        {"house": {}, "appliances": []},
    ],
)
async def test_onboarding(client: Client, body: dict[str, object]) -> None:
    path = f"/user/{ACCOUNT}/onboarding"
    status, answer = await client.call("POST", path, json=body)
    assert (status, answer["data"]) == (200, {"account_number": ACCOUNT, **body})


@pytest.mark.parametrize(
    "body",
    [
        {"home": HOUSE},
        {"house": {**HOUSE, "type": "castle"}},
        {"house": {"dimension": 100}},
        {"house": {"dimesion": "100"}},
        {"house": {"province": "mi"}},
        {"house": {"province": "MIL"}},
        {"residents": {"adults": 1}},
        {"residents": {"adults": 0, "children": 0, "elderlies": 0}},
        {"residents": {**RESIDENTS, "children": True}},
        {"residents": {**RESIDENTS, "children": -1}},
        {"appliances": FRIDGE},
        {"appliances": ["fridge"]},
        {"appliances": [{**FRIDGE, "appliance": "toaster"}]},
        {"appliances": [{**FRIDGE, "appliance": ["fridge"]}]},
        {"appliances": [{**FRIDGE, "quantity": 0}]},
        {"appliances": [{"appliance": "fridge"}]},
    ],
)
async def test_onboarding_refused(client: Client, body: object) -> None:
    path = f"/user/{ACCOUNT}/onboarding"
    status, answer = await client.call("POST", path, json=body)
    assert (status, answer["status"]) == (400, 400)


# Readings


def at(text: str) -> datetime:
    """Return the moment of a timestamp, which carries the offset of Rome."""
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() == moment.astimezone(ROME).utcoffset()
    return moment


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


def band_of(moment: datetime) -> str:
    """Return the Italian tariff band of a moment, public holidays apart."""
    day, hour = moment.weekday(), moment.hour
    if day < 5 and 8 <= hour < 19:
        return "F1"
    return "F2" if day < 6 and 7 <= hour < 23 else "F3"


def test_bands() -> None:
    monday = [band for band, _ in band_spans(date(2026, 5, 11))]
    assert monday == ["F2", "F1", "F2"]
    assert list(band_spans(date(2026, 5, 17))) == []


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


@pytest.mark.parametrize("seed", [1, 2])
def test_grid_over_years(seed: int) -> None:
    grid = Grid(seed)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 730, 3)]
    counts = Counter(len(grid.windows(day)) for day in days)
    assert set(counts) <= {1, 2, 3}
    assert len(counts) > 1
    slots = [NOW + timedelta(minutes=15 * n) for n in range(96 * 365)]
    prices = [grid.price(slot) for slot in slots]
    assert 0.002 < sum(price < 0 for price in prices) / len(prices) < 0.15
    assert 0.05 < sum(prices) / len(prices) < 0.25
    assert all(0 <= grid.share(slot) <= 100 for slot in slots[::7])


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


def test_the_31st_is_compared_with_a_shorter_month() -> None:
    span = preceding_span("this-month", datetime(2026, 3, 31, 10, tzinfo=UTC))
    assert span.start == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert span.stop == datetime(2026, 2, 28, 11, tzinfo=UTC)


def test_the_household_has_one_past_and_no_future() -> None:
    one, same, other = (Household(seed, lambda: NOW) for seed in (1, 1, 2))
    start = NOW - timedelta(days=3, minutes=7)
    assert one.energy(start, NOW) == same.energy(start, NOW) != other.energy(start, NOW)
    energy = one.energy(start, NOW + timedelta(days=9))
    assert energy == one.energy(start, NOW)
    assert energy.total == sum(energy.appliances.values()) + energy.rest
    middle = start + timedelta(hours=31, seconds=11)
    parts = one.total_energy(start, middle) + one.total_energy(middle, NOW)
    assert parts == pytest.approx(energy.total)
    with pytest.raises(ValueError, match="future"):
        one.load(NOW + timedelta(minutes=15))


async def test_the_clock_can_be_frozen(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-01-15T09:00:00+00:00")
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        client = Client(sandbox, session)
        await client.token()
        now = await client.data(f"{CONSUMPTION}/realtime")
        assert now["timestamp"] == "2026-01-15T10:00:00+01:00"
        freezer.tick(36_000)
        assert (await client.call("GET", "/greenness"))[0] == 401


# Faults


async def spoilt(client: Client, fault: Fault) -> tuple[int, bytes, Any]:
    """Return the answer to a reading that meets a fault."""
    client.vendor.fail("consumption_realtime", fault)
    url = f"{client.base}{CONSUMPTION}/realtime"
    async with client.session.get(url, headers=client.headers) as answer:
        return answer.status, await answer.read(), answer.headers


async def test_fault_delay(client: Client) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await spoilt(client, Fault(kind="delay", seconds=30))
    status, body, _ = await spoilt(client, Fault(kind="delay", seconds=0.01))
    assert status == 200
    assert json.loads(body)["data"]


async def test_fault_reset(client: Client) -> None:
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await spoilt(client, Fault(kind="reset", times=None))
    assert client.vendor.calls[-1].status is None


async def test_fault_status(client: Client) -> None:
    fault = Fault(kind="status", status=429, headers={"Retry-After": "7"})
    status, body, headers = await spoilt(client, fault)
    assert (status, headers["Retry-After"]) == (429, "7")
    assert json.loads(body)["status"] == 429
    status, body, _ = await spoilt(client, Fault(kind="status", body="out of order"))
    assert (status, body) == (500, b"out of order")


async def test_fault_truncated(client: Client) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await spoilt(client, Fault(kind="truncated"))


@pytest.mark.parametrize(
    ("fault", "content_type"),
    [
        (Fault(kind="cut"), "application/json; charset=utf-8"),
        (Fault(kind="html"), "text/html; charset=utf-8"),
        (Fault(kind="raw", body=""), "application/json; charset=utf-8"),
    ],
)
async def test_faults_without_json(
    client: Client, fault: Fault, content_type: str
) -> None:
    status, body, headers = await spoilt(client, fault)
    assert (status, headers["Content-Type"]) == (200, content_type)
    with pytest.raises(ValueError):
        json.loads(body)


@pytest.mark.parametrize("size", [1000, 3_000_000])
async def test_fault_oversized(client: Client, size: int) -> None:
    status, body, headers = await spoilt(client, Fault(kind="oversized", size=size))
    assert (status, len(body)) == (200, size)
    assert "Content-Length" not in headers
    assert set(json.loads(body)["data"]) == {"padding"}


async def test_fault_set_and_remove(client: Client) -> None:
    path = "data.realtime"
    values: tuple[object, ...] = ("a word", -5, None, {"deep": []})
    for value in values:
        fault = Fault(kind="set", path=path, value=value)
        _, body, _ = await spoilt(client, fault)
        assert json.loads(body)["data"]["realtime"] == value
    fault = Fault(kind="set", path=path, value=float("nan"))
    assert b'"realtime": NaN' in (await spoilt(client, fault))[1]
    _, body, _ = await spoilt(client, Fault(kind="remove", path=path))
    assert set(json.loads(body)["data"]) == {"timestamp"}
    _, body, _ = await spoilt(client, Fault(kind="set", path="", value=[]))
    assert json.loads(body) == []
    status, _, _ = await spoilt(client, Fault(kind="remove", path="data.none"))
    assert status == 500


async def test_fault_paths_reach_into_lists(client: Client) -> None:
    latest = f"{CONSUMPTION}/latest"
    for fault in (
        Fault(kind="set", path="data.consumption.*.value", value="x"),
        Fault(kind="remove", path="data.consumption.0"),
        Fault(kind="remove", path="data.consumption.*.timestamp"),
        Fault(kind="remove", path="data.consumption.*"),
        Fault(kind="set", path="data.new", value=1),
    ):
        client.vendor.fail("consumption_latest", fault)
    rows = (await client.data(latest))["consumption"]
    assert {row["value"] for row in rows} == {"x"}
    assert len((await client.data(latest))["consumption"]) == len(rows) - 1
    rows = (await client.data(latest))["consumption"]
    assert {tuple(row) for row in rows} == {("value",)}
    assert await client.data(latest) == {"consumption": []}
    assert (await client.data(latest))["new"] == 1


async def test_faults_are_counted(client: Client) -> None:
    async def statuses(path: str, count: int) -> list[int]:
        return [(await client.call("GET", path))[0] for _ in range(count)]

    client.vendor.fail("greenness", Fault(kind="status", status=503, times=2))
    client.vendor.fail("greenness", Fault(kind="status", status=500))
    assert await statuses("/greenness", 4) == [503, 503, 500, 200]
    client.vendor.fail("*", Fault(kind="status", status=502, times=None))
    client.vendor.fail("greenness", Fault(kind="status", status=500))
    assert await statuses("/greenness", 3) == [500, 502, 502]
    assert await statuses(f"{CONSUMPTION}/realtime", 1) == [502]
    client.vendor.heal()
    assert await statuses("/greenness", 1) == [200]


async def test_a_refusal_is_not_spoilt(client: Client) -> None:
    client.vendor.fail("greenness", Fault(kind="cut"))
    client.vendor.revoke_tokens()
    assert (await client.call("GET", "/greenness"))[0] == 401
    await client.token()
    with pytest.raises(json.JSONDecodeError):
        await client.call("GET", "/greenness")
    await client.data("/greenness")


async def test_faults_at_the_token(client: Client) -> None:
    client.vendor.fail("token", Fault(kind="remove", path="access_token"))
    client.vendor.fail("token", Fault(kind="set", path="expires_in", value="60"))
    form = {
        "client_id": "sandbox-client",
        "client_secret": client.vendor.client_secret,
        "grant_type": "client_credentials",
    }
    _, body = await client.call("POST", "/auth/token", data=form)
    assert set(body) == {"expires_in", "token_type"}
    assert (await client.token())[1]["expires_in"] == "60"


def test_faults_that_make_no_sense() -> None:
    unknown: Any = "flood"
    with pytest.raises(ValueError, match="unknown"):
        Fault(kind=unknown)
    with pytest.raises(ValueError, match="path"):
        Fault(kind="remove")


@pytest.mark.parametrize("kind", ["reset", "cut"])
async def test_faults_over_http(client: Client, kind: FaultKind) -> None:
    # Twice, since aiohttp itself repeats a request whose used connection was reset.
    fault = {"kind": kind, "times": 2}
    wanted = {"vendor": "digiwatt", "operation": "greenness", "fault": fault}
    assert await client.steer("faults", wanted) == (200, {})
    with pytest.raises((aiohttp.ServerDisconnectedError, json.JSONDecodeError)):
        await client.call("GET", "/greenness")
    assert (await client.steer("faults", wanted))[0] == 200
    async with client.session.delete(f"{client.control}/faults") as answer:
        assert answer.status == 200
    await client.data("/greenness")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"vendor": "nobody"}, 404),
        ({"operation": "nothing"}, 400),
        ({"fault": {"kind": "flood"}}, 400),
        ({"fault": {"mind": "html"}}, 400),
        ({"fault": None}, 400),
    ],
)
async def test_faults_over_http_refused(
    client: Client, changed: dict[str, object], status: int
) -> None:
    fault = {"kind": "html"}
    wanted = {"vendor": "digiwatt", "operation": "saving", "fault": fault, **changed}
    assert (await client.steer("faults", wanted))[0] == status


# Controls


async def test_calls(client: Client) -> None:
    await client.call("GET", "/greenness?a=b")
    call = client.vendor.calls[-1]
    assert (call.operation, call.method, call.path) == (
        "greenness",
        "GET",
        "/greenness",
    )
    assert (call.query, call.status, call.time) == ({"a": "b"}, 200, NOW.isoformat())
    url = f"{client.control}/calls"
    async with client.session.get(url, params={"vendor": "digiwatt"}) as answer:
        calls = (await answer.json())["calls"]
    assert [entry["operation"] for entry in calls] == ["token", "greenness"]
    assert calls[-1] == {"vendor": "digiwatt", **call.as_dict()}
    async with client.session.delete(url) as answer:
        assert answer.status == 200
    assert client.vendor.calls == []


async def test_rotate_secret(client: Client) -> None:
    old = client.vendor.client_secret
    status, body = await client.steer("digiwatt/rotate_secret")
    assert (status, body) == (200, {"client_secret": client.vendor.client_secret})
    assert (await client.call("GET", "/greenness"))[0] == 401
    assert (await client.token(client_secret=old))[0] == 401
    assert (await client.token(client_secret=body["client_secret"]))[0] == 200
    await client.data("/greenness")


async def test_revoke_tokens(client: Client) -> None:
    assert await client.steer("digiwatt/revoke_tokens") == (200, {"revoked": 1})
    assert (await client.call("GET", "/greenness"))[0] == 401


async def test_token_lifetime(client: Client) -> None:
    await client.steer("digiwatt/set_token_lifetime", {"seconds": 60})
    assert (await client.token())[1]["expires_in"] == 60


async def test_remove_account(client: Client) -> None:
    assert (await client.steer("digiwatt/remove_account"))[0] == 200
    assert (await client.call("GET", f"{CONSUMPTION}/realtime"))[0] == 404
    assert (await client.steer("digiwatt/remove_account"))[0] == 400
    await client.data("/greenness")


@pytest.mark.parametrize("name", ["microwave", "heatPump", "sauna"])
async def test_add_appliance(client: Client, clock: Time, name: str) -> None:
    yesterday = await client.data(f"{CONSUMPTION}/yesterday")
    before = await client.data(f"{CONSUMPTION}/totals/this-week")
    for _ in range(2):
        _, body = await client.steer("digiwatt/add_appliance", {"name": name})
        assert body["appliances"].count(name) == 1
    assert await client.data(f"{CONSUMPTION}/yesterday") == yesterday
    rows = (await client.data(f"{CONSUMPTION}/this-week"))["consumption"]
    assert [name in row["appliances"] for row in rows[-2:]] == [False, True]
    after = await client.data(f"{CONSUMPTION}/totals/this-week")
    listed = {item["appliance"]: item["value"] for item in after["appliances"]}
    assert after["total"] - before["total"] == pytest.approx(listed[name])
    months = (await client.data(f"/analytics/{ACCOUNT}/compound"))["months"]
    assert [name in item["appliances"] for item in months] == [False] * 11 + [True]
    clock.now += timedelta(days=4)
    await client.token()
    after = await client.data(f"{CONSUMPTION}/totals/last-seven-days")
    listed = {item["appliance"]: item["value"] for item in after["appliances"]}
    assert listed[name] > 0


async def test_late_and_corrected_readings(client: Client) -> None:
    path = f"{CONSUMPTION}/totals/this-month"
    before = (await client.data(path))["total"]
    trend = (await client.data(f"/analytics/{ACCOUNT}/trend"))["trend"]
    wanted = {"start": "2026-05-12T10:00+02:00", "stop": "2026-05-12T12:00+02:00"}
    await client.steer("digiwatt/correct", {**wanted, "watts": 300})
    assert (await client.data(path))["total"] - before == pytest.approx(600)
    corrected = (await client.data(f"/analytics/{ACCOUNT}/trend"))["trend"]
    assert corrected[:-1] == trend[:-1]
    assert corrected[-1]["F1"] - trend[-1]["F1"] == pytest.approx(600)
    assert (await client.steer("digiwatt/hold_back", {"seconds": 7200}))[0] == 200
    rows = (await client.data(f"{CONSUMPTION}/latest"))["consumption"]
    assert rows[-1]["timestamp"] == "2026-05-14T10:30:00+02:00"
    habits = (await client.data(f"{CONSUMPTION}/habits/this-week"))["habits"]
    assert all(item["value"] > 0 for item in habits)
    await client.data(f"{CONSUMPTION}/realtime")


async def test_controls_refuse(client: Client) -> None:
    assert (await client.steer("digiwatt/explode"))[0] == 404
    assert (await client.steer("nobody/revoke_tokens"))[0] == 404
    assert (await client.steer("digiwatt/add_appliance", {"nome": "x"}))[0] == 400
    assert (await client.steer("digiwatt/add_appliance", ["x"]))[0] == 400
    with pytest.raises(ValueError, match="operation"):
        client.vendor.fail("nothing", Fault(kind="html"))


# The server


async def test_facts(sandbox: Sandbox) -> None:
    vendor = sandbox.vendors["digiwatt"]
    assert isinstance(vendor, DigiwattSandbox)
    assert sandbox.facts() == {
        "control": f"{sandbox.address}/_control",
        "digiwatt": {
            "api_url": f"{sandbox.address}/digiwatt",
            "client_id": "sandbox-client",
            "client_secret": vendor.client_secret,
            "account_number": ACCOUNT,
        },
    }


async def test_stop_and_start_again(sandbox: Sandbox, client: Client) -> None:
    port = int(sandbox.address.rsplit(":", 1)[1])
    client.vendor.fail("greenness", Fault(kind="delay", seconds=30))
    hanging = asyncio.create_task(client.call("GET", "/greenness"))
    await asyncio.sleep(0.05)
    await sandbox.stop()
    with pytest.raises(aiohttp.ClientError):
        await hanging
    with pytest.raises(RuntimeError):
        sandbox.facts()
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.call("GET", "/greenness")
    await sandbox.start(port)
    await client.data("/greenness")


async def test_command_line(socket_enabled: None) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.sandbox",
        "--vendors",
        "digiwatt",
        "--seed",
        "7",
        cwd=Path(__file__).parents[1],
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    facts = json.loads(await process.stdout.readline())
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{facts['digiwatt']['api_url']}/greenness") as answer,
    ):
        assert answer.status == 401
    process.send_signal(signal.SIGTERM)
    assert await process.stdout.read() == b""
    assert await process.wait() == 0


async def test_command_line_refuses_unknown_vendors() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.sandbox", "--vendors", "nobody"),
        cwd=Path(__file__).parents[1],
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await process.communicate()
    assert process.returncode == 2
    assert b"known: digiwatt" in complaint
