"""Digiwatt's values: what cannot be true, months, times and windows."""

from collections import Counter
from datetime import UTC, datetime, timedelta
import math
from typing import Any

import pytest

from custom_components.energy_portals.portals.digiwatt import reads
from custom_components.energy_portals.portals.digiwatt.models import PowerRow
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from tests.portals.digiwatt.bodies import AT0, AT1, T0, T1, body_of, place, read

GOOD = {"timestamp": T0, "value": 2}


@pytest.mark.parametrize("value", [-1, "-0.5", "NaN", "inf", "-Infinity", "1e999"])
@pytest.mark.parametrize(
    ("key", "path", "name"),
    [
        ("realtime", "", "realtime"),
        ("latest", "consumption.0", "value"),
        ("consumption", "consumption.0", "total"),
        ("consumption", "consumption.0.appliances", "fridge"),
        ("totals", "", "total"),
        ("totals", "", "previous_total"),
        ("totals", "appliances.0", "value"),
        ("performance", "", "min"),
        ("performance", "", "max"),
        ("performance", "", "user"),
        ("habits", "habits.0", "value"),
        ("trend", "trend.0", "F3"),
        ("distribution", "months.0.appliances", "fridge"),
        ("saving", "", "consumption"),
        ("saving", "", "saving"),
        ("greenness", "", "percentage"),
        ("greenness", "windows.0", "percentage"),
    ],
)
def test_a_value_that_cannot_be_true_is_missing_and_counted(
    key: str, path: str, name: str, value: Any
) -> None:
    refused: Counter[str] = Counter()
    body, without = body_of(key), body_of(key)
    place(body, path)[name] = value
    place(without, path)[name] = None
    assert read(key, body, refused) == read(key, without)
    # What a map holds is counted by what it is, not by the name it is held under.
    counted = "value" if name == "fridge" else name
    assert refused == {f"{key}.{counted}": 1}


@pytest.mark.parametrize(
    ("key", "data", "counted"),
    [
        ("greenness", {"percentage": 100.5}, "greenness.percentage"),
        (
            "greenness",
            [{"start": T0, "stop": T1, "percentage": 101}],
            "greenness.percentage",
        ),
        ("habits", [{"hour": 25, "value": 1}], "habits.hour"),
        ("habits", [{"hour": 2.5, "value": 1}], "habits.hour"),
        ("habits", [{"hour": -1, "value": 1}], "habits.hour"),
        ("totals", {"total": 1, "variation": "nan"}, "totals.variation"),
        ("latest", [GOOD, {"timestamp": 1e20, "value": 1}], "latest.timestamp"),
        (
            "latest",
            [GOOD, {"timestamp": "2026-03-29T02:30", "value": 1}],
            "latest.timestamp",
        ),
        ("realtime", {"realtime": 1, "timestamp": -1e20}, "realtime.timestamp"),
    ],
)
def test_more_that_cannot_be_true(key: str, data: Any, counted: str) -> None:
    refused: Counter[str] = Counter()
    read(key, data, refused)
    assert refused.keys() == {counted}


def test_rows_of_which_no_time_can_be_true_are_no_empty_list() -> None:
    for text in ("1e20", "2026-03-29T02:30", "soon"):
        with pytest.raises(UnexpectedResponse):
            read("latest", [{"timestamp": text, "value": 1}])


def test_a_change_too_large_to_count_is_not_known() -> None:
    totals = read("totals", {"total": 5000, "previous_total": 5e-324})
    assert totals.variation is None or math.isfinite(totals.variation)


# Months


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-01", "2026-01"),
        ("2026-01-31", "2026-01"),
        ("2026-01-01T00:00:00", "2026-01"),
        ("2026-01-01T00:00:00+01:00", "2026-01"),
        # The first midnight of a month, as a server that thinks in UTC writes it.
        ("2025-12-31T23:00:00Z", "2026-01"),
        ("2026-06-30T22:00:00.000Z", "2026-07"),
        ("2026-06-30T21:59:59Z", "2026-06"),
    ],
)
def test_months(text: str, month: str) -> None:
    (found,) = read("trend", [{"month": text, "F1": 1}])
    assert found.month == month


def test_months_are_in_order_and_of_two_that_differ_none_holds() -> None:
    refused: Counter[str] = Counter()
    rows = [("2026-02", 1), ("2025-12", 2), ("2026-01", 3), ("2025-12", 4)]
    rows += [("2026-02", 1)]
    found = read("trend", [{"month": month, "F1": wh} for month, wh in rows], refused)
    assert [(month.month, month.split["F1"]) for month in found] == [
        ("2025-12", None),
        ("2026-01", 3),
        ("2026-02", 1),
    ]
    assert refused.total() == 1


# Times


def rows_of(texts: list[str]) -> list[datetime]:
    rows = read("latest", [{"timestamp": text, "value": 1} for text in texts])
    return [row.time for row in rows]


