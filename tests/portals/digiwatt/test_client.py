"""The fifteen operations, against the sandbox."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from custom_components.energy_portals.portals.digiwatt.client import (
    ROUTES,
    DigiwattClient,
)
from custom_components.energy_portals.portals.digiwatt.models import (
    MonthlySplit,
    Performance,
    PowerRow,
    Residents,
    Saving,
)
from custom_components.energy_portals.portals.http.errors import NotFound, Rejected
from custom_components.energy_portals.portals.model.periods import Period
from tests.portals.digiwatt.conftest import NOW
from tests.portals.digiwatt.operations import CALLS, HOUSEHOLD, SUPPLY_POINT, error_of
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.digiwatt_readings import DigiwattReadings


@pytest.fixture
def readings(digiwatt: DigiwattSandbox) -> DigiwattReadings:
    """Return what the portal says, before it goes over the wire."""
    return DigiwattReadings(digiwatt.household)


def utc(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(UTC)


def test_the_fifteen_operations() -> None:
    assert set(ROUTES) == {"token", *CALLS}
    assert len(ROUTES) == 15


# What is read is what the portal says


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
    said: Any = readings.saving()
    assert await client.saving() == Saving(**said)


async def test_greenness(client: DigiwattClient, readings: DigiwattReadings) -> None:
    said: Any = readings.greenness()
    outlook = await client.greenness()
    assert outlook.share == said["percentage"]
    assert [(slot.start, slot.end, slot.value) for slot in outlook.windows] == [
        (utc(window["start"]), utc(window["stop"]), window["percentage"])
        for window in said["windows"]
    ]


# What is written is what the portal takes


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


async def test_the_portal_takes_a_household(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    await client.set_household(HOUSEHOLD)
    assert digiwatt.calls[-1].status == 200
    bad = msgspec.structs.replace(HOUSEHOLD, residents=Residents(0, 0, 0))
    error = await error_of(client.set_household(bad))
    assert isinstance(error, Rejected)
    assert "at least one" in error.detail
