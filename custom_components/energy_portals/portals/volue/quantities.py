"""Power, prices and money, with whatever a body says about them and wherever it does.

A unit may stand in the name, beside the number, or anywhere around it. All that is said
has to agree. What could change a number and is not understood leaves it Unread.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
import re
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..model.prices import price_unit
from .models import EventType, NotificationType
from .values import Row, Unread, folded, moment, number, text

# What a connection to a grid that homes share may carry, kW.
MOST_POWER: Final = 100_000.0
# Far more than any hour has cost, in whatever currency, per kWh.
MOST_PRICE: Final = 1_000.0
# What a location may have earned or been denied in a month.
MOST_MONEY: Final = 1e8

_KILOWATTS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("w", "watt", "watts"), 0.001),
    **dict.fromkeys(("kw", "kilowatt", "kilowatts"), 1.0),
    **dict.fromkeys(("mw", "megawatt", "megawatts"), 1000.0),
    **dict.fromkeys(("gw", "gigawatt", "gigawatts"), 1_000_000.0),
}
_POWER: Final = re.compile(r"max(?:imum)?power(?:in)?([a-z]*)")
_PRICE: Final = re.compile(r"price(?:delta)?(?:per([kmg]?wh))?")
_PER: Final = re.compile(r"(\S+)\s*(?:/|[_\s]per[_\s])\s*(\w+)", re.IGNORECASE)
_UNIT: Final = re.compile(r".*(?:units?|uom|unitofmeasure(?:ment)?|unittype)")
_ZONES: Final = frozenset(
    {"timezone", "timezoneid", "timezonename", "tz", "tzid", "zone", "zoneid"}
)
# Where what is said about numbers may stand apart from them.
_APART: Final = frozenset({"header", "info", "meta", "metadata", "properties"})
# Words that could change what a number means.
_DOUBTS: Final = re.compile(
    "scal|factor|multipl|expon|power10|decimal|digit|precision|minor|direction|flow"
    "|sign|quality|valid|estimat|prelimin|provision|forecast|missing|status|state"
    "|cancel|revok|withdraw|delet|inactive|superse|replace|offset|zone|phase|cumulat"
    "|aggregat|register|tariff|tax|vat|relative|percent|share|type$|kind$|^min|mean"
    "|average|^end|end$|until|hour|minute|clock|^area$"
)
# What leaves numbers as they are, whatever it stands under.
_HARMLESS: Final = frozenset(
    {
        *("accepted", "active", "actual", "approved", "confirmed", "current", "final"),
        *("good", "measured", "ok", "open", "published", "valid", "validated"),
        *map(folded, (*EventType, *NotificationType)),
    }
)
# Power that is drawn is what caps are about.
_DRAWN: Final = frozenset(
    {"consumption", "consumed", "demand", "drawn", "import", "in", "load", "offtake"}
)
_ONES: Final = re.compile("scal|factor|multipl")
_ZEROES: Final = re.compile("expon|power10")


@dataclass(frozen=True, slots=True)
class Said:
    """What stands around numbers: units, the zone of times, and what is in doubt."""

    units: tuple[str, ...] = ()
    zone: tzinfo = UTC
    in_doubt: bool = False

    def within(self, row: Row, known: frozenset[str]) -> Said:
        """Return it together with what an object says beside what is known of it."""
        said = self
        for name, value in row.others(known).items():
            said = said._and(name, value)
        return said

    def with_units(self, *words: object) -> Said:
        """Return it with more that is said of units; None says nothing."""
        told = [word for word in words if word is not None]
        texts = [word for word in told if isinstance(word, str)]
        in_doubt = self.in_doubt or len(texts) < len(told)
        return replace(self, units=(*self.units, *texts), in_doubt=in_doubt)

    def _and(self, name: str, value: object) -> Said:
        """Return it together with one member."""
        if value is None:
            return self
        if name in _APART and isinstance(value, Mapping):
            return self.within(Row(value), frozenset())
        if name in _ZONES:
            return self._in_zone(value)
        if _UNIT.fullmatch(name) or name == "currency":
            return self.with_units(value)
        if _DOUBTS.search(name) and not _leaves_as_it_is(name, value):
            return replace(self, in_doubt=True)
        return self

    def _in_zone(self, name: object) -> Said:
        """Return it with times in a zone that is told by name."""
        try:
            return replace(self, zone=ZoneInfo(text(name)))
        except Unread, ZoneInfoNotFoundError, ValueError, OSError:
            return replace(self, in_doubt=True)


def units_in(value: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield what an envelope says of units and zones, by folded name."""
    for name, each in Row(value).others(frozenset()).items():
        if name in _APART and isinstance(each, Mapping):
            yield from units_in(each)
        elif name in _ZONES or name == "currency" or _UNIT.fullmatch(name):
            yield name, each


def _leaves_as_it_is(name: str, value: object) -> bool:
    """Say whether a member that could change a number does not."""
    if isinstance(value, str):
        word = folded(value)
        return word in _HARMLESS or ("direction" in name and word in _DRAWN)
    if isinstance(value, bool):
        return value is ("valid" in name and "invalid" not in name)
    return (bool(_ONES.search(name)) and value == 1) or (
        bool(_ZEROES.search(name)) and value == 0
    )


class _Told(NamedTuple):
    """A number as it stands, and the unit that its name says."""

    value: object
    unit: str


def _told(row: Row, names: re.Pattern[str]) -> Iterator[_Told]:
    """Yield the members whose name is a quantity's."""
    for name, value in row.others(frozenset()).items():
        if value is not None and (match := names.fullmatch(name)) is not None:
            row.get(name)
            yield _Told(value, match[1] or "")


