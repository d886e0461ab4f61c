"""Quantities: what a number measures, and the units it is told in.

Every quantity has one base unit, in which its numbers are kept: energy kWh, power W,
share percent, temperature °C, area m², money and prices the main currency (per kWh).
Bounds say beyond which a value cannot be true; a field may narrow them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
import re
from typing import Final

from ..model.prices import price_unit
from .numbers import Refused
from .words import words

# Stands before the name of a currency that is told apart from a unit.
CURRENCY: Final = "currency "
# What all money of one home, and every number of things, is below.
_MONEY: Final = 1e9
_COUNT: Final = 2.0**53 - 1
# The highest price an auction can reach is below 15 EUR/kWh.
_PRICE_LIMIT: Final = 60.0
# Currencies of which an euro is some hundred.
_SMALL: Final = frozenset({"ALL", "HUF", "ISK", "RSD"})
_SMALL_TIMES: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: a value times `factor` by `divisor` plus `offset` is in the base unit.

    `currency` is that of money and prices, "" of anything else.
    """

    factor: float = 1.0
    divisor: float = 1.0
    offset: float = 0.0
    currency: str = ""

    def converted(self, value: float, to: Unit) -> float:
        """Return a value of this unit in another; in its own it stays as it is."""
        if self is to or self == to:
            return value
        base = value * self.factor / self.divisor + self.offset
        return (base - to.offset) * to.divisor / to.factor


# Told apart by identity: there is one of each, and their members are many to compare.
@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """What numbers of one sort measure.

    `unit` returns what all texts that tell a unit mean together, None where there are
    none, and raises Refused for one that is not understood or contradicts another.
    `words` are those that name this quantity and no other; `low` and `high` are in
    the base unit.
    """

    name: str
    unit: Callable[[frozenset[str]], Unit | None]
    words: frozenset[str] = frozenset()
    low: float | None = None
    high: float | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A number at one place of one operation.

    `own` names are this quantity's alone here; `weak` ones count where no own name is
    there and no other quantity beside them. `usual` is the unit where none is told,
    None where it cannot be assumed; `kept` is the unit of what is read. `low` and
    `high` narrow the quantity's bounds. `known` are members (folded) that could say
    something of the number, and whose meaning whoever reads it knows; of `codes` that
    is so of whole numbers alone. `beside` is the
    quantity that a bare `unit` is of, where that is another.
    """

    quantity: Quantity
    own: tuple[str, ...]
    weak: tuple[str, ...] = ()
    usual: Unit | None = Unit()
    kept: Unit = Unit()
    low: float | None = None
    high: float | None = None
    known: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    beside: Quantity | None = None

    @property
    def name(self) -> str:
        """Return what it is called in refusals: its first name."""
        return (*self.own, *self.weak)[0]

    @property
    def words(self) -> frozenset[str]:
        """Return the words that name this number here."""
        names = (words(name) for name in (*self.own, *self.weak))
        return self.quantity.words.union(*names)

    def bounds(self, unit: Unit) -> tuple[float | None, float | None]:
        """Return the bounds that hold for a value in a unit's currency."""
        times = _SMALL_TIMES if unit.currency in _SMALL else 1.0
        low = self.quantity.low if self.low is None else self.low
        high = self.quantity.high if self.high is None else self.high
        return (
            None if low is None else low * times,
            None if high is None else high * times,
        )


def _table(units: Mapping[str, Unit]) -> Callable[[frozenset[str]], Unit | None]:
    """Return what looks units up, without regard to case and spaces.

    `mWh` and `mW` are thousandths, which no portal means: they are not understood.
    """

    def one(text: str) -> Unit:
        plain = text.strip()
        unit = units.get(re.sub(r"[\s_.-]+", "", plain.casefold()))
        if unit is None or (plain.startswith("mW") and plain not in {"mwh", "mw"}):
            raise Refused
        return unit

    @lru_cache(maxsize=256)
    def unit(texts: frozenset[str]) -> Unit | None:
        return _agreed(map(one, texts))

    return unit


