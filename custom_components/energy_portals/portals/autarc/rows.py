"""Rows read member by member: whatever is not exactly as documented comes here.

What cannot be true, or could mean two things, is refused and counted, and the rest of
the row stays. One that has no id, or is of another kind, is no row.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import msgspec
from msgspec import Struct, structs

from .amounts import Notation, Refused
from .days import day, moment
from .models import (
    Customer,
    HeatingCircuit,
    HeatPumpSizing,
    Project,
    ProjectStatus,
    Room,
)
from .places import NUMBERS, Place, folded

_STATUSES: Final = {folded(each): each.value for each in ProjectStatus}
_CIRCUIT: Final = frozenset(
    folded(each.encode_name) for each in structs.fields(HeatingCircuit)
)


@dataclass
class Reader:
    """Reads the rows of one answer.

    `above` is what the answer says of all of them, `votes` are the notations of its
    number texts. `refused` counts by place; `doubts` are the members of rows, by our
    names, of which some were refused.
    """

    refused: Counter[str]
    votes: Collection[Notation] = ()
    above: Sequence[Mapping[str, object]] = ()
    doubts: set[str] = field(default_factory=set)

    def row[RowT: Struct](
        self, where: str, value: object, kind: type[RowT]
    ) -> RowT | None:
        """Return what can be read of a row; None where it lacks what it must have."""
        if not isinstance(value, Mapping):
            return None
        place = Place(value, self.above, self.votes)
        given: dict[str, object] = {}
        for member in structs.fields(kind):
            at = f"{where}.{member.encode_name}"
            try:
                told = self._member(at, place, member)
            except Refused, msgspec.ValidationError:
                self.refused[at] += 1
                self.doubts.add(member.name)
            else:
                given |= {} if told is None else {member.name: told}
        try:
            return kind(**given)
        except TypeError:
            return None

    def _member(self, at: str, place: Place, member: structs.FieldInfo) -> object:
        """Return one member, None where it is missing or null."""
        if (number := NUMBERS.get(member.encode_name)) is not None:
            told: object = place.number(number)
        else:
            told = place.only(member.encode_name)
            if told is not None and (read := _READ.get(member.name)) is not None:
                told = read(self, at, told)
        if isinstance(told, date):
            # A clock that is replaced has classes of its own for times.
            told = told.isoformat()
        return msgspec.convert(told, member.type, strict=False)

    def circuits(self, at: str, value: object) -> tuple[HeatingCircuit, ...]:
        """Return heating circuits; one object alone is one circuit."""
        rows = [value] if _is_circuit(value) else value
        if not isinstance(rows, list):
            raise Refused
        read = [self.row(at, each, HeatingCircuit) for each in rows]
        if lost := read.count(None):
            self.refused[at] += lost
        circuits: dict[int, HeatingCircuit | None] = {}
        for place, circuit in enumerate(read, start=1):
            if circuit is None:
                continue
            number = place if circuit.index is None else circuit.index
            # Its place would be another without those before it that are no circuits.
            is_moved = None in read[:place]
            told = structs.replace(circuit, index=number) if is_moved else circuit
            if circuits.setdefault(number, told) != told:
                # Two of one number: nobody knows which is meant.
                circuits[number] = None
                self.refused[f"{at}.index"] += 1
        if rows and not any(circuits.values()):
            raise Refused
        return tuple(each for each in circuits.values() if each is not None)

    def sizing(self, at: str, value: object) -> HeatPumpSizing:
        """Return a sizing, also of a list of one."""
        if isinstance(value, list) and len(value) == 1:
            (value,) = value
        sizing = self.row(at, value, HeatPumpSizing)
        if sizing is None:
            raise Refused
        return sizing


def _is_circuit(value: object) -> bool:
    """Say whether an object is a circuit, and no list."""
    return isinstance(value, Mapping) and any(folded(str(n)) in _CIRCUIT for n in value)


def _status(reader: Reader, at: str, value: object) -> object:
    """Return a status as the portal spells it; a word that nobody knows as it is."""
    return _STATUSES.get(folded(value), value) if isinstance(value, str) else value


_READ: Final[Mapping[str, Callable[[Reader, str, object], object]]] = {
    "status": _status,
    "created_at": lambda reader, at, value: moment(value),
    "updated_at": lambda reader, at, value: moment(value),
    "installation_date": lambda reader, at, value: day(value),
    "heating_circuits": Reader.circuits,
    "heat_pump_sizing": Reader.sizing,
}


# --- of which kind a row is ---------------------------------------------------------

_KINDS: Final[Mapping[type[Struct], frozenset[str]]] = {
    kind: frozenset(folded(each.encode_name) for each in structs.fields(kind))
    for kind in (Project, Customer, Room)
}
_WORDS: Final[Mapping[type[Struct], str]] = {
    Project: "project",
    Customer: "customer",
    Room: "room",
}
# Members that say what a row is, and such as may say something else.
_SAYS: Final = frozenset(
    {
        *("typename", "objecttype", "resourcetype", "entitytype", "recordtype"),
        *("rowtype", "doctype"),
    }
)
_MAY_SAY: Final = frozenset({"type", "kind", "object", "entity", "model"})
_OTHERS: Final = frozenset(
    {
        *("project", "customer", "room", "company", "contact", "user", "person"),
        *("address", "building", "offer", "invoice", "summary", "total", "sum"),
        *("average", "header", "footer", "template", "deleted", "aggregate"),
    }
)
# What is true of a row that is none of the list any more, or never was.
_GONE: Final = frozenset(
    {
        *("deleted", "isdeleted", "deletedat", "removed", "isremoved", "removedat"),
        *("istemplate", "issummary", "istotal", "isheader", "isaggregate"),
    }
)
_ABSENT: Final = (None, "", False, 0, "false", "0")
TELLING: Final = _SAYS | _MAY_SAY | _GONE


def is_of(kind: type[Struct], value: object) -> bool:
    """Say whether a row is one of a kind's, and not of another among them."""
    if not isinstance(value, Mapping):
        return True
    members = {folded(str(name)): each for name, each in value.items()}
    if any(members.get(name) not in _ABSENT for name in _GONE):
        return False
    if any(_is_other(kind, name, each) for name, each in members.items()):
        return False
    told = {name for name, each in members.items() if each is not None}
    own = _KINDS.get(kind, frozenset())
    return not any(
        told & (theirs - own) and not told & (own - theirs)
        for other, theirs in _KINDS.items()
        if other is not kind
    )


def _is_other(kind: type[Struct], name: str, value: object) -> bool:
    """Say whether a member says that its row is of another kind."""
    if name not in _SAYS | _MAY_SAY or not isinstance(value, str):
        return False
    word = folded(value)
    if _WORDS.get(kind, word) in word:
        return False
    return name in _SAYS or word in _OTHERS or word.removesuffix("s") in _OTHERS
