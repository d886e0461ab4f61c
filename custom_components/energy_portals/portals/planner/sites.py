"""A planner's devices: itself, and the flexible loads that the user has set up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from ..contract import AccountData, Feed, FeedRequest, Fetched, Site, Subentry
from ..demands import demand_of
from ..http.errors import InvalidInput
from ..model.loads import Load
from ..model.tariff import WEEKDAYS
from ..rhythms import Every
from .client import PlannerClient

LOAD: Final = "load"
PLANNER_KEY: Final = "planner"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerSite(Site):
    """The planner as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSite(Site):
    """A flexible load; `calendar` is the entity whose events it keeps clear of."""

    load: Load
    calendar: str | None = None


def load_of(data: AccountData) -> Load:
    """Return the load that a part's data means.

    Raises InvalidInput where nothing could run by it.
    """
    days = frozenset(map(WEEKDAYS.index, data["days"]))
    if not days:
        raise InvalidInput("no_days")
    begin, end = (time.fromisoformat(data[key]) for key in ("begin", "end"))
    demand = demand_of(data)
    length = timedelta(hours=end.hour - begin.hour, minutes=end.minute - begin.minute)
    if demand.shortest > (length % _DAY or _DAY):
        raise InvalidInput("window_too_short")
    return Load(
        demand=demand,
        begin=begin,
        end=end,
        days=days,
        takes_part=data.get("takes_part", True),
    )


def arranged(
    held: Mapping[str, Site], parts: tuple[Subentry, ...]
) -> Mapping[str, Site]:
    """Return the planner with the loads that the user has set up."""
    loads = (
        LoadSite(
            key=part.id,
            name=part.title,
            model="Flexible load",
            subentry=part.id,
            load=load_of(part.data),
            calendar=part.data.get("calendar"),
        )
        for part in parts
    )
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
