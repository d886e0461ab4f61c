"""Tolerant reading: members by name, lists in the forms they may take, and numbers."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body, number
from custom_components.energy_portals.portals.reading.quantities import (
    COUNT,
    ENERGY,
    Field,
    Unit,
)
from custom_components.energy_portals.portals.reading.skeletons import skeleton
from tests.portals.anything import ANYTHING, KEYS
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


# Numbers: where they stand, and in which unit

# A value that means 1.5 of the base, in one unit and in another.
SAME = {
    "energy": (1.5, "kWh", 1500, "Wh"),
    "power": (1500, "W", 1.5, "kW"),
    "share": (41.5, "%", 0.415, "fraction"),
    "temperature": (10, "°C", 50, "°F"),
    "money": (1.5, "NOK", 150, "øre"),
    "price": (1.5, "NOK/kWh", 1500, "NOK/MWh"),
}
QUANTITIES = pytest.mark.parametrize("quantity", FIELDS)


def measure(quantity: str, body: Any, refused: Counter[str] | None = None) -> Any:
    return shape(body, refused).measure(FIELDS[quantity])


@QUANTITIES
def test_a_unit_may_stand_anywhere(quantity: str) -> None:
    expected, _, value, text = SAME[quantity]
    own = FIELDS[quantity].own[0]
    for name in (*FIELDS[quantity].own, *FIELDS[quantity].weak):
        for body in (
            {name: value, "unit": text},
            {name: value, "UnitOfMeasure": text},
            {name: value, "meta": {"unit": text}},
            {name: value, "metadata": {"Units": text}},
            {name: {"value": value, "unit": text}},
            {name: {"Amount": value, "unitType": text}},
            {name: {"value": f"{value}"}, "unit": text},
            {name: f"{value}".replace(".", ","), "unit": text},
        ):
            assert measure(quantity, body) == pytest.approx(expected), body
    spelt = f"{value} {text}"
    if text != "fraction":
        assert measure(quantity, {own: spelt}) == pytest.approx(expected)
    around = shape({"unit": text}).child({own: value})
    assert around.measure(FIELDS[quantity]) == pytest.approx(expected)
    far = shape({"meta": {"unit": text}}).child({}).child({own: value})
    assert far.measure(FIELDS[quantity]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("quantity", "name", "value", "expected"),
    [
        *(("energy", "ConsumptionWh", 1500, 1.5), ("energy", "value_kwh", 1.5, 1.5)),
        *(("energy", "consumption_in_wh", 1500, 1.5), ("energy", "kWh", 1.5, 1.5)),
        *(("energy", "CONSUMPTION_WH", 1500, 1.5), ("energy", "EnergyMWh", 0.5, 500)),
        *(("power", "powerKw", 1.5, 1500), ("power", "w", 5, 5)),
        *(("power", "power_watts", 5, 5), ("power", "valueKW", 1.5, 1500)),
        *(("share", "value_percent", 41.5, 41.5), ("share", "greennessPct", 4, 4)),
        *(
            ("temperature", "TemperatureF", 50, 10),
            ("temperature", "tempCelsius", 5, 5),
        ),
        *(("money", "CostNok", 5, 5), ("money", "cost_eur", 5, 5)),
        *(
            ("price", "PricePerMwh", 1500, 1.5),
            ("price", "Price_NOK_per_kWh", 1.5, 1.5),
        ),
    ],
)
def test_a_unit_in_the_key(
    quantity: str, name: str, value: float, expected: float
) -> None:
    assert measure(quantity, {name: value}) == pytest.approx(expected)


@QUANTITIES
def test_a_unit_that_is_said_counts_before_what_is_usual(quantity: str) -> None:
    expected, usual, _, _ = SAME[quantity]
    own = FIELDS[quantity].own[0]
    assert measure(quantity, {own: expected, "unit": usual}) == expected
    assert measure(quantity, {own: expected}) == expected


@QUANTITIES
def test_units_that_contradict_make_the_number_unknown(quantity: str) -> None:
    value, one, _, two = SAME[quantity]
    if quantity == "money":
        one, two = "NOK", "EUR"
    own = FIELDS[quantity].own[0]
    bodies: list[Any] = [
        {own: value, "unit": one, "unitType": two},
        {own: {"value": value, "unit": one}, "unit": two},
        {own: value, "unit": one, "meta": {"unit": two}},
    ]
    if two != "fraction":
        bodies.append({own: f"{value} {one}", "unit": two})
    for body in bodies:
        refused: Counter[str] = Counter()
        assert measure(quantity, body, refused) is None, body
        assert refused == {f"op.{own}": 1}
    around = shape({"unit": one}).child({own: value, "unit": two})
    assert around.measure(FIELDS[quantity]) is None


@QUANTITIES
@pytest.mark.parametrize("unit", ["horses", "A", "m3", 7, True, 1.5, {"a": 1}, ["Wh"]])
def test_a_unit_that_is_not_understood(quantity: str, unit: Any) -> None:
    refused: Counter[str] = Counter()
    own = FIELDS[quantity].own[0]
    assert measure(quantity, {own: 1, "unit": unit}, refused) is None
    assert refused == {f"op.{own}": 1}


@QUANTITIES
@pytest.mark.parametrize("inner", ["name", "code", "symbol", "value", "text"])
def test_a_unit_in_an_object_is_not_passed_over(quantity: str, inner: str) -> None:
    """It is converted, or makes the number unknown."""
    expected, _, value, text = SAME[quantity]
    own = FIELDS[quantity].own[0]
    found = measure(quantity, {own: value, "unit": {inner: text}})
    assert found is None or found == pytest.approx(expected)


# Numbers: under which name


@pytest.mark.parametrize("quantity", FIELDS)
def test_own_names_go_before_weak_ones(quantity: str) -> None:
    field = FIELDS[quantity]
    for own in field.own:
        for weak in field.weak:
            assert measure(quantity, {weak: 3, own: 2}) == 2
            assert measure(quantity, {own: 2, weak: 3}) == 2


@pytest.mark.parametrize("quantity", FIELDS)
@pytest.mark.parametrize("other", FIELDS)
def test_a_weak_name_beside_another_quantity_is_none(quantity: str, other: str) -> None:
    """Whose number it is then, nobody knows; an own name leaves no doubt."""
    field, beside = FIELDS[quantity], FIELDS[other].own[0]
    if quantity == other:
        return
    refused: Counter[str] = Counter()
    for body in ({field.weak[0]: 3, beside: 2}, {beside: 2, field.weak[0]: 3}):
        with pytest.raises(UnexpectedResponse):
            measure(quantity, body, refused)
        assert shape(body).measure(field, required=False) is None
    assert measure(quantity, {beside: 2, field.own[0]: 3}) == 3


@pytest.mark.parametrize("quantity", FIELDS)
def test_own_names_that_differ_are_refused(quantity: str) -> None:
    field = FIELDS[quantity]
    one, two = field.own[:2]
    refused: Counter[str] = Counter()
    assert measure(quantity, {one: 2, two: 3}, refused) is None
    assert refused == {f"op.{one}": 1}
    assert measure(quantity, {one: 2, two: 2}) == 2
    assert measure(quantity, {one: 2, two: None}) == 2
    assert measure(quantity, {one: None, two: 2}) is None


def test_two_scales_of_one_number_agree_or_are_refused() -> None:
    assert measure("energy", {"wh": 1500, "kwh": 1.5}) == 1.5
    assert measure("energy", {"wh": 1500, "kwh": 1500}) is None


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"x": 1}, [], None, 5, "5", {"Value": True}, {"Value": [1]}),
        *({"Value": {}}, {"Value": {"x": "y"}}, {"Value": "much"}, {"Value": "1_0"}),
        *({"ConsumptionCost": 3}, {"EnergyPrice": 3}, {"MaxConsumption": 3}),
        *({"Value": {"Value": {"Value": 1}}}, {"ConsumptionLastYear": 3}),
    ],
)
def test_a_number_that_is_missing(body: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="Consumption is missing"):
        measure("energy", body)
    assert shape(body).measure(FIELDS["energy"], required=False) is None


@pytest.mark.parametrize(
    "body",
    [
        {"Consumption": 1, "ConsumptionLastYear": 2, "Year": 2026, "Days": 3},
        {"Consumption": 1, "MaxConsumption": 9, "count": 24, "id": 7},
        {"Value": 1, "Year": 2026, "Hour": 3, "index": 4, "Status": 0},
    ],
)
def test_members_that_look_like_data_are_none(body: Any) -> None:
    field = Field(ENERGY, ("Consumption",), ("Value",), known=frozenset({"status"}))
    assert shape(body).measure(field) == 1


@pytest.mark.parametrize(
    "members",
    [
        {"currency": "NOK"},
        {"Currency": "EUR"},
    ],
)
def test_a_currency_makes_a_weak_number_no_energy(members: dict[str, Any]) -> None:
    for body in (
        {"Value": 1, **members},
        {"Value": {"amount": 1, **members}},
        {"Consumption": {"amount": 1, **members}},
    ):
        assert shape(body).measure(FIELDS["energy"], required=False) is None


def test_a_power_factor_is_no_multiplier() -> None:
    assert measure("power", {"power": 500, "powerFactor": 0.9}) in {500, None}


def test_a_thousandth_is_not_taken_for_a_million() -> None:
    for body in ({"mWh": 1}, {"Energy_mWh": 1}, {"Consumption": 1, "unit": "mWh"}):
        assert shape(body).measure(FIELDS["energy"], required=False) is None


# Numbers: what else is said, and what cannot be true


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"Value": 5, "multiplier": 10}, 50),
        ({"Value": 5000, "factor": 0.001}, 5),
        ({"Value": 500, "divisor": 100}, 5),
        ({"Value": 5, "exponent": 2}, 500),
        ({"Value": 512, "decimals": 2}, 5.12),
        ({"Value": 5, "multiplier": 1000, "unit": "Wh"}, 5),
        ({"Value": 5, "multiplier": "kilo", "unit": "Wh"}, 5),
        ({"Value": 5, "direction": "import", "quality": "good"}, 5),
        ({"Value": {"value": 5, "multiplier": 10}}, 50),
        # Told already, or not: nobody knows.
        ({"Value": 5.12, "decimals": 2}, None),
        ({"Value": 5, "direction": "export"}, None),
        ({"Value": 5, "quality": "estimated"}, None),
        ({"Value": 5, "isMissing": True}, None),
        ({"Value": 5, "cumulative": True}, None),
        ({"Value": 5, "multiplier": "many"}, None),
        ({"Value": {"value": 5, "quality": "missing"}}, None),
        ({"Value": {"value": 5, "multiplier": 10}, "multiplier": 100}, None),
    ],
)
def test_what_is_said_beside(members: Any, expected: float | None) -> None:
    found = measure("energy", members)
    assert found == (None if expected is None else pytest.approx(expected))


@QUANTITIES
@pytest.mark.parametrize(
    "value",
    [1e308, -1e308, 10**400, "1e999", "NaN", "inf", "-Infinity", 1.7e308],
    ids=str,
)
def test_numbers_that_cannot_be_true(quantity: str, value: Any) -> None:
    refused: Counter[str] = Counter()
    own = FIELDS[quantity].own[0]
    assert measure(quantity, {own: value}, refused) is None
    assert refused == {f"op.{own}": 1}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        *(({"Consumption": 1000}, 1000), ({"Consumption": 1000.1}, None)),
        *(({"Consumption": -0.1}, None), ({"Consumption": 0}, 0)),
        # The bound is that of what is kept.
        ({"Consumption": 999_999, "unit": "Wh"}, 999.999),
        ({"Consumption": 2, "unit": "MWh"}, None),
        ({"Consumption": 1e305, "multiplier": 1e9}, None),
    ],
)
def test_bounds_hold_after_conversion(body: Any, expected: float | None) -> None:
    assert measure("energy", body) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((0, 0), (3, 3), (2**53 - 1, 2**53 - 1), ("3", 3), (3.0, 3)),
        *((-1, None), (1.5, None), (2**53 + 2, None), (10**400, None), ("NaN", None)),
    ],
)
def test_counts_are_whole(value: Any, expected: float | None) -> None:
    assert shape({"Count": value}).measure(Field(COUNT, ("Count",))) == expected


def test_what_is_usual_may_be_unknown() -> None:
    field = Field(ENERGY, ("Consumption",), usual=None)
    assert shape({"Consumption": 1}).measure(field) is None
    assert shape({"Consumption": 1, "unit": "MWh"}).measure(field) == 1000


def test_what_is_kept_may_be_another_unit() -> None:
    wh = Unit(divisor=1000.0)
    field = Field(ENERGY, ("Consumption",), usual=wh, kept=wh)
    assert shape({"Consumption": 61_230}).measure(field) == 61_230
    assert shape({"Consumption": 61.23, "unit": "kWh"}).measure(field) == 61_230


@pytest.mark.parametrize(
    ("text", "others", "expected"),
    [
        ("1.234", [], None),
        ("1,234", [], None),
        ("1.234", ["0.5"], 1.234),
        ("1,234", ["0,5"], 1.234),
        ("123.456", ["7,5"], None),
        ("0.184", [], 0.184),
        ("0,184", [], 0.184),
        ("12,5", [], 12.5),
    ],
)
def test_the_notation_is_that_of_the_whole_body(
    text: str, others: list[str], expected: float | None
) -> None:
    body = {"rows": [{"other": other} for other in others]}
    here = shape(body | {"Consumption": text})
    assert here.measure(FIELDS["energy"]) == expected
    deeper = Body("op", {"a": text, **body}).child({"Consumption": text})
    assert deeper.measure(FIELDS["energy"]) == expected


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


# Anything


@settings(max_examples=300)
@given(st.dictionaries(KEYS, ANYTHING, max_size=5), st.sampled_from(sorted(FIELDS)))
def test_anything(body: dict[str, Any], quantity: str) -> None:
    field = FIELDS[quantity]
    for place in (shape(body), shape({"unit": "kWh", "data": body}).child(body)):
        try:
            found = place.measure(field, required=False)
        except UnexpectedResponse:
            continue
        low, high = field.bounds(Unit())
        assert found is None or low is None or low * 1000 <= found
        assert found is None or high is None or found <= high * 1000
        for _, value in place.each(field):
            assert value is None or low is None or low * 1000 <= value
