"""What a body says about its numbers beside them: units, scales, directions, validity.

A member is known by the words of its name. One whose name could say such a thing, and
whose value is not understood, makes the numbers around it unknown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from http import HTTPStatus
import re
from typing import Final
from zoneinfo import ZoneInfo

from .numbers import Refused
from .quantities import ALL, CURRENCY, SHARE, Field, Quantity
from .words import folded, known_words


class Position(Enum):
    """What of its interval a time stands for."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a number; None and 1 where nothing is.

    `units` are all texts that tell one, of several places and of halves of one unit.
    `decimals` are those that a whole number has at its end. `is_bad` says that it is
    no measurement; `is_preliminary` that it may change yet.
    """

    units: frozenset[str] = frozenset()
    times: float = 1.0
    decimals: int = 0
    position: Position | None = None
    zone: ZoneInfo | None = None
    is_summer: bool | None = None
    is_bad: bool = False
    is_preliminary: bool = False

    def beside(self, outer: Said) -> Said:
        """Return what both say; Refused where they contradict each other."""
        return Said(
            self.units | outer.units,
            _one(self.times, outer.times, 1.0),
            _one(self.decimals, outer.decimals, 0),
            _one(self.position, outer.position, None),
            _one(self.zone, outer.zone, None),
            _one(self.is_summer, outer.is_summer, None),
            self.is_bad or outer.is_bad,
            self.is_preliminary or outer.is_preliminary,
        )


def _one[T](inner: T, outer: T, nothing: T) -> T:
    """Return what one of two says, or both alike."""
    if nothing not in (inner, outer) and inner != outer:
        raise Refused
    return outer if inner == nothing else inner


NOTHING: Final = Said()

type Told = str | float | bool
type Effect = Callable[[Told, Quantity, Said], Said]


def said(
    members: Mapping[str, object], field: Field, names: Iterable[str] | None = None
) -> Said:
    """Return what the members of one place, or those of some names, say of a field.

    Refused: one that could say something is not understood.
    """
    result = NOTHING
    for name in members if names is None else names:
        effect, value = effect_of(name, field), members[name]
        # Text, numbers and truths alone can say something; null says nothing.
        if effect is None or value is None or value == "":
            continue
        if effect is _unit and _is_of_other(name, members, field):
            continue
        if (told := _scalar(effect, value)) is not None:
            result = effect(told, field.quantity, result)
    return result


# What any number may be called, so that its unit is that of all.
_GENERAL: Final = frozenset({"", "value", "amount", "quantity", "measurement"})


def _is_of_other(name: str, members: Mapping[str, object], field: Field) -> bool:
    """Say whether a unit is that of another member: `change_unit` beside `change`."""
    rest = "".join(word for word in told_words(name) if word not in _UNIT_WORDS)
    own = {folded(each) for each in (*field.own, *field.weak)} | _GENERAL
    return rest not in own and any(
        folded(other) == rest and not isinstance(value, Mapping | list)
        for other, value in members.items()
    )


def _scalar(effect: Effect, value: object) -> Told | None:
    """Return a value that says something, of a unit in an object its text.

    Lists and other objects say nothing, but of a unit: Refused.
    """
    if isinstance(value, str | int | float):
        return value
    if effect is not _unit or not value or _is_by_name(value):
        return None
    texts = value.values() if isinstance(value, Mapping) else ()
    told = {text for text in texts if isinstance(text, str) and text}
    if len(told) != 1:
        raise Refused
    return told.pop()


def _coded(effect: Effect) -> Effect:
    """Return an effect that passes whole numbers over, as codes known elsewhere."""

    def take(value: Told, quantity: Quantity, result: Said) -> Said:
        is_code = isinstance(value, int) and not isinstance(value, bool)
        return result if is_code else effect(value, quantity, result)

    return take


@lru_cache(maxsize=8192)
def told_words(name: str) -> tuple[str, ...]:
    """Return the words of a member's name, in any letter case."""
    return known_words(name, _VOCABULARY)


