"""What is assumed of Digiwatt's numbers, and how far it holds."""

import pytest

from custom_components.energy_portals.portals.digiwatt.fields import (
    ASSUMED,
    WH,
    ZONE,
    Assumed,
)
from custom_components.energy_portals.portals.reading.body import Body
from custom_components.energy_portals.portals.reading.said import Position


@pytest.mark.parametrize(
    ("assumed", "watts"), [(ASSUMED, 1.5), (Assumed(power="kW"), 1500.0)]
)
def test_the_unit_of_power_holds_where_none_is_told(
    assumed: Assumed, watts: float
) -> None:
    place = Body("consumption_realtime", {"realtime": 1.5})
    assert place.measure(assumed.realtime) == watts
    told = Body("consumption_realtime", {"realtime": 1.5, "unit": "W"})
    assert told.measure(assumed.realtime) == 1.5


@pytest.mark.parametrize(
    ("assumed", "energy"), [(ASSUMED, 8.25), (Assumed(energy="kWh"), 8250.0)]
)
def test_the_unit_of_energy_holds_where_none_is_told(
    assumed: Assumed, energy: float
) -> None:
    assert Body("totals", {"total": 8.25}).measure(assumed.total) == energy
    told = Body("totals", {"total": 8.25, "unit": "kWh"})
    assert told.measure(assumed.total) == 8250.0


def test_energy_is_kept_in_wh() -> None:
    assert ASSUMED.total.kept == WH and ASSUMED.total.kept.converted(1, WH) == 1


@pytest.mark.parametrize(
    ("assumed", "share"), [(ASSUMED, 0.5), (Assumed(share="fraction"), 50.0)]
)
def test_shares(assumed: Assumed, share: float) -> None:
    assert Body("greenness", {"percentage": 0.5}).measure(assumed.green_share) == share


def test_what_a_time_stands_for() -> None:
    assert ASSUMED.times.position is Position.START
    assert Assumed(position=Position.END).times.position is Position.END
    assert ASSUMED.times.zone is ZONE and ASSUMED.times.apart
