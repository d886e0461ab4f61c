"""Days and times in any form, and what is none."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.autarc.amounts import Refused
from custom_components.energy_portals.portals.autarc.days import ZONE, day, moment

WHEN = datetime(2026, 10, 20, 12, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-10-20T12:05:09Z", "2026-10-20t12:05:09z", "2026-10-20 14:05:09+02:00"),
        *("2026-10-20T12:05:09.000z", "2026-10-20T14:05:09+0200", 1792497909),
        *(1792497909000, "1792497909", "1792497909000", 1792497909.0),
    ],
)
def test_times(text: Any) -> None:
    assert moment(text) == WHEN


def test_a_time_without_an_offset_is_meant_so() -> None:
    assert moment("2026-10-20T12:05:09") == WHEN


def test_a_leap_second_is_the_next_second() -> None:
    assert moment("2016-12-31T23:59:60Z") == datetime(2017, 1, 1, tzinfo=UTC)


NO_TIMES: list[Any] = [
    *(
        "",
        "soon",
        "2026-10-20",
        "12:05",
        "2026-13-01T00:00:00Z",
        "2026-10-20T25:00:00Z",
    ),
    *("2026-W43-2T12:00", "20261020T120509Z", "0001-01-01T00:00:00Z", "1_792_497_909"),
    *("9999-12-31T00:00:00Z", 0, -1, 1e300, float("inf"), True, None, [], {}, 10**30),
]


@pytest.mark.parametrize("value", NO_TIMES)
def test_no_times(value: Any) -> None:
    with pytest.raises(Refused):
        moment(value)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-12-24", "24.12.2026", "2026-12-24T00:00:00", "2026-12-24T00:00:00Z"),
        *(
            "2026-12-23T23:00:00Z",
            "2026-12-24T10:15:00+01:00",
            "2026-12-24T00:00:00+01:00",
        ),
        *(1798066800, 1798066800000),
    ],
)
def test_days(text: Any) -> None:
    assert day(text) == date(2026, 12, 24)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "24/12/2026",
            "12/24/2026",
            "01/02/2026",
            "24.12.26",
            "2026-02-30",
            "2026-1-2",
        ),
        *("31.02.2026", "20261224", "2026", 2026, 20261224, "", "morgen", [], True),
        # It is another day for whoever reads the text than in Germany.
        "2026-12-23T23:30:00Z",
    ],
)
def test_no_days(text: Any) -> None:
    with pytest.raises(Refused):
        day(text)


@given(st.dates(date(1972, 1, 1), date(2199, 1, 1)))
def test_a_day_in_every_form(one: date) -> None:
    midnight = datetime(one.year, one.month, one.day, tzinfo=ZONE)
    seconds = int(midnight.timestamp())
    forms: list[Any] = [one.isoformat(), f"{one.day}.{one.month}.{one.year}"]
    forms += [midnight.isoformat(), midnight.astimezone(UTC).isoformat()]
    # Smaller numbers are no times.
    forms += [f"{seconds * 1000}"] if seconds >= 10**8 else []
    for form in forms:
        assert day(form) == one, form
