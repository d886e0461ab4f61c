"""What was drawn in a window that is not over: by guard, recorder, or a plan."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.model.horizon import Horizon
from custom_components.energy_portals.portals.model.loads import LoadPlan
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.guard import Guard
from custom_components.energy_portals.portals.optimum.peak_fee import PeakFee
from custom_components.energy_portals.portals.planner.dashboard import Dashboard
from custom_components.energy_portals.portals.planner.feeds import PLANS, Overview
from custom_components.energy_portals.portals.planner.home_inputs import Drawing
from custom_components.energy_portals.portals.planner.running_window import (
    RunningWindow,
)
from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from custom_components.energy_portals.portals.planner.whole_home import HomeGround
from tests.portals.planner.metered import MeteredHouse
from tests.portals.planner.sharing import CAR, HOUR, NOW, OSLO, HomeAround, sites
from tests.portals.planner.test_together import HOME, STEPS

FIVE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
AT = NOW + 33 * MINUTE


def _house(until: timedelta, kilowatts: float = 6.0) -> MeteredHouse:
    """Return a house whose meter is known by five minutes, from before the hour on."""
    times = [NOW - FIVE + n * FIVE for n in range(1 + until // FIVE)]
    slots = (Slot(at, at + FIVE, kilowatts / 12) for at in times)
    return MeteredHouse(lately_told={"in": Series(tuple(slots))})


def _window(
    house: MeteredHouse,
    at: datetime = AT,
    dashboard: Dashboard | None = None,
    loads: tuple[Drawing, ...] = (),
) -> RunningWindow:
    """Return what is known of the window that began at twelve."""
    client = replace(HOME, base_load=0.6)
    return RunningWindow(
        begin=NOW,
        now=at,
        house=house,
        dashboard=dashboard or Dashboard(drawn=("in",), power=("grid",)),
        ground=HomeGround(client=client, known=Horizon(()), zone=OSLO),
        loads=loads,
    )


async def test_the_guard_has_seen_it() -> None:
    """Up to its last reading, and a moment before or after it."""
    guard = Guard(read=AT, power=6.0, window=NOW, drawn=3.0)
    assert await _window(_house(HOUR)).drawn(guard) == 3.0
    later = _window(_house(HOUR), AT + MINUTE)
    assert await later.drawn(guard) == pytest.approx(3.1)
    before = _window(_house(HOUR), AT - MINUTE)
    assert await before.drawn(guard) == pytest.approx(2.9)
    # With the window nothing was drawn yet.
    assert await _window(_house(HOUR), NOW).drawn(guard) == 0.0


@pytest.mark.parametrize(
    "guard",
    [
        None,
        Guard(),
        Guard(read=AT, power=6.0, window=NOW - HOUR, drawn=3.0),
        Guard(read=AT, power=6.0, window=NOW),
        Guard(read=AT - 3 * MINUTE, window=NOW, drawn=3.0, is_lost=True),
    ],
    ids=["none", "new", "the last one", "not from its begin", "blind"],
)
async def test_what_no_guard_has_seen_the_recorder_has(guard: Guard | None) -> None:
    """Up to the last five minutes, and since then by the meter of power."""
    house = _house(30 * MINUTE)
    house.states["grid"] = ("2000", "W")
    drawn = await _window(house).drawn(guard)
    assert drawn == pytest.approx(6.0 * 30 / 60 + 2.0 * 3 / 60)
    # What is fed in makes good nothing that was drawn.
    house.states["grid"] = ("-2000", "W")
    assert await _window(house).drawn(guard) == pytest.approx(3.0)


@pytest.mark.parametrize("shown", [None, ("unavailable", None), (None, "W")])
async def test_where_no_meter_tells_what_was_planned_counts(
    shown: tuple[str | None, str | None] | None,
) -> None:
    """With the most that the home draws by itself: nobody knows that it was less."""
    house = MeteredHouse()
    if shown is not None:
        house.states["grid"] = shown
    assert await _window(house).drawn(None) == pytest.approx(0.6 * 33 / 60)
    runs = (
        Slot(NOW - HOUR, NOW + 10 * MINUTE, 3.0),
        Slot(NOW + 10 * MINUTE, NOW + 20 * MINUTE, None),
        Slot(AT, AT + HOUR, 9.0),
    )
    loads = (Drawing(None, 6.0, runs), Drawing(None, None, runs[1:]))
    drawn = await _window(house, loads=loads).drawn(None)
    assert drawn == pytest.approx(0.6 * 33 / 60 + 0.5 + 1.0)
    # A dashboard without any meter, and a recorder that knows a part of the window.
    assert await _window(house, dashboard=Dashboard()).drawn(None) == pytest.approx(
        0.6 * 33 / 60
    )
    told = Series((Slot(NOW + 5 * MINUTE, NOW + 10 * MINUTE, 4.0),))
    house.lately_told["in"] = told
    assert await _window(house).drawn(None) == pytest.approx(0.6 * 33 / 60)


async def test_one_of_two_meters_is_behind() -> None:
    """What both know counts, and nothing twice."""
    house = _house(30 * MINUTE)
    house.lately_told["heat"] = _house(20 * MINUTE, 3.0).lately_told["in"]
    house.states["grid"] = ("9", "kW")
    window = _window(house, dashboard=Dashboard(drawn=("in", "heat"), power=("grid",)))
    assert await window.drawn(None) == pytest.approx(9.0 * 33 / 60)
    # A reading that began before the window counts by its part.
    house.lately_told = {"in": Series((Slot(NOW - HOUR, AT, 9.3),))}
    assert await _window(house).drawn(None) == pytest.approx(3.3)


@pytest.mark.parametrize("drawn", [0.0, 4.5])
async def test_a_replan_in_the_middle_of_a_window_keeps_its_peak(drawn: float) -> None:
    """What was drawn in it before leaves the rest of it less."""
    around = HomeAround()
    around.guard = Guard(read=AT, power=4.0, window=NOW, drawn=drawn)
    client = replace(HOME, sun=None, peak=PeakFee(count=1, steps=STEPS))
    # What is to be done soon is done at once.
    car = sites(car=("load", {**CAR, "end": "15:00:00", "energy": 4.0}))
    request = FeedRequest(now=AT, sites=car, held={}, given=around)
    fetched = await PLANS.fetch(client, request)
    overview, plan = fetched.data[PLANNER_KEY], fetched.data["car"]
    assert isinstance(overview, Overview)
    assert isinstance(plan, LoadPlan)
    whole = overview.whole
    assert whole is not None
    (window, *_) = whole.home.peaks[0].windows
    assert (window.start, window.drawn) == (NOW, drawn)
    assert whole.home.start == AT
    soon = sum(
        (run.value or 0.0) * ((run.end - run.start) / HOUR)
        for run in plan.runs.within(AT, NOW + HOUR)
    )
    assert whole.peaks[0] < 5.0
    assert soon < 4.99 - drawn
