"""Digiwatt's past: which periods hold a span, and what becomes of their power."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.digiwatt import DIGIWATT
from custom_components.energy_portals.portals.digiwatt.client import DigiwattClient
from custom_components.energy_portals.portals.digiwatt.history import HISTORY
from custom_components.energy_portals.portals.digiwatt.models import PowerRow, Totals
from custom_components.energy_portals.portals.digiwatt.reads import ZONE
from custom_components.energy_portals.portals.history import History, Readings
from custom_components.energy_portals.portals.http.errors import AuthError, Unavailable
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    LedgerSeries,
)
from custom_components.energy_portals.portals.model.periods import (
    Period,
    bounds,
    midnight,
)
from tests.portals.digiwatt.conftest import NOW
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

SITE = Site(key="1234567890", name="Home")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
YESTERDAY, THIS_WEEK, LAST_WEEK = (
    Period.YESTERDAY,
    Period.THIS_WEEK,
    Period.LAST_WEEK,
)
THIS_MONTH, LAST_MONTH = Period.THIS_MONTH, Period.LAST_MONTH

ODD: dict[str, Any] = {"Sauna 2": 5, "heatPump": 7}


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Be in the second hour of the night of autumn, as the sandbox is."""
    freezer.move_to(NOW)


def local(text: str) -> datetime:
    """Return a time of the portal's zone in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def day_before(now: datetime, days: int) -> datetime:
    """Return when a day before this one began."""
    return midnight(now.astimezone(ZONE).date() - days * DAY, ZONE)


@dataclass
class Asked:
    """A client that has nothing, and notes what it is asked for."""

    periods: list[Period] = field(default_factory=list)
    totals_of: list[Period] = field(default_factory=list)
    meanwhile: Callable[[], object] = bool
    latest_is_proven = False

    async def latest(self) -> tuple[PowerRow, ...]:
        return ()

    async def consumption(self, period: Period) -> tuple[PowerRow, ...]:
        self.periods.append(period)
        return ()

    async def totals(self, period: Period) -> Totals:
        self.totals_of.append(period)
        self.meanwhile()
        return Totals(24_000, None, None, {"oven": 1200, "fridge": None})


async def ask(asked: Asked, start: datetime, end: datetime) -> Readings:
    return await HISTORY.ask(cast("DigiwattClient", asked), SITE, start, end)


def test_what_the_account_has() -> None:
    assert DIGIWATT.capability(History) is HISTORY
    assert HISTORY.zone is ZONE
    assert (HISTORY.longest, HISTORY.corrects) == (62 * DAY, DAY)
    assert HISTORY.priced_by is None
    assert HISTORY.oldest is not None
    for now, oldest in (
        ("2026-05-13T12:00", "2026-04-01T00:00"),
        ("2026-06-01T00:00", "2026-05-01T00:00"),
        ("2026-01-31T23:59", "2025-12-01T00:00"),
    ):
        assert HISTORY.oldest(local(now)) == local(oldest)


# Which periods


@pytest.mark.parametrize(
    ("now", "since", "periods"),
    [
        # A Wednesday, a Monday, a Tuesday and a Sunday within a month.
        ("2026-05-13T12:00", 1, [THIS_WEEK]),
        ("2026-05-11T12:00", 1, [YESTERDAY, THIS_WEEK]),
        ("2026-05-12T12:00", 1, [THIS_WEEK]),
        ("2026-05-17T12:00", 1, [THIS_WEEK]),
        ("2026-05-13T12:00", 0, [THIS_WEEK]),
        ("2026-05-13T12:00", 5, [LAST_WEEK, THIS_WEEK]),
        ("2026-05-13T12:00", 9, [LAST_WEEK, THIS_WEEK]),
        ("2026-05-13T12:00", 10, [THIS_MONTH]),
        ("2026-05-13T12:00", 12, [THIS_MONTH]),
        ("2026-05-13T12:00", 13, [LAST_MONTH, THIS_MONTH]),
        # The first of a month: a Wednesday, and a Monday.
        ("2026-07-01T12:00", 0, [THIS_MONTH]),
        ("2026-07-01T12:00", 1, [THIS_WEEK]),
        ("2026-07-02T12:00", 1, [THIS_MONTH]),
        ("2026-06-01T12:00", 1, [YESTERDAY, THIS_WEEK]),
        ("2026-06-01T12:00", 8, [LAST_MONTH, THIS_MONTH]),
        # Midnight itself, and the moment before.
        ("2026-05-13T00:00", 1, [YESTERDAY]),
        ("2026-05-12T23:59:59", 1, [THIS_WEEK]),
        # Days of 23 and of 25 hours, both of them Sundays, and the Mondays after.
        ("2026-03-29T12:00", 1, [THIS_WEEK]),
        ("2026-03-30T12:00", 1, [YESTERDAY, THIS_WEEK]),
        ("2026-10-25T12:00", 1, [THIS_WEEK]),
        ("2026-10-26T12:00", 1, [YESTERDAY, THIS_WEEK]),
        ("2026-10-26T12:00", 7, [LAST_WEEK, THIS_WEEK]),
        ("2026-05-13T12:00", 100, [LAST_MONTH, THIS_MONTH]),
    ],
)
async def test_periods_up_to_now(
    freezer: FrozenDateTimeFactory, now: str, since: int, periods: list[Period]
) -> None:
    freezer.move_to(local(now))
    asked = Asked()
    await ask(asked, day_before(local(now), since), local(now))
    assert asked.periods == periods


@pytest.mark.parametrize(
    ("start", "end", "periods"),
    [
        ("2026-05-12", "2026-05-13", [YESTERDAY]),
        ("2026-05-04", "2026-05-06", [LAST_WEEK]),
        ("2026-05-04", "2026-05-11", [LAST_WEEK]),
        ("2026-05-02", "2026-05-04", [THIS_MONTH]),
        ("2026-04-10", "2026-04-20", [LAST_MONTH]),
        ("2026-04-10", "2026-05-02", [LAST_MONTH, THIS_MONTH]),
        ("2026-03-01", "2026-04-20", [LAST_MONTH]),
    ],
)
async def test_periods_of_a_gap(
    freezer: FrozenDateTimeFactory, start: str, end: str, periods: list[Period]
) -> None:
    freezer.move_to(local("2026-05-13T12:00"))
    asked = Asked()
    await ask(asked, local(start), local(end))
    assert asked.periods == periods


async def test_periods_hold_every_day_of_two_years(
    freezer: FrozenDateTimeFactory,
) -> None:
    """Whatever the day, nothing from yesterday on, or of any week, is left out."""
    for days in range(731):
        now = local("2026-01-01T12:00") + days * DAY
        freezer.move_to(now)
        for since in (1, 7):
            asked = Asked()
            start = day_before(now, since)
            await ask(asked, start, now)
            held = [bounds(period, now, ZONE) for period in asked.periods]
            reached = start
            for span in sorted(held):
                assert span.start <= reached
                reached = span.end
            assert reached >= now


# The portal's own totals


@pytest.mark.parametrize(
    ("since", "until", "is_asked"),
    [(1, None, True), (0, None, False), (1, 0, True), (2, 1, False), (30, None, True)],
)
async def test_totals_are_those_of_yesterday(
    freezer: FrozenDateTimeFactory, since: int, until: int | None, is_asked: bool
) -> None:
    now = local("2026-05-13T12:00")
    freezer.move_to(now)
    asked = Asked()
    end = now if until is None else day_before(now, until)
    readings = await ask(asked, day_before(now, since), end)
    assert asked.totals_of == ([YESTERDAY] if is_asked else [])
    day = day_before(now, 1).astimezone(ZONE).date()
    sums = {CONSUMPTION: 24.0, "appliance_oven": 1.2}
    assert readings.totals == ({day: sums} if is_asked else {})


async def test_midnight_while_totals_are_asked_for(
    freezer: FrozenDateTimeFactory,
) -> None:
    """What was yesterday's may then be another day's."""
    now = local("2026-05-13T23:59:59")
    freezer.move_to(now)
    asked = Asked(meanwhile=lambda: freezer.tick(2))
    readings = await ask(asked, day_before(now, 1), now)
    assert asked.totals_of == [YESTERDAY]
    assert readings.totals == {}
    assert not readings.problems


# What becomes of the answers


async def test_energy_of_each_quarter(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    start = day_before(NOW, 1)
    readings = await HISTORY.ask(client, SITE, start, NOW)
    household = digiwatt.household
    names = household.appliances()
    keys = {series.key: series for series in readings.series}
    assert len(keys) == 1 + len(names)
    assert keys["appliance_washing_machine"].name == "washingMachine"
    assert {series.unit for series in keys.values()} == {"kWh"}
    of_appliances: dict[str, list[float | None]] = {}
    for series, slots in readings.series.items():
        # A whole week comes, and nothing that is not over.
        of_span = [slot for slot in slots if slot.start >= start]
        assert of_span[0].start == start
        assert all(slot.end - slot.start == QUARTER for slot in of_span)
        assert of_span[-1].end == NOW - timedelta(minutes=10)
        assert len(of_span) == (NOW - start) // QUARTER
        for slot in of_span:
            energy = household.energy(slot.start, slot.end)
            of_all = series.name is None
            used = energy.total if of_all else energy.appliances[series.name or ""]
            assert slot.value == pytest.approx(used / 1000)
        if series.name is not None:
            of_appliances[series.name] = [slot.value for slot in of_span]
    assert set(of_appliances) == set(names)
    assert not readings.problems


async def test_sum_of_yesterday_is_the_portals(client: DigiwattClient) -> None:
    start, end = day_before(NOW, 1), day_before(NOW, 0)
    readings = await HISTORY.ask(client, SITE, start, end)
    totals = readings.totals[start.astimezone(ZONE).date()]
    assert set(totals) == {series.key for series in readings.series}
    for series, slots in readings.series.items():
        found = sum(slot.value or 0 for slot in slots)
        assert found == pytest.approx(totals[series.key], abs=1e-5)
        assert slots[-1].end == end


async def test_appliance_nobody_knows(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    digiwatt.household.add_appliance("Sauna 2")
    digiwatt.household.add_appliance("heatPump")
    fault = Fault(kind="set", path="data.consumption.*.appliances", value=ODD)
    digiwatt.fail("consumption", fault)
    readings = await HISTORY.ask(client, SITE, day_before(NOW, 1), NOW)
    assert set(readings.series) == {
        LedgerSeries(CONSUMPTION),
        LedgerSeries("appliance_Sauna 2", name="Sauna 2"),
        LedgerSeries("appliance_heat_pump", name="heatPump"),
    }


async def test_power_that_is_not_given(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    fault = Fault(kind="set", path="data.consumption.3.total", value=None)
    digiwatt.fail("consumption", fault)
    start, end = day_before(NOW, 1), day_before(NOW, 0)
    readings = await HISTORY.ask(client, SITE, start, end)
    found = readings.of(CONSUMPTION)
    assert found is not None
    values = [slot.value for slot in found[1]]
    assert values[3] is None
    assert None not in values[:3] + values[4:]


async def test_totals_of_odd_shape(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    digiwatt.fail("consumption_totals", Fault(kind="html", status=200))
    start, end = day_before(NOW, 1), day_before(NOW, 0)
    readings = await HISTORY.ask(client, SITE, start, end)
    assert readings.totals == {}
    assert [problem.operation for problem in readings.problems] == [
        "consumption_totals"
    ]
    found = readings.of(CONSUMPTION)
    assert found is not None and len(found[1]) == 96


async def test_outage(client: DigiwattClient, digiwatt: DigiwattSandbox) -> None:
    digiwatt.fail("consumption", Fault(kind="status", status=503, times=None))
    with pytest.raises(Unavailable):
        await HISTORY.ask(client, SITE, day_before(NOW, 1), NOW)


async def test_totals_that_fail_keep_nothing_else_out(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    digiwatt.fail("consumption_totals", Fault(kind="status", status=503, times=None))
    readings = await HISTORY.ask(client, SITE, day_before(NOW, 1), NOW)
    assert readings.of(CONSUMPTION) is not None
    assert [type(problem) for problem in readings.problems] == [Unavailable]
    digiwatt.heal()
    digiwatt.fail("consumption_totals", Fault(kind="status", status=401, times=None))
    with pytest.raises(AuthError):
        await HISTORY.ask(client, SITE, day_before(NOW, 1), NOW)
