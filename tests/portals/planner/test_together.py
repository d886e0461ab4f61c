"""Homes planned as a whole: sun, battery, car, hot water, limit and peak fee."""

from dataclasses import replace
from datetime import timedelta
import sys
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest, Fetched, Site
from custom_components.energy_portals.portals.model.caps import PowerCaps
from custom_components.energy_portals.portals.model.loads import LoadPlan, Status
from custom_components.energy_portals.portals.model.seen import Need, Seen
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.why import Why
from custom_components.energy_portals.portals.optimum.bill import bill, exchanged
from custom_components.energy_portals.portals.optimum.check import broken
from custom_components.energy_portals.portals.optimum.grid import Grid
from custom_components.energy_portals.portals.optimum.peak_fee import PeakFee
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.driven import Driven
from custom_components.energy_portals.portals.planner.feeds import (
    PLANS,
    Overview,
    Planned,
    driven_by,
    store_plan,
)
from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from custom_components.energy_portals.portals.planner.stores import StorePlan
from tests.portals.planner.sharing import (
    BATTERY,
    CAR,
    HOUR,
    NOW,
    QUARTER,
    TANK,
    WASHER,
    HomeAround,
    HomeSources,
    outlook,
    sites,
)

STEPS = ((0.0, 120.0), (2.0, 200.0), (5.0, 336.0), (10.0, 468.0), (15.0, 604.0))
HOME = PlannerClient(
    price="a",
    currency="NOK",
    limit=11.0,
    sun="roof",
    feed_in=0.3,
    peak=PeakFee(steps=STEPS),
)
LIMITED = PlannerClient(price="a", currency="NOK", limit=8.0)
DEVICES = sites(
    car=("load", CAR),
    washer=("load", WASHER),
    cellar=("home_battery", BATTERY),
    tank=("thermal_store", TANK),
)
LOADS = sites(car=("load", CAR), washer=("load", WASHER))


async def _planned(
    client: PlannerClient,
    devices: tuple[Site, ...],
    around: HomeAround | None = None,
    held: Fetched[Planned] | None = None,
    **more: Any,
) -> Fetched[Planned]:
    """Return what is planned."""
    before = {} if held is None else held.data
    request = FeedRequest(
        now=more.get("now", NOW),
        sites=devices,
        held=before,
        given=around or HomeAround(),
    )
    return await PLANS.fetch(client, request)


def _overview(fetched: Fetched[Planned]) -> Overview:
    """Return what was planned by."""
    overview = fetched.data[PLANNER_KEY]
    assert isinstance(overview, Overview)
    return overview


def _load(fetched: Fetched[Planned], key: str) -> LoadPlan:
    """Return the plan of a load."""
    plan = fetched.data[key]
    assert isinstance(plan, LoadPlan)
    return plan


async def test_a_home_with_everything() -> None:
    """All of it in one optimum: kept on a step of the fee, and within the limit."""
    around = HomeAround()
    fetched = await _planned(HOME, DEVICES, around)
    whole = _overview(fetched).whole
    assert whole is not None
    home, schedule = whole.home, whole.schedule
    assert (schedule.method, schedule.given_up, around.asked) == ("optimum", (), 1)
    assert broken(home, schedule) == []
    (peak,) = bill(home, schedule).peaks
    assert peak < 5
    assert _load(fetched, "car").plan is not None
    for key in ("car", "washer"):
        assert _load(fetched, key).runs == schedule.powers[key]
        assert _load(fetched, key).currency == "NOK"
    energy = sum(
        (run.value or 0) * ((run.end - run.start) / HOUR)
        for run in _load(fetched, "car").runs
    )
    assert energy == pytest.approx(20)
    # The base load is not what the user said, but what the meter knows.
    base = {slot.start: slot.value for slot in home.slots}
    assert base[NOW + 5 * HOUR].base == pytest.approx(2.0)
    assert base[NOW].base == pytest.approx(0.8)
    assert {slot.value.fed_in for slot in home.slots} == {0.3}
    assert max(slot.value.sun for slot in home.slots) == pytest.approx(4.0, abs=0.1)
    assert len(_overview(fetched).plans) == 2


