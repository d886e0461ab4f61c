"""Values: what a portal means, and nothing that only Python would take."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.epilot.models import Money
from custom_components.energy_portals.portals.epilot.values import (
    Unreadable,
    both,
    clock,
    count,
    day,
    day_of_month,
    flag,
    instant,
    main_unit,
    money,
    number,
    plain_number,
    signed,
    sure,
    tax_rate,
    text,
    told,
    when,
    words,
)
from custom_components.energy_portals.portals.reading.body import (
    Body,
    Mismatch,
    Refused,
)
from tests.portals.anything import ANYTHING

# What Python's own conversions take, and no portal means.
NO_NUMBERS = [
    *("1_0", "+1", ".5", "5.", "007", "0x1", "1e", "e1", "--1", "1 0", "٣", "１", "²"),  # noqa: RUF001
    *("NaN", "nan", "inf", "-Infinity", "", " ", "true", "1,234", "1.2.3", "12,34,5"),
    *(None, True, False, [], {}, [1], {"value": 1}),
]
BEYOND = [10**400, -(10**400), float("inf"), float("nan"), 1e300, "1e999", "9" * 400]


# Numbers


@pytest.mark.parametrize("value", NO_NUMBERS)
@pytest.mark.parametrize("read", [number, signed, count, day_of_month, tax_rate])
def test_no_numbers(read: Callable[[object], float], value: object) -> None:
    with pytest.raises(Mismatch):
        read(value)


@pytest.mark.parametrize("value", BEYOND)
@pytest.mark.parametrize("read", [number, signed, count, day_of_month, tax_rate])
def test_numbers_beyond_all_bounds(
    read: Callable[[object], float], value: object
) -> None:
    with pytest.raises(Refused):
        read(value)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *((0, 0), (12.5, 12.5), ("12.5", 12.5), (" 7 ", 7), ("1e2", 100), ("0", 0)),
        # As a German reader writes it, where nothing else can be meant.
        *(("12,5", 12.5), ("0,123", 0.123), ("1.234,5", 1234.5), ("12,3456", 12.3456)),
    ],
)
def test_numbers(value: object, read: float) -> None:
    assert number(value) == read


def test_numbers_below_zero() -> None:
    assert signed("-1.5") == -1.5
    with pytest.raises(Refused):
        number(-1)


@pytest.mark.parametrize("value", [-1, 0.5, "1.5", 2**53])
def test_no_counts(value: object) -> None:
    with pytest.raises(Refused):
        count(value)


def test_counts() -> None:
    assert (count(0), count(3.0), count("12"), count(2**53 - 1)) == (
        0,
        3,
        12,
        2**53 - 1,
    )
    assert isinstance(count(3.0), int)


@pytest.mark.parametrize("value", [-100, -1, 0.19, 100.5, "-100"])
def test_no_taxes(value: object) -> None:
    with pytest.raises(Refused):
        tax_rate(value)


def test_taxes() -> None:
    assert (tax_rate(0), tax_rate(19), tax_rate("7.7")) == (0, 19, 7.7)


# Times


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-06-14T10:00:00Z", datetime(2026, 6, 14, 10, tzinfo=UTC)),
        ("2026-06-14T10:00:00z", datetime(2026, 6, 14, 10, tzinfo=UTC)),
        ("2026-06-14T12:00:00.123+02:00", datetime(2026, 6, 14, 10, 0, 0, 123000, UTC)),
        ("2026-06-14T12:00:00", datetime(2026, 6, 14, 10, tzinfo=UTC)),
        ("14.06.2026 12:00", datetime(2026, 6, 14, 10, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60.5z", datetime(2017, 1, 1, 0, 0, 0, 500000, UTC)),
        (1781431200, datetime(2026, 6, 14, 10, tzinfo=UTC)),
        ("1781431200000", datetime(2026, 6, 14, 10, tzinfo=UTC)),
    ],
)
def test_moments(value: object, moment: datetime) -> None:
    assert when(value) == moment


@pytest.mark.parametrize(
    "value",
    [
        # Twice that night, and never that morning.
        *("2026-10-25T02:30:00", "2026-10-25 02:00", "25.10.2026 02:30"),
        *("2026-03-29T02:30:00", "0001-01-01T00:00:00", "9999-12-31T23:59:60"),
        *("soon", "", None, True, [], "2026-13-40", "06/14/2026", 10**400),
    ],
)
def test_no_moments(value: object) -> None:
    with pytest.raises((Mismatch, Refused)):
        when(value)


def test_instants_have_an_offset() -> None:
    """A time without one may be of any clock, and a day is none."""
    assert instant("2026-06-14T12:00:00+02:00") == instant(1781431200)
    for value in ("2026-06-14T12:00:00", "2026-06-14", "14.06.2026 12:00"):
        with pytest.raises(Refused):
            instant(value)


def test_a_clock_that_shows_an_hour_twice() -> None:
    shown = clock("2026-10-25T02:30:00")
    first, second = both(shown)
    assert shown.tzinfo is None
    assert second - first == (when("2026-10-25T02:30+01:00") - first)
    assert (second - first).total_seconds() == 3600


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-10-10", date(2026, 10, 10)),
        # Midnight in UTC is how the portal stores a bare date.
        ("2026-10-10T00:00:00.000Z", date(2026, 10, 10)),
        ("2026-10-10T22:30:00.000z", date(2026, 10, 11)),
        ("2026-10-10T23:30:00+02:00", date(2026, 10, 10)),
        ("2026-10-25T02:30:00", date(2026, 10, 25)),
        ("10.10.2026", date(2026, 10, 10)),
    ],
)
def test_days(value: str, expected: date) -> None:
    assert day(value) == expected


@pytest.mark.parametrize("value", ["2026-13-40", "soon", "", None, True, [], "1.2.3"])
def test_no_days(value: object) -> None:
    with pytest.raises((Mismatch, Refused)):
        day(value)


# Money


def _entity(**members: Any) -> Body:
    return Body("search", members)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"balance": 8990}, Money(amount=89.9, currency=None)),
        ({"balance": 8990.0}, Money(amount=89.9, currency=None)),
        (
            {"balance": 8990, "balance_decimal": "89.901"},
            Money(amount=89.901, currency=None),
        ),
        (
            {"balance_decimal": 89.9, "balance_currency": "eur"},
            Money(amount=89.9, currency="EUR"),
        ),
        ({"balance": -5, "balance_currency": "€"}, Money(amount=-0.05, currency="EUR")),
        ({"balance": 500, "balance_decimal": "n/a"}, Money(amount=5.0, currency=None)),
        (
            {"balance": 500, "balance_currency": "JPY"},
            Money(amount=500, currency="JPY"),
        ),
        ({"balance": 0}, Money(amount=0.0, currency=None)),
        ({"balance": "8990"}, Money(amount=89.9, currency=None)),
        ({"balance": "n/a"}, None),
        ({"balance": None}, None),
        ({"balance": True}, None),
        ({}, None),
    ],
)
def test_money(members: dict[str, Any], expected: Money | None) -> None:
    entity = _entity(**members)
    assert money(entity, "balance") == expected
    assert not entity.refused


@pytest.mark.parametrize(
    "members",
    [
        *(
            {"balance_decimal": each}
            for each in ("1e999", "1_0", "NaN", "9" * 400, "٣")
        ),
        *({"balance": each} for each in (10**400, 1e300, 89.9, float("inf"))),
        # Each of the two may be what is meant.
        {"balance": 8990, "balance_decimal": "8990.00"},
        {"balance": 31, "balance_decimal": "30.94"},
        {"balance": 8990, "balance_decimal": "1e999"},
        {"balance": 8990, "balance_decimal": "1_0"},
        {"balance": 8990, "balance_currency": "cents"},
        {"balance": 8990, "balance_currency": 978},
        {"balance": "6.000"},
        {"balance": "89,90"},
        {"balance": 8990, "balance_unit": "EUR"},
        {"balance": 8990, "balance_minor_unit": 3},
    ],
)
def test_money_that_is_refused(members: dict[str, Any]) -> None:
    entity = _entity(**members)
    assert money(entity, "balance") is None
    assert entity.refused == {"search.balance": 1}


def test_currencies_of_one_amount() -> None:
    """Its own counts before another's, and two of its own are none."""
    both_ = {"paid": 100, "paid_currency": "CHF", "balance_currency": "EUR"}
    read = money(_entity(**both_), "paid", otherwise="balance_currency")
    assert read == Money(amount=1.0, currency="CHF")
    assert money(_entity(**both_), "paid", "balance_currency") is None
    del both_["paid_currency"]
    read = money(_entity(**both_), "paid", otherwise="balance_currency")
    assert read == Money(amount=1.0, currency="EUR")


