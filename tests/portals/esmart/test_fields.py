"""What is assumed of eSmart's numbers, and beyond what they cannot be true."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.esmart import fields
from custom_components.energy_portals.portals.esmart.models import Resolution
from custom_components.energy_portals.portals.reading.body import Body
from custom_components.energy_portals.portals.reading.quantities import Field


def read(field: Field, **members: Any) -> float | None:
    """Return what is read of an object."""
    return Body("op", members).measure(field)


@pytest.mark.parametrize(("usual", "watts"), [("kW", 2500.0), ("W", 2.5), (" w ", 2.5)])
def test_the_unit_of_live_power(usual: str, watts: float) -> None:
    assert read(fields.live_power(usual), Value=2.5) == watts
    assert read(fields.live_power(usual), Value=2.5, Unit="kW") == 2500.0
    assert read(fields.live_power(usual), Value=1338, Unit="W") == 1338.0


def test_live_power_that_no_fuse_lets_through() -> None:
    assert read(fields.live_power("kW"), Value=1338) is None
    assert read(fields.live_power("horses"), Value=1) is None


@pytest.mark.parametrize("resolution", Resolution)
def test_energy_that_no_connection_carries(resolution: Resolution) -> None:
    assert read(fields.energy(resolution), Value=1.5) == 1.5
    assert read(fields.energy(resolution), Value=1e12) is None


@pytest.mark.parametrize(
    ("members", "price"),
    [
        ({"Value": 0.9}, 0.9),
        ({"HourPrice": 0.9, "Consumption": 1.4}, 0.9),
        ({"Value": 90, "Unit": "øre/kWh"}, 0.9),
        ({"Value": 900, "EnergyUnit": "MWh"}, 0.9),
        ({"NOK_per_kWh": 0.9}, 0.9),
        ({"Value": 0.9, "Currency": "EUR"}, None),
        ({"Value": 0.9, "Unit": "kWh"}, None),
        ({"Value": 1e3}, None),
    ],
)
def test_prices(members: dict[str, Any], price: float | None) -> None:
    found = read(fields.prices("NOK/kWh"), **members)
    assert found == (None if price is None else pytest.approx(price))


def test_the_length_of_a_point_that_stands_alone() -> None:
    lengths = {each: fields.longest(each) for each in Resolution}
    assert [each for each in lengths if lengths[each]] == [Resolution.HOUR]
