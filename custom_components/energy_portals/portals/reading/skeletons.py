"""What a body looks like, for diagnostics: its keys and types, none of its values."""

from collections.abc import Mapping
import re
from typing import Final

import msgspec

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
# F23 and v2 are names; a number of three digits, or many of one or two, is data.
_DIGITS: Final = re.compile(r"[0-9]{3}|([0-9].*){5}")
_DATA: Final = "<key>"
_MAX_DEPTH: Final = 8
_MAX_KEYS: Final = 60


def skeleton(body: object, depth: int = 0) -> object:
    """Return keys and JSON types of a body, and none of its values.

    Of a list only the first element is described. A key that is data (a date, an
    account number, somebody's name) is printed as `<key>`.
    """
    if isinstance(body, Mapping):
        if depth >= _MAX_DEPTH:
            return "object"
        members = {
            told_name(key): skeleton(value, depth + 1)
            for key, value in list(body.items())[:_MAX_KEYS]
        }
        return {_DATA: one} if (one := _alike(list(members.values()))) else members
    if isinstance(body, list):
        if depth >= _MAX_DEPTH:
            return "array"
        return [skeleton(value, depth + 1) for value in body[:1]]
    for kind, name in (
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (str, "string"),
    ):
        if isinstance(body, kind):
            return name
    return "null"


def told_name(key: str) -> str:
    """Return a key that is a name, and a stand-in for one that is data.

    It is data when it is no plain identifier or has many digits.
    """
    plain = _PLAIN_KEY.fullmatch(key) and not _DIGITS.search(key)
    return key if plain else _DATA


def _alike(shapes: list[object]) -> object:
    """Return the shape that all of several objects have: their keys are data."""
    first, *others = shapes or [None]
    alike = isinstance(first, dict) and others and all(each == first for each in others)
    return first if alike else None


def skeleton_of_json(body: bytes) -> object:
    """Return keys and types of a JSON body."""
    try:
        return skeleton(msgspec.json.decode(body))
    except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
        return "not JSON"