async def test_stores_are_driven_by_their_plans() -> None:
    """A battery is set where it would do else by itself, a relay is on or off."""
    fetched = await _planned(HOME, DEVICES)
    cellar, tank = (fetched.data[key] for key in ("cellar", "tank"))
    assert isinstance(cellar, StorePlan)
    assert isinstance(tank, StorePlan)
    assert cellar.is_battery
    assert store_plan(cellar) is cellar
    assert store_plan(LoadPlan()) is None
    driven = driven_by(tank)
    assert driven is not None
    assert {run.value for run in driven.runs} == {2.0}
    assert driven_by(None) is None
    assert driven_by(LoadPlan()) == LoadPlan()
    kept = PLANS.kept
    assert kept is not None
    assert kept.dump(tank) is None
    # With a number its power follows the plan.
    other = sites(tank=("thermal_store", {**TANK, "setpoint": "number.tank"}))
    plan = (await _planned(HOME, other)).data["tank"]
    assert isinstance(plan, StorePlan)
    assert plan.runs == plan.powers


async def test_without_the_solver_limits_are_kept() -> None:
    """And a plan there is, which is no better."""
    around = HomeAround(is_there=False)
    without = _overview(await _planned(HOME, DEVICES, around)).whole
    best = _overview(await _planned(HOME, DEVICES)).whole
    assert without is not None
    assert best is not None
    assert without.schedule.method == "fallback"
    assert broken(without.home, without.schedule) == []
    costs = [bill(each.home, each.schedule).total for each in (best, without)]
    assert costs[0] <= costs[1] + 0.01


async def test_a_plan_in_force_is_held() -> None:
    """While time goes by and nothing is new; and over what it knows of the home."""
    first = await _planned(HOME, DEVICES)
    again = await _planned(HOME, DEVICES, held=first, now=NOW + QUARTER)
    whole = _overview(again).whole
    assert whole is not None
    assert _load(again, "washer").next_start(NOW) == _load(first, "washer").next_start(
        NOW
    )
    inputs = _overview(again).inputs
    assert inputs is not None
    assert inputs.read == NOW
    # What is kept over a restart is what nobody else tells.
    kept = PLANS.kept
    assert kept is not None
    known = kept.load(kept.dump(_overview(again)), {})
    restarted = await _planned(
        HOME, DEVICES, held=Fetched({PLANNER_KEY: known}), now=NOW + 2 * QUARTER
    )
    inputs = _overview(restarted).inputs
    assert inputs is not None
    assert inputs.peaks == _overview(again).inputs.peaks


