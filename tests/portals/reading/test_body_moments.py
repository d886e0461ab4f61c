"""Times of a body: what is taken, what is refused, and the repeated hour."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.reading.body import (
    Mismatch,
    Refused,
    moment,
)
from tests.portals.anything import SCALARS

ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-15T10:00:00+01:00", "2026-01-15T09:00:00"),
        ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00"),
        ("2026-01-15 10:00:00.250+00:30", "2026-01-15T09:30:00.250"),
        ("20260115T100000Z", "2026-01-15T10:00:00"),
        ("2026-01-15T10:00:00", "2026-01-15T09:00:00"),
        ("2026-07-15T10:00", "2026-07-15T08:00:00"),
        ("2026-07-15", "2026-07-14T22:00:00"),
        (1768435200, "2026-01-15T00:00:00"),
        (1768435200.5, "2026-01-15T00:00:00.500"),
        (1768435200000, "2026-01-15T00:00:00"),
        (1768435200250, "2026-01-15T00:00:00.250"),
        # Both moments of the repeated hour, and the edges of the missing one.
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00"),
        ("2026-10-25T03:00:00", "2026-10-25T02:00:00"),
        ("2026-03-29T01:59:59", "2026-03-29T00:59:59"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00"),
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
    [True, None, [], {}, "", "soon", "10:00", "2026-13-01", "2026-02-30", "2026-01"],
)
def test_no_moments(value: Any) -> None:
    with pytest.raises(Mismatch):
        moment(value, ROME)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-29T02:00:00",
        "2026-03-29T02:59:59",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-05:00",
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
def test_moments_that_cannot_be_true(value: Any) -> None:
    with pytest.raises(Refused):
        moment(value, ROME)


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


@given(st.sampled_from([5, 10, 15, 30, 60]), st.integers(1, 40), st.integers(1, 60))
def test_rows_without_offsets_through_the_repeated_hour(
    minutes: int, before: int, count: int
) -> None:
    step = timedelta(minutes=minutes)
    start = datetime(2026, 10, 25, tzinfo=UTC) - before * step
    times = [start + n * step for n in range(before + count)]
    last: datetime | None = None
    for time in times:
        text = time.astimezone(ROME).replace(tzinfo=None).isoformat()
        last = moment(text, ROME, after=last)
        assert last == time


@pytest.mark.parametrize("hours", [-30, -3, 3, 30])
def test_only_a_row_of_the_same_hour_makes_it_the_second(hours: int) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    after = first + timedelta(hours=hours)
    assert moment("2026-10-25T02:30", ROME, after=after) == first
