"""Tolerant reads of bodies whose shape the portal does not document.

A place in a body is read by names. A number is read as a quantity: under names that are
its own at this place, in the unit that is said, and only where it has one meaning.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from ..http.errors import UnexpectedResponse
from . import pages
from .body_numbers import candidates, may_be_number, measured, named_units
from .moments import moment, read_time
from .numbers import Mismatch, Notation, Refused, number, percent, signed
from .quantities import Field, Unit
from .said import NOTHING, Said, said, told_zone, unit_by_name
from .skeletons import skeleton
from .words import folded, is_object

__all__ = [
    "Body",
    "Mismatch",
    "Refused",
    "measured",
    "moment",
    "number",
    "percent",
    "signed",
]
# What servers put around an answer, and say nothing by.
WRAPPERS: Final = (
    *("data", "result", "results", "response", "payload", "body", "content", "d"),
    *("items", "records", "rows", "list", "entries", "values", "series", "points"),
    *("embedded", "value", "$values"),
)
# What says something of what stands beside it.
_ABOUT: Final = frozenset(
    {
        *("meta", "metadata", "info", "header", "attributes", "properties", "context"),
        *("description", "seriesinfo", "about"),
    }
)
_UNITS: Final = frozenset({"unit", "units", "uom"})


class Body:
    """One place in a body, and how to read on from there.

    Names are compared without regard to case, `_` and `-`. A name counts only when it
    holds the wanted type or null; null, and a value that cannot be true, read as None.
    What is found under no name raises UnexpectedResponse.
    """

    def __init__(
        self,
        operation: str,
        value: object,
        *,
        around: Body | None = None,
        refused: Counter[str] | None = None,
        headers: Mapping[str, str] = {},
    ) -> None:
        """Stand at `value`; `around` is the place that holds it.

        `headers` came with the whole body.
        """
        self.operation = operation
        self.value = value
        self.refused: Counter[str] = Counter() if refused is None else refused
        self.notation: Notation = Notation(value) if around is None else around.notation
        self.root: object = value if around is None else around.root
        self.headers: Mapping[str, str] = headers if around is None else around.headers
        self.around = around
        self._members: dict[str, object] | None = None
        self._said: dict[tuple[Field, int], Said | None] = {}

    @classmethod
    def of_json(
        cls,
        operation: str,
        body: bytes,
        refused: Counter[str],
        headers: Mapping[str, str] = {},
    ) -> Body:
        """Stand at the top of a JSON body."""
        try:
            value = msgspec.json.decode(body)
        except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
            raise UnexpectedResponse(operation, "the body is not JSON") from None
        return cls(operation, value, refused=refused, headers=headers)

    def is_whole(self, count: int) -> bool:
        """Say whether nothing in the answer hints at more than so many rows."""
        is_whole = pages.is_whole(self.root, self.headers, count)
        if not is_whole:
            self.refuse("part_of_a_list")
        return is_whole

    def unexpected(self, detail: str) -> UnexpectedResponse:
        """Return the error for something that is missing here."""
        return UnexpectedResponse(self.operation, detail, skeleton(self.root))

    def refuse(self, name: str, count: int = 1) -> None:
        """Count what is refused here by its name."""
        self.refused[f"{self.operation}.{name}"] += count

    # --- members by name -------------------------------------------------------------

    def read[ValueT](
        self,
        accept: Callable[[object], ValueT],
        *names: str,
        required: bool = True,
    ) -> ValueT | None:
        """Return the first of the named members that `accept` takes."""
        for name in names:
            if not self.has(name):
                continue
            value = self.member(name)
            if value is None:
                return None
            try:
                return accept(value)
            except Mismatch:
                continue
            except Refused:
                self.refuse(names[0])
                return None
        if required:
            raise self.unexpected(f"{names[0]} is missing")
        return None

    def has(self, name: str) -> bool:
        """Say whether there is a member of this name."""
        return name in self.members() or folded(name) in self._folded_members()

    def member(self, name: str) -> object:
        """Return the member of this name, or None; an exact spelling goes first."""
        members = self.members()
        if name in members:
            return members[name]
        return self._folded_members().get(folded(name))

    def members(self) -> Mapping[str, object]:
        """Return all members as they are spelt; what is no object has none."""
        return self.value if is_object(self.value) else {}

    def child(self, value: object) -> Body:
        """Stand at a place further inside."""
        return Body(self.operation, value, around=self, refused=self.refused)

    def _folded_members(self) -> dict[str, object]:
        """Return the members by folded name."""
        if self._members is None:
            self._members = {}
            for name, value in self.members().items():
                self._members.setdefault(folded(name), value)
        return self._members

    # --- what stands inside wrappers -------------------------------------------------

    def unwrapped(self, *names: str) -> Body:
        """Return the place that has one of the names, inside wrappers around it.

        A list of one object is that object.
        """
        place = self
        while not any(map(place.has, names)):
            inside = place.wrapped()
            if inside is None:
                return self
            place = place.child(inside)
        return place

    def wrapped(self, *but: str) -> object:
        """Return the one object or list that a wrapper holds, None for no wrapper.

        Members called `but` so are none.
        """
        if isinstance(self.value, list):
            only = self.value[0] if len(self.value) == 1 else None
            return only if isinstance(only, Mapping | list) else None
        inside = [
            member
            for name, member in self.members().items()
            if isinstance(member, Mapping | list)
            and folded(name) in WRAPPERS
            and folded(name) not in but
        ]
        return inside[0] if len(inside) == 1 else None

    def items(self, key: str, is_key: Callable[[str], bool], *names: str) -> list[Body]:
        """Return the elements of the list under one of the names.

        A map whose keys are times, hours or months is read as the list of its pairs,
        `key` being what the elements call them; this place itself, and what wrappers
        hold, may be the list or the map.
        """
        for place, value in self.lists(names):
            if value is None:
                return []
            rows = elements(value, key, is_key)
            if rows is not None:
                return [place.child(row) for row in rows]
        raise self.unexpected(f"{names[0]} is missing")

    def lists(self, names: tuple[str, ...]) -> Iterator[tuple[Body, object]]:
        """Yield what may be the list under one of the names, and where it stands."""
        for name in filter(self.has, names):
            value = self.member(name)
            yield self, value
            # An object with the list in it says something of the rows.
            inner = self.child(value)
            if is_object(value) and (inside := inner.wrapped()) is not None:
                yield inner, inside
        # Only where a name says what it holds is nothing an empty list.
        yield self, self.value if self.value or self.value == [] else ...
        inside = self.wrapped() if is_object(self.value) else None
        if inside is not None:
            yield from self.child(inside).lists(names)

    # --- times -----------------------------------------------------------------------

    def moment(
        self,
        usual: ZoneInfo,
        *names: str,
        required: bool = True,
        days_in: ZoneInfo | None = None,
    ) -> datetime | None:
        """Return the point in time under one of the names, UTC.

        `usual` is the zone of a time without an offset where none is told. A day alone
        is its midnight in `days_in`; without that it is refused, as is a time that
        means none or two moments. "" is no time.
        """

        def accept(value: object) -> datetime:
            read = read_time(value)
            if isinstance(read, datetime):
                return read
            if not read.is_day:
                return read.only(self.zone(usual))
            if days_in is None:
                raise Refused
            return read.only(days_in)

        if any(self.member(name) == "" for name in names):
            return None
        return self.read(accept, *names, required=required)

    def zone(self, usual: ZoneInfo) -> ZoneInfo:
        """Return the zone that is told here or around; Refused where it is unclear."""
        place: Body | None = self
        while place is not None:
            zone = told_zone(place.members())
            if zone is not None:
                return zone
            place = place.around
        return usual

    # --- numbers ---------------------------------------------------------------------

    def measure(self, field: Field, *, required: bool = True) -> float | None:
        """Return the number of a field, in the unit that it is kept in.

        None where it is null, has two meanings, or what is said of it is not
        understood; each but null is counted.
        """
        readable = self._readable(field)
        if not readable:
            if required:
                raise self.unexpected(f"{field.name} is missing")
            return None
        value = self.glance(field)
        is_null = readable[0][1] is None
        if value is None and not is_null:
            self.refuse(field.name)
        return value

    def glance(self, field: Field) -> float | None:
        """Return the number of a field; what is refused is not counted."""
        return self._one_of(field)[0]

    def unit_of(self, field: Field) -> Unit | None:
        """Return the unit that the number of a field is told in, None where none is."""
        return self._one_of(field)[1]

    def _one_of(self, field: Field) -> tuple[float | None, Unit | None]:
        """Return the one number of a field and the unit that it is told in."""
        readable = self._readable(field)
        # Null under the name that is looked at first is no value.
        if not readable or readable[0][1] is None:
            return None, None
        given = [(unit, value) for unit, value in readable if value is not None]
        try:
            said = self.said(field)
            told = [measured(self.notation, field, said, *each) for each in given]
        except Mismatch, Refused:
            return None, None
        return told[0] if len({value for value, _ in told}) == 1 else (None, None)

    def _readable(self, field: Field) -> list[tuple[str, object]]:
        """Return what could be the number of a field, each with its key's unit."""
        return [
            (unit, value)
            for name, unit in candidates(field, self.members())
            if (value := self.members()[name]) is None or may_be_number(value)
        ]

    def each(self, field: Field) -> list[tuple[str, float | None]]:
        """Return every number of a map under its own name, in the unit that is kept.

        A name may end in a unit; one of another quantity makes its number unknown.
        """
        try:
            told: Said | None = self.said(field)
        except Refused:
            told = None
        numbers: list[tuple[str, float | None]] = []
        members = self.members()
        for key, name, unit in named_units(field, tuple(members)):
            value = members[key]
            if value is None:
                numbers.append((key, None))
            elif may_be_number(value):
                numbers.append((name, self._named(field, told, unit, value)))
        return numbers

    def _named(
        self, field: Field, told: Said | None, unit: str | None, value: object
    ) -> float | None:
        """Return one number of a map; without a unit it is another quantity's."""
        if told is not None and unit is not None:
            try:
                return measured(self.notation, field, told, unit, value)[0]
            except Mismatch, Refused:
                pass
        self.refuse(field.name)
        return None

    def said(self, field: Field, depth: int = 0) -> Said:
        """Return what is said of a field's numbers here and around.

        `depth` is how far inside they are. Refused: it is not understood, or
        contradicts itself.
        """
        # Rows ask the places around them time and again.
        key = field, min(depth, 2)
        if key not in self._said:
            self._said[key] = self._worked_out(field, depth)
        told = self._said[key]
        if told is None:
            raise Refused
        return told

    def _worked_out(self, field: Field, depth: int) -> Said | None:
        """Return what is said of a field's numbers, None where that is unclear."""
        try:
            return self._told(field, depth)
        except Refused:
            return None

    def _told(self, field: Field, depth: int) -> Said:
        """Return what is said of a field's numbers here and around."""
        outer = NOTHING if self.around is None else self.around.said(field, depth + 1)
        inner = said(self.members(), field)
        for name, value in self.members().items():
            if not is_object(value):
                continue
            if folded(name) in _ABOUT:
                inner = inner.beside(said(value, field))
            if folded(name) in _UNITS:
                told = unit_by_name(value, field, is_near=depth <= 1)
                inner = replace(inner, units=inner.units | told)
        return outer if inner is NOTHING else inner.beside(outer)


def elements(
    value: object, key: str, is_key: Callable[[str], bool]
) -> list[object] | None:
    """Return the elements of a list, or of a map by times; None for anything else."""
    if isinstance(value, list):
        return value
    if not is_object(value):
        return None
    if not value:
        return []
    if not all(map(is_key, value)):
        return None
    return [
        {**inner, key: name} if is_object(inner) else {key: name, "value": inner}
        for name, inner in value.items()
    ]
