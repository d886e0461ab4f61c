"""Reports of energy: which hours an event asks for, of what, and by when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ..contract import Site
from ..model.periods import midnight
from .event_log import EventLog
from .event_state import Answer, EventState, EventStateKey
from .events import zone_of
from .messages import EnergyPoint, EnergyUsage, LocationEnergyUsage, ReportPayload
from .models import EventType
from .sites import Flexible, LocationSite, ResourceSite

HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
# Statistics of an hour are there shortly after it.
SETTLED: Final = timedelta(seconds=90)
# So long before the deadline, what there is goes without what is missing.
LAST_CALL: Final = timedelta(hours=2)
# So long after it the portal may still be asked to take what could not go in time.
GRACE: Final = timedelta(hours=6)
_REPORTED: Final = frozenset(
    {EventType.PRICE_CURVE, EventType.LOCATION_CAP, EventType.RESOURCE_CAP}
)


@dataclass(frozen=True, slots=True)
class Owed:
    """An event of a site whose energy is to be reported."""

    site: Flexible
    state: EventState

    @property
    def key(self) -> tuple[str, EventStateKey]:
        """Return what names the event state among all logs."""
        return self.site.key, self.state.key

    @property
    def hours(self) -> tuple[datetime, ...]:
        """Return the starts of the hours that the event is about, UTC."""
        return tuple(_hours(self.state))

    @property
    def open_hours(self) -> tuple[datetime, ...]:
        """Return those that are not reported."""
        return tuple(h for h in self.hours if h not in self.state.reported)

    @property
    def deadline(self) -> datetime:
        """Return the moment before which a report counts.

        The day after the event's, and no later than the end of its month.
        """
        zone = zone_of(self.state.part.area)
        last = (self.state.end - datetime.resolution).astimezone(zone).date()
        following = (last.replace(day=1) + 31 * _DAY).replace(day=1)
        return midnight(min(last + 2 * _DAY, following), zone)

    def missed(self, now: datetime) -> tuple[datetime, ...]:
        """Return the hours that could have been reported in time and were not.

        The last hour of a month ends as its time is up.
        """
        if now < self.deadline or self.state.closed:
            return ()
        limit = self.deadline - HOUR
        return tuple(hour for hour in self.open_hours if hour + HOUR <= limit)

    def payload(self, energy: Mapping[datetime, float]) -> ReportPayload:
        """Return the report of these hours."""
        part = self.state.part
        return usage_of(
            self.site,
            tuple(points_of(energy)),
            location_id=part.location_id,
            meter_point_id=part.meter_point_id,
        )


def usage_of(
    site: Flexible,
    points: tuple[EnergyPoint, ...],
    *,
    location_id: str | None = None,
    meter_point_id: str | None = None,
) -> EnergyUsage | LocationEnergyUsage:
    """Return the report of what a site has used, with what an event says of it."""
    if isinstance(site, LocationSite):
        return LocationEnergyUsage(
            location_id=site.location_id,
            meter_point_id=meter_point_id or site.meter_points[0],
            points=points,
        )
    assert isinstance(site, ResourceSite)  # noqa: S101  # there is no third sort
    return EnergyUsage(
        resource_id=site.resource_id,
        location_id=site.location_id or location_id,
        meter_point_id=meter_point_id or site.meter_point,
        points=points,
    )


def points_of(energy: Mapping[datetime, float]) -> Iterator[EnergyPoint]:
    """Yield hours as the portal wants them: UTC, to the millisecond, kWh."""
    for hour, kwh in sorted(energy.items()):
        stamp = hour.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        yield EnergyPoint(timestamp=stamp, kilo_watt_hours=kwh)


def _hours(state: EventState) -> Iterator[datetime]:
    """Yield the hours that share time with an event, each once."""
    seen: set[datetime] = set()
    for start, end in state.spans:
        hour = start.replace(minute=0, second=0, microsecond=0)
        while hour < end:
            if hour not in seen:
                seen.add(hour)
                yield hour
            hour += HOUR


def unreported(log: EventLog, now: datetime) -> int | None:
    """Return how many hours of a site's events are over and not reported.

    None where it could not be read which hours an event is about.
    """
    about = [state for state in log.records if _is_reported(state)]
    if any(state.part.lost and not state.closed for state in about):
        return None
    return sum(
        hour + HOUR <= now and hour not in state.reported
        for state in about
        for hour in _hours(state)
    )


def _is_reported(state: EventState) -> bool:
    """Say whether energy is reported of an event: of a declined cap it is not."""
    return state.kind in _REPORTED and state.answer is not Answer.DECLINED


def owed(logs: Mapping[str, EventLog], sites: Iterable[Site]) -> Iterator[Owed]:
    """Yield what is to be reported of the sites whose energy is measured."""
    for site in sites:
        if isinstance(site, Flexible) and site.energy is not None:
            yield from owed_at(site, logs.get(site.key, EventLog()))


def owed_at(site: Flexible, log: EventLog) -> Iterator[Owed]:
    """Yield what is to be reported of one site.

    Of a cap that the user does not keep, nothing is, and neither is what was late
    before there was a statistic. One statistic cannot stand for several meter points.
    """
    if isinstance(site, LocationSite) and len(site.meter_points) != 1:
        return
    since = site.energy_since
    for state in log.records:
        if _is_reported(state):
            each = Owed(site, state)
            is_too_old = since is not None and each.deadline <= since
            if each.open_hours and not state.closed and not is_too_old:
                yield each