_ENERGIES: Final = {
    **dict.fromkeys(("wh", "watthour", "watthours", "wattora"), Unit(divisor=1000.0)),
    **dict.fromkeys(("kwh", "kilowatthour", "kilowatthours", "kwhr"), Unit(1.0)),
    **dict.fromkeys(("mwh", "megawatthour", "megawatthours"), Unit(1000.0)),
    "gwh": Unit(1e6),
    "mj": Unit(divisor=3.6),
    "gj": Unit(1000.0, 3.6),
}
_POWERS: Final = {
    **dict.fromkeys(("w", "watt", "watts"), Unit(1.0)),
    **dict.fromkeys(("kw", "kilowatt", "kilowatts"), Unit(1000.0)),
    **dict.fromkeys(("mw", "megawatt", "megawatts"), Unit(1e6)),
}
_SHARES: Final = {
    **dict.fromkeys(("%", "percent", "percents", "pct", "perc", "prozent"), Unit(1.0)),
    **dict.fromkeys(("percentage", "prosent", "percento", "percentuale"), Unit(1.0)),
    **dict.fromkeys(("fraction", "ratio", "1", "decimal"), Unit(100.0)),
    "‰": Unit(divisor=10.0),
}
_TEMPERATURES: Final = {
    **dict.fromkeys(("°c", "c", "celsius", "degc", "degreecelsius"), Unit()),
    **dict.fromkeys(("degreescelsius", "gradc", "ºc", "℃"), Unit()),
    **dict.fromkeys(("°f", "f", "fahrenheit", "degf"), Unit(5.0, 9.0, -160 / 9)),
    **dict.fromkeys(("k", "kelvin"), Unit(offset=-273.15)),
}
_AREAS: Final = dict.fromkeys(("m2", "m²", "sqm", "qm", "squaremetre"), Unit())


@dataclass(frozen=True, slots=True)
class _Part:
    """What one text tells of a price's unit: its money, its energy, or both."""

    money: Unit | None = None
    energy: Unit | None = None


def _money_unit(text: str, minor: str | None) -> Unit | None:
    """Return what a unit of money means: a code, a sign, or a part such as `øre`."""
    plain = text.strip().rstrip(".")
    if minor is not None and plain.casefold() in {"ore", "oere"}:
        plain = "øre"
    told = price_unit(f"{plain}/kWh", minor=minor)
    return None if told is None else Unit(divisor=told.divisor, currency=told.currency)


def _price_part(text: str, minor: str | None) -> _Part | None:
    """Return what a text tells of a price's unit, None where it is not understood."""
    plain = text.strip()
    # An energy alone is the unit of something else than a price.
    per = re.fullmatch(r"(?:/|per)[\s_]*(\w+)", plain, re.IGNORECASE)
    if per is not None and (energy := _ENERGIES.get(per[1].casefold())):
        return _Part(energy=energy)
    parts = re.fullmatch(r"(.+?)[\s_]*(?:/|per)[\s_]*([kmg]?wh)", plain, re.IGNORECASE)
    if parts is None:
        money = _money_unit(plain, minor)
        return None if money is None else _Part(money=money)
    money, energy = _money_unit(parts[1], minor), _ENERGIES[parts[2].casefold()]
    return None if money is None else _Part(money, energy)


def _agreed[T](told: Iterable[T | None]) -> T | None:
    """Return the one thing that is told, None for nothing; Refused: they differ."""
    known = {each for each in told if each is not None}
    if len(known) > 1:
        raise Refused
    return next(iter(known), None)


def _in_currency(
    unit: Unit | None, texts: frozenset[str], minor: str | None
) -> Unit | None:
    """Return a unit, or that of the currency that is told apart from it.

    Refused: it is another, or none that is known.
    """
    names = [text.removeprefix(CURRENCY) for text in texts if text.startswith(CURRENCY)]
    whole = _agreed(_money_unit(name, minor) or _no_unit() for name in names)
    if unit is None or whole is None:
        return unit or whole
    if unit.currency != whole.currency:
        raise Refused
    return unit


