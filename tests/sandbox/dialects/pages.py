"""A page instead of the whole list, and how that is said.

Whoever asks on, by whatever was said, gets the rest.
"""

from collections.abc import Callable, Iterator, Mapping

from tests.sandbox.dialects.kinds import Dialect, PagedDialect
from tests.sandbox.dialects.shapes import Answer, Json, Shape, replaced, rows_of

type Tell = Callable[[list[Json], int, int], Answer]
"""What is said of a page of so many rows that begins at this row, of so many."""

_NAMES = ("page", "pageNumber", "page_number", "pageIndex")
_SIZES = ("limit", "pageSize", "page_size", "per_page", "size")


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all, for lists that are not asked for page by page."""
    if shape.rows is None or not shape.is_paged:
        return
    for name, tell in _TELLS.items():
        yield PagedDialect(
            f"page.{name}",
            False,
            _same,
            says=shape.is_whole,
            answer=_paged(shape, tell),
        )


def _same(body: Json) -> Json:
    return body


def _paged(shape: Shape, tell: Tell) -> Callable[[Json, Mapping[str, str]], Answer]:
    def answer(body: Json, query: Mapping[str, str]) -> Answer:
        rows = rows_of(body, shape)
        if len(rows) < 2:
            return Answer(body)
        size = (len(rows) + 1) // 2
        begin = _begin(query, size)
        told = tell(rows[begin : begin + size], begin, len(rows))
        if isinstance(told.body, list):
            return Answer(replaced(body, shape.rows or "", told.body), told.headers)
        place = shape.rows if shape.rows == shape.root else shape.root
        if shape.rows and shape.rows != shape.root:
            beside = {
                k: v for k, v in told.body.items() if v is not _rows_in(told.body)
            }
            body = replaced(body, shape.rows, _rows_in(told.body))
            content = body[shape.root] if shape.root else body
            content |= {k: v for k, v in beside.items() if k not in content}
            return Answer(body, told.headers)
        return Answer(replaced(body, place or "", told.body), told.headers)

    return answer


def _rows_in(page: dict[str, Json]) -> Json:
    return page["items"]


def _begin(query: Mapping[str, str], size: int) -> int:
    """Return at which row a page begins, however it was asked for."""
    for name in ("offset", "skip", "$skip", "start", "cursor", "after"):
        if query.get(name, "").isdecimal():
            return int(query[name])
    for name in _NAMES:
        if query.get(name, "").isdecimal():
            return max(0, int(query[name]) - 1) * size
    return 0


def _told(beside: Callable[[int, int, int], dict[str, Json]]) -> Tell:
    """Return how members stand beside the rows."""

    def tell(rows: list[Json], begin: int, count: int) -> Answer:
        return Answer({"items": rows, **beside(len(rows), begin, count)})

    return tell


def _headed(headers: Callable[[int, int, int], dict[str, str]]) -> Tell:
    """Return how headers say it, and the body is the list."""

    def tell(rows: list[Json], begin: int, count: int) -> Answer:
        return Answer(rows, headers(len(rows), begin, count))

    return tell


def _next(size: int, begin: int, count: int) -> int | None:
    return begin + size if begin + size < count else None


def _link(size: int, begin: int, count: int) -> str | None:
    on = _next(size, begin, count)
    return None if on is None else f"?offset={on}"


def _number(size: int, begin: int, count: int) -> int:
    return 1 if begin == 0 else 2


_TELLS: dict[str, Tell] = {
    "total": _told(lambda size, begin, count: {"total": count}),
    "total_count": _told(lambda size, begin, count: {"totalCount": count}),
    "total_elements": _told(lambda size, begin, count: {"totalElements": count}),
    "count_of_odata": _told(lambda size, begin, count: {"@odata.count": count}),
    "next_of_odata": _told(
        lambda *it: {"@odata.nextLink": _link(*it)} if _link(*it) else {}
    ),
    "pagination": _told(
        lambda size, begin, count: {
            "pagination": {
                "total": count,
                "page": _number(size, begin, count),
                "limit": size,
            }
        }
    ),
    "meta_page": _told(
        lambda size, begin, count: {
            "meta": {"page": {"number": _number(size, begin, count), "totalPages": 2}}
        }
    ),
    "metadata_total": _told(
        lambda size, begin, count: {"metadata": {"totalItems": count}}
    ),
    "page_info": _told(
        lambda *it: {
            "pageInfo": {
                "hasNextPage": _next(*it) is not None,
                "endCursor": f"{_next(*it)}",
            }
        }
    ),
    "has_more": _told(lambda *it: {"hasMore": _next(*it) is not None}),
    "is_last_page": _told(lambda *it: {"last": _next(*it) is None}),
    "next_cursor": _told(lambda *it: {"nextCursor": _next(*it) and f"{_next(*it)}"}),
    "next_link": _told(lambda *it: {"next": _link(*it)}),
    "links": _told(lambda *it: {"links": {"next": _link(*it)}}),
    "links_of_hal": _told(
        lambda *it: {"_links": {"next": {"href": _link(*it)}}} if _link(*it) else {}
    ),
    "page_and_limit": _told(
        lambda size, begin, count: {
            "page": _number(size, begin, count),
            "limit": size,
            "pages": 2,
        }
    ),
    "range": _told(
        lambda size, begin, count: {"from": begin, "to": begin + size, "of": count}
    ),
    "truncated": _told(lambda *it: {"truncated": _next(*it) is not None}),
    "header_total": _headed(lambda size, begin, count: {"X-Total-Count": f"{count}"}),
    "header_pages": _headed(
        lambda size, begin, count: {
            "X-Page": f"{_number(size, begin, count)}",
            "X-Total-Pages": "2",
        }
    ),
    "header_pagination": _headed(
        lambda size, begin, count: {"X-Pagination": f'{{"TotalCount": {count}}}'}
    ),
    "header_link": _headed(
        lambda *it: {"Link": f'<{_link(*it)}>; rel="next"'} if _link(*it) else {}
    ),
    "header_range": _headed(
        lambda size, begin, count: {
            "Content-Range": f"items {begin}-{begin + size - 1}/{count}"
        }
    ),
}
