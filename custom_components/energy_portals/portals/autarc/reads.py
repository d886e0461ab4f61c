"""What is understood of the portal's answers.

A body is read in one go where it is as documented, and member by member where it is
not: what cannot be true is refused and counted, and the rest of the row stays.

Source: the portal's reference; the second shape of lists is known from a public client.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeIs, get_args

import msgspec
from msgspec import Raw, Struct

from ..http.errors import UnexpectedResponse
from ..reading.skeletons import skeleton, skeleton_of_json
from .models import Customer, HeatingCircuit, HeatPumpSizing, Project, Room


class _Envelope(Struct):
    """The other shape of a list."""

    items: list[Raw]
    metadata: object = None


_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_ROWS: Final = msgspec.json.Decoder(list[Raw])
_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
# Made here: under a clock that is replaced, types of times would not be known.
_DECODERS: Final[Mapping[type[Struct], msgspec.json.Decoder[object]]] = {
    kind: msgspec.json.Decoder(kind, strict=False)
    for kind in (Project, Customer, Room, HeatingCircuit, HeatPumpSizing)
}
# Names under which envelopes say how many there are, and that there are more.
_TOTALS: Final = frozenset({"count", "itemcount", "total", "totalcount", "totalitems"})
_PAGES: Final = frozenset({"lastpage", "pagecount", "pages", "totalpages"})
_NEXT: Final = frozenset(
    {"cursor", "hasmore", "hasnext", "hasnextpage", "next", "nextcursor", "nextpage"}
)


@dataclass(frozen=True)
class Listing[RowT]:
    """The rows of a list, read one by one; can be walked through once.

    `is_whole` says that nothing hints at more than these.
    """

    rows: Iterator[RowT]
    is_whole: bool

    def __iter__(self) -> Iterator[RowT]:
        """Walk through the rows."""
        return self.rows


class Answers:
    """Reads the answers of one client, and counts what it refuses of them."""

    def __init__(self) -> None:
        """Begin with nothing refused."""
        self.refused: Counter[str] = Counter()

    def one[RowT: Struct](self, operation: str, body: bytes, kind: type[RowT]) -> RowT:
        """Read a row that is the whole body."""
        return self._row(operation, body, kind)

    def many[RowT: Struct](
        self, operation: str, body: bytes, kind: type[RowT]
    ) -> Listing[RowT]:
        """Read a list, bare or as the items of an envelope.

        Anything else, an error with status 200 among it, is no empty list.
        """
        metadata = None
        try:
            rows = _ROWS.decode(body)
        except _UNREADABLE:
            try:
                envelope = _ENVELOPE.decode(body)
            except _UNREADABLE:
                raise UnexpectedResponse(
                    operation, "no list in the answer", skeleton_of_json(body)
                ) from None
            rows, metadata = envelope.items, envelope.metadata
        is_whole = not _hints_at_more(metadata, len(rows))
        return Listing((self._row(operation, row, kind) for row in rows), is_whole)

    def _row[RowT: Struct](
        self, operation: str, body: bytes | Raw, kind: type[RowT]
    ) -> RowT:
        """Read one row, as a whole or member by member."""
        try:
            row = _DECODERS[kind].decode(body)
        except _UNREADABLE:
            row = None
        if isinstance(row, kind):
            return row
        try:
            value = msgspec.json.decode(body)
        except _UNREADABLE:
            raise UnexpectedResponse(operation, "the body is not JSON") from None
        row_or_none = self._salvaged(operation, value, kind)
        if row_or_none is None:
            raise UnexpectedResponse(operation, "a row has no id", skeleton(value))
        return row_or_none

    def _salvaged[RowT: Struct](
        self, where: str, value: object, kind: type[RowT]
    ) -> RowT | None:
        """Return what can be read of a row; None where it lacks what it must have."""
        if not isinstance(value, Mapping):
            return None
        given: dict[str, object] = {}
        for member in msgspec.structs.fields(kind):
            if member.encode_name not in value:
                continue
            place = f"{where}.{member.encode_name}"
            told = value[member.encode_name]
            try:
                given[member.name] = msgspec.convert(told, member.type, strict=False)
            except msgspec.ValidationError:
                if (read := self._inner(place, told, member.type)) is not None:
                    given[member.name] = read
                else:
                    self.refused[place] += 1
        try:
            return kind(**given)
        except TypeError:
            return None

    def _inner(self, place: str, value: object, kind: object) -> object:
        """Return what can be read of rows within a row, None where there are none."""
        inner = next(filter(_is_struct, _parts(kind)), None)
        if inner is None:
            return None
        if isinstance(value, list):
            rows = (self._salvaged(place, each, inner) for each in value)
            return tuple(row for row in rows if row is not None)
        return self._salvaged(place, value, inner)


def _is_struct(kind: object) -> TypeIs[type[Struct]]:
    """Say whether a type is one of rows."""
    return isinstance(kind, type) and issubclass(kind, Struct)


def _parts(kind: object) -> Iterator[object]:
    """Yield the types that a type is put together from."""
    yield kind
    for part in get_args(kind):
        yield from _parts(part)


def _hints_at_more(metadata: object, count: int) -> bool:
    """Say whether an envelope tells of more rows than it holds.

    What metadata holds is not documented: only what can hardly mean anything else
    counts.
    """
    if not isinstance(metadata, Mapping):
        return False
    for name, value in metadata.items():
        folded = str(name).replace("_", "").casefold()
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if folded in _NEXT and value:
            return True
        if folded in _TOTALS and is_number and value > count:
            return True
        if folded in _PAGES and is_number and value > 1:
            return True
    return False