def _opened(told: _Told, said: Said) -> tuple[float, Said]:
    """Return the number of a member, which may be `{value, unit}`."""
    if not isinstance(told.value, Mapping):
        return number(told.value), said
    inner = Row(told.value)
    own = frozenset({"value", "amount"})
    values = [each for name in own if (each := inner.get(name)) is not None]
    if len(values) != 1:
        raise Unread
    return number(values[0]), said.within(inner, own)


def names_of(row: Row, names: re.Pattern[str]) -> frozenset[str]:
    """Return the folded names of the members that are a quantity's."""
    return frozenset(n for n in row.others(frozenset()) if names.fullmatch(n))


def _only[ValueT](values: list[ValueT]) -> ValueT:
    """Return the one value that all of these are."""
    if len(set(values)) != 1:
        raise Unread
    return values[0]


# --- power ----------------------------------------------------------------------------


def most_power(row: Row, around: Said) -> float:
    """Read the most power that may be drawn, kW."""
    said = around.within(row, names_of(row, _POWER) | {"timestamp"})
    return _only([_kilowatts(told, said) for told in _told(row, _POWER)])


def _kilowatts(told: _Told, said: Said) -> float:
    """Return a number in kW; one without a unit, or of two, is Unread."""
    value, said = _opened(told, said)
    if said.in_doubt:
        raise Unread
    units = [told.unit] if told.unit else []
    factor = _only([_power_unit(each) for each in (*units, *said.units)])
    return number(value * factor, 0, MOST_POWER)


def _power_unit(unit: str) -> float:
    """Return how many kW a unit is; `mW` is a milliwatt."""
    factor = _KILOWATTS.get(folded(unit))
    if factor is None or unit.strip() == "mW":
        raise Unread
    return factor


# --- prices and money -----------------------------------------------------------------


class Amount(NamedTuple):
    """An amount in the main unit of a currency (ISO 4217)."""

    value: float
    currency: str


class _Unit(NamedTuple):
    """What a word says: currency, its parts to the whole, the energy in kWh.

    A currency's code alone leaves open in which parts of it the number is.
    """

    currency: str | None = None
    parts: float | None = None
    energy: float | None = None


def price_per_kwh(row: Row, around: Said) -> Amount:
    """Read a change of a price per kWh."""
    said = around.within(row, names_of(row, _PRICE) | {"timestamp"})
    return _only([_price(told, said) for told in _told(row, _PRICE)])


def _price(told: _Told, said: Said) -> Amount:
    """Return a number per kWh; one whose unit is not wholly told is Unread."""
    value, said = _opened(told, said)
    words = (*said.units, told.unit) if told.unit else said.units
    unit = _joined(words)
    if said.in_doubt or unit.currency is None or unit.energy is None:
        raise Unread
    per_kwh = value / (unit.parts or 1.0) / unit.energy
    return Amount(number(per_kwh, -MOST_PRICE, MOST_PRICE), unit.currency)


def money(row: Row, name: str, around: Said) -> Amount | None:
    """Read an amount of money; None where there is none."""
    if (told := row.get(name)) is None:
        return None
    value, said = _opened(_Told(told, ""), around)
    unit = _joined(said.units)
    if said.in_doubt or unit.currency is None or unit.energy is not None:
        raise Unread
    in_main = value / (unit.parts or 1.0)
    return Amount(number(in_main, -MOST_MONEY, MOST_MONEY), unit.currency)


def currency_of(said: Said) -> str | None:
    """Return the currency that is told, None without one."""
    try:
        return _joined(said.units).currency
    except Unread:
        return None


def _joined(words: Iterable[str]) -> _Unit:
    """Return what words say together; what contradicts another is Unread."""
    words = tuple(words)
    codes = {unit.currency for word in words if (unit := _unit(word, None)).currency}
    minor = codes.pop() if len(codes) == 1 else None
    units = [_unit(word, minor) for word in words]
    if any(unit == _Unit() for unit in units):
        raise Unread
    return _Unit(
        _agreed(unit.currency for unit in units),
        _agreed(unit.parts for unit in units),
        _agreed(unit.energy for unit in units),
    )


def _agreed[ValueT](values: Iterable[ValueT | None]) -> ValueT | None:
    """Return the one value among these, None without any."""
    told = {value for value in values if value is not None}
    if len(told) > 1:
        raise Unread
    return told.pop() if told else None


def _unit(word: str, minor: str | None) -> _Unit:
    """Return what a word says; `minor` is the currency of words that several share."""
    if (split := _PER.fullmatch(word.strip())) is not None:
        money, energy = _money(split[1], minor), _energy(split[2])
        if money is None or energy is None:
            return _Unit()
        return _Unit(*money, energy)
    if (energy := _energy(word)) is not None:
        return _Unit(energy=energy)
    if (money := _money(word, minor)) is None:
        return _Unit()
    is_code = money[0].casefold() == word.strip().casefold()
    return _Unit(money[0], None if is_code else money[1])


def _money(word: str, minor: str | None) -> tuple[str, float] | None:
    """Return currency and parts to the whole."""
    unit = price_unit(f"{word}/kWh", minor=minor)
    return None if unit is None else (unit.currency, unit.divisor)


def _energy(word: str) -> float | None:
    """Return how many kWh a unit of energy has."""
    unit = price_unit(f"EUR/{word}")
    return None if unit is None else unit.divisor


def timestamp(row: Row, said: Said) -> datetime:
    """Read the moment of a point."""
    return moment(row.get("timestamp"), said.zone)
