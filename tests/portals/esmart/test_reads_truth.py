"""eSmart's numbers that could be read in two ways: the truth, or nothing."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.esmart import reads, reads_power
from tests.portals.esmart.truth import (
    at,
    consumption,
    costs,
    nearly,
    place,
    prices,
    rows,
    temperatures,
)

# Several quantities in a point

BESIDE = [
    *({"Consumption": 1.4}, {"Cost": 7.5}, {"Temperature": -4}, {"Power": 900}),
    *({"Consumption": 1.4, "Cost": 7.5}, {"EnergyKwh": 1.4}, {"Share": 40}),
]


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("name", ["HourPrice", "Price", "SpotPrice", "PriceNok"])
def test_the_price_of_a_point_is_its_price(beside: dict[str, Any], name: str) -> None:
    for told in (rows(name, **beside), [{**beside, **row} for row in rows(name)]):
        assert prices(told) == nearly()
        assert prices({"Prices": told}) == nearly()
    # Of a bare value nobody knows what it is then.
    assert prices(rows("Value", **beside)) == {}


@pytest.mark.parametrize("unit", [{}, {"Unit": "NOK"}, {"Currency": "NOK"}])
@pytest.mark.parametrize(
    "beside",
    [
        *({"Consumption": 1.4}, {"Price": 7.5}, {"Temperature": -4}, {"kWh": 1.4}),
        {"Consumption": 1.4, "HourPrice": 0.9},
    ],
)
def test_the_cost_of_a_point_is_its_cost(
    beside: dict[str, Any], unit: dict[str, Any]
) -> None:
    assert costs({**unit, "Values": rows("Cost", **beside)}) == nearly()
    assert costs({"Values": rows("Cost", **beside, **unit)}) == nearly()
    assert costs({**unit, "Values": rows("Value", **beside)}) == {}


@pytest.mark.parametrize(
    "beside", [{"Cost": 7.5}, {"Price": 7.5}, {"Temperature": -4}, {"MaxEffect": 3}]
)
def test_the_consumption_of_a_point_is_its_consumption(beside: dict[str, Any]) -> None:
    for name in ("Consumption", "Energy", "ConsumptionKwh", "kWh"):
        assert consumption({"Values": rows(name, **beside)}) == nearly()
    assert consumption(rows("Value", **beside)) in ({}, nearly())
    if beside != {"MaxEffect": 3}:
        assert consumption(rows("Value", **beside)) == {}


@pytest.mark.parametrize(
    "beside",
    [
        *({"Consumption": 1.4}, {"Cost": 7.5}, {"Price": 0.9}, {"Energy": 3}),
        *({"WindSpeed": 4}, {"Humidity": 80}, {"Pressure": 1013}, {"FeelsLike": -9}),
    ],
)
def test_the_temperature_of_a_point_is_its_temperature(beside: dict[str, Any]) -> None:
    for name in ("Temperature", "Temp", "TemperatureC"):
        assert temperatures({"Values": rows(name, **beside)}) == nearly()
    assert temperatures(rows("Value", **beside)) in ({}, nearly())


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"Value": 12.5}, 12.5),
        ({"Value": 12.5, "Consumption": 900}, 12.5),
        ({"Cost": 12.5, "Consumption": 900}, 12.5),
        ({"Amount": 12.5, "Quantity": 900, "Count": 3}, 12.5),
        ({"Value": 12.5, "Cost": 900}, None),
        ({"Value": 12.5, "Amount": 12.5}, 12.5),
        ({"Value": 1250, "Currency": "NOK", "Decimals": 2}, 12.5),
        ({"Value": 1250, "Unit": "øre"}, None),
        ({"Value": 12.5, "Unit": "kWh"}, None),
        ({"Value": 12.5, "Percent": 25}, 12.5),
        ({"Value": {"amount": 12.5, "currency": "NOK"}}, 12.5),
        ({"Value": "12,50 kr"}, 12.5),
        ({"Value": 1250, "MinorUnit": True}, 12.5),
    ],
)
def test_an_expense_is_money(item: dict[str, Any], expected: float | None) -> None:
    body = {"Unit": "NOK", "Total": 99, "Items": [{"Name": "Energy", **item}]}
    found = reads.expenses(place("expenseoverview", body))
    assert found.items == {"Energy": expected}
    assert found.total == 99


# Registers

REGISTER = [123_456.7 + n * 0.3 for n in range(24)]


def register(values: list[float], **members: Any) -> list[dict[str, Any]]:
    return [
        {"ValueTime": at(hour), "Value": value, **members}
        for hour, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    "told",
    [
        *({"TimeSeriesTypeClass": 100}, {"TypeClass": 100}, {"TypeClass": "100"}),
        *({"IsCumulative": True}, {"SeriesType": "cumulative"}, {"Kind": "register"}),
        *({"ValueType": "MeterReading"}, {"Accumulated": True}),
    ],
)
@pytest.mark.parametrize("values", [REGISTER, [n * 0.3 for n in range(24)]])
def test_a_register_is_never_an_amount(
    told: dict[str, Any], values: list[float]
) -> None:
    """Its differences are; or nothing is."""
    right = dict.fromkeys(range(-1, 24), 0.3)
    for body in (
        {**told, "Values": register(values)},
        [{**told, "Values": register(values)}],
        {"Values": register(values, **told)},
        {"Unit": "kWh", **told, "Values": register(values)},
    ):
        found = consumption(body)
        assert all(used == pytest.approx(right[hour]) for hour, used in found.items())


@pytest.mark.parametrize("first", [0, 300, 12_000, 1_230_110])
def test_a_register_that_is_not_told_is_never_an_amount(first: float) -> None:
    values = [first + n * 0.31 for n in range(24)]
    assert consumption({"Values": register(values)}) == {}


def test_of_an_amount_and_a_register_the_amount_is_taken() -> None:
    for kind in ("TimeSeriesTypeClass", "TypeClass"):
        series = [
            {kind: 100, "Values": register(REGISTER)},
            {kind: 1, "Unit": "kWh", "Values": rows()},
        ]
        assert consumption(series) == nearly() == consumption(series[::-1])


# Units


@pytest.mark.parametrize(
    "told",
    [
        *({"UnitType": "Wh"}, {"Unit": "Wh"}, {"unitOfMeasure": "wh"}, {"Uom": "WH"}),
        *(
            {"meta": {"Unit": "Wh"}},
            {"EnergyUnit": "Wh"},
            {"Unit": "", "UnitType": "Wh"},
        ),
        *({"Unit": None, "UnitType": "Wh"}, {"Unit": "wh", "UnitType": "Energy"}),
        {"Unit": {"Value": "Wh"}},
    ],
)
def test_a_unit_is_found_wherever_it_is_told(told: dict[str, Any]) -> None:
    assert consumption({**told, "Values": rows(scale=1000)}) == nearly()
    assert consumption([{**told, "Values": rows(scale=1000)}]) == nearly()
    if "meta" not in told:
        assert consumption(rows(scale=1000, **told)) == nearly()


@pytest.mark.parametrize(
    "told",
    [
        *({"Unit": "kWh", "UnitType": "Wh"}, {"Unit": "kW"}, {"UnitType": "NOK"}),
        *({"Unit": "m3"}, {"Unit": 4}, {"UnitType": 2}, {"Unit": "kWh/h"}),
    ],
)
def test_units_that_are_no_energy_make_it_unknown(told: dict[str, Any]) -> None:
    assert consumption({**told, "Values": rows()}) == {}
    assert consumption(rows(**told)) == {}


@pytest.mark.parametrize(
    ("members", "scale"),
    [
        *(
            ({"Multiplier": 0.001}, 1000),
            ({"Decimals": 2}, 100),
            ({"Divisor": 100}, 100),
        ),
        *(({"Exponent": -3}, 1000), ({"Unit": "Wh", "Multiplier": "k"}, 1)),
    ],
)
def test_scales_that_are_told(members: dict[str, Any], scale: float) -> None:
    told = rows(scale=scale)
    for row in told:
        row["Value"] = round(row["Value"]) if "Decimals" in members else row["Value"]
    assert consumption({**members, "Values": told}) == nearly()


@pytest.mark.parametrize(
    ("told", "scale"),
    [
        *(({"Unit": "øre/kWh"}, 100), ({"Unit": "NOK/MWh"}, 1000)),
        *(({"Unit": "øre"}, 100), ({"Currency": "NOK", "EnergyUnit": "MWh"}, 1000)),
        *(
            ({"PriceUnit": "øre/kWh"}, 100),
            ({"Currency": "NOK", "MinorUnit": True}, 100),
        ),
        *(({"Unit": "øre/kWh", "Currency": "NOK"}, 100), ({"Currency": "NOK"}, 1)),
    ],
)
def test_units_of_prices(told: dict[str, Any], scale: float) -> None:
    assert prices({**told, "Prices": rows("Price", scale)}) == nearly()
    assert prices(rows("Price", scale, **told)) == nearly()
    # Whatever the option says.
    if "Unit" in told and "/" in told["Unit"]:
        assert prices(rows("Price", scale, **told), unit="EUR/MWh") == nearly()


@pytest.mark.parametrize(
    "told",
    [
        *({"Currency": "EUR"}, {"Unit": "EUR"}, {"Unit": "NOK/kWh", "Currency": "EUR"}),
        *({"Unit": "NOK/m3"}, {"Unit": "kW"}, {"Unit": 3}, {"Multiplier": "many"}),
    ],
)
def test_units_of_prices_that_are_not_sure(told: dict[str, Any]) -> None:
    assert prices({**told, "Prices": rows("Price")}) == {}
    assert prices(rows("Price", **told)) == {}


# The live power


def watts(body: Any, option: str = "kW") -> float | None:
    found = reads_power.watt_meter(option)(place("wattmeter_v2", body))
    return None if found.last is None else found.last.watts


@pytest.mark.parametrize("bought", ["kW", "W", None, "A", "kWh"])
@pytest.mark.parametrize(
    ("last", "option", "expected"),
    [
        ({"Value": 1338, "Unit": "W"}, "kW", 1338),
        ({"Value": 1338, "unit": "w"}, "kW", 1338),
        ({"Value": 1.338, "Unit": "kW"}, "W", 1338),
        ({"ValueW": 1338}, "kW", 1338),
        ({"Power": {"value": 1338, "unit": "W"}}, "kW", 1338),
        ({"Value": "1,338 kW"}, "W", None),
        ({"Value": "1,338", "other": "0,5"}, "kW", 1338),
        ({"Value": 1338}, "W", 1338),
        ({"Value": 1.338}, "kW", 1338),
        ({"Value": 1338, "Unit": "kWh"}, "W", None),
        ({"Value": 1338, "Unit": 7}, "W", None),
        # No home draws as much.
        ({"Value": 1338}, "kW", None),
    ],
)
def test_whose_unit_the_live_power_has(
    last: dict[str, Any], option: str, expected: float | None, bought: str | None
) -> None:
    body = {
        "maxMonthWattmeter": {"Last": {"ValueTime": at(0), **last}},
        "subscribedPowerWattmeter": {"subscribedPower": {"value": 5, "unit": bought}},
    }
    found = watts(body, option)
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_unit_around_the_powers_holds_for_all() -> None:
    for body in (
        {"Unit": "W", "Last": {"Value": 1338}},
        {"maxMonthWattmeter": {"unit": "W", "Last": {"Value": 1338}}},
        {"meta": {"unit": "W"}, "maxMonthWattmeter": {"Last": {"Value": 1338}}},
    ):
        assert watts(body, "kW") == 1338


def test_a_power_and_its_time_of_the_first_version() -> None:
    assert watts({"Last": {"ValueTime": at(0), "Value": 1.3, "TimeSeriesType": 0}}) == (
        1300
    )
