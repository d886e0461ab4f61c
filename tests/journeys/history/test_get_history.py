"""What is stored is answered by hour, day and month, as the portal has it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from tests.history.accounts import (
    CONSUMPTION,
    CONTRACT,
    COST,
    CUSTOMER,
    NOW,
    OSLO,
    ROME,
    add_digiwatt,
    add_esmart,
    call,
    days_ago,
    device_id,
    imported,
)
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Three days after the night of spring.
SPRING = datetime(2026, 4, 1, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(request: pytest.FixtureRequest, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(getattr(request, "param", NOW))


def of(answer: Any, key: str) -> dict[datetime, float]:
    """Return the values of a series in an answer, by start."""
    (found,) = [each for each in answer["series"] if each["series"] == key]
    return {
        datetime.fromisoformat(row["start"]).astimezone(UTC): row["value"]
        for row in found["rows"]
    }


async def refused(hass: HomeAssistant, **fields: Any) -> str | None:
    """Return why a call is refused."""
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, "get_history", **fields)
    return raised.value.translation_key


def used(sandbox: Sandbox) -> Callable[[datetime, datetime], float]:
    """Return what the household used between two moments, in kWh."""
    return lambda start, end: sandbox.household.total_energy(start, end) / 1000


def published(sandbox: Sandbox, what: str) -> Callable[[datetime, datetime], float]:
    """Return how to find what eSmart has of the contract between two moments."""
    energy = sandbox.portal(EsmartSandbox).energy

    def total(start: datetime, end: datetime) -> float:
        found: Any = energy.published(1001, start.isoformat(), end.isoformat())
        return float(found[what])

    return total


NIGHTS = pytest.mark.parametrize(
    ("_now", "hours"), [(NOW, 25), (SPRING, 23)], indirect=["_now"]
)


@NIGHTS
async def test_esmart(hass: HomeAssistant, sandbox: Sandbox, hours: int) -> None:
    await imported(hass, add_esmart(hass, sandbox, days=4))
    start, end = days_ago(3, OSLO), days_ago(2, OSLO)
    span = {"start": start.isoformat(), "end": end.isoformat()}
    assert (end - start) // HOUR == hours
    answer = await call(hass, "get_history", resolution="hour", **span)
    assert answer["resolution"] == "hour"
    assert [
        (each["series"], each["statistic_id"], each["unit"])
        for each in answer["series"]
    ] == [("consumption", CONSUMPTION, "kWh"), ("cost", COST, "NOK")]
    for key, what in (("consumption", "consumption"), ("cost", "costs")):
        expected = published(sandbox, what)
        by_hour = of(answer, key)
        assert list(by_hour) == [start + n * HOUR for n in range(hours)]
        for at, value in by_hour.items():
            assert value == pytest.approx(expected(at, at + HOUR))
        by_day = of(await call(hass, "get_history", **span), key)
        assert by_day == {start: pytest.approx(fsum(by_hour.values()))}
        assert by_day[start] == pytest.approx(expected(start, end))


@NIGHTS
async def test_digiwatt(hass: HomeAssistant, sandbox: Sandbox, hours: int) -> None:
    """All days and both months; appliances by name alone."""
    await imported(hass, add_digiwatt(hass, sandbox))
    expected = used(sandbox)
    night = days_ago(3, ROME)
    answer = await call(hass, "get_history", resolution="hour")
    assert [each["series"] for each in answer["series"]] == ["consumption"]
    by_hour = of(answer, "consumption")
    assert sum(night <= at < days_ago(2, ROME) for at in by_hour) == hours
    for at, value in by_hour.items():
        assert value == pytest.approx(expected(at, at + HOUR))

    chosen = ["appliance_fridge", "consumption"]
    answer = await call(hass, "get_history", series=chosen)
    assert {each["series"] for each in answer["series"]} == set(chosen)
    by_day = of(answer, "consumption")
    days = [days_ago(n, ROME) for n in (4, 3, 2, 1, 0)]
    now = max(by_hour) + HOUR
    assert list(by_day) == days
    for start, end in zip(days, [*days[1:], now], strict=True):
        assert by_day[start] == pytest.approx(expected(start, end))
        fridge = sandbox.household.energy(start, end).appliances["fridge"] / 1000
        assert of(answer, "appliance_fridge")[start] == pytest.approx(fridge)


async def test_months(hass: HomeAssistant, sandbox: Sandbox) -> None:
    """They begin at midnight in Oslo, and what is asked for is cut by the hour."""
    household = sandbox.household
    entry = add_esmart(hass, sandbox, days=30)
    household.withhold(days_ago(26, OSLO), days_ago(2, OSLO))
    await imported(hass, entry)
    start, end = days_ago(30, OSLO) + 7 * HOUR, NOW.replace(minute=0)
    answer = await call(
        hass,
        "get_history",
        resolution="month",
        start=start.isoformat(),
        series=["consumption"],
    )
    begun = datetime(2026, 9, 30, 22, tzinfo=UTC)
    expected = published(sandbox, "consumption")
    assert of(answer, "consumption") == {
        datetime(2026, 8, 31, 22, tzinfo=UTC): pytest.approx(expected(start, begun)),
        begun: pytest.approx(expected(begun, end)),
    }


async def test_default_span(hass: HomeAssistant, sandbox: Sandbox) -> None:
    """Thirty days and what there is of today, back from now or from the end."""
    entry = add_esmart(hass, sandbox, days=33)
    sandbox.household.withhold(days_ago(28, OSLO), days_ago(1, OSLO))
    await imported(hass, entry)
    days = list(of(await call(hass, "get_history"), "consumption"))
    assert days == [days_ago(n, OSLO) for n in (30, 29, 1, 0)]
    end = days_ago(2, OSLO)
    answer = await call(hass, "get_history", end=end.isoformat())
    days = list(of(answer, "consumption"))
    assert days == [days_ago(n, OSLO) for n in (32, 31, 30, 29)]


async def test_what_is_refused(hass: HomeAssistant, sandbox: Sandbox) -> None:
    sandbox.portal(EsmartSandbox).home.add_contract()
    home = await imported(hass, add_esmart(hass, sandbox, days=1))
    customer = {"device_id": device_id(hass, home, CUSTOMER)}
    for target in ({}, {"config_entry_id": home.entry_id}, customer):
        assert await refused(hass, **target) == "choose_site"
    device = {"device_id": device_id(hass, home, CONTRACT)}
    answer = await call(hass, "get_history", **device)
    assert {each["statistic_id"] for each in answer["series"]} == {CONSUMPTION, COST}
    now = NOW.isoformat()
    for resolution, days in (("hour", 400), ("day", 1500), ("month", 4000)):
        for longer, reason in ((0, None), (1, "history_is_too_long")):
            start = NOW - days * DAY - timedelta(seconds=longer)
            asked = {**device, "resolution": resolution, "end": now}
            asked["start"] = start.isoformat()
            if reason is None:
                assert await call(hass, "get_history", **asked)
            else:
                assert await refused(hass, **asked) == reason
    assert await refused(hass, **device, start=now, end=now) == "span_is_empty"
    assert (await call(hass, "get_history", **device, series=["nothing"]))[
        "series"
    ] == []
