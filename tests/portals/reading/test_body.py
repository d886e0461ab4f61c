"""Tolerant reading: names, lists and splits, in the forms they may take."""

from collections import Counter
from typing import Any

import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body, number
from custom_components.energy_portals.portals.reading.skeletons import skeleton


def shape(value: Any) -> Body:
    return Body("op", value)


# Reading by name


@pytest.mark.parametrize(
    "name", ["previous_total", "previousTotal", "PREVIOUS-TOTAL", "previoustotal"]
)
def test_names_are_compared_without_case_and_dashes(name: str) -> None:
    assert shape({name: 5}).read(number, "previous_total") == 5
    assert shape({name: 5}).has("Previous-Total")
    assert not shape({name: 5}).has("previous")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"b": 2, "a": 1}, 1),
        ({"b": 2}, 2),
        ({"a": "x", "b": 2}, 2),
        ({"a": [3], "b": 2}, 2),
        ({"a": True, "b": 2}, 2),
        ({"a": {"b": 1}, "b": 2}, 2),
        ({"a": None, "b": 2}, None),
        ({"a": -1, "b": 2}, None),
        ({"a": "NaN", "b": 2}, None),
        ({"a": "3", "b": 2}, 3),
        ({"a": 0, "b": 2}, 0),
    ],
)
def test_the_first_name_of_the_wanted_type_counts(
    body: dict[str, Any], expected: float | None
) -> None:
    assert shape(body).read(number, "a", "b") == expected


def test_an_exact_spelling_comes_before_others() -> None:
    assert shape({"TOTAL": 1, "total": 2}).read(number, "total") == 2
    assert shape({"total": 2, "TOTAL": 1}).read(number, "total") == 2


def test_a_refused_value_is_counted_under_its_first_name() -> None:
    refused: Counter[str] = Counter()
    here = Body("op", {"b": -1}, refused=refused)
    assert here.read(number, "a", "b") is None
    assert here.child({"a": "nan"}).read(number, "a", "b") is None
    assert refused == {"op.a": 2}


@pytest.mark.parametrize(
    "value", [{}, {"other": 1}, {"a": "§"}, [], None, "§", 3, {"a": {"a": 1}}]
)
def test_what_is_missing_raises_with_the_skeleton(value: Any) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        shape(value).read(number, "a", "b")
    assert caught.value.operation == "op"
    assert caught.value.skeleton == skeleton(value)
    assert "§" not in str(caught.value)
    assert shape(value).read(number, "a", required=False) is None


def test_an_error_describes_the_whole_body() -> None:
    body = {"data": [{"x": 1}]}
    with pytest.raises(UnexpectedResponse) as caught:
        shape(body).child(body["data"]).child({"x": 1}).read(number, "a")
    assert caught.value.skeleton == {"data": [{"x": "integer"}]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>secret</html>",
        b'{"secret": ',
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": 1e400}',
        b'"\\ud800"',
        b"[" * 100_000,
        b"1" * 5000,
        b"{}{}",
    ],
    ids=range(10),
)
def test_what_is_not_json(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        Body.of_json("op", body, Counter())
    assert str(caught.value) == "op: the body is not JSON"


# Lists


def is_hour(key: str) -> bool:
    return key.isdecimal()


def elements(value: Any) -> list[Any]:
    return [item.value for item in shape(value).items("hour", is_hour, "hours", "h")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"hours": [1, 2]}, [1, 2]),
        ({"HOURS": [1]}, [1]),
        ({"h": [1]}, [1]),
        ({"hours": "x", "h": [1]}, [1]),
        ({"hours": 5, "h": {"3": 7}}, [{"hour": "3", "value": 7}]),
        ([1, 2], [1, 2]),
        ([], []),
        ({"hours": []}, []),
        ({"hours": {}}, []),
        ({"hours": None, "h": [1]}, []),
        ({"hours": {"3": 7}}, [{"hour": "3", "value": 7}]),
        (
            {"3": 7, "4": None},
            [{"hour": "3", "value": 7}, {"hour": "4", "value": None}],
        ),
        ({"3": {"wh": 7}}, [{"hour": "3", "wh": 7}]),
        ({"3": {"hour": 9, "wh": 7}}, [{"hour": "3", "wh": 7}]),
    ],
)
def test_items(value: Any, expected: list[Any]) -> None:
    assert elements(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {},
        None,
        5,
        "x",
        {"hours": "x"},
        {"hours": {"x": 1}},
        {"x": [1]},
        {"3": 1, "x": 2},
    ],
)
def test_no_items(value: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="hours is missing"):
        elements(value)


