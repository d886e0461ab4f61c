"""What the body of an error says in words."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

_NAMES: Final = (
    *("message", "error_description", "error", "detail"),
    *("responsestatus", "exceptionmessage"),
)


def words_of_json(body: bytes) -> str:
    """Return what an error body says in words, of whatever form it is."""
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
        return ""
    return value if isinstance(value, str) else words_of(value)


def words_of(value: Any) -> str:
    """Return what an object says under the names that errors use, in any case."""
    if not isinstance(value, Mapping):
        return ""
    members: dict[str, Any] = {}
    for name, member in value.items():
        members.setdefault(name.casefold(), member)
    for name in _NAMES:
        member = members.get(name)
        if isinstance(member, Mapping):
            member = member.get("Message", member.get("message"))
        if isinstance(member, str) and member:
            return member
    return ""
