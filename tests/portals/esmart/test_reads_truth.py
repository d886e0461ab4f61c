"""eSmart's series that could be read in two ways: the truth, or nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.esmart import reads, wire
from custom_components.energy_portals.portals.esmart.models import Resolution
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body
from custom_components.energy_portals.portals.reading.said import Position

AT0 = datetime(2026, 1, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
VALUES = [0.5, 0.25, 1.75, 1.0]
TRUTH = dict(enumerate(VALUES))


def at(hour: float) -> str:
    """Return a time as the portal sends it, without an offset."""
    return (AT0 + HOUR * hour).replace(tzinfo=None).isoformat()


def rows(name: str = "Value", scale: float = 1, **members: Any) -> list[dict[str, Any]]:
    return [
        {"ValueTime": at(hour), name: value * scale, **members}
        for hour, value in enumerate(VALUES)
    ]


def place(operation: str, body: Any, refused: Counter[str] | None = None) -> Body:
    return Body(operation, wire.normalised(body), refused=refused)


def known(slots: Any) -> dict[float, float]:
    """Return the values that are known, by hours since AT0."""
    told = {
        (slot.start - AT0) / HOUR: getattr(slot.value, "value", slot.value)
        for slot in slots
    }
    return {hour: value for hour, value in told.items() if value is not None}


def prices(
    body: Any, area: str | None = "NO1", unit: str = "NOK/kWh", **options: Any
) -> dict[float, float]:
    """Return the prices that are known; none where all are refused."""
    try:
        found = reads.prices(unit, area, **options)(place("spotprices", body))
    except UnexpectedResponse:
        return {}
    return known(found.slots)


def consumption(body: Any, **options: Any) -> dict[float, float]:
    resolution = options.pop("resolution", Resolution.HOUR)
    read = reads.consumption(resolution, {"meterid": "M-1"}, **options)
    try:
        return known(read(place("consumption", body)).slots)
    except UnexpectedResponse:
        return {}


def costs(body: Any, **options: Any) -> dict[float, float]:
    read = reads.costs(Resolution.HOUR, {"meterid": "M-1"}, **options)
    try:
        return known(read(place("costs", body)).slots)
    except UnexpectedResponse:
        return {}


def temperatures(body: Any) -> dict[float, float]:
    try:
        return known(reads.temperatures(place("temperatures", body)).slots)
    except UnexpectedResponse:
        return {}


def nearly(values: dict[int, float] = TRUTH) -> Any:
    return pytest.approx(values)


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
    found = reads.watt_meter(option)(place("wattmeter_v2", body))
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


# Areas, meters and versions in one list


def of(name: str, value: Any, scale: float = 1, count: int = 4) -> list[dict[str, Any]]:
    return rows("Price", scale, **{name: value})[:count]


@pytest.mark.parametrize("name", ["PriceArea", "Area", "BiddingZone", "PriceAreaName"])
@pytest.mark.parametrize("count", [4, 3, 6])
def test_prices_of_several_areas(name: str, count: int) -> None:
    others = [
        {"ValueTime": at(hour), "Price": 9.0, name: area}
        for area in ("NO2", "SE1")
        for hour in range(count)
    ]
    for told in ([*of(name, "NO1"), *others], [*others, *of(name, "no1")]):
        assert prices(told) == nearly()
        assert prices({"Prices": told}) == nearly()
        # Which is wanted is not told: not the one that is alone in an hour either.
        assert prices(told, area=None) == {}
    assert prices(others) == {}
    assert prices(of(name, "NO1")) == nearly() == prices(rows("Price"))


def test_prices_of_several_areas_that_do_not_say_which() -> None:
    others = [{"ValueTime": at(hour), "Price": 9.0} for hour in range(4)]
    assert prices([*rows("Price"), *others]) == {}


def test_prices_of_several_areas_in_lists_of_their_own() -> None:
    other = [{"ValueTime": at(hour), "Price": 9.0} for hour in range(4)]
    assert prices({"NO1": rows("Price"), "NO2": other}) == nearly()
    assert prices({"NO2": other, "SE1": other}) == {}
    series = [
        {"PriceArea": "NO2", "Values": other},
        {"PriceArea": "NO1", "Values": rows("Price")},
    ]
    assert prices(series) == nearly() == prices(series[::-1])
    assert prices(series[:1]) == {} == prices(series, area="DK1")
    assert prices(series[0]) == {}


@pytest.mark.parametrize("status", [4000, 4001, 9999, "4001"])
def test_a_price_of_a_bad_status_is_none(status: Any) -> None:
    told = rows("Price", Status=1)
    told[1] |= {"Status": status, "Price": 0.0}
    assert prices(told) == nearly({h: v for h, v in TRUTH.items() if h != 1})


@pytest.mark.parametrize("status", ["estimated", "s", True, {}, 1.5])
def test_a_status_that_is_not_understood_is_not_passed_over(status: Any) -> None:
    told = rows("Price", Status=1)
    told[1]["Status"] = status
    assert 1 not in prices(told)
    assert {0, 2, 3} <= prices(told).keys()


@pytest.mark.parametrize("name", ["MeterId", "meterid", "Meter_Id"])
def test_consumption_of_two_meters(name: str) -> None:
    other = [{**row, "Value": 9.0, name: "M-2"} for row in rows()]
    own = rows(**{name: "M-1"})
    assert consumption([*own, *other]) == nearly() == consumption([*other, *own])
    assert consumption(other) == {}
    assert consumption({name: "M-2", "Values": rows()}) == {}
    assert consumption({name: "M-1", "Values": rows()}) == nearly()


@pytest.mark.parametrize(
    "name", ["Version", "Revision", "MeterNo", "ContractNo", "MeteringPointId"]
)
def test_two_of_what_was_not_asked_for_are_none(name: str) -> None:
    for count in (4, 2):
        other = [{**row, "Value": 9.0, name: "b"} for row in rows()[:count]]
        assert consumption([*rows(**{name: "a"}), *other]) == {}


@pytest.mark.parametrize(
    "beside",
    [{"PriceArea": "NO1"}, {"Name": "Home"}, {"Resolution": 7}, {"Type": None}],
)
def test_what_stands_beside_consumption_and_says_no_more(
    beside: dict[str, Any],
) -> None:
    assert consumption(rows(**beside)) == nearly()
    assert consumption({**beside, "Values": rows()}) == nearly()


@pytest.mark.parametrize(
    "beside",
    [
        *({"Direction": "export"}, {"IsProduction": True}, {"Type": "Production"}),
        *({"MeterType": "Water"}, {"Medium": "gas"}, {"Commodity": "District heating"}),
        *({"Quality": "estimated"}, {"IsMissing": True}, {"Status": 4001}),
    ],
)
def test_rows_that_are_no_consumption_of_this_home(beside: dict[str, Any]) -> None:
    slots = consumption(rows(**beside))
    if beside == {"Status": 4001}:
        # Such a value is shown with its status, which whoever keeps it looks at.
        return
    assert slots == {}


# A day, and an hour apart


def apart(first: int = 0, **members: Any) -> list[dict[str, Any]]:
    return [
        {"Date": "2026-01-15", "Hour": hour + first, "Price": hour / 10, **members}
        for hour in range(24)
    ]


@pytest.mark.parametrize("form", [lambda told: told, lambda told: {"Prices": told}])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("hours", [24, 12])
def test_a_day_is_never_at_the_price_of_one_hour(
    form: Any, first: int, hours: int
) -> None:
    """Read as UTC or as Norwegian hours, or not at all."""
    told = apart(first)[:hours]
    found = prices(form(told))
    for offset in (0, -1):
        if found == {hour + offset: pytest.approx(hour / 10) for hour in range(hours)}:
            return
    assert found == {}


@pytest.mark.parametrize(
    "row",
    [
        {"Date": "2026-01-15", "Price": 0.5},
        {"Date": "15.01.2026", "Price": 0.5},
        {"Date": "2026-01-15", "Interval": 3, "Price": 0.5},
        {"Date": "2026-01-15", "Period": 3, "Price": 0.5},
        {"Date": "2026-01-15", "Time": "soon", "Price": 0.5},
        {"Time": "10:00", "Price": 0.5},
    ],
)
def test_half_of_a_time_is_none(row: dict[str, Any]) -> None:
    assert prices([row]) == {}
    assert prices([*rows("Price"), row]) == nearly()


# What a time stands for


@pytest.mark.parametrize(
    "told",
    [
        {"TimestampPosition": "end"},
        {"IsEnd": True},
        {"meta": {"timeConvention": "end"}},
    ],
)
def test_times_that_are_ends(told: dict[str, Any]) -> None:
    ended = [
        {"ValueTime": at(hour + 1), "Value": value} for hour, value in TRUTH.items()
    ]
    assert consumption({**told, "Values": ended}) == nearly()
    assert consumption({"Values": ended}, position=Position.END) == nearly()
    assert consumption(
        {"ValueTimeIs": 1, "Position": "start", "Values": rows()},
        position=Position.END,
    ) in (nearly(), {})


def test_a_zone_that_is_told_holds() -> None:
    shifted = {hour - 1: value for hour, value in TRUTH.items()}
    assert consumption({"TimeZone": "Europe/Oslo", "Values": rows()}) == nearly(shifted)
    assert consumption({"TimeZone": "UTC", "Values": rows()}) == nearly()
    assert consumption({"TimeZone": "Mars", "Values": rows()}) == {}


def test_of_two_values_at_one_time_neither_is_taken() -> None:
    again = {"ValueTime": at(1), "Value": 9.0}
    left = {hour: value for hour, value in TRUTH.items() if hour != 1}
    for told in ([*rows(), again], [again, *rows()]):
        assert consumption(told) == nearly(left)
        assert prices(told) == nearly(left)
    assert consumption([*rows(), rows()[1]]) == nearly()


def test_a_sum_among_the_values_is_none_of_them() -> None:
    for told in (
        {"ValueTime": at(0), "EndTime": at(4), "Value": 3.5},
        {"ValueTime": at(0), "Value": 3.5, "IsTotal": True},
        {"ValueTime": at(0), "Value": 3.5, "Type": "Sum"},
    ):
        for body in ([told, *rows()], [*rows(), told]):
            assert consumption(body).items() <= TRUTH.items()
