"""Rows of a series: when each is."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.rows import Times
from custom_components.energy_portals.portals.reading.said import Position
from tests.portals.reading.hourly import (
    AT0,
    HOUR,
    ROME,
    TIMES,
    TRUTH,
    VALUES,
    at,
    by_hour,
    hourly,
    none_or_refused,
    points,
    values,
)

# When a row is


@pytest.mark.parametrize(
    "row",
    [
        lambda hour: {"timestamp": at(hour)},
        lambda hour: {"TIME": at(hour)},
        lambda hour: {"start": at(hour)},
        lambda hour: {"from": at(hour), "to": at(hour + 1)},
        lambda hour: {"end": at(hour + 1)},
        lambda hour: {"start": at(hour), "end": at(hour + 1)},
        lambda hour: {"timestamp": at(hour), "end": at(hour + 1)},
        lambda hour: {"timestamp": at(hour + 1), "end": at(hour + 1)},
        lambda hour: {"timestamp": at(hour), "start": at(hour), "end": at(hour + 1)},
        lambda hour: {"timestamp": at(hour), "date": at(hour)},
        lambda hour: {"timestamp": at(hour + 1), "isEnd": True},
        lambda hour: {"timestamp": at(hour + 1), "timestampPosition": "end"},
        lambda hour: {"timestamp": at(hour), "position": "start"},
        lambda hour: {"timestamp": int((AT0 + HOUR * hour).timestamp())},
        lambda hour: {"timestamp": int((AT0 + HOUR * hour).timestamp()) * 1000},
        lambda hour: {"timestamp": f"{int((AT0 + HOUR * hour).timestamp())}"},
        lambda hour: {"timestamp": at(hour).replace("+00:00", "z")},
        lambda hour: {"timestamp": f"2026-01-15T0{hour + 1}:00"},
        lambda hour: {"timestamp": f"15.01.2026 0{hour + 1}:00"},
        lambda hour: {"timestamp": f"2026-01-15T0{hour}:00", "tz": "UTC"},
        lambda hour: {"timestamp": f"2026-01-15T0{hour}:00", "isUtc": True},
        lambda hour: {"date": "2026-01-15", "time": f"0{hour + 1}:00"},
        lambda hour: {"date": "2026-01-15", "hour": f"0{hour + 1}:00"},
        lambda hour: {"date": "15.01.2026", "time": f"{hour + 1}:00:00"},
        lambda hour: {"date": "2026-01-15T00:00:00", "hour": f"0{hour + 1}:00"},
        lambda hour: {"timestamp": at(hour), "hour": hour + 1},
        lambda hour: {"timestamp": at(hour), "year": 2026, "days": 3, "count": 24},
    ],
)
def test_times_of_rows(row: Any) -> None:
    rows = [{**row(hour), "Value": VALUES[hour]} for hour in range(4)]
    for told in (rows, rows[::-1]):
        assert by_hour(told) == TRUTH


@pytest.mark.parametrize(
    "around",
    [
        {"isEnd": True},
        {"timestampPosition": "end"},
        {"meta": {"timeConvention": "period end"}},
        {"label": "right"},
    ],
)
def test_what_a_time_stands_for_may_be_said_around(around: dict[str, Any]) -> None:
    rows = [{"timestamp": at(h + 1), "Value": VALUES[h]} for h in range(4)]
    assert by_hour(rows, around) == TRUTH
    assert by_hour(rows, times=Times(*_NAMES, ROME, Position.END)) == TRUTH
    # What is said counts before any option.
    assert by_hour(
        hourly(), {"position": "start"}, times=Times(*_NAMES, ROME, Position.END)
    ) == (TRUTH)


_NAMES = (TIMES.neutral, TIMES.start, TIMES.end)


def test_a_zone_may_be_said_around() -> None:
    rows = [{"timestamp": f"2026-01-15T0{h}:00", "Value": VALUES[h]} for h in range(4)]
    for around in ({"timeZone": "UTC"}, {"meta": {"tz": "utc"}}, {"isUtc": True}):
        assert by_hour(rows, around) == TRUTH
    shifted = {hour - 1: value for hour, value in TRUTH.items()}
    assert by_hour(rows) == shifted == by_hour(rows, {"timeZone": "Europe/Rome"})
    assert none_or_refused(rows, {"timeZone": "Mars/Base"})


@pytest.mark.parametrize(
    "members",
    [
        # Half of a time is there, and the other is not understood.
        {"date": "2026-01-15", "slot": 3},
        {"date": "2026-01-15", "period": 3},
        {"date": "2026-01-15", "hour": "three"},
        {"date": "2026-01-15", "hour": 3, "time": "04:00"},
        {"date": "2026-01-15", "hour": 2.5},
        {"date": "2026-01-15", "hour": 25},
        {"date": "2026-01-15", "time": "24:30"},
        {"date": "2026-01-15", "time": "soon"},
        {"time": "03:00"},
        # A day, which may be its sum.
        {"date": "2026-01-15"},
        # Two times that differ.
        {"timestamp": at(0), "time": at(1)},
        {"timestamp": at(5), "start": at(0), "end": at(1)},
        {"timestamp": at(0), "hour": 5},
        {"start": at(0), "from": at(1)},
        # None at all.
        {"timestamp": None},
        {"timestamp": ""},
        {"timestamp": "soon"},
        {"timestamp": True},
        {"timestamp": 20260115},
        {"timestamp": "05/01/2026 10:00"},
        {},
    ],
)
def test_a_time_that_is_not_understood_is_none(members: dict[str, Any]) -> None:
    refused: Counter[str] = Counter()
    row = {**members, "Value": 1}
    assert none_or_refused([row], refused=refused)
    assert refused
    assert by_hour([*hourly(), row]) == TRUTH


@pytest.mark.parametrize("name", ["minute", "quarter", "slot", "position", "interval"])
def test_what_parts_an_hour_is_not_passed_over(name: str) -> None:
    rows = [
        {"date": "2026-01-15", "hour": hour, name: part, "Value": 0.2}
        for hour in range(24)
        for part in (0, 15, 30, 45)
    ]
    known = {} if none_or_refused(rows) else by_hour(rows)
    # Four quarters of 0.2 kWh are no hour of 0.2 kWh.
    assert not known or len(known) == 96
    lone = {"date": "2026-01-15", "hour": 0, name: 30, "Value": 1}
    assert none_or_refused([lone]) or by_hour([lone]) == {-0.5: 1}


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("kind", [int, float, str])
def test_hours_of_days(first: int, kind: Any) -> None:
    rows = [
        {"date": f"2026-01-{day}", "hour": kind(hour + first), "Value": hour / 100}
        for day in (15, 16)
        for hour in range(24)
    ]
    known = by_hour(rows)
    assert known == {
        day * 24 + hour - 1: hour / 100 for day in range(2) for hour in range(24)
    }


def test_hours_that_could_begin_at_either_are_not_taken() -> None:
    rows = [{"date": "2026-01-15", "hour": hour, "Value": 0.1} for hour in range(5, 12)]
    assert none_or_refused(rows)
    both = [{"date": "2026-01-15", "hour": hour, "Value": 0.1} for hour in (0, 24)]
    assert none_or_refused(both)


def test_a_day_and_an_hour_apart_count_only_where_they_may() -> None:
    rows = [{"date": "2026-01-15", "hour": hour, "Value": 0.1} for hour in range(24)]
    assert none_or_refused(rows, times=Times(*_NAMES, ROME))


@pytest.mark.parametrize("minutes", [5, 15, 30, 60])
def test_intervals_of_which_only_ends_are_told(minutes: int) -> None:
    step = timedelta(minutes=minutes)
    rows = [
        {"end": (AT0 + step * (n + 1)).isoformat(), "Value": n % 3 / 10}
        for n in (0, 1, 2, 5)
    ]
    found = points(rows)
    assert [point.end for point in found if point.end] == [
        AT0 + step * (n + 1) for n in (0, 1, 2, 5)
    ]
    assert all(p.end is not None and p.end - p.start == step for p in found)


def test_how_long_an_interval_is_must_be_known() -> None:
    alone = [{"end": at(1), "Value": 0.1}]
    assert none_or_refused(alone)
    assert by_hour(alone, length=HOUR) == {0: 0.1}
    # Two hours apart: of an hour each, or of two.
    assert none_or_refused([*alone, {"end": at(3), "Value": 0.1}])


@pytest.mark.parametrize("end", [at(0), at(-1)])
def test_an_end_that_is_not_after_its_start(end: str) -> None:
    refused: Counter[str] = Counter()
    rows = [{"start": at(0), "end": end, "Value": 1}]
    assert values(rows, refused=refused) == [None]
    assert refused == {"op.end": 1}


def test_a_time_that_is_not_understood_is_counted_once() -> None:
    refused: Counter[str] = Counter()
    points([*hourly(), {"timestamp": "soon", "Value": 1}], refused=refused)
    assert refused == {"op.timestamp": 1}


# Hours that repeat, and hours that are skipped


def night(minutes: int, count: int) -> list[dict[str, Any]]:
    """Return rows through the autumn change, as a wall's clock has them."""
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    times = [start + timedelta(minutes=minutes * n) for n in range(count)]
    return [
        {"timestamp": f"{time.astimezone(ROME):%Y-%m-%dT%H:%M}", "Value": n % 7 / 10}
        for n, time in enumerate(times)
    ]


