"""What a body says about its numbers: under which names, and what is understood."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.reading.quantities import CURRENCY
from custom_components.energy_portals.portals.reading.said import NOTHING, Said
from tests.portals.reading.quantity import FIELDS
from tests.portals.reading.told import is_passed_over, told

# Units


@pytest.mark.parametrize(
    "name",
    [
        *("unit", "units", "uom", "unitOfMeasure", "unitOfMeasurement", "unitType"),
        *("measurementUnit", "valueUnit", "unitCode", "unitName", "unitSymbol"),
        *("energyUnit", "consumptionUnit", "meterUnit", "einheit", "dataUnit"),
    ],
)
def test_names_of_units(name: str) -> None:
    assert told(name, "Wh") == Said(units=frozenset({"Wh"}))


@pytest.mark.parametrize(
    "name",
    [
        *("displayUnit", "unitText", "unitLabel", "nativeUnit", "seriesUnit", "enhet"),
        *("baseUnit", "yAxisUnit", "unitOfValue", "reportedUnit"),
    ],
)
def test_a_unit_under_another_name_is_not_passed_over(name: str) -> None:
    """It is read, or makes the number unknown; silence would assume another."""
    assert not is_passed_over(name, "Wh")


@pytest.mark.parametrize("value", [5, 1.5, True])
@pytest.mark.parametrize("quantity", FIELDS)
def test_a_unit_that_is_no_text_is_not_understood(quantity: str, value: Any) -> None:
    assert told("unit", value, quantity) is None


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_says_nothing(value: Any) -> None:
    for name in ("unit", "multiplier", "decimals", "direction", "quality", "timeZone"):
        assert told(name, value) == NOTHING


OWN_UNIT = {
    "energy": "energyUnit",
    "power": "powerUnit",
    "share": "percentageUnit",
    "temperature": "temperatureUnit",
    "money": "costUnit",
    "price": "priceUnit",
}


@pytest.mark.parametrize("quantity", FIELDS)
@pytest.mark.parametrize("other", OWN_UNIT)
def test_the_unit_of_another_quantity_says_nothing(quantity: str, other: str) -> None:
    found = told(OWN_UNIT[other], "x", quantity)
    if (quantity, other) == ("price", "energy"):
        # A price has the unit of its energy in it.
        assert told("energyUnit", "MWh", "price") == Said(units=frozenset({"per MWh"}))
        return
    assert found == (Said(units=frozenset({"x"})) if quantity == other else NOTHING)


@pytest.mark.parametrize("name", ["currency", "currencyCode", "Currency"])
def test_the_currency_is_of_money(name: str) -> None:
    for quantity in FIELDS:
        is_money = quantity in {"money", "price"}
        found = told(name, "EUR", quantity)
        units = frozenset({f"{CURRENCY}EUR"})
        assert found == (Said(units=units) if is_money else NOTHING)


@pytest.mark.parametrize(
    "text", ["Consumption", "consumption", "ENERGY", "usage"], ids=str
)
def test_the_name_of_the_quantity_is_no_unit(text: str) -> None:
    assert told("unitType", text) == NOTHING


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        *(("isFraction", True, "fraction"), ("fraction", True, "fraction")),
        *(("isRatio", True, "fraction"), ("isFraction", False, "percent")),
    ],
)
def test_shares_may_be_fractions(name: str, value: bool, unit: str) -> None:
    assert told(name, value, "share") == Said(units=frozenset({unit}))


# Scales


@pytest.mark.parametrize(
    ("name", "value", "times"),
    [
        *(("multiplier", 1000, 1000), ("factor", 0.001, 0.001), ("factor", "10", 10)),
        *(
            ("multiplier", "kilo", 1000),
            ("prefix", "k", 1000),
            ("multiplier", "M", 1e6),
        ),
        *(
            ("unitMultiplier", 1000, 1000),
            ("valueFactor", 10, 10),
            ("prefix", "m", 1e-3),
        ),
        *(("divisor", 100, 0.01), ("divider", "1000", 0.001), ("denominator", 10, 0.1)),
        *(("exponent", 3, 1000), ("exponent", -2, 0.01), ("powerOfTen", 2, 100)),
        *(("powerOfTenMultiplier", 3, 1000), ("scale", 1000, 1000)),
    ],
)
def test_scales(name: str, value: Any, times: float) -> None:
    found = told(name, value)
    assert found is not None
    assert found == Said(times=found.times)
    assert found.times == pytest.approx(times)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("multiplier", 0),
            ("multiplier", -1),
            ("multiplier", 1e99),
            ("factor", True),
        ),
        *(("multiplier", "many"), ("divisor", 0), ("divisor", "x"), ("exponent", 1.5)),
        *(("exponent", 400), ("exponent", "x"), ("decimals", -1), ("decimals", 2.5)),
        *(("decimals", "x"), ("decimals", 99), ("scale", 3), ("scale", "big")),
        *(("decimals", True), ("exponent", True), ("divisor", True)),
    ],
)
def test_scales_that_are_not_understood(name: str, value: Any) -> None:
    assert told(name, value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("scaleFactor", 1000), ("conversionFactor", 1000), ("scalingFactor", 1000)),
        *(("unitScale", 1000), ("multiplyBy", 1000), ("divideBy", 1000)),
        *(("unitExponent", 3), ("powerOf10Exponent", 3), ("scaleDivisor", 1000)),
        *(("fractionDigits", 2), ("fractionalDigits", 2), ("decimalDigits", 2)),
        ("baseMultiplier", 1000),
    ],
)
def test_a_scale_under_another_name_is_not_passed_over(name: str, value: Any) -> None:
    assert not is_passed_over(name, value)


@pytest.mark.parametrize(
    "name", ["decimals", "decimalPlaces", "numberOfDecimals", "noOfDecimals"]
)
def test_decimals(name: str) -> None:
    assert told(name, 2) == Said(decimals=2) == told(name, "2")


@pytest.mark.parametrize("quantity", ["money", "price"])
@pytest.mark.parametrize(
    "name", ["minorUnit", "isMinorUnit", "inMinorUnits", "inCents", "isMinor"]
)
def test_minor_units(name: str, quantity: str) -> None:
    assert told(name, True, quantity) == Said(times=0.01)
    assert told(name, False, quantity) == NOTHING


@pytest.mark.parametrize("name", ["inOre", "usesMinorUnits", "inSubunits"])
def test_a_minor_unit_under_another_name_is_not_passed_over(name: str) -> None:
    assert not is_passed_over(name, True, "money")


# Direction


@pytest.mark.parametrize("quantity", ["energy", "power"])
@pytest.mark.parametrize("name", ["direction", "flowDirection", "flow", "energyFlow"])
def test_directions(name: str, quantity: str) -> None:
    if (name, quantity) == ("energyFlow", "power"):
        return
    for value in ("import", "Consumption", "from grid", "A+", "drawn", "IN"):
        assert told(name, value, quantity) == NOTHING
    for value in ("export", "production", "feed-in", "A-", "OUT", "sideways", 1, True):
        assert told(name, value, quantity) is None


@pytest.mark.parametrize(
    "name", ["isExport", "production", "isProduction", "feedIn", "isFeedIn", "exported"]
)
def test_what_is_fed_in_is_not_drawn(name: str) -> None:
    assert told(name, True) is None
    assert told(name, False) == NOTHING


@pytest.mark.parametrize("name", ["isImport", "imported", "drawn", "isDrawn"])
def test_what_is_not_drawn_is_refused(name: str) -> None:
    assert told(name, False) is None
    assert told(name, True) == NOTHING


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("isConsumption", False), ("fromGrid", False), ("toGrid", True)),
        *(("isReverse", True), ("gridDirection", "export"), ("outgoing", True)),
    ],
)
def test_a_direction_under_another_name_is_not_passed_over(
    name: str, value: Any
) -> None:
    assert not is_passed_over(name, value)


# Registers, and things that are no consumption


@pytest.mark.parametrize(
    "name", ["cumulative", "isCumulative", "accumulated", "isRegister", "isCumulated"]
)
def test_registers_by_flag(name: str) -> None:
    for value in (True, "yes", "1", "perhaps"):
        assert told(name, value) is None
    for value in (False, "no", "0"):
        assert told(name, value) == NOTHING


@pytest.mark.parametrize(
    "name",
    [
        *("type", "kind", "seriesType", "valueType", "readingType", "dataType"),
        *("measurementType", "aggregation", "energyType", "valueKind", "readingKind"),
        *("accumulationType", "measurementKind"),
    ],
)
@pytest.mark.parametrize(
    "value",
    [
        "cumulative",
        "Register",
        "meter reading",
        "COUNTER",
        "water",
        "Gas",
        "production",
    ],
)
def test_another_thing_by_its_sort(name: str, value: str) -> None:
    assert told(name, value) is None


@pytest.mark.parametrize("name", ["type", "seriesType", "aggregation"])
def test_a_sort_that_says_no_more(name: str) -> None:
    assert told(name, "electricity") == NOTHING


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("isCounter", True), ("runningTotal", True), ("isMeterReading", True)),
        *(("accumulationBehaviour", "cumulative"), ("stateClass", "total_increasing")),
        *(("totalIncreasing", True), ("accumulationMode", "cumulative")),
    ],
)
def test_a_register_under_another_name_is_not_passed_over(
    name: str, value: Any
) -> None:
    assert not is_passed_over(name, value)


@pytest.mark.parametrize("name", ["typeClass", "timeSeriesTypeClass"])
def test_classes_of_series(name: str) -> None:
    assert told(name, 1) == NOTHING
    for value in (100, "100", 0, 2, "x"):
        assert told(name, value) is None
