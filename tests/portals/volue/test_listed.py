"""Records that the portal has of a user, as parts of the account."""

from msgspec.structs import replace

from custom_components.energy_portals.portals.volue.client import VolueClient
from custom_components.energy_portals.portals.volue.listed import (
    _resource,
    listed_records,
)
from custom_components.energy_portals.portals.volue.models import Resource
from tests.sandbox.volue_partner import LOCATION, TANK


async def test_locations_come_first(client: VolueClient) -> None:
    records = await listed_records(client)
    sorts = [each.type for each in records]
    assert sorts == sorted(sorts, key=lambda sort: sort != "location")
    by_key = {each.key: each for each in records}
    assert by_key[f"location:{LOCATION}"].data["location_id"] == LOCATION
    tank = by_key[f"resource:{TANK}"]
    assert tank.type == "resource"
    assert tank.data["location_id"] == LOCATION
    assert None not in tank.data.values()


def test_a_vehicle_at_a_location_is_a_resource() -> None:
    car = Resource(user_id="u", resource_id="1234567890", resource_type="Vehicle")
    assert (_resource(car).type, _resource(car).title) == (
        *("vehicle", "Vehicle 12345678"),
    )
    home = replace(car, location_id="l")
    assert _resource(home).type == "resource"
