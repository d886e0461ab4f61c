"""Tolerant reading: what is taken, what is passed over, what is refused."""

from collections import Counter
from datetime import UTC, datetime, timedelta
import json
import re
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.vendors.errors import UnexpectedResponse
from custom_components.energy_portals.vendors.shape import (
    Mismatch,
    Refused,
    Shape,
    moment,
    number,
    percent,
    signed,
    skeleton,
)
from tests.vendors.anything import ANYTHING, SCALARS

ROME = ZoneInfo("Europe/Rome")
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")

# Every value carries a mark that no key and no type name has.
MARKED = st.one_of(
    st.integers(7_000_000, 7_999_999),
    st.integers(7_000_000, 7_999_999).map(lambda n: n + 0.5),
    st.text(max_size=5).map(lambda text: f"§{text}§"),
)
MARKED_KEYS = st.one_of(
    st.sampled_from(["total", "heat-pump", "_x", "F1", "a" * 40]),
    MARKED.map(str),
    st.sampled_from(["2026-01", "a§", "§", "a" * 41, "a\n", "à", "12345678", ""]),
)
MARKED_BODIES = st.recursive(
    MARKED,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(MARKED_KEYS, inner, max_size=4)
    ),
    max_leaves=12,
)


def shape(value: Any) -> Shape:
    return Shape("op", value)


# Skeletons


@given(MARKED_BODIES)
@example({"§": {"7000000": ["§§", 7_000_000, None]}})
def test_a_skeleton_has_no_value(body: Any) -> None:
    text = json.dumps(skeleton(body), ensure_ascii=False)
    assert "§" not in text
    assert not re.search(r"7\d{6}", text)
    names = {"object", "array", "boolean", "integer", "number", "string", "null"}
    for word in re.findall(r'"((?:[^"\\]|\\.)*)"', text):
        assert word in names or word == "<key>" or PLAIN.fullmatch(word)


@given(ANYTHING)
def test_a_skeleton_is_json_and_small(body: Any) -> None:
    assert len(json.dumps(skeleton(body))) < 10_000


def test_the_skeleton_of_the_reference() -> None:
    body = {"status": 200, "data": {"potenza": 412, "punti": [{"t": "…", "w": 1}]}}
    assert skeleton(body) == {
        "status": "integer",
        "data": {"potenza": "integer", "punti": [{"t": "string", "w": "integer"}]},
    }


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (True, "boolean"),
        (1, "integer"),
        (1.0, "number"),
        ("x", "string"),
        (None, "null"),
        ([], []),
        ({}, {}),
        ([1, "x"], ["integer"]),
        ({"2026-01": 1}, {"<key>": "integer"}),
    ],
)
def test_skeletons(value: Any, name: Any) -> None:
    assert skeleton(value) == name


def test_a_skeleton_is_bounded_in_depth_and_width() -> None:
    objects: Any = 1
    lists: Any = 1
    for _ in range(200):
        objects, lists = {"x": objects}, [lists]
    assert json.dumps(skeleton(objects)).count("x") == 8
    assert json.dumps(skeleton(lists)) == f'{8 * "["}"array"{8 * "]"}'
    assert len(skeleton({f"a{n}": n for n in range(10_000)})) == 60


# Numbers


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (1, 1), (1.5, 1.5), ("12.5", 12.5), ("1e3", 1000), (" 7 ", 7), ("0", 0)],
)
def test_numbers(value: Any, expected: float) -> None:
    assert number(value) == expected
    assert type(number(value)) is float


@pytest.mark.parametrize(
    "value", [True, False, None, "", "x", "1,5", "0x10", [], [1], {}, "1 W"]
)
def test_no_numbers(value: Any) -> None:
    for read in (number, signed, percent):
        with pytest.raises(Mismatch):
            read(value)


@pytest.mark.parametrize(
    "value", [-1, -0.001, "-1", "nan", "NaN", "inf", "-Infinity", "1e999"]
)
def test_numbers_that_cannot_be_true(value: Any) -> None:
    with pytest.raises(Refused):
        number(value)


