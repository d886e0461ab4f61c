"""Usage plans: what planners have planned for a location, told when it is news."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from ..contract import Site
from ..model.planned_use import PlannedHour
from .event_log import EventLog
from .messages import LocationPlan
from .reports import points_of
from .sites import LocationSite

QUARTER: Final = timedelta(minutes=15)
# Planners look at the quarters of an hour, and take a moment.
_AFTER: Final = timedelta(minutes=1)
# Less than this is the same plan, kWh.
_SAME: Final = 0.1


def planned_places(sites: Iterable[Site]) -> tuple[LocationSite, ...]:
    """Return the locations whose plans the user has reported.

    One plan cannot stand for several meter points.
    """
    return tuple(
        site
        for site in sites
        if isinstance(site, LocationSite)
        and site.reports_plan
        and len(site.meter_points) == 1
    )


def is_news(log: EventLog, hours: tuple[PlannedHour, ...]) -> bool:
    """Say whether the portal was told otherwise of any hour, or nothing."""
    told: Mapping[datetime, PlannedHour] = {}
    if log.plan is not None:
        told = {hour.start: hour for hour in log.plan.hours}
    return any(
        (before := told.get(hour.start)) is None
        or abs(before.energy - hour.energy) >= _SAME
        or abs(before.movable - hour.movable) >= _SAME
        for hour in hours
    )


def is_allowed(log: EventLog, now: datetime) -> bool:
    """Say whether a location's next plan may go: there is one a quarter at most."""
    return log.plan is None or now >= log.plan.at + QUARTER


def next_look(now: datetime) -> datetime:
    """Return when planners have looked again."""
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    at = quarter + _AFTER
    return at if at > now else at + QUARTER


def plan_of(site: LocationSite, hours: tuple[PlannedHour, ...]) -> LocationPlan:
    """Return the report of what a location is planned to use."""
    return LocationPlan(
        location_id=site.location_id,
        meter_point_id=site.meter_points[0],
        baseline=tuple(points_of({hour.start: hour.energy for hour in hours})),
        flexibility=tuple(points_of({hour.start: hour.movable for hour in hours})),
    )
