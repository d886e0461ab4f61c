"""What one object of an answer says of its numbers, wherever it says it.

A unit may stand in a number's text, in its key, beside it, in an object around value
and unit, or above the whole list; so may a currency, a multiplier, minor units. What
could say such a thing and is not understood makes the number unknown.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Final

from .amounts import (
    AREA,
    COUNT,
    ENERGY,
    MONEY,
    POWER,
    TEMPERATURE,
    Notation,
    Quantity,
    Refused,
    Spelt,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number's name without case and signs; `unit` is what its key ends in."""

    base: str
    quantity: Quantity
    unit: str = ""


NUMBERS: Final[Mapping[str, Number]] = {
    "projectValue": Number("projectvalue", MONEY),
    "numberOfResidents": Number("numberofresidents", COUNT),
    "numberOfFloors": Number("numberoffloors", COUNT),
    "heatedLivingAreaM2": Number("heatedlivingarea", AREA, "m2"),
    "averageEnergyConsumptionLast3Years": Number(
        "averageenergyconsumptionlast3years", ENERGY
    ),
    "yearlyEnergyConsumption": Number("yearlyenergyconsumption", ENERGY),
    "buildingHeatLoadKw": Number("buildingheatload", POWER, "kw"),
    "consumptionBasedHeatload": Number("consumptionbasedheatload", POWER),
    "avgHeatload": Number("avgheatload", POWER),
    "heatPumpStandardOutputKw": Number("heatpumpstandardoutput", POWER, "kw"),
    "bivalencePoint": Number("bivalencepoint", TEMPERATURE),
    "flowTemperature": Number("flowtemperature", TEMPERATURE),
    "returnTemperature": Number("returntemperature", TEMPERATURE),
    "temperature": Number("temperature", TEMPERATURE),
}
_BASES: Final = tuple(number.base for number in NUMBERS.values())
_VALUES: Final = ("value", "amount", "number", "wert", "betrag")

_UNITS: Final = frozenset(
    {
        *("unit", "units", "uom", "unittype", "valueunit", "unitofmeasurement"),
        *("unitofmeasure", "measurementunit", "unitcode", "unitname", "unitsymbol"),
        *("unitlabel", "einheit", "measure"),
    }
)
_CURRENCIES: Final = frozenset(
    {
        *("currency", "currencycode", "currencyunit", "currencysymbol"),
        *("currencyiso", "isocurrency", "waehrung", "währung"),
    }
)
_MULTIPLIERS: Final = frozenset({"multiplier", "factor"})
_MINOR: Final = frozenset(
    {
        *("minor", "isminor", "minorunit", "minorunits", "inminorunits", "inminorunit"),
        *("isminorunit", "isinminorunits", "incents", "isincents", "iscents", "cents"),
    }
)
# Whether they shift a number or only say how it is shown, nobody can tell.
_SHIFTS: Final = frozenset(
    {
        *("decimals", "decimalplaces", "fractiondigits", "scale", "exponent", "digits"),
        *("poweroften", "poweroftenmultiplier", "precision", "magnitude", "unitscale"),
        *("unitsystem", "measurementsystem", "unitprefix"),
    }
)
_DOUBTS: Final = frozenset(
    {
        *("quality", "dataquality", "validity", "estimated", "isestimated", "missing"),
        *("preliminary", "ispreliminary", "forecast", "isforecast", "ismissing"),
        *("error", "errormessage", "invalid", "isinvalid"),
    }
)
_TRUE: Final = frozenset({"valid", "isvalid", "hasvalue"})
_FINE: Final = frozenset(
    {"ok", "good", "valid", "measured", "final", "actual", "metric", "si"}
)
STATEMENTS: Final = (
    _UNITS | _CURRENCIES | _MULTIPLIERS | _MINOR | _SHIFTS | _DOUBTS | _TRUE
)


def folded(name: str) -> str:
    """Return a name without case and signs."""
    return "".join(filter(str.isalnum, name)).casefold()


def is_number(name: str) -> bool:
    """Say whether a folded name begins like a number's."""
    return name.startswith(_BASES)