def _no_unit() -> Unit:
    """Refuse what is no unit."""
    raise Refused


ENERGY: Final = Quantity(
    "energy",
    _table(_ENERGIES),
    frozenset({"energy", "consumption", "usage", "kwh", "wh", "mwh"}),
    low=0.0,
)
POWER: Final = Quantity(
    "power",
    _table(_POWERS),
    frozenset({"power", "watt", "watts", "load", "effect", "kw", "demand"}),
    low=0.0,
    # No home draws a megawatt.
    high=1e6,
)
SHARE: Final = Quantity(
    "share",
    _table(_SHARES),
    frozenset({"share", "percentage", "percent", "greenness", "renewable", "ratio"}),
    low=0.0,
    high=100.0,
)
TEMPERATURE: Final = Quantity(
    "temperature",
    _table(_TEMPERATURES),
    frozenset({"temperature", "temp", "celsius"}),
    low=-90.0,
    high=150.0,
)
AREA: Final = Quantity("area", _table(_AREAS), frozenset({"m2"}), 0.0, 1e6)
NUMBER: Final = Quantity("number", _table({}), low=0.0, high=_MONEY)
COUNT: Final = Quantity(
    "count", _table({}), frozenset({"count"}), 0.0, _COUNT, is_whole=True
)
_MONEY_WORDS: Final = frozenset({"cost", "costs", "amount", "money", "expense"})
_PRICE_WORDS: Final = frozenset({"price", "prices", "rate"})


@lru_cache(maxsize=64)
def money(minor: str | None = None) -> Quantity:
    """Return money in the main currency; `minor` is that of words like `øre`."""

    @lru_cache(maxsize=256)
    def unit(texts: frozenset[str]) -> Unit | None:
        units = (text for text in texts if not text.startswith(CURRENCY))
        told = _agreed(_money_unit(text, minor) or _no_unit() for text in units)
        return _in_currency(told, texts, minor)

    return Quantity("money", unit, _MONEY_WORDS, -_MONEY, _MONEY)


@lru_cache(maxsize=64)
def price(usual: str, minor: str | None = None) -> Quantity:
    """Return prices per kWh; `usual` is the unit where an answer leaves half of it out.

    `minor` is the currency of words like `øre`.
    """
    whole = _price_part(usual, minor) or _Part()

    @lru_cache(maxsize=256)
    def unit(texts: frozenset[str]) -> Unit | None:
        parts = [
            _price_part(text, minor) or _no_part()
            for text in texts
            if not text.startswith(CURRENCY)
        ]
        _agreed(part for part in parts if part.money and part.energy)
        money = _in_currency(_agreed(part.money for part in parts), texts, minor)
        energy = _agreed(part.energy for part in parts)
        # Of what amount another currency is the price nobody has said.
        if money and not energy and _currency(money) != _currency(whole.money):
            raise Refused
        money, energy = money or whole.money, energy or whole.energy
        return money and energy and _per(money, energy)

    return Quantity("price", unit, _PRICE_WORDS, -_PRICE_LIMIT, _PRICE_LIMIT)


def _no_part() -> _Part:
    """Refuse what is no part of a price's unit."""
    raise Refused


def _currency(unit: Unit | None) -> str | None:
    """Return the currency of a unit."""
    return None if unit is None else unit.currency


def _per(money: Unit, energy: Unit) -> Unit:
    """Return the unit of a price; per MWh it is a thousandth."""
    divisor = money.divisor * energy.factor / energy.divisor
    return Unit(divisor=divisor, currency=money.currency)


# Whatever else a portal may put beside the number that is wanted.
ALL: Final = (ENERGY, POWER, SHARE, TEMPERATURE, money(), price("EUR/kWh"))
