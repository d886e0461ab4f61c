"""What is understood of the portal's answers.

A row of a list is read in one go where it is as documented. Where it is not, it is read
member by member (`rows`), and so is a row that is a whole body.

Source: the portal's reference; the second shape of lists is known from a public client.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Final

import msgspec
from msgspec import Raw, Struct, structs

from ..http.errors import UnexpectedResponse
from ..reading.skeletons import skeleton
from .bodies import (
    MEMBERS,
    UNREADABLE,
    Page,
    decoded,
    is_grouped,
    page_of,
    row_in,
    statements_of,
)
from .days import FIRST, LAST
from .models import Customer, Project, ProjectStatus, Room
from .places import STATEMENTS, folded, is_number, votes_of
from .rows import TELLING, Reader, is_of

# Looked up here: under a clock that is replaced, types of times would not be known.
_NAMES: Final[Mapping[type[Struct], frozenset[str]]] = {
    kind: frozenset(each.encode_name for each in structs.fields(kind))
    for kind in (Project, Customer, Room)
    if msgspec.json.Decoder(kind)
}
_FOLDED: Final = frozenset(folded(name) for names in _NAMES.values() for name in names)
_WORDS: Final[Mapping[type[Struct], str]] = {
    Project: "project",
    Customer: "customer",
    Room: "room",
}
_id: Final = attrgetter("id")


# What is looked at of each row, beside its id.
_ABOUT: Final[Mapping[type[Struct], Callable[[object], object]]] = {
    Project: attrgetter("company_id", "status", "is_lead"),
    Customer: attrgetter("company_id"),
    Room: attrgetter("id"),
}
_TIMES: Final[
    Mapping[type[Struct], Callable[[object], tuple[datetime | None, ...]]]
] = {
    Project: attrgetter("created_at", "updated_at"),
    Customer: attrgetter("created_at", "updated_at"),
    Room: lambda row: (None, None),
}
_STATUSES: Final = frozenset({*ProjectStatus, None})
# Names that are not known, and how many of them are remembered.
_REMEMBERED: Final = 500


@dataclass
class Listing[RowT]:
    """The rows of a list, read one by one; can be walked through once.

    Once it has been: `is_whole` says that all rows were read and nothing hints at more
    than these; `doubts` are members of which some were refused, by our names; `clashes`
    are the ids of rows that came in two versions, of which the first was read.
    """

    rows: Iterator[RowT]
    is_whole: bool
    doubts: set[str] = field(default_factory=set)
    clashes: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[RowT]:
        """Walk through the rows."""
        return self.rows


class Answers:
    """Reads the answers of one client, and counts what it refuses of them.

    `company_id` is whose rows count, None where it is not known.
    """

    def __init__(self, company_id: str | None = None) -> None:
        """Begin with nothing refused."""
        self.refused: Counter[str] = Counter()
        self.company_id = company_id
        self._harmless: set[str] = set()

    def one[RowT: Struct](
        self, operation: str, body: bytes, kind: type[RowT], wanted: str | None = None
    ) -> RowT:
        """Read a row that is the whole body, or all that is in it.

        `wanted` is its id; an answer about another is refused.
        """
        try:
            value = msgspec.json.decode(body)
        except UNREADABLE:
            raise UnexpectedResponse(operation, "the body is not JSON") from None
        told, around = row_in(value, _WORDS[kind], wanted)
        reader = Reader(self.refused, votes_of((told,)), statements_of(around))
        row = reader.row(operation, told, kind) if is_of(kind, told) else None
        if row is None:
            raise UnexpectedResponse(operation, "a row has no id", skeleton(value))
        if wanted is not None and _id(row).casefold() != wanted.casefold():
            raise UnexpectedResponse(operation, "another one is answered")
        return row

    def many[RowT: Struct](
        self,
        operation: str,
        body: bytes,
        kind: type[RowT],
        headers: Mapping[str, str] = {},
    ) -> Listing[RowT]:
        """Read a list that comes in one body, bare or with something around it.

        Anything else, an error with status 200 among it, is no empty list.
        """
        return self.listing(operation, kind, [page_of(operation, body, headers)])

    def read[RowT: Struct, ResultT](
        self,
        operation: str,
        kind: type[RowT],
        pages: Sequence[Page],
        read: Callable[[Listing[RowT]], ResultT],
        owner: tuple[str, str] | None = None,
    ) -> ResultT:
        """Return what `read` makes of a list, without rows that clash."""
        listing = self.listing(operation, kind, pages, owner)
        result = read(listing)
        if not listing.clashes:
            return result
        # Nobody knows which version is true: once more, with neither.
        again = self.listing(operation, kind, pages, owner, without=listing.clashes)
        return read(again)

    def listing[RowT: Struct](
        self,
        operation: str,
        kind: type[RowT],
        pages: Sequence[Page],
        owner: tuple[str, str] | None = None,
        without: Collection[str] = (),
    ) -> Listing[RowT]:
        """Read a list from its pages, without the rows of some ids.

        `owner` is a member, without case, and what it says of rows that count.
        """
        is_whole = not pages[-1].paging.has_more and not without
        if pages[-1].paging.has_more:
            self.refused[f"{operation}.next"] += 1
        listing: Listing[RowT] = Listing(iter(()), is_whole)
        walk = _Walk(self, operation, kind, listing, owner)
        listing.rows = walk.through(pages, without)
        return listing

    def is_harmless(self, name: str) -> bool:
        """Say whether a member that is not known says nothing of those that are."""
        if name in self._harmless:
            return True
        key = folded(name)
        says = any(word in key for word in _SUSPECT)
        if says or key in _FOLDED | STATEMENTS | TELLING or is_number(key):
            return False
        if len(self._harmless) < _REMEMBERED:
            self._harmless.add(name)
        return True


# A member that is not known, and has one of these in its name, is looked at.
_SUSPECT: Final = (
    *("unit", "uom", "currency", "waehrung", "währung", "einheit", "minor", "cents"),
    *("multiplier", "factor", "decimal", "digits", "scale", "exponent", "poweroften"),
)


def _missing(project: Project) -> set[str]:
    """Return what every project has to tell; of one that is not open, no lead."""
    if project.status is None:
        return {"status"}
    is_open = project.status == ProjectStatus.IN_PROGRESS
    return {"is_lead"} if is_open and project.is_lead is None else set()


class _Walk[RowT: Struct]:
    """Reads the rows of a list, one after the other."""

    def __init__(
        self,
        answers: Answers,
        operation: str,
        kind: type[RowT],
        listing: Listing[RowT],
        owner: tuple[str, str] | None,
    ) -> None:
        """Take what is read, and where to say what could not be."""
        self.answers = answers
        self.operation = operation
        self.kind = kind
        self.listing = listing
        self.owner = owner
        self.decode = msgspec.json.Decoder(kind, strict=False).decode
        self.is_spelt_otherwise = False
        # Whose rows they are beside the company's, and what is known to be right.
        self.others: set[str | None] = set()
        self.usual: set[object] = set()

    def through(
        self, pages: Sequence[Page], without: Collection[str]
    ) -> Iterator[RowT]:
        """Yield the rows of all pages, each once."""
        seen: dict[str, Raw | None] = dict.fromkeys(without)
        # Of ten thousand rows each call, and each look at a member, would be felt.
        decode, about, usual = self.decode, _ABOUT[self.kind], self.usual
        times, first, last = _TIMES[self.kind], FIRST, LAST
        for page in pages:
            is_plain = self._is_plain(page)
            for raw in page.rows:
                try:
                    row = decode(raw) if is_plain else self._closer(page, raw)
                except UNREADABLE:
                    row = self._closer(page, raw)
                if row is None:
                    continue
                created, updated = times(row)
                if (
                    about(row) not in usual
                    or not (created is None or first < created < last)
                    or not (updated is None or first < updated < last)
                ):
                    row = self._checked(page, raw, row)
                    if row is None:
                        continue
                if (key := _id(row)) not in seen:
                    seen[key] = raw
                    yield row
                elif (known := seen[key]) is not None:
                    self._repeated(key, bytes(known) == bytes(raw), len(pages))
        self._end(pages, is_empty=not seen)

    def _repeated(self, key: str, is_same: bool, pages: int) -> None:
        """Note a row that comes again: pages that move, or two versions of one."""
        if not is_same:
            self.listing.clashes.add(key)
        if not is_same or pages > 1:
            self._lose("id")

    def _is_plain(self, page: Page) -> bool:
        """Say whether rows can be read in one go where they are as documented."""
        return not page.above and (self.kind is Customer or not page.is_grouped)

    def _end(self, pages: Sequence[Page], *, is_empty: bool) -> None:
        """Say what can be said once all rows were read."""
        if len(self.others) > 1 and None in {self.answers.company_id, *self.others}:
            # Of which company the rows are is not clear.
            self._lose("companyId")
        rows = [row for page in pages for row in page.rows[:1]]
        is_told = any(b'"installationDate"' in page.body for page in pages)
        if self.kind is Project and rows and not (is_told or self.is_spelt_otherwise):
            # What no project tells is not what no project has.
            self.answers.refused[f"{self.operation}.installationDate"] += 1
            self.listing.doubts.add("installation_date")
        if is_empty and rows:
            told = skeleton([decoded(rows[0])])
            raise UnexpectedResponse(self.operation, "a row has no id", told)

    def _closer(self, page: Page, raw: Raw) -> RowT | None:
        """Return a row that cannot be read in one go, or must not be."""
        if not page.above and not is_grouped(bytes(raw)):
            row = self._known(raw)
            if row is not None:
                return row
        return self._careful(page, raw)

    def _known(self, raw: Raw) -> RowT | None:
        """Return a row from the members that are known, if the others say nothing."""
        is_harmless = self.answers.is_harmless
        try:
            members = MEMBERS.decode(raw)
            others = members.keys() - _NAMES[self.kind]
            if self.owner is not None or not all(map(is_harmless, others)):
                return None
            for name in others:
                del members[name]
            return self.decode(msgspec.json.encode(members))
        except UNREADABLE:
            return None

    def _careful(self, page: Page, raw: Raw) -> RowT | None:
        """Return a row, read member by member."""
        self.is_spelt_otherwise = True
        value = decoded(raw)
        if not is_of(self.kind, value) or self._is_of_another(value):
            self.answers.refused[self.operation] += 1
            return None
        reader = Reader(
            self.answers.refused, page.votes, page.above, self.listing.doubts
        )
        row = reader.row(self.operation, value, self.kind)
        if row is None:
            self._lose()
        return row

    def _is_of_another(self, value: object) -> bool:
        """Say whether a row says that it belongs to another than was asked for."""
        if self.owner is None or not isinstance(value, Mapping):
            return False
        name, owner = self.owner
        told = [each for n, each in value.items() if folded(str(n)) == name]
        return any(each is not None and each != owner for each in told)

    def _checked(self, page: Page, raw: Raw, row: RowT) -> RowT | None:
        """Return a row if it is the company's, its status as the portal spells it."""
        spelt: RowT | None = row
        is_known = not isinstance(row, Project) or row.status in _STATUSES
        told = filter(None, _TIMES[self.kind](row))
        if not is_known or not all(FIRST < when < LAST for when in told):
            spelt = self._careful(page, raw)
        if spelt is None or not self._is_ours(spelt):
            return None
        if isinstance(spelt, Project):
            self.listing.doubts |= _missing(spelt)
        self.usual.add(_ABOUT[self.kind](spelt))
        return spelt

    def _is_ours(self, row: Struct) -> bool:
        """Say whether a row counts as the company's; note whose else it may be."""
        if not isinstance(row, Project | Customer):
            return True
        told, own = row.company_id, self.answers.company_id
        if told == own or (told and own and told.casefold() == own.casefold()):
            return True
        self.others.add(told)
        if own is None or told is None:
            return True
        self.answers.refused[f"{self.operation}.companyId"] += 1
        return False

    def _lose(self, member: str = "") -> None:
        """Note that a row cannot be counted."""
        place = f"{self.operation}.{member}" if member else self.operation
        self.answers.refused[place] += 1
        self.listing.is_whole = False
