"""eSmart's past: what is asked for, in which unit, and what costs are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.esmart import ESMART
from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.history import HISTORY
from custom_components.energy_portals.portals.esmart.sites import (
    SITES,
    ContractSite,
    MeasuredSite,
)
from custom_components.energy_portals.portals.history import History, Readings
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    NotFound,
    PortalError,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    LedgerSeries,
)
from custom_components.energy_portals.portals.model.series import Slot
from tests.portals.esmart.operations import NOW, TODAY
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.surroundings import Surroundings

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Yesterday and today, which will have 25 hours.
SPAN = TODAY - DAY, NOW
BOTH = {LedgerSeries(CONSUMPTION), LedgerSeries(COST, "NOK")}
NAMELESS = Fault(kind="set", path="Unit", value=None)


@pytest.fixture
async def home(client: EsmartClient, esmart: EsmartSandbox) -> ContractSite:
    """Return the contract of the sandbox's account."""
    request = FeedRequest(now=NOW, sites=(), held={}, given=None)
    found = (await SITES.fetch(client, request)).data
    (site,) = (each for each in found.values() if isinstance(each, ContractSite))
    esmart.calls.clear()
    return site


async def ask(client: EsmartClient, site: MeasuredSite) -> Readings:
    return await HISTORY.ask(client, site, *SPAN)


async def read(client: EsmartClient, site: ContractSite, **tariff: float) -> Readings:
    return await HISTORY.read(client, site, SPAN, Surroundings(options=tariff))


def slots(readings: Readings, key: str) -> Sequence[Slot[float | None]]:
    """Return the slots of a series."""
    found = readings.of(key)
    assert found is not None
    return found[1]


def amounts(readings: Readings, key: str) -> dict[datetime, float | None]:
    """Return the amounts of a series, all of them of hours."""
    found = slots(readings, key)
    assert {slot.end - slot.start for slot in found} == {HOUR}
    return {slot.start: slot.value for slot in found}


