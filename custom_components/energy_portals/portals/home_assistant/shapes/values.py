"""Single values of foreign payloads: Python objects and their JSON text alike."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
import re
from typing import Final, cast

import msgspec

from ...http.errors import ReadingRefused
from ...reading.moments import Wall, read_time
from ...reading.numbers import Mismatch, Refused
from ...reading.skeletons import skeleton

type Items = Sequence[object]

_YEARS: Final = range(2000, 2100)
_CLOCK: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
# Characters; a list of four days of quarters is far below.
_LONGEST_TEXT: Final = 1_000_000
_LONGEST_NUMBER: Final = 40
_MOST_ITEMS: Final = 10_000
_DEEPEST: Final = 8
_MOST_KEYS: Final = 60


def told_time(value: object) -> datetime | Wall | None:
    """Return a moment in UTC, or a time of a wall's clock where no offset is said.

    None for whatever is no date with a time of the day.
    """
    try:
        if isinstance(value, datetime):
            if value.utcoffset() is None:
                wall = Wall(value.replace(tzinfo=None, fold=0))
                return wall if value.year in _YEARS else None
            moment = datetime.fromtimestamp(value.timestamp(), UTC)
            return moment if moment.year in _YEARS else None
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            return None
        told = read_time(value)
    except Mismatch, Refused, ValueError, OverflowError, OSError:
        return None
    year = (told.when if isinstance(told, Wall) else told).year
    return told if year in _YEARS else None


def told_number(value: object) -> float | None:
    """Return a finite number, in whatever unit it is; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, str):
            if len(value) > _LONGEST_NUMBER or not _NUMBER.fullmatch(value.strip()):
                return None
            value = float(value)
        if isinstance(value, int | float | Decimal) and isfinite(value):
            return float(value)
    except ValueError, OverflowError, ArithmeticError:
        # A signalling NaN, or a whole number beyond every float.
        pass
    return None


def is_plain(value: object) -> bool:
    """Say whether a value is a number, or stands for one that there is not."""
    if isinstance(value, bool):
        return False
    return value is None or isinstance(value, str | int | float | Decimal)


def told_items(value: object) -> Items | None:
    """Return the items of a list, also of one that is JSON text; None for others."""
    if isinstance(value, str):
        value = _of_json(value)
    if isinstance(value, list | tuple) and len(value) <= _MOST_ITEMS:
        return cast(Items, value)
    return None


def told_mapping(value: object) -> Mapping[str, object] | None:
    """Return a mapping by its names, times as text; also one that is JSON text."""
    if isinstance(value, str):
        value = _of_json(value)
    if not isinstance(value, Mapping) or len(value) > _MOST_ITEMS:
        return None
    named = (
        (key.isoformat() if isinstance(key, datetime) else key, each)
        for key, each in value.items()
    )
    return {key: each for key, each in named if isinstance(key, str)}


def _of_json(text: str) -> object:
    """Return what text says that is JSON, None where it is not."""
    if text[:1] not in {"[", "{"} or len(text) > _LONGEST_TEXT:
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError, UnicodeError, RecursionError:
        return None


def member(item: object, path: str) -> object:
    """Return what is at a path such as `price_tax_included.amount`; None if nothing."""
    if "." not in path:
        return item.get(path) if isinstance(item, Mapping) else None
    for name in path.split("."):
        if not isinstance(item, Mapping):
            return None
        item = item.get(name)
    return item


def has_member(item: object, path: str) -> bool:
    """Say whether there is anything at a path, None included."""
    outer, _, name = path.rpartition(".")
    around = member(item, outer) if outer else item
    return isinstance(around, Mapping) and name in around


def misfit(operation: str, expected: str, came: object) -> ReadingRefused:
    """Return the error of a payload that is not as it was: both, without values."""
    return ReadingRefused(operation, expected, skeleton(_drawn(came, 0)))


def _drawn(came: object, depth: int) -> object:
    """Return as much of a payload as a skeleton shows, as plain data."""
    if isinstance(came, Mapping) and depth < _DEEPEST:
        members = list(zip(range(_MOST_KEYS + 1), came.items(), strict=False))
        return {str(key): _drawn(each, depth + 1) for _, (key, each) in members}
    if isinstance(came, list | tuple) and depth < _DEEPEST:
        return [_drawn(each, depth + 1) for each in came[:1]]
    if came is None or isinstance(came, bool | int | float):
        return came
    # Text, times, and whatever else a payload may hold.
    return ""
