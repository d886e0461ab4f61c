"""Records that the portal has of a user, as parts of the account."""

from msgspec.structs import replace
import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.volue.client import VolueClient
from custom_components.energy_portals.portals.volue.listed import (
    _resource,
    listed_records,
)
from custom_components.energy_portals.portals.volue.models import Resource
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
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
    told = _resource(car)
    assert (told.type, told.kind, told.code) == ("vehicle", "Vehicle", "12345678")
    home = replace(car, location_id="l")
    assert _resource(home).type == "resource"


async def test_records_that_cannot_be_read_are_not_none(
    client: VolueClient, volue: VolueSandbox
) -> None:
    """Else whoever sets an account up would be told to make new ones."""
    for operation in ("locations", "resources"):
        fault = Fault(kind="spoilt", how="types_objects", times=None)
        volue.fail(operation, fault)
    with pytest.raises(UnexpectedResponse):
        await listed_records(client)
    volue.heal()
    assert await listed_records(client)