@lru_cache(maxsize=8192)
def effect_of(name: str, field: Field) -> Effect | None:
    """Return what a member of this name does to a field, None if nothing."""
    told = told_words(name)
    joined, all_told = "".join(told), frozenset(told)
    if joined in field.known or not told or told[-1] in _PRICED:
        return None
    if joined in field.codes:
        return _coded(_quality)
    if joined in _WHOLE_NAMES:
        return _WHOLE_NAMES[joined]
    if "currency" in told:
        return _currency if field.quantity.name in _OF_MONEY else None
    if field.quantity is SHARE and all_told & _FRACTIONS:
        return _is_fraction
    if all_told & _UNIT_WORDS:
        return _effect_of_unit(all_told, field)
    return _effect_of_words(told, field)


def _effect_of_unit(told: frozenset[str], field: Field) -> Effect | None:
    """Return what a member that tells a unit does, None for one of another thing."""
    is_half = field.quantity.name == "price" and "energy" in told
    of_others = told & (_OF_ELSE | _OTHERS) - field.words
    if of_others and not is_half:
        return None
    if is_half:
        return _energy_unit
    if field.beside is not None and not told & field.words - _FILLERS:
        return _unit_beside(field.beside)
    return _multiplier if told & _MULTIPLIERS else _minor if "minor" in told else _unit


def _effect_of_words(told: tuple[str, ...], field: Field) -> Effect | None:
    """Return what a member does by the words of its name, None if nothing.

    A word that says something by itself counts beside any but those of another thing;
    others count where nothing else is in the name.
    """
    all_told = frozenset(told)
    if all_told & _OF_ELSE - field.words or {"power", "factor"} <= all_told:
        return None
    if told[-1] in _SORTS and all_told & (_SORTS | _SORTED | _FILLERS) == all_told:
        return _sort
    bare = all_told - _FILLERS - field.words
    for core, effect in _TELLING:
        if bare & core:
            return effect
    return next((does for family, does in _FAMILIES if bare and bare <= family), None)


_OF_MONEY: Final = frozenset({"money", "price"})
_UNIT_WORDS: Final = frozenset(
    {"unit", "units", "uom", "einheit", "unita", "enhet", "measure"}
)
# Words of quantities that are units as well.
_UNIT_TEXTS: Final = frozenset(
    {
        *("kwh", "wh", "mwh", "watt", "watts", "kw", "percent", "percentage", "ratio"),
        *("m2", "celsius"),
    }
)
_PRICED: Final = frozenset({"price", "cost", "id", "ids"})
# With these a name tells of another thing, whatever else is in it.
_OF_ELSE: Final = frozenset(
    {
        *("customer", "invoice", "contract", "credit", "emission", "co2", "carbon"),
        *("tax", "vat", "payment", "order", "user", "account", "connection", "network"),
        *(
            "address",
            "battery",
            "online",
            "request",
            "response",
            "http",
            "page",
            "step",
        ),
        *("duration", "length", "business", "housing", "count", "capacity", "image"),
        *("voltage", "current", "frequency", "weather", "wind", "utilization"),
    }
)
# Words of all quantities: what is said of one of them says nothing of another.
_OTHERS: Final = frozenset().union(*(quantity.words for quantity in ALL))
# These may stand beside the word that tells, and tell nothing themselves.
_FILLERS: Final = frozenset(
    {
        *("value", "values", "of", "the", "is", "in", "was", "has", "amount"),
        *("type", "code", "name", "kind", "number", "num", "no", "flag", "data"),
        *("reading", "measurement", "measured", "quantity", "total", "interval"),
        *("period", "time", "timestamp", "point", "energy", "meter"),
    }
)
_TRUE: Final = frozenset({"true", "yes", "y", "1", "ja", "si"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "nei", "nein"})


def _truth(value: Told) -> bool | None:
    """Return what a flag says, None for what is none."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().casefold()
    return True if text in _TRUE else False if text in _FALSE else None


def _unit(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a unit, or half of one; the name of the quantity itself says nothing."""
    if not isinstance(value, str):
        raise Refused
    if folded(value.strip()) in quantity.words - _UNIT_TEXTS:
        return result
    return replace(result, units=result.units | {value})


