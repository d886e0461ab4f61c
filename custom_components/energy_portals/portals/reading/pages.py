"""Whether a list is whole, and how to get the rest, as bodies and headers may tell.

No portal documents how it pages. What is known here are the usual ways to say so; what
only looks alike (`year`, `days`, a `count` within a row) says nothing.
"""

from collections.abc import Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, field
import re
from typing import Final

import msgspec

from . import page_words as words

type _Member = tuple[str, str, object]
"""A member by its folded name, as it is spelt, and what it holds."""

_DEPTH: Final = 5
_HREFS: Final = ("href", "url", "uri", "link", "cursor", "page", "value")
_LINK: Final = re.compile(r"<([^<>]*)>((?:[^<>,\"]|\"[^\"]*\")*)")
_IS_NEXT: Final = re.compile(r"\brel\s*=\s*(?:\"[^\"]*\bnext\b|next\b)", re.IGNORECASE)
_RANGE: Final = re.compile(r"\s*(\w+)[ =](?:(\d+)-\d+|\*)/(\d+|\*)\s*", re.ASCII)
_WHOLE: Final = re.compile(r"[0-9]{1,15}")
_OF_LISTS: Final = re.compile(r"(?:x-)?(?:pagination-|paging-)?(.+)")


@dataclass(frozen=True, slots=True)
class Step:
    """How the next page is asked for: by a link, or by parameters beside the others."""

    link: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paging:
    """What an answer says of the list that it is a part of.

    `has_more` says that something hints at more than was read with this answer; `step`
    is how to get it, None where that is not told.
    """

    has_more: bool
    step: Step | None = None


def is_whole(body: object, headers: Mapping[str, str], count: int) -> bool:
    """Say whether a list of so many rows is all, as far as its answer tells.

    `body` is the decoded body, whether the list stands in it or is left out.
    """
    return not paging(body, headers, count).has_more


def paging(
    body: object,
    headers: Mapping[str, str],
    count: int,
    *,
    before: int = 0,
    pages: int = 0,
    asked: Mapping[str, str] | None = None,
) -> Paging:
    """Return what an answer of `count` rows says of the list that they are part of.

    `before` rows on `pages` pages, none empty, came before it; `asked` was the query.
    """
    told = _Told([*_members(body, _DEPTH), *_of_headers(headers)], asked or {})
    has_more = told.has_more(count, before, pages)
    return Paging(has_more, told.step(count, pages) if has_more and count else None)


class _Told:
    """All that an answer tells of its list."""

    def __init__(self, members: list[_Member], asked: Mapping[str, str]) -> None:
        """Take what is told, and the query that asked for it."""
        is_clear = any(name in words.STRONG for name, _, _ in members)
        self.members = [
            each for each in members if is_clear or each[0] not in words.WEAK
        ]
        self.asked = asked

    def has_more(self, count: int, before: int, pages: int) -> bool:
        """Say whether anything hints at more than came up to this answer."""
        page_counts = self._numbers(words.PAGE_COUNTS)
        if any(n > before + count for n in self._numbers(words.TOTALS)):
            return True
        # An empty list may say that it has one page.
        if any(n > max(pages + bool(count), 1) for n in page_counts):
            return True
        if not pages and self._begins_later():
            return True
        flags = self._flags()
        if True in flags or any(self._links()):
            return True
        if flags or not count:
            return False
        if any(self._cursors()):
            return True
        is_told = page_counts or self._numbers(words.TOTALS - words.COUNTS)
        return not (is_told or self._has_no_next()) and self._is_full(count)

    def step(self, count: int, pages: int) -> Step | None:
        """Return how the next page is asked for."""
        for step in (*self._links(), *self._cursors()):
            if step != Step():
                return step
        if (page := self._page()) is not None:
            return Step(query={**self._size(), page[0]: str(page[1] + 1)})
        if (offset := self._offset()) is not None:
            return Step(query={**self._size(), offset[0]: str(offset[1] + count)})
        if self._numbers(words.PAGE_COUNTS):
            return Step(query={**self._size(), "page": str(pages + 2)})
        return None

    def _begins_later(self) -> bool:
        """Say whether rows stand before these."""
        page, offset = self._page(), self._offset()
        is_later = page is not None and page[1] > 1
        # Rows may be counted from 1.
        return is_later or (offset is not None and offset[1] > 1)

    def _is_full(self, count: int) -> bool:
        """Say whether the page has as many rows as a page may have."""
        sizes = self._numbers(words.SIZES)
        if self._page() is not None or self._offset() is not None:
            sizes += self._numbers(words.WEAK_SIZES)
        return count in sizes

    def _numbers(self, names: AbstractSet[str]) -> list[int]:
        """Return the numbers told under some names."""
        numbers = (_number(value) for name, _, value in self.members if name in names)
        return [each for each in numbers if each is not None]

    def _flags(self) -> set[bool]:
        """Return what is told of more, in as many words."""
        told = set()
        for name, _, value in self.members:
            truth = _truth(value)
            if truth is not None and name in words.MORE | words.NO_MORE:
                told.add(truth is (name in words.MORE))
        return told

    def _has_no_next(self) -> bool:
        """Say whether a member for the next page is empty."""
        names = words.NEXT | words.CURSORS.keys()
        return any(name in names and not value for name, _, value in self.members)

    def _links(self) -> Iterator[Step]:
        """Yield the links to the next page, or its number."""
        for name, _, value in self.members:
            if name in words.NEXT and (step := _next(value)) is not None:
                yield step

    def _cursors(self) -> Iterator[Step]:
        """Yield what stands for the place where the next page begins."""
        for name, _, value in self.members:
            parameter = words.CURSORS.get(name)
            if parameter is None or not value or isinstance(value, bool):
                continue
            # What this page itself was asked for by leads nowhere.
            if isinstance(value, str | int) and self.asked.get(parameter) != str(value):
                yield Step(query={parameter: str(value)})

    def _page(self) -> tuple[str, int] | None:
        """Return how the page is asked for, and its number."""
        for name, spelt, value in self.members:
            is_page = name in words.PAGE | words.WEAK_PAGE
            if is_page and (number := _number(value)) is not None:
                return (spelt if name in words.PAGE_AS_TOLD else "page"), number
        return self._asked(words.PAGE)

    def _offset(self) -> tuple[str, int] | None:
        """Return how the place where the page begins is asked for, and the place."""
        for name, spelt, value in self.members:
            if name in words.WEAK_OFFSETS and (number := _number(value)) is not None:
                return spelt, number
        return self._asked(words.WEAK_OFFSETS)

    def _asked(self, names: AbstractSet[str]) -> tuple[str, int] | None:
        """Return the parameter by which this page was asked for."""
        for spelt, text in self.asked.items():
            if _folded(spelt) in names and (number := _number(text)) is not None:
                return spelt, number
        return None

    def _size(self) -> dict[str, str]:
        """Return how a page of the same size is asked for."""
        for name, spelt, value in self.members:
            is_size = name in words.SIZES | words.WEAK_SIZES
            if is_size and (number := _number(value)):
                return {spelt: str(number)}
        return {}


