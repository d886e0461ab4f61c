"""What a body looks like, for diagnostics: its keys and types, none of its values."""

from collections.abc import Collection, Mapping
import re
from typing import Final

import msgspec

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
# F23 and v2 are names; a number of three digits, or many of one or two, is data.
_DIGITS: Final = re.compile(r"[0-9]{3}|([0-9].*){5}")
_DATA: Final = "<key>"
_MAX_DEPTH: Final = 8
_MAX_KEYS: Final = 60
# Bytes of a skeleton as JSON, however large the body.
LIMIT: Final = 8000
# Stands among the keys where more of them were left out.
MORE: Final = "..."
# What the sign takes, and room for the largest that may still come.
_OF_MORE: Final = len(f'"{MORE}": "{MORE}", ')
_ROOM: Final = 64


def skeleton(body: object) -> object:
    """Return keys and JSON types of a body, and none of its values.

    Of a list only the first element is described. A key that is no plain identifier, or
    has a run of digits, is data (a date, an account number), and printed as `<key>`,
    once in an object. As JSON it has at most 8,000 bytes: `"..."` stands for keys that
    are left out, and a bare `object` or `array` for what lies too deep.
    """
    return _Drawing().of(body, 0)


class _Drawing:
    """A skeleton that is being made, and how many bytes are left for it."""

    def __init__(self) -> None:
        """Begin with all of them."""
        self._left = LIMIT

    def of(self, body: object, depth: int) -> object:
        """Return the skeleton of a place."""
        kind = _kind(body)
        has_room = depth < _MAX_DEPTH and self._left > _ROOM
        if has_room and isinstance(body, Mapping):
            return self._object(body, depth)
        if has_room and isinstance(body, list):
            self._left -= len("[]")
            return [self.of(element, depth + 1) for element in body[:1]]
        self._left -= len(f'"{kind}"')
        return kind

    def _object(self, body: Mapping[str, object], depth: int) -> dict[str, object]:
        """Return the skeleton of an object."""
        self._left -= len("{}") + _OF_MORE
        shape: dict[str, object] = {}
        for number, (key, member) in enumerate(body.items()):
            name = told_name(key)
            if number == _MAX_KEYS or self._left < len(name) + _ROOM:
                shape[MORE] = MORE
                break
            if name not in shape:
                self._left -= len(f'"{name}": , ')
                shape[name] = self.of(member, depth + 1)
        else:
            self._left += _OF_MORE
        one = _alike([shape[name] for name in shape if name != MORE])
        more = {MORE: MORE} if MORE in shape else {}
        return {_DATA: one, **more} if one else shape


def _kind(value: object) -> str:
    """Return the JSON type of a value."""
    match value:
        case Mapping():
            return "object"
        case list():
            return "array"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
    return "null"


def told_name(key: str) -> str:
    """Return a key that is a name, and a stand-in for one that is data.

    It is data when it is no plain identifier or has many digits.
    """
    plain = _PLAIN_KEY.fullmatch(key) and not _DIGITS.search(key)
    return key if plain else _DATA


def without_names(shape: object, secrets: Collection[str]) -> object:
    """Return a skeleton in which no key has one of these texts in it."""
    if isinstance(shape, Mapping):
        return {
            _DATA if any(each in key for each in secrets) else key: without_names(
                member, secrets
            )
            for key, member in shape.items()
        }
    if isinstance(shape, list):
        return [without_names(member, secrets) for member in shape]
    return shape


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
