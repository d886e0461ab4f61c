"""Homes planned as a whole where something is missing, odd, or changes with the hour.

Whatever it is, there is a plan, and nothing in it is broken.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest, Site
from custom_components.energy_portals.portals.model.loads import LoadPlan
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import Price, PriceSeries
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.check import broken
from custom_components.energy_portals.portals.optimum.guard import Guard
from custom_components.energy_portals.portals.optimum.peak_fee import PeakFee
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.feeds import PLANS, Overview
from custom_components.energy_portals.portals.planner.guarding import bounds_of
from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from custom_components.energy_portals.portals.planner.together import Whole
from tests.portals.planner.metered import MeteredHouse
from tests.portals.planner.sharing import (
    BATTERY,
    CAR,
    HOUR,
    NOW,
    OSLO,
    QUARTER,
    HomeAround,
    outlook,
    price,
    sites,
)
from tests.portals.planner.test_together import DEVICES, HOME, STEPS

type Changes = Callable[[HomeAround], None]


def _prices(around: HomeAround, value: Callable[[datetime], float | None]) -> None:
    """Give the home other prices; None is a quarter of which nothing is known."""
    slots = (
        Slot(at, at + QUARTER, Price(told))
        for n in range(47 * 4)
        for at in [NOW - 12 * HOUR + n * QUARTER]
        if (told := value(at)) is not None
    )
    series = PriceSeries("NOK", slots=Series(tuple(slots)))
    around.sources.of_prices["a"] = PriceOutlook.of(series, OSLO)


def _gap(around: HomeAround) -> None:
    gone = (NOW + 5 * HOUR, NOW + 8 * HOUR)
    _prices(around, lambda at: None if gone[0] <= at < gone[1] else price(at))


def _no_price_now(around: HomeAround) -> None:
    _prices(around, lambda at: None if at < NOW + QUARTER else price(at))


def _negative(around: HomeAround) -> None:
    _prices(around, lambda at: price(at) - 1.2)


def _all_negative(around: HomeAround) -> None:
    _prices(around, lambda at: price(at) - 3.0)


def _no_meters(around: HomeAround) -> None:
    around.house = MeteredHouse(states=around.house.states)


def _meters_gone(around: HomeAround) -> None:
    around.house.statistics.clear()


def _battery_gone(around: HomeAround) -> None:
    around.house.states["sensor.soc"] = (None, "%")


def _tank_gone(around: HomeAround) -> None:
    del around.house.states["sensor.tank"]


def _sun_gone(around: HomeAround) -> None:
    around.sources.of_sun.clear()


def _nothing(around: HomeAround) -> None:
    """Leave all as it is."""


CELLARS = sites(
    car=("load", CAR),
    cellar=("home_battery", BATTERY),
    attic=("home_battery", {**BATTERY, "soc": "sensor.attic", "capacity": 5.0}),
)


def _two_batteries(around: HomeAround) -> None:
    around.house.states["sensor.attic"] = ("90", "%")


async def _whole(
    client: PlannerClient,
    devices: tuple[Site, ...],
    around: HomeAround,
    now: datetime = NOW,
    held: dict[str, Any] | None = None,
) -> tuple[dict[str, Any], Whole]:
    """Return what is planned, and the home."""
    request = FeedRequest(now=now, sites=devices, held=held or {}, given=around)
    data = dict((await PLANS.fetch(client, request)).data)
    overview = data[PLANNER_KEY]
    assert isinstance(overview, Overview)
    assert overview.whole is not None
    return data, overview.whole


@pytest.mark.parametrize("is_solved", [True, False])
@pytest.mark.parametrize(
    "change",
    [
        *(_nothing, _gap, _negative, _all_negative, _no_meters, _meters_gone),
        *(_battery_gone, _tank_gone, _sun_gone, _two_batteries),
    ],
)
async def test_there_is_a_plan(change: Changes, is_solved: bool) -> None:
    """With the solver and without; what can be done is done, and within the limit."""
    around = HomeAround(is_there=is_solved)
    change(around)
    devices = CELLARS if change is _two_batteries else DEVICES
    data, whole = await _whole(HOME, devices, around)
    assert broken(whole.home, whole.schedule) == []
    assert [each for each in whole.schedule.given_up if each.key == "car"] == []
    plan = data["car"]
    assert isinstance(plan, LoadPlan)
    assert plan.shortfall is None
    energy = sum(
        (run.value or 0.0) * ((run.end - run.start) / HOUR) for run in plan.runs
    )
    assert energy == pytest.approx(20.0, abs=1e-3)
    stored = {each.key for each in whole.home.batteries}
    told = {
        _battery_gone: set[str](),
        _two_batteries: {"cellar", "attic"},
    }.get(change, {"cellar"})
    assert stored == told
    # It is planned anew from there, and a quarter later.
    _, again = await _whole(HOME, devices, around, NOW + QUARTER, data)
    assert broken(again.home, again.schedule) == []


async def test_batteries_do_not_charge_each_other() -> None:
    """What is lost between them is worth something."""
    around = HomeAround()
    _two_batteries(around)
    _, whole = await _whole(HOME, CELLARS, around)
    for slot in whole.home.slots:
        powers = [whole.schedule.power(e, slot.start) for e in ("cellar", "attic")]
        assert min(powers) > -1e-3 or max(powers) < 1e-3


async def test_without_a_price_now_loads_are_planned_by_themselves() -> None:
    """Until there is one."""
    around = HomeAround()
    _no_price_now(around)
    request = FeedRequest(now=NOW, sites=DEVICES, held={}, given=around)
    data = (await PLANS.fetch(HOME, request)).data
    assert isinstance(data["car"], LoadPlan)
    assert data["car"].runs.slots


# --- windows of a peak fee ------------------------------------------------------------


def _around_midnight(begin: datetime) -> HomeAround:
    """Return a home with prices and a month of meter from another day on."""
    around = HomeAround()
    around.sources.of_prices["a"] = outlook(begin - 24 * HOUR, 60)
    hours = [begin - n * HOUR for n in range(60 * 24, 0, -1)]
    slots = tuple(Slot(at, at + HOUR, _drawn(at)) for at in hours)
    around.house.statistics["sensor.in"] = Series(slots)
    return around


def _drawn(at: datetime) -> float:
    """Return a day of 0.8 kW with 4 kW at six."""
    return 4.0 if at.astimezone(OSLO).hour == 18 else 0.8


async def test_a_month_ends_at_midnight() -> None:
    """What counts of the one that is over does not count in the next."""
    midnight = datetime(2026, 10, 31, 23, tzinfo=UTC)
    around = _around_midnight(midnight)
    client = replace(HOME, sun=None, peak=PeakFee(steps=STEPS))
    data, whole = await _whole(client, DEVICES, around, midnight - QUARTER)
    october, november = whole.home.peaks
    assert october.past == (4.0, 4.0, 4.0)
    assert november.past == ()
    # Of the hour that is not over it is the old month's bound, then the new one's.
    before = bounds_of(whole, midnight - QUARTER).peak
    after = bounds_of(whole, midnight).peak
    assert before is not None and after is not None
    assert (before.start, before.end) == (midnight - HOUR, midnight)
    assert after.start == midnight
    around.guard = Guard(
        read=midnight + QUARTER, power=3.0, window=midnight, drawn=0.75
    )
    _, whole = await _whole(client, DEVICES, around, midnight + QUARTER, data)
    (november,) = whole.home.peaks
    assert november.past == ()
    assert november.windows[0].drawn == 0.75
    # It is expected to be as the one that is over was.
    assert november.expected == pytest.approx(4.0, abs=0.01)
    assert whole.peaks[0] < 5.0


@pytest.mark.parametrize(
    ("change", "hours"),
    [
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 25),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 23),
    ],
)
async def test_nights_on_which_clocks_change(change: datetime, hours: int) -> None:
    """Each hour is one window, the doubled one two, and what was drawn is its own."""
    around = _around_midnight(change)
    client = replace(HOME, sun=None, peak=PeakFee(steps=STEPS))
    held: dict[str, Any] = {}
    for n in range(-4, 8):
        now = change + n * QUARTER
        begin = now.replace(minute=0)
        around.guard = Guard(read=now, power=2.0, window=begin, drawn=0.5)
        held, whole = await _whole(client, DEVICES, around, now, held)
        assert broken(whole.home, whole.schedule) == []
        windows = whole.home.peaks[0].windows
        assert windows[0].start == begin
        assert windows[0].drawn == (0.0 if now == begin else 0.5)
        assert all(each.end - each.start == HOUR for each in windows)
        bound = bounds_of(whole, now).peak
        assert bound is not None
        assert (bound.start, bound.drawn) == (begin, windows[0].drawn)
    start = datetime(change.year, change.month, change.day, tzinfo=OSLO)
    (day,) = {each.day for each in windows if each.start == change + HOUR}
    assert day == start.date()
    of_day = [each for each in windows if each.day == day]
    # From the last look on, of a day of so many hours.
    assert len(of_day) == hours - (begin - start.astimezone(UTC)) // HOUR
