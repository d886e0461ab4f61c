"""How epilot's bodies are read: rows one by one, and whether there are more of them."""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping, Sequence
import json
from types import MappingProxyType
from typing import Final, Never

import msgspec

from ..http.errors import TooMuch, UnexpectedResponse
from ..http.exchange import Answer
from ..reading.body import Body, Mismatch, Refused
from ..reading.listed import MOST_ROWS
from ..reading.nothing import says_nothing
from ..reading.pages import paging
from .values import Unreadable, count, refuse

type Read[ValueT] = Callable[[Body], ValueT]
type Decode[ValueT] = Callable[[str, Answer, Tally[str]], ValueT]

# What an answer may stand in that is not documented.
_ENVELOPES: Final = ("data", "result", "response", "payload", "body")
_ABOUT_PAGES: Final = (
    *("pagination", "paging", "page", "page_info", "meta", "_meta", "links", "_links"),
)


class Rows[RowT](list[RowT]):
    """The rows of an answer that could be read.

    `lost` are those that could not, `repeated` those that came before just the same.
    `has_more` says that there are more on another page, and `total` how many there are
    on all, None where that is not told.
    """

    def __init__(
        self,
        rows: Iterable[RowT] = (),
        *,
        lost: int = 0,
        repeated: int = 0,
        has_more: bool = False,
        total: int | None = None,
    ) -> None:
        """Take what was read."""
        super().__init__(rows)
        self.lost = lost
        self.repeated = repeated
        self.has_more = has_more
        self.total = total

    @property
    def is_whole(self) -> bool:
        """Say whether these are all rows that there are."""
        return not self.lost and not self.has_more

    @property
    def came(self) -> int:
        """Return how many rows came in all."""
        return len(self) + self.lost + self.repeated


class Top(Body):
    """The top of a body, and the headers that came with it."""

    headers: Mapping[str, str] = MappingProxyType({})


def body_of(operation: str, answer: Answer, refused: Tally[str]) -> Top:
    """Stand at the top of a JSON body; a number beyond all bounds is infinite."""
    try:
        value: object = msgspec.json.decode(answer.body)
    except msgspec.ValidationError:
        # One such number does not cost the rest.
        value = _of_any_size(operation, answer.body)
    except ValueError, RecursionError:
        raise UnexpectedResponse(operation, "the body is not JSON") from None
    top = Top(operation, value, refused=refused)
    top.headers = answer.headers
    return top


def _of_any_size(operation: str, body: bytes) -> object:
    """Return a body that has numbers beyond what a computer counts."""
    try:
        return json.loads(bytes(body), parse_constant=_no_number, parse_int=_whole)
    except ValueError, RecursionError:
        raise UnexpectedResponse(operation, "the body is not JSON") from None


def _no_number(name: str) -> Never:
    """Refuse what JSON has no word for."""
    raise ValueError(name)


def _whole(digits: str) -> float:
    """Return a whole number; one of hundreds of digits is infinite."""
    return int(digits) if len(digits) < len(str(2**63)) else float(digits)


def single[ValueT](read: Read[ValueT], name: str) -> Decode[ValueT]:
    """Return how to read an object under a name, or the entity in its place."""

    def of(operation: str, answer: Answer, refused: Tally[str]) -> ValueT:
        top = body_of(operation, answer, refused)
        value = top.member(name)
        if value is None and top.has("_id"):
            value = top.value
        if not isinstance(value, dict):
            raise top.unexpected(f"{name} is missing")
        return readable(top.child(value), read)

    return of


def whole[ValueT](read: Read[ValueT]) -> Decode[ValueT]:
    """Return how to read a body that is one object."""

    def of(operation: str, answer: Answer, refused: Tally[str]) -> ValueT:
        return readable(body_of(operation, answer, refused), read)

    return of


def listed[ValueT](read: Read[ValueT], name: str) -> Decode[Rows[ValueT]]:
    """Return how to read a list of objects under a name."""

    def of(operation: str, answer: Answer, refused: Tally[str]) -> Rows[ValueT]:
        return rows_of(body_of(operation, answer, refused), name, read)

    return of


def readable[ValueT](place: Body, read: Read[ValueT]) -> ValueT:
    """Read an object, of which some has to be known."""
    if not isinstance(place.value, Mapping):
        raise place.unexpected("the answer is no object")
    before = place.refused.total()
    try:
        result = read(place)
    except Unreadable as err:
        raise place.unexpected(f"{err} cannot be read") from None
    if place.refused.total() > before and says_nothing(result):
        raise place.unexpected("nothing that is told can be read")
    return result


def rows_of[RowT](top: Body, name: str, read: Read[RowT]) -> Rows[RowT]:
    """Read the rows of a list; one that cannot be read is left out and counted."""
    return page_of(top, name, read)


