"""Bodies: one bad row costs one row, absent is not empty, a page is not all."""

from collections import Counter as Tally
from itertools import product
import json
from typing import Any

import pytest

from custom_components.energy_portals.portals.epilot.bodies import (
    Rows,
    body_of,
    listed,
    page_of,
    single,
    total,
    whole,
)
from custom_components.energy_portals.portals.epilot.values import (
    Unreadable,
    sure,
    text,
)
from custom_components.energy_portals.portals.http.errors import (
    TooMuch,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.http.exchange import Answer
from custom_components.energy_portals.portals.reading.body import Body

DEEP = b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def _read(row: Body) -> str:
    """Read a row that has to have an id."""
    ident = sure(row, text, "_id")
    if ident is None:
        raise Unreadable("_id")
    return ident


def _rows(body: object, refused: Tally[str] | None = None) -> Rows[str]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    tally: Tally[str] = Tally() if refused is None else refused
    return listed(_read, "data")("call", _answer(text), tally)


def _answer(body: bytes, **headers: str) -> Answer:
    spelt = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(body, spelt)


GOOD = [{"_id": "a"}, {"_id": "b"}]


@pytest.mark.parametrize(
    "bad", [None, 5, "text", [], {}, {"_id": None}, {"_id": []}, {"ident": "x"}]
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_bad_row_costs_one_row(bad: object, place: int) -> None:
    refused: Tally[str] = Tally()
    rows = _rows({"data": [*GOOD[:place], bad, *GOOD[place:]]}, refused)
    assert list(rows) == ["a", "b"]
    assert not rows.is_whole
    assert rows.came == 3
    assert refused == {"call.data": 1}


def test_rows_that_come_twice() -> None:
    """The same is one; of two that differ, nobody knows which one holds."""
    rows = _rows({"data": [*GOOD, GOOD[0], GOOD[1]]})
    assert list(rows) == ["a", "b"]
    assert (rows.came, rows.repeated, rows.is_whole) == (4, 2, True)
    refused: Tally[str] = Tally()
    rows = _rows({"data": [*GOOD, {**GOOD[0], "x": 1}]}, refused)
    assert list(rows) == ["b"]
    assert (rows.came, rows.lost) == (3, 2)
    assert refused == {"call.data": 2}


@pytest.mark.parametrize("rows", [[None], [{}], ["x", 5], [[]]])
def test_rows_of_which_none_can_be_read(rows: list[object]) -> None:
    """They are no empty list."""
    with pytest.raises(UnexpectedResponse):
        _rows({"data": rows})


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" * 5000])
def test_a_number_beyond_all_bounds_costs_one_row(number: str) -> None:
    body = f'{{"data": [{{"_id": "a", "x": {number}}}, {{"_id": {{"y": {number}}}}}]}}'
    rows = _rows(body.encode())
    assert list(rows) == ["a"]
    assert rows.lost == 1


@pytest.mark.parametrize(
    "body",
    [
        *(
            {},
            {"data": None},
            {"data": {}},
            {"data": "none"},
            {"error": "no"},
            [],
            None,
        ),
        *({"data": {"_id": "a"}}, {"data": {"data": None}}, "text", 5, {"data": 0}),
        *(b"x", b"\xff", b"", b'{"data":[NaN]}', b'{"data":[1e999,NaN]}', DEEP),
    ],
)
def test_absent_is_not_empty(body: object) -> None:
    with pytest.raises(UnexpectedResponse):
        _rows(body)


@pytest.mark.parametrize(
    "body",
    [
        *({"data": GOOD}, {"Data": GOOD}, GOOD, {"data": {"data": GOOD}}),
        *({"result": {"data": GOOD}}, {"data": GOOD, "total": 2, "has_more": False}),
        *({"data": GOOD, "next": None}, {"data": GOOD, "cursor": ""}),
        *(
            {"data": GOOD, "year": 2026, "days": 5},
            {"data": GOOD, "page": 1, "pages": 1},
        ),
        *(
            {"data": GOOD, "limit": 100},
            {"data": GOOD, "meta": {"total": 2, "limit": 2}},
        ),
    ],
)
def test_a_list_that_is_whole(body: object) -> None:
    rows = _rows(body)
    assert list(rows) == ["a", "b"]
    assert rows.is_whole


_MORE: list[dict[str, Any]] = [
    *({"total": 3}, {"total_count": 3}, {"totalElements": "3"}, {"count": 3}),
    *({"has_more": True}, {"hasNextPage": True}, {"truncated": True}),
    *({"next": "https://x.example/?page=2"}, {"nextCursor": "abc"}, {"cursor": "abc"}),
    *(
        {"page": 1, "total_pages": 2},
        {"limit": 2},
        {"pageSize": 2},
        {"page": 1, "size": 2},
    ),
]


@pytest.mark.parametrize(
    ("more", "around"),
    [
        *product(_MORE, [None, "pagination", "paging", "meta", "pageInfo", "_links"]),
        ({"hits": 3}, None),
    ],
)
def test_a_list_that_says_there_is_more(
    more: dict[str, Any], around: str | None
) -> None:
    told = more if around is None else {around: more}
    rows = _rows({"data": GOOD, **told})
    assert list(rows) == ["a", "b"]
    assert not rows.is_whole


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Total_Count": "3"},
        {"Link": '<https://portal.example/?page=2>; rel="next"'},
        {"Content_Range": "items 0-1/3"},
    ],
)
def test_headers_that_say_there_is_more(headers: dict[str, str]) -> None:
    answer = _answer(json.dumps({"data": GOOD}).encode(), **headers)
    rows = listed(_read, "data")("call", answer, Tally())
    assert list(rows) == ["a", "b"]
    assert not rows.is_whole