def _currency(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take the currency of money, of which a unit may be a part."""
    return _unit(f"{CURRENCY}{value}", quantity, result)


def _energy_unit(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take the energy that a price is for."""
    return _unit(f"per {value}", quantity, result)


@lru_cache(maxsize=64)
def _unit_beside(beside: Quantity) -> Effect:
    """Return what takes a unit that may be of another quantity."""

    def take(value: Told, quantity: Quantity, result: Said) -> Said:
        """Pass a unit of the other quantity over."""
        try:
            is_of_other = isinstance(value, str) and beside.unit(frozenset({value}))
        except Refused:
            is_of_other = None
        return result if is_of_other else _unit(value, quantity, result)

    return take


def _is_by_name(value: object) -> bool:
    """Say whether an object tells units by the names of other members."""
    return (
        isinstance(value, Mapping)
        and all(isinstance(text, str | None) for text in value.values())
        and not all(folded(name) in _NAMES_OF_TEXTS for name in value)
    )


_NAMES_OF_TEXTS: Final = frozenset(
    {"code", "name", "symbol", "text", "value", "unit", "id", "label", "short"}
)


def unit_by_name(value: object, field: Field, *, is_near: bool) -> frozenset[str]:
    """Return the units that an object tells a field by its names.

    Weak names count only near the number. Refused: a unit is not understood.
    """
    if not isinstance(value, Mapping):
        return frozenset()
    weak = field.weak if is_near and _is_by_name(value) else ()
    names = {folded(name) for name in (*field.own, *weak)}
    told = [text for name, text in value.items() if folded(name) in names]
    if any(not isinstance(text, str) for text in told):
        raise Refused
    return frozenset(text for text in told if isinstance(text, str))


def _is_fraction(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that shares are told as fractions of one."""
    if not isinstance(value, bool):
        return result
    return replace(result, units=result.units | {"fraction" if value else "percent"})


_PREFIXES: Final[Mapping[str, float]] = {
    "none": 1.0,
    "one": 1.0,
    "k": 1e3,
    "kilo": 1e3,
    "mega": 1e6,
    "milli": 1e-3,
    "m": 1e-3,
    "M": 1e6,
    "g": 1e9,
    "centi": 1e-2,
    "cent": 1e-2,
    "hecto": 1e2,
}


def _multiplier(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a factor by which numbers are to be multiplied."""
    if isinstance(value, str):
        times = _PREFIXES.get(value.strip()) or _PREFIXES.get(value.strip().casefold())
        times = times or _plain_number(value)
    else:
        times = None if isinstance(value, bool) else float(value)
    if times is None or not 1e-9 <= times <= 1e9:
        raise Refused
    return replace(result, times=result.times * times)


def _divisor(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a number by which numbers are to be divided."""
    by = _plain_number(value)
    if by is None or not 1 <= by <= 1e9:
        raise Refused
    return replace(result, times=result.times / by)


def _exponent(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a power of ten."""
    power = _plain_number(value)
    if power is None or power != int(power) or not -9 <= power <= 9:
        raise Refused
    return replace(result, times=result.times * 10 ** int(power))


def _decimals(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take how many decimals whole numbers have."""
    count = _plain_number(value)
    if count is None or count != int(count) or not 0 <= count <= 9:
        raise Refused
    return replace(result, decimals=_one(result.decimals, int(count), 0))


def _scale(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a scale, which is a factor or a power of ten: only 1 and 0 are sure."""
    told = _plain_number(value)
    if told in {100, 1000, 10_000, 1_000_000}:
        return replace(result, times=result.times * (told or 1))
    raise Refused


def _minor(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take whether money is told in hundredths."""
    is_minor = True if value in {100, "100"} else _truth(value)
    if is_minor is None and isinstance(value, str):
        return _unit(value, quantity, result)
    if is_minor is None:
        raise Refused
    return replace(result, times=result.times / 100) if is_minor else result


def _plain_number(value: Told) -> float | None:
    """Return a number, or the number a text spells."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) else None
    return float(value)


_DRAWN: Final = frozenset(
    {
        *("consumption", "consumed", "import", "imported", "drawn", "in", "inbound"),
        *("fromgrid", "gridtohome", "withdrawal", "withdrawn", "forward", "a+"),
        *("delivered", "buy", "purchase", "bought", "usage", "forbruk", "prelievo"),
        *("bezug", "uttak", "consumo", "down", "positive"),
    }
)


def _direction(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what is not drawn from the grid."""
    if isinstance(value, str) and folded(value.replace(" ", "")) in _DRAWN:
        return result
    raise Refused


def _is_drawn(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what a flag does not call drawn; a number beside is another quantity."""
    if not isinstance(value, bool) or value:
        return result
    raise Refused


def _is_fed_in(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what a flag calls fed in; a number beside is another quantity."""
    if value is True:
        raise Refused
    return result


_ZONES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("utc", "gmt", "z", "etc/utc", "zulu", "utc+0", "+00:00"), "UTC"),
    **dict.fromkeys(("europe/oslo", "europe/rome", "europe/berlin"), "Europe/Oslo"),
    **dict.fromkeys(("europe/paris", "europe/stockholm", "cet/cest"), "Europe/Oslo"),
    **dict.fromkeys(("europe/copenhagen", "europe/madrid"), "Europe/Oslo"),
    **dict.fromkeys(("europe/vienna", "europe/zurich"), "Europe/Oslo"),
    **dict.fromkeys(("europe/amsterdam", "europe/brussels"), "Europe/Oslo"),
    "w. europe standard time": "Europe/Oslo",
    "central europe standard time": "Europe/Oslo",
    "romance standard time": "Europe/Oslo",
}
# Read from a file, so not when an answer comes.
_READ: Final = {name: ZoneInfo(name) for name in sorted(set(_ZONES.values()))}


def _zone(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a zone by name; those of middle Europe share their clocks."""
    name = _ZONES.get(str(value).strip().casefold())
    if name is None:
        raise Refused
    return replace(result, zone=_one(result.zone, _READ[name], None))


def told_zone(members: Mapping[str, object]) -> ZoneInfo | None:
    """Return the zone that the members of a place tell; Refused where unclear."""
    result = NOTHING
    for name, value in members.items():
        effect = _WHOLE_NAMES.get("".join(told_words(name)))
        if effect in (_zone, _is_utc) and isinstance(value, str | bool) and value != "":
            result = effect(value, SHARE, result)
        elif effect is _zone and value is not None:
            raise Refused
    return result.zone


def _is_local(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse times of a zone that is not named."""
    if _truth(value) is not False:
        raise Refused
    return result


def _is_summer(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take whether summer time is on, which tells the hour that comes twice."""
    is_summer = _truth(value)
    if is_summer is None:
        raise Refused
    return replace(result, is_summer=_one(result.is_summer, is_summer, None))


def _is_utc(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that times are in UTC."""
    if not isinstance(value, bool) and _truth(value) is None:
        raise Refused
    if not _truth(value):
        return result
    return replace(result, zone=_one(result.zone, _READ["UTC"], None))


_STARTS: Final = frozenset(
    {
        *("start", "begin", "beginning", "from", "left", "leading", "opening"),
        *("intervalstart", "periodstart", "starting", "startofinterval", "first"),
        *("startofperiod", "beginningofinterval", "beginofinterval", "inizio"),
    }
)
_ENDS: Final = frozenset(
    {
        *("end", "ending", "to", "right", "stop", "closing", "trailing", "until"),
        *("intervalend", "periodend", "endofinterval", "last", "endofperiod", "fine"),
    }
)


def _position(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take what a time stands for."""
    told = _spelt_position(value)
    if told is None:
        raise Refused
    return replace(result, position=_one(result.position, told, None))


def _perhaps_position(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take what a time stands for, if that is what a name such as `label` means."""
    told = _spelt_position(value)
    return result if told is None else replace(result, position=told)


def _spelt_position(value: Told) -> Position | None:
    """Return what of an interval a text names."""
    word = folded(str(value).replace(" ", ""))
    return (
        Position.START if word in _STARTS else Position.END if word in _ENDS else None
    )


def _is_end(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that times are ends."""
    return _flagged(value, result, Position.END, Position.START)


def _is_start(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that times are starts."""
    return _flagged(value, result, Position.START, Position.END)


def _flagged(value: Told, result: Said, yes: Position, no: Position) -> Said:
    """Take a flag about times; what is none is a time of its own."""
    if not isinstance(value, bool):
        return result
    return replace(result, position=_one(result.position, yes if value else no, None))


_REGISTERS: Final = frozenset(
    {
        *("cumulative", "register", "counter", "accumulated", "cumulated", "running"),
        *("meterreading", "meterstand", "totalincreasing", "zaehlerstand", "absolute"),
    }
)
# What is told beside energy that was drawn, and is another thing.
_NOT_DRAWN: Final = frozenset(
    {
        *("water", "gas", "heat", "heating", "cooling", "steam", "districtheating"),
        *("production", "generation", "export", "feedin", "injection", "reactive"),
        *("forecast", "budget", "max", "min", "peak", "maximum", "minimum", "baseline"),
        *("vann", "fjernvarme", "acqua", "wasser", "feed-in", "prosumer", "solar"),
    }
)
_USUAL_CLASS: Final = 1
_REGISTER_CLASS: Final = 100
_SORTS: Final = frozenset({"type", "kind", "class", "category", "scenario", "model"})
_SORTED: Final = frozenset(
    {
        *("meter", "energy", "reading", "value", "series", "row", "data", "point"),
        *(
            "resource",
            "product",
            "source",
            "time",
            "measurement",
            "device",
            "accumulation",
        ),
    }
)


def _is_good(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that a number is one; a number beside is another quantity."""
    truth = _truth(value) if isinstance(value, bool | str) else True
    if truth is None:
        raise Refused
    return result if truth else replace(result, is_bad=True)


def _sort(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what a type calls a register, or another thing than what was drawn."""
    if value == _REGISTER_CLASS:
        raise Refused
    if not isinstance(value, str):
        return result
    word = folded(value.replace(" ", ""))
    if word in _REGISTERS | _NOT_DRAWN:
        raise Refused
    return replace(result, is_bad=True) if word in _BAD else result


def _type_class(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take the class of a series: 1 is of amounts per interval, 100 a register."""
    if _plain_number(value) != _USUAL_CLASS:
        raise Refused
    return result


def _is_register(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what a flag calls a register."""
    if value is True or (isinstance(value, str) and _truth(value) is not False):
        raise Refused
    return result


_SUMMARIES: Final = frozenset(
    {
        *("sum", "total", "average", "mean", "max", "min", "maximum", "minimum"),
        *(
            "summary",
            "subtotal",
            "aggregate",
            "aggregated",
            "overall",
            "head",
            "header",
        ),
    }
)


def is_summary(name: str, value: object) -> bool:
    """Say whether a member calls its row the sum, mean or head of others."""
    told = frozenset(told_words(name))
    if told <= _SUMMARIES | {"is", "row", "flag"} and value is True:
        return bool(told & _SUMMARIES)
    is_sort = told <= _SORTS | {"row", "record", "level", "aggregate", "aggregation"}
    return is_sort and isinstance(value, str) and folded(value) in _SUMMARIES


_GOOD: Final = frozenset(
    {
        *("good", "ok", "valid", "measured", "actual", "final", "confirmed", "read"),
        *("complete", "completed", "normal", "validated", "verified", "true"),
        *("success", "available", "metered", "definitive", "settled", "accepted"),
    }
)
_PRELIMINARY: Final = frozenset(
    {"preliminary", "provisional", "temporary", "tentative", "forecast", "unconfirmed"}
)
_BAD: Final = frozenset(
    {
        *("bad", "invalid", "missing", "estimated", "estimate", "error", "unavailable"),
        *(
            "interpolated",
            "substituted",
            "faulty",
            "notyet",
            "pending",
            "none",
            "false",
        ),
        *("incomplete", "suspect", "uncertain", "calculated", "partial", "nodata"),
    }
)


def _quality(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take how far a number is to be trusted."""
    if isinstance(value, bool):
        return result if value else replace(result, is_bad=True)
    if isinstance(value, int | float):
        # The status of an answer over HTTP, which stands in many envelopes.
        if value == HTTPStatus.OK:
            return result
        raise Refused
    word = folded(value.replace(" ", ""))
    if word in _GOOD:
        return result
    if word in _PRELIMINARY:
        return replace(result, is_preliminary=True)
    if word in _BAD:
        return replace(result, is_bad=True)
    raise Refused


def _is_bad(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that a number is no measurement."""
    truth = _truth(value)
    if truth is None:
        raise Refused
    return replace(result, is_bad=True) if truth else result


def _is_preliminary(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that a number may change yet."""
    truth = _truth(value)
    if truth is None:
        raise Refused
    return replace(result, is_preliminary=True) if truth else result


def _is_final(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that a number will not change."""
    truth = _truth(value)
    if truth is None:
        raise Refused
    return result if truth else replace(result, is_preliminary=True)


def _family(*names: str) -> frozenset[str]:
    return frozenset(names)


# The words left of a name, without fillers, and what such a member does. The first
# family that holds them all counts.
_MULTIPLIERS: Final = _family(
    "multiplier", "factor", "multiplicator", "faktor", "prefix"
)
# Any of these words in a name tells what its member does.
_TELLING: Final[tuple[tuple[frozenset[str], Effect], ...]] = (
    (_family("exponent", "pow10", "power10"), _exponent),
    (_family("divisor", "divider", "denominator", "divide"), _divisor),
    (_MULTIPLIERS | {"multiply", "constant"}, _multiplier),
    (_family("decimals", "decimal", "places", "digits", "precision"), _decimals),
    (_family("scale", "scaling", "magnitude"), _scale),
    (_family("minor", "subunit", "subunits", "cents", "ore", "hundredths"), _minor),
    (_family("direction"), _direction),
    (_family("cumulative", "cumulated", "accumulated", "counter"), _is_register),
    (_family("estimated", "interpolated", "substituted", "simulated"), _is_bad),
)
# The words left of a name, without fillers, and what such a member does. The first
# family that holds them all counts.
_FAMILIES: Final[tuple[tuple[frozenset[str], Effect], ...]] = (
    (_family("symbol"), _unit),
    (_family("flow"), _direction),
    (
        _family(
            *("import", "imported", "consumption", "drawn", "consumed", "withdrawal"),
            *("purchased", "bought", "from", "grid", "import"),
        ),
        _is_drawn,
    ),
    (
        _family(
            *("production", "export", "exported", "feed", "feedin", "fed", "produced"),
            *("injection", "injected", "generation", "generated", "returned", "return"),
            *("sold", "reverse", "outgoing", "to", "grid", "delivered"),
        ),
        _is_fed_in,
    ),
    (_family("register", "running", "absolute", "increasing"), _is_register),
    (_family("position", "alignment", "convention", "boundary", "edge"), _position),
    (_family("anchor", "label", "position", "location", "at"), _perhaps_position),
    (_family("label", "closed", "meaning", "refers", "to", "side"), _perhaps_position),
    (_family("end", "ending", "ends", "ends", "at", "right", "closed", "are"), _is_end),
    (_family("start", "starting", "starts", "begin", "beginning", "at"), _is_start),
    (
        _family(
            *("quality", "validity", "valid", "status", "state", "available"),
            *(
                "complete",
                "reliability",
                "trusted",
                "verified",
                "validated",
                "reliable",
            ),
            *("validation",),
        ),
        _quality,
    ),
    (
        _family(
            *("estimate", "missing", "invalid", "error", "gap", "pending", "nodata"),
            *("faulty", "bad", "incomplete", "unavailable", "suspect", "notyet"),
            *("not", "yet", "partial", "forecast", "predicted", "planned", "available"),
            *("expected", "projected", "budget", "test", "demo", "modelled"),
            *("calculated", "estimation"),
        ),
        _is_bad,
    ),
    (_family("preliminary", "provisional", "tentative", "temporary"), _is_preliminary),
    (_family("final", "confirmed", "definitive", "settled"), _is_final),
)
_FRACTIONS: Final = frozenset({"fraction", "ratio", "normalized", "normalised"})
# Names that only as a whole say something.
_WHOLE_NAMES: Final[Mapping[str, Effect]] = {
    **dict.fromkeys(("timezone", "tz", "timezonename", "timezoneid", "tzname"), _zone),
    **dict.fromkeys(("utcoffset", "timezoneoffset", "timeoffset", "iana"), _zone),
    **dict.fromkeys(("isutc", "utc", "timesareutc", "utctime"), _is_utc),
    **dict.fromkeys(("aggregation", "accumulation", "accumulate", "scenario"), _sort),
    **dict.fromkeys(
        ("commodity", "medium", "utility", "resource", "energytype"), _sort
    ),
    **dict.fromkeys(("hasvalue", "hasdata", "exists", "present"), _is_good),
    **dict.fromkeys(("measured", "ismeasured", "actual", "isactual"), _is_good),
    **dict.fromkeys(("ok", "isok", "reliable", "isreliable"), _is_good),
    **dict.fromkeys(("statclass", "stateclass", "mode", "method"), _sort),
    **dict.fromkeys(("qualifier", "flag", "flags", "accumulationbehaviour"), _sort),
    **dict.fromkeys(("timeseriestype", "aggregationtype", "valuekind"), _sort),
    **dict.fromkeys(("ismeterreading", "runningtotal", "isrunningtotal"), _is_register),
    **dict.fromkeys(("totalincreasing", "isabsolute", "absolute"), _is_register),
    **dict.fromkeys(
        ("tzid", "zoneid", "ianatimezone", "timezoneiana", "zonename"), _zone
    ),
    **dict.fromkeys(("timestamptimezone", "localtimezone", "datetimezone"), _zone),
    **dict.fromkeys(("timesin", "timezoneoffset", "gmtoffset", "tzoffset"), _zone),
    **dict.fromkeys(("inutc", "timeinutc", "timestampsareutc", "isutctime"), _is_utc),
    **dict.fromkeys(("islocal", "localtime", "islocaltime"), _is_local),
    **dict.fromkeys(("dst", "isdst", "summertime", "issummertime"), _is_summer),
    **dict.fromkeys(("daylightsaving", "isdaylightsaving"), _is_summer),
    **dict.fromkeys(("timestampat", "timeanchor", "anchor"), _perhaps_position),
    **dict.fromkeys(("timestamplocation", "labelposition"), _perhaps_position),
    **dict.fromkeys(("hourending", "rightclosed", "timestampsareends"), _is_end),
    **dict.fromkeys(("typeclass", "timeseriestypeclass"), _type_class),
    # What eSmart calls so is the sort of a series: 1 is consumption.
    "consumptionunittype": _type_class,
    **dict.fromkeys(("powerof10", "poweroften", "powersof10"), _exponent),
    **dict.fromkeys(("poweroftenmultiplier", "powerof10multiplier"), _exponent),
    **dict.fromkeys(("timetype", "timestamptype", "intervaltype"), _perhaps_position),
    **dict.fromkeys(("timekind", "timestampkind", "timemeaning"), _perhaps_position),
}
# Words that tell what a number belongs to: of them `rows` knows more.
NARROW: Final = frozenset(
    {
        *("appliance", "device", "register", "obis", "channel", "phase", "room"),
        *("circuit", "category", "component", "plug", "socket", "sensor", "equipment"),
    }
)
BANDS: Final = frozenset({"tariff", "band", "fascia", "rate", "tou"})
WHICH: Final = frozenset(
    {
        *("meter", "area", "zone", "region", "contract", "pod", "location", "site"),
        *("account", "customer", "version", "revision", "product", "commodity"),
        *("medium", "resource", "deliverypoint", "asset", "supply", "metering"),
        *("gsrn", "ean", "mpan", "mrid"),
    }
)
_VOCABULARY: Final = frozenset().union(
    *(family for family, _ in (*_FAMILIES, *_TELLING)),
    *(_UNIT_WORDS, _OF_ELSE),
    *(_FILLERS, _OTHERS, NARROW, BANDS, WHICH, _FRACTIONS, {"currency", "id", "key"}),
    _SORTS | _SORTED | _SUMMARIES | {"row", "record", "level", "aggregation", "flag"},
    {"price", "cost", "start", "end", "from", "to", "date", "hour", "display"},
)
