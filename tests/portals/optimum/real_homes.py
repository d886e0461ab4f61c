"""Homes as they are: two days of quarters, loads, car, battery, tank, sun and peaks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp, pi, sin
from random import Random
from typing import Final

from custom_components.energy_portals.portals.model.demand import Demand, Shape
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

QUARTER: Final = timedelta(minutes=15)
HOUR: Final = timedelta(hours=1)
KINDS: Final = ("norway", "flanders", "sweden", "italy", "netherlands", "germany")


def real_home(
    seed: int,
    count: int = 192,
    *,
    kind: str | None = None,
    loads: int | None = None,
    has_all: bool = False,
) -> Home:
    """Return a home of a country's prices, with what a home may have.

    With `has_all`, it has a car, a battery, a tank and a peak fee.
    """
    random = Random(seed)
    kind = kind or random.choice(KINDS)
    start = datetime(2026, 3, 4, random.choice([12, 13, 14, 17]), tzinfo=UTC)
    limit = random.choice([3.3, 4.95, 6.6]) if kind == "italy" else 14.0
    has_sun = kind in {"flanders", "netherlands", "germany"} or random.random() < 0.3
    slots = _slots(random, kind, start, count, has_sun=has_sun)
    home = Home(
        slots=slots,
        limit=limit,
        is_curtailable=kind == "netherlands" and random.random() < 0.5,
    )
    made = [
        _load(random, f"load {n}", home, limit)
        for n in range(random.randint(1, 8) if loads is None else loads)
    ]
    return replace(
        home,
        loads=tuple(made),
        cars=(_car(random, home, limit),) if has_all or random.random() < 0.8 else (),
        batteries=(_battery(random),) if has_all or random.random() < 0.6 else (),
        stores=(_store(random, home),) if has_all or random.random() < 0.5 else (),
        peaks=_peaks(random, home, kind, is_sure=has_all),
    )


def _bump(hour: float, at: float, width: float) -> float:
    """Return how near an hour of the day is to another."""
    off = min(abs(hour - at), 24 - abs(hour - at))
    return exp(-((off / width) ** 2))


def _slots(
    random: Random, kind: str, start: datetime, count: int, *, has_sun: bool
) -> tuple[Slot[HomeSlot], ...]:
    """Return what is known of each quarter."""
    level = random.uniform(0.12, 0.3)
    swing = random.uniform(0.2, 0.6)
    roof = random.uniform(3, 10) if has_sun else 0.0
    clouds = [random.uniform(0.3, 1.0) for _ in range(3)]
    sold = {"germany": 0.08, "flanders": None, "netherlands": None}.get(kind, 0.04)
    slots, price = [], level
    for place in range(count):
        at = start + place * QUARTER
        hour = at.hour + at.minute / 60
        if place % (4 if kind == "norway" else 1) == 0:
            shape = 1 + swing * (_bump(hour, 8, 2) + _bump(hour, 19, 2.5))
            shape -= swing * (_bump(hour, 3, 3) + _bump(hour, 13, 3))
            price = round(level * shape + random.gauss(0, 0.01), 5)
            if kind == "netherlands" and roof:
                price = round(price - 0.25 * _bump(hour, 13, 2), 5)
        day = clouds[place * len(clouds) // count]
        sun = roof * day * max(sin((hour - 6) / 12 * pi), 0.0) if 6 < hour < 18 else 0.0
        base = 0.2 + 0.4 * _bump(hour, 7.5, 1.5) + 0.8 * _bump(hour, 19, 2)
        base += 2.0 if random.random() < 0.03 else random.uniform(0, 0.15)
        slots.append(
            Slot(
                at,
                at + QUARTER,
                HomeSlot(
                    price=price,
                    fed_in=round(price - 0.13, 5) if sold is None else sold,
                    sun=round(sun * random.uniform(0.9, 1.0), 3),
                    base=round(base, 3),
                ),
            )
        )
    return tuple(slots)


def _window(random: Random, home: Home, hours: float) -> tuple[datetime, datetime]:
    """Return a window that is longer than what is to run in it."""
    span = (home.end - home.start) / HOUR
    begin = random.choice([0.0, random.uniform(0, span / 2)])
    end = min(begin + hours + random.uniform(3, 20), span)
    quarters = [int(begin * 4) * QUARTER, int(end * 4) * QUARTER]
    return home.start + quarters[0], home.start + quarters[1]


def _load(random: Random, key: str, home: Home, limit: float) -> DeferrableLoad:
    """Return a dishwasher, a heat pump, a pool pump or the like."""
    power = random.choice([0.8, 1.2, 2.0, 2.2])
    shape = random.choice([Shape.CONTIGUOUS, Shape.CONTIGUOUS, *Shape])
    minutes = random.choice([60, 90, 120, 180])
    earliest, deadline = _window(random, home, minutes / 60)
    profile: tuple[float, ...] = ()
    if shape is Shape.CONTIGUOUS and random.random() < 0.3:
        profile = tuple(random.choice([0.1, 1.8, 2.0]) for _ in range(minutes // 15))
    return DeferrableLoad(
        key=key,
        demand=Demand(
            duration=minutes * timedelta(minutes=1),
            power=min(power, limit / 2),
            shape=shape,
            least_length=random.choice([1, 2, 4]) * QUARTER,
            least_pause=random.choice([0, 1, 2]) * QUARTER,
            starts=random.choice([None, 2, 3]),
        ),
        earliest=earliest,
        deadline=deadline,
        profile=profile,
    )


def _car(random: Random, home: Home, limit: float) -> ElectricVehicle:
    """Return a car that is to be ready in the morning."""
    power = 2.3 if limit < 7 else random.choice([3.68, 7.36, 11.0])
    soc = random.uniform(20, 60)
    ready = home.start + random.randint(14, 18) * HOUR
    ready = min(ready, home.end)
    return ElectricVehicle(
        key="car",
        power=power,
        least_power=4.14 if power == 11.0 else 1.38,
        earliest=home.start + random.randint(0, 5) * HOUR,
        ready=ready,
        until=ready,
        capacity=random.choice([40.0, 58.0, 77.0]) if limit > 7 else 20.0,
        soc=soc,
        target=min(soc + random.uniform(15, 45), 80),
        most=90.0,
        efficiency=0.9,
        extra_below=random.choice([None, None, 0.08]),
    )


def _battery(random: Random) -> Battery:
    """Return a battery."""
    return Battery(
        key="battery",
        capacity=random.choice([5.0, 10.0]),
        soc=random.uniform(15, 90),
        low=10.0,
        charge=5.0,
        discharge=5.0,
        cycle_cost=0.03,
        grid_charge=random.random() < 0.7,
        feed_in=random.random() < 0.7,
    )


def _store(random: Random, home: Home) -> ThermalStore:
    """Return a tank of hot water."""
    draw = Series(
        tuple(
            Slot(
                slot.start,
                slot.end,
                0.05
                + 0.8 * _bump(slot.start.hour, 7, 1)
                + 0.5 * _bump(slot.start.hour, 19, 1.5),
            )
            for slot in home.slots
        )
    )
    return ThermalStore(
        key="tank",
        power=random.choice([0.5, 2.0, 3.0]),
        energy=6.0,
        most=10.0,
        least=2.0,
        loss=0.008,
        cop=random.choice([1.0, 3.0]),
        draw=draw,
    )


def _peaks(
    random: Random, home: Home, kind: str, *, is_sure: bool
) -> tuple[PeakDue, ...]:
    """Return what a country's peaks cost."""
    if kind not in {"norway", "flanders", "sweden"}:
        if not is_sure:
            return ()
        kind = random.choice(["norway", "flanders", "sweden"])
    length = QUARTER if kind == "flanders" else HOUR
    windows = []
    at = home.start.replace(minute=0)
    while at < home.end:
        day = None if kind == "flanders" else at.date()
        weight = 0.5 if kind == "sweden" and not 6 <= at.hour < 22 else 1.0
        windows.append(PeakWindow(at, at + length, weight, 0.0, day))
        at += length
    if kind == "flanders":
        one = (random.uniform(2.5, 5),)
        return (PeakDue(windows=tuple(windows), past=one, floor=2.5, rate=4.0),)
    past = tuple(random.uniform(3, 7) for _ in range(3))
    if kind == "sweden":
        return (PeakDue(windows=tuple(windows), count=3, past=past, rate=5.0),)
    steps = ((0.0, 15.0), (2.0, 25.0), (5.0, 42.0), (10.0, 58.5), (15.0, 75.5))
    return (PeakDue(windows=tuple(windows), count=3, past=past, steps=steps),)
