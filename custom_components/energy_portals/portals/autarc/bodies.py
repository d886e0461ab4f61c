"""Where in a body its list or its row is, and what stands around it.

A list may come bare, or in an object with what is said of it. An error with status 200,
an object without a list, or one with two, is no empty list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
import re
from typing import Final

import msgspec
from msgspec import Raw

from ..http.errors import UnexpectedResponse
from ..reading.page_words import PLACES
from ..reading.pages import Paging, paging
from ..reading.skeletons import skeleton_of_json
from .amounts import Notation
from .places import STATEMENTS, Place, folded, votes_of

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
ROWS: Final = msgspec.json.Decoder(list[Raw])
MEMBERS: Final = msgspec.json.Decoder(dict[str, Raw])
_DEPTH: Final = 4
# Of what stands around a list, more is no statement about it.
_AROUND_LIMIT: Final = 64 * 1024
_LISTS: Final = frozenset(
    {
        *("items", "data", "results", "result", "content", "rows", "records", "list"),
        *("value", "values", "entries", "elements", "hits", "docs", "nodes"),
        *("objects", "resources", "response", "payload"),
    }
)
_AROUND: Final = frozenset(
    {
        "data",
        "result",
        "results",
        "response",
        "payload",
        "body",
        "embedded",
        "hits",
        "d",
    }
)
_ROW: Final = frozenset(
    {"data", "item", "result", "response", "payload", "body", "value", "content", "d"}
)
_ERRORS: Final = frozenset(
    {"error", "errors", "errormessage", "errorcode", "exception", "fault"}
)
_SUCCESS: Final = frozenset({"success", "issuccess", "successful", "ok"})
_STATUS: Final = frozenset({"statuscode", "httpstatus", "status"})
_FAILED_FROM: Final = 400
_THREE_DIGITS: Final = re.compile(rb'[0-9]{3}"')


@dataclass(frozen=True)
class Page:
    """A page of a list: its rows, and what its answer says of them and of the list."""

    body: bytes
    rows: Sequence[Raw]
    around: object
    paging: Paging
    above: tuple[Mapping[str, object], ...] = field(init=False)

    def __post_init__(self) -> None:
        """Find what is said of all numbers."""
        object.__setattr__(self, "above", tuple(_statements(self.around)))

    @cached_property
    def is_grouped(self) -> bool:
        """Say whether some text could be a number in two notations."""
        return is_grouped(self.body)

    @cached_property
    def votes(self) -> frozenset[Notation]:
        """Return the notations that number texts of this page show."""
        return votes_of(map(decoded, self.rows))


def is_grouped(body: bytes) -> bool:
    """Say whether a text ends in a point and three digits: thousands, or decimals."""
    # A search for the whole pattern takes twice as long.
    find, match = body.find, _THREE_DIGITS.match
    at = find(b".")
    while at >= 0:
        if match(body, at + 1) is not None:
            return True
        at = find(b".", at + 1)
    return False


def page_of(
    operation: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    before: Sequence[Page] = (),
    asked: Mapping[str, str] | None = None,
) -> Page:
    """Return the list of a body, after the pages that came before it."""
    try:
        rows, around = _list_of(operation, body)
    except UNREADABLE:
        raise UnexpectedResponse(
            operation, "no list in the answer", skeleton_of_json(body)
        ) from None
    known = sum(len(page.rows) for page in before)
    told = paging(
        around, headers, len(rows), before=known, pages=len(before), asked=asked
    )
    return Page(body, rows, around, told)


class _NoList(msgspec.MsgspecError):
    """There is no list, or more than one."""


def _list_of(operation: str, body: bytes) -> tuple[Sequence[Raw], object]:
    """Return a body's list, and what stands around it."""
    try:
        return ROWS.decode(body), None
    except UNREADABLE:
        return _inside(operation, MEMBERS.decode(body), _DEPTH)


def _inside(
    operation: str, members: Mapping[str, Raw], depth: int
) -> tuple[Sequence[Raw], object]:
    """Return the one list in an object, and what stands around it."""
    names = {name: folded(name) for name in members}
    lists = [name for name in members if _begins(members[name], b"[")]
    objects = [name for name in members if _begins(members[name], b"{")]
    # A list by its own name is the list; lists by names that say nothing may be.
    own = [name for name in lists if names[name] == operation]
    kept = own or [name for name in lists if names[name] in _LISTS]
    around = {
        name: decoded(members[name])
        for name in members
        if name not in kept and len(memoryview(members[name])) < _AROUND_LIMIT
    }
    if _has_failed(around) or len(kept) > 1 or not depth:
        raise _NoList
    if kept:
        return ROWS.decode(members[kept[0]]), around
    inner = [name for name in objects if names[name] in _AROUND | {operation}]
    if len(inner) == 1:
        rows, around[inner[0]] = _inside(
            operation, MEMBERS.decode(members[inner[0]]), depth - 1
        )
        return rows, around
    if members and len(objects) == len(members) and all(map(str.isdecimal, members)):
        return list(members.values()), None
    raise _NoList


def row_in(value: object, word: str, wanted: str | None) -> tuple[object, list[object]]:
    """Return the one row of a body, and what stands around it.

    `word` is what the portal calls it, `wanted` its id, where that is known.
    """
    around: list[object] = []
    for _ in range(_DEPTH):
        if isinstance(value, list):
            rows = (
                [each for each in value if _id_of(each) == wanted] if wanted else value
            )
            value = rows[0] if len(rows) == 1 else None
        if not isinstance(value, Mapping) or _id_of(value) is not None:
            break
        inner = [
            each
            for name, each in value.items()
            if folded(str(name)) in _ROW | {word} and isinstance(each, Mapping | list)
        ]
        if _has_failed(value) or len(inner) != 1:
            break
        around.append({n: each for n, each in value.items() if each is not inner[0]})
        (value,) = inner
    return value, around


def _id_of(value: object) -> object:
    """Return a row's id."""
    if not isinstance(value, Mapping):
        return None
    return next((each for n, each in value.items() if folded(str(n)) == "id"), None)


def statements_of(around: Sequence[object]) -> tuple[Mapping[str, object], ...]:
    """Return the objects around a row that say something of its numbers."""
    return tuple(kept for each in around for kept in _statements(each))


def _statements(around: object, depth: int = _DEPTH) -> Iterator[Mapping[str, object]]:
    """Yield the objects around a list that say something of its numbers."""
    if not isinstance(around, Mapping) or not depth:
        return
    if Place(around).members.keys() & STATEMENTS:
        yield around
    for name, value in around.items():
        if folded(str(name)) in PLACES:
            yield from _statements(value, depth - 1)


def _begins(value: Raw, sign: bytes) -> bool:
    """Say whether a value is a list, or an object."""
    return bytes(memoryview(value)[:1]) == sign


def decoded(value: Raw) -> object:
    """Return a value as plain data, None where it is too deep."""
    try:
        return msgspec.json.decode(value)
    except UNREADABLE:
        return None


def _has_failed(members: Mapping[str, object]) -> bool:
    """Say whether an object tells of an error."""
    for spelt, value in members.items():
        name = folded(str(spelt))
        if name in _ERRORS and value not in (None, "", False, 0, [], {}):
            return True
        if name in _SUCCESS and value is False:
            return True
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if name in _STATUS and is_number and isinstance(value, int):
            if value >= _FAILED_FROM:
                return True
    return False
