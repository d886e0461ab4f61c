"""The simulated partner: users, what they own, and the programme."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from tests.sandbox.household import Household
from tests.sandbox.volue_wire import (
    COORDINATE,
    LOCATION_TYPE,
    RESOURCE_TYPE,
    Ask,
    Refused,
    closed,
    iso,
    many,
    maybe,
    paged,
    text,
)

type Row = dict[str, Any]

USER: Final = "3f0c1c52-8a3e-4c1e-9a58-2d0a5f6b7c01"
NEIGHBOUR: Final = "9c0d8f1e-2a4b-4c6d-8e0f-1a3b5c7d9e01"
LOCATION: Final = "7751a9de-5f5e-4a52-9f0e-1b2c3d4e5f60"
TANK: Final = "e5f6a7b8-0c1d-4e2f-8a3b-4c5d6e7f8091"
CHARGER: Final = "c4d5e6f7-1a2b-4c3d-9e4f-5a6b7c8d9e0f"
VEHICLE: Final = "d4e5f6a7-2b3c-4d5e-8f60-718293a4b5c6"
METER_POINT: Final = "707057500012345678"

_PLACED: Final = {
    "locationType": maybe(LOCATION_TYPE),
    "coordinates": maybe(COORDINATE),
    "meterPointId": maybe(text),
    "meterPointIds": maybe(many(text)),
}
_POST_USER: Final = closed({"userId": text})
_POST_LOCATION: Final = closed({"locationId": text}, _PLACED)
_POST_LOCATIONS: Final = closed(
    {"locations": many(closed({"locationId": text, "userId": text}, _PLACED))}
)
_PATCH_LOCATION: Final = closed(
    {}, {key: shape for key, shape in _PLACED.items() if key != "meterPointId"}
)
_RESOURCE: Final = {"resourceId": text, "resourceType": RESOURCE_TYPE}
_POST_VEHICLE: Final = closed(_RESOURCE)
_POST_RESOURCE: Final = closed(_RESOURCE, {"meterPointId": maybe(text)})


class VoluePartner:
    """What one partner has registered; the household is its first user."""

    def __init__(self, household: Household) -> None:
        """Register the household with a tank, a charger and a vehicle."""
        self.household = household
        self.users: list[str] = [USER, NEIGHBOUR]
        self.locations: dict[str, Row] = {}
        self.resources: dict[str, Row] = {}
        self.eligible: set[str] = {USER}
        self.enrolled: dict[str, str] = {
            USER: iso(household.now() - timedelta(days=90))
        }
        self.has_compensation = True
        self.legacy: list[tuple[str, Row]] = []
        self._add_location(
            USER, {"locationId": LOCATION, "meterPointIds": [METER_POINT]}
        )
        self._add(USER, VEHICLE, "Vehicle", None, None)
        self._add(USER, TANK, "HotWaterTank", LOCATION, METER_POINT)
        self._add(USER, CHARGER, "Charger", LOCATION, METER_POINT)

    # --- users

    def get_users(self, ask: Ask) -> object:
        """List users."""
        return paged(ask, "users", [{"userId": each} for each in self.users])

    def post_user(self, ask: Ask) -> object:
        """Register a user."""
        _POST_USER(ask.body, "")
        if ask.body["userId"] in self.users:
            raise Refused(400, "the user exists")
        self.users.append(ask.body["userId"])
        return ask.body

    def post_users(self, ask: Ask) -> object:
        """Register users."""
        closed({"users": many(_POST_USER)})(ask.body, "")
        for each in ask.body["users"]:
            if each["userId"] in self.users:
                raise Refused(400, "a user exists")
            self.users.append(each["userId"])
        return ask.body

    def user(self, ask: Ask) -> str:
        """Return the user that is meant."""
        user_id = ask.path["user_id"]
        if user_id not in self.users:
            raise Refused(404)
        return user_id

    def get_user(self, ask: Ask) -> object:
        """Return a user."""
        return {"userId": self.user(ask)}

    def delete_user(self, ask: Ask) -> None:
        """Remove a user with all that it owns."""
        user = self.user(ask)
        self.users.remove(user)
        for rows in (self.locations, self.resources):
            for key in [key for key, row in rows.items() if row["userId"] == user]:
                del rows[key]

    # --- locations

    def _add_location(self, user: str, given: Mapping[str, Any]) -> Row:
        points = given.get("meterPointIds") or []
        if single := given.get("meterPointId"):
            points = [single]
        row = {
            "locationId": given["locationId"],
            "locationType": given.get("locationType") or "Residential",
            "coordinates": given.get("coordinates"),
            "meterPointIds": points,
            "userId": user,
        }
        taken = {
            point
            for other in self.locations.values()
            if other["locationId"] != given["locationId"]
            for point in other["meterPointIds"]
        }
        if taken & set(points):
            raise Refused(409)
        self.locations[given["locationId"]] = row
        return row

    def get_locations(self, ask: Ask) -> object:
        """List a user's locations; of a user that is not there, none."""
        user = ask.path["user_id"]
        return [_shown(row) for row in self.locations.values() if row["userId"] == user]

    def post_location(self, ask: Ask) -> object:
        """Register a location."""
        _POST_LOCATION(ask.body, "")
        user = self.user(ask)
        if ask.body["locationId"] in self.locations:
            raise Refused(409)
        return _shown(self._add_location(user, ask.body))

    def post_locations(self, ask: Ask) -> object:
        """Register locations."""
        _POST_LOCATIONS(ask.body, "")
        rows = []
        for each in ask.body["locations"]:
            if each["userId"] not in self.users:
                raise Refused(400, "no such user")
            rows.append(_shown(self._add_location(each["userId"], each)))
        return {"locations": rows}

    def location(self, ask: Ask) -> Row:
        """Return the location that is meant."""
        row = self.locations.get(ask.path["location_id"])
        if row is None or row["userId"] != ask.path["user_id"]:
            raise Refused(404)
        return row

    def get_location(self, ask: Ask) -> object:
        """Return a location."""
        return _shown(self.location(ask))

    def put_location(self, ask: Ask) -> object:
        """Replace a location."""
        _POST_LOCATION(ask.body, "")
        row = self.location(ask)
        if ask.body["locationId"] != row["locationId"]:
            raise Refused(400, "the id is another's")
        return _shown(self._add_location(row["userId"], ask.body))

    def patch_location(self, ask: Ask) -> object:
        """Change a location."""
        _PATCH_LOCATION(ask.body, "")
        row = self.location(ask)
        given = {key: value for key, value in ask.body.items() if value is not None}
        return _shown(self._add_location(row["userId"], {**row, **given}))

    def delete_location(self, ask: Ask) -> None:
        """Remove a location with its resources."""
        place = self.location(ask)["locationId"]
        del self.locations[place]
        for key in [k for k, r in self.resources.items() if r["locationId"] == place]:
            del self.resources[key]

    # --- resources

    def _add(
        self,
        user: str,
        resource_id: str,
        kind: str,
        location: str | None,
        meter_point: str | None,
    ) -> Row:
        row = {
            "resourceId": resource_id,
            "resourceType": kind,
            "userId": user,
            "locationId": location,
            "meterPointId": meter_point,
        }
        self.resources[resource_id] = row
        return row

    def post_vehicle(self, ask: Ask) -> object:
        """Register a vehicle, or one of the older generation."""
        user = self.user(ask)
        if isinstance(ask.body, dict) and "vehicleId" in ask.body:
            closed({"vehicleId": text, "metadata": _free})(ask.body, "")
            self.legacy.append(("vehicle", ask.body))
            return self._add(user, ask.body["vehicleId"], "Vehicle", None, None)
        try:
            _POST_VEHICLE(ask.body, "")
        except Refused as err:
            raise Refused(400, err.message, field="resource") from None
        if ask.body["resourceType"] != "Vehicle":
            raise Refused(400, "not a vehicle", field="resourceType")
        if ask.body["resourceId"] in self.resources:
            raise Refused(400, "the resource exists", field="resourceId")
        return self._add(user, ask.body["resourceId"], "Vehicle", None, None)

    def get_resources(self, ask: Ask) -> object:
        """List a user's vehicles and resources."""
        user = self.user(ask)
        rows = [row for row in self.resources.values() if row["userId"] == user]
        return {"resources": rows}

    def get_location_resources(self, ask: Ask) -> object:
        """List what is at a location."""
        place = self.location(ask)["locationId"]
        return [row for row in self.resources.values() if row["locationId"] == place]

    def post_location_resource(self, ask: Ask) -> object:
        """Register something at a location."""
        _POST_RESOURCE(ask.body, "")
        try:
            place = self.location(ask)
        except Refused:
            raise Refused(404, "no such location") from None
        point = ask.body.get("meterPointId")
        if point is not None and point not in place["meterPointIds"]:
            raise Refused(400, "the meter point is not the location's")
        if ask.body["resourceId"] in self.resources:
            raise Refused(400, "the resource exists")
        return self._add(
            place["userId"],
            ask.body["resourceId"],
            ask.body["resourceType"],
            place["locationId"],
            point,
        )

    def get_resource(self, ask: Ask) -> object:
        """Return a resource by its id."""
        row = self.resources.get(ask.path["resource_id"])
        if row is None:
            raise Refused(404, "no such resource")
        return row

    def delete_resource(self, ask: Ask) -> None:
        """Remove a resource."""
        if self.resources.pop(ask.path["resource_id"], None) is None:
            raise Refused(404)

    def post_meter(self, ask: Ask) -> object:
        """Register a meter of the older generation."""
        self.user(ask)
        closed(
            {
                "meterPointId": text,
                "address": _free,
                "location": COORDINATE,
                "meterNumber": text,
                "locationType": LOCATION_TYPE,
            }
        )(ask.body, "")
        self.legacy.append(("meter", ask.body))
        return {"meterId": f"meter-{ask.body['meterPointId']}"}

    def post_resource(self, ask: Ask) -> object:
        """Register a resource of the older generation."""
        self.user(ask)
        closed({"resourceId": text, "metadata": _free})(ask.body, "")
        self.legacy.append(("resource", ask.body))
        return {"resourceId": ask.body["resourceId"]}

    # --- the programme

    def get_enrollment(self, ask: Ask) -> object:
        """Return whether a user takes part."""
        return self._enrollment(self.user(ask))

    def post_enrollment(self, ask: Ask) -> object:
        """Let a user take part."""
        user = self.user(ask)
        if user not in self.eligible:
            raise Refused(400, "the user is not eligible")
        self.enrolled.setdefault(user, iso(self.household.now()))
        return self._enrollment(user)

    def delete_enrollment(self, ask: Ask) -> None:
        """Let a user take part no longer."""
        if self.enrolled.pop(self.user(ask), None) is None:
            raise Refused(404)

    def _enrollment(self, user: str) -> object:
        since = self.enrolled.get(user)
        enrollment_id = "6d1f0a2e-0b3c-4d5e-8f60-718293a4b5c7"
        return {
            "isEnrolled": since is not None,
            "userId": user,
            "enrollmentId": enrollment_id if since else None,
            "enrollmentDate": since,
        }

    def get_eligibility(self, ask: Ask) -> object:
        """Return whether a user may take part."""
        user = self.user(ask)
        return {"userId": user, "isEligible": user in self.eligible}

    def get_eligible_users(self, ask: Ask) -> object:
        """List those who may take part."""
        users = [{"userId": each} for each in self.users if each in self.eligible]
        return paged(ask, "users", users)

    def get_meter_eligibility(self, ask: Ask) -> object:
        """Return whether a meter point may take part."""
        point = ask.path["meter_point_id"]
        may = any(
            point in row["meterPointIds"] and row["userId"] in self.eligible
            for row in self.locations.values()
        )
        return {"meterPointId": point, "isEligible": may}

    def get_compensation(self, ask: Ask) -> object:
        """Return what a user has earned this month."""
        user = self.user(ask)
        if not self.has_compensation:
            raise Refused(404)
        today = self.household.now().date()
        return {
            "userId": user,
            "period": {
                "from": today.replace(day=1).isoformat(),
                "to": today.isoformat(),
            },
            "locationCompensations": [
                {
                    "locationId": row["locationId"],
                    "meterPointIds": row["meterPointIds"],
                    "activeAmount": 12.75,
                    "blockedAmount": 1.5,
                    "currency": "NOK",
                    "problems": [
                        {
                            "problemType": "CompensationMpidDoesNotMatchLocation",
                            "message": "A meter point is not the location's.",
                        }
                    ],
                }
                for row in self.locations.values()
                if row["userId"] == user
            ],
        }


def _free(value: Any, where: str) -> None:
    """Take any object."""
    if not isinstance(value, dict):
        raise Refused(400, f"{where} is no object")


def _shown(row: Row) -> Row:
    """Return a location as answers have it."""
    return {**row, "meterPointId": next(iter(row["meterPointIds"]), None)}
