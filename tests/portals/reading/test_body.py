"""Tolerant reading: members by name, lists and maps in the forms they may take."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body, number
from custom_components.energy_portals.portals.reading.skeletons import skeleton
from tests.portals.reading.quantity import FIELDS

ROME = ZoneInfo("Europe/Rome")


def shape(value: Any, refused: Counter[str] | None = None) -> Body:
    return Body("op", value, refused=refused)


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
    here = shape({"b": -1}, refused)
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
        b'{"a":' * 100_000,
        b"1" * 5000,
        b"{}{}",
    ],
    ids=range(11),
)
def test_what_is_not_json(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        Body.of_json("op", body, Counter())
    assert str(caught.value) == "op: the body is not JSON"


# Wrappers


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1},
        {"data": {"a": 1}},
        {"Result": {"a": 1}, "status": 200},
        {"data": {"response": {"a": 1}}},
        [{"a": 1}],
        {"data": [{"a": 1}]},
    ],
)
def test_an_object_in_wrappers(value: Any) -> None:
    assert shape(value).unwrapped("a").read(number, "a") == 1


@pytest.mark.parametrize(
    "value",
    [
        # Of two nobody knows which is meant; and not every name is a wrapper's.
        [{"a": 1}, {"a": 2}],
        {"data": {"a": 1}, "result": {"a": 2}},
        {"previous": {"a": 1}},
        {"data": [{"a": 1}, {"a": 2}]},
        [],
        {"data": 5},
    ],
)
def test_what_is_no_wrapper(value: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        shape(value).unwrapped("a").read(number, "a")


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
        ({"data": {"hours": [1]}}, [1]),
        ({"hours": {"items": [1]}}, [1]),
        ({"hours": {"unit": "Wh", "values": [1]}}, [1]),
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
        {"error": "no data"},
        {"data": None},
    ],
)
def test_no_items(value: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="hours is missing"):
        elements(value)


def test_null_under_a_later_name_is_no_data_either() -> None:
    """A name that holds neither list nor null does not count: the next one does."""
    assert elements({"hours": "x", "h": None}) == []


# Maps of numbers


def each(body: Any, quantity: str = "energy") -> tuple[Any, Counter[str]]:
    refused: Counter[str] = Counter()
    return dict(shape(body, refused).each(FIELDS[quantity])), refused


@pytest.mark.parametrize(
    ("body", "expected", "count"),
    [
        ({"fridge": 1, "oven": "2.5"}, {"fridge": 1, "oven": 2.5}, 0),
        ({"fridge": None, "oven": -1}, {"fridge": None, "oven": None}, 1),
        ({"fridge": "n/a", "oven": 2, "note": {"a": "b"}}, {"oven": 2}, 0),
        ({"heatPump": 1, "Heat Pump": 2}, {"heatPump": 1, "Heat Pump": 2}, 0),
        ({"fridge": {"value": 1500, "unit": "Wh"}}, {"fridge": 1.5}, 0),
        ({"fridge_wh": 1500, "ovenKwh": 2}, {"fridge": 1.5, "oven": 2}, 0),
        ({"fridge": 1500, "unit": "Wh"}, {"fridge": 1.5}, 0),
        ({"fridge": 1, "unit": "horses"}, {"fridge": None}, 1),
        ({"fridge": 1, "cost": 5}, {"fridge": 1, "cost": None}, 1),
        ({"oven_kw": 1}, {"oven_kw": None}, 1),
        ({}, {}, 0),
    ],
)
def test_each_number_of_a_map(body: Any, expected: Any, count: int) -> None:
    found, refused = each(body)
    assert found == expected
    assert refused.total() == count


@pytest.mark.parametrize(
    "name", ["F1", "microwave", "tv", "window", "washingMachine", "low", "wok", "k"]
)
def test_a_name_that_only_looks_as_if_it_had_a_unit(name: str) -> None:
    for quantity in ("energy", "power"):
        assert each({name: 1}, quantity)[0] == {name: 1}


# Moments


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, datetime(2026, 1, 15, 9, tzinfo=UTC)),
        ({"timeZone": "UTC"}, datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ({"isUtc": True}, datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ({"tz": "Mars"}, None),
    ],
)
def test_a_zone_that_is_told_holds(
    members: dict[str, Any], expected: datetime | None
) -> None:
    text = "2026-01-15T10:00"
    assert shape({"at": text, **members}).moment(ROME, "at") == expected
    assert shape(members).child({"at": text}).moment(ROME, "at") == expected


@pytest.mark.parametrize(
    "text", ["2026-01-15", "2026-10-25T02:30", "2026-03-29T02:30", "15.01.2026"]
)
def test_times_that_are_no_moment_are_refused(text: str) -> None:
    refused: Counter[str] = Counter()
    assert shape({"at": text}, refused).moment(ROME, "at") is None
    assert refused == {"op.at": 1}
