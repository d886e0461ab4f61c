"""The simulated servers of Home Assistant's own integrations."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from yarl import URL

from scripts.redirecting import redirected
from tests.sandbox import Fault, Sandbox
from tests.sandbox.sources.forecast_solar import API_KEY
from tests.sandbox.sources.nordpool import NordPoolSandbox
from tests.sandbox.sources.tibber import HOME, TibberSandbox
from tests.sandbox_tests.client import Time

TODAY = date(2026, 5, 14)
TOMORROW = date(2026, 5, 15)
QUARTERS = {date(2026, 3, 29): 92, TODAY: 96, date(2025, 10, 26): 100}

NORDPOOL = "https://dataportal-api.nordpoolgroup.com/api/DayAheadPrices"
ENERGYZERO = "https://public.api.energyzero.nl/public/v1/prices"
EASYENERGY = "https://price-graph.mijn.easyenergy.com/api/prices"
OMIE = "https://www.omie.es/sites/default/files/dados"
SUN = "https://api.forecast.solar"
ROOF = "45.46/9.19/30/-10/5.6"
GQL = "https://api.tibber.com/v1-beta/gql"
TOKEN = "https://thewall.tibber.com/connect/token"
LATIN = "iso-8859-1"
BACK = "http://home.invalid/auth/external/callback"


@pytest.fixture
async def session(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[aiohttp.ClientSession]:
    """Return a session that takes the sandbox for all real hosts."""
    ask = redirected(sandbox.hosts(), aiohttp.ClientSession._request)
    monkeypatch.setattr(aiohttp.ClientSession, "_request", ask)
    async with aiohttp.ClientSession() as session:
        yield session


async def get(
    session: aiohttp.ClientSession, url: str, **query: str
) -> tuple[int, Any]:
    """Return status and body of an answer."""
    async with session.get(url, params=query) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if is_json else answer.text(LATIN))


def nordpool(day: date, **changed: str) -> dict[str, str]:
    """Return the query for a day."""
    query = {"date": day.isoformat(), "market": "DayAhead"}
    return {**query, "deliveryArea": "SE3,FI", "currency": "EUR", **changed}


def energyzero(day: date, **changed: str) -> dict[str, str]:
    """Return the query for a day."""
    query = {"energyType": "ENERGY_TYPE_ELECTRICITY", "interval": "INTERVAL_QUARTER"}
    return {**query, "date": f"{day:%d-%m-%Y}", **changed}


def easyenergy(day: date, **changed: str) -> dict[str, str]:
    """Return the query for a day."""
    query = {"start": day.isoformat(), "end": (day + timedelta(days=1)).isoformat()}
    return {**query, "type": "electricity", "granularity": "quarter", **changed}


def omie(day: date) -> str:
    """Return the address of a day's file."""
    name = f"INT_PBC_EV_H_1_{day:%d_%m_%Y}_{day:%d_%m_%Y}.TXT"
    return f"{OMIE}/AGNO_{day.year}/MES_{day:%m}/TXT/{name}"


@pytest.mark.parametrize(("day", "quarters"), QUARTERS.items())
async def test_days(session: aiohttp.ClientSession, day: date, quarters: int) -> None:
    _, told = await get(session, NORDPOOL, **nordpool(day))
    assert len(told["multiAreaEntries"]) == quarters
    assert told["multiAreaEntries"][0]["entryPerArea"].keys() == {"SE3", "FI"}
    blocks = told["blockPriceAggregates"]
    assert [each["deliveryEnd"] for each in blocks[:-1]] == [
        each["deliveryStart"] for each in blocks[1:]
    ]
    _, told = await get(session, ENERGYZERO, **energyzero(day))
    assert {len(stream) for stream in told.values()} == {quarters}
    assert set(told) == {"base", "base_with_vat", "all_in", "all_in_with_vat"}
    _, told = await get(session, EASYENERGY, **easyenergy(day))
    assert len(told["prices"]) == quarters
    _, told = await get(session, EASYENERGY, **easyenergy(day, granularity="hour"))
    assert len(told["prices"]) == quarters // 4
    _, told = await get(session, omie(day))
    series = told.splitlines()[3].removesuffix(";").split(";")
    assert (series[0][:15], len(series)) == ("Precio marginal", 1 + quarters)


