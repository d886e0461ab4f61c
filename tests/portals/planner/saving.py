"""A planner of which is noted what it really saves."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from custom_components.energy_portals.portals.model.load_plan import LoadPlan, Window
from custom_components.energy_portals.portals.model.seen import Need, Seen
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import QUARTER
from custom_components.energy_portals.portals.optimum.peak_fee import PeakDays
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.dashboard import Dashboard
from custom_components.energy_portals.portals.planner.feeds import PLANS, Overview
from custom_components.energy_portals.portals.planner.home_inputs import HomeInputs
from custom_components.energy_portals.portals.planner.savings import SAVINGS, Realised
from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from tests.portals.planner.metered import MeteredHouse
from tests.portals.planner.sharing import (
    CAR,
    HOUR,
    OSLO,
    TANK,
    HomeSources,
    outlook,
    sites,
)
from tests.surroundings import Surroundings

# Midnight in Oslo.
START = datetime(2026, 11, 17, 23, tzinfo=UTC)
MORNING = START + 7 * HOUR
DEVICES = sites(car=("load", CAR), tank=("thermal_store", TANK))


def priced() -> HomeSources:
    """Return sources that know the prices of several days."""
    sources = HomeSources()
    sources.of_prices["a"] = outlook(begin=START - 72 * HOUR, hours=168)
    return sources


@dataclass(kw_only=True)
class Days:
    """A planner that is looked at each quarter of an hour; power is in kW."""

    client: PlannerClient = field(
        default_factory=lambda: PlannerClient(price="a", currency="NOK", feed_in=0.1)
    )
    sources: HomeSources = field(default_factory=priced)
    house: MeteredHouse = field(default_factory=MeteredHouse)
    dashboard: Dashboard = field(default_factory=Dashboard)
    devices: Any = DEVICES
    held: dict[str, Realised] = field(default_factory=dict)
    ran: dict[str, list[Slot[float | None]]] = field(default_factory=dict)
    is_ready: bool | None = None
    peaks: PeakDays = field(default_factory=PeakDays)
    has_plan: bool = True

    def surroundings(self, now: datetime) -> Surroundings:
        """Return what is around the feed."""
        day = (now - 7 * HOUR).astimezone(OSLO).date()
        earliest = START + 7 * HOUR + (day - date(2026, 11, 18))
        window = Window(day, earliest, earliest + 24 * HOUR)
        plans: dict[str, Any] = {"car": LoadPlan(window=window)}
        if self.has_plan:
            plans[PLANNER_KEY] = Overview(
                (),
                inputs=HomeInputs(dashboard=self.dashboard, peaks=self.peaks),
                sites=self.devices[1:],
            )
        for key in self.ran:
            ran = tuple(each for each in self.ran[key] if each.start < now)
            self.sources.of_loads[key] = Seen(
                at=now,
                is_running=False,
                ran=Series(ran),
                need=Need(is_ready=self.is_ready),
            )
        feeds = {PLANS.key: plans, SAVINGS.key: self.held}
        return Surroundings(sources=self.sources, house=self.house, feeds=feeds)

    async def look(self, now: datetime) -> Realised:
        """Look once."""
        request = SAVINGS.request(
            now, self.devices[:1], self.held, self.surroundings(now)
        )
        fetched = await SAVINGS.fetch(self.client, request)
        self.held = dict(fetched.data)
        return self.held[PLANNER_KEY]

    async def live(self, start: datetime, end: datetime) -> Realised:
        """Look every quarter of an hour, a little late."""
        while start < end:
            found = await self.look(start + timedelta(minutes=3))
            start += QUARTER
        return found


def run(start: datetime, hours: float, power: float | None) -> Slot[float | None]:
    """Return a run."""
    return Slot(start, start + hours * HOUR, power)


def total(found: Realised) -> float:
    """Return what was saved in all."""
    return sum(each.saved for each in found.hours)
