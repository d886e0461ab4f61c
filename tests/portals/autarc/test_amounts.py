"""Numbers in texts: one number, or refused; units of the right quantity, or refused."""

from collections.abc import Collection

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.autarc.amounts import (
    AREA,
    COUNT,
    ENERGY,
    MONEY,
    POWER,
    TEMPERATURE,
    Notation,
    Quantity,
    Refused,
    Spelt,
)

POINT, COMMA = Notation.POINT, Notation.COMMA


def _number(
    text: str, votes: Collection[Notation] = (), *, is_money: bool = False
) -> float | None:
    """Read a text, None where it is refused."""
    try:
        return Spelt.of(text).number(votes, is_money=is_money)
    except Refused:
        return None


@pytest.mark.parametrize(
    ("text", "number", "votes"),
    [
        *((text, float(text), ()) for text in ("0", "12", "-7", "+5", "1000000")),
        *((text, float(text), (POINT,)) for text in ("0.5", "12.75", "-1.2345", "1e3")),
        *((text, float(text), (POINT,)) for text in ("0.500", "1.234e3", "1234.567")),
        ("12,5", 12.5, (COMMA,)),
        ("0,125", 0.125, (COMMA,)),
        ("1.234,5", 1234.5, (COMMA,)),
        ("1.234.567", 1234567, (COMMA,)),
        ("1,234.5", 1234.5, (POINT,)),
        ("1,234,567", 1234567, (POINT,)),
        ("10 000", 10_000, ()),
        ("10\u202f000,5", 10_000.5, (COMMA,)),
        ("10'000.50", 10_000.5, (POINT,)),
    ],
)
def test_one_number_whatever_else_is_written(
    text: str, number: float, votes: Collection[Notation]
) -> None:
    for others in ((), {POINT}, {COMMA}, {POINT, COMMA}):
        for is_money in (True, False):
            assert _number(text, others, is_money=is_money) == number
    assert set(Spelt.of(text).votes()) == set(votes)


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [("1.234", 1.234, 1234), ("10.000", 10, 10_000), ("-7,250", -7250, -7.25)],
)
def test_one_of_two_numbers(text: str, point: float, comma: float) -> None:
    assert _number(text) is None
    assert _number(text, {POINT, COMMA}) is None
    assert _number(text, {POINT}) == point
    assert _number(text, {COMMA}) == comma
    assert not Spelt.of(text).votes()


def test_money_is_written_as_the_reference_does_it() -> None:
    assert _number("10.000", is_money=True) == 10_000
    assert _number("1.234", {COMMA}, is_money=True) == 1234
    # What another text says contradicts it.
    assert _number("10.000", {POINT}, is_money=True) is None
    assert _number("10.000", {POINT, COMMA}, is_money=True) is None
    # Euros have no tenths of cents, and Germans do not group by commas.
    assert _number("1,234", is_money=True) is None
    assert _number("1,000", is_money=True) is None
    assert _number("1,234", {POINT}, is_money=True) == 1234


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "1_0",
            " 1",
            "1 ",
            "nan",
            "NaN",
            "inf",
            "-inf",
            "Infinity",
            "1e",
            "e5",
        ),
        *(
            "0x10",
            "1.",
            ".5",
            "1,",
            "--5",
            "5-",
            "1..2",
            "1,2,3",
            "1.2.3",
            "1 2",
            "12 34",
        ),
        *(
            "\u0661\u0662",
            "\uff11\uff12",
            "½",
            "1\u00a0",
            "1\n",
            "1.000 000",
            "1,000'000",
            "\u22125",
            "1 000 00",
        ),
    ],
)
def test_no_number(text: str) -> None:
    for votes in ((), {POINT}, {COMMA}):
        for is_money in (True, False):
            try:
                spelt = Spelt.of(text)
            except Refused:
                continue
            # What stands behind it is no unit.
            with pytest.raises(Refused):
                MONEY.converted(spelt.number(votes, is_money=is_money), spelt.units)


@given(st.integers(-(10**12), 10**12), st.integers(0, 999_999))
def test_written_in_either_notation(whole: int, part: int) -> None:
    """Whatever number is written in one notation is read as it, or refused."""
    sign = "-" if whole < 0 else ""
    english = f"{sign}{abs(whole):,}.{part:06}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert _number(english) == _number(german) == float(english.replace(",", ""))
    short = f"{sign}{abs(whole):,}.{part % 1000:03}"
    for notation, text in (
        (POINT, short),
        (COMMA, short.translate(str.maketrans(",.", ".,"))),
    ):
        assert _number(text, {notation}) == float(short.replace(",", ""))


@given(st.text(st.sampled_from("0123456789.,-+e '"), max_size=12))
def test_any_text(text: str) -> None:
    """Whatever is read is what one of the two notations makes of it."""
    number = _number(text)
    if number is not None and not Spelt.of(text).units:
        plain = text.replace(" ", "").replace("'", "")
        english, german = plain.replace(",", ""), plain.replace(".", "")
        assert number in {_float(english), _float(german.replace(",", "."))}


def _float(text: str) -> float | None:
    """Return a number in Python's own notation."""
    try:
        return float(text)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("quantity", "text", "number"),
    [
        *(
            (MONEY, text, 10_000)
            for text in ("10000 EUR", "10.000,00 €", "€ 10.000,00")
        ),
        *(
            (MONEY, text, 10_000)
            for text in ("10000€", "1000000 ct", "10 T€", "10000 euro")
        ),
        *((POWER, text, 8.4) for text in ("8,4 kW", "8.4kW", "8400 W", "0.0084 MW")),
        *((ENERGY, text, 18_500) for text in ("18500 kWh", "18.5 MWh", "18500000 Wh")),
        (ENERGY, "18500 kWh/a", 18_500),
        *((AREA, text, 120) for text in ("120 m²", "120 m2", "120qm", "120,0 M²")),
        (AREA, "100 ft²", 9.290304),
        *((TEMPERATURE, text, 55) for text in ("55 °C", "55°C", "131 °F", "328.15 K")),
        (TEMPERATURE, "-7 °C", -7),
    ],
)
def test_units(quantity: Quantity, text: str, number: float) -> None:
    spelt = Spelt.of(text)
    assert quantity.converted(spelt.number((), is_money=False), spelt.units) == number


@pytest.mark.parametrize(
    ("quantity", "units"),
    [
        *((MONEY, unit) for unit in ("CHF", "USD", "$", "kr", "%", "EUR/m²", "MEUR?")),
        *((POWER, unit) for unit in ("kWh", "mW", "mw", "PS", "VA", "W/m²", "BTU/h")),
        *((ENERGY, unit) for unit in ("kW", "mWh", "m³", "l", "EUR")),
        *((AREA, unit) for unit in ("m", "m³", "ha", "EUR")),
        *((TEMPERATURE, unit) for unit in ("%", "R", "kW", "°")),
        *((COUNT, unit) for unit in ("kW", "Personen", "%")),
    ],
)
def test_units_of_something_else(quantity: Quantity, units: str) -> None:
    with pytest.raises(Refused):
        quantity.converted(1, [units])


def test_units_that_contradict_each_other() -> None:
    assert POWER.converted(8.4, ["kW", "KW", "kilowatt"]) == 8.4
    with pytest.raises(Refused):
        POWER.converted(8.4, ["kW", "W"])
