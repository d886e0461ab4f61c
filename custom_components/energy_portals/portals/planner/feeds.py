"""A planner's feeds: what the user has set, and when each load runs by it."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, Kept, Site
from ..model.agenda import Agenda
from ..model.horizon import Horizon
from ..model.loads import Load, LoadPlan, all_renewed
from ..model.loads_stored import as_data, from_data
from ..model.planned_use import PlannedUse
from ..model.seen import Seen
from ..optimum.optimise import is_shared
from ..optimum.own_power import OwnPower
from ..optimum.telling import Telling
from ..rhythms import Every, OnTheClock
from .client import PlannerClient
from .driven import DRIVING
from .home_inputs import HomeInputs
from .home_look import Around, HomeLook, may_share
from .known import Known, Look, known_from
from .planned_use import planned_use
from .sites import PLANNER_KEY, LoadSite
from .stores import StorePlan, StoreSite
from .together import Devices, Together, Whole
from .whole_home import HomeGround

_QUARTER: Final = timedelta(minutes=15)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Overview:
    """All loads of a planner together, and what they were planned by.

    `whole` is the home that was planned as a whole, None where nothing is shared, and
    `inputs` what was read of it. `told` is what the plans tell, in `currency`; None
    where no price is known. `sites` are the devices that were planned, and `use` what
    is planned for the place by whose caps they go. `agenda` is what has run and what
    is to run, by the names of the loads.
    """

    plans: tuple[LoadPlan, ...]
    known: Known = field(default_factory=Known)
    whole: Whole | None = None
    inputs: HomeInputs | None = None
    told: Telling | None = None
    currency: str | None = None
    sites: tuple[LoadSite, ...] = ()
    use: PlannedUse | None = None
    agenda: Agenda = field(default_factory=Agenda)

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


# What is known stands alone until the loads are planned by it again.
type Planned = LoadPlan | StorePlan | Overview | Known


def loads_of(sites: tuple[Site, ...]) -> dict[str, LoadSite]:
    """Return the loads among sites, by key: stores have no demand."""
    return {
        site.key: site
        for site in sites
        if isinstance(site, LoadSite) and not isinstance(site, StoreSite)
    }


async def _fetch_plans(
    client: PlannerClient, request: FeedRequest[Planned, Site, Around]
) -> Fetched[Planned]:
    """Plan every load by what is known now, in a thread: there may be many."""
    sources, loads = request.given.sources, loads_of(request.sites)
    held = {
        key: plan if isinstance(plan, LoadPlan) else LoadPlan()
        for key in loads
        for plan in [request.held.get(key)]
    }
    before = request.held.get(PLANNER_KEY)
    look = Look(client, sources, _known(before), request.now)
    ground = look.ground()
    known: dict[str, Horizon | None] = dict.fromkeys(loads, ground)
    for key, site in loads.items():
        if ground is not None and site.calendar:
            known[key] = await look.beside(ground, key, site.calendar)
    seen = {
        key: each for key in loads for each in [sources.seen(key)] if each is not None
    }
    together = None
    if ground is not None and may_share(client, request.sites):
        together = await _together(client, request, look, ground, held, known, seen)
        if (planned := await _as_a_whole(together, request.given)) is not None:
            every, whole = planned
            return await _fetched(client, request, look, every, whole, together)
    plans = await asyncio.to_thread(
        all_renewed,
        {key: site.load for key, site in loads.items()},
        held,
        known,
        request.now,
        sources.zone,
        client.room,
        seen=seen,
        # Of a planner that was not there what it knew is left, and no overview.
        is_restart=not isinstance(before, Overview),
    )
    if together is None and ground is not None:
        together = _apart(client, request, ground, held, known, seen)
    return await _fetched(client, request, look, plans, None, together)


async def _fetched(
    client: PlannerClient,
    request: FeedRequest[Planned, Site, Around],
    look: Look,
    plans: Mapping[str, LoadPlan | StorePlan],
    whole: Whole | None,
    together: Together | None,
) -> Fetched[Planned]:
    """Return plans with what they are worth and tell, and what they were made by."""
    of_loads = {key: each for key, each in plans.items() if isinstance(each, LoadPlan)}
    told = None
    if together is not None:
        told = await asyncio.to_thread(together.told, whole, of_loads)
    why = {} if told is None else told.why
    valued: dict[str, Planned] = {
        key: replace(plan, currency=client.currency, why=why.get(key))
        for key, plan in plans.items()
    }
    known = look.known
    inputs = None if together is None else together.inputs
    if inputs is not None:
        known = replace(known, home=inputs.kept)
    loads = (plan for plan in valued.values() if isinstance(plan, LoadPlan))
    overview = Overview(
        tuple(loads),
        known,
        whole,
        inputs,
        told,
        client.currency,
        tuple(site for site in request.sites if isinstance(site, LoadSite)),
        planned_use(
            client,
            {key: site.load for key, site in loads_of(request.sites).items()},
            plans,
            whole,
            request.now,
            request.given.sources.zone,
            is_base_known=client.is_base_told
            or (inputs is not None and whole is not None and bool(inputs.base.slots)),
        ),
        agenda=_agenda(request.sites, of_loads),
    )
    return Fetched({PLANNER_KEY: overview, **valued})


def _agenda(sites: Iterable[Site], plans: Mapping[str, LoadPlan]) -> Agenda:
    """Return what all loads have done and are to do."""
    return Agenda.of(
        replace(occasion, title=site.name)
        for site in sites
        if site.key in plans
        for occasion in plans[site.key].agenda()
    )


def _apart(
    client: PlannerClient,
    request: FeedRequest[Planned, Site, Around],
    ground: Horizon,
    held: Mapping[str, LoadPlan],
    known: Mapping[str, Horizon | None],
    seen: Mapping[str, Seen],
) -> Together:
    """Return loads that share nothing, of whose home nothing is read."""
    zone = request.given.sources.zone
    # What the home draws beside them changes nothing, and nobody asked for it.
    alone = replace(client, base_load=0.0, limit=None)
    return Together(
        devices=Devices(
            loads={key: site.load for key, site in loads_of(request.sites).items()},
            held=held,
            known=known,
            seen=seen,
            stores={},
        ),
        ground=HomeGround(client=alone, known=ground, zone=zone),
        now=request.now,
        zone=zone,
        is_restart=not isinstance(request.held.get(PLANNER_KEY), Overview),
    )


async def _together(
    client: PlannerClient,
    request: FeedRequest[Planned, Site, Around],
    look: Look,
    ground: Horizon,
    held: Mapping[str, LoadPlan],
    known: Mapping[str, Horizon | None],
    seen: Mapping[str, Seen],
) -> Together:
    """Return what is known of a home and of all that is planned in it."""
    around, before = request.given, request.held.get(PLANNER_KEY)
    home = HomeLook(client=client, around=around, sites=request.sites, now=request.now)
    inputs = before.inputs if isinstance(before, Overview) else None
    kept = _known(before).home
    if inputs is None:
        inputs = HomeInputs() if kept is None else HomeInputs.of(kept)
    inputs = await home.inputs(inputs, held)
    return Together(
        devices=Devices(
            loads={key: site.load for key, site in loads_of(request.sites).items()},
            held=held,
            known=known,
            seen=seen,
            stores=home.stores(),
            held_stores={
                key: plan
                for key, plan in request.held.items()
                if isinstance(plan, StorePlan)
            },
            set_by=home.set_by(),
        ),
        ground=await home.ground(ground, look.known, inputs, held),
        inputs=inputs,
        now=request.now,
        zone=around.sources.zone,
        is_restart=not isinstance(before, Overview),
    )


async def _as_a_whole(
    together: Together, around: Around
) -> tuple[dict[str, LoadPlan | StorePlan], Whole] | None:
    """Return the plans of a home whose devices meet, None where they do not."""
    home = await asyncio.to_thread(together.home)
    if home is None:
        return None
    solve = await around.solver() if is_shared(home) else None
    return await asyncio.to_thread(together.planned, home, solve)


def _known(planned: Planned | None) -> Known:
    """Return what was known with the last look."""
    if isinstance(planned, Overview):
        return planned.known
    return planned if isinstance(planned, Known) else Known()


async def _fetch_settings(
    client: PlannerClient, request: FeedRequest[Load]
) -> Fetched[Load]:
    """Return what the user has set of each load."""
    loads = loads_of(request.sites)
    return Fetched({key: site.load for key, site in loads.items()})


def _joined(held: Planned, fetched: Planned) -> Planned:
    """Return what was found, with what the user has ordered meanwhile."""
    if not isinstance(held, LoadPlan) or not isinstance(fetched, LoadPlan):
        return fetched
    if held.moved_at != fetched.moved_at:
        fetched = replace(
            fetched, moved=held.moved, moved_at=held.moved_at, is_moved_anew=True
        )
    if held.order is None or held.ordered == fetched.obeyed:
        return fetched
    return replace(fetched, order=held.order, ordered=held.ordered, before=held.before)


def _dump(planned: Planned) -> object:
    """Return a plan, or what is known, as plain data; an overview is made anew.

    So is what stores do: they have nothing to go on with.
    """
    if isinstance(planned, LoadPlan):
        return as_data(planned)
    if isinstance(planned, StorePlan):
        return None
    known = _known(planned)
    return known.as_data() if known.by_what or known.past else None


def _load(data: object, options: Mapping[str, object]) -> Planned:
    """Return a stored plan, or what was known."""
    is_known = isinstance(data, dict) and "by_what" in data
    return known_from(data) if is_known else from_data(data)


def load_plan(planned: Planned) -> LoadPlan | None:
    """Return the plan of a load, where it is one's."""
    return planned if isinstance(planned, LoadPlan) else None


