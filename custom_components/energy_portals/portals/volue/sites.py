"""What an account has: the user, its locations, vehicles and other resources.

The user sets locations and resources up beneath the account, and the portal's records
follow: what is added is created there by its form, what is removed is deleted here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from ..contract import Feed, FeedRequest, Fetched, Kept, Site, Subentry
from ..http.errors import AuthError, NotFound, PortalError
from ..model.plain import plain
from ..rhythms import Every
from .client import VolueClient
from .models import Coordinate, LocationToSend, ResourceToSend, ResourceType
from .reads import is_whole

USER: Final = "user"
LOCATION: Final = "location"
VEHICLE: Final = "vehicle"
RESOURCE: Final = "resource"


class CapPolicy(StrEnum):
    """What to tell the portal of a cap, without asking or after it."""

    ASK = "ask"
    ACKNOWLEDGE = "acknowledge"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSite(Site):
    """The user; `leaving` are records that are still to be deleted at the portal."""

    missing: bool = False
    leaving: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flexible(Site):
    """What events are about; `missing` at the portal it may have been removed.

    `energy` is the statistic whose kWh are reported, and `energy_since` when that was
    chosen; `policy` is what becomes of caps.
    """

    missing: bool = False
    energy: str | None = None
    energy_since: datetime | None = None
    policy: CapPolicy = CapPolicy.ASK


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationSite(Flexible):
    """A location with its meter points; latitude and longitude in degrees.

    `reports_plan` says that the portal is told what is planned for it.
    """

    location_id: str
    location_type: str = "Unknown"
    meter_points: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    reports_plan: bool = False

    def to_send(self) -> LocationToSend:
        """Return the location as it is registered."""
        place = None
        if self.latitude is not None and self.longitude is not None:
            place = Coordinate(latitude=self.latitude, longitude=self.longitude)
        return LocationToSend(
            location_id=self.location_id,
            location_type=self.location_type,
            coordinates=place,
            meter_point_ids=self.meter_points or None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSite(Flexible):
    """A vehicle, or something at a location."""

    resource_id: str
    resource_type: str
    location_id: str | None = None
    meter_point: str | None = None

    def to_send(self) -> ResourceToSend:
        """Return the resource as it is registered."""
        return ResourceToSend(
            resource_id=self.resource_id,
            resource_type=self.resource_type,
            meter_point_id=self.meter_point,
        )


def site_of(part: Subentry) -> Flexible | None:
    """Return what a part of the account stands for."""
    data = part.data
    policy = data.get("policy", CapPolicy.ASK)
    energy, since = data.get("energy"), data.get("energy_since")
    energy_since = None if since is None else datetime.fromisoformat(since)
    if part.type == LOCATION:
        location_id = data["location_id"]
        return LocationSite(
            key=f"{LOCATION}:{location_id}",
            name=part.title,
            model=data["location_type"],
            subentry=part.id,
            energy=energy,
            energy_since=energy_since,
            policy=CapPolicy(policy),
            location_id=location_id,
            location_type=data["location_type"],
            meter_points=tuple(data.get("meter_point_ids", ())),
            latitude=data.get("latitude"),
            longitude=data.get("longitude"),
            reports_plan=data.get("reports_plan", False),
        )
    if part.type in {VEHICLE, RESOURCE}:
        resource_id = data["resource_id"]
        return ResourceSite(
            key=f"{RESOURCE}:{resource_id}",
            name=part.title,
            model=data["resource_type"],
            subentry=part.id,
            energy=energy,
            energy_since=energy_since,
            policy=CapPolicy(policy),
            resource_id=resource_id,
            resource_type=data["resource_type"],
            location_id=data.get("location_id"),
            meter_point=data.get("meter_point_id"),
        )
    return None


def arranged(
    held: Mapping[str, Site], parts: tuple[Subentry, ...]
) -> Mapping[str, Site]:
    """Return the sites that the user has set up, and note what is to be deleted."""
    user = held.get(USER)
    if not isinstance(user, UserSite):
        return {}
    wanted = {site.key: site for part in parts if (site := site_of(part)) is not None}
    leaving = (*user.leaving, *(key for key in held if key != USER))
    sites: dict[str, Site] = {
        USER: replace(
            user, leaving=tuple(dict.fromkeys(k for k in leaving if k not in wanted))
        )
    }
    for key, site in wanted.items():
        before = held.get(key)
        is_missing = isinstance(before, Flexible) and before.missing
        sites[key] = replace(site, missing=is_missing)
    return sites


async def _fetch(
    client: VolueClient, request: FeedRequest[Site, Site, tuple[Subentry, ...]]
) -> Fetched[Site]:
    """Look whether the portal has what the user has set up; delete what is removed."""
    held = dict(request.held)
    held.setdefault(USER, UserSite(key=USER, name="Volue"))
    sites = dict(arranged(held, request.given))
    there = await records(client)
    problems: tuple[PortalError, ...] = ()
    if isinstance(user := sites[USER], UserSite):
        leaving, problems = await _deleted(client, user.leaving, there)
        is_missing = there.is_user_missing
        sites[USER] = replace(user, missing=is_missing, leaving=leaving)
    for key, site in sites.items():
        if isinstance(site, Flexible) and (key in there.keys or there.is_whole):
            sites[key] = replace(site, missing=key not in there.keys)
    return Fetched(sites, problems)


@dataclass(frozen=True, slots=True)
class _Records:
    """The keys of what the portal has of the user; more where that is not the whole."""

    keys: frozenset[str] = frozenset()
    is_whole: bool = True
    is_user_missing: bool = False


async def records(client: VolueClient) -> _Records:
    """Return what the portal has of the user."""
    try:
        await client.user()
        locations = await client.locations()
        resources = await client.resources()
    except NotFound:
        return _Records(is_user_missing=True)
    keys = {
        *(f"{LOCATION}:{each.location_id}" for each in locations),
        *(f"{RESOURCE}:{each.resource_id}" for each in resources),
    }
    return _Records(frozenset(keys), is_whole(locations) and is_whole(resources))


async def _deleted(
    client: VolueClient, leaving: Iterable[str], there: _Records
) -> tuple[tuple[str, ...], tuple[PortalError, ...]]:
    """Delete records, resources first; return those that could not be, and why."""
    left: list[str] = []
    problems: list[PortalError] = []
    for key in sorted(leaving, reverse=True):
        sort, _, record_id = key.partition(":")
        if key not in there.keys and there.is_whole:
            continue
        try:
            if sort == LOCATION:
                await client.delete_location(record_id)
            else:
                await client.delete_resource(record_id)
        except NotFound:
            continue
        except AuthError:
            raise
        except PortalError as err:
            problems.append(err)
            left.append(key)
    return tuple(left), tuple(problems)


async def create_again(client: VolueClient, site: Site) -> None:
    """Register what somebody else has removed."""
    match site:
        case UserSite():
            await client.create_user()
        case LocationSite():
            await client.create_location(site.to_send())
        case ResourceSite(resource_type=ResourceType.VEHICLE):
            await client.create_vehicle(site.to_send())
        case ResourceSite(location_id=str(location_id)):
            await client.create_resource(location_id, site.to_send())


# --- kept ---------------------------------------------------------------------------

_SORTS: Final[Mapping[str, type[Site]]] = {
    USER: UserSite,
    LOCATION: LocationSite,
    RESOURCE: ResourceSite,
}


def _load(data: object, options: Mapping[str, object]) -> Site:
    """Return what was dumped; ValueError for anything else."""
    sort = str(data.get("key", "")).partition(":")[0] if isinstance(data, dict) else ""
    if sort not in _SORTS:
        raise ValueError("not a kept site")
    return msgspec.convert(data, _SORTS[sort])


SITES: Final = Feed[VolueClient, Site, Site, tuple[Subentry, ...]](
    key="sites",
    fetch=_fetch,
    needs=lambda surroundings: surroundings.subentries,
    rhythm=Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30)),
    kept=Kept(dump=plain, load=_load),
)
