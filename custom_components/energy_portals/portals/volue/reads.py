"""How answers become what `models` and `messages` say, member by member.

What cannot be read of an answer is left out and counted by name: a member that need not
be there becomes None, a row that lacks what it must have leaves its list, and the list
then says that it is not whole.

Source: the portal's OpenAPI document, for what must be there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import inspect

from .messages import wire_kinds
from .models import (
    EventType,
    LocationType,
    NotificationType,
    ResourceType,
    Sent,
    WebhookStatus,
    Wire,
)
from .pages import Page, inside
from .values import (
    Row,
    Unread,
    any_text,
    day,
    flag,
    folded,
    moment,
    number,
    text,
    whole,
    word_of,
)

_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Listed[RowT](tuple[RowT, ...]):  # noqa: SLOT001  # no tuple's subclass has any
    """The rows of a list that could be read.

    `lost` are those that could not: the moment of each, where that can be read. `more`
    says that the portal has more rows than it told.
    """

    lost: tuple[datetime | None, ...] = ()
    more: bool = False

    @classmethod
    def of(
        cls,
        rows: Iterable[RowT],
        lost: Iterable[datetime | None] = (),
        *,
        more: bool = False,
    ) -> Listed[RowT]:
        """Return rows, and what is known of the others."""
        listed = cls(rows)
        listed.lost = tuple(lost)
        listed.more = more
        return listed

    @property
    def is_whole(self) -> bool:
        """Say whether these are all rows."""
        return not self.lost and not self.more


def is_whole(rows: tuple[object, ...] | None) -> bool:
    """Say whether a list has all of its rows; None is no list."""
    if isinstance(rows, Listed):
        return rows.is_whole
    return rows is not None


def lost_of(rows: tuple[object, ...] | None) -> tuple[datetime | None, ...]:
    """Return what is known of the rows of a list that could not be read."""
    return rows.lost if isinstance(rows, Listed) else ()


class Reading:
    """Reads one answer to one operation, and counts what it refuses of it."""

    def __init__(self, operation: str, refused: Counter[str]) -> None:
        """Take where to count."""
        self.operation = operation
        self.refused = refused

    def refuse(self, *places: str) -> None:
        """Count something that was refused, by its name."""
        self.refused[".".join((self.operation, *filter(None, places)))] += 1

    def one[KindT: Wire](self, body: object, kind: type[KindT]) -> KindT:
        """Read an answer that is one object, wrapped or not; raise Unread."""
        members = _MEMBERS[kind]
        required = frozenset(each.folded for each in members if each.is_required)
        return self.struct(inside(body, required), kind)

    def struct[KindT: Wire](
        self, value: object, kind: type[KindT], *place: str
    ) -> KindT:
        """Read one object; raise Unread where it lacks what it must have."""
        row, given = Row(value), {}
        for member in _MEMBERS[kind]:
            try:
                if (told := row.get(member.folded)) is not None:
                    where = (*place, member.spelt)
                    given[member.name] = member.read(self, told, where)
            except Unread:
                self.refuse(*place, member.spelt)
        try:
            return kind(**given)
        except TypeError:
            raise Unread from None

    def rows[KindT: Wire](
        self, value: object, kind: type[KindT], *place: str
    ) -> Listed[KindT]:
        """Read the rows of a list, those left out that cannot be; raise Unread."""
        return self.each(value, lambda row: self.struct(row, kind, *place), *place)

    def each[RowT](
        self, value: object, read: Callable[[object], RowT], *place: str
    ) -> Listed[RowT]:
        """Read each element of a list, those left out that are Unread."""
        if not isinstance(value, list):
            raise Unread
        came: list[RowT] = []
        lost: list[None] = []
        for element in value:
            try:
                came.append(read(element))
            except Unread:
                self.refuse(*place)
                lost.append(None)
        return Listed.of(came, lost)


def rows_of[KindT: Wire](
    kind: type[KindT],
) -> Callable[[Reading, Page], Listed[KindT]]:
    """Return how to read the rows of a page."""
    return lambda reading, page: once(reading, reading.rows(page.rows, kind))


# By what rows of a list are told apart.
_IDS: Final = (
    *("notification_id", "id", "resource_id", "location_id", "user_id", "webhook_id"),
)


def once[RowT: Wire](reading: Reading, rows: Listed[RowT], *place: str) -> Listed[RowT]:
    """Return each row once; of one that comes twice and differs, neither."""
    by_id: dict[str, list[RowT]] = {}
    for row in rows:
        versions = by_id.setdefault(_id_of(row), [])
        if row not in versions:
            versions.append(row)
    lost: list[None] = []
    for versions in by_id.values():
        if len(versions) > 1:
            reading.refuse(*place, "twice")
            lost.append(None)
    sure = (versions[0] for versions in by_id.values() if len(versions) == 1)
    return Listed.of(sure, (*rows.lost, *lost))


def _id_of(row: Wire) -> str:
    """Return what tells a row from others; without an id, all of it."""
    name = next(each for each in _IDS if hasattr(row, each))
    return getattr(row, name) or repr(row)


# --- what structs are made of ---------------------------------------------------------

type _Read = Callable[[Reading, Any, tuple[str, ...]], object]


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of a struct."""

    name: str
    spelt: str
    folded: str
    is_required: bool
    read: _Read


