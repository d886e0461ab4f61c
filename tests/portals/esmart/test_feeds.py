"""eSmart's feeds: what is asked for, how often, and in which span."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.contract import (
    Feed,
    FeedRequest,
    Fetched,
    TokenStore,
)
from custom_components.energy_portals.portals.esmart import ESMART
from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.feeds import PUBLISHED
from custom_components.energy_portals.portals.esmart.reads import ZONE
from custom_components.energy_portals.portals.esmart.sites import SITES
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    PortalError,
    Unavailable,
)
from custom_components.energy_portals.portals.model.dues import Dues
from custom_components.energy_portals.portals.model.power import PowerNow
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.rhythms import Every
from tests.portals.esmart.operations import NOW, TODAY, TOMORROW
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.surroundings import Surroundings

FEED: Mapping[str, Feed[EsmartClient, Any, Any]] = {
    feed.key: feed for feed in ESMART.feeds
}
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOME = "contract-1001-3001"
METERS = "/api/customers/42/contracts/1001/meters/M-1001"


NO_SITES: FeedRequest[Any, Any] = FeedRequest(now=NOW, sites=(), held={}, given=None)


async def request_of(
    client: EsmartClient,
    key: str,
    now: datetime = NOW,
    held: Mapping[str, Any] | None = None,
) -> FeedRequest[Any, Any]:
    """Return the request of a feed at all of its sites."""
    discovered = await SITES.fetch(client, NO_SITES)
    feed = FEED[key]
    about = (site for site in discovered.data.values() if isinstance(site, feed.at))
    return feed.request(now, tuple(about), held or {}, Surroundings())


async def fetch(client: EsmartClient, key: str) -> Mapping[str, Any]:
    return (await FEED[key].fetch(client, await request_of(client, key))).data


@pytest.mark.parametrize(
    ("key", "operations"),
    [
        ("live_power", ["wattmeter_v2"]),
        ("spot_prices", ["spotprices"]),
        ("contract_prices", ["meter_prices"]),
        ("temperatures", ["temperatures"]),
        ("comparison", ["comparedwithothers"]),
        ("expenses", ["expenseoverview"]),
        ("contract", ["contract"]),
        ("meter_reading", ["readings"]),
        ("building", ["building"]),
        ("customer", ["customer"]),
        ("invoices", ["invoices"]),
        ("messages", ["messages_count", "messages"]),
        ("terms", ["eula", "terms"]),
        ("charging_requests", ["charging_requests"]),
        ("charger_statistics", ["charger_statistics"]),
        ("control_plans", ["control_plans"] * 2),
        (
            "requested_load",
            ["control_types", "control_zones", *["control_requested"] * 2],
        ),
        ("load_control", ["control_sites", "control_devices", "control_settings"]),
        ("car_battery", ["chargers_and_cars"]),
        ("restrictions", ["restriction_events", *["restricted_meters"] * 3]),
        ("cars", ["cars"]),
    ],
)
async def test_calls(
    client: EsmartClient, esmart: EsmartSandbox, key: str, operations: list[str]
) -> None:
    request = await request_of(client, key)
    esmart.calls.clear()
    fetched = await FEED[key].fetch(client, request)
    assert set(fetched.data) == {site.key for site in request.sites}
    assert [call.operation for call in esmart.calls] == operations
    assert not fetched.problems


def test_rhythms() -> None:
    facts = Every(interval=6 * HOUR, jitter=30 * MINUTE)
    slow = Every(interval=6 * HOUR, jitter=30 * MINUTE, day_in=ZONE)
    hourly = Every(interval=HOUR, jitter=5 * MINUTE, day_in=ZONE)
    daily = Every(interval=DAY, jitter=HOUR)
    assert {feed.key: feed.rhythm for feed in (SITES, *ESMART.feeds)} == {
        "sites": facts,
        "live_power": Every(interval=MINUTE),
        "spot_prices": PUBLISHED,
        "contract_prices": PUBLISHED,
        "temperatures": hourly,
        "comparison": slow,
        "expenses": slow,
        "contract": daily,
        "meter_reading": facts,
        "building": daily,
        "customer": daily,
        "invoices": facts,
        "messages": Every(interval=2 * HOUR, jitter=10 * MINUTE),
        "terms": daily,
        "charging_requests": Every(interval=5 * MINUTE, jitter=MINUTE / 2),
        "charger_statistics": hourly,
        "control_plans": Every(interval=15 * MINUTE, jitter=MINUTE),
        "requested_load": hourly,
        "load_control": facts,
        "car_battery": Every(interval=15 * MINUTE, jitter=MINUTE),
        "restrictions": Every(interval=15 * MINUTE, jitter=MINUTE),
        "cars": facts,
    }


def test_kinds() -> None:
    assert {key: set(feed.kinds) for key, feed in FEED.items() if feed.kinds} == {
        "live_power": {PowerNow},
        "spot_prices": {PriceOutlook},
        "contract_prices": {PriceOutlook},
        "invoices": {Dues},
    }


# Spans


async def test_span_of_prices(client: EsmartClient, esmart: EsmartSandbox) -> None:
    """Today and tomorrow in one call; a day is as long as it is."""
    request = await request_of(client, "spot_prices")
    data = (await FEED["spot_prices"].fetch(client, request)).data
    query = esmart.calls[-1].query
    assert query["fromTimeUtc"] == "2026-10-24T22:00:00"
    assert query["toTimeUtc"] == "2026-10-26T23:00:00"
    outlook = data["area-NO1"]
    day = NOW.astimezone(ZONE).date()
    assert outlook.known(day) and outlook.known(day + DAY)
    today = outlook.raw.between(TODAY, TOMORROW).slots
    assert len(today) == 100

    esmart.calls.clear()
    again = replace(request, held=data)
    assert (await FEED["spot_prices"].fetch(client, again)).data == data
    assert not esmart.calls


async def test_comparison_is_of_whole_days(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    own = (await fetch(client, "comparison"))[HOME].own.slots
    assert len(own) == 30
    assert own[-1].end == TODAY


async def test_month_of_expenses_and_charging(client: EsmartClient) -> None:
    next_month = datetime.fromisoformat("2026-10-31T23:00:00Z")
    before = next_month - timedelta(microseconds=1)
    expenses = (await fetch(client, "expenses"))[HOME]
    assert expenses.of(before) == expenses.expenses
    assert expenses.of(next_month) is None
    charged = (await fetch(client, "charger_statistics"))["device-601"]
    assert charged.total(before) == charged.statistics.total
    assert charged.total(next_month) is None
    for data in (expenses, charged):
        assert data.next_change(NOW) == TOMORROW


async def test_requested_load_has_the_running_hour(client: EsmartClient) -> None:
    load = (await fetch(client, "requested_load"))[HOME]
    assert set(load.requested) == {"1-1", "1-2"}
    slot = load.requested["1-1"].values.at(NOW)
    assert slot is not None and slot.start == NOW.replace(minute=0)
    assert load.next_change(NOW) == NOW.replace(minute=0) + HOUR


# Refused, missing and failing parts


@pytest.mark.parametrize("key", sorted(FEED))
async def test_refused_feed_is_no_error(
    client: EsmartClient, esmart: EsmartSandbox, key: str
) -> None:
    for status in (403, 404, 410):
        esmart.heal()
        request = await request_of(client, key)
        esmart.fail("*", Fault(kind="status", status=status, times=None))
        refused = frozenset(site.key for site in request.sites)
        assert await FEED[key].fetch(client, request) == Fetched({}, (), refused)


@pytest.mark.parametrize("key", sorted(FEED))
async def test_feed_that_fails_says_so(
    client: EsmartClient, esmart: EsmartSandbox, key: str
) -> None:
    request = await request_of(client, key)
    for status, error in ((503, Unavailable), (401, AuthError)):
        esmart.heal()
        esmart.fail("*", Fault(kind="status", status=status, times=None))
        with pytest.raises(PortalError) as raised:
            await FEED[key].fetch(client, request)
        assert type(raised.value) is error


@pytest.mark.parametrize("status", [403, 404])
async def test_old_watt_meter_stays_old(
    client: EsmartClient, esmart: EsmartSandbox, status: int
) -> None:
    """For an hour, because the refusal of the second version may have passed."""
    esmart.deny("wattmeter_v2", status)
    request = await request_of(client, "live_power")

    async def asked(minutes: int) -> list[str | None]:
        nonlocal request
        now = request.now + timedelta(minutes=minutes)
        esmart.calls.clear()
        data = (await FEED["live_power"].fetch(client, replace(request, now=now))).data
        request = replace(request, held=data)
        return [call.operation for call in esmart.calls]

    both = ["wattmeter_v2", "wattmeter"]
    assert await asked(0) == both
    assert await asked(1) == await asked(59) == ["wattmeter"]
    assert await asked(60) == both
    assert await asked(119) == ["wattmeter"]
    esmart.allow("wattmeter_v2")
    assert await asked(120) == await asked(121) == ["wattmeter_v2"]


async def test_part_of_load_control_that_fails(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    body = '[{"SiteId": 701, "Name": "Home"}, {"SiteId": 702}]'
    esmart.fail("control_sites", Fault(kind="raw", body=body))
    request = await request_of(client, "load_control")
    fetched = await FEED["load_control"].fetch(client, request)
    assert set(fetched.data["customer"]) == {"701"}
    assert len(fetched.problems) == 1


@pytest.mark.parametrize(
    ("refused", "licence", "general"),
    [("eula", None, True), ("terms", True, None), (None, True, True)],
)
async def test_what_is_known_of_the_terms(
    client: EsmartClient,
    esmart: EsmartSandbox,
    refused: str | None,
    licence: bool | None,
    general: bool | None,
) -> None:
    if refused is not None:
        esmart.deny(refused, 404)
    accepted = (await fetch(client, "terms"))["customer"]
    assert (accepted.licence, accepted.general) == (licence, general)
    assert accepted.is_complete() is True
    esmart.customer.reset_terms()
    accepted = (await fetch(client, "terms"))["customer"]
    assert accepted.is_complete() is False


@pytest.mark.parametrize("units", [{}, {"price_unit": "EUR/kWh", "power_unit": "W"}])
async def test_connect_takes_the_units(
    session: ClientSession,
    esmart: EsmartSandbox,
    login: dict[str, Any],
    units: dict[str, str],
) -> None:
    account = {**login, "area": "power"}
    client = ESMART.connect(
        session, account, {"units": units} if units else {}, TokenStore()
    )
    assert client.currency == ("EUR" if units else "NOK")
    assert client.name == "eSmart 42"
    net = ESMART.connect(session, {**account, "area": "net"}, {}, TokenStore())
    assert net.name == "eSmart 42 net"
    discovered = await SITES.fetch(net, NO_SITES)
    assert "contract-1002-3001" in discovered.data


async def test_refused_contract_price_is_refused(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    """Neither the meter's nor the contract's own."""
    esmart.deny("meter_prices", 404)
    assert set(await fetch(client, "contract_prices")) == {HOME}
    esmart.deny("contract_prices", 403)
    request = await request_of(client, "contract_prices")
    refused = frozenset({HOME})
    assert await FEED["contract_prices"].fetch(client, request) == Fetched(
        {}, (), refused
    )
    with pytest.raises(Forbidden):
        await client.contract_prices("1001", TODAY, TOMORROW)


# Cars


async def test_battery_of_the_car_at_a_charger(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    [info] = (await fetch(client, "car_battery")).values()
    assert (info.asset_id, info.battery, info.car_id) == ("601", 62.0, "car-1")
    esmart.charging.set_battery(None)
    [info] = (await fetch(client, "car_battery")).values()
    assert info.battery is None


async def test_battery_where_no_gateway_is_known(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    """Of a charger that was kept before gateways were, or that its own list lacks."""
    request = await request_of(client, "car_battery")
    [site] = request.sites
    bare = replace(request, sites=(replace(site, gateway_id=None),))
    assert (await FEED["car_battery"].fetch(client, bare)).refused == {site.key}
    other = replace(request, sites=(replace(site, asset_id="999"),))
    told = (await FEED["car_battery"].fetch(client, other)).data[site.key]
    assert (told.asset_id, told.battery) == ("999", None)
