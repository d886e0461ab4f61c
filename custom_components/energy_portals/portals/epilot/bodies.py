"""How epilot's bodies are read: rows one by one, and whether there are more of them."""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping
import json
from typing import Final, Never

import msgspec

from ..http.errors import UnexpectedResponse
from ..reading.body import Body, Mismatch, Refused
from .values import Unreadable, count, refuse

type Read[ValueT] = Callable[[Body], ValueT]
type Decode[ValueT] = Callable[[str, bytes, Tally[str]], ValueT]

# What an answer may stand in that is not documented.
_ENVELOPES: Final = ("data", "result", "response", "payload", "body")
_ABOUT_PAGES: Final = (
    *("pagination", "paging", "page", "page_info", "meta", "_meta", "links", "_links"),
)
_TOTALS: Final = (
    *("total", "total_count", "total_hits", "total_results", "total_items"),
    *("total_elements", "count"),
)
_NEXT: Final = (
    *("has_more", "has_next", "has_next_page", "more", "truncated", "is_truncated"),
    *("next", "next_page", "next_link", "next_url", "next_cursor", "next_token"),
    *("next_page_token", "cursor", "continuation", "continuation_token", "after_key"),
)
_SIZES: Final = ("size", "limit", "page_size", "per_page")
_PAGES: Final = ("pages", "total_pages", "page_count", "last_page")


class Rows[RowT](list[RowT]):
    """The rows of an answer that could be read.

    `lost` are those that could not, `has_more` says that there are more on another
    page, and `total` how many there are on all, None where that is not told.
    """

    def __init__(
        self,
        rows: Iterable[RowT] = (),
        *,
        lost: int = 0,
        has_more: bool = False,
        total: int | None = None,
    ) -> None:
        """Take what was read."""
        super().__init__(rows)
        self.lost = lost
        self.has_more = has_more
        self.total = total

    @property
    def is_whole(self) -> bool:
        """Say whether these are all rows that there are."""
        return not self.lost and not self.has_more

    @property
    def asked(self) -> int:
        """Return how many rows came, the unreadable ones included."""
        return len(self) + self.lost


def body_of(operation: str, answer: bytes, refused: Tally[str]) -> Body:
    """Stand at the top of a JSON body; a number beyond all bounds is infinite."""
    try:
        value: object = msgspec.json.decode(answer)
    except msgspec.ValidationError:
        # One such number does not cost the rest.
        value = _of_any_size(operation, answer)
    except ValueError, RecursionError:
        raise UnexpectedResponse(operation, "the body is not JSON") from None
    return Body(operation, value, refused=refused)


def _of_any_size(operation: str, answer: bytes) -> object:
    """Return a body that has numbers beyond what a computer counts."""
    try:
        return json.loads(bytes(answer), parse_constant=_no_number, parse_int=_whole)
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

    def of(operation: str, answer: bytes, refused: Tally[str]) -> ValueT:
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

    def of(operation: str, answer: bytes, refused: Tally[str]) -> ValueT:
        return readable(body_of(operation, answer, refused), read)

    return of


def listed[ValueT](read: Read[ValueT], name: str) -> Decode[Rows[ValueT]]:
    """Return how to read a list of objects under a name."""

    def of(operation: str, answer: bytes, refused: Tally[str]) -> Rows[ValueT]:
        return rows_of(body_of(operation, answer, refused), name, read)

    return of


def readable[ValueT](place: Body, read: Read[ValueT]) -> ValueT:
    """Read an object, of which some has to be known."""
    if not isinstance(place.value, Mapping):
        raise place.unexpected("the answer is no object")
    try:
        return read(place)
    except Unreadable as err:
        raise place.unexpected(f"{err} cannot be read") from None


def rows_of[RowT](top: Body, name: str, read: Read[RowT]) -> Rows[RowT]:
    """Read the rows of a list; one that cannot be read is left out and counted."""
    return page_of(top, name, read)


def _row[RowT](row: Body, read: Read[RowT]) -> RowT:
    """Read a row."""
    if not isinstance(row.value, Mapping):
        raise Unreadable
    return read(row)


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
    rows on all pages.
    """
    around, values = members(top, name)
    rows: list[RowT] = []
    for value in values:
        try:
            rows.append(_row(top.child(value), read))
        except Unreadable, UnexpectedResponse:
            refuse(top, name)
    return Rows(
        rows,
        lost=len(values) - len(rows),
        has_more=says_more(around, start, len(values), size, *totals),
        total=total(around, *totals),
    )


def says_more(top: Body, start: int, came: int, size: int = 0, *totals: str) -> bool:
    """Say whether an answer tells, in any way, of more rows than came so far."""
    places, reached = _about(top), start + came
    if any(_is_set(each, "has_more") for each in places):
        return True
    if (_counted(top.member("hits")) or 0) > reached:
        return True
    if (told := total(top, *totals)) is not None:
        return told > reached
    if any(_has_next(each, came) for each in places):
        return True
    # Older portals do not tell; a page that is full may not be the last.
    return 0 < size <= came and not any(each.has("has_more") for each in places)


def total(top: Body, *names: str) -> int | None:
    """Return how many rows there are in all, None where that is not told.

    `names` are what this answer calls it besides: `hits` may be those of one page.
    """
    counts = [
        told
        for each in _about(top)
        for name in (*_TOTALS, *names)
        if (told := _counted(each.member(name))) is not None
    ]
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


def _is_set(place: Body, name: str) -> bool:
    """Say whether a member says anything but no."""
    value = place.member(name)
    return value is not None and value is not False and value not in ("", 0)


def _has_next(place: Body, came: int) -> bool:
    """Say whether an object tells of a page after this one."""
    if any(_is_set(place, name) for name in _NEXT):
        return True
    page = _counted(place.member("page"))
    pages = [_counted(place.member(name)) for name in _PAGES]
    if page is not None and any(each is not None and page < each for each in pages):
        return True
    sizes = [_counted(place.member(name)) for name in _SIZES]
    return any(each is not None and 0 < each <= came for each in sizes)
