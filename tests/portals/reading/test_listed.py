"""Lists of independent rows: a bad one costs itself, and absent is not empty."""

from collections import Counter
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.http.errors import (
    TooMuch,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.reading.body import Body, number
from custom_components.energy_portals.portals.reading.listed import (
    MOST_ROWS,
    Listed,
    listed,
)


def read(body: Any, refused: Counter[str] | None = None) -> Listed[float | None]:
    return listed(
        Body("op", body, refused=refused),
        lambda row: row.read(number, "id"),
        "Rows",
        "Others",
        key=lambda row: row,
    )


GOOD = [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        {"Rows": GOOD},
        {"rows": GOOD, "count": 2, "others": "x"},
        {"Others": GOOD},
        {"data": GOOD},
        {"data": {"Rows": GOOD}},
        {"Rows": {"items": GOOD}},
        {"result": {"data": {"ROWS": GOOD}}},
    ],
)
def test_a_list_may_be_wrapped(body: Any) -> None:
    found = read(body)
    assert (tuple(found), found.is_whole) == ((1, 2), True)


def test_a_list_that_is_told_to_be_longer_is_not_whole() -> None:
    found = read({"rows": GOOD, "total": 9})
    assert (tuple(found), found.is_whole) == ((1, 2), False)


@pytest.mark.parametrize(
    "body", [[], {"Rows": []}, {"data": []}, {"Rows": {"data": []}}]
)
def test_an_empty_list_is_whole(body: Any) -> None:
    found = read(body)
    assert (tuple(found), found.is_whole) == ((), True)


@pytest.mark.parametrize(
    "body",
    [
        *(None, {}, "x", 5, True, {"error": "none today"}, {"message": "gone"}),
        *({"Rows": None}, {"Rows": "x"}, {"Rows": 5}, {"Rows": {}}, {"data": None}),
        *({"id": 1}, {"Rows": {"id": 1}}, {"data": {}}, {"status": 404}),
        # Rows of which none can be read.
        *(
            [None],
            [None, None],
            [5],
            ["x"],
            [[]],
            [{}],
            [{"x": 1}],
            [{"Rows": GOOD}, 5],
        ),
    ],
)
def test_what_is_no_list_is_not_an_empty_one(body: Any) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        read(body)
    assert caught.value.operation == "op"


BAD = st.sampled_from([None, 5, "x", [], {}, {"x": 1}, {"id": "x"}, {"id": []}])


@given(st.lists(BAD, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_bad_row_costs_itself_and_is_counted(bad: list[Any], random: Any) -> None:
    rows = [*GOOD, *bad]
    random.shuffle(rows)
    refused: Counter[str] = Counter()
    found = read(rows, refused)
    assert sorted(filter(None, found)) == [1, 2]
    assert not found.is_whole
    assert refused == {"op.Rows": len(bad)}


@pytest.mark.parametrize("order", [1, -1])
def test_rows_of_one_key(order: int) -> None:
    """Those that are alike are one; of those that differ none holds."""

    def keyed(rows: list[Any], refused: Counter[str]) -> Listed[Any]:
        body = Body("op", rows[::order], refused=refused)
        return listed(body, lambda row: row.value, "Rows", key=lambda row: row["id"])

    refused: Counter[str] = Counter()
    same = keyed([{"id": 1, "a": 2}, {"id": 1, "a": 2}, {"id": 2}], refused)
    assert (len(same), same.is_whole, refused) == (2, True, Counter())
    found = keyed([{"id": 1, "a": 2}, {"id": 1, "a": 3}, {"id": 2}], refused)
    assert (tuple(found), found.is_whole) == (({"id": 2},), False)
    assert refused == {"op.two_of_one_Rows": 1}
    with pytest.raises(UnexpectedResponse):
        keyed([{"id": 1, "a": 2}, {"id": 1, "a": 3}], refused)


def test_a_listed_is_a_tuple() -> None:
    assert Listed([1, 2]) == (1, 2)
    assert Listed().is_whole
    assert not Listed([1], is_whole=False).is_whole


def test_a_list_of_more_rows_than_anybody_has() -> None:
    rows = [{"id": n} for n in range(MOST_ROWS + 1)]
    assert len(read(rows[1:])) == MOST_ROWS
    with pytest.raises(TooMuch, match="more than 2000 rows"):
        read({"Rows": rows})