def test_null_under_a_later_name_is_no_data_either() -> None:
    """A name that holds neither list nor null does not count: the next one does."""
    assert elements({"hours": "x", "h": None}) == []


# Splits


def split(value: Any, *, required: bool = False) -> Any:
    return shape({"s": value}).amounts(
        "s", item=("name", "id"), value=("value", "wh"), required=required
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"fridge": 1, "oven": "2.5"}, {"fridge": 1, "oven": 2.5}),
        ({"fridge": None, "oven": -1}, {"fridge": None, "oven": None}),
        ({"fridge": "n/a", "oven": 2, "unit": {"a": 1}}, {"oven": 2}),
        ({"heatPump": 1, "Heat Pump": 2}, {"heatPump": 1, "Heat Pump": 2}),
        ({}, {}),
        ([], {}),
        ([{"name": "a", "value": 1}, {"id": "b", "wh": "2"}], {"a": 1, "b": 2}),
        ([{"name": "a", "value": -1}], {"a": None}),
        ([{"name": "a", "value": None}], {"a": None}),
        ([{"name": None, "value": 1}], {}),
        (None, None),
        (5, None),
        ("x", None),
    ],
)
def test_amounts(value: Any, expected: Any) -> None:
    assert split(value) == expected


@pytest.mark.parametrize(
    "value", [[1], [None], ["a"], [{"name": "a"}], [{"value": 1}], [{"name": 5}], [[]]]
)
def test_amounts_that_cannot_be_read(value: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        split(value)


def test_required_amounts() -> None:
    with pytest.raises(UnexpectedResponse, match="s is missing"):
        split(5, required=True)


@pytest.mark.parametrize(
    "name",
    [
        *("kwh", "kWh", "KWH", "kw", "MWh", "eur", "Euro"),
        *("F1_kwh", "f1-kw", "F1kWh", "total eur", "total.EUR"),
        *("totalKwh", "fridgeKWh", "ovenKw", "costEur", "heatPumpMWh"),
    ],
)
def test_a_key_that_names_another_unit(name: str) -> None:
    with pytest.raises(UnexpectedResponse, match="another unit"):
        shape({name: 1}).numeric_members()


@pytest.mark.parametrize(
    "name",
    ["F1", "microwave", "tv", "window", "washingMachine", "low", "chauffeur", "wok"],
)
def test_a_key_that_names_no_unit(name: str) -> None:
    assert shape({name: 1}).numeric_members() == {name: 1}


def test_another_unit_that_holds_no_number_is_not_read() -> None:
    assert shape({"kwh": "x", "eur": [1], "a": 1}).numeric_members() == {"a": 1}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"a_b": 1, "ab": 2}, {"a_b": 1, "ab": 2}),
        ({"a_b": "x", "ab": 2}, {"ab": 2}),
        ({"heatPump": 1, "heat_pump": 2}, {"heatPump": 1, "heat_pump": 2}),
    ],
)
def test_every_member_has_its_own_value(body: Any, expected: Any) -> None:
    assert shape(body).numeric_members() == expected


def test_members_left_out() -> None:
    body = {"Year-Month": 202601, "F1": 1}
    assert shape(body).numeric_members(without=("year_month",)) == {"F1": 1}