def _row[RowT](row: Body, read: Read[RowT], *, is_clear: bool) -> RowT:
    """Read a row."""
    if not is_clear or not isinstance(row.value, Mapping):
        raise Unreadable
    result = read(row)
    if says_nothing(result) and any(row.members().values()):
        raise Unreadable
    return result


def members(top: Body, name: str) -> tuple[Body, list[object]]:
    """Return the elements of a list, and the object that it stands in."""
    place = _within(top, name)
    value = place.member(name)
    if isinstance(top.value, list) and top.value:
        value = top.value
    if not isinstance(value, list):
        raise top.unexpected(f"{name} is no list")
    return place, value


def _within(top: Body, name: str) -> Body:
    """Return the object that holds a list: this one, or the one in its envelope."""
    if isinstance(top.member(name), list):
        return top
    inner = [top.child(top.member(each)) for each in _ENVELOPES if top.has(each)]
    holders = [each for each in inner if isinstance(each.member(name), list)]
    return holders[0] if len(holders) == 1 else top


def known(top: Body, *names: str) -> None:
    """Raise for an object that has something, and nothing of what is looked for."""
    if not isinstance(top.value, Mapping):
        raise top.unexpected("the answer is no object")
    if top.value and not any(map(top.has, names)):
        raise top.unexpected("nothing in it is known")


# --- pages ------------------------------------------------------------------------


def page_of[RowT](
    top: Body, name: str, read: Read[RowT], start: int = 0, size: int = 0, *totals: str
) -> Rows[RowT]:
    """Read the rows of a page, the first of which is the `start`-th of all.

    `size` is how many were asked for, and `totals` are further names of the number of
    rows on all pages. More than 2,000 rows of a page are TooMuch.
    """
    around, values = members(top, name)
    if len(values) > MOST_ROWS:
        raise TooMuch(top.operation, f"more than {MOST_ROWS} rows")
    own = [top.child(value) for value in values]
    rows: list[RowT] = []
    unlike, repeated = _doubled(own)
    for place, row in enumerate(own):
        if place in repeated:
            continue
        try:
            rows.append(_row(row, read, is_clear=place not in unlike))
        except Unreadable, UnexpectedResponse:
            refuse(top, name)
    if values and not rows:
        raise top.unexpected(f"no row of {name} can be read")
    in_all = total(around, *totals)
    has_more = says_more(top, start, len(values))
    return Rows(
        rows,
        lost=len(values) - len(rows) - len(repeated),
        repeated=len(repeated),
        has_more=has_more or _is_full(around, len(values), size, in_all),
        total=in_all,
    )


def _doubled(rows: Sequence[Body]) -> tuple[set[int], set[int]]:
    """Return the places of rows of one id that differ, and of those that came before.

    Of two that differ, nobody knows which one holds.
    """
    known: dict[str, int] = {}
    firsts: dict[str, tuple[int, str]] = {}
    unlike: set[int] = set()
    repeated: set[int] = set()
    for place, row in enumerate(rows):
        spelt, ident = repr(row.value), row.member("_id")
        if known.setdefault(spelt, place) != place:
            repeated.add(place)
        elif isinstance(ident, str):
            first, other = firsts.setdefault(ident, (place, spelt))
            if other != spelt:
                unlike |= {first, place}
    return unlike, repeated


def says_more(top: Body, start: int, came: int) -> bool:
    """Say whether body or headers tell of more rows than came so far."""
    headers = top.headers if isinstance(top, Top) else {}
    before = 1 if start else 0
    return paging(top.value, headers, came, before=start, pages=before).has_more


def _is_full(around: Body, came: int, size: int, in_all: int | None) -> bool:
    """Say whether a page is full and does not tell whether it is the last.

    Older portals do not.
    """
    is_told = in_all is not None or any(each.has("has_more") for each in _about(around))
    return 0 < size <= came and not is_told


def total(top: Body, *names: str) -> int | None:
    """Return how many rows there are in all, None where that is not told.

    `names` are what this answer calls it beside its rows.
    """
    pages = top.child(top.member("pagination"))
    told = [pages.member("total"), *(top.member(name) for name in names)]
    counts = [number for each in told if (number := _counted(each)) is not None]
    return max(counts, default=None)


def _about(top: Body) -> list[Body]:
    """Return where an answer may tell of its pages."""
    inner = (top.member(name) for name in _ABOUT_PAGES)
    return [top, *(top.child(each) for each in inner if isinstance(each, Mapping))]


def _counted(value: object) -> int | None:
    """Return a count, None for what is none."""
    try:
        return count(value)
    except Mismatch, Refused:
        return None
