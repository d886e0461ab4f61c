"""What is said of times beside them: their zone, and which end of an interval they are.

Source of the zones: those of the portals' countries, which share their clocks.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from .numbers import Refused
from .quantities import Quantity
from .said_effects import Position, Said, Told, agreed, truth_of
from .words import folded

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


def take_zone(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a zone by name; those of middle Europe share their clocks."""
    name = _ZONES.get(str(value).strip().casefold())
    if name is None:
        raise Refused
    return replace(result, zone=agreed(result.zone, _READ[name], None))


def take_is_local(value: Told, quantity: Quantity, result: Said) -> Said:
    """Refuse times of a zone that is not named."""
    if truth_of(value) is not False:
        raise Refused
    return result


def take_is_summer(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take whether summer time is on, which tells the hour that comes twice."""
    is_summer = truth_of(value)
    if is_summer is None:
        raise Refused
    return replace(result, is_summer=agreed(result.is_summer, is_summer, None))


def take_is_utc(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that times are in UTC."""
    if not isinstance(value, bool) and truth_of(value) is None:
        raise Refused
    if not truth_of(value):
        return result
    return replace(result, zone=agreed(result.zone, _READ["UTC"], None))


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


def take_position(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take what a time stands for."""
    told = _spelt_position(value)
    if told is None:
        raise Refused
    return replace(result, position=agreed(result.position, told, None))


def take_perhaps_position(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take what a time stands for, if that is what a name such as `label` means."""
    told = _spelt_position(value)
    return result if told is None else replace(result, position=told)


def _spelt_position(value: Told) -> Position | None:
    """Return what of an interval a text names."""
    word = folded(str(value).replace(" ", ""))
    return (
        Position.START if word in _STARTS else Position.END if word in _ENDS else None
    )


def take_is_end(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that times are ends."""
    return _flagged(value, result, Position.END, Position.START)


def take_is_start(value: Told, quantity: Quantity, result: Said) -> Said:
    """Take a flag that times are starts."""
    return _flagged(value, result, Position.START, Position.END)


def _flagged(value: Told, result: Said, yes: Position, no: Position) -> Said:
    """Take a flag about times; what is none is a time of its own."""
    if not isinstance(value, bool):
        return result
    return replace(result, position=agreed(result.position, yes if value else no, None))
