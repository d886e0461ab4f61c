"""Long lists in pages, in each of the ways in which a vendor could serve them.

The reference says nothing of pages; whoever asks as it is told here gets them all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

from aiohttp import web

type Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """Which rows are asked for, of how many, and of which list."""

    request: web.Request
    start: int
    size: int
    total: int

    @property
    def number(self) -> int:
        """Return its number, from 1."""
        return self.start // self.size + 1

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(1, ceil(self.total / self.size))

    @property
    def following(self) -> int | None:
        """Return where the next page starts, None on the last."""
        start = self.start + self.size
        return start if start < self.total else None

    def link(self, **query: int) -> str | None:
        """Return a link to the next page."""
        if self.following is None:
            return None
        return str(self.request.url.update_query(query))


@dataclass(frozen=True)
class Told:
    """What an answer says beside its rows; a bare list where it is `None`."""

    beside: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    items: str = "items"


def _page(query: Mapping[str, str], size: int, first: int = 1) -> int:
    return (int(query.get("page", first)) - first) * size


def _offset(query: Mapping[str, str], size: int) -> int:
    return int(query.get("offset", 0))


def _cursor(query: Mapping[str, str], size: int) -> int:
    return int(query.get("cursor", "c0")[1:])


type Start = Callable[[Mapping[str, str], int], int]
type Tell = Callable[[Page], Told]


def _in_metadata(page: Page) -> Told:
    numbers = {"page": page.number, "limit": page.size, "totalPages": page.last}
    return Told({"metadata": {**numbers, "total": page.total}})


def _in_headers(page: Page) -> Told:
    more = {} if page.following is None else {"X-Next-Page": f"{page.number + 1}"}
    pages = {"X-Page": f"{page.number}", "X-Total-Pages": f"{page.last}"}
    return Told(headers={**pages, **more})


def _in_a_link(page: Page) -> Told:
    link = page.link(offset=page.start + page.size)
    return Told(headers={} if link is None else {"Link": f'<{link}>; rel="next"'})


def _by_cursor(page: Page) -> Told:
    cursor = None if page.following is None else f"c{page.following}"
    return Told({"metadata": {"hasMore": cursor is not None, "nextCursor": cursor}})


def _next_link(page: Page) -> Told:
    return Told(
        {"links": {"next": page.link(offset=page.start + page.size)}}, items="data"
    )


def _odata(page: Page) -> Told:
    link = page.link(offset=page.start + page.size)
    return Told({"@odata.nextLink": link} if link else {}, items="value")


def _zero_based(page: Page) -> Told:
    told = {"number": page.number - 1, "size": page.size, "totalPages": page.last}
    return Told({**told, "last": page.following is None}, items="content")


PAGINGS: Final[Mapping[str, tuple[Start, Tell]]] = {
    "metadata": (_page, _in_metadata),
    "full": (_page, lambda page: Told({"page": page.number, "limit": page.size})),
    "zero_based": (lambda query, size: _page(query, size, 0), _zero_based),
    "offset": (
        _offset,
        lambda page: Told(
            {"offset": page.start, "limit": page.size, "count": page.total}
        ),
    ),
    "cursor": (_cursor, _by_cursor),
    "link": (_offset, _next_link),
    "odata": (_offset, _odata),
    "header_pages": (_page, _in_headers),
    "header_link": (_offset, _in_a_link),
    "header_range": (
        _offset,
        lambda page: Told(
            headers={
                "Content-Range": f"items {page.start}-{page.start + page.size - 1}"
                f"/{page.total}"
            }
        ),
    ),
    # These do not say how the rest is got.
    "total": (_offset, lambda page: Told({"metadata": {"total": page.total}})),
    "header_total": (
        _offset,
        lambda page: Told(headers={"X-Total-Count": f"{page.total}"}),
    ),
}
UNTOLD: Final = ("total", "header_total")


def paged(request: web.Request, rows: Rows, paging: str, size: int) -> web.Response:
    """Return the page that is asked for."""
    start_of, tell = PAGINGS[paging]
    page = Page(request, start_of(request.query, size), size, len(rows))
    told = tell(page)
    part = rows[page.start : page.start + size]
    body = part if told.beside is None else {told.items: part, **told.beside}
    return web.json_response(body, headers=told.headers)
