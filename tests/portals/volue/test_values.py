"""Values are read as they are surely meant, or not at all."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.volue.values import (
    MOST,
    Row,
    Unread,
    day,
    duration,
    flag,
    moment,
    number,
    text,
    whole,
    word_of,
)

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    "told",
    [
        "2027-01-01T00:00:00Z",
        "2027-01-01T00:00:00z",
        "2027-01-01t00:00:00.0000000+00:00",
        "2026-12-31T23:59:60Z",
        "2027-01-01T00:59:60+01:00",
        "2026-12-31T18:59:60-05:00",
        "2026-12-31T24:00:00Z",
        "2027-01-01 01:00+01:00",
        "2027-01-01T00:00:00",
        1798761600,
        1798761600.0,
        1798761600000,
        "1798761600",
        "1798761600000",
    ],
)
def test_moments(told: Any) -> None:
    """A leap second is the second that follows."""
    assert moment(told) == NEW_YEAR


def test_fractions_round() -> None:
    told = "2024-09-12T13:48:47.1936858+00:00"
    assert moment(told).microsecond == 193686
    assert moment("2026-12-31T23:59:60.25Z") == NEW_YEAR + timedelta(seconds=0.25)


@pytest.mark.parametrize(
    "told",
    [
        *(None, True, [], {}, "", "soon", "12:00", 5, -1, 1e300, "1_798_761_600"),
        *("2027-01-01", "20270101", 20270101, "202701010000", 202701010000),
        # A leap second is one at midnight alone, and no minute has another.
        *("2026-12-31T12:00:60Z", "2026-12-31T23:59:61Z", "2026-12-31T23:58:60Z"),
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:60Z", "1970-01-01T00:00:00Z"),
        *("2027-02-29T00:00:00Z", "2027-01-01T25:00:00Z"),
    ],
)
def test_what_is_no_moment(told: Any) -> None:
    with pytest.raises(Unread):
        moment(told)


def test_moments_of_a_zone() -> None:
    """An offset counts before a zone; an hour that comes twice, or never, is none."""
    assert moment("2027-01-01T01:00:00", OSLO) == NEW_YEAR
    assert moment("2027-01-01T00:00:00Z", OSLO) == NEW_YEAR
    for told in ("2026-10-25T02:30:00", "2026-03-29T02:30:00"):
        with pytest.raises(Unread):
            moment(told, OSLO)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        *((0, 0), (-0.4, -0.4), ("1.5", 1.5), ("1,5", 1.5), ("-0,963", -0.963)),
        *((" 3 ", 3), ("1e3", 1000), ("1234.567", 1234.567), ("0.125", 0.125)),
    ],
)
def test_numbers(told: Any, expected: float) -> None:
    assert number(told) == expected


@pytest.mark.parametrize(
    "told",
    [
        *(
            None,
            True,
            [],
            {},
            "",
            "1_0",
            "\u0661",
            "0x1",
            "nan",
            "inf",
            "1.2.3",
            "1 000",
        ),
        *("1e999", 10**400, "1.234", "12,750", "-123.456"),
    ],
)
def test_what_is_no_number(told: Any) -> None:
    """What some take for thousands and others for a fraction is none either."""
    with pytest.raises(Unread):
        number(told)


def test_bounds() -> None:
    assert number(5, 0, 5) == 5
    for low, high in ((6, 9), (0, 4)):
        with pytest.raises(Unread):
            number(5, low, high)


def test_counts() -> None:
    assert (whole(0), whole(3.0), whole("7"), whole(MOST - 1)) == (0, 3, 7, MOST - 1)
    for told in (-1, 2.5, MOST, 1e300, True, None):
        with pytest.raises(Unread):
            whole(told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        *(("2026-10-05", 5), ("2026-10-05T00:00:00+02:00", 5), ("5.10.2026", 5)),
        *(("05.10.2026", 5), ("2026-10-05T12:00:00Z", None), ("10/05/2026", None)),
        *(("2026-13-05", None), ("31.02.2026", None), (20261005, None), ("", None)),
    ],
)
def test_days(told: Any, expected: int | None) -> None:
    if expected is None:
        with pytest.raises(Unread):
            day(told)
    else:
        assert day(told) == date(2026, 10, expected)


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        *(("01:00:00", 60), ("00:15:00.0000000", 15), ("1.00:00:00", 1440)),
        *(("PT1H", 60), ("PT15M", 15), ("P1D", 1440), ("P1DT1H", 1500)),
        # To some, 24:00:00 is 24 days.
        *(("24:00:00", None), ("01:60:00", None), ("00:00:00", None), ("P", None)),
        *(("PT", None), ("99999999.00:00:00", None), ("40.00:00:00", None)),
        *((60, None), (None, None), ("", None), ("1 hour", None), ("-01:00:00", None)),
    ],
)
def test_durations(told: Any, minutes: int | None) -> None:
    expected = None if minutes is None else timedelta(minutes=minutes)
    assert duration(told) == expected


def test_flags_and_texts() -> None:
    assert (flag(True), flag(False), flag("True"), flag("false")) == (
        *(True, False, True, False),
    )
    read: Callable[[object], object]
    for read in (flag, text):
        for told in (None, 1, 0, "", " ", [], {}):
            with pytest.raises(Unread):
                read(told)


def test_words_whatever_their_case() -> None:
    read = word_of({"pricecurve": "PriceCurve"})
    assert [read(each) for each in ("PRICE_CURVE", "priceCurve", "Weather")] == [
        *("PriceCurve", "PriceCurve", "Weather"),
    ]


def test_members_whatever_their_case() -> None:
    row = Row({"Is_Eligible": 1, "a": 1, "A": 1, "b": 1, "B": 2})
    assert (row.get("isEligible"), row.get("a"), row.get("none")) == (1, 1, None)
    assert row.others(frozenset({"a", "b"})) == {"iseligible": 1}
    with pytest.raises(Unread):
        row.get("b")
    for told in (None, [], "text", 1):
        with pytest.raises(Unread):
            Row(told)
