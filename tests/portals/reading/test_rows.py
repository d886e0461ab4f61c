"""Rows of a series: when each is, what it holds, and whose it is."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body
from custom_components.energy_portals.portals.reading.rows import (
    Point,
    RowReader,
    Times,
)
from custom_components.energy_portals.portals.reading.said import Position
from tests.portals.anything import ANYTHING, KEYS
from tests.portals.reading.quantity import FIELDS

ROME = ZoneInfo("Europe/Rome")
HOUR = timedelta(hours=1)
AT0 = datetime(2026, 1, 15, tzinfo=UTC)
TIMES = Times(
    ("timestamp", "time", "date"), ("start", "from"), ("end", "to"), ROME, apart=True
)
ENERGY = FIELDS["energy"]
# Of a home that comes and goes.
VALUES = [0.3, 0.2, 0.25, 0.9]


def at(hour: float) -> str:
    return (AT0 + HOUR * hour).isoformat()


def hourly(count: int = 4, **members: Any) -> list[dict[str, Any]]:
    return [
        {"timestamp": at(hour), "Value": VALUES[hour % 4], **members}
        for hour in range(count)
    ]


def points(
    rows: list[Any],
    around: dict[str, Any] | None = None,
    refused: Counter[str] | None = None,
    times: Times = TIMES,
    **options: Any,
) -> list[Point]:
    owner = Body("op", {**(around or {}), "rows": rows}, refused=refused)
    return RowReader(owner, ENERGY, times, **options).read(rows)


def values(rows: list[Any], *args: Any, **options: Any) -> list[float | None]:
    return [point.value for point in points(rows, *args, **options)]


def by_hour(rows: list[Any], *args: Any, **options: Any) -> dict[float, float]:
    """Return the numbers that are known, by hours since AT0."""
    return {
        (point.start - AT0) / HOUR: point.value
        for point in points(rows, *args, **options)
        if point.value is not None
    }


def none_or_refused(rows: list[Any], *args: Any, **options: Any) -> bool:
    """Say whether no number is taken."""
    try:
        return not by_hour(rows, *args, **options)
    except UnexpectedResponse:
        return True


TRUTH = dict(zip(map(float, range(4)), VALUES, strict=True))


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


# What a row holds


@pytest.mark.parametrize(
    "row",
    [
        lambda value: {"Value": value * 1000, "unit": "Wh"},
        lambda value: {"Value": {"value": value * 1000, "unit": "Wh"}},
        lambda value: {"value_wh": value * 1000},
        lambda value: {"kWh": value},
        lambda value: {"Wh": value * 1000, "kWh": value},
        lambda value: {"Value": f"{value}".replace(".", ",")},
        lambda value: {"Value": f"{value} kWh"},
        lambda value: {"Value": value * 1000, "multiplier": 0.001},
        lambda value: {"Value": round(value * 100), "decimals": 2},
        lambda value: {"Consumption": value, "Cost": value * 3, "Temperature": -4},
        lambda value: {"Consumption": value, "Value": 9},
        lambda value: {"Consumption": value, "Energy": value},
        lambda value: {"Value": value, "direction": "import", "quality": "ok"},
    ],
)
def test_numbers_of_rows(row: Any) -> None:
    rows = [{"timestamp": at(h), **row(VALUES[h])} for h in range(4)]
    assert by_hour(rows) == {hour: pytest.approx(v) for hour, v in TRUTH.items()}


@pytest.mark.parametrize(
    "around",
    [
        {"unit": "Wh"},
        {"meta": {"Unit": "Wh"}},
        {"multiplier": 0.001},
        {"unit": "Wh", "UnitType": "wh"},
    ],
)
def test_a_unit_may_be_said_around(around: dict[str, Any]) -> None:
    rows = [{"timestamp": at(h), "Value": VALUES[h] * 1000} for h in range(4)]
    assert by_hour(rows, around) == {h: pytest.approx(v) for h, v in TRUTH.items()}


def test_each_row_may_have_a_unit_of_its_own() -> None:
    rows = [
        {"timestamp": at(0), "Value": 500, "unit": "Wh"},
        {"timestamp": at(1), "Value": 0.5, "unit": "kWh"},
    ]
    assert by_hour(rows) == {0: 0.5, 1: 0.5}


@pytest.mark.parametrize(
    "around",
    [
        *({"unit": "Wh"}, {"unit": "horses"}, {"unit": 7}, {"cumulative": True}),
        *({"type": "register"}, {"direction": "export"}, {"typeClass": 100}),
        *({"quality": "estimated"}, {"multiplier": "many"}, {"medium": "water"}),
    ],
)
def test_what_is_said_around_may_refuse_all(around: dict[str, Any]) -> None:
    rows = hourly(unit="kWh")
    refused: Counter[str] = Counter()
    assert none_or_refused(rows, around, refused=refused)
    assert refused


@pytest.mark.parametrize(
    "members",
    [
        *({"Value": -1}, {"Value": 1001}, {"Value": "NaN"}, {"Value": 1e308}),
        *({"Value": "much"}, {"Value": True}, {"Value": [1]}, {"Value": "1_0"}),
        *({"Value": 1, "unit": "horses"}, {"Value": 1, "quality": "estimated"}),
        *({"Value": 1, "direction": "export"}, {"Value": 1, "isMissing": True}),
        *({"Value": 1, "Amount": 2}, {"Consumption": 1, "Energy": 2}),
        *(
            {"Value": 1, "Cost": 2},
            {"Value": 1, "type": "register"},
            {"Value": 1.234e5},
        ),
    ],
)
def test_a_bad_row_costs_itself_and_is_counted(members: dict[str, Any]) -> None:
    refused: Counter[str] = Counter()
    row = {"timestamp": at(9), **members}
    assert by_hour([*hourly(), row], refused=refused) == TRUTH
    assert refused.total() >= 1
    assert none_or_refused([row, {**row, "timestamp": at(10)}])


@pytest.mark.parametrize("row", [None, 5, "x", [], {}, {"x": 1}, {"Value": 1}])
def test_what_is_no_row_costs_itself(row: Any) -> None:
    assert by_hour([*hourly(), row]) == TRUTH


def test_rows_of_which_none_can_be_read_are_no_empty_list() -> None:
    assert points([]) == []
    for row in (None, 5, {}, {"timestamp": "soon", "Value": 1}):
        with pytest.raises(UnexpectedResponse):
            points([row, row])
    for bad in ({"Value": "much"}, {"Value": -1}, {"Value": 1, "unit": "horses"}):
        with pytest.raises(UnexpectedResponse):
            points([{"timestamp": at(h), **bad} for h in range(3)])


def test_nulls_are_times_without_a_number() -> None:
    refused: Counter[str] = Counter()
    rows = [{"timestamp": at(h), "Value": None} for h in range(3)]
    assert values(rows, refused=refused) == [None] * 3
    assert not refused
    assert values([{**rows[0], "Consumption": None, "Value": 3}]) == [None]


def test_preliminary_points_say_so() -> None:
    [one, two] = points([{**hourly(1)[0], "isPreliminary": True}, hourly(2)[1]])
    assert (one.is_preliminary, two.is_preliminary) == (True, False)
    assert all(p.is_preliminary for p in points(hourly(), {"status": "preliminary"}))


# Two rows of one time


@given(st.permutations(range(5)))
def test_two_rows_of_one_time_are_none_in_any_order(order: list[int]) -> None:
    rows = [*hourly(), {"timestamp": at(1), "Value": 9}]
    refused: Counter[str] = Counter()
    known = by_hour([rows[n] for n in order], refused=refused)
    assert known == {hour: value for hour, value in TRUTH.items() if hour != 1}
    assert refused == {"op.two rows of one time": 1}


def test_a_row_that_is_told_twice_is_one() -> None:
    refused: Counter[str] = Counter()
    again = {"timestamp": "2026-01-15T02:00:00+01:00", "Value": VALUES[1]}
    assert by_hour([*hourly(), again, hourly()[0]], refused=refused) == TRUTH
    assert not refused


@pytest.mark.parametrize(
    "summary",
    [
        {"start": at(0), "end": at(24)},
        {"start": at(1), "end": at(3)},
        {"start": at(-24), "end": at(1)},
        {"start": at(0), "end": at(4), "type": "total"},
    ],
)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_rows_that_reach_over_others_are_never_one_of_them(
    summary: dict[str, Any], place: int
) -> None:
    rows: list[dict[str, Any]] = [
        {"start": at(h), "end": at(h + 1), "Value": VALUES[h]} for h in range(4)
    ]
    rows.insert(place, {**summary, "Value": 20})
    known = by_hour(rows)
    assert known.items() <= TRUTH.items()
    assert len(known) >= 3


@pytest.mark.parametrize(
    "members",
    [
        *({"isTotal": True}, {"type": "total"}, {"kind": "Sum"}, {"isSummary": True}),
        *({"rowType": "average"}, {"name": "Total"}, {"label": "Sum"}),
    ],
)
@pytest.mark.parametrize("place", [0, 4])
def test_a_summary_among_the_rows_is_none_of_them(
    members: dict[str, Any], place: int
) -> None:
    rows = hourly()
    rows.insert(place, {"timestamp": at(0), "Value": 20, **members})
    known = by_hour(rows)
    assert known.items() <= TRUTH.items()
    assert len(known) >= 3


# Whose a row is


PARTS = ["appliance", "device", "deviceId", "register_id", "phase", "room", "channel"]


@pytest.mark.parametrize("name", PARTS)
def test_rows_of_parts_are_not_the_whole(name: str) -> None:
    parts = [*hourly(**{name: "a"}), *hourly(**{name: "b"})]
    refused: Counter[str] = Counter()
    assert none_or_refused(parts, refused=refused)
    assert none_or_refused(hourly(**{name: "a"}))
    assert refused
    # Beside the whole they are known to be parts.
    for whole in ("total", "Home", None, ""):
        assert by_hour([*hourly(**{name: whole}), *hourly(3, **{name: "a"})]) == TRUTH
    assert by_hour([*hourly(), *hourly(3, **{name: "a"})]) == TRUTH


@pytest.mark.parametrize("name", PARTS)
def test_rows_of_a_part_may_be_wanted(name: str) -> None:
    assert by_hour(hourly(**{name: "a"}), is_part=True) == TRUTH


@pytest.mark.parametrize("name", ["tariff", "band", "fascia", "tariffName"])
def test_rows_of_bands_are_not_the_whole(name: str) -> None:
    one = hourly(**{name: "F1"})
    assert none_or_refused(one)
    for count in (4, 3, 1):
        other = hourly(count, **{name: "F2"})
        for row in other:
            row["Value"] = 0.05
        # Where hours are told in two parts, one that is told once is a part as well.
        assert none_or_refused([*one, *other])
    # An hour that has a band is whole.
    rows = hourly()
    for row, band in zip(rows, ("F3", "F1", "F2", "F1"), strict=True):
        row[name] = band
    assert by_hour(rows) == TRUTH


WHICH = ["meterId", "meterNo", "contract", "pod", "siteId", "version", "area"]


@pytest.mark.parametrize("name", WHICH)
@pytest.mark.parametrize("count", [4, 3, 1])
def test_two_series_in_one_list_are_none(name: str, count: int) -> None:
    other = [{**row, "Value": 7} for row in hourly(count)]
    for row in other:
        row[name] = "b"
    refused: Counter[str] = Counter()
    assert none_or_refused([*hourly(**{name: "a"}), *other], refused=refused)
    assert refused


@pytest.mark.parametrize("name", WHICH)
def test_which_is_asked_for_is_taken(name: str) -> None:
    other = [{**row, name: "b", "Value": 7} for row in hourly(6)]
    asked = {name.casefold(): "A"}
    refused: Counter[str] = Counter()
    known = by_hour([*hourly(**{name: "a"}), *other], asked=asked, refused=refused)
    assert known == TRUTH
    assert refused == {"op.row of another": 6}
    assert none_or_refused(other, asked=asked)
    assert by_hour(hourly(), asked=asked) == TRUTH


@pytest.mark.parametrize("name", ["area", "region", "zone", "priceArea"])
def test_an_area_by_any_name(name: str) -> None:
    other = [{**row, name: "NO2", "Value": 7} for row in hourly()]
    asked = {"area": "NO1"}
    assert by_hour([*hourly(**{name: "no1"}), *other], asked=asked) == TRUTH
    assert none_or_refused(other, asked=asked)


# Registers


def rising(count: int, step: float = 0.3, minutes: int = 60) -> list[dict[str, Any]]:
    return [
        {
            "timestamp": (AT0 + timedelta(minutes=minutes * n)).isoformat(),
            "Value": 500 + n * step,
        }
        for n in range(count)
    ]


@pytest.mark.parametrize("minutes", [15, 60])
def test_a_register_that_nobody_calls_one_is_no_amount(minutes: int) -> None:
    refused: Counter[str] = Counter()
    rows = rising(24 * 60 // minutes, minutes=minutes)
    assert none_or_refused(rows, amounts=True, refused=refused)
    assert refused == {"op.a register instead of amounts": 1}
    assert len(by_hour(rows)) == len(rows)


def test_a_register_that_stands_still_at_times_is_one() -> None:
    rows = rising(24)
    for row in rows[8:14]:
        row["Value"] = rows[8]["Value"]
    assert none_or_refused(rows, amounts=True)


def test_a_home_is_no_register() -> None:
    for amounts in (
        [0.3, 0.2, 0.25, 0.9] * 6,
        [n / 10 for n in range(11)] * 2,
        [0.0] * 24,
        [0.4] * 24,
        [0.1] * 20 + [0.2, 0.3, 0.4, 0.5],
    ):
        rows = [{"timestamp": at(h), "Value": v} for h, v in enumerate(amounts)]
        assert values(rows, amounts=True) == amounts


# Anything


@settings(max_examples=300)
@given(
    st.lists(st.one_of(ANYTHING, st.dictionaries(KEYS, ANYTHING)), max_size=3),
    st.dictionaries(KEYS, ANYTHING, max_size=2),
    st.booleans(),
)
def test_anything(more: list[Any], around: dict[str, Any], amounts: bool) -> None:
    """Rows are in order and apart, whatever stands among them."""
    try:
        found = points([*hourly(), *more], around, amounts=amounts)
    except UnexpectedResponse:
        return
    starts = [point.start for point in found]
    assert starts == sorted(set(starts))
    for point, later in pairwise(found):
        assert point.end is None or point.start < point.end <= later.start
    assert all(p.value is None or 0 <= p.value <= 1000 for p in found)
