"""Small homes of any kind, of which the best plan can be found by trying all."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Final

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import Objective
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    DeferrableLoad,
    ElectricVehicle,
    Home,
    HomeSlot,
    PeakDue,
    PeakWindow,
    ThermalStore,
)

START: Final = datetime(2026, 3, 4, 12, tzinfo=UTC)
HALF: Final = timedelta(minutes=30)
TODAY: Final = date(2026, 3, 4)


def small_home(seed: int) -> Home:
    """Return a home of which all energies are multiples of half a kWh."""
    random = Random(seed)
    count = random.randint(4, 9)
    bounds = [START]
    for _ in range(count):
        bounds.append(bounds[-1] + random.choice([1, 1, 2]) * HALF)
    has_sun = random.random() < 0.5
    # Few prices, so that many plans cost the same.
    prices = random.choice([[0.1, 0.2, 0.3], [-0.1, 0.1, 0.25, 0.3], [0.2, 0.2]])
    sold = random.choice([[0.08], [0.0], [-0.05, 0.05], [0.35, 0.1]])
    caps = random.random() < 0.2
    flexible = random.random() < 0.2
    slots = tuple(
        Slot(
            start,
            end,
            HomeSlot(
                price=random.choice(prices),
                fed_in=random.choice(sold),
                sun=float(random.choice([0, 1, 2, 4])) if has_sun else 0.0,
                base=float(random.choice([0, 0, 1, 1, 2])),
                cap=random.choice([None, 2.0, 3.0]) if caps else None,
                flexible_cap=random.choice([None, 1.0, 2.0]) if flexible else None,
                share=float(random.choice([0, 20, 60])),
            ),
        )
        for start, end in pairwise(bounds)
    )
    home = Home(
        slots=slots,
        limit=random.choice([None, 2.0, 3.0, 4.0]),
        export_limit=random.choice([None, None, None, 1.0]),
        is_curtailable=random.random() < 0.3,
    )
    kinds = random.choices(
        ["load", "car", "battery", "tank"], k=random.choice([1, 2, 2])
    )
    loads, cars, batteries, stores = [], [], [], []
    for number, kind in enumerate(kinds):
        key = f"{kind} {number}"
        if kind == "load":
            loads.append(_load(random, key, bounds))
        elif kind == "car":
            cars.append(_car(random, key, bounds))
        elif kind == "battery":
            # Beside another device, what loses leaves no whole units.
            batteries.append(_battery(random, key, loses=len(kinds) == 1))
        else:
            stores.append(_store(random, key, slots))
    peaks: tuple[PeakDue, ...] = ()
    if not (cars or batteries or stores) and random.random() < 0.6:
        peaks = (_peak(random, bounds),)
        # The sun's power could be anything.
        home = replace(home, is_curtailable=False, export_limit=None)
        if any(not load.is_contiguous for load in loads):
            loads = [each for each in loads if each.demand.energy is None]
    if any(load.running is not None for load in loads):
        # What runs goes on: nothing may stand against it.
        free = (
            Slot(e.start, e.end, replace(e.value, cap=None, flexible_cap=None))
            for e in slots
        )
        home = replace(home, limit=None, slots=tuple(free))
    return replace(
        home,
        loads=tuple(loads),
        cars=tuple(cars),
        batteries=tuple(batteries),
        stores=tuple(stores),
        peaks=peaks,
    )


def _span(random: Random, bounds: list[datetime]) -> tuple[datetime, datetime]:
    """Return a window, which begins or ends at any half hour."""
    last = (bounds[-1] - bounds[0]) // HALF
    first = random.randint(0, last // 3)
    end = random.randint(max(first + 1, last // 2), last)
    return bounds[0] + first * HALF, bounds[0] + end * HALF


def _load(random: Random, key: str, bounds: list[datetime]) -> DeferrableLoad:
    """Return a load of any shape."""
    earliest, deadline = _span(random, bounds)
    shape = random.choice(list(Shape))
    power = float(random.choice([1, 2]))
    objective = random.choice([Objective.PRICE, Objective.PRICE, Objective.BOTH])
    kind = random.choice(["duration", "duration", "energy", "profile"])
    profile: tuple[float, ...] = ()
    running = None
    if kind == "energy" and shape is not Shape.PIECES:
        demand = Demand(
            energy=random.randint(1, 6) / 2,
            power=power + 1,
            least_power=power,
            shape=shape,
        )
    elif kind == "profile" and shape is Shape.CONTIGUOUS:
        profile = tuple(
            random.choice([0.0, 2.0, 4.0]) for _ in range(2 * random.randint(1, 3))
        )
        # Half hours, so that energies stay multiples.
        profile = tuple(power for pair in profile[::2] for power in (pair, pair))
        if not any(profile):
            profile = (2.0, 2.0)
        demand = Demand(duration=len(profile) * HALF / 2, power=max(profile))
    else:
        demand = Demand(
            duration=random.randint(1, 4) * HALF,
            power=power,
            shape=shape,
            least_length=random.choice([0, 1, 2]) * HALF,
            least_pause=random.choice([0, 1, 2]) * HALF,
            starts=random.choice([None, 1, 2]),
        )
        if shape is Shape.PIECES and random.random() < 0.3:
            running, earliest = random.choice([0, 1, 3]) * HALF, bounds[0]
    demand = replace(demand, objective=objective, worth=random.choice([0.001, 0.01]))
    blocked = Series[None]()
    if random.random() < 0.2:
        place = random.randrange(len(bounds) - 1)
        if running is None:
            blocked = Series((Slot(bounds[place], bounds[place + 1], None),))
    return DeferrableLoad(
        key=key,
        demand=demand,
        earliest=earliest,
        deadline=deadline,
        profile=profile,
        blocked=blocked,
        most_price=random.choice([None, None, 0.2]),
        running=running,
    )


def _car(random: Random, key: str, bounds: list[datetime]) -> ElectricVehicle:
    """Return a car; a state of charge of one percent is half a kWh."""
    earliest, until = _span(random, bounds)
    need = random.randint(0, 4)
    return ElectricVehicle(
        key=key,
        power=float(random.choice([1, 2, 3])),
        least_power=float(random.choice([0, 1])),
        earliest=earliest,
        ready=until if random.random() < 0.6 else until - HALF,
        until=until,
        capacity=50.0,
        soc=50.0,
        target=50.0 + need,
        most=50.0 + need + random.choice([1, 2]),
        efficiency=random.choice([1.0, 0.5]),
        extra_below=random.choice([None, 0.0, 0.15]),
        most_price=random.choice([None, None, 0.2]),
    )


def _battery(random: Random, key: str, *, loses: bool) -> Battery:
    """Return a battery that loses nothing, or half."""
    into, out = random.choice([(0.5, 1.0), (1.0, 0.5)]) if loses else (1.0, 1.0)
    return Battery(
        key=key,
        capacity=random.choice([2.0, 4.0]),
        soc=random.choice([25.0, 50.0, 100.0]),
        low=random.choice([0.0, 25.0]),
        charge=float(random.choice([1, 2])),
        discharge=float(random.choice([1, 2])),
        eff_in=into,
        eff_out=out,
        cycle_cost=random.choice([0.0, 0.03]),
        end_value=random.choice([0.0, 0.15]),
        grid_charge=random.random() < 0.7,
        feed_in=random.random() < 0.7,
    )


def _store(random: Random, key: str, slots: tuple[Slot[HomeSlot], ...]) -> ThermalStore:
    """Return a tank that keeps its heat."""
    draw = Series(
        tuple(
            Slot(slot.start, slot.end, float(random.choice([0, 0, 1, 2])))
            for slot in slots
        )
    )
    return ThermalStore(
        key=key,
        power=float(random.choice([1, 2])),
        energy=random.choice([1.0, 2.0]),
        most=4.0,
        least=random.choice([0.0, 1.0]),
        cop=1.0,
        draw=draw,
        end_value=random.choice([0.0, 0.15]),
    )


def _peak(random: Random, bounds: list[datetime]) -> PeakDue:
    """Return a peak fee of any kind; the running window has begun before."""
    length = random.choice([1, 2]) * HALF
    start = bounds[0] - random.choice([0, 1]) * (length - HALF)
    per_day = random.random() < 0.5
    windows = []
    while start < bounds[-1]:
        day = TODAY + (start - bounds[0]) // (4 * HALF) * timedelta(days=1)
        windows.append(
            PeakWindow(
                start,
                start + length,
                random.choice([1.0, 1.0, 0.5]),
                0.5 if start < bounds[0] else 0.0,
                day if per_day else None,
            )
        )
        start += length
    has_steps = random.random() < 0.5
    return PeakDue(
        windows=tuple(windows),
        count=random.choice([1, 2, 3]),
        past=tuple(random.choice([0.5, 1.0, 2.0]) for _ in range(random.randint(0, 3))),
        reached={TODAY: 1.0} if per_day else {},
        floor=random.choice([0.0, 1.5]),
        expected=random.choice([0.0, 0.0, 2.5]),
        rate=0.0 if has_steps else random.choice([0.5, 3.0]),
        steps=((0.0, 1.0), (1.5, 2.0), (3.0, 5.0)) if has_steps else (),
    )