@pytest.mark.parametrize("limit", [8.0, 30.0])
async def test_a_limit_is_shared_where_it_binds(
    limit: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each load has its own search, without a solver or what it imports."""
    name = "custom_components.energy_portals.portals.optimum.milp"
    # Others have imported it, or not: it is as it was when this is over.
    monkeypatch.delitem(sys.modules, name, raising=False)
    around = HomeAround()
    client = replace(LIMITED, limit=limit)
    fetched = await _planned(client, LOADS, around)
    whole = _overview(fetched).whole
    assert (whole is None, around.asked) == (limit > 20, int(limit < 20))
    assert (name in sys.modules) is (limit < 20)
    if whole is not None:
        grid = Grid.of(whole.home)
        net = exchanged(whole.home, whole.schedule, grid)
        base = [slot.base_most or 0 for slot in grid.values]
        means = [slot.base for slot in grid.values]
        for power, high, mean in zip(net, base, means, strict=True):
            assert power - mean + high <= limit + 1e-6


async def test_homes_that_share_nothing_stay_as_they_were() -> None:
    """To the bit: with one load, without a limit, or without prices."""
    around = HomeAround()
    for client, devices in (
        (replace(LIMITED, limit=None), LOADS),
        (LIMITED, LOADS[:2]),
        (replace(LIMITED, price=None, green="g"), LOADS),
        (replace(HOME, price=None, green="g"), DEVICES),
    ):
        fetched = await _planned(client, devices, around)
        overview = _overview(fetched)
        assert (overview.whole, overview.inputs, overview.known.home) == (None,) * 3
    assert (around.asked, around.house.asked) == (0, [])


async def test_the_sun_alone_needs_no_solver() -> None:
    """One load finds its surplus by its own search, paid as it is fed in."""
    client = PlannerClient(price="a", currency="NOK", sun="roof", feed_in=0.0)
    around = HomeAround(sources=HomeSources(peak=6000.0))
    around.sources.of_prices = {"a": outlook(NOW - 24 * HOUR, 60)}
    now = NOW - 5 * HOUR
    fetched = await _planned(client, LOADS[::2], around, now=now)
    washer = _load(fetched, "washer")
    assert washer.plan is not None
    assert around.asked == 0
    start = washer.plan.start
    sun = around.sources.of_sun["roof"]
    assert (sun.at(start) or 0) >= 2000
    assert washer.status is Status.PLANNED


async def test_caps_hold_for_the_home_or_for_what_is_flexible() -> None:
    """As their source says."""
    for is_flexible in (False, True):
        around = HomeAround()
        around.sources.of_caps["c"] = PowerCaps.of(
            [Slot(NOW, NOW + 30 * HOUR, 4.2)], is_flexible=is_flexible
        )
        client = replace(HOME, caps="c", limit=None)
        whole = _overview(await _planned(client, DEVICES, around)).whole
        assert whole is not None
        values = [slot.value for slot in whole.home.slots if slot.start < NOW + HOUR]
        assert {each.cap for each in values} == {None if is_flexible else 4.2}
        assert {each.flexible_cap for each in values} == {4.2 if is_flexible else None}
        assert broken(whole.home, whole.schedule) == []


async def test_what_has_begun_or_has_no_choice_stays() -> None:
    """The others are planned beside it; what has no power meets nobody."""
    pump = {**WASHER, "power": None}
    green = {**WASHER, "objective": "co2", "power": 1.0}
    devices = sites(
        car=("load", CAR),
        washer=("load", WASHER),
        pump=("load", pump),
        co2=("load", green),
        cellar=("home_battery", BATTERY),
    )
    first = await _planned(HOME, devices)
    start = _load(first, "washer").next_start(NOW)
    assert start is not None
    now = start + timedelta(minutes=20)
    later = await _planned(HOME, devices, held=first, now=now)
    whole = _overview(later).whole
    assert whole is not None
    by_key = {load.key: load for load in whole.home.loads}
    fixed = by_key["washer"].fixed
    assert fixed is not None
    assert fixed.slots[-1].end == start + 2 * HOUR
    assert "pump" not in by_key
    assert _load(first, "pump").plan is not None
    assert _load(later, "washer").runs == _load(first, "washer").runs
    assert all(load.fixed is not None for load in whole.home.loads)


async def test_whole_slots_end_when_enough_was_drawn() -> None:
    """What can draw at one power only is cut to what it needs."""
    heater = {**CAR, "energy": 5.0, "power": 3.0, "least_power": None}
    devices = sites(heater=("load", heater), cellar=("home_battery", BATTERY))
    plan = _load(await _planned(HOME, devices), "heater")
    energy = sum((r.value or 0) * ((r.end - r.start) / HOUR) for r in plan.runs)
    assert energy == pytest.approx(5.0)
    assert plan.shortfall is None


async def test_more_is_taken_where_it_is_worth_it() -> None:
    """And nothing above a ceiling but what is needed."""
    more = {**CAR, "energy": 10.0}
    (planner, car, cellar) = sites(car=("load", more), cellar=("home_battery", BATTERY))
    demand = replace(car.load.demand, more=6.0, more_below=0.6, ceiling=1.2)
    eager = replace(car, load=replace(car.load, demand=demand))
    plan = _load(await _planned(HOME, (planner, eager, cellar)), "car")
    energy = sum((r.value or 0) * ((r.end - r.start) / HOUR) for r in plan.runs)
    assert 10.0 < energy <= 16.0 + 1e-6


async def test_what_does_not_fit_is_told() -> None:
    """A car that the limit leaves too little for."""
    car = {**CAR, "energy": 60.0, "end": "18:00:00", "begin": "07:00:00"}
    devices = sites(car=("load", car), cellar=("home_battery", BATTERY))
    plan = _load(await _planned(replace(HOME, limit=4.0), devices), "car")
    assert plan.shortfall is not None
    assert plan.shortfall.reason == "limit"
    assert plan.plan is not None


async def test_without_a_price_now_there_is_no_whole() -> None:
    """Each load is planned as it was, and stores wait."""
    around = HomeAround()
    around.sources.of_prices = {}
    fetched = await _planned(HOME, DEVICES, around)
    overview = _overview(fetched)
    assert overview.whole is None
    assert overview.inputs is not None
    assert overview.known.home is not None
    assert "cellar" not in fetched.data
    assert _load(fetched, "car").plan is not None


async def test_a_store_of_which_nobody_tells_is_left_out() -> None:
    """The rest is planned all the same."""
    around = HomeAround()
    around.house.states["sensor.soc"] = (None, "%")
    fetched = await _planned(HOME, DEVICES, around)
    assert "cellar" not in fetched.data
    assert "tank" in fetched.data


def test_what_is_driven_is_found_by_its_site() -> None:
    """A store has a load that is never due, for what drives it."""
    store = next(site for site in DEVICES if site.key == "cellar")
    assert store.load.demand.power == 5.0
    assert Driven().seen is None


@pytest.mark.parametrize("is_solved", [True, False])
@pytest.mark.parametrize(
    ("minutes", "is_running", "left"),
    [(4, True, 1.5), (0, True, 0.0), (4, False, 0.0)],
)
async def test_a_charger_that_rests(
    minutes: int, is_running: bool, left: float, is_solved: bool
) -> None:
    """What is not switched off yet draws, though nothing is planned for it."""
    around = HomeAround(is_there=is_solved)
    seen = Seen(
        at=NOW,
        is_running=is_running,
        ran=Series((Slot(NOW - 2 * (HOUR / 60), NOW, 1.5),)),
        stays_until=NOW + minutes * (HOUR / 60),
        need=Need(energy=0.0),
    )
    around.sources.of_loads["van"] = seen
    # It has to charge from now on with all that there is.
    car = {**CAR, "energy": 22.0, "begin": "13:00:00", "end": "16:00:00"}
    devices = sites(car=("load", car), van=("load", CAR))
    client = replace(LIMITED, base_load=0.5)
    fetched = await _planned(client, devices, around)
    assert _load(fetched, "van").runs.at(NOW) is None
    whole = _overview(fetched).whole
    assert whole is not None
    now = whole.home.slots[0].value
    base = now.base if now.base_most is None else now.base_most
    run = _load(fetched, "car").runs.at(NOW)
    assert run is not None and run.value is not None
    assert run.value <= 8.0 - base - left + 1e-6
    assert run.value == pytest.approx(min(7.4, 8.0 - base - left), abs=1e-3)


@pytest.mark.parametrize("is_solved", [True, False])
@pytest.mark.parametrize("minutes", [1, 4])
@pytest.mark.parametrize("energies", [(20.0, 2.0), (8.0, 8.0), (2.0, 15.0)])
async def test_a_charger_that_was_just_switched_on_goes_on(
    energies: tuple[float, float], minutes: int, is_solved: bool
) -> None:
    """What it draws is what is planned for it, and counts once against the limit."""
    around = HomeAround(is_there=is_solved)
    data = {**CAR, "begin": "13:00:00", "end": "16:00:00"}
    asked = dict(zip(("car", "van"), energies, strict=True))
    devices = sites(**{k: ("load", {**data, "energy": e}) for k, e in asked.items()})
    client = replace(LIMITED, base_load=0.5)
    first = await _planned(client, devices, around)
    on = [key for key in asked if _load(first, key).runs.at(NOW) is not None]
    assert on
    for key in on:
        around.sources.of_loads[key] = Seen(
            at=NOW,
            is_running=True,
            ran=Series((Slot(NOW - HOUR / 60, NOW, _load(first, key).power(NOW)),)),
            stays_until=NOW + minutes * (HOUR / 60),
            need=Need(energy=asked[key]),
        )
    again = await _planned(client, devices, around, held=first)
    for key in asked:
        before, after = (_load(plans, key).runs.at(NOW) for plans in (first, again))
        assert (after is None) is (before is None)
    whole = _overview(again).whole
    assert whole is not None
    assert broken(whole.home, whole.schedule) == []


@pytest.mark.parametrize("is_solved", [True, False])
async def test_a_charger_that_rests_beside_its_plan(is_solved: bool) -> None:
    """What it draws until it goes off leaves the others less, though it is planned."""
    around = HomeAround(is_there=is_solved)
    around.sources.of_loads["van"] = Seen(
        at=NOW,
        is_running=True,
        ran=Series((Slot(NOW - HOUR / 60, NOW, 1.5),)),
        stays_until=NOW + 4 * (HOUR / 60),
    )
    car = {**CAR, "energy": 22.0, "begin": "13:00:00", "end": "16:00:00"}
    # There is time for the van when the car is done.
    devices = sites(car=("load", car), van=("load", {**CAR, "energy": 2.0}))
    client = replace(LIMITED, base_load=0.5)
    fetched = await _planned(client, devices, around)
    whole = _overview(fetched).whole
    assert whole is not None
    van, run = _load(fetched, "van").runs, _load(fetched, "car").runs.at(NOW)
    assert van.at(NOW) is None and van.slots
    assert run is not None and run.value is not None
    base = whole.home.slots[0].value.base_most or 0.0
    assert run.value + 1.5 + base == pytest.approx(8.0, abs=1e-3)
    assert broken(whole.home, whole.schedule) == []


async def test_what_a_whole_home_tells() -> None:
    """Each device its reason, and all together what they cost and save."""
    fetched = await _planned(HOME, DEVICES)
    overview = fetched.data[PLANNER_KEY]
    assert isinstance(overview, Overview)
    told = overview.told
    assert told is not None
    assert (told.method, overview.currency) == ("optimum", "NOK")
    assert told.bill.fee > 0
    parts = sum(told.saving.devices.values()) + told.saving.together
    assert parts == pytest.approx(told.saving.total)
    for key in ("car", "washer"):
        plan = fetched.data[key]
        assert isinstance(plan, LoadPlan)
        assert plan.why is not None and plan.why == told.why[key]
    tank = store_plan(fetched.data["tank"])
    assert tank is not None and tank.why is not None


async def test_what_searches_tell() -> None:
    """Loads that share nothing tell the same, and nothing of the home is read."""
    around = HomeAround()
    client = PlannerClient(price="a", currency="NOK")
    fetched = await _planned(client, LOADS, around)
    overview = fetched.data[PLANNER_KEY]
    assert isinstance(overview, Overview)
    assert overview.told is not None
    assert (overview.whole, overview.inputs, around.house.asked) == (None, None, [])
    plan = fetched.data["washer"]
    assert isinstance(plan, LoadPlan) and plan.plan is not None
    assert plan.why is not None
    assert plan.why.known == pytest.approx(plan.plan.cost)
    assert overview.told.saving.together == pytest.approx(0.0)
    costs = sum(
        each.plan.cost or 0.0
        for each in fetched.data.values()
        if isinstance(each, LoadPlan) and each.plan is not None
    )
    assert overview.told.bill.paid == pytest.approx(costs)


async def test_what_goes_by_greenness_alone_tells() -> None:
    """By the share where there is one, by the CO2, and nothing where no price is."""
    client = PlannerClient(green="g")
    fetched = await _planned(client, sites(washer=("load", WASHER)))
    plan = fetched.data["washer"]
    assert isinstance(plan, LoadPlan) and plan.why is not None
    # Nothing is known of any share: no time is better than another.
    assert plan.why.why is Why.SAME
    cleaner = {**WASHER, "objective": "co2"}
    devices = sites(washer=("load", cleaner), car=("load", CAR))
    for co2, whys in (("c", {Why.CO2}), (None, {Why.PRICE, Why.LIMIT, Why.SAME})):
        priced = PlannerClient(price="a", currency="NOK", limit=8.0, co2=co2)
        plan = (await _planned(priced, devices)).data["washer"]
        assert isinstance(plan, LoadPlan) and plan.why is not None
        # Without a source of it, the price counts.
        assert plan.why.why in whys
    sources = HomeSources()
    sources.of_prices.clear()
    unpriced = PlannerClient(price="a", currency="NOK")
    fetched = await _planned(unpriced, LOADS, HomeAround(sources=sources))
    overview = fetched.data[PLANNER_KEY]
    assert isinstance(overview, Overview) and overview.told is None
