"""What the portal leaves out is none of it."""

import msgspec

from custom_components.energy_portals.portals.volue.models import (
    Compensation,
    Location,
    LocationChanges,
)


def test_lists_that_are_left_out_are_empty() -> None:
    location = msgspec.json.decode(b'{"locationId": "l"}', type=Location)
    assert location.meter_points == ()
    earned = msgspec.json.decode(
        b'{"period": {"from": "2026-10-01"}}', type=Compensation
    )
    assert earned.locations == ()
    assert earned.period.to is None


def test_what_does_not_change_is_not_sent() -> None:
    assert msgspec.json.encode(LocationChanges()) == b"{}"