def kwh(esmart: EsmartSandbox) -> dict[datetime, float]:
    """Return what the household used in each hour of the span."""
    hours = [SPAN[0] + n * HOUR for n in range((SPAN[1] - SPAN[0]) // HOUR)]
    energy = esmart.household.total_energy
    return {hour: energy(hour, hour + HOUR) / 1000 for hour in hours}


def paid(esmart: EsmartSandbox) -> dict[datetime, float]:
    """Return what that cost, at the price of each hour."""
    contract = esmart.home.contracts_held[0]
    price = esmart.prices.contract_price
    return {hour: used * price(contract, hour) for hour, used in kwh(esmart).items()}


def nearly(expected: Mapping[datetime, float]) -> Any:
    return pytest.approx(expected, abs=1e-5)


def test_what_the_account_has() -> None:
    assert ESMART.capability(History) is HISTORY
    assert HISTORY.at is MeasuredSite
    assert HISTORY.oldest is None
    assert (HISTORY.longest, HISTORY.corrects) == (31 * DAY, 7 * DAY)


# What is asked for, and what comes


async def test_hours_of_yesterday_and_today(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    readings = await read(client, home)
    assert [call.operation for call in esmart.calls] == ["consumption", "costs"]
    assert set(readings.series) == {
        LedgerSeries(CONSUMPTION),
        LedgerSeries(COST, "NOK"),
    }
    assert amounts(readings, CONSUMPTION) == nearly(kwh(esmart))
    assert amounts(readings, COST) == nearly(paid(esmart))
    assert max(amounts(readings, CONSUMPTION)) == NOW.replace(minute=0) - HOUR
    assert not readings.totals
    assert not readings.problems


async def test_hours_that_are_missing_or_empty(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    esmart.fail("consumption", Fault(kind="remove", path="Values.5"))
    esmart.fail("costs", Fault(kind="set", path="Values.6.Value", value=None))
    readings = await ask(client, home)
    expected = kwh(esmart)
    del expected[SPAN[0] + 5 * HOUR]
    assert amounts(readings, CONSUMPTION) == nearly(expected)
    assert amounts(readings, COST)[SPAN[0] + 6 * HOUR] is None


@pytest.mark.parametrize(("status", "is_good"), [(3999, True), (4000, False)])
async def test_bad_status(
    client: EsmartClient,
    esmart: EsmartSandbox,
    home: ContractSite,
    status: int,
    is_good: bool,
) -> None:
    hour = SPAN[0] + 5 * HOUR
    expected = kwh(esmart)[hour], paid(esmart)[hour]
    for operation in ("consumption", "costs"):
        fault = Fault(kind="set", path="Values.5.Status", value=status)
        esmart.fail(operation, fault)
    readings = await ask(client, home)
    for key, amount in zip((CONSUMPTION, COST), expected, strict=True):
        found = amounts(readings, key)[hour]
        assert found == (pytest.approx(amount, abs=1e-5) if is_good else None)
        assert amounts(readings, key)[hour + HOUR] is not None


async def test_status_that_is_not_given(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    fault = Fault(kind="remove", path="Values.*.Status")
    esmart.fail("consumption", fault)
    assert amounts(await ask(client, home), CONSUMPTION) == nearly(kwh(esmart))


# Units


@pytest.mark.parametrize(
    ("named", "factor"),
    [(None, 1), ("KWH", 1), ("Wh", 0.001), ("wh", 0.001), ("MWh", 1000)],
)
async def test_unit_of_energy(
    client: EsmartClient,
    esmart: EsmartSandbox,
    home: ContractSite,
    named: str | None,
    factor: float,
) -> None:
    """Whatever the unit, what comes of it is kWh."""
    esmart.fail("consumption", replace(NAMELESS, value=named))
    readings = await ask(client, home)
    found = readings.of(CONSUMPTION)
    assert found is not None and found[0].unit == "kWh"
    expected = {hour: used * factor for hour, used in kwh(esmart).items()}
    assert amounts(readings, CONSUMPTION) == pytest.approx(expected, rel=1e-4)


async def test_odd_unit_of_energy(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    esmart.fail("consumption", replace(NAMELESS, value="m3"))
    with pytest.raises(UnexpectedResponse) as caught:
        await ask(client, home)
    assert "m3" not in str(caught.value)


@pytest.mark.parametrize(
    ("named", "currency"),
    [(None, "NOK"), ("kr", "NOK"), ("Kr.", "NOK"), ("NOK", "NOK"), ("sek", "SEK")],
)
async def test_currency(
    client: EsmartClient,
    esmart: EsmartSandbox,
    home: ContractSite,
    named: str | None,
    currency: str,
) -> None:
    esmart.fail("costs", replace(NAMELESS, value=named))
    found = (await ask(client, home)).of(COST)
    assert found is not None and found[0].unit == currency


# Where costs or energy fail


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (replace(NAMELESS, value="horses"), UnexpectedResponse),
        (replace(NAMELESS, value="kWh"), UnexpectedResponse),
        (Fault(kind="raw", body='{"Odd": 1}'), UnexpectedResponse),
        (Fault(kind="html", status=200), UnexpectedResponse),
    ],
)
async def test_costs_of_odd_shape(
    client: EsmartClient,
    esmart: EsmartSandbox,
    home: ContractSite,
    fault: Fault,
    error: type[PortalError],
) -> None:
    esmart.fail("costs", fault)
    readings = await ask(client, home)
    assert amounts(readings, CONSUMPTION) == nearly(kwh(esmart))
    assert readings.of(COST) is None
    assert [type(problem) for problem in readings.problems] == [error]
    assert "horses" not in str(readings.problems)


async def test_costs_in_minor_units(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    usual = amounts(await ask(client, home), COST)
    esmart.fail("costs", replace(NAMELESS, value="øre"))
    readings = await ask(client, home)
    found = readings.of(COST)
    assert found is not None and found[0].unit == "NOK"
    assert amounts(readings, COST) == {
        hour: pytest.approx(cost / 100) for hour, cost in usual.items()
    }


@pytest.mark.parametrize("status", [403, 404])
async def test_costs_that_prices_make(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite, status: int
) -> None:
    """Where the utility reckons none, the contract's prices do, the tariff on top."""
    esmart.deny("costs", status)
    readings = await ask(client, home)
    assert set(readings.series) == {LedgerSeries(CONSUMPTION)}
    esmart.calls.clear()
    readings = await read(client, home)
    operations = [call.operation for call in esmart.calls]
    assert operations == ["consumption", "costs", "meter_prices"]
    assert esmart.calls[-1].query["fromTimeUtc"] == "2026-10-23T22:00:00"
    assert set(readings.series) == {
        LedgerSeries(CONSUMPTION),
        LedgerSeries(COST, "NOK"),
    }
    assert amounts(readings, COST) == nearly(paid(esmart))
    assert not readings.problems
    taxed = amounts(await read(client, home, vat=25), COST)
    expected = {hour: cost * 1.25 for hour, cost in paid(esmart).items()}
    assert taxed == nearly(expected)


@pytest.mark.parametrize("status", [403, 404])
async def test_costs_that_came_before_are_waited_for(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite, status: int
) -> None:
    assert LedgerSeries(COST, "NOK") in (await read(client, home)).series
    esmart.deny("costs", status)
    readings = await read(client, home)
    assert set(readings.series) == {LedgerSeries(CONSUMPTION)}
    assert [problem.operation for problem in readings.problems] == ["costs"]


@pytest.mark.parametrize("status", [403, 404])
async def test_neither_costs_nor_prices(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite, status: int
) -> None:
    for operation in ("costs", "meter_prices", "contract_prices"):
        esmart.deny(operation, status)
    readings = await read(client, home)
    assert set(readings.series) == {LedgerSeries(CONSUMPTION)}
    assert not readings.problems


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind="html", status=200), UnexpectedResponse),
        (Fault(kind="status", status=400), Rejected),
    ],
)
async def test_prices_that_cannot_be_read(
    client: EsmartClient,
    esmart: EsmartSandbox,
    home: ContractSite,
    fault: Fault,
    error: type[PortalError],
) -> None:
    esmart.deny("costs", 404)
    esmart.fail("meter_prices", fault)
    readings = await read(client, home)
    assert set(readings.series) == {LedgerSeries(CONSUMPTION)}
    assert [type(problem) for problem in readings.problems] == [error]


async def test_prices_are_not_asked_for_without_energy(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    esmart.deny("costs", 404)
    esmart.fail("consumption", Fault(kind="set", path="Values", value=[]))
    readings = await read(client, home)
    assert readings.series == {LedgerSeries(CONSUMPTION): ()}
    assert [call.operation for call in esmart.calls] == ["consumption", "costs"]


@pytest.mark.parametrize(
    ("operation", "status", "error"),
    [
        ("consumption", 503, Unavailable),
        ("consumption", 400, Rejected),
        ("consumption", 401, AuthError),
        ("costs", 401, AuthError),
    ],
)
async def test_outage(
    client: EsmartClient,
    esmart: EsmartSandbox,
    home: ContractSite,
    operation: str,
    status: int,
    error: type[PortalError],
) -> None:
    esmart.fail(operation, Fault(kind="status", status=status, times=None))
    with pytest.raises(PortalError) as caught:
        await read(client, home)
    assert type(caught.value) is error


@pytest.mark.parametrize(("status", "error"), [(503, Unavailable), (400, Rejected)])
async def test_costs_that_fail_keep_no_consumption_out(
    client: EsmartClient,
    esmart: EsmartSandbox,
    home: ContractSite,
    status: int,
    error: type[PortalError],
) -> None:
    esmart.fail("costs", Fault(kind="status", status=status, times=None))
    readings = await read(client, home)
    found = readings.of(CONSUMPTION)
    assert found is not None and found[1]
    assert [type(problem) for problem in readings.problems] == [error]


async def test_contract_without_a_meter(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    with pytest.raises(NotFound):
        await ask(client, replace(home, meter_id=None))
    assert not esmart.calls


# What the home may draw


@pytest.mark.parametrize(
    ("drawn", "subscribed", "power"),
    [
        (1.5, 25.0, None),
        (999.0, 2500.0, None),
        (1800.0, 25.0, 25.0),
        (1800.0, 2500.0, 2500.0),
        (1800.0, None, None),
    ],
)
async def test_the_subscribed_power_is_asked_for_where_it_matters(
    client: EsmartClient,
    esmart: EsmartSandbox,
    home: ContractSite,
    drawn: float,
    subscribed: float | None,
    power: float | None,
) -> None:
    """Where an hour is more than a home can draw."""
    path = "subscribedPowerWattmeter.subscribedPower.value"
    esmart.fail("wattmeter_v2", Fault(kind="set", path=path, value=subscribed))
    at = "Values.5.Value"
    esmart.fail("consumption", Fault(kind="set", path=at, value=drawn))
    readings = await ask(client, home)
    assert readings.power == power
    asked = [call.operation for call in esmart.calls]
    assert ("wattmeter_v2" in asked) is (drawn >= 1000)


async def test_a_watt_meter_that_does_not_answer(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    at = "Values.5.Value"
    for error, status in ((None, 404), (None, 500), (AuthError, 401)):
        esmart.heal()
        esmart.fail("consumption", Fault(kind="set", path=at, value=1800.0))
        fault = Fault(kind="status", status=status, times=None)
        esmart.fail("wattmeter_v2", fault)
        if error is None:
            assert (await ask(client, home)).power is None
        else:
            with pytest.raises(error):
                await ask(client, home)
