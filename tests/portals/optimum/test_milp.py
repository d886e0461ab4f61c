"""The optimum of homes: proven ones, and small ones whose every state is tried."""

from dataclasses import replace
from datetime import timedelta
import subprocess
import sys

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.planner import merged
from custom_components.energy_portals.portals.optimum import milp
from custom_components.energy_portals.portals.optimum.bill import bill, exchanged
from custom_components.energy_portals.portals.optimum.check import broken
from custom_components.energy_portals.portals.optimum.fallback import fallback, judged
from custom_components.energy_portals.portals.optimum.grid import Grid
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    Home,
    PeakDue,
    PeakWindow,
    Schedule,
    ThermalStore,
)
from custom_components.energy_portals.portals.optimum.milp import optimum
from custom_components.energy_portals.portals.optimum.optimise import optimise
from custom_components.energy_portals.portals.optimum.settings import Settings
from tests.portals.optimum.making import QUARTER, car, from_minute, home, load, slots
from tests.portals.optimum.oracle import best
from tests.portals.optimum.samples import NAMES, sample
from tests.portals.optimum.small_homes import small_home

EXACT = Settings(gap=0.0, money=0.0, tie=0.0)
KINDS = ("load", "target", "comfort", "price_limit")


def given_up(schedule: Schedule, kind: str) -> float:
    """Return what of a kind is given up, kWh."""
    return sum(each.energy for each in schedule.given_up if each.kind == kind)


@pytest.mark.parametrize("name", NAMES)
def test_proven_homes(name: str) -> None:
    """The bill of the plan is the proven one, and nothing is broken."""
    proven = sample(name)
    schedule = optimum(proven.home, Settings(seconds=600))
    assert schedule is not None and schedule.is_proven
    assert broken(proven.home, schedule) == []
    paid = bill(proven.home, schedule)
    assert abs(paid.total - proven.cost) <= max(1e-3 * abs(proven.cost), 0.005)
    if proven.peak is not None:
        assert paid.peaks == pytest.approx([proven.peak], abs=0.011)
        assert paid.fee == pytest.approx(proven.fee, abs=1.0)
    assert given_up(schedule, "target") == pytest.approx(sum(proven.unmet), abs=1e-3)


@pytest.mark.parametrize("chunk", range(8))
def test_small_homes(chunk: int) -> None:
    """Of homes of every kind, no state that they can be in is better."""
    for seed in range(chunk * 50, chunk * 50 + 50):
        whole = small_home(seed)
        schedule = optimum(whole, EXACT)
        assert schedule is not None
        assert broken(whole, schedule) == [], seed
        load_lacks, car_lacks, _, dear, money = best(whole)
        assert given_up(schedule, "load") == pytest.approx(load_lacks, abs=1e-3), seed
        assert given_up(schedule, "target") == pytest.approx(car_lacks, abs=1e-3), seed
        assert given_up(schedule, "price_limit") == pytest.approx(dear, abs=1e-3), seed
        assert bill(whole, schedule).total == pytest.approx(money, abs=1e-3), seed


def test_good_enough_is_near() -> None:
    """As it is used, a plan is within its gap of the best."""
    for seed in range(1000, 1060):
        whole = small_home(seed)
        schedule = optimum(whole, Settings())
        assert schedule is not None
        money = best(whole)[-1]
        allowed = max(1e-3 * abs(money), 0.005) + 1e-3
        assert bill(whole, schedule).total == pytest.approx(money, abs=allowed), seed


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("name", ["house_no", "house_de_14a", "not_everything_fits"])
def test_out_of_time(name: str, seconds: float) -> None:
    """However little time there is, there is a plan, and none worse than without."""
    whole = sample(name).home
    schedule = optimise(whole, solve=optimum, settings=Settings(seconds=seconds))
    assert broken(whole, schedule) == []
    assert judged(whole, schedule) <= judged(whole, fallback(whole))


