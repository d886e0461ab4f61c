"""What a member that says something of a number does to what is known of it.

One whose value is not understood raises Refused: the number is then unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from http import HTTPStatus
import re
from typing import Final
from zoneinfo import ZoneInfo

from .numbers import Refused
from .quantities import CURRENCY, Quantity
from .words import folded


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
            agreed(self.times, outer.times, 1.0),
            agreed(self.decimals, outer.decimals, 0),
            agreed(self.position, outer.position, None),
            agreed(self.zone, outer.zone, None),
            agreed(self.is_summer, outer.is_summer, None),
            self.is_bad or outer.is_bad,
            self.is_preliminary or outer.is_preliminary,
        )


def agreed[T](inner: T, outer: T, nothing: T) -> T:
    """Return what one of two says, or both alike."""
    if nothing not in (inner, outer) and inner != outer:
        raise Refused
    return outer if inner == nothing else inner


NOTHING: Final = Said()
type Told = str | float | bool
type Effect = Callable[[Told, Quantity, Said], Said]


def take_coded(effect: Effect) -> Effect:
    """Return an effect that passes whole numbers over, as codes known elsewhere."""

    def take(value: Told, quantity: Quantity, result: Said) -> Said:
        is_code = isinstance(value, int) and not isinstance(value, bool)
        return result if is_code else effect(value, quantity, result)

    return take


# Words of quantities that are units as well.
_UNIT_TEXTS: Final = frozenset(
    {
        *("kwh", "wh", "mwh", "watt", "watts", "kw", "percent", "percentage", "ratio"),
        *("m2", "celsius"),
    }
)
_TRUE: Final = frozenset({"true", "yes", "y", "1", "ja", "si"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "nei", "nein"})


def truth_of(value: Told) -> bool | None:
    """Return what a flag says, None for what is none."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().casefold()
    return True if text in _TRUE else False if text in _FALSE else None


def take_unit(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a unit, or half of one; the name of the quantity itself says nothing."""
    if not isinstance(value, str):
        raise Refused
    if folded(value.strip()) in quantity.words - _UNIT_TEXTS:
        return result
    return replace(result, units=result.units | {value})


def take_currency(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take the currency of money, of which a unit may be a part."""
    return take_unit(f"{CURRENCY}{value}", quantity, result)


def take_energy_unit(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take the energy that a price is for."""
    return take_unit(f"per {value}", quantity, result)


@lru_cache(maxsize=64)
def take_unit_beside(beside: Quantity) -> Effect:
    """Return what takes a unit that may be of another quantity."""

    def take(value: Told, quantity: Quantity, result: Said) -> Said:
        """Pass a unit of the other quantity over."""
        try:
            is_of_other = isinstance(value, str) and beside.unit(frozenset({value}))
        except Refused:
            is_of_other = None
        return result if is_of_other else take_unit(value, quantity, result)

    return take


def take_is_fraction(value: Told, quantity: Quantity, result: Said) -> Said:
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


def take_multiplier(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a factor by which numbers are to be multiplied."""
    if isinstance(value, str):
        times = _PREFIXES.get(value.strip()) or _PREFIXES.get(value.strip().casefold())
        times = times or _plain_number(value)
    else:
        times = None if isinstance(value, bool) else float(value)
    if times is None or not 1e-9 <= times <= 1e9:
        raise Refused
    return replace(result, times=result.times * times)


def take_divisor(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a number by which numbers are to be divided."""
    by = _plain_number(value)
    if by is None or not 1 <= by <= 1e9:
        raise Refused
    return replace(result, times=result.times / by)


def take_exponent(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a power of ten."""
    power = _plain_number(value)
    if power is None or power != int(power) or not -9 <= power <= 9:
        raise Refused
    return replace(result, times=result.times * 10 ** int(power))


def take_decimals(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take how many decimals whole numbers have."""
    count = _plain_number(value)
    if count is None or count != int(count) or not 0 <= count <= 9:
        raise Refused
    return replace(result, decimals=agreed(result.decimals, int(count), 0))


def take_scale(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a scale, which is a factor or a power of ten: only 1 and 0 are sure."""
    told = _plain_number(value)
    if told in {100, 1000, 10_000, 1_000_000}:
        return replace(result, times=result.times * (told or 1))
    raise Refused


def take_minor(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take whether money is told in hundredths."""
    is_minor = True if value in {100, "100"} else truth_of(value)
    if is_minor is None and isinstance(value, str):
        return take_unit(value, quantity, result)
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


def take_direction(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what is not drawn from the grid."""
    if isinstance(value, str) and folded(value.replace(" ", "")) in _DRAWN:
        return result
    raise Refused


def take_is_drawn(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what a flag does not call drawn; a number beside is another quantity."""
    if not isinstance(value, bool) or value:
        return result
    raise Refused


def take_is_fed_in(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what a flag calls fed in; a number beside is another quantity."""
    if value is True:
        raise Refused
    return result


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
_USUAL_CLASS: Final = 1
_REGISTER_CLASS: Final = 100


def take_is_good(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that a number is one; a number beside is another quantity."""
    truth = truth_of(value) if isinstance(value, bool | str) else True
    if truth is None:
        raise Refused
    return result if truth else replace(result, is_bad=True)


def take_sort(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what a type calls a register, or another thing than what was drawn."""
    if value == _REGISTER_CLASS:
        raise Refused
    if not isinstance(value, str):
        return result
    word = folded(value.replace(" ", ""))
    if word in _REGISTERS | _NOT_DRAWN:
        raise Refused
    return replace(result, is_bad=True) if word in _BAD else result


def take_type_class(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take the class of a series: 1 is of amounts per interval, 100 a register."""
    if _plain_number(value) != _USUAL_CLASS:
        raise Refused
    return result


def take_is_register(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse what a flag calls a register."""
    if value is True or (isinstance(value, str) and truth_of(value) is not False):
        raise Refused
    return result


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


def take_quality(value: Told, quantity: Quantity, result: Said) -> Said:
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


def take_is_bad(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that a number is no measurement."""
    truth = truth_of(value)
    if truth is None:
        raise Refused
    return replace(result, is_bad=True) if truth else result


def take_is_preliminary(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that a number may change yet."""
    truth = truth_of(value)
    if truth is None:
        raise Refused
    return replace(result, is_preliminary=True) if truth else result


def take_is_final(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that a number will not change."""
    truth = truth_of(value)
    if truth is None:
        raise Refused
    return result if truth else replace(result, is_preliminary=True)
