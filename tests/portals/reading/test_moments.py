"""Times in any form: what is one moment, what is two, and what is none."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.reading.moments import (
    Wall,
    clock_of,
    moment,
    read_time,
)
from custom_components.energy_portals.portals.reading.numbers import Mismatch, Refused
from tests.portals.anything import SCALARS

ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-15T10:00:00+01:00", "2026-01-15T09:00:00"),
        ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00"),
        ("2026-01-15T10:00:00z", "2026-01-15T10:00:00"),
        ("2026-01-15t10:00:00z", "2026-01-15T10:00:00"),
        ("2026-01-15 10:00:00.250+00:30", "2026-01-15T09:30:00.250"),
        ("20260115T100000Z", "2026-01-15T10:00:00"),
        ("2026-01-15T10:00:00", "2026-01-15T09:00:00"),
        ("2026-07-15T10:00", "2026-07-15T08:00:00"),
        ("2026-07-15", "2026-07-14T22:00:00"),
        (1768435200, "2026-01-15T00:00:00"),
        (1768435200.5, "2026-01-15T00:00:00.500"),
        (1768435200000, "2026-01-15T00:00:00"),
        (1768435200250, "2026-01-15T00:00:00.250"),
        # Both moments of the repeated hour, and the edges of it and the missing one.
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00"),
        ("2026-10-25T01:59:59", "2026-10-24T23:59:59"),
        ("2026-10-25T03:00:00", "2026-10-25T02:00:00"),
        ("2026-03-29T01:59:59", "2026-03-29T00:59:59"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00"),
        # A leap second is the start of the next.
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00"),
        ("2026-06-30T23:59:60+02:00", "2026-06-30T22:00:00"),
        # As countries write it.
        ("15.01.2026", "2026-01-14T23:00:00"),
        ("15.01.2026 10:00", "2026-01-15T09:00:00"),
        ("15.1.2026 10:00:30", "2026-01-15T09:00:30"),
        ("15/01/2026", "2026-01-14T23:00:00"),
        ("15/01/2026, 10:00", "2026-01-15T09:00:00"),
        # The same day whichever comes first.
        ("05/05/2026", "2026-05-04T22:00:00"),
    ],
)
def test_moments(value: Any, expected: str) -> None:
    found = moment(value, ROME)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "value"),
    [("1768435200", 1768435200), ("1768435200000", 1768435200000)],
)
def test_moments_as_numeric_strings(text: str, value: int) -> None:
    """A number may come as a numeric string, and a numeric time is an epoch."""
    assert moment(text, ROME) == moment(value, ROME)


@pytest.mark.parametrize(
    "value",
    [
        *(True, None, [], {}, "", "soon", "10:00", "2026-13-01", "2026-02-30"),
        *("2026-01", "1_768_435_200", "15-01-2026", "15.01.26", "1. May 2026"),
    ],
    ids=str,
)
def test_no_moments(value: Any) -> None:
    with pytest.raises(Mismatch):
        moment(value, ROME)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-29T02:00:00",
        "2026-03-29T02:59:59",
        # Two moments, and nothing that tells which.
        "2026-10-25T02:00:00",
        "2026-10-25T02:59:59",
        "25.10.2026 02:30",
        # The second of May, or the fifth of February.
        "02/05/2026",
        "12/11/2026 10:00",
        # A day in digits is no second of 1970.
        20260115,
        202601151000,
        "202601151000",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-05:00",
        "31.02.2026",
        "15/13/2026",
        "15.01.2026 25:00",
        # What portals write for "no time".
        0,
        -3600,
        "1970-01-01T00:00:00Z",
        "2999-12-31T00:00:00Z",
        1e20,
        -1e20,
        pytest.param(10**400, id="beyond every float"),
        pytest.param(-(10**400), id="below every float"),
        1.7e308,
    ],
)
def test_moments_that_cannot_be_true_or_are_two(value: Any) -> None:
    with pytest.raises(Refused):
        moment(value, ROME)


TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1))
OFFSETS = st.integers(-14 * 60, 14 * 60)


@given(TIMES, OFFSETS)
def test_an_offset_leaves_no_doubt(when: datetime, minutes: int) -> None:
    """Whatever the zone is, and whatever the clock does there at that time."""
    told = when.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert moment(told.isoformat(), ROME) == told


@given(TIMES)
def test_epochs_in_either_scale(when: datetime) -> None:
    told = when.replace(tzinfo=UTC, microsecond=0)
    assume(told > datetime(2001, 9, 10, tzinfo=UTC))
    seconds = int(told.timestamp())
    assert moment(seconds, ROME) == told == moment(seconds * 1000, ROME)
    assert moment(f"{seconds}", ROME) == told == moment(f"{seconds * 1000}", ROME)


@given(TIMES, st.sampled_from([ROME, ZoneInfo("Atlantic/Azores"), ZoneInfo("UTC")]))
@example(datetime(2026, 10, 25, 2, 30), ROME)
@example(datetime(2026, 3, 29, 2, 30), ROME)
def test_a_wall_shows_every_moment_that_it_may_mean(
    when: datetime, zone: ZoneInfo
) -> None:
    moments = Wall(when).moments(zone)
    shown = [each.astimezone(zone).replace(tzinfo=None) for each in moments]
    assert shown == [when] * len(moments)
    assert list(moments) == sorted(set(moments))
    if len(moments) == 1:
        assert Wall(when).only(zone) == moments[0]
        return
    with pytest.raises(Refused):
        Wall(when).only(zone)


@given(SCALARS, st.sampled_from([ROME, ZoneInfo("Atlantic/Azores")]))
@example("9999-12-31T23:59:59Z", ROME)
@example("0001-01-01T00:00:00Z", ZoneInfo("Atlantic/Azores"))
def test_a_moment_can_be_worked_with(value: Any, zone: ZoneInfo) -> None:
    """No sentinel date may break the arithmetic that everything does with times."""
    try:
        found = moment(value, zone)
    except Mismatch, Refused:
        return
    assert found.astimezone(zone).astimezone(UTC) == found
    assert found - timedelta(days=1) < found < found + timedelta(days=1)


def test_a_row_before_tells_the_second_of_two() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    text = "2026-10-25T02:30"
    assert moment(text, ROME, after=first) == second
    assert moment(text, ROME, after=second - timedelta(minutes=1)) == second


@pytest.mark.parametrize("hours", [-30, -3, -1, 1, 3, 30])
def test_a_row_of_another_hour_tells_nothing(hours: int) -> None:
    after = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(hours=hours)
    with pytest.raises(Refused):
        moment("2026-10-25T02:30", ROME, after=after)


@pytest.mark.parametrize(
    ("text", "is_day"),
    [
        *(("2026-01-15", True), ("15.01.2026", True), ("15/01/2026", True)),
        *(("2026-01-15T00:00", False), ("15.01.2026 00:00", False)),
    ],
)
def test_a_day_alone_is_told_from_its_midnight(text: str, is_day: bool) -> None:
    read = read_time(text)
    assert isinstance(read, Wall)
    assert (read.when.date(), read.is_day) == (date(2026, 1, 15), is_day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("10:00", time(10)), ("7:30", time(7, 30)), ("23:59:59", time(23, 59, 59))),
        (" 10:15 ", time(10, 15)),
    ],
)
def test_clocks(text: str, expected: time) -> None:
    assert clock_of(text) == expected


@pytest.mark.parametrize("text", ["", "10", "1000", "10:0", "ten", "10:00 PM", "٣:00"])
def test_no_clocks(text: str) -> None:
    with pytest.raises(Mismatch):
        clock_of(text)


@pytest.mark.parametrize("text", ["24:00", "25:00", "10:60", "10:00:60"])
def test_clocks_that_cannot_be_true(text: str) -> None:
    with pytest.raises(Refused):
        clock_of(text)