@given(ANYTHING, ANYTHING, ANYTHING)
def test_any_money(cents: object, decimal: object, code: object) -> None:
    entity = _entity(balance=cents, balance_decimal=decimal, balance_currency=code)
    read = money(entity, "balance")
    assert read is None or (isfinite(read.amount) and abs(read.amount) <= 1e7)


@given(st.integers(-(10**8), 10**8))
def test_amounts_of_all_sizes(cents: int) -> None:
    assert main_unit(cents, None) == main_unit(None, f"{cents / 100:.2f}")
    assert main_unit(cents, f"{cents / 100:.2f}") == cents / 100


# Members


def test_a_member_that_is_not_understood_is_counted() -> None:
    entity = Body("call", {"a": [], "b": "", "c": None, "d": 10**400, "e": 5})
    assert told(entity, number, "a") is None
    assert told(entity, number, "b", "c", "x") is None
    assert told(entity, number, "d", "e") is None
    # Another name does not stand in for what is told under the first.
    assert told(entity, number, "a", "e") is None
    assert told(entity, number, "c", "e") == 5
    assert entity.refused == {"call.a": 2, "call.d": 1}


def test_what_has_to_be_sure() -> None:
    entity = Body("call", {"a": "soon", "b": "2026-06-14", "c": None})
    assert sure(entity, day, "b") == date(2026, 6, 14)
    assert sure(entity, day, "c") is sure(entity, day, "x") is None
    with pytest.raises(Unreadable):
        sure(entity, day, "a")


@pytest.mark.parametrize("beside", ["value_unit", "value_factor", "VALUE_SCALE"])
def test_what_says_that_a_number_is_another(beside: str) -> None:
    entity = Body("call", {"value": 5, beside: "MWh"})
    assert plain_number(entity, number, "value") is None
    assert entity.refused == {"call.value": 1}
    assert plain_number(Body("call", {"value": 5, beside: None}), number, "value") == 5


def test_words() -> None:
    place = Body("call", {"title": {"de": "Preis", "en": None, "fr": 5}, "name": "x"})
    assert words(place, "title") == {"de": "Preis"}
    assert words(place, "name") == {"": "x"}
    assert words(place, "none") is None
    assert place.refused == {"call.title": 1}
    assert words(Body("call", {"title": ["x"]}), "title") is None


def test_texts_and_flags() -> None:
    assert (text(" x "), text(4711), flag(False)) == ("x", "4711", False)
    for value in ("", " ", True, None, []):
        with pytest.raises(Mismatch):
            text(value)
    with pytest.raises(Refused):
        text(10**5000)
    for value in (0, "false", None):
        with pytest.raises(Mismatch):
            flag(value)