def test_empty_is_empty() -> None:
    rows = _rows({"data": []})
    assert list(rows) == []
    assert rows.is_whole


def test_a_page_that_is_full_may_not_be_the_last() -> None:
    def page(**around: object) -> Rows[str]:
        return page_of(Body("call", {"data": GOOD, **around}), "data", _read, 4, 2)

    assert page().has_more
    assert not page(has_more=False).has_more
    assert not page(pagination={"total": 6}).has_more
    assert page(pagination={"total": 7}).has_more
    assert page(pagination={"total": 7}).total == 7
    hits = Body("call", {"hits": 9})
    assert (total(hits), total(hits, "hits")) == (None, 9)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"data":[]}', b"x", DEEP, b"null"])
def test_no_object(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse):
        single(_read, "data")("call", _answer(body), Tally())


def test_objects() -> None:
    read, tally = single(_read, "data"), Tally[str]()
    assert read("call", _answer(b'{"data": {"_id": "a"}}'), tally) == "a"
    # The entity alone, in place of what it stands in.
    assert read("call", _answer(b'{"_id": "a"}'), tally) == "a"
    assert whole(_read)("call", _answer(b'{"_id": "a"}'), tally) == "a"
    for body in (b"[]", b'{"_id": null}', b'{"_id": []}'):
        with pytest.raises(UnexpectedResponse) as caught:
            whole(_read)("call", _answer(body), tally)
        assert caught.value.skeleton is not None


def test_errors_hold_no_values() -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        _rows({"data": {"_id": "s3cret"}})
    assert "s3cret" not in f"{caught.value!r} {caught.value.placeholders()}"


def test_what_stands_at_the_top() -> None:
    top = body_of("call", _answer(b'{"a": 1e999}', X_Total_Count="5"), Tally())
    assert top.value == {"a": float("inf")}
    assert top.headers == {"X-Total-Count": "5"}


def test_a_list_of_more_rows_than_anybody_has() -> None:
    rows = [{"_id": f"{n}"} for n in range(2001)]
    assert len(_rows({"data": rows[1:]})) == 2000
    with pytest.raises(TooMuch, match="more than 2000 rows"):
        _rows({"data": rows})
