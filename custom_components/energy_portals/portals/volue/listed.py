"""Records that the portal has of a user, as parts of the account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..http.errors import UnexpectedResponse
from .client import VolueClient
from .models import Location, Resource, ResourceType
from .sites import LOCATION, RESOURCE, VEHICLE

# An id of the partner's own is long; its beginning tells records apart.
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRecord:
    """A record of the portal's: the part of the account that it would be.

    The portal has no names, but says what it is: `kind` is the type of a location or
    resource. `code` tells it from others of its kind.
    """

    key: str
    type: str
    kind: str
    code: str
    data: Mapping[str, object]


async def listed_records(client: VolueClient) -> tuple[ListedRecord, ...]:
    """Return all records of the user, locations first.

    UnexpectedResponse where there are some, and none can be read.
    """
    locations = await client.locations()
    resources = await client.resources()
    if not (locations or resources) and (locations.lost or resources.lost):
        raise UnexpectedResponse("locations", "no record can be read")
    return (*map(_location, locations), *map(_resource, resources))


def _location(location: Location) -> ListedRecord:
    """Return a location as a part of the account."""
    data: dict[str, object] = {
        "location_id": location.location_id,
        "location_type": location.location_type or "Unknown",
        "meter_point_ids": list(location.meter_points),
    }
    if location.coordinates is not None:
        data["latitude"] = location.coordinates.latitude
        data["longitude"] = location.coordinates.longitude
    return ListedRecord(
        key=f"{LOCATION}:{location.location_id}",
        type=LOCATION,
        kind=location.location_type or "Unknown",
        code=location.location_id[:_SHOWN],
        data=data,
    )


def _resource(resource: Resource) -> ListedRecord:
    """Return a vehicle or resource as a part of the account."""
    is_vehicle = resource.resource_type == ResourceType.VEHICLE
    data = {
        "resource_id": resource.resource_id,
        "resource_type": resource.resource_type,
        "location_id": resource.location_id,
        "meter_point_id": resource.meter_point_id,
    }
    return ListedRecord(
        key=f"{RESOURCE}:{resource.resource_id}",
        type=VEHICLE if is_vehicle and resource.location_id is None else RESOURCE,
        kind=resource.resource_type,
        code=resource.resource_id[:_SHOWN],
        data={key: value for key, value in data.items() if value is not None},
    )
