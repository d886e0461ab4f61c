"""What is peculiar about eSmart's transport, in one place.

JSON comes under any content type, with references between its objects, and errors come
in answers that succeeded.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from ..http.errors import Rejected, UnexpectedResponse
from ..http.messages import words_of

# What the portal's framework puts into an error, and nothing else does.
_ONLY_IN_ERRORS: Final = frozenset(
    {
        *("message", "messagedetail", "modelstate"),
        *("exceptionmessage", "exceptiontype", "stacktrace", "innerexception"),
    }
)


def sent(when: datetime) -> str:
    """Return a time as requests have it: UTC, whole seconds, without an offset."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def decoded(operation: str, body: bytes, redact: Callable[[str], str]) -> object:
    """Return the value of a body; an empty one is None.

    Raises UnexpectedResponse for what is not JSON, and Rejected for an error in an
    answer that succeeded.
    """
    if not body.strip():
        return None
    try:
        value = normalised(msgspec.json.decode(body))
    except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
        raise UnexpectedResponse(operation, "the body is not JSON") from None
    if is_failure(value):
        raise Rejected(operation, redact(words_of(value)), status=200)
    return value


def normalised(value: object) -> object:
    """Return a value with its references resolved and its wrappers taken off.

    `{"$ref": n}` becomes the object whose `$id` is n, wherever that stands; None where
    there is none, or where it would hold itself. `{"$values": [...]}` becomes the list.
    Objects are shared, not copied.
    """
    return _Resolved(value).of(value)


class _Resolved:
    """The references of one document."""

    def __init__(self, document: object) -> None:
        """Index every object that has an id."""
        self._by_id: dict[str, dict[str, object] | None] = {}
        self._done: dict[int, object] = {}
        self._open: set[int] = set()
        waiting = [document]
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, dict):
                if (name := _reference(value.get("$id"))) is not None:
                    # Two objects of one id: a reference does not say which it means.
                    self._by_id[name] = None if name in self._by_id else value
                waiting.extend(value.values())

    def of(self, value: object) -> object:
        """Return a value without references, ids and wrappers."""
        if isinstance(value, list):
            return [self.of(element) for element in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            name = _reference(value["$ref"])
            target = None if name is None else self._by_id.get(name)
            return None if target is None else self._object(target)
        return self._object(value)

    def _object(self, value: dict[str, object]) -> object:
        """Return one object, made once however often it is referred to."""
        key = id(value)
        if key in self._done:
            return self._done[key]
        if key in self._open:
            return None
        self._open.add(key)
        result = (
            self.of(value["$values"])
            if isinstance(value.get("$values"), list)
            else {
                name: self.of(member) for name, member in value.items() if name != "$id"
            }
        )
        self._open.discard(key)
        self._done[key] = result
        return result


def _reference(value: object) -> str | None:
    """Return the name of an object; the portal writes numbers as texts."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value)


def is_failure(value: object) -> bool:
    """Say whether a value tells of a failure, itself or in one of a list's elements."""
    rows = value if isinstance(value, list) else [value]
    return any(_is_error(row) for row in rows)


def _is_error(value: object) -> bool:
    """Say whether an object is an error."""
    if not isinstance(value, Mapping):
        return False
    members = {name.casefold(): member for name, member in value.items()}
    status = members.get("responsestatus")
    if isinstance(status, Mapping):
        code = {name.casefold(): member for name, member in status.items()}
        # object JSON may stand there, and not all of it goes into a set.
        if code.get("errorcode") is not None and code["errorcode"] != "":
            return True
    if members.get("exceptionmessage"):
        return True
    alone = members.keys() <= _ONLY_IN_ERRORS
    return alone and isinstance(members.get("message"), str)
