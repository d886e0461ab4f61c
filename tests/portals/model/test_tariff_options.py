"""A tariff from plain options."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.bands import Band
from custom_components.energy_portals.portals.model.public_holidays import Holidays
from custom_components.energy_portals.portals.model.tariff import Part, Tariff
from custom_components.energy_portals.portals.model.tariff_options import (
    InvalidTariff,
    holidays_of,
)


def test_no_options_add_nothing() -> None:
    assert Tariff.of({}) == Tariff()
    nothing = dict.fromkeys(
        ("vat", "percent", "fixed", "grid_fees", "hourly", "export")
    )
    assert Tariff.of(nothing) == Tariff()


def test_all_options() -> None:
    options = {
        "vat": 25,
        "percent": 1.5,
        "fixed": -0.02,
        "hourly": True,
        "export": 0,
        "grid_fees": [
            {
                "amount": 0.5,
                "start": "06:00:00",
                "end": "22:00",
                "days": ["mon", "sun"],
            },
            {"amount": 0.25, "start": "22:00", "end": None, "days": []},
            {"amount": 0},
        ],
        "another": "option",
    }
    assert Tariff.of(options) == Tariff(
        vat=25,
        percent=1.5,
        fixed=-0.02,
        grid_fees=(
            Band(0.5, time(6), time(22), frozenset({0, 6})),
            Band(0.25, time(22)),
            Band(0),
        ),
        hourly=True,
        export=0,
    )


NUMBERS: tuple[Any, ...] = ("1", True, [], float("nan"), float("inf"), 10**400)
RULES: tuple[Any, ...] = ("", "mon", {}, 1, {"amount": 1}, [None], ["x"], [[]], [{}])
WEEKDAYS: tuple[Any, ...] = ("mon", 1, {}, ["monday"], [0], [None], [[]])
MONTHS: tuple[Any, ...] = ("1", 1, {}, [0], [13], ["jan"], [None], [True], [1.0], [[]])
WALLS: tuple[Any, ...] = (6, "", "25:00", "six", "06:00+01:00", "06:00Z", [])
SWITCHES: tuple[Any, ...] = (1, "on", [])
MALFORMED: list[dict[str, Any]] = [
    *({key: x} for key in ("vat", "percent", "fixed", "export") for x in NUMBERS),
    *({"hourly": x} for x in SWITCHES),
    *({"grid_fees": x} for x in RULES),
    *({"grid_fees": [{"amount": x}]} for x in (None, *NUMBERS)),
    *({"grid_fees": [{"amount": 1, "days": x}]} for x in WEEKDAYS),
    *({"grid_fees": [{"amount": 1, "months": x}]} for x in MONTHS),
    *({"grid_fees": [{"amount": 1, "name": x}]} for x in (1, ["a"], True)),
    *({"grid_fees": [{"amount": 1, "start": x}]} for x in WALLS),
    *({"grid_fees": [{"amount": 1, "end": x}]} for x in WALLS),
]


@pytest.mark.parametrize("options", MALFORMED, ids=lambda options: repr(options)[:60])
def test_malformed_options_are_refused_by_name(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidTariff) as caught:
        Tariff.of(options)
    assert caught.value.field == next(iter(options))
    assert caught.value.key in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "amount", "start", "end", "days", "months"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *("vat", "percent", "fixed", "hourly", "export", "grid_fees"),
                *("included", "standing", "country", "subdivision", "holidays"),
                *("holidays_as", "clock", "preset"),
            ]
        ),
        JSON,
    )
)
def test_any_options_make_a_tariff_or_are_refused(options: dict[str, Any]) -> None:
    try:
        tariff = Tariff.of(options)
    except InvalidTariff:
        return
    assert len(tariff.grid_fees) == len(options.get("grid_fees") or [])
    assert (tariff.export is None) == (options.get("export") is None)


def test_rows_of_one_name_share_an_amount() -> None:
    rows = [
        {"name": "P1", "amount": 2, "start": "10:00", "end": "14:00"},
        {"name": "P1", "start": "18:00", "end": "22:00"},
        {"name": "P2", "amount": 1, "months": ["1", 12]},
    ]
    fees = Tariff.of({"grid_fees": rows}).grid_fees
    assert [fee.amount for fee in fees] == [2, 2, 1]
    assert fees[2].months == {1, 12}
    with pytest.raises(InvalidTariff) as caught:
        Tariff.of({"grid_fees": [*rows, {"name": "P3"}]})
    assert (caught.value.key, caught.value.row) == ("missing_amount", "4 (P3)")
    # What has no name shares nothing.
    with pytest.raises(InvalidTariff):
        Tariff.of({"grid_fees": [{"amount": 1}, {}, {"name": "", "amount": 1}]})


def test_holidays_of_options() -> None:
    options: dict[str, Any] = {
        "country": "DE",
        "subdivision": "BY",
        "holidays": ["12-24", " 2026-12-31 ", "02-29"],
        "holidays_as": "holiday",
    }
    days = frozenset({(12, 24), date(2026, 12, 31), (2, 29)})
    assert holidays_of(options) == Holidays("DE", "BY", days, 7)
    assert Tariff.of(options).holidays == Holidays("DE", "BY", days, 7)
    assert holidays_of({"country": "", "subdivision": "", "holidays": []}) == Holidays()


@pytest.mark.parametrize(
    ("options", "key", "field"),
    [
        ({"country": "de"}, "unknown_country", "country"),
        ({"country": "DEU"}, "unknown_country", "country"),
        ({"country": 3}, "unknown_country", "country"),
        ({"country": "DE", "subdivision": 3}, "unknown_subdivision", "subdivision"),
        ({"subdivision": "BY"}, "missing_country", "country"),
        *(
            ({"holidays": given}, "invalid_date", "holidays")
            for given in (["24.12."], ["13-01"], ["02-30"], [3], ["2026-02-29"])
        ),
        ({"holidays": "12-24"}, "invalid_date", "holidays"),
        ({"holidays_as": "someday"}, "invalid_day", "holidays_as"),
        ({"holidays_as": 6}, "invalid_day", "holidays_as"),
        ({"clock": "solar"}, "invalid_choice", "clock"),
        ({"included": ["all"]}, "invalid_choice", "included"),
        ({"included": "vat"}, "invalid_row", "included"),
    ],
)
def test_what_cannot_be_read_of_days_is_named(
    options: dict[str, Any], key: str, field: str
) -> None:
    with pytest.raises(InvalidTariff) as caught:
        Tariff.of(options)
    assert (caught.value.key, caught.value.field) == (key, field)


def test_what_is_in_the_price_already() -> None:
    given = {"included": ["vat", "grid_fees"]}
    assert Tariff.of(given).included == {Part.VAT, Part.GRID_FEES}


# What forms of earlier releases have stored, and what it meant.
STORED: list[tuple[dict[str, Any], Tariff]] = [
    ({}, Tariff()),
    ({"vat": 25.0, "hourly": False}, Tariff(25)),
    (
        {
            "vat": 19,
            "percent": 3.5,
            "fixed": 0.0125,
            "hourly": True,
            "export": -0.04,
            "grid_fees": [
                {"amount": 0.3, "start": "06:00:00", "end": "22:00:00"}
                | {"days": ["mon", "tue", "wed", "thu", "fri"]},
                {"amount": 0.2, "start": "22:00:00", "end": "06:00:00", "days": []},
                {
                    "amount": 0.1,
                    "days": [*("mon", "tue", "wed", "thu", "fri", "sat", "sun")],
                },
            ],
        },
        Tariff(
            vat=19,
            percent=3.5,
            fixed=0.0125,
            grid_fees=(
                Band(0.3, time(6), time(22), frozenset(range(5))),
                Band(0.2, time(22), time(6)),
                Band(0.1, days=frozenset(range(7))),
            ),
            hourly=True,
            export=-0.04,
        ),
    ),
]


@pytest.mark.parametrize(("options", "expected"), STORED)
def test_what_is_stored_means_the_same(
    options: dict[str, Any], expected: Tariff
) -> None:
    tariff = Tariff.of(options)
    assert tariff == expected
    assert (tariff.included, tariff.standing) == (frozenset(), ())
    # All days, named or not, are all days: there are no holidays.
    assert tariff.holidays.sort(date(2026, 12, 25)) == 4


def test_a_country_is_looked_up_before_use() -> None:
    row = {"amount": 1, "days": ["mon"]}
    Tariff.of({"country": "IT", "grid_fees": [row]}).prepare()
    nowhere = Tariff.of({"country": "XX", "grid_fees": [row]})
    with pytest.raises(InvalidTariff) as caught:
        nowhere.prepare()
    assert (caught.value.key, caught.value.field) == ("unknown_country", "country")
    # What nobody asks for is not looked up.
    replace(nowhere, grid_fees=()).prepare()