def _members(body: object, depth: int) -> Iterator[_Member]:
    """Yield what the objects around a list hold."""
    if not isinstance(body, Mapping) or not depth:
        return
    for spelt, value in body.items():
        name = _folded(str(spelt))
        if isinstance(value, list):
            yield from _of_links(name, value)
        elif not isinstance(value, Mapping) or name in words.NEXT:
            yield name, str(spelt), value
        elif name in words.TOTALS and "value" in value:
            yield name, str(spelt), value["value"]
        elif name in words.PLACES:
            yield from _members(value, depth - 1)


def _of_links(name: str, links: list[object]) -> Iterator[_Member]:
    """Yield a link to the next page from a list of links."""
    if name not in {"links", "link"}:
        return
    for link in links:
        if isinstance(link, Mapping) and _folded(str(link.get("rel"))) == "next":
            yield "next", "next", link


def _of_headers(headers: Mapping[str, str]) -> Iterator[_Member]:
    """Yield what headers say, by the names that bodies have for it."""
    for spelt, text in headers.items():
        header = spelt.casefold()
        if header == "link":
            links = _LINK.findall(text)
            yield from (("next", "next", u) for u, of in links if _IS_NEXT.search(of))
        elif header == "content-range":
            yield from _of_range(text)
        elif header in {"x-pagination", "pagination", "x-paging"}:
            yield from _members(_decoded(text), _DEPTH)
        elif (told := _OF_LISTS.fullmatch(header)) is not None:
            # Parameters are spelt with low lines.
            name = told[1].replace("-", "_")
            if _folded(name) in words.IN_HEADERS and (name != header or "_" in name):
                yield _folded(name), name, text


def _of_range(text: str) -> Iterator[_Member]:
    """Yield what a Content-Range says of rows."""
    told = _RANGE.fullmatch(text)
    if told is None or told[1] == "bytes":
        return
    yield "offset", "offset", told[2]
    yield "total", "total", told[3]
    if told[3] == "*":
        yield "more", "more", True


def _decoded(text: str) -> object:
    """Return a header's JSON."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError, RecursionError:
        return None


def _next(value: object) -> Step | None:
    """Return what a member says of the next page: a link, a number or a cursor."""
    if isinstance(value, Mapping):
        inner = (value[name] for name in _HREFS if value.get(name))
        # An object that is not understood still says that there is a next.
        return _next(next(inner, True)) if value else None
    if value is True or isinstance(value, list | float):
        return Step()
    if isinstance(value, int) and value:
        return Step(query={"page": str(value)})
    if not isinstance(value, str) or _folded(value) in {"", "null", "none", "false"}:
        return None
    if _WHOLE.fullmatch(value):
        return Step(query={"page": value})
    is_link = value.startswith("/") or "://" in value or "?" in value
    return Step(link=value) if is_link else Step(query={"cursor": value})


def _number(value: object) -> int | None:
    """Return a whole number from 0, or a text that spells one."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if value >= 0 else None


def _truth(value: object) -> bool | None:
    """Return what a member says that is true or not."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.casefold())
    return value if isinstance(value, bool) else None


def _folded(name: str) -> str:
    """Return a name without case and signs."""
    return "".join(filter(str.isalnum, name)).casefold()
