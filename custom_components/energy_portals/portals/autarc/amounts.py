"""Numbers as the portal may write them: in which notation, and in which unit.

A text that is one number with a decimal point and another with a decimal comma is
refused, unless another text of the same body decides; sums of money are written as the
portal's reference does it, "10.000EUR" for ten thousand. A unit that is told always
counts; one of another quantity, or two that differ, are refused.

Source: the portal's reference for its notation of money, for kW, m² and EUR.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
import re
from typing import Final


class Refused(Exception):
    """A value that is not understood, or cannot be true."""


class Notation(Enum):
    """What separates decimals; the other one groups thousands."""

    POINT = "."
    COMMA = ","


def _pattern(decimal: str, group: str) -> str:
    """Return how numbers look in a notation, without an exponent."""
    thousands = rf"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+"
    spaced = r"[1-9][0-9]{0,2}(?:[ '\u00a0\u202f][0-9]{3})+"
    return rf"[+-]?(?:{thousands}|{spaced}|[0-9]+)(?:{decimal}[0-9]+)?"


_PATTERNS: Final = {
    Notation.POINT: re.compile(_pattern(r"\.", ",") + r"(?:[eE][+-]?[0-9]{1,3})?"),
    Notation.COMMA: re.compile(_pattern(",", r"\.")),
}
_TEXT: Final = re.compile(
    r"(?:(?P<before>[^\s0-9+.,'-]{1,8})[ \u00a0\u202f]?)?"
    r"(?P<number>[+-]?[0-9](?:[0-9.,' \u00a0\u202f]*[0-9])?(?:[eE][+-]?[0-9]+)?)"
    r"(?:[ \u00a0\u202f]?(?P<after>[^\s0-9+.,'-].{0,30}))?"
)
_SIGNS: Final = str.maketrans("", "", " '\u00a0\u202f")


@dataclass(frozen=True, slots=True)
class Spelt:
    """A text taken apart: which number it is in each notation, and the unit in it."""

    readings: Mapping[Notation, float]
    units: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Spelt:
        """Take a text apart."""
        told = _TEXT.fullmatch(text)
        if told is None:
            raise Refused
        number = told["number"]
        readings = {
            notation: _float(number, notation)
            for notation, pattern in _PATTERNS.items()
            if pattern.fullmatch(number)
        }
        if not readings:
            raise Refused
        return cls(readings, tuple(filter(None, (told["before"], told["after"]))))

    @property
    def is_grouped(self) -> bool:
        """Say whether it may be written with a point for thousands."""
        return abs(self.readings[Notation.COMMA]) > abs(self.readings[Notation.POINT])

    @property
    def is_clear(self) -> bool:
        """Say whether it is one number only."""
        return len(set(self.readings.values())) == 1

    def votes(self) -> Collection[Notation]:
        """Return the notation that it shows, if it shows one."""
        return self.readings.keys() if len(self.readings) == 1 else ()

    def number(self, votes: Iterable[Notation], *, is_money: bool) -> float:
        """Return the number, in the notation of its body where both could be meant."""
        if not self.is_clear:
            usual = {Notation.COMMA} if is_money and self.is_grouped else set()
            decided = {*votes, *usual}
            if len(decided) != 1:
                raise Refused
            return self.readings[decided.pop()]
        return next(iter(self.readings.values()))


def _float(number: str, notation: Notation) -> float:
    """Return a number that is written in a notation."""
    group = "," if notation is Notation.POINT else "."
    plain = number.translate(_SIGNS).replace(group, "").replace(notation.value, ".")
    return float(plain)


@dataclass(frozen=True)
class Quantity:
    """What a number is of: its units, each with what is added and multiplied.

    `is_money` numbers are written with a decimal comma where nothing decides.
    """

    units: Mapping[str, tuple[float, float]]
    is_money: bool = False
    in_keys: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Find out how keys end in the units."""
        ends = {
            "".join(filter(str.isalnum, unit)).casefold(): unit for unit in self.units
        }
        object.__setattr__(self, "in_keys", {end: ends[end] for end in ends if end})

    def converted(self, number: float, units: Iterable[str]) -> float:
        """Return a number in the quantity's own unit; all units that are told count."""
        steps = {self._step(unit) for unit in units}
        if len(steps) > 1:
            raise Refused
        for added, factor in steps:
            if (added, factor) != (0, 1):
                number = float(f"{(number + added) * factor:.12g}")
        return number

    def _step(self, unit: str) -> tuple[float, float]:
        """Return what converts from a unit."""
        told = unit.strip()
        step = self.units.get(told) or self.units.get(told.casefold())
        if step is None:
            raise Refused
        return step


_SAME: Final = (0.0, 1.0)
_CENT: Final = (0.0, 0.01)
_THOUSAND: Final = (0.0, 1000.0)
_THOUSANDTH: Final = (0.0, 0.001)

MONEY: Final = Quantity(
    {
        **dict.fromkeys(("€", "eur", "euro", "euros"), _SAME),
        **dict.fromkeys(("ct", "cent", "cents", "eurocent", "eurocents"), _CENT),
        **dict.fromkeys(("t€", "teur", "k€", "keur"), _THOUSAND),
    },
    is_money=True,
)
# A small m would be a thousandth.
POWER: Final = Quantity(
    {
        **dict.fromkeys(("w", "watt", "watts"), _THOUSANDTH),
        **dict.fromkeys(("kw", "kilowatt", "kilowatts"), _SAME),
        "MW": _THOUSAND,
    }
)
ENERGY: Final = Quantity(
    {
        f"{unit}{year}": step
        for unit, step in (("wh", _THOUSANDTH), ("kwh", _SAME), ("MWh", _THOUSAND))
        for year in ("", "/a", "/y", "/year", "/jahr", " p.a.", "/yr")
    }
)
AREA: Final = Quantity(
    {
        **dict.fromkeys(("m²", "m2", "m^2", "qm", "sqm", "quadratmeter"), _SAME),
        **dict.fromkeys(("ft²", "ft2", "ft^2", "sqft", "sq ft"), (0.0, 0.09290304)),
    }
)
TEMPERATURE: Final = Quantity(
    {
        **dict.fromkeys(("°c", "c", "celsius", "degc", "℃", "grad celsius"), _SAME),
        **dict.fromkeys(("°f", "f", "fahrenheit", "degf", "℉"), (-32.0, 5 / 9)),
        **dict.fromkeys(("k", "kelvin"), (-273.15, 1.0)),
    }
)
COUNT: Final = Quantity({})
