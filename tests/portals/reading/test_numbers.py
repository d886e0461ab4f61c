"""Numbers, and the texts that spell one: what is taken, and what is refused."""

from decimal import Decimal
import math
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.reading.numbers import (
    Mismatch,
    Notation,
    Refused,
    bounded,
    number,
    percent,
    signed,
)
from custom_components.energy_portals.portals.reading.quantities import ALL

# What Python takes for a number, and no portal means by one.
PYTHONS_OWN = [
    *("1_0", "1_000.5", "٣", "1.", ".5", "+", "-", "--1", "²", "½", "True"),
    "None",
]
PADDED = [" 1", "1 ", "\t1", "1\n"]
# A number, and behind it what is no unit.
WITH_A_TAIL = ["0x10", "0b1", "1e", "1j", "1e+", "1e99999", "1L"]


# Numbers that can be written in one way only


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (1, 1), (1.5, 1.5), ("12.5", 12.5), ("1e3", 1000), ("7", 7), ("+2", 2)],
)
def test_numbers(value: Any, expected: float) -> None:
    assert number(value) == expected
    assert type(number(value)) is float


@pytest.mark.parametrize(
    "value",
    [True, False, None, "", "x", "1,5", [], [1], {}, "1 W", *PYTHONS_OWN, *WITH_A_TAIL],
)
def test_no_numbers(value: Any) -> None:
    for read in (number, signed, percent):
        with pytest.raises(Mismatch):
            read(value)


@pytest.mark.parametrize(
    "value",
    [
        *(-1, -0.001, "-1", "nan", "NaN", "inf", "-Infinity", "1e999", "+nan"),
        *(math.inf, math.nan, 10**400, -(10**400)),
    ],
    ids=str,
)
def test_numbers_that_cannot_be_true(value: Any) -> None:
    with pytest.raises(Refused):
        number(value)


def test_limits() -> None:
    assert (signed("-12.5"), percent(100), percent("0")) == (-12.5, 100, 0)
    for read, value in ((percent, 100.1), (percent, -1), (signed, "nan")):
        with pytest.raises(Refused):
            read(value)


@given(st.floats(), st.floats(-1e9, 0), st.floats(0, 1e9))
def test_a_bounded_number_is_finite_and_within(
    value: float, low: float, high: float
) -> None:
    try:
        found = bounded(value, low, high)
    except Refused:
        assert not math.isfinite(value) or not low <= value <= high
        return
    assert low <= found <= high


# Texts in any notation


def spelt(value: Decimal, decimal: str, thousands: str) -> str:
    """Return a number as a country writes it."""
    sign = "-" if value < 0 else ""
    whole, _, part = f"{abs(value):f}".partition(".")
    groups = f"{int(whole):,}".replace(",", thousands)
    return f"{sign}{groups}{decimal}{part}" if part else f"{sign}{groups}"


VALUES = st.decimals(-(10**9), 10**9, places=2)
NOTATIONS = st.sampled_from(
    [(".", ","), (",", "."), (",", " "), (",", "\u00a0"), (",", "\u202f"), (".", "'")]
)


@given(VALUES, NOTATIONS)
def test_two_decimals_tell_the_notation(
    value: Decimal, notation: tuple[str, str]
) -> None:
    text = spelt(value, *notation)
    assert Notation(None).number(text) == (float(value), "")


@given(VALUES, st.sampled_from([".", ","]))
def test_a_number_without_thousands_has_one_meaning(
    value: Decimal, decimal: str
) -> None:
    text = f"{value:f}".replace(".", decimal)
    assert Notation(None).number(text)[0] == float(value)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from([".", ","]))
def test_three_digits_behind_a_sign_are_ambiguous(
    whole: int, part: int, sign: str
) -> None:
    text = f"{whole}{sign}{part:03}"
    with pytest.raises(Refused):
        Notation(None).number(text)
    with pytest.raises(Refused):
        Notation([text, "5", "x", {"a": 1.5}]).number(text)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from([".", ","]))
def test_another_text_of_the_body_tells_the_notation(
    whole: int, part: int, sign: str
) -> None:
    text = f"{whole}{sign}{part:03}"
    other = {".": ",", ",": "."}[sign]
    as_decimals = Notation({"a": text, "b": [{"c": f"0{sign}25"}]})
    assert as_decimals.number(text)[0] == float(f"{whole}.{part:03}")
    as_thousands = Notation({"a": text, "b": [{"c": f"0{other}25"}]})
    assert as_thousands.number(text)[0] == whole * 1000 + part


@pytest.mark.parametrize("sign", [".", ","])
def test_a_body_of_both_notations_tells_none(sign: str) -> None:
    with pytest.raises(Refused):
        Notation(["0,5", "0.5"]).number(f"1{sign}234")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # No thousands begin with nought, nor with four digits.
        ("0.184", 0.184),
        ("0,184", 0.184),
        ("-0.415", -0.415),
        ("1234.567", 1234.567),
        ("1234,567", 1234.567),
        # Twice is no decimals.
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("1 234", 1234),
        ("1'234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234.567", 1234.567),
        *((padded, 1) for padded in PADDED),
        ("12e2", 1200),
        ("1.5E-3", 0.0015),
    ],
)
def test_texts_of_one_meaning(text: str, expected: float) -> None:
    assert Notation(None).number(text) == (expected, "")


@pytest.mark.parametrize(
    "text",
    [
        *PYTHONS_OWN,
        *("1.2.3", "1,2,3", "1 2", "12 34", "1,23.4.5", "1.23,4,5", "1..2", "1,,2"),
        *(
            "1.234,567.8",
            "kWh",
            "W 5",
            "€5",
            "",
            " ",
            "-",
            "1-2",
            "10:00",
            "2026-01-15",
        ),
    ],
)
def test_texts_that_spell_none(text: str) -> None:
    with pytest.raises(Mismatch):
        Notation(None).number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("12.5 kWh", (12.5, "kWh")), ("12,5kWh", (12.5, "kWh"))),
        *(("41.5 %", (41.5, "%")), ("41,5%", (41.5, "%")), ("8 €", (8, "€"))),
        *(("12 øre/kWh", (12, "øre/kWh")), ("20 °C", (20, "°C"))),
        *(("1 234,5 kr", (1234.5, "kr")), ("-3 W", (-3, "W"))),
    ],
)
def test_a_unit_may_follow(text: str, expected: tuple[float, str]) -> None:
    assert Notation(None).number(text) == expected


@pytest.mark.parametrize("text", WITH_A_TAIL)
def test_what_follows_a_number_is_told(text: str) -> None:
    """It is no unit of any quantity, which makes the number none."""
    value, rest = Notation(None).number(text)
    assert value in {0, 1}
    for quantity in ALL:
        with pytest.raises(Refused):
            quantity.unit(frozenset({rest}))


@given(st.text(max_size=12))
def test_any_text(text: str) -> None:
    """Whatever is taken is a number that the digits of the text spell."""
    try:
        value, rest = Notation(text).number(text)
    except Mismatch, Refused:
        return
    digits = text.removesuffix(rest).casefold().split("e")[0]
    assert all(character in "0123456789.,'+- \u00a0\u202f" for character in digits)
    assert not math.isnan(value)
    assert rest == rest.strip()
