"""Where the content of an answer stands, whatever is wrapped around it."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.volue.pages import Page, inside
from custom_components.energy_portals.portals.volue.values import Unread

ROWS = [{"userId": "a"}, {"userId": "b"}]
USER = frozenset({"userid"})


@pytest.mark.parametrize(
    "body",
    [
        ROWS,
        {"users": ROWS},
        {"USERS": ROWS},
        {"items": ROWS, "totalCount": 2},
        {"success": True, "errors": [], "result": {"items": ROWS}},
        {"@odata.context": "x", "value": ROWS},
        {"d": {"results": ROWS}},
        {"_embedded": {"items": ROWS}, "_links": {}},
        {"$values": ROWS},
        {"data": {"users": ROWS, "other": [1]}},
        {"users": {"0": ROWS[0], "1": ROWS[1]}},
    ],
)
def test_lists(body: Any) -> None:
    assert Page.of(body, "users").rows == ROWS


@pytest.mark.parametrize(
    "body",
    [
        *(None, {}, 0, False, "", "Service unavailable", {"error": "later"}),
        *({"success": False, "data": ROWS}, {"errors": ["x"], "users": ROWS}),
        *({"users": None}, {"users": {}}, {"users": ROWS[0]}, {"users": "none"}),
        *({"data": ROWS, "items": ROWS}, {"users": {"data": ROWS}}, {"userId": "a"}),
        {"data": {"data": {"data": {"data": {"data": ROWS}}}}},
    ],
)
def test_what_is_no_list(body: Any) -> None:
    with pytest.raises(Unread):
        Page.of(body, "users")


def test_what_stands_around() -> None:
    page = Page.of({"data": {"users": [], "unit": "W"}, "count": 0}, "users")
    assert [set(each) for each in page.around] == [{"data", "count"}, {"users", "unit"}]
    assert not page.is_alone
    assert Page.of({"users": []}, "users").is_alone


@pytest.mark.parametrize(
    "body",
    [
        ROWS[0],
        [ROWS[0]],
        {"data": ROWS[0]},
        {"success": True, "response": {"result": [ROWS[0]]}},
    ],
)
def test_objects(body: Any) -> None:
    assert inside(body, USER) == ROWS[0]


@pytest.mark.parametrize("body", [None, [], ROWS, {}, {"a": ROWS[0]}, "text"])
def test_what_is_no_object(body: Any) -> None:
    assert inside(body, USER) == body
