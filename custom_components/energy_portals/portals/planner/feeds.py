"""A planner's feeds: what the user has set, and when each load runs by it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, Kept, Site
from ..model.horizon import Horizon, horizon
from ..model.loads import Load, LoadPlan, all_renewed
from ..model.loads_stored import as_data, from_data
from ..model.series import Series
from ..rhythms import Every, OnTheClock
from ..sources import Sources
from .client import PlannerClient
from .sites import PLANNER_KEY, LoadSite

_QUARTER: Final = timedelta(minutes=15)
# A window begins within a week of now and lasts a day.
_AHEAD: Final = timedelta(days=9)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Overview:
    """All loads of a planner together."""

    plans: tuple[LoadPlan, ...]

    def running(self, now: datetime) -> int:
        """Return how many loads are to run now."""
        return sum(plan.is_running(now) for plan in self.plans)

    def power(self, now: datetime) -> float | None:
        """Return what they draw together now, kW; None if one's is not known."""
        powers = [plan.power(now) for plan in self.plans]
        return None if None in powers else sum(filter(None, powers))

    def next_change(self, now: datetime) -> datetime | None:
        """Return when any load next starts, stops or changes its power."""
        changes = [plan.next_change(now) for plan in self.plans]
        return min(filter(None, changes), default=None)


type Planned = LoadPlan | Overview


async def _fetch_plans(
    client: PlannerClient, request: FeedRequest[Planned, Site, Sources]
) -> Fetched[Planned]:
    """Plan every load by what is known now, in a thread: there may be many."""
    loads = {site.key: site for site in request.sites if isinstance(site, LoadSite)}
    held = {
        key: plan if isinstance(plan, LoadPlan) else LoadPlan()
        for key in loads
        for plan in [request.held.get(key)]
    }
    sources, now = request.given, request.now
    ground = _known(client, sources, now)
    known = dict.fromkeys(loads, ground)
    for key, site in loads.items():
        if ground is not None and site.calendar:
            busy = await sources.busy(site.calendar, now, now + _AHEAD)
            known[key] = ground if busy is None else ground.without(busy)
    plans = await asyncio.to_thread(
        all_renewed,
        {key: site.load for key, site in loads.items()},
        held,
        known,
        now,
        sources.zone,
        client.limit,
    )
    valued = {
        key: replace(plan, currency=client.currency) for key, plan in plans.items()
    }
    return Fetched({PLANNER_KEY: Overview(tuple(valued.values())), **valued})


def _known(client: PlannerClient, sources: Sources, now: datetime) -> Horizon | None:
    """Return what is known of the days to come; None if no source tells anything."""
    prices = sources.prices(client.price) if client.price else None
    if prices is not None and prices.shown.currency != client.currency:
        # What the user has valued in one currency means nothing in another.
        prices = None
    green = sources.green(client.green) if client.green else None
    if prices is None and green is None:
        return None
    # From a whole hour, so that all of it lies on a coarse grid.
    start = now.replace(minute=0, second=0, microsecond=0)
    known = horizon(
        Series() if prices is None else prices.shown.slots,
        Series() if green is None else green.windows,
        start,
        start + _AHEAD,
    )
    caps = sources.caps(client.caps) if client.caps else None
    return known if caps is None else known.within(caps.slots)


async def _fetch_settings(
    client: PlannerClient, request: FeedRequest[Load]
) -> Fetched[Load]:
    """Return what the user has set of each load."""
    return Fetched(
        {site.key: site.load for site in request.sites if isinstance(site, LoadSite)}
    )


def _joined(held: Planned, fetched: Planned) -> Planned:
    """Return what was found, with what the user has ordered meanwhile."""
    if not isinstance(held, LoadPlan) or not isinstance(fetched, LoadPlan):
        return fetched
    if held.order is None or held.ordered == fetched.obeyed:
        return fetched
    return replace(fetched, order=held.order, ordered=held.ordered)


def _dump(planned: Planned) -> object:
    """Return a plan as plain data; an overview is made anew."""
    return as_data(planned) if isinstance(planned, LoadPlan) else None


def _load(data: object, options: Mapping[str, object]) -> Planned:
    """Return a stored plan."""
    return from_data(data)


def load_plan(planned: Planned) -> LoadPlan | None:
    """Return the plan of a load, where it is one's."""
    return planned if isinstance(planned, LoadPlan) else None


def overview(planned: Planned) -> Overview | None:
    """Return the overview, where it is the planner's."""
    return planned if isinstance(planned, Overview) else None


SETTINGS: Final = Feed[PlannerClient, Load, LoadSite](
    key="settings",
    fetch=_fetch_settings,
    rhythm=Every(interval=_DAY),
    at=LoadSite,
)
PLANS: Final = Feed[PlannerClient, Planned, Site, Sources](
    key="plans",
    fetch=_fetch_plans,
    needs=lambda surroundings: surroundings.sources,
    rhythm=OnTheClock(step=_QUARTER),
    kinds={LoadPlan: load_plan, Overview: overview},
    kept=Kept(dump=_dump, load=_load),
    joined=_joined,
)

FEEDS: Final = (
    SETTINGS,
    PLANS,
)