def _words(*kinds: type[StrEnum]) -> _Read:
    """Return how to read a word of these enumerations."""
    read = word_of({folded(each): str(each) for kind in kinds for each in kind})
    return lambda reading, value, place: read(value)


def _plainly(read: Callable[[Any], object]) -> _Read:
    """Return how to read what needs no more than its value."""
    return lambda reading, value, place: read(value)


def _rows_of(item: inspect.Type) -> _Read:
    """Return how to read a list; one of texts is of ids, and whole or Unread."""
    if isinstance(item, inspect.StructType) and issubclass(item.cls, Wire):
        kind = item.cls
        return lambda reading, value, place: reading.rows(value, kind, *place)
    return _plainly(_texts)


def _texts(value: object) -> tuple[str, ...]:
    """Read a list of texts."""
    if not isinstance(value, list):
        raise Unread
    return tuple(map(text, value))


def _reader(name: str, kind: inspect.Type) -> _Read:
    """Return how to read a member of this type."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name == "id" or name.endswith("_id"):
        return _plainly(text)
    match kind:
        case inspect.UnionType():
            (inner,) = (
                each for each in kind.types if not isinstance(each, inspect.NoneType)
            )
            return _reader(name, inner)
        case inspect.VarTupleType():
            return _rows_of(kind.item_type)
        case inspect.StructType(cls) if issubclass(cls, Wire):
            return lambda reading, value, place: reading.struct(value, cls, *place)
    return _PLAIN[type(kind)]


def _members(kind: type[Wire]) -> tuple[_Member, ...]:
    """Return what a struct is made of."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)  # noqa: S101  # a struct is one
    return tuple(
        _Member(
            each.name,
            each.encode_name,
            folded(each.encode_name),
            each.required,
            _reader(each.name, each.type),
        )
        for each in info.fields
    )


_PLAIN: Final[Mapping[type[inspect.Type], _Read]] = {
    inspect.StrType: _plainly(any_text),
    inspect.FloatType: _plainly(number),
    inspect.IntType: _plainly(whole),
    inspect.BoolType: _plainly(flag),
    inspect.DateTimeType: _plainly(moment),
    inspect.DateType: _plainly(day),
    inspect.RawType: _plainly(lambda value: msgspec.Raw(encoded(value))),
}
_BY_NAME: Final[Mapping[str, _Read]] = {
    "latitude": _plainly(lambda value: number(value, -90, 90)),
    "longitude": _plainly(lambda value: number(value, -180, 180)),
    "location_type": _words(LocationType),
    "notification_type": _words(NotificationType),
    "notification_types": _plainly(_texts),
    "payload_type": _words(EventType),
    "resource_type": _words(ResourceType),
    "status": _words(WebhookStatus),
}


def encoded(value: object) -> bytes:
    """Return plain data as JSON; Unread where it is too deep."""
    try:
        return msgspec.json.encode(value)
    except RecursionError:
        raise Unread from None


def decoded(body: bytes) -> object:
    """Return the plain data of JSON; Unread where it is none, or too deep."""
    try:
        return msgspec.json.decode(body)
    except _UNREADABLE:
        raise Unread from None


# Made here: under a clock that is replaced, types of times would not be known.
_MEMBERS: Final[Mapping[type[Wire], tuple[_Member, ...]]] = {
    kind: _members(kind) for kind in wire_kinds() if not issubclass(kind, Sent)
}
