"""Where in a body a list or a row is, and what is no list."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from custom_components.energy_portals.portals.autarc.models import Project
from custom_components.energy_portals.portals.autarc.reads import Answers
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse

ROWS = [{"id": f"p{n}", "status": "completed"} for n in range(3)]
LISTS: list[Callable[[Any], Any]] = [
    lambda rows: rows,
    *(
        (lambda rows, name=name: {name: rows, "total": 3, "year": 2026})
        for name in ("items", "data", "results", "content", "rows", "projects", "value")
    ),
    lambda rows: {"Items": rows, "Metadata": {"Total": 3}},
    lambda rows: {"data": {"items": rows, "meta": {"total": 3}}, "errors": []},
    lambda rows: {"success": True, "response": {"projects": rows}, "error": None},
    lambda rows: {"projects": rows, "customers": [{"id": "c"}], "items": []},
    lambda rows: {"_embedded": {"projects": rows}, "_links": {"self": {"href": "/"}}},
    lambda rows: {"d": {"results": rows}},
    lambda rows: {"$values": rows},
    lambda rows: {"hits": {"hits": rows, "total": {"value": 3}}},
    lambda rows: {f"{place}": row for place, row in enumerate(rows)},
    lambda rows: {"status": 200, "message": "OK", "data": rows, "messages": []},
]
NO_LISTS: list[Any] = [
    *(None, {}, "no", 0, False, "", {"items": None}, {"items": {}}, {"items": "none"}),
    *({"error": each, "items": []} for each in ("x", {"code": 1}, ["x"], 17)),
    *({name: [], "success": False} for name in ("items", "data")),
    {"statusCode": 400, "message": ["x"], "error": "Bad Request", "data": []},
    {"items": [], "data": []},
    {"items": ROWS, "data": ROWS},
    {"data": {"items": ROWS}, "result": {"items": ROWS}},
    {"customers": ROWS},
    {"messages": ROWS},
    ROWS[0],
    {"items": ROWS[0]},
    {"projects": {"p0": ROWS[0]}},
]


def _ids(body: Any) -> list[str]:
    """Return the ids of a list."""
    return _ids_of(msgspec.json.encode(body))


def _ids_of(body: bytes) -> list[str]:
    """Return the ids of a list."""
    listing = Answers().many("projects", body, Project)
    ids = [row.id for row in listing]
    assert listing.is_whole
    return ids


@pytest.mark.parametrize("wrap", LISTS)
def test_a_list_wherever_it_is(wrap: Callable[[Any], Any]) -> None:
    assert _ids(wrap(ROWS)) == ["p0", "p1", "p2"]


@pytest.mark.parametrize(
    "wrap", [each for each in LISTS if each([]) and "0" not in each(ROWS)]
)
def test_an_empty_list_is_empty(wrap: Callable[[Any], Any]) -> None:
    body = msgspec.json.encode(wrap([])).replace(b":3", b":0")
    assert list(Answers().many("projects", body, Project)) == []


@pytest.mark.parametrize("body", NO_LISTS)
def test_what_is_no_list_is_no_empty_one(body: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        _ids(body)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda row: row,
        lambda row: [row],
        *(
            (lambda row, n=name: {n: row})
            for name in ("data", "project", "item", "result")
        ),
        lambda row: {"success": True, "data": {"project": row}},
        lambda row: {"data": [row], "year": 2026},
        lambda row: [{"id": "q"}, row],
    ],
)
def test_a_row_wherever_it_is(wrap: Callable[[Any], Any]) -> None:
    body = msgspec.json.encode(wrap({"id": "p", "name": "N"}))
    assert Answers().one("project", body, Project, "p").name == "N"


@pytest.mark.parametrize(
    "body",
    [
        *([], {}, None, "p", {"error": "x"}, {"data": None}, {"data": {"name": "N"}}),
        *([{"id": "p"}, {"id": "p"}], {"success": False, "data": {"id": "p"}}),
        {"data": {"id": "p"}, "result": {"id": "p"}},
        {"id": "p", "firstName": "Kim", "lastName": "Ahrens"},
    ],
)
def test_what_is_no_row(body: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        Answers().one("project", msgspec.json.encode(body), Project, "p")


@pytest.mark.parametrize("sign", ["[", '{"data":'], ids=["lists", "objects"])
def test_bodies_too_deep(sign: str) -> None:
    deep = sign * 100_000 + "1" + ("]" if sign == "[" else "}") * 100_000
    for body in (
        deep,
        f'[{{"id":"p","name":{deep}}}]',
        f'{{"items":[],"meta":{deep}}}',
    ):
        with pytest.raises(UnexpectedResponse):
            Answers().one("project", body.encode(), Project)
    with pytest.raises(UnexpectedResponse):
        tuple(Answers().many("projects", deep.encode(), Project))
    # What nobody reads may be as deep as it likes.
    body = f'[{{"id":"p","x":{deep}}}]'
    with suppress(UnexpectedResponse):
        assert _ids_of(body.encode()) == ["p"]
