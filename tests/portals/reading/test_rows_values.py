"""Rows of a series: what each holds, and whose it is."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from tests.portals.anything import ANYTHING, KEYS
from tests.portals.reading.hourly import (
    AT0,
    TRUTH,
    VALUES,
    at,
    by_hour,
    hourly,
    none_or_refused,
    points,
    values,
)

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
    # One that has no number yet says nothing of the others.
    null, bad = {"timestamp": at(0), "Value": None}, {"timestamp": at(1), "Value": "x"}
    assert values([null]) == [None]
    with pytest.raises(UnexpectedResponse):
        points([null, bad])


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
    assert refused == {"op.two_rows_of_one_time": 1}


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


@pytest.mark.parametrize(
    "members", [{"isTotal": True}, {"type": "total"}, {"kind": "Sum"}, {"total": True}]
)
def test_a_summary_at_a_time_of_its_own_is_no_row(members: dict[str, Any]) -> None:
    refused: Counter[str] = Counter()
    summary = {"timestamp": at(9), "Value": 20, **members}
    assert by_hour([summary, *hourly()], refused=refused) == TRUTH
    assert refused == {"op.row_that_sums_up": 1}


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
    assert refused == {"op.row_of_another": 6}
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
    assert refused == {"op.a_register_instead_of_amounts": 1}
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
