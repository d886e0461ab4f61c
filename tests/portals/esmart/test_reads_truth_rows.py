"""eSmart's rows that could be of two things or times: the truth, or nothing."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.reading.said import Position
from tests.portals.esmart.truth import TRUTH, at, consumption, nearly, prices, rows

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