async def test_publication(
    sandbox: Sandbox, clock: Time, session: aiohttp.ClientSession
) -> None:
    async def known() -> tuple[int, int, int, int]:
        statuses = [
            (await get(session, NORDPOOL, **nordpool(TOMORROW)))[0],
            (await get(session, ENERGYZERO, **energyzero(TOMORROW)))[0],
        ]
        _, told = await get(session, EASYENERGY, **easyenergy(TOMORROW))
        day = await get(session, omie(TOMORROW))
        return statuses[0], statuses[1], len(told["prices"]), day[0]

    assert await known() == (204, 404, 0, 404)
    sandbox.portal(NordPoolSandbox).delay_publication(90)
    clock.now = datetime(2026, 5, 14, 11, 30, tzinfo=UTC)
    assert await known() == (204, 200, 96, 404)
    clock.now = datetime(2026, 5, 14, 12, 30, tzinfo=UTC)
    assert await known() == (200, 200, 96, 200)
    after = TOMORROW + timedelta(days=1)
    assert (await get(session, NORDPOOL, **nordpool(after)))[0] == 204


@pytest.mark.parametrize(
    ("url", "query", "status"),
    [
        (NORDPOOL, nordpool(TODAY, deliveryArea="SE3,XX"), 400),
        (NORDPOOL, nordpool(TODAY, currency="USD"), 400),
        (NORDPOOL, nordpool(TODAY, market="Intraday"), 400),
        (NORDPOOL, nordpool(TODAY, date="14-05-2026"), 400),
        (f"{NORDPOOL}x", nordpool(TODAY), 404),
        (ENERGYZERO, energyzero(TODAY, date="2026-05-14"), 400),
        (ENERGYZERO, energyzero(TODAY, interval="INTERVAL_DAY"), 400),
        (EASYENERGY, easyenergy(TODAY, end="2026-05-14"), 400),
        (EASYENERGY, easyenergy(TODAY, granularity="day"), 400),
        (omie(TODAY).replace("AGNO_2026", "AGNO_2025"), {}, 404),
        (omie(TODAY).replace("14_05_2026_14", "14_05_2026_15"), {}, 404),
        (omie(TODAY).replace("14_05_2026", "32_05_2026"), {}, 404),
        (f"{SUN}/estimate/45.46/9.19/30/-10/0", {}, 400),
        (f"{SUN}/estimate/45.46/9.19/30/-190/5", {}, 400),
        (f"{SUN}/estimate/95/9.19/30/-10/5", {}, 400),
        (f"{SUN}/estimate/45.46/east/30/-10/5", {}, 400),
        (f"{SUN}/estimate/45.46/9.19/30/-10", {}, 404),
        (f"{SUN}/estimate/{ROOF}/40/80/3", {}, 422),
        (f"{SUN}/NoKeyOfAnybody01/estimate/{ROOF}", {}, 401),
        (f"{SUN}/NoKeyOfAnybody01/info", {}, 401),
    ],
)
async def test_refused(
    session: aiohttp.ClientSession, url: str, query: dict[str, str], status: int
) -> None:
    assert (await get(session, url, **query))[0] == status


