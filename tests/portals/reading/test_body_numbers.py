"""Numbers of a body: where they stand, in which unit, and under which name."""

from collections import Counter
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body
from custom_components.energy_portals.portals.reading.quantities import (
    COUNT,
    ENERGY,
    Field,
    Unit,
)
from tests.portals.anything import ANYTHING, KEYS
from tests.portals.reading.quantity import FIELDS


def shape(value: Any, refused: Counter[str] | None = None) -> Body:
    return Body("op", value, refused=refused)


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


@QUANTITIES
def test_a_unit_by_the_name_of_its_number_is_a_text(quantity: str) -> None:
    value, base, other, unit = SAME[quantity]
    name = FIELDS[quantity].own[0]
    assert measure(quantity, {name: value, "units": {name: base}}) == value
    assert measure(quantity, {name: other, "units": {name: unit}}) == value
    for untold in (None, 5, True, ["kWh"]):
        assert measure(quantity, {name: value, "units": {name: untold}}) is None