def naive(minutes: int, start: int, count: int) -> list[str]:
    """Return wall clock times of the night of the autumn change."""
    first = datetime(2026, 10, 24, 22, tzinfo=UTC)
    times = [
        first + timedelta(minutes=minutes * n) for n in range(start, start + count)
    ]
    return [time.astimezone(reads.ZONE).strftime("%Y-%m-%dT%H:%M") for time in times]


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize("key", ["latest", "consumption"])
def test_the_repeated_hour_without_offsets(key: str, minutes: int) -> None:
    texts = naive(minutes, 0, 6 * 60 // minutes)
    data = [{"timestamp": text, "value": n} for n, text in enumerate(texts)]
    rows = read(key, data)
    assert [row.time - rows[0].time for row in rows] == [
        timedelta(minutes=minutes * n) for n in range(len(texts))
    ]
    assert [row.total for row in rows] == list(range(len(texts)))


def test_a_day_without_offsets_has_as_many_rows_as_it_is_long() -> None:
    assert len(rows_of(naive(15, 0, 100))) == 100
    spring = [f"2026-03-29T{n // 60:02}:{n % 60:02}" for n in range(0, 1440, 15)]
    refused: Counter[str] = Counter()
    data = [{"timestamp": text, "value": 1} for text in spring]
    assert len(read("latest", data, refused)) == 92
    assert refused == {"latest.timestamp": 4}


def test_rows_with_offsets_may_come_in_any_order() -> None:
    texts = [
        f"2026-10-25T02:{minute}:00+0{hours}:00"
        for hours in (1, 2)
        for minute in (15, 45)
    ]
    assert rows_of(texts) == sorted(rows_of(texts)) == sorted(rows_of(texts[::-1]))
    assert len(rows_of(texts)) == 4


def test_of_two_rows_at_one_time_none_holds() -> None:
    refused: Counter[str] = Counter()
    rows = [{"timestamp": T1, "value": 1}, {"timestamp": T0, "value": 2}]
    again = {"timestamp": "2026-01-15T03:15:00Z", "value": 3}
    assert read("latest", [*rows, again], refused) == (
        PowerRow(AT0, 2),
        PowerRow(AT1, None),
    )
    assert refused == {"latest.two_rows_of_one_time": 1}
    assert read("latest", [*rows, {**again, "value": 1}]) == (
        PowerRow(AT0, 2),
        PowerRow(AT1, 1),
    )


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-01-15T22:30:00Z", 23),
        ("2026-07-15T22:30:00Z", 0),
        ("2026-10-25T02:30:00", 2),
        ("2026-07-15T05:00:00", 5),
    ],
)
def test_the_hour_of_a_time_is_the_local_one(text: str, hour: int) -> None:
    assert read("habits", [{"timestamp": text, "value": 1}]) == {hour: 1}


# Windows


def windows(
    *ends: tuple[str, str], refused: Counter[str] | None = None
) -> list[tuple[str, str, float | None]]:
    outlook = read(
        "greenness",
        [
            {"start": start, "stop": stop, "percentage": 40 + 10 * n}
            for n, (start, stop) in enumerate(ends)
        ],
        refused,
    )
    return [
        (f"{slot.start:%d %H:%M}", f"{slot.end:%d %H:%M}", slot.value)
        for slot in outlook.windows
    ]


def day(hour: str) -> str:
    return f"2026-06-15T{hour}:00Z"


def test_windows_out_of_order() -> None:
    assert windows((day("12:00"), day("13:00")), (day("08:00"), day("10:00"))) == [
        ("15 08:00", "15 10:00", 50),
        ("15 12:00", "15 13:00", 40),
    ]


def test_windows_that_overlap_are_one() -> None:
    assert windows(
        (day("08:00"), day("10:00")),
        (day("09:00"), day("11:00")),
        (day("11:00"), day("12:00")),
    ) == [("15 08:00", "15 11:00", None), ("15 11:00", "15 12:00", 60)]


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (day("10:00"), day("10:00")),
        (day("10:00"), day("09:00")),
        (None, day("10:00")),
        (day("10:00"), None),
        ("2026-03-29T02:30:00", "2026-03-29T04:00:00"),
    ],
    ids=["no length", "reversed", "no start", "no stop", "missing hour"],
)
def test_a_window_that_is_none_is_counted(start: Any, stop: Any) -> None:
    refused: Counter[str] = Counter()
    good = (day("12:00"), day("13:00"))
    found = windows((start, stop), good, refused=refused)
    assert found == [("15 12:00", "15 13:00", 50)]
    assert refused["greenness.window"] == 1


@pytest.mark.parametrize(
    ("start", "stop"),
    [("01:00", "02:30"), ("02:30", "04:00"), ("02:00", "03:00"), ("02:30", "02:15")],
)
def test_windows_without_offsets_in_the_repeated_hour(start: str, stop: str) -> None:
    """Which of the two hours is meant nothing tells."""
    refused: Counter[str] = Counter()
    night = "2026-10-25T{}:00".format
    assert windows((night(start), night(stop)), refused=refused) == []
    assert refused["greenness.window"] == 1
    summer = "2026-10-25T{}:00+02:00".format
    assert len(windows((summer("02:00"), summer("02:30")))) == 1