async def test_other_lengths_and_currencies(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    query = nordpool(TODAY, indexNames="SE3", currency="SEK", resolutionInMinutes="60")
    del query["deliveryArea"]
    _, told = await get(session, f"{NORDPOOL[:-1]}Indices", **query)
    first, *_ = told["multiIndexEntries"]
    at = datetime.fromisoformat(first["deliveryStart"])
    server = sandbox.portal(NordPoolSandbox)
    quarters = [
        server.price("SE3", at + n * timedelta(minutes=15), "EUR") for n in range(4)
    ]
    assert first["entryPerArea"]["SE3"] == pytest.approx(
        sum(quarters) / 4 * 11.1, abs=1
    )
    assert len(told["multiIndexEntries"]) == 24
    gas = energyzero(TODAY, energyType="ENERGY_TYPE_GAS", interval="INTERVAL_DAY")
    _, told = await get(session, ENERGYZERO, **gas)
    assert [each["start"] for each in told["base"]] == [
        "2026-05-13T04:00:00Z",
        "2026-05-14T04:00:00Z",
    ]
    _, told = await get(
        session, EASYENERGY, **easyenergy(TODAY, type="gas", granularity="day")
    )
    assert [each["unit"] for each in told["prices"]] == ["m3", "m3"]


# Forecast.Solar


async def test_sun(session: aiohttp.ClientSession, clock: Time) -> None:
    _, told = await get(session, f"{SUN}/estimate/{ROOF}", time="utc")
    result, message = told["result"], told["message"]
    assert result["watt_hours_day"].keys() == {"2026-05-14", "2026-05-15"}
    assert message["info"]["timezone"] == "Europe/Rome"
    for day, total in result["watt_hours_day"].items():
        energies = [
            energy
            for at, energy in result["watt_hours_period"].items()
            if at.startswith(day)
        ]
        assert sum(energies) == total > 5000
    assert result["watts"].keys() == result["watt_hours_period"].keys()
    assert min(result["watts"].values()) == 0
    several = f"{SUN}/{API_KEY}/estimate/{ROOF}/40/80/3"
    _, more = await get(session, several, time="utc")
    assert more["result"]["watt_hours_day"]["2026-05-14"] > total
    assert (await get(session, f"{SUN}/check/{ROOF}"))[0] == 200
    assert (await get(session, f"{SUN}/{API_KEY}/info"))[0] == 200


async def test_sun_is_not_asked_for_too_often(
    session: aiohttp.ClientSession, clock: Time
) -> None:
    url = f"{SUN}/estimate/{ROOF}"
    statuses = [(await get(session, url))[0] for _ in range(13)]
    assert statuses == [200] * 12 + [429]
    clock.now += timedelta(hours=1)
    assert (await get(session, url))[0] == 200


# Tibber


async def sign_in(session: aiohttp.ClientSession) -> dict[str, Any]:
    """Return tokens as who says yes at Tibber gets them."""
    query = {"client_id": "sandbox-tibber", "response_type": "code", "state": "here"}
    async with session.get(
        "https://thewall.tibber.com/connect/authorize",
        params={**query, "redirect_uri": BACK},
        allow_redirects=False,
    ) as answer:
        place = URL(answer.headers["Location"])
    assert place.query["state"] == "here"
    status, tokens = await ask_token(
        session,
        grant_type="authorization_code",
        code=place.query["code"],
        redirect_uri=BACK,
    )
    assert status == 200
    return tokens


async def ask_token(
    session: aiohttp.ClientSession, **form: str
) -> tuple[int, dict[str, Any]]:
    """Ask for tokens."""
    client = {"client_id": "sandbox-tibber", "client_secret": "sandbox-tibber-secret"}
    async with session.post(TOKEN, data={**client, **form}) as answer:
        return answer.status, await answer.json()


async def query(
    session: aiohttp.ClientSession, text: str, token: str
) -> tuple[int, dict[str, Any]]:
    """Ask the GraphQL API."""
    headers = {"Authorization": f"Bearer {token}"}
    async with session.post(GQL, data={"query": text}, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_tibber_tokens(session: aiohttp.ClientSession, clock: Time) -> None:
    viewer = "{ viewer { name websocketSubscriptionUrl } }"
    status, told = await query(session, viewer, "made-up")
    assert (status, told["errors"][0]["extensions"]["code"]) == (400, "UNAUTHENTICATED")
    tokens = await sign_in(session)
    status, told = await query(session, viewer, tokens["access_token"])
    assert told["data"]["viewer"]["homes"][0]["id"] == HOME
    clock.now += timedelta(seconds=tokens["expires_in"])
    assert (await query(session, viewer, tokens["access_token"]))[0] == 400
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    _, renewed = await ask_token(session, **refresh)
    assert (await query(session, viewer, renewed["access_token"]))[0] == 200
    for refused in (
        {**refresh, "refresh_token": "made-up"},
        {"grant_type": "authorization_code", "code": "made-up"},
        {**refresh, "client_secret": "made-up"},
    ):
        assert (await ask_token(session, **refused))[0] == 400
    for path in ("homes", f"homes/{HOME}/devices"):
        url = f"https://data-api.tibber.com/v1/{path}"
        assert (await get(session, url))[0] == 401
    for changed in ({"client_id": "other"}, {"response_type": "token"}):
        asked = {"client_id": "sandbox-tibber", "redirect_uri": BACK, **changed}
        url = "https://thewall.tibber.com/connect/authorize"
        assert (await get(session, url, **asked))[0] == 400


async def test_tibber_home(
    sandbox: Sandbox, session: aiohttp.ClientSession, clock: Time
) -> None:
    token = (await sign_in(session))["access_token"]
    asked = f'{{ viewer {{ home(id: "{HOME}") {{ priceInfo }} }} }}'
    _, told = await query(session, asked, token)
    prices = told["data"]["viewer"]["home"]["currentSubscription"]["priceInfo"]
    assert (len(prices["today"]), prices["tomorrow"]) == (96, [])
    assert prices["today"][0]["startsAt"] == "2026-05-14T00:00:00.000+02:00"
    now = prices["current"]
    assert now["total"] == pytest.approx(now["energy"] + now["tax"])
    assert {key: now[key] for key in ("total", "startsAt", "level")} in prices["today"]
    _, told = await query(session, asked.replace(HOME, "other"), token)
    assert told["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    headers = {"Authorization": f"Bearer {token}"}
    url = f"https://data-api.tibber.com/v1/homes/{HOME}x/devices"
    async with session.get(url, headers=headers) as answer:
        assert answer.status == 404


async def test_tibber_readings(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    token = (await sign_in(session))["access_token"]

    async def hours(last: int, before: str) -> tuple[list[Any], str | None]:
        page = f'consumption(resolution: HOURLY, last: {last}, before: "{before}")'
        asked = f'{{ viewer {{ home(id: "{HOME}") {{ {page} }} }} }}'
        _, told = await query(session, asked, token)
        found = told["data"]["viewer"]["home"]["consumption"]
        return found["nodes"], found["pageInfo"]["startCursor"]

    nodes, cursor = await hours(744, "")
    assert cursor is not None
    older, end = await hours(744, cursor)
    assert (len(nodes) + len(older), end) == (40 * 24, None)
    times = [datetime.fromisoformat(each["from"]) for each in older + nodes]
    assert times == [times[0] + n * timedelta(hours=1) for n in range(40 * 24)]
    start = times[-1].astimezone(UTC)
    used = sandbox.household.total_energy(start, start + timedelta(hours=1))
    assert nodes[-1]["consumption"] == pytest.approx(used / 1000, abs=0.001)
    page = 'consumption(resolution: HOURLY, last: 900, before: "")'
    too_much = f'{{ home(id: "{HOME}") {{ {page} }} }}'
    assert (await query(session, too_much, token))[0] == 400
    production = too_much.replace("consumption", "production").replace("900", "9")
    _, told = await query(session, production, token)
    assert told["data"]["viewer"]["home"] == {"production": None}


async def test_faults_and_calls(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    control = f"{sandbox.address}/_control"
    fault = {"kind": "status", "status": 429, "headers": {"Retry-After": "60"}}
    wanted = {"vendor": "nordpool", "operation": "prices", "fault": fault}
    async with session.post(f"{control}/faults", json=wanted) as answer:
        assert answer.status == 200
    assert (await get(session, NORDPOOL, **nordpool(TODAY)))[0] == 429
    assert (await get(session, NORDPOOL, **nordpool(TODAY)))[0] == 200
    _, told = await get(session, f"{control}/calls", vendor="nordpool")
    assert [each["status"] for each in told["calls"]] == [429, 200]
    sandbox.portal(TibberSandbox).fail("token", Fault(kind="status", status=503))
    assert (await ask_token(session, grant_type="refresh_token"))[0] == 503
    delay = f"{control}/nordpool/delay_publication"
    async with session.post(delay, json={"minutes": 5}) as answer:
        assert await answer.json() == {"minutes": 5}


# Green Planet Energy


async def test_green_planet(session: aiohttp.ClientSession) -> None:
    asked = {"von": "2026-03-29", "bis": "2026-03-30"}
    call = {"method": "getVerbrauchspreisUndWindsignal", "params": asked, "id": 3}

    async def told(body: object) -> tuple[int, Any]:
        url = "https://mein.green-planet-energy.de/p2"
        async with session.post(url, json=body) as answer:
            return answer.status, await answer.json()

    _, known = await told(call)
    result = known["result"]
    assert len(result["datum"]) == len(result["wert"]) == 92 + 96
    assert result["datum"][8] == "29.03.26, 03:00 Uhr"
    assert "," in result["wert"][0]
    later = {"von": "2026-05-14", "bis": "2026-05-15"}
    _, known = await told({**call, "params": later})
    assert len(known["result"]["datum"]) == 96
    _, known = await told({**call, "method": "other"})
    assert known["result"]["errorCode"] == 1
    assert (await told({**call, "params": {"von": "today"}}))[0] == 400
