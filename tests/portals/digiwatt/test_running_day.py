"""The hours of the running day: from the latest readings, once these are proven."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.digiwatt.client import DigiwattClient
from custom_components.energy_portals.portals.digiwatt.history import HISTORY
from custom_components.energy_portals.portals.digiwatt.reads import ZONE
from custom_components.energy_portals.portals.digiwatt.running_day import (
    energy_of,
    open_from,
)
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.http.errors import AuthError
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    LedgerSeries,
    hourly,
)
from custom_components.energy_portals.portals.model.periods import midnight
from tests.portals.digiwatt.conftest import NOW
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

SITE = Site(key="1234567890", name="Home")
HOUR = timedelta(hours=1)
START = midnight(NOW.astimezone(ZONE).date() - timedelta(days=1), ZONE)
# The running hour is not over.
THIS_HOUR = NOW.replace(minute=0, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


async def ask(client: DigiwattClient) -> Readings:
    return await HISTORY.ask(client, SITE, START, NOW)


def told(digiwatt: DigiwattSandbox) -> list[str | None]:
    return [each.operation for each in digiwatt.calls if each.operation != "token"]


def hours(readings: Readings) -> dict[datetime, float]:
    """Return the energy of each whole hour; nothing of it is doubted."""
    refused: Counter[str] = Counter()
    slots = readings.series[LedgerSeries(CONSUMPTION)]
    found = hourly(slots, signed=False, refused=refused)
    assert not refused
    return dict(found.amounts)


def used(digiwatt: DigiwattSandbox, of: Iterable[datetime]) -> dict[datetime, float]:
    energy = digiwatt.household.total_energy
    return {hour: energy(hour, hour + HOUR) / 1000 for hour in of}


async def test_a_portal_in_time_is_not_asked(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    readings = await ask(client)
    assert "consumption_latest" not in told(digiwatt)
    assert readings.open_from == THIS_HOUR
    assert max(hours(readings)) == THIS_HOUR - HOUR


async def test_hours_that_periods_do_not_tell_yet(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    digiwatt.delay_periods(3)
    readings = await ask(client)
    assert told(digiwatt)[-1] == "consumption_latest"
    assert readings.open_from == THIS_HOUR - 3 * HOUR
    found = hours(readings)
    assert max(found) == THIS_HOUR - HOUR
    assert found == pytest.approx(used(digiwatt, found), abs=1e-6)
    # What they are made of is told by the periods alone.
    others = [each for each in readings.series if each.key != CONSUMPTION]
    assert others
    for series in others:
        assert all(slot.end <= NOW - 2 * HOUR for slot in readings.series[series])
    assert not readings.problems


async def test_readings_that_say_something_else_do_not_count(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    """Such as those of another unit, which would make a wrong sum of the day."""
    digiwatt.delay_periods(3)
    digiwatt.fail(
        "consumption_latest",
        Fault(kind="set", path="data.consumption.*.value", value=5),
    )
    readings = await ask(client)
    assert max(hours(readings)) == THIS_HOUR - 4 * HOUR
    assert not client.latest_is_proven


async def test_readings_that_nothing_proves_do_not_count(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    """Without an hour that both tell, what was seen before holds."""
    digiwatt.delay_periods(8)
    assert max(hours(await ask(client))) == THIS_HOUR - 9 * HOUR
    digiwatt.delay_periods(2)
    await ask(client)
    digiwatt.delay_periods(8)
    found = hours(await ask(client))
    assert THIS_HOUR - HOUR in found
    assert found == pytest.approx(used(digiwatt, found), abs=1e-6)


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_latest_readings_that_fail_keep_nothing_out(
    client: DigiwattClient, digiwatt: DigiwattSandbox, status: int
) -> None:
    digiwatt.delay_periods(3)
    fault = Fault(kind="status", status=status, times=None)
    digiwatt.fail("consumption_latest", fault)
    readings = await ask(client)
    assert max(hours(readings)) == THIS_HOUR - 4 * HOUR
    assert not readings.problems


async def test_a_refused_login_is_told(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    digiwatt.delay_periods(3)
    digiwatt.fail("consumption_latest", Fault(kind="status", status=401, times=None))
    with pytest.raises(AuthError):
        await ask(client)


async def test_another_day_is_the_periods_alone(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    digiwatt.delay_periods(3)
    readings = await HISTORY.ask(client, SITE, START, START + 24 * HOUR)
    assert readings.open_from is None
    assert "consumption_latest" not in told(digiwatt)


def test_where_nothing_is_told() -> None:
    at = NOW.replace(minute=20)
    assert open_from((), at) == THIS_HOUR
    quarter = timedelta(minutes=15)
    powers = ((THIS_HOUR + n * quarter, 400.0) for n in range(5))
    slots = energy_of(powers, THIS_HOUR + HOUR, quarter)
    assert [slot.value for slot in slots] == [0.1] * 4
    assert open_from(slots, at) == THIS_HOUR + HOUR