def store_plan(planned: Planned) -> StorePlan | None:
    """Return the plan of a battery or a tank, where it is one's."""
    return planned if isinstance(planned, StorePlan) else None


def driven_by(planned: Planned | None) -> LoadPlan | None:
    """Return the plan by which a device is driven."""
    if isinstance(planned, StorePlan):
        return planned.load_plan
    return planned if isinstance(planned, LoadPlan) else None


def overview(planned: Planned) -> Overview | None:
    """Return the overview, where it is the planner's."""
    return planned if isinstance(planned, Overview) else None


def use_of(planned: Planned) -> PlannedUse | None:
    """Return what is planned for the place by whose caps a planner goes."""
    return planned.use if isinstance(planned, Overview) else None


def own_power(planned: Planned) -> OwnPower | None:
    """Return what a home has of its own, where it is planned as a whole."""
    if not isinstance(planned, Overview) or planned.whole is None:
        return None
    peaks = {} if planned.inputs is None else planned.inputs.peaks.days
    highest = ((day, max(means)) for day, means in peaks.items() if means)
    return OwnPower.of(planned.whole.home, planned.whole.schedule, highest)


SETTINGS: Final = Feed[PlannerClient, Load, LoadSite](
    key="settings",
    fetch=_fetch_settings,
    rhythm=Every(interval=_DAY),
    at=LoadSite,
)
PLANS: Final = Feed[PlannerClient, Planned, Site, Around](
    key="plans",
    fetch=_fetch_plans,
    needs=Around.of,
    rhythm=OnTheClock(step=_QUARTER),
    kinds={
        LoadPlan: load_plan,
        Overview: overview,
        PlannedUse: use_of,
        StorePlan: store_plan,
        OwnPower: own_power,
    },
    kept=Kept(dump=_dump, load=_load),
    joined=_joined,
)

FEEDS: Final = (
    SETTINGS,
    PLANS,
    DRIVING,
)
