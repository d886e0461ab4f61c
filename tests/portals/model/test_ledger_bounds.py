"""What an hour of each kind is below."""

import math

import pytest

from custom_components.energy_portals.portals.model.ledger_bounds import highest_hour


@pytest.mark.parametrize(
    ("unit", "highest"),
    [
        ("kWh", 1000),
        ("m³", 120),
        ("EUR", 10_000),
        ("NOK", 120_000),
        ("HUF", 5_000_000),
    ],
)
def test_an_hour_of_a_home(unit: str, highest: float) -> None:
    assert highest_hour(unit) == pytest.approx(highest)


@pytest.mark.parametrize(
    ("power", "highest"),
    [
        (None, 1000),
        (5, 1000),
        (-5, 1000),
        (1500, 1500),
        (1e9, 100_000),
        (math.inf, 1000),
        (math.nan, 1000),
    ],
)
def test_who_may_draw_more_has_higher_bounds(
    power: float | None, highest: float
) -> None:
    assert highest_hour("kWh", power) == highest
    assert highest_hour("EUR", power) == 10 * highest