class Place:
    """An object's members by folded name, and what stands above it.

    `votes` are the notations that texts of its body show.
    """

    def __init__(
        self,
        members: Mapping[str, object],
        above: Sequence[Mapping[str, object]] = (),
        votes: Collection[Notation] = (),
    ) -> None:
        """Stand at an object; a name may be spelt in more than one way."""
        self.members: dict[str, list[object]] = {}
        for name, value in members.items():
            self.members.setdefault(folded(name), []).append(value)
        self.above = above
        self.votes = votes

    def only(self, name: str) -> object:
        """Return the member of a name; Refused where two spellings of it differ."""
        values = [
            each for each in self.members.get(folded(name), ()) if each is not None
        ]
        if any(each != values[0] for each in values):
            raise Refused
        return values[0] if values else None

    def number(self, number: Number) -> float | None:
        """Return a number in its quantity's unit, None where there is none."""
        numbers = [
            self._number(number, value, units)
            for value, units in self._candidates(number)
        ]
        if any(not isclose(each, numbers[0], rel_tol=1e-9) for each in numbers):
            raise Refused
        return numbers[0] if numbers else None

    def _candidates(self, number: Number) -> Iterator[tuple[object, list[str]]]:
        """Yield what a number may be read from, and the units that keys tell of it."""
        for name, values in self.members.items():
            if not name.startswith(number.base):
                continue
            rest = name[len(number.base) :]
            unit = number.quantity.in_keys.get(rest)
            for value in values:
                if value is None or (rest and isinstance(value, bool)):
                    continue
                if rest in {"", number.unit} or unit is not None:
                    yield value, [unit] if rest and unit is not None else []

    def _number(self, number: Number, value: object, units: list[str]) -> float:
        """Return a number that is a number, a text, or an object with a value."""
        said = list(self._said(number))
        if isinstance(value, Mapping):
            inner = Place(value)
            said += inner.statements()
            value = inner.value()
        told = _Told(number, units)
        for name, each in said:
            told.take(name, each)
        if not isinstance(value, str):
            return told.converted(plain_number(value))
        spelt = Spelt.of(value)
        told.units += spelt.units
        is_money = number.quantity.is_money
        return told.converted(spelt.number(self.votes, is_money=is_money))

    def _said(self, number: Number) -> Iterator[tuple[str, object]]:
        """Yield what is said of a number by its own name, here and above."""
        for name, values in self.members.items():
            for base in {number.base, number.base + number.unit}:
                rest = name.removeprefix(base)
                if rest != name and rest in STATEMENTS:
                    is_value = rest in number.quantity.in_keys
                    yield from (
                        (rest, each)
                        for each in values
                        if isinstance(each, bool) or not is_value
                    )
        if number.quantity is not COUNT:
            yield from self.statements()
            for members in self.above:
                yield from Place(members).statements()

    def statements(self) -> Iterator[tuple[str, object]]:
        """Yield what is said of all numbers here."""
        for name in self.members.keys() & STATEMENTS:
            yield from ((name, each) for each in self.members[name])

    def value(self) -> object:
        """Return the value of an object that has one."""
        values = [
            value
            for name in _VALUES
            for value in self.members.get(name, ())
            if value is not None
        ]
        if len(values) != 1:
            raise Refused
        return values[0]


def plain_number(value: object) -> float:
    """Return a number; Refused for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused
    try:
        return float(value)
    except OverflowError:
        raise Refused from None


class _Told:
    """What is told of one number."""

    def __init__(self, number: Number, units: list[str]) -> None:
        """Begin with the units in its key."""
        self.number = number
        self.units = units
        self.factor = 1.0
        self.is_minor = False

    def take(self, name: str, told: object) -> None:
        """Take a statement, by what it is called."""
        is_money = self.number.quantity.is_money
        if told is None or told == "":
            return
        if name in _UNITS or (name in _CURRENCIES and is_money):
            self.units += _units_in(self.number, told)
        elif name in _MULTIPLIERS:
            self.factor *= plain_number(told)
        elif name in _MINOR and is_money and told is True:
            self.is_minor = True
        elif name in _MINOR and not is_money:
            return
        elif name not in _CURRENCIES and not _is_fine(name, told):
            raise Refused

    def converted(self, value: float) -> float:
        """Return the number in its quantity's unit."""
        if self.number.unit and not self.units:
            # Its documented key has the unit; under another name nobody knows it.
            raise Refused
        quantity = self.number.quantity
        if self.factor <= 0 or (
            self.is_minor and quantity.converted(1, self.units) != 1
        ):
            raise Refused
        factor = self.factor * (0.01 if self.is_minor else 1)
        if factor != 1:
            value = float(f"{value * factor:.12g}")
        return quantity.converted(value, self.units)


def _units_in(number: Number, told: object) -> Iterable[str]:
    """Return the unit that is told, or the one of this number among several."""
    if isinstance(told, Mapping):
        names = {number.base, number.base + number.unit}
        return [
            unit
            for name, each in told.items()
            if folded(str(name)) in names and each
            for unit in _units_in(number, each)
        ]
    if not isinstance(told, str):
        raise Refused
    return [told]


def _is_fine(name: str, told: object) -> bool:
    """Say whether what is told leaves a number as it is."""
    if name in _TRUE:
        return told is True
    if name in _SHIFTS and told == 0:
        return True
    return told is False or (isinstance(told, str) and told.casefold() in _FINE)


def votes_of(rows: Iterable[object]) -> frozenset[Notation]:
    """Return the notations that number texts of these rows show, and nothing else."""
    votes: set[Notation] = set()
    for text in _texts(rows):
        try:
            votes.update(Spelt.of(text).votes())
        except Refused:
            continue
    return frozenset(votes)


def _texts(rows: Iterable[object]) -> Iterator[str]:
    """Yield the texts that numbers are written in."""
    for row in rows:
        if isinstance(row, list):
            yield from _texts(row)
        if not isinstance(row, Mapping):
            continue
        for name, value in row.items():
            if isinstance(value, str):
                key = folded(name)
                if is_number(key) or key in _VALUES:
                    yield value
            else:
                yield from _texts((value,))
