"""Numbers of a body: what is taken, and what is refused."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.reading.body import (
    Mismatch,
    Refused,
    number,
    percent,
    signed,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (1, 1), (1.5, 1.5), ("12.5", 12.5), ("1e3", 1000), (" 7 ", 7), ("0", 0)],
)
def test_numbers(value: Any, expected: float) -> None:
    assert number(value) == expected
    assert type(number(value)) is float


@pytest.mark.parametrize(
    "value", [True, False, None, "", "x", "1,5", "1_0", "0x10", [], [1], {}, "1 W"]
)
def test_no_numbers(value: Any) -> None:
    for read in (number, signed, percent):
        with pytest.raises(Mismatch):
            read(value)


@pytest.mark.parametrize(
    "value", [-1, -0.001, "-1", "nan", "NaN", "inf", "-Infinity", "1e999"]
)
def test_numbers_that_cannot_be_true(value: Any) -> None:
    with pytest.raises(Refused):
        number(value)


def test_limits() -> None:
    assert (signed("-12.5"), percent(100), percent("0")) == (-12.5, 100, 0)
    for read, value in ((percent, 100.1), (percent, -1), (signed, "nan")):
        with pytest.raises(Refused):
            read(value)


def test_an_integer_beyond_every_float() -> None:
    with pytest.raises((Mismatch, Refused)):
        number(10**400)