@pytest.mark.parametrize("minutes", [5, 15, 30, 60])
def test_the_order_tells_the_repeated_hour(minutes: int) -> None:
    rows = night(minutes, 6 * 60 // minutes)
    for told in (rows, rows[::-1]):
        found = points(told)
        assert len(found) == len(rows)
        assert {b.start - a.start for a, b in pairwise(found)} == {
            timedelta(minutes=minutes)
        }
        assert [point.value for point in found] == [row["Value"] for row in rows]


@given(st.sampled_from([30, 60]), st.data())
def test_some_of_the_rows_never_get_a_wrong_hour(minutes: int, data: Any) -> None:
    """Whichever are missing, and whether they go forward or back."""
    whole = night(minutes, 6 * 60 // minutes)
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    kept = data.draw(st.sets(st.integers(0, len(whole) - 1), min_size=1))
    order = sorted(kept, reverse=data.draw(st.booleans()))
    rows = [{**whole[n], "Value": n / 100} for n in order]
    try:
        found = points(rows)
    except UnexpectedResponse:
        return
    for point in found:
        if point.value is not None:
            right = start + timedelta(minutes=minutes) * round(point.value * 100)
            assert point.start == right


def test_the_repeated_hour_alone_is_refused() -> None:
    assert none_or_refused([{"timestamp": "2026-10-25T02:00", "Value": 1}])
    rows = night(60, 5)
    del rows[3]
    known = points(rows)
    assert datetime(2026, 10, 25, 0, tzinfo=UTC) not in {p.start for p in known}


def test_offsets_tell_the_repeated_hour_in_any_order() -> None:
    rows = [
        {"timestamp": f"2026-10-25T02:{m}:00+0{offset}:00", "Value": m / 100}
        for offset, m in ((1, 30), (2, 15), (1, 15), (2, 30))
    ]
    assert [point.start.hour for point in points(rows)] == [0, 0, 1, 1]


@pytest.mark.parametrize("name", ["dst", "isDst", "summerTime"])
def test_a_flag_for_summer_time_is_not_passed_over(name: str) -> None:
    rows = [
        {"timestamp": "2026-10-25T02:00", name: is_summer, "Value": value}
        for is_summer, value in ((False, 0.5), (True, 0.1))
    ]
    known = {p.start.hour: p.value for p in points(rows) if p.value is not None}
    assert known in ({}, {0: 0.1, 1: 0.5})


def test_the_hour_that_is_skipped_costs_itself() -> None:
    refused: Counter[str] = Counter()
    rows = [{"timestamp": f"2026-03-29T0{h}:00", "Value": h / 10} for h in (1, 2, 3)]
    assert values(rows, refused=refused) == [0.1, 0.3]
    assert refused["op.timestamp"] >= 1
