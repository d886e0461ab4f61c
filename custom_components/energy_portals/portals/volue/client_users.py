"""Users, their locations and resources, and the programme they take part in.

Source: the parts User, User Locations, User Resources and User Spark Program of the
portal's OpenAPI document "Partner Endpoints" v1; of the older generation, the
quickstart page.
"""

from .client_calls import VolueCalls
from .models import (
    Compensation,
    Eligibility,
    Enrollment,
    LegacyMeter,
    LegacyResource,
    LegacyVehicle,
    Location,
    LocationChanges,
    LocationToSend,
    MeterEligibility,
    Resource,
    ResourceToSend,
    User,
)
from .payloads import compensation
from .reads import Listed, Reading, rows_of


class UserCalls(VolueCalls):
    """Operations on users and what they own; ids are the partner's own.

    Lists leave out the rows that cannot be read, and then say that they are not whole.
    """

    async def users(self) -> Listed[User]:
        """Return all users of the partner."""
        return await self._all_pages("users", "users", rows_of(User))

    async def create_user(self) -> None:
        """Register the user; Rejected where the portal does not take the id."""
        await self._do("user_create", json=User(user_id=self.user_id))

    async def user(self) -> User:
        """Return the user; NotFound where it is not registered."""
        return await self._read("user", User, user_id=self.user_id)

    async def delete_user(self) -> None:
        """Remove the user and what it owns at the portal."""
        await self._do("user_delete", user_id=self.user_id)

    async def locations(self) -> Listed[Location]:
        """Return the user's locations."""
        return await self._listed(
            "locations", "locations", rows_of(Location), user_id=self.user_id
        )

    async def location(self, location_id: str) -> Location:
        """Return one location."""
        return await self._read(
            "location", Location, user_id=self.user_id, location_id=location_id
        )

    async def create_location(self, location: LocationToSend) -> None:
        """Register a location; Rejected for an id or a meter point that is taken."""
        await self._do("location_create", json=location, user_id=self.user_id)

    async def replace_location(self, location: LocationToSend) -> None:
        """Replace all that the portal has of a location."""
        await self._do(
            "location_replace",
            json=location,
            user_id=self.user_id,
            location_id=location.location_id,
        )

    async def change_location(self, location_id: str, changes: LocationChanges) -> None:
        """Change some of what the portal has of a location."""
        await self._do(
            "location_change",
            json=changes,
            user_id=self.user_id,
            location_id=location_id,
        )

    async def delete_location(self, location_id: str) -> None:
        """Remove a location."""
        await self._do("location_delete", user_id=self.user_id, location_id=location_id)

    async def resources(self) -> Listed[Resource]:
        """Return the user's vehicles, and what is at its locations."""
        return await self._listed(
            "resources", "resources", rows_of(Resource), user_id=self.user_id
        )

    async def resource(self, resource_id: str) -> Resource:
        """Return one vehicle or resource, whoever owns it."""
        return await self._read("resource", Resource, resource_id=resource_id)

    async def create_vehicle(self, vehicle: ResourceToSend) -> None:
        """Register a vehicle."""
        await self._do("vehicle_create", json=vehicle, user_id=self.user_id)

    async def create_resource(self, location_id: str, resource: ResourceToSend) -> None:
        """Register something at a location."""
        await self._do(
            "location_resource_create",
            json=resource,
            user_id=self.user_id,
            location_id=location_id,
        )

    async def delete_resource(self, resource_id: str) -> None:
        """Remove a vehicle or resource."""
        await self._do("resource_delete", resource_id=resource_id)

    # The programme

    async def enrollment(self) -> Enrollment:
        """Return whether the user takes part."""
        return await self._read_by("enrollment", _enrollment, user_id=self.user_id)

    async def enroll(self) -> Enrollment:
        """Let the user take part."""
        return await self._read("enrollment_create", Enrollment, user_id=self.user_id)

    async def leave(self) -> None:
        """Let the user take part no longer."""
        await self._do("enrollment_delete", user_id=self.user_id)

    async def eligibility(self) -> Eligibility:
        """Return whether the user may take part."""
        return await self._read("eligibility", Eligibility, user_id=self.user_id)

    async def meter_eligibility(self, meter_point_id: str) -> MeterEligibility:
        """Return whether a meter point may take part."""
        return await self._read(
            "meter_eligibility", MeterEligibility, meter_point_id=meter_point_id
        )

    async def compensation(self) -> Compensation:
        """Return what the user has earned in the running month, by location."""
        return await self._read_by("compensation", compensation, user_id=self.user_id)

    # The older generation of the portal's quickstart

    async def create_legacy_meter(self, meter: LegacyMeter) -> None:
        """Register a power meter as the quickstart does."""
        await self._do("legacy_meter_create", json=meter, user_id=self.user_id)

    async def create_legacy_resource(self, resource: LegacyResource) -> None:
        """Register a resource with free metadata as the quickstart does."""
        await self._do("legacy_resource_create", json=resource, user_id=self.user_id)

    async def create_legacy_vehicle(self, vehicle: LegacyVehicle) -> None:
        """Register a vehicle with free metadata as the quickstart does."""
        await self._do("vehicle_create", json=vehicle, user_id=self.user_id)


def _enrollment(reading: Reading, body: object) -> Enrollment:
    """Read whether a user takes part, and count where that is not told."""
    enrollment = reading.one(body, Enrollment)
    if enrollment.is_enrolled is None:
        reading.refuse("isEnrolled")
    return enrollment
