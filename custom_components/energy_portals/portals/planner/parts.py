"""What a user has set up beneath a planner, as its devices."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, Site, Subentry
from ..rhythms import Every
from .bindings import binding_of
from .client import PlannerClient
from .needs import asks_of
from .sites import BATTERY, PLANNER_KEY, TANK, LoadSite, PlannerSite, load_of
from .stores import battery_of, tank_of

_DAY: Final = timedelta(days=1)


def _site_of(part: Subentry) -> LoadSite:
    """Return the load that a part is, or the store."""
    if part.type == BATTERY:
        return battery_of(part)
    if part.type == TANK:
        return tank_of(part)
    binding = binding_of(part.data)
    is_car = part.data.get("soc") is not None
    return LoadSite(
        key=part.id,
        name=part.title,
        model="Electric vehicle" if is_car else "Flexible load",
        subentry=part.id,
        moves=() if binding is None else binding.moved,
        load=load_of(part.data),
        calendar=part.data.get("calendar"),
        binding=binding,
        asks=asks_of(part.data),
    )


def arranged(
    held: Mapping[str, Site], parts: tuple[Subentry, ...]
) -> Mapping[str, Site]:
    """Return the planner with the loads that the user has set up."""
    loads = map(_site_of, parts)
    planner = PlannerSite(key=PLANNER_KEY, name="Planner", model="Planner")
    return {PLANNER_KEY: planner, **{site.key: site for site in loads}}


async def _fetch(
    client: PlannerClient, request: FeedRequest[Site, Site, tuple[Subentry, ...]]
) -> Fetched[Site]:
    """Return what the user has set up, which needs no call."""
    return Fetched(arranged(request.held, request.given))


SITES: Final = Feed[PlannerClient, Site, Site, tuple[Subentry, ...]](
    key="sites",
    fetch=_fetch,
    needs=lambda surroundings: surroundings.subentries,
    rhythm=Every(interval=_DAY),
)
