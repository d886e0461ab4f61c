"""How eSmart spells ids, flags and lists.

`""` stands for nothing wherever a text or an id may.

Source: the help pages, which show one body each.
"""

from collections.abc import Callable
from typing import Final

from ..reading.body import WRAPPERS, Body, Mismatch, Refused, number

# Ids and counts are smaller; a larger number is not exact any more.
_INTEGER_LIMIT: Final = 2**53


def text(value: object) -> str | None:
    """Read a text."""
    if not isinstance(value, str):
        raise Mismatch
    return value or None


def ident(value: object) -> str | None:
    """Read an id, which is a number here and a text there."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Mismatch
    return str(value) or None


def idents(value: object) -> tuple[str, ...]:
    """Read a list of ids."""
    if not isinstance(value, list):
        raise Mismatch
    return tuple(name for name in map(ident, value) if name is not None)


def flag(value: object) -> bool:
    """Read a truth, or the text that spells it."""
    told = {"true": True, "false": False}
    if isinstance(value, str) and value.casefold() in told:
        return told[value.casefold()]
    if not isinstance(value, bool):
        raise Mismatch
    return value


def integer(value: object) -> int:
    """Read a whole number."""
    whole = number(value, low=1 - _INTEGER_LIMIT, high=_INTEGER_LIMIT - 1)
    if whole != int(whole):
        raise Refused
    return int(whole)


def whole(value: object) -> int:
    """Read a whole number that is not below zero."""
    return integer(number(value))


def optional[ValueT](
    place: Body, accept: Callable[[object], ValueT], *names: str
) -> ValueT | None:
    """Return a member that may be missing."""
    return place.read(accept, *names, required=False)


def bare[ValueT](
    data: Body, accept: Callable[[object], ValueT], *names: str
) -> ValueT | None:
    """Return the answer that is a value itself, or an object that holds it."""
    if isinstance(data.value, dict):
        place = data.unwrapped(*names)
        return place.read(accept, *names, *WRAPPERS)
    if isinstance(data.value, list) and len(data.value) == 1:
        return bare(data.child(data.value[0]), accept, *names)
    return data.child({names[0]: data.value}).read(accept, names[0])


def required_id(place: Body, *names: str) -> str:
    """Return the id of an object, without which it is none."""
    name = place.read(ident, *names)
    if name is None:
        raise place.unexpected(f"{names[0]} is missing")
    return name


def rows_if_any(place: Body, *names: str) -> list[Body]:
    """Return the objects of a list that may be missing."""
    for name in names:
        if isinstance(members := place.member(name), list):
            return [place.child(row) for row in members if row is not None]
    return []


def inner(place: Body, *names: str) -> Body | None:
    """Return the place of an object further inside, or None where there is none."""
    given = [member for name in names if (member := place.member(name)) is not None]
    for member in given:
        if isinstance(member, dict):
            return place.child(member)
    if given:
        raise place.unexpected(f"{names[0]} is no object")
    return None
