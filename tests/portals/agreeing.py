"""Whether what was read is what was told: the same, or nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields as fields_of, is_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
import math
import re
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

type Told = Mapping[str, Any]
# What an object's members may have been read from: values, any of which it may be.
# What stands under their own names goes without saying; None is not told at all.
type Members = Mapping[str, Callable[[Told], Iterable[object]] | None]
type Deeper = Callable[..., Iterator[str]]

_BERLIN = ZoneInfo("Europe/Berlin")
_NOTHING = (None, (), [], "", {})


def differences(
    read: object,
    told: object,
    truths: Mapping[type, Members] = {},
    *,
    whole: bool = False,
    place: str = "$",
) -> Iterator[str]:
    """Yield where something was read that was not told.

    With `whole`, also where something was told that was not read.
    """
    if not isinstance(read, bool | int | float) and read in _NOTHING:
        if whole and told not in _NOTHING:
            yield f"{place}: nothing for {told!r}"
        return
    if isinstance(read, msgspec.Raw):
        read = msgspec.json.decode(read)
    deeper = partial(differences, truths=truths, whole=whole)
    if isinstance(read, list | tuple):
        yield from _of_lists(list(read), told, deeper, place, whole=whole)
    elif is_dataclass(read) or isinstance(read, msgspec.Struct):
        yield from _of_objects(read, told, truths, deeper, place)
    elif isinstance(read, dict):
        known = told if isinstance(told, dict) else {}
        for name, value in read.items():
            yield from deeper(value, known.get(name), place=f"{place}.{name}")
    elif not is_same(read, told):
        yield f"{place}: {read!r} for {told!r}"


def _of_lists(
    read: list[object], told: object, deeper: Deeper, place: str, *, whole: bool
) -> Iterator[str]:
    """Yield elements that are none of those that were told, in their order."""
    if not isinstance(told, list) or (
        whole and len(read) not in {len(told), len(_once(told))}
    ):
        yield f"{place}: {len(read)} elements for {told!r}"
        return
    rest = iter(told)
    for number, each in enumerate(read):
        if not any(not [*deeper(each, one)] for one in rest):
            yield f"{place}[{number}]: {each!r} is none of {told!r}"


def _once(rows: list[object]) -> list[object]:
    """Return rows of which none repeats another."""
    return [each for place, each in enumerate(rows) if each not in rows[:place]]


def _of_objects(
    read: Any, told: object, truths: Mapping[type, Members], deeper: Deeper, place: str
) -> Iterator[str]:
    """Yield members that are not what was told under any of their names."""
    if not isinstance(told, dict):
        yield f"{place}: an object for {type(told).__name__}"
        return
    known = truths.get(type(read), {})
    for name, spelt in _names(read):
        told_as = known.get(name, _under(spelt))
        values = [] if told_as is None else [*told_as(told)]
        value = getattr(read, name)
        if values and all([*deeper(value, each)] for each in values):
            yield f"{place}.{name}: {value!r} for {values!r}"


def _under(name: str) -> Callable[[Told], list[object]]:
    """Return how to find what stands under a name."""
    return lambda told: [told.get(name)]


def _names(read: Any) -> Iterator[tuple[str, str]]:
    """Yield the names of members, here and in the body."""
    if isinstance(read, msgspec.Struct):
        for each in msgspec.structs.fields(read):
            yield each.name, each.encode_name
    else:
        for one in fields_of(read):
            yield one.name, one.name


def is_same(read: object, told: object) -> bool:
    """Say whether a value means the same as it was told."""
    match read:
        case bool():
            return read is told
        case datetime():
            return moment(told) == read
        case date():
            return day(told) == read
        case int() | float():
            return _is_number(read, told)
        case str():
            return isinstance(told, str | int | float) and (
                read.strip().casefold() == str(told).strip().casefold()
            )
    return read == told


def _is_number(read: float, told: object) -> bool:
    """Say whether a number is the one that was told, with a point or a comma."""
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        return False
    if read == told:
        return True
    try:
        number = float(told if not isinstance(told, str) else told.replace(",", "."))
        return math.isclose(read, number, rel_tol=1e-12)
    except ValueError, OverflowError:
        return False


def moment(told: object) -> datetime | None:
    """Return a moment by the letter of RFC 3339, leap seconds and `z` included."""
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", str(told)
    )
    if found is None:
        return _parsed(str(told))
    minute, seconds, part, offset = found.groups()
    base = _parsed(f"{minute}{'+00:00' if offset in 'Zz' else offset}")
    if base is None:
        return None
    return base + timedelta(seconds=int(seconds) + float((part or ".0")[:7]))


def _parsed(text: str) -> datetime | None:
    """Return a time that Python reads."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    local = parsed if parsed.tzinfo else parsed.replace(tzinfo=_BERLIN)
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return None


def day(told: object) -> date | None:
    """Return the German day of a date or a time."""
    try:
        return date.fromisoformat(str(told))
    except ValueError:
        found = moment(told)
        return None if found is None else found.astimezone(_BERLIN).date()
