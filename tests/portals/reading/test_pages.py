"""Whether a list is whole, however bodies and headers say so."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.reading.pages import (
    Paging,
    Step,
    is_whole,
    paging,
)

ROWS = [{"id": n, "count": 900, "total": 900, "next": "x"} for n in range(3)]
LINK = "/api/rows?page=2"


def _step(link: str | None = None, **query: str) -> Step:
    return Step(link, query)


# How three rows of seven are told in a body, and how the next are asked for.
TOLD: list[tuple[dict[str, Any], Step | None]] = [
    *(({name: 7}, None) for name in ("total", "count", "totalCount", "total_items")),
    *(({name: 7}, None) for name in ("TotalElements", "numFound", "@odata.count")),
    ({"total": "7"}, None),
    ({"total": {"value": 7, "relation": "eq"}}, None),
    ({"total": 7, "page": 1}, _step(page="2")),
    ({"totalPages": 3}, _step(page="2")),
    ({"pages": 3, "page": 1, "limit": 3}, _step(page="2", limit="3")),
    ({"pageCount": 3, "pageNumber": 1}, _step(pageNumber="2")),
    ({"lastPage": 3, "current_page": 1, "per_page": 3}, _step(page="2", per_page="3")),
    (
        {"number": 0, "size": 3, "totalPages": 3, "last": False},
        _step(page="1", size="3"),
    ),
    ({"offset": 0, "limit": 3}, _step(offset="3", limit="3")),
    ({"offset": 0, "limit": 3, "total": 7}, _step(offset="3", limit="3")),
    ({"skip": 0, "top": 3, "totalCount": 7}, _step(skip="3", top="3")),
    ({"page": 1, "size": 3}, _step(page="2", size="3")),
    ({"pageSize": 3}, None),
    *(({name: True}, None) for name in ("hasMore", "has_next", "truncated", "more")),
    ({"hasMore": "true"}, None),
    ({"isLastPage": False}, None),
    *(({name: LINK}, _step(LINK)) for name in ("next", "nextLink", "@odata.nextLink")),
    ({"links": {"next": LINK, "self": "/x"}}, _step(LINK)),
    ({"_links": {"next": {"href": LINK}}}, _step(LINK)),
    (
        {"links": [{"rel": "self", "href": "/"}, {"rel": "next", "href": LINK}]},
        _step(LINK),
    ),
    ({"nextPage": 2}, _step(page="2")),
    ({"next": {"page": 2}}, _step(page="2")),
    ({"next": {"what": "ever"}}, None),
    ({"nextPage": True}, None),
    ({"nextCursor": "b3=="}, _step(cursor="b3==")),
    ({"continuationToken": "t"}, _step(continuationToken="t")),
    ({"nextPageToken": "t"}, _step(pageToken="t")),
    ({"hasNextPage": True, "endCursor": "c"}, _step(after="c")),
    ({"nextOffset": 3}, _step(offset="3")),
    ({"from": 0, "to": 3, "of": 7}, _step(**{"from": "3"})),
]
PLACES = ["", "metadata", "meta", "pagination", "paging", "page", "meta.pagination"]
HEADERS: list[tuple[dict[str, str], Step | None]] = [
    ({"Link": f'<{LINK}>; rel="next", </api/rows?page=9>; rel="last"'}, _step(LINK)),
    ({"link": f"</x>; rel=self, <{LINK}>; rel=next; title=\"a, b\""}, _step(LINK)),
    *(({name: "7"}, None) for name in ("X-Total-Count", "x-total", "Total-Count")),
    ({"X-Pages": "3"}, _step(page="2")),
    ({"X-Pages": "3", "X-Page": "1", "X-Limit": "3"}, _step(page="2")),
    ({"X-Total-Pages": "3", "X-Per-Page": "3"}, _step(page="2", per_page="3")),
    ({"X-Next-Page": "2"}, _step(page="2")),
    ({"Pagination-Count": "7", "Pagination-Page": "1"}, _step(page="2")),
    ({"X-Has-More": "true"}, None),
    ({"Content-Range": "items 0-2/7"}, _step(offset="3")),
    ({"Content-Range": "rows 0-2/*"}, _step(offset="3")),
    ({"X-Pagination": '{"TotalCount": 7, "CurrentPage": 1}'}, _step(page="2")),
]  # fmt: skip


def _put(place: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body that tells something at a place."""
    body: dict[str, Any] = {"items": ROWS}
    inner = body
    for name in filter(None, place.split(".")):
        inner = inner.setdefault(name, {})
    inner.update(told)
    return body


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("told", "step"), TOLD)
def test_more_is_told_in_a_body(
    place: str, told: dict[str, Any], step: Step | None
) -> None:
    body = _put(place, told)
    assert paging(body, {}, 3) == Paging(has_more=True, step=step)
    assert not is_whole({"data": body}, {}, 3)


