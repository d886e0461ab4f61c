"""A whole home through a simulated day: planned, driven, metered, and what it saved.

Sun, battery, car and tank share a limit and a Norwegian peak fee. The home is made here
and knows nothing of plans: it does what it is set to, and its meters count.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.model.load_plan import LoadPlan
from custom_components.energy_portals.portals.model.seen import Need, Seen
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import QUARTER
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.feeds import PLANS, Overview
from custom_components.energy_portals.portals.planner.savings import SAVINGS, Realised
from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from custom_components.energy_portals.portals.planner.stores import StorePlan
from tests.portals.planner.metered import MeteredHouse
from tests.portals.planner.sharing import (
    BATTERY,
    CAR,
    HOUR,
    OSLO,
    TANK,
    HomeAround,
    HomeSources,
    outlook,
    price,
    sites,
    sun,
)
from tests.portals.planner.test_together import HOME
from tests.surroundings import Surroundings

# Midnight in Oslo, of a day whose sun and prices are known.
START = datetime.fromisoformat("2026-11-17T23:00:00+00:00")
DEVICES = sites(
    car=("load", {**CAR, "begin": "18:00:00", "end": "07:00:00"}),
    cellar=("home_battery", {**BATTERY, "efficiency": 100.0}),
    tank=("thermal_store", TANK),
)
METERS = ("in", "out", "sun", "give", "take")
# kWh that the tank holds for each kelvin, and what is drawn of it, kW.
WATER = 200 * 1.163e-3
DRAWN = 6.0 / 24


@dataclass(kw_only=True)
class Home:
    """The home: what it holds, and what its meters have counted, by quarters."""

    charge: float = 4.0
    tank: float = 60.0
    car: float = 20.0
    counted: dict[str, list[Slot[float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    ran: dict[str, list[Slot[float | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    highest: float = 0.0

    def live(self, now: datetime, powers: dict[str, float | None]) -> None:
        """Have a quarter go by; the battery minds its own business if it may."""
        hour = now.astimezone(OSLO).hour
        base = 2.0 if hour == 18 else 0.8
        slot = sun(4000.0, START).told.at(now)
        roof = 0.0 if slot is None else slot.value / 1000
        car = min(powers["car"] or 0.0, self.car * 4)
        tank = powers["tank"] or 0.0
        net = base - roof + car + tank
        wish = powers["cellar"]
        battery = -net if wish is None else wish
        most, least = (10.0 - self.charge) * 4, (1.0 - self.charge) * 4
        battery = max(min(battery, 5.0, most), -5.0, min(least, 0.0))
        self.charge += battery / 4
        self.car -= car / 4
        self.tank += (tank - DRAWN) / 4 / WATER
        net += battery
        self.highest = max(self.highest, net)
        self._count(now, "in", max(net, 0.0))
        self._count(now, "out", max(-net, 0.0))
        self._count(now, "sun", roof)
        self._count(now, "take", max(battery, 0.0))
        self._count(now, "give", max(-battery, 0.0))
        for key, power in (("car", car), ("tank", tank)):
            if power > 0:
                self.ran[key].append(Slot(now, now + QUARTER, power))

    def _count(self, now: datetime, meter: str, power: float) -> None:
        """Count what flowed."""
        self.counted[meter].append(Slot(now, now + QUARTER, power / 4))


def _set(plans: Any, key: str, now: datetime) -> float | None:
    """Return what a device is set to; None is what it does by itself."""
    plan = plans[key]
    if isinstance(plan, StorePlan):
        run = plan.runs.at(now)
        return None if run is None else run.value
    assert isinstance(plan, LoadPlan)
    return plan.power(now)


async def test_a_day() -> None:
    """All is done by its time and below the limit, and what is saved is by meters."""
    home, sources = Home(), HomeSources()
    sources.of_prices["a"] = outlook(begin=START - 48 * HOUR, hours=120)
    sources.of_sun["roof"] = sun(4000.0, START)
    client: PlannerClient = HOME
    past = [
        Slot(at, at + QUARTER, 0.2)
        for n in range(20 * 96)
        for at in [START - (20 * 96 - n) * QUARTER]
    ]
    house = MeteredHouse(
        preferences={
            "energy_sources": [
                {"type": "grid", "stat_energy_from": "in", "stat_energy_to": "out"},
                {"type": "solar", "stat_energy_from": "sun"},
                {
                    "type": "battery",
                    "stat_energy_from": "give",
                    "stat_energy_to": "take",
                },
            ]
        }
    )
    around = HomeAround(sources=sources, house=house)
    plans: Any = {}
    saved: dict[str, Realised] = {}
    for n in range(32 * 4):
        now = START + n * QUARTER
        house.states = {
            "sensor.soc": (str(home.charge * 10), "%"),
            "sensor.tank": (str(home.tank), "°C"),
        }
        for meter in METERS:
            counted = home.counted[meter]
            begun = (
                past
                if meter == "in"
                else [Slot(each.start, each.end, 0.0) for each in past]
            )
            house.statistics[meter] = Series((*begun, *counted))
        for key in ("car", "tank"):
            need = Need(energy=home.car) if key == "car" else Need()
            ran = Series(tuple(home.ran[key]))
            is_running = bool(ran.slots) and ran.slots[-1].end == now
            sources.of_loads[key] = Seen(
                at=now, is_running=is_running, ran=ran, need=need
            )
        if n % 4 == 0:
            request = FeedRequest(now=now, sites=DEVICES, held=plans, given=around)
            plans = dict((await PLANS.fetch(client, request)).data)
        feeds = {PLANS.key: plans, SAVINGS.key: saved}
        given = Surroundings(sources=sources, house=house, feeds=feeds)
        asked = SAVINGS.request(now + timedelta(minutes=3), DEVICES[:1], saved, given)
        saved = dict((await SAVINGS.fetch(client, asked)).data)
        home.live(
            now, {key: _set(plans, key, now) for key in ("car", "cellar", "tank")}
        )
    overview = plans[PLANNER_KEY]
    assert isinstance(overview, Overview)
    assert overview.whole is not None
    assert overview.whole.schedule.method == "optimum"
    assert overview.told is not None
    # The car is ready at seven, the tank was never cold, and the limit was kept.
    assert home.car == pytest.approx(0.0, abs=0.05)
    assert 44.5 < home.tank < 75.5
    assert home.highest <= 11.0
    # What was paid is what the meters say, at the price of each quarter.
    known = saved[PLANNER_KEY]
    hours = {each.start: each for each in known.hours}
    night = START + 26 * HOUR
    fees = {1: 120.0, 2: 200.0, 5: 336.0, 10: 468.0}
    paid = sum(
        slot.value * price(slot.start) - out.value * 0.3
        for slot, out in zip(home.counted["in"], home.counted["out"], strict=True)
        if slot.start < START + 24 * HOUR
    )
    without_fees = sum(
        each.paid for start, each in hours.items() if START <= start < START + 24 * HOUR
    )
    assert min(abs(without_fees - paid - fee) for fee in _steps(fees)) < 1e-6
    assert night in hours
    # And all that moved is worth more than everything at once.
    assert sum(each.saved for each in known.hours if each.start >= START) > 0
    assert known.charges[0] == (START, pytest.approx(40.0))
    assert known.forecasts.base_error is not None
    assert date(2026, 11, 18) in known.peaks_at_once.days


def _steps(fees: dict[int, float]) -> set[float]:
    """Return by what a month's fee may have become more."""
    every = [*fees.values()]
    return {later - earlier for earlier in every for later in every}
