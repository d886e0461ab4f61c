"""What bodies are made of, and say: an error's in words and by its code."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from .errors import UnexpectedResponse

_NAMES: Final = (
    *("message", "error_description", "error", "detail"),
    *("responsestatus", "exceptionmessage", "title"),
)
# The last is that of OAuth2 (RFC 6749, 5.2).
_CODES: Final = ("reason", "__type", "error")


def decoded[AnswerT, ResultT](
    operation: str, decode: Callable[[AnswerT], ResultT], answer: AnswerT
) -> ResultT:
    """Return what an answer says, if it is not nested deeper than can be read."""
    try:
        return decode(answer)
    except RecursionError:
        raise UnexpectedResponse(operation, "the body is too deep") from None


def plain(value: object) -> str:
    """Return a time of a clock that has a class of its own for times."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def words_of_json(body: bytes) -> str:
    """Return what an error body says in words, of whatever form it is."""
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
        return ""
    return value if isinstance(value, str) else words_of(value)


def reason_of_json(body: bytes) -> str:
    """Return an error body's own code for what happened, without its name space."""
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
        return ""
    if not isinstance(value, Mapping):
        return ""
    codes = (value.get(name) for name in _CODES)
    reason = next((code for code in codes if isinstance(code, str)), "")
    return reason.rpartition("#")[2]


def words_of(value: object) -> str:
    """Return what an object says under the names that errors use, in any case."""
    if not isinstance(value, Mapping):
        return ""
    members: dict[str, object] = {}
    for name, member in value.items():
        members.setdefault(name.casefold(), member)
    for name in _NAMES:
        member = members.get(name)
        if isinstance(member, Mapping):
            member = member.get("Message", member.get("message"))
        if isinstance(member, list):
            member = "; ".join(each for each in member if isinstance(each, str))
        if isinstance(member, str) and member:
            return member
    return ""
