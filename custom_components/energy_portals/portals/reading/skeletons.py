"""What a body looks like, for diagnostics: its keys and types, none of its values."""

from collections.abc import Mapping
import re
from typing import Final

import msgspec

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_DIGITS: Final = re.compile(r"[0-9]{4}")
_MAX_DEPTH: Final = 8
_MAX_KEYS: Final = 60


def skeleton(body: object, depth: int = 0) -> object:
    """Return keys and JSON types of a body, and none of its values.

    Of a list only the first element is described. A key that is no plain identifier, or
    has a run of digits, is data (a date, an account number), and printed as `<key>`.
    """
    if isinstance(body, Mapping):
        if depth >= _MAX_DEPTH:
            return "object"
        return {
            _name(key): skeleton(value, depth + 1)
            for key, value in list(body.items())[:_MAX_KEYS]
        }
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


def _name(key: str) -> str:
    """Return a key that is a name, and a stand-in for one that is data."""
    plain = _PLAIN_KEY.fullmatch(key) and not _DIGITS.search(key)
    return key if plain else "<key>"


def skeleton_of_json(body: bytes) -> object:
    """Return keys and types of a JSON body."""
    try:
        return skeleton(msgspec.json.decode(body))
    except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
        return "not JSON"