def test_limits() -> None:
    assert (signed("-12.5"), percent(100), percent("0")) == (-12.5, 100, 0)
    for read, value in ((percent, 100.1), (percent, -1), (signed, "nan")):
        with pytest.raises(Refused):
            read(value)


def test_an_integer_beyond_every_float() -> None:
    with pytest.raises((Mismatch, Refused)):
        number(10**400)


# Times


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-15T10:00:00+01:00", "2026-01-15T09:00:00"),
        ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00"),
        ("2026-01-15 10:00:00.250+00:30", "2026-01-15T09:30:00.250"),
        ("20260115T100000Z", "2026-01-15T10:00:00"),
        ("2026-01-15T10:00:00", "2026-01-15T09:00:00"),
        ("2026-07-15T10:00", "2026-07-15T08:00:00"),
        ("2026-07-15", "2026-07-14T22:00:00"),
        (1768435200, "2026-01-15T00:00:00"),
        (1768435200.5, "2026-01-15T00:00:00.500"),
        (1768435200000, "2026-01-15T00:00:00"),
        (1768435200250, "2026-01-15T00:00:00.250"),
        # Both moments of the repeated hour, and the edges of the missing one.
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00"),
        ("2026-10-25T03:00:00", "2026-10-25T02:00:00"),
        ("2026-03-29T01:59:59", "2026-03-29T00:59:59"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00"),
    ],
)
def test_moments(value: Any, expected: str) -> None:
    found = moment(value, ROME)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "value"),
    [("1768435200", 1768435200), ("1768435200000", 1768435200000)],
)
def test_moments_as_numeric_strings(text: str, value: int) -> None:
    """A number may come as a numeric string, and a numeric time is an epoch."""
    assert moment(text, ROME) == moment(value, ROME)


@pytest.mark.parametrize(
    "value",
    [True, None, [], {}, "", "soon", "10:00", "2026-13-01", "2026-02-30", "2026-01"],
)
def test_no_moments(value: Any) -> None:
    with pytest.raises(Mismatch):
        moment(value, ROME)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-29T02:00:00",
        "2026-03-29T02:59:59",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-05:00",
        # What vendors write for "no time".
        0,
        -3600,
        "1970-01-01T00:00:00Z",
        "2999-12-31T00:00:00Z",
        1e20,
        -1e20,
        pytest.param(10**400, id="beyond every float"),
        pytest.param(-(10**400), id="below every float"),
        1.7e308,
    ],
)
def test_moments_that_cannot_be_true(value: Any) -> None:
    with pytest.raises(Refused):
        moment(value, ROME)


@given(SCALARS, st.sampled_from([ROME, ZoneInfo("Atlantic/Azores")]))
@example("9999-12-31T23:59:59Z", ROME)
@example("0001-01-01T00:00:00Z", ZoneInfo("Atlantic/Azores"))
def test_a_moment_can_be_worked_with(value: Any, zone: ZoneInfo) -> None:
    """No sentinel date may break the arithmetic that everything does with times."""
    try:
        found = moment(value, zone)
    except Mismatch, Refused:
        return
    assert found.astimezone(zone).astimezone(UTC) == found
    assert found - timedelta(days=1) < found < found + timedelta(days=1)


@given(st.sampled_from([5, 10, 15, 30, 60]), st.integers(1, 40), st.integers(1, 60))
def test_rows_without_offsets_through_the_repeated_hour(
    minutes: int, before: int, count: int
) -> None:
    step = timedelta(minutes=minutes)
    start = datetime(2026, 10, 25, tzinfo=UTC) - before * step
    times = [start + n * step for n in range(before + count)]
    last: datetime | None = None
    for time in times:
        text = time.astimezone(ROME).replace(tzinfo=None).isoformat()
        last = moment(text, ROME, after=last)
        assert last == time


@pytest.mark.parametrize("hours", [-30, -3, 3, 30])
def test_only_a_row_of_the_same_hour_makes_it_the_second(hours: int) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    after = first + timedelta(hours=hours)
    assert moment("2026-10-25T02:30", ROME, after=after) == first


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
    here = Shape("op", {"b": -1}, refused=refused)
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
        Shape.of_json("op", body, Counter())
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
