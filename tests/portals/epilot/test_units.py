"""Units: of a thousand, a million, of energy or of power."""

import pytest

from custom_components.energy_portals.portals.epilot.units import Unit, unit_of


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("kWh", Unit("kWh", 1)),
        ("KWH", Unit("kWh", 1)),
        (" wh ", Unit("kWh", 0.001)),
        ("MWh", Unit("kWh", 1000)),
        ("kW", Unit("W", 1000, is_power=True)),
        ("w", Unit("W", 1, is_power=True)),
        ("MW", Unit("W", 1_000_000, is_power=True)),
        ("m³", Unit("m³", 1)),
        ("cubic-meter", Unit("m³", 1)),
        # A thousandth of it, or a million times as much: nobody knows.
        ("mwh", None),
        ("mW", None),
        ("kvarh", None),
        ("", None),
        (None, None),
    ],
)
def test_units(text: str | None, unit: Unit | None) -> None:
    assert unit_of(text) == unit
