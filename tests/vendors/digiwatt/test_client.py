"""The fifteen operations, against the sandbox."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import json
from typing import Any

from aiohttp import ClientSession
import msgspec
import pytest

from custom_components.energy_portals.model.periods import Period
from custom_components.energy_portals.vendors.digiwatt import DIGIWATT
from custom_components.energy_portals.vendors.digiwatt.client import (
    ROUTES,
    DigiwattClient,
)
from custom_components.energy_portals.vendors.digiwatt.models import (
    Appliance,
    ApplianceCount,
    House,
    Household,
    HouseType,
    MonthlySplit,
    Performance,
    PowerRow,
    Residents,
    Saving,
    SupplyPoint,
)
from custom_components.energy_portals.vendors.errors import (
    AuthError,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.digiwatt_readings import DigiwattReadings
from tests.sandbox.faults import Fault
from tests.vendors.digiwatt.conftest import NOW
from tests.vendors.server import Server, answer, json_answer

type Call = Callable[[DigiwattClient], Awaitable[Any]]

SUPPLY_POINT = SupplyPoint("IT001E1234567890AB", "99", "company")
HOUSEHOLD = Household(
    House(HouseType.APARTMENT, 100, "MI"),
    Residents(2, 1, 0),
    (ApplianceCount(Appliance.FRIDGE, 1),),
)
READS: dict[str, Call] = {
    "consumption": lambda client: client.consumption(Period.YESTERDAY),
    "consumption_totals": lambda client: client.totals(Period.LAST_WEEK),
    "consumption_realtime": lambda client: client.realtime(),
    "consumption_latest": lambda client: client.latest(),
    "consumption_performance": lambda client: client.performance(Period.THIS_MONTH),
    "consumption_habits": lambda client: client.habits(Period.LAST_SEVEN_DAYS),
    "analytics_trend": lambda client: client.trend(),
    "analytics_distribution": lambda client: client.distribution(),
    "analytics_compound": lambda client: client.compound(),
    "saving": lambda client: client.saving(),
    "greenness": lambda client: client.greenness(),
}
WRITES: dict[str, Call] = {
    "user_create": lambda client: client.create_user(SUPPLY_POINT),
    "user_onboarding": lambda client: client.set_household(HOUSEHOLD),
    "user_delete": lambda client: client.delete_user(),
}
CALLS = {**READS, **WRITES}


async def error_of(call: Awaitable[Any]) -> PortalError:
    with pytest.raises(PortalError) as caught:
        await call
    return caught.value


def calls(digiwatt: DigiwattSandbox, key: str) -> int:
    return sum(call.operation == key for call in digiwatt.calls)


@pytest.fixture
def readings(digiwatt: DigiwattSandbox) -> DigiwattReadings:
    """Return what the vendor says, before it goes over the wire."""
    return DigiwattReadings(digiwatt.household)


def utc(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(UTC)


# What is read is what the vendor says


async def test_realtime(client: DigiwattClient, digiwatt: DigiwattSandbox) -> None:
    power = await client.realtime()
    assert power.watts == digiwatt.household.load(NOW).total
    assert power.measured_at == NOW


async def test_latest(client: DigiwattClient, readings: DigiwattReadings) -> None:
    said: Any = readings.latest()["consumption"]
    assert await client.latest() == tuple(
        PowerRow(utc(row["timestamp"]), row["value"], {}) for row in said
    )
    assert len(said) == 24


async def test_consumption(client: DigiwattClient, readings: DigiwattReadings) -> None:
    said: Any = readings.consumption("this-week")["consumption"]
    rows = await client.consumption(Period.THIS_WEEK)
    assert rows == tuple(
        PowerRow(utc(row["timestamp"]), row["total"], row["appliances"]) for row in said
    )
    assert all(
        two.time - one.time == timedelta(minutes=15) for one, two in pairwise(rows)
    )


@pytest.mark.parametrize("period", Period)
async def test_totals(
    client: DigiwattClient, readings: DigiwattReadings, period: Period
) -> None:
    said: Any = readings.totals(period.value)
    totals = await client.totals(period)
    assert (totals.total, totals.previous_total) == (
        said["total"],
        said["previous_total"],
    )
    assert totals.variation == said["variation"]
    assert totals.appliances == {
        item["appliance"]: item["value"] for item in said["appliances"]
    }


async def test_performance(client: DigiwattClient, readings: DigiwattReadings) -> None:
    said: Any = readings.performance("last-month")
    assert await client.performance(Period.LAST_MONTH) == Performance(
        lowest=said["min"], highest=said["max"], user=said["user"]
    )


async def test_habits(client: DigiwattClient, readings: DigiwattReadings) -> None:
    said: Any = readings.habits("yesterday")["habits"]
    habits = await client.habits(Period.YESTERDAY)
    assert habits == {item["hour"]: item["value"] for item in said}
    assert set(habits) == set(range(24))


async def test_trend(client: DigiwattClient, readings: DigiwattReadings) -> None:
    said: Any = readings.trend()["trend"]
    assert await client.trend() == tuple(
        MonthlySplit(month["month"], {band: month[band] for band in ("F1", "F2", "F3")})
        for month in said
    )
    assert len(said) == 12


@pytest.mark.parametrize("key", ["analytics_distribution", "analytics_compound"])
async def test_months_by_appliance(
    client: DigiwattClient, readings: DigiwattReadings, key: str
) -> None:
    said: Any = readings.distribution()["months"]
    assert await CALLS[key](client) == tuple(
        MonthlySplit(month["month"], month["appliances"]) for month in said
    )


async def test_saving(client: DigiwattClient, readings: DigiwattReadings) -> None:
    assert await client.saving() == Saving(**readings.saving())  # type: ignore[arg-type]


async def test_greenness(client: DigiwattClient, readings: DigiwattReadings) -> None:
    said: Any = readings.greenness()
    outlook = await client.greenness()
    assert outlook.share == said["percentage"]
    assert [(slot.start, slot.end, slot.value) for slot in outlook.windows] == [
        (utc(window["start"]), utc(window["stop"]), window["percentage"])
        for window in said["windows"]
    ]


# What is written is what the vendor takes


async def test_create_and_delete(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    await client.create_user(SUPPLY_POINT)
    assert digiwatt.accounts["99"] == {
        "pod": "IT001E1234567890AB",
        "account_number": "99",
        "company_code": "company",
    }
    assert isinstance(await error_of(client.create_user(SUPPLY_POINT)), Rejected)
    await client.delete_user()
    assert client.account_number not in digiwatt.accounts
    assert isinstance(await error_of(client.delete_user()), NotFound)
    assert isinstance(await error_of(client.check_account()), NotFound)


@pytest.mark.parametrize(
    ("household", "body"),
    [
        (
            HOUSEHOLD,
            {
                "house": {"type": "apartment", "dimesion": 100, "province": "MI"},
                "residents": {"adults": 2, "children": 1, "elderlies": 0},
                "appliances": [{"appliance": "fridge", "quantity": 1}],
            },
        ),
        (
            Household(House(), Residents(0, 0, 1)),
            {"house": {}, "residents": {"adults": 0, "children": 0, "elderlies": 1}},
        ),
    ],
    ids=["all", "least"],
)
async def test_a_household_on_the_wire(
    session: ClientSession, server: Server, household: Household, body: Any
) -> None:
    """The vendor spells `dimesion`; all three residents go, and no empty list."""
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = json_answer({"status": 200, "data": None})
    await client_of(session, server).set_household(household)
    assert json.loads(server.asked[-1].body) == body
    assert server.asked[-1].path == "/user/1234/onboarding"


async def test_the_vendor_takes_a_household(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    await client.set_household(HOUSEHOLD)
    assert digiwatt.calls[-1].status == 200
    bad = msgspec.structs.replace(HOUSEHOLD, residents=Residents(0, 0, 0))
    error = await error_of(client.set_household(bad))
    assert isinstance(error, Rejected)
    assert "at least one" in error.detail


# How it is asked


def client_of(session: ClientSession, server: Server, **options: Any) -> DigiwattClient:
    return DigiwattClient(
        session,
        api_url=server.address,
        client_id="id",
        client_secret="secret",
        **{"account_number": "1234", **options},
    )


@pytest.mark.parametrize("key", CALLS)
async def test_routes(session: ClientSession, server: Server, key: str) -> None:
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = answer(b"null", 418)
    await error_of(CALLS[key](client_of(session, server, account_number="a/b")))
    method, path = ROUTES[key].split(" ")
    path = path.replace("{account_number}", "a%2Fb")
    asked = server.asked[-1]
    assert asked.method == method
    assert asked.path.rpartition("/")[0] == path.rpartition("/")[0]
    assert "{period}" in path or asked.path == path
    assert asked.headers["Authorization"] == "Bearer t"


@pytest.mark.parametrize("period", Period)
async def test_periods_are_spelt_as_the_vendor_does(
    client: DigiwattClient, digiwatt: DigiwattSandbox, period: Period
) -> None:
    await client.consumption(period)
    assert digiwatt.calls[-1].path == f"/consumption/1234567890/{period.value}"


async def test_a_route_can_be_replaced(session: ClientSession, server: Server) -> None:
    routes = {
        "greenness": "GET /v2/green",
        "user_onboarding": "PUT /u/{account_number}",
    }
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = json_answer({"data": {"percentage": 4}})
    client = client_of(session, server, routes=routes)
    assert (await client.greenness()).share == 4
    await client.set_household(HOUSEHOLD)
    assert [(asked.method, asked.path) for asked in server.asked] == [
        ("POST", "/auth/token"),
        ("GET", "/v2/green"),
        ("PUT", "/u/1234"),
    ]


async def test_a_token_without_a_lifetime(
    session: ClientSession, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = json_answer({"data": {}})
    client = client_of(session, server)
    await client.check_account()
    await client.check_account()
    assert server.count("/auth/token") == 1


async def test_the_registry_makes_the_client(
    session: ClientSession, account: dict[str, Any], digiwatt: DigiwattSandbox
) -> None:
    client = DIGIWATT.connect(session, account)
    await client.check_account()
    assert digiwatt.calls[-1].operation == "consumption_realtime"
    assert {"client_id", "client_secret", "account_number"} <= DIGIWATT.secrets


# Envelopes


@pytest.mark.parametrize(
    "body",
    [
        *([], None, 5, "x", {}, {"status": 200}, {"data2": {}}),
        *({"status": status, "data": {}} for status in (400, 401, 500)),
        {"data": None},
        {"data": "§"},
        {"data": 5},
        {"data": {"other": "§"}},
    ],
    ids=str,
)
async def test_envelopes_that_cannot_be_read(
    session: ClientSession, server: Server, body: Any
) -> None:
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = json_answer(body)
    client = client_of(session, server)
    for key, read in READS.items():
        error = await error_of(read(client))
        assert isinstance(error, UnexpectedResponse), key
        assert error.operation == key
        assert "§" not in str(error) + str(error.skeleton)
    assert len(server.asked) == 1 + len(READS)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"<html>",
        b'{"status": 200}',
        b'{"status": 200, "data": {}}',
    ],
)
async def test_a_deletion_may_be_answered_with_anything(
    session: ClientSession, server: Server, body: bytes
) -> None:
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = answer(body)
    await client_of(session, server).delete_user()


@pytest.mark.parametrize(
    "body",
    [{"data": None}, {"DATA": {"x": 1}}, {"status": "500", "data": []}, {"data": 5}],
    ids=str,
)
async def test_only_an_envelope_is_needed_where_nothing_is_read(
    session: ClientSession, server: Server, body: Any
) -> None:
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = json_answer(body)
    client = client_of(session, server)
    await client.check_account()
    await client.create_user(SUPPLY_POINT)


@pytest.mark.parametrize(
    "body",
    [{}, [], None, {"status": 200}, *({"status": n, "data": {}} for n in (400, 599))],
    ids=str,
)
async def test_an_envelope_is_needed_even_where_nothing_is_read(
    session: ClientSession, server: Server, body: Any
) -> None:
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = json_answer(body)
    error = await error_of(client_of(session, server).check_account())
    assert isinstance(error, UnexpectedResponse)


async def test_each_split_has_a_name_of_its_own(
    session: ClientSession, server: Server
) -> None:
    months = {"2026-01": {"appliances": {"fridge": 3}}}
    server.paths = {
        "/auth/token": json_answer({"access_token": "t"}),
        "/analytics/1234/distribution": json_answer({"data": {"distribution": months}}),
        "/analytics/1234/compound": json_answer({"data": {"compound": months}}),
    }
    client = client_of(session, server)
    expected = (MonthlySplit("2026-01", {"fridge": 3}),)
    assert await client.distribution() == await client.compound() == expected


async def test_nothing_of_the_account_is_told(
    session: ClientSession, server: Server
) -> None:
    server.paths["/auth/token"] = json_answer({"access_token": "tok-9"})
    server.otherwise = json_answer({"message": "id/secret: tok-9 may not 1234"}, 403)
    error = await error_of(client_of(session, server).saving())
    assert error.detail == "HTTP 403: **/**: ** may not **"


async def test_an_account_number_that_is_a_key_is_not_told(
    session: ClientSession, server: Server
) -> None:
    """A POD looks like a plain identifier, and answers may be grouped by it."""
    number = "IT001E12345678"
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = json_answer({"data": {number: {"watts": 3}}})
    client = client_of(session, server, account_number=number)
    error = await error_of(client.realtime())
    assert number not in f"{error.placeholders()}"
    assert number not in f"{client.skeletons()}"


# Failures


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="status", status=404), NotFound),
        (Fault(kind="status", status=429), RateLimited),
        (Fault(kind="status", status=500, times=None), Unavailable),
        (Fault(kind="truncated", times=None), Unavailable),
        (Fault(kind="html", status=502, times=None), Unavailable),
    ],
    ids=["404", "429", "500", "truncated", "html"],
)
async def test_failures(
    client: DigiwattClient,
    digiwatt: DigiwattSandbox,
    fault: Fault,
    kind: type[PortalError],
) -> None:
    """Reads are tried once more; what changes something never is."""
    for key, call in CALLS.items():
        digiwatt.fail(key, fault)
        error = await error_of(call(client))
        assert type(error) is kind, key
        assert error.operation == key
        repeated = kind is Unavailable and key in READS
        assert calls(digiwatt, key) == (2 if repeated else 1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="html"),
        Fault(kind="cut"),
        Fault(kind="remove", path="data"),
        Fault(kind="set", path="data", value={"geheim": "§"}),
        Fault(kind="set", path="status", value=500),
        Fault(kind="raw", body='{"status": 200, "data": {"§": "§"}}'),
    ],
    ids=lambda fault: f"{fault.kind} {fault.path}",
)
async def test_bodies_that_cannot_be_read(
    client: DigiwattClient, digiwatt: DigiwattSandbox, fault: Fault
) -> None:
    for key, read in READS.items():
        digiwatt.fail(key, fault)
        error = await error_of(read(client))
        assert isinstance(error, UnexpectedResponse), key
        assert "§" not in f"{error} {error.skeleton}"
        assert calls(digiwatt, key) == 1


async def test_wrong_credentials(
    session: ClientSession, account: dict[str, Any], digiwatt: DigiwattSandbox
) -> None:
    del account["vendor"]
    client = DigiwattClient(session, **{**account, "client_secret": "wrong"})
    error = await error_of(client.check_account())
    assert isinstance(error, AuthError)
    assert error.operation == "token"
    assert [call.operation for call in digiwatt.calls] == ["token"]


async def test_a_revoked_token_is_renewed(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    await client.realtime()
    digiwatt.revoke_tokens()
    await asyncio.gather(*(call(client) for call in READS.values()))
    assert calls(digiwatt, "token") == 2
    digiwatt.rotate_secret()
    assert isinstance(await error_of(client.realtime()), AuthError)


# What diagnostics show


async def test_skeletons_and_refused_values(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    assert (client.skeletons(), client.refused()) == ({}, {})
    digiwatt.fail("saving", Fault(kind="set", path="data.saving", value=-5))
    digiwatt.fail("saving", Fault(kind="set", path="data.saving", value="NaN"))
    for _ in range(2):
        saving = await client.saving()
        assert saving.saving is None and saving.consumption is not None
    assert client.refused() == {"saving.saving": 2}
    assert client.skeletons() == {
        "token": {
            "access_token": "string",
            "expires_in": "integer",
            "token_type": "string",
        },
        "saving": {
            "status": "integer",
            "data": {"consumption": "number", "saving": "string"},
        },
    }
    client.refused().clear()
    assert client.refused() == {"saving.saving": 2}


def test_the_fifteen_operations() -> None:
    assert set(ROUTES) == {"token", *CALLS}
    assert len(ROUTES) == 15
