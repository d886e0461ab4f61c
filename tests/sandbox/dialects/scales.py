"""Units of each quantity, and what numbers are in them."""

from dataclasses import dataclass

from tests.sandbox.dialects.shapes import Field


@dataclass(frozen=True)
class Unit:
    """A unit: `a` of it make one of the base; `key` is how keys end in it."""

    text: str
    kind: str
    a: float = 1
    b: float = 0
    key: str = ""

    @property
    def hump(self) -> str:
        """Return how it ends a name in humps: KWh."""
        return (
            self.key[:-1].upper() + "h" if self.key.endswith("wh") else self.key.upper()
        )

    def from_other(self, value: float, unit: Unit) -> float:
        """Return a number of another unit in this one."""
        base = (value - unit.b) / unit.a
        return round(base * self.a + self.b, 9)


_UNITS = (
    Unit("kWh", "energy", 1, key="kwh"),
    Unit("Wh", "energy", 1000, key="wh"),
    Unit("MWh", "energy", 0.001, key="mwh"),
    Unit("kW", "power", 1, key="kw"),
    Unit("W", "power", 1000, key="w"),
    Unit("MW", "power", 0.001, key="mw"),
    Unit("NOK/kWh", "price NOK", 1),
    Unit("øre/kWh", "price NOK", 100),
    Unit("NOK/MWh", "price NOK", 1000),
    Unit("EUR/kWh", "price EUR", 1),
    Unit("ct/kWh", "price EUR", 100),
    Unit("EUR/MWh", "price EUR", 1000),
    Unit("NOK", "money NOK", 1, key="nok"),
    Unit("øre", "money NOK", 100, key="ore"),
    Unit("EUR", "money EUR", 1, key="eur"),
    Unit("cent", "money EUR", 100, key="cent"),
    Unit("%", "share", 1, key="percent"),
    Unit("fraction", "share", 0.01, key="fraction"),
    Unit("°C", "temperature", 1, key="celsius"),
    Unit("°F", "temperature", 1.8, 32, key="fahrenheit"),
    Unit("K", "temperature", 1, 273.15, key="kelvin"),
)
# What numbers of a quantity surely are not.
_ALIENS = {
    "energy": Unit("kW", "power", key="kw"),
    "power": Unit("kWh", "energy", key="kwh"),
    "price": Unit("kWh", "energy", key="kwh"),
    "money": Unit("kWh", "energy", key="kwh"),
    "share": Unit("kWh", "energy", key="kwh"),
    "temperature": Unit("%", "share", key="percent"),
}


def unit_of(field: Field) -> Unit:
    """Return the unit of a field's true numbers."""
    return next(
        unit
        for unit in _UNITS
        if unit.text == field.unit and unit.kind.split()[0] == field.kind
    )


def others(unit: Unit) -> list[Unit]:
    """Return the other units of a quantity."""
    return [each for each in _UNITS if each.kind == unit.kind and each != unit]


def other(unit: Unit) -> Unit:
    """Return the first of the others."""
    return others(unit)[0]


def alien(unit: Unit) -> Unit:
    """Return a unit of another quantity."""
    return _ALIENS[unit.kind.split()[0]]
