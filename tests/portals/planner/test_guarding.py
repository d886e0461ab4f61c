"""Guarding a home by its meter: what is shed is not driven, and comes back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.devices import DeviceState
from custom_components.energy_portals.portals.model.caps import PowerCaps
from custom_components.energy_portals.portals.model.load_plan import Reason, Shortfall
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.guard import Guard
from custom_components.energy_portals.portals.optimum.home import Home, HomeSlot
from custom_components.energy_portals.portals.optimum.peak_fee import PeakFee
from custom_components.energy_portals.portals.planner.feeds import PLANS, Overview
from custom_components.energy_portals.portals.planner.guarding import (
    GUARD,
    bounds_of,
    flexible_of,
)
from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from custom_components.energy_portals.portals.watching import WatchRequest
from tests.portals.planner.devices import BEGIN, LOAD, House, plan_of, site_of
from tests.portals.planner.sharing import (
    BATTERY,
    CAR,
    HOUR,
    NOW,
    TANK,
    HomeAround,
    sites,
)
from tests.portals.planner.test_together import HOME

METER = "sensor.grid_power"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DEVICES = sites(
    car=("load", {**CAR, "setpoint": "number.car", "meter": "sensor.car"}),
    cellar=("home_battery", BATTERY),
    tank=("thermal_store", TANK),
)


async def _planned(around: HomeAround, now: datetime = NOW) -> dict[str, Any]:
    """Return what is planned of a home whose dashboard has a meter of power."""
    around.house.preferences = {
        "energy_sources": [
            {"type": "grid", "stat_energy_from": "sensor.in", "stat_rate": METER}
        ]
    }
    request = FeedRequest(now=now, sites=DEVICES, held={}, given=around)
    return dict((await PLANS.fetch(HOME, request)).data)


def _request(
    data: dict[str, Any],
    now: datetime,
    held: Guard | None = None,
    **states: str | None,
) -> WatchRequest[Guard]:
    """Return a look at entities that have these states, kW."""
    house = House({f"sensor.{name}": state for name, state in states.items()})
    house.attributes = {name: {"unit_of_measurement": "kW"} for name in house.states}
    return WatchRequest(
        now=now,
        sites=DEVICES,
        held=held,
        data_of=lambda feed: data,  # type: ignore[arg-type,return-value]
        devices=house,
    )


async def test_the_meter_of_the_energy_dashboard_is_watched() -> None:
    """Where a home is planned as a whole, and has one."""
    data = await _planned(HomeAround())
    request = _request(data, NOW, grid_power="3")
    assert list(GUARD.names(request)) == [METER]
    guard = GUARD.look(request)
    assert guard is not None
    assert (guard.power, guard.shed) == (3.0, {})
    assert not GUARD.is_news(None, guard)
    # What the meter does not tell changes nothing.
    unknown = _request(data, NOW + SECOND, guard, grid_power=None)
    lost = GUARD.look(unknown)
    assert lost == replace(guard, is_lost=True)
    assert not GUARD.is_news(guard, lost)
    overview = data[PLANNER_KEY]
    assert isinstance(overview, Overview)
    for without in (
        {},
        {**data, PLANNER_KEY: replace(overview, whole=None)},
        {**data, PLANNER_KEY: replace(overview, inputs=None)},
    ):
        request = _request(without, NOW, grid_power="30")
        assert list(GUARD.names(request)) == []
        assert GUARD.look(request) is None
    assert not GUARD.is_news(None, None)


async def test_what_runs_is_shed_before_the_limit_is_passed() -> None:
    """A battery and a car may be turned down, a tank goes off."""
    data = await _planned(HomeAround())
    car, cellar = data["car"], data["cellar"]
    at = next(run.start for run in car.runs if run.value and run.value > 5)
    charges = cellar.load_plan.power(at)
    guard = GUARD.look(_request(data, at, grid_power="10.9", car="7.4"))
    assert guard is not None
    assert guard.shed == {}
    over = GUARD.look(_request(data, at, guard, grid_power="19", car="7.4"))
    assert over is not None
    assert GUARD.is_news(guard, over)
    assert over.shed
    assert sum(over.shed.values()) < 7.4 + max(charges or 0, 0)


async def test_bounds() -> None:
    """Of the limit and a cap the lower; a peak up to what was planned, or its step."""
    around = HomeAround()
    around.sources.of_caps["c"] = PowerCaps.of([Slot(NOW, NOW + 30 * HOUR, 6.0)])
    data = await _planned(around)
    whole = data[PLANNER_KEY].whole
    bounds = bounds_of(whole, NOW)
    assert (bounds.limit, bounds.flexible) == (11.0, None)
    assert bounds.peak is not None
    assert (bounds.peak.start, bounds.peak.end) == (NOW, NOW + HOUR)
    # Three days count, and of the past ones each had two kWh in an hour.
    assert bounds.peak.target == pytest.approx(3 * 4.99 - 2 * 2.0, abs=0.01)
    slots = tuple(
        Slot(each.start, each.end, replace(each.value, cap=6.0, flexible_cap=4.2))
        for each in whole.home.slots
    )
    capped = replace(whole, home=replace(whole.home, slots=slots))
    bounds = bounds_of(capped, NOW)
    assert (bounds.limit, bounds.flexible) == (6.0, 4.2)
    assert (bounds_of(whole, NOW).peak or bounds.peak).since is None
    half = NOW + 31 * MINUTE
    around.guard = Guard(read=half, power=1.0, window=NOW, drawn=2.5)
    begun = bounds_of((await _planned(around, half))[PLANNER_KEY].whole, half).peak
    assert begun is not None
    assert (begun.start, begun.drawn, begun.since) == (NOW, 2.5, half)
    later = bounds_of(whole, NOW + 100 * HOUR)
    assert (later.limit, later.peak) == (11.0, None)
    none = Home(slots=(Slot(NOW, NOW + HOUR, HomeSlot(price=1.0)),))
    assert bounds_of(replace(whole, home=none), NOW).limit is None
    assert PeakFee().steps == ()


@pytest.mark.parametrize(
    ("hours", "energy", "is_due"),
    [(3, 14.0, False), (3, 20.0, True), (9, 20.0, False)],
)
async def test_what_is_due_is_not_shed_for_a_peak(
    hours: float, energy: float, is_due: bool
) -> None:
    """What could not be had any more after the hour, or is short already."""
    data = await _planned(HomeAround())
    deadline = NOW + hours * HOUR
    plan = data["car"]
    runs = Series((Slot(NOW, deadline, energy / hours),))
    window = replace(plan.window, earliest=NOW, deadline=deadline)
    planned = replace(plan.plan, runs=runs)
    data["car"] = replace(plan, plan=planned, window=window, shortfall=None)
    request = _request(data, NOW, grid_power="9", car="2")
    due = {each.key: each.is_due for each in flexible_of(request, NOW + HOUR)}
    assert due["car"] is is_due
    lacks = Shortfall(Reason.LIMIT, HOUR, 2.0, deadline, NOW)
    short = replace(data["car"], shortfall=lacks)
    request = _request({**data, "car": short}, NOW, grid_power="9", car="2")
    due = {each.key: each.is_due for each in flexible_of(request, NOW + HOUR)}
    assert due["car"]
    waiting = replace(data["car"], window=None)
    request = _request({**data, "car": waiting}, NOW, grid_power="9", car="2")
    due = {each.key: each.is_due for each in flexible_of(request, NOW + HOUR)}
    assert not due.get("car")


# --- driving --------------------------------------------------------------------------


def _shed(most: float, at: datetime) -> Guard:
    """Return a guard that has shed the load."""
    return Guard(shed={LOAD: most}, read=at)


async def test_what_is_shed_is_off_and_comes_back() -> None:
    """Also a charger that was switched a moment ago: a fuse does not wait."""
    charger = {"drives": "switch.charger", "setpoint": "number.amps"}
    site = site_of(**charger, duration=None, energy=4.0, power=3.68, least_power=1.38)
    plan = plan_of((0, 4, 3.68))
    house = House({"switch.charger": "off", "number.amps": "6"})
    house.attributes["number.amps"] = {"unit_of_measurement": "A", "step": 1}
    await house.look(plan, site)
    assert house.states == {"switch.charger": "on", "number.amps": "16.0"}
    house.now = BEGIN + MINUTE
    house.watched = _shed(2.4, house.now)
    await house.look(plan, site)
    assert house.states == {"switch.charger": "on", "number.amps": "10.0"}
    house.watched = _shed(0.0, house.now)
    await house.look(plan, site)
    assert house.states["switch.charger"] == "off"
    # Nobody reads the meter any more: the plan counts alone.
    house.now += 10 * MINUTE
    await house.look(plan, site)
    assert house.states["switch.charger"] == "on"


async def test_a_battery_that_is_shed_is_held() -> None:
    """By itself it might charge."""
    (cellar,) = (site for site in DEVICES if site.key == "cellar")
    site = replace(cellar, key=LOAD)
    house = House({"select.battery": "Auto", "number.battery": "0"})
    house.attributes["number.battery"] = {"unit_of_measurement": "W", "step": 10}
    house.watched = _shed(0.0, BEGIN)
    await house.look(plan_of((0, 1, 3.0)), site)
    assert house.states["number.battery"] == "0"
    assert ("select_option", "Hold") in [
        (action, value) for _, _, action, value in house.log
    ]
    assert isinstance(house.state("select.battery"), DeviceState)
    assert Series[float]().slots == ()