def test_out_of_time_while_giving_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found for one level is what there is, once time is out."""
    whole = sample("not_everything_fits").home
    ticks = iter([0.0, 0.0, 0.1, 0.2, 0.3])
    monkeypatch.setattr(milp, "monotonic", lambda: next(ticks, 1e9))
    schedule = optimum(whole, Settings(seconds=1000.0))
    assert schedule is None or broken(whole, schedule) == []


def test_a_start_is_bettered() -> None:
    """A plan to begin from is no more than that."""
    for seed in range(300, 340):
        whole = small_home(seed)
        start = fallback(whole)
        schedule = optimum(whole, EXACT, start)
        assert schedule is not None
        assert bill(whole, schedule).total == pytest.approx(best(whole)[-1], abs=1e-3)


def test_held_loads_stay() -> None:
    """What is held runs as it did; what it leaves is planned anew."""
    whole = sample("flat_it").home
    first = optimum(whole, Settings())
    assert first is not None
    dearer = replace(
        whole,
        slots=tuple(
            replace(e, value=replace(e.value, price=0.5 - e.value.price))
            for e in whole.slots
        ),
    )
    held = optimum(dearer, Settings(), first, is_held=True)
    moved = optimum(dearer, Settings(), first)
    assert held is not None and held.is_held and moved is not None
    for each in whole.loads:
        assert held.powers[each.key] == first.powers[each.key]
    assert bill(dearer, moved).total < bill(dearer, held).total - 0.02


def test_the_greenest_of_the_cheapest() -> None:
    """Of what costs the same, the greenest is taken where that is asked for."""
    known = slots([0.2] * 8, share=[10, 10, 10, 10, 90, 10, 10, 10])
    asked = load("washer", Demand(duration=timedelta(minutes=15), power=2.0))
    plain = home(known, loads=(asked,), limit=9.0)
    early = optimum(plain, Settings())
    green = optimum(replace(plain, is_green_second=True), Settings())
    assert early is not None and green is not None
    assert early.powers["washer"].slots[0].start == known[0].start
    assert green.powers["washer"].slots[0].start == known[4].start


def test_the_earliest_of_equals() -> None:
    """Of equals the earliest is taken."""
    whole = home(
        slots([0.2] * 12),
        loads=(
            load("a", Demand(duration=timedelta(minutes=30), power=1.0)),
            load("b", Demand(energy=1.0, power=2.0, shape=Shape.SLOTS)),
        ),
        cars=(car("c", 2.0, whole_slots=12),),
        limit=20.0,
    )
    schedule = optimum(whole, EXACT)
    schedule = optimum(whole, Settings(gap=0.0, money=0.0))
    assert schedule is not None
    for runs in schedule.powers.values():
        assert runs.slots[0].start == whole.start


def test_priorities() -> None:
    """Of two of a kind, what has the higher priority is given up later."""
    demand = Demand(duration=timedelta(minutes=60), power=2.0)
    first, second = load("first", demand), load("second", demand)
    for chosen in ("first", "second"):
        loads = tuple(
            replace(each, priority=int(each.key == chosen)) for each in (first, second)
        )
        whole = home(slots([0.1] * 6), loads=loads, limit=2.0)
        schedule = optimum(whole, Settings())
        assert schedule is not None
        assert [each.key for each in schedule.given_up] == [
            "second" if chosen == "first" else "first"
        ]


def test_what_is_given_up_first() -> None:
    """A price limit goes before a target, a target before a load, in this order."""
    demand = Demand(duration=timedelta(minutes=60), power=2.0)
    asked = replace(load("washer", demand), most_price=0.2)
    whole = home(
        slots([0.3] * 4),
        loads=(asked,),
        cars=(car("car", 1.0, whole_slots=4),),
        limit=2.0,
    )
    schedule = optimum(whole, Settings())
    assert schedule is not None
    assert {each.key: each.kind for each in schedule.given_up} == {
        "washer": "price_limit",
        "car": "target",
    }
    urgent = replace(whole, cars=(replace(whole.cars[0], least=100.0),))
    schedule = optimum(urgent, Settings())
    assert schedule is not None
    assert {each.key: each.kind for each in schedule.given_up} == {"washer": "load"}


def test_least_soc_at_once() -> None:
    """What a car needs at once waits for no price."""
    prices = [0.9, 0.9, 0.1, 0.1, 0.1, 0.1]
    whole = home(slots(prices), cars=(car("car", 2.0, whole_slots=6),), limit=9.0)
    waits = optimum(whole, Settings())
    urgent = replace(whole, cars=(replace(whole.cars[0], least=50.0),))
    hurries = optimum(urgent, Settings())
    assert waits is not None and hurries is not None
    assert waits.power("car", whole.start) == 0
    assert hurries.power("car", whole.start) > 0
    assert hurries.given_up == ()


def test_steps_of_a_charger() -> None:
    """Where a charger has steps, it is planned by them."""
    asked = replace(
        car("car", 2.0, whole_slots=6), least_power=1.0, step=0.5, power=3.0
    )
    whole = home(slots([0.1, 0.2, 0.3, 0.1, 0.2, 0.3]), cars=(asked,), limit=2.75)
    schedule = optimum(whole, Settings())
    assert schedule is not None and broken(whole, schedule) == []


def test_what_is_set_now_is_a_step() -> None:
    """What is set is rounded down: two cars share what a limit leaves by steps."""
    two = tuple(
        replace(
            car(key, 40.0, whole_slots=8), power=11.0, least_power=1.38, set_by=step
        )
        for key, step in (("three", 0.69), ("one", 0.23))
    )
    whole = home(slots([0.2] * 8), cars=two, limit=9.87)
    schedule = optimum(whole, Settings())
    assert schedule is not None and broken(whole, schedule) == []
    first = [schedule.power(each.key, whole.start) for each in two]
    assert [
        round(power / step.set_by, 6) % 1
        for power, step in zip(first, two, strict=True)
    ] == [0, 0]
    # Of what there is, less than the smallest step is left.
    assert 9.87 - sum(first) < 0.23
    # Later slots are planned anew before they come.
    assert sum(schedule.power(each.key, whole.slots[1].start) for each in two) == (
        pytest.approx(9.87)
    )


@pytest.mark.parametrize("rest", [0.3, 0.617, 0.9, 2.2])
def test_the_last_slot_takes_a_step_more(rest: float) -> None:
    """Rather than to lack what is less than one."""
    asked = replace(
        car("car", rest, whole_slots=1), power=11.04, least_power=1.38, set_by=0.69
    )
    whole = home(slots([0.2]), cars=(asked,), limit=11.5)
    schedule = optimum(whole, Settings())
    assert schedule is not None and schedule.given_up == ()
    assert broken(whole, schedule) == []
    assert rest <= schedule.power("car", whole.start) / 4 < max(rest + 0.69 / 4, 0.346)


@pytest.mark.parametrize(("saving", "waits"), [(0.05, False), (0.2, True)])
def test_little_is_left_for_the_last_moment(saving: float, waits: bool) -> None:
    """A tenth of its price is worth something to spare, and no need waits for it."""
    prices = [1.0, 1.0, 1.0, 1.0 - saving]
    cheap = home(slots(prices)).slots[-1]
    demand = Demand(duration=QUARTER, power=2.0)
    for shape in (Shape.CONTIGUOUS, Shape.SLOTS):
        asked = load(
            "a", replace(demand, shape=shape), deadline=cheap.end, spare=QUARTER
        )
        planned = optimum(home(slots(prices), loads=(asked,)), Settings(money=1e-4))
        assert planned is not None
        assert (planned.power("a", cheap.start) > 0) is waits
    vehicle = replace(car("car", 1.0, whole_slots=4), spare=QUARTER)
    planned = optimum(home(slots(prices), cars=(vehicle,)), Settings(money=1e-4))
    assert planned is not None
    assert (planned.power("car", cheap.start) > 0) is waits
    # All that there is is taken where it is needed.
    full = replace(vehicle, capacity=4.0)
    planned = optimum(home(slots(prices), cars=(full,)), Settings())
    assert planned is not None and planned.given_up == ()


def test_a_car_that_charges_goes_on() -> None:
    """Unless it gains more than a cent by a pause."""
    asked = replace(car("car", 2.0, whole_slots=6), is_charging=True, least_power=1.4)
    for price, goes_on in ((0.204, True), (0.3, False)):
        whole = home(slots([price, 0.2, 0.2, 0.2, 0.2, 0.2]), cars=(asked,))
        schedule = optimum(whole, Settings(money=1e-4))
        assert schedule is not None
        assert (schedule.power("car", whole.start) > 0) is goes_on


@pytest.mark.parametrize("minute", [0, 3, 9, 14])
@pytest.mark.parametrize("rest", [0.05, 0.2, 0.4, 0.8])
def test_the_rest_of_a_car_in_a_slot_that_has_begun(minute: int, rest: float) -> None:
    """Nothing is given up, however little of it is left."""
    asked = replace(car("car", rest, whole_slots=4), least_power=3.0)
    known = from_minute(slots([0.1, 0.2, 0.3, 0.4]), minute)
    whole = home(known, cars=(asked,))
    for schedule in (optimum(whole, Settings()), fallback(whole)):
        assert schedule is not None and broken(whole, schedule) == []
        assert schedule.given_up == ()


def test_what_has_begun_goes_on() -> None:
    """What is fixed is left as it is, and others make room for it."""
    demand = Demand(duration=timedelta(minutes=30), power=2.0)
    runs = load("begun", demand)
    begun = replace(runs, fixed=merged(runs.runs_from(runs.earliest)))
    other = load("other", demand)
    whole = home(slots([0.1, 0.1, 0.3, 0.3]), loads=(begun, other), limit=3.0)
    schedule = optimum(whole, Settings())
    assert schedule is not None and broken(whole, schedule) == []
    assert schedule.powers["begun"] == begun.fixed
    assert schedule.powers["other"].slots[0].start == whole.slots[2].start


def test_expected_prices_count_a_little_less() -> None:
    """A known price is taken only if it is half a cent better than an expected one."""
    known = slots([0.2, 0.2, 0.203, 0.203])
    late = tuple(
        replace(each, value=replace(each.value, is_expected=place >= 2))
        for place, each in enumerate(known)
    )
    asked = load("washer", Demand(duration=timedelta(minutes=30), power=2.0))
    for each, start in ((known, 0), (late, 2)):
        whole = home(each, loads=(asked,), limit=9.0)
        schedule = optimum(whole, EXACT)
        assert schedule is not None
        assert schedule.powers["washer"].slots[0].start == known[start].start


def test_limits_go_by_what_the_home_may_draw() -> None:
    """A limit is kept with what the home rarely exceeds, not with its mean."""
    known = slots([0.1, 0.2, 0.2, 0.2], base=1.0)
    rare = tuple(
        replace(each, value=replace(each.value, base_most=2.5 if not place else 1.0))
        for place, each in enumerate(known)
    )
    asked = load("washer", Demand(duration=timedelta(minutes=15), power=2.0))
    for each, start in ((known, 0), (rare, 1)):
        whole: Home = home(each, loads=(asked,), limit=4.0)
        schedule = optimum(whole, Settings())
        assert schedule is not None and broken(whole, schedule) == []
        assert schedule.powers["washer"].slots[0].start == known[start].start


def test_peaks_go_by_what_the_home_may_draw() -> None:
    """A peak is kept low with what the home rarely exceeds, not with its mean."""
    known = slots([0.1, 0.2, 0.2, 0.2], base=1.0, sun=[0.0, 0.0, 0.5, 0.0])
    rare = tuple(
        replace(each, value=replace(each.value, base_most=3.0 if not place else 1.5))
        for place, each in enumerate(known)
    )
    windows = tuple(PeakWindow(each.start, each.end) for each in known)
    due = PeakDue(windows=windows, rate=2.0)
    asked = load("washer", Demand(duration=timedelta(minutes=15), power=2.0))
    for each, start, peak in ((known, 2, 2.5), (rare, 2, 3.0)):
        whole: Home = home(each, loads=(asked,), peaks=(due,), is_curtailable=True)
        schedule = optimum(whole, EXACT)
        assert schedule is not None and broken(whole, schedule) == []
        assert schedule.powers["washer"].slots[0].start == known[start].start
        assert bill(whole, schedule).peaks == pytest.approx([peak])


def test_a_battery_keeps_the_home_below_its_limit() -> None:
    """What the home alone would break, a battery keeps, whatever that costs."""
    battery = Battery(
        key="b", capacity=4, soc=25, charge=4, discharge=4, eff_in=1, eff_out=1
    )
    known = slots([0.1, 0.9, 0.1, 0.9], base=[0.0, 2.0, 5.0, 5.0])
    whole = home(known, batteries=(battery,), limit=4.0)
    schedule = optimum(whole, EXACT)
    assert schedule is not None and schedule.given_up == ()
    net = exchanged(whole, schedule, Grid.of(whole))
    assert all(drawn <= 4.0 + 1e-4 for drawn in net)
    weak = replace(whole, batteries=(replace(battery, discharge=0.5),))
    schedule = optimum(weak, EXACT)
    assert schedule is not None and broken(weak, schedule) == []
    net = exchanged(weak, schedule, Grid.of(weak))
    assert net[2:] == pytest.approx([4.5, 4.5], abs=1e-4)


def test_worth_of_what_is_left_is_by_the_prices() -> None:
    """Where nobody says what stored energy is worth, it is not thrown away."""
    battery = Battery(key="b", capacity=4, soc=50, charge=4, discharge=4)
    store = ThermalStore(key="t", power=2, energy=1, most=9, cop=3.0)
    whole = home(
        slots([0.05, 0.2, 0.4, 0.2, 0.2, 0.2], base=1.0),
        batteries=(battery,),
        stores=(store,),
    )
    schedule = optimum(whole, EXACT)
    assert schedule is not None
    assert schedule.power("b", whole.slots[2].start) < 0
    assert schedule.power("b", whole.slots[0].start) >= 0
    assert schedule.power("t", whole.slots[0].start) == 2.0
    assert schedule.power("t", whole.slots[2].start) == 0.0


def test_nothing_is_loaded_before_it_is_needed() -> None:
    """Whoever plans without the solver loads neither it nor numpy."""
    room = "custom_components/energy_portals"
    code = (
        "import sys, types\n"
        "package = types.ModuleType('custom_components.energy_portals')\n"
        f"package.__path__ = ['{room}']\n"
        "sys.modules[package.__name__] = package\n"
        "import custom_components.energy_portals.portals.optimum.optimise as it\n"
        "import custom_components.energy_portals.portals.optimum.explain\n"
        "import custom_components.energy_portals.portals.optimum.baseline\n"
        "print({'highspy', 'numpy'} & set(sys.modules))\n"
        "assert it.solver() is not None\n"
        "print({'highspy', 'numpy'} <= set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert done.stdout.split("\n")[:2] == ["set()", "True"]