@pytest.mark.parametrize(("headers", "step"), HEADERS)
def test_more_is_told_in_headers(headers: dict[str, str], step: Step | None) -> None:
    assert paging(ROWS, headers, 3) == Paging(has_more=True, step=step)
    assert paging({"items": ROWS}, headers, 3).has_more


@pytest.mark.parametrize(
    "told",
    [
        *({name: 3} for name in ("total", "count", "totalCount")),
        *({name: 1} for name in ("pages", "totalPages", "page")),
        *({name: value} for name in ("next", "nextCursor") for value in (None, "")),
        *({name: False} for name in ("hasMore", "truncated", "hasNextPage")),
        {"page": 1, "limit": 100},
        {"page": 1, "limit": 3, "total": 3},
        {"page": 1, "limit": 3, "pages": 1},
        {"limit": 3, "next": None},
        {"limit": 3, "hasMore": False},
        {"hasNextPage": False, "endCursor": "c"},
        {"isLastPage": True},
        {"size": 3},
        {"links": {"self": LINK, "first": LINK, "last": LINK, "prev": None}},
        {"links": [{"rel": "self", "href": LINK}]},
        {"total": 2},
        # What looks like data.
        {"year": 2026, "days": 31, "version": 7, "status": 200, "code": 900},
        {"number": 12, "start": 1_764_000_000, "offset": 3600, "current": 99},
        {"from": "2026-01-01", "to": "2026-02-01", "limit": 9.5},
        {"total": 19.87, "count": True, "page": "one", "hasMore": "perhaps"},
        {"rows": [{"total": 900, "hasMore": True, "next": LINK}]},
        {"customer": {"total": 900, "hasMore": True, "next": LINK}},
    ],
)
def test_nothing_hints_at_more(told: dict[str, Any]) -> None:
    for place in PLACES:
        assert is_whole(_put(place, told), {}, 3), place


@pytest.mark.parametrize(
    "headers",
    [
        {"X-RateLimit-Limit": "900", "X-Limit": "900", "Content-Length": "900"},
        {"Link": '</style.css>; rel="preload", </p?page=1>; rel="prev"'},
        {"Link": '</next>; rel="last"'},
        {"X-Total-Count": "3", "X-Next-Page": "", "X-Has-More": "false"},
        {"Content-Range": "items 0-2/3"},
        {"Content-Range": "bytes 0-99/900"},
        {"X-Pagination": "not JSON", "Range": "9", "Count": "900", "Age": "900"},
    ],
)
def test_headers_that_hint_at_nothing(headers: dict[str, str]) -> None:
    assert is_whole(ROWS, headers, 3)


def test_a_list_is_not_whole_where_rows_stand_before_it() -> None:
    for told in ({"page": 2, "limit": 5}, {"offset": 10, "limit": 5}):
        assert not is_whole({"items": ROWS, **told}, {}, 3)
    assert not is_whole(ROWS, {"Content-Range": "items 4-6/7"}, 7)


def test_the_last_page() -> None:
    """What was read before counts, and what was asked for tells where one is."""
    so_far = {"before": 6, "pages": 2}
    for told in ({"total": 7}, {"totalPages": 3, "page": 3}, {"limit": 3, "page": 3}):
        assert not paging({"items": [], **told}, {}, 1, **so_far).has_more
    assert paging({"total": 9}, {}, 1, **so_far).has_more
    told = paging({"total": 9}, {}, 2, before=3, pages=1, asked={"page": "2"})
    assert told.step == _step(page="3")
    # Where nothing comes any more, there is nothing to be asked for.
    assert paging({"total": 9, "page": 4}, {}, 0, **so_far) == Paging(has_more=True)
    assert not paging({"page": 4, "limit": 3}, {}, 0, **so_far).has_more
    # A cursor that leads to itself leads nowhere.
    asked = {"cursor": "c"}
    assert not paging({"cursor": "c"}, {}, 1, **so_far, asked=asked).has_more


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["total", "next", "links", "page", "cursor", "x", "meta"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(_JSON, st.dictionaries(st.sampled_from(["Link", "X-Total"]), st.text()))
@settings(max_examples=300, deadline=None)
def test_anything(body: Any, headers: dict[str, str]) -> None:
    """Whatever is told: something is said of it."""
    told = paging(body, headers, 3)
    assert told.has_more or told.step is None


@pytest.mark.parametrize("deep", [10, 10_000])
def test_deep_bodies(deep: int) -> None:
    body: Any = {"total": 7}
    for _ in range(deep):
        body = {"data": body}
    assert is_whole(body, {}, 3)
