"""Single values, as Python objects and as text."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.home_assistant.shapes.values import (
    has_member,
    is_plain,
    member,
    misfit,
    told_items,
    told_mapping,
    told_number,
    told_time,
)
from custom_components.energy_portals.portals.reading.moments import Wall

OSLO: Final = ZoneInfo("Europe/Oslo")
NOON: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-29T13:00:00+01:00", NOON),
        ("2026-11-29 13:00:00+01:00", NOON),
        ("2026-11-29T12:00:00.000000Z", NOON),
        ("2026-11-29T13:00:00.000+01:00", NOON),
        ("2026-11-29T12:00Z", NOON),
        (datetime(2026, 11, 29, 13, tzinfo=OSLO), NOON),
        ("2026-11-29T12:00:00", Wall(datetime(2026, 11, 29, 12))),
        (datetime(2026, 11, 29, 12, fold=1), Wall(datetime(2026, 11, 29, 12))),
        ("2026-11-29", None),
        ("12:00", None),
        ("1764417600", None),
        (1764417600, None),
        ("2026-11-29T25:00:00", None),
        ("2026-02-30T12:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14))), None),
        (datetime(1, 1, 1), None),
        (date(2026, 11, 29), None),
        (time(12), None),
        ("message", None),
        (None, None),
    ],
)
def test_times(value: object, moment: object) -> None:
    """In UTC where an offset is said, and as a wall has it where not."""
    told = told_time(value)
    assert told == moment
    if isinstance(told, datetime):
        assert told.tzinfo is UTC


def test_both_passes_of_a_repeated_hour() -> None:
    """Are told apart in objects."""
    passes = [datetime(2026, 10, 25, 2, 15, tzinfo=OSLO, fold=fold) for fold in (0, 1)]
    first, second = map(told_time, passes)
    assert isinstance(first, datetime)
    assert isinstance(second, datetime)
    assert second - first == timedelta(hours=1)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *((0, 0.0), (-1.5, -1.5), (Decimal("0.25"), 0.25), ("0.25", 0.25)),
        *(("-1e-3", -0.001), (" 3 ", 3.0), (True, None), ("1,5", None)),
        *(("", None), ("unknown", None), ("nan", None), ("inf", None), ("1_0", None)),
        *((float("nan"), None), (float("-inf"), None), (Decimal("sNaN"), None)),
        *((10**400, None), ("9" * 400, None), (None, None), ([1], None), ({}, None)),
    ],
)
def test_numbers(value: object, number: float | None) -> None:
    """What is finite, and never zero for what is not there."""
    assert told_number(value) == number


def test_plain_values() -> None:
    """A number, text in its place, or nothing."""
    plain = (None, 1, 1.5, Decimal(1), "unknown", float("nan"))
    assert all(map(is_plain, plain))
    assert not any(map(is_plain, (True, [], {}, NOON)))


def test_items() -> None:
    """Of lists, and of text that is one."""
    assert told_items([1, 2]) == [1, 2]
    assert told_items((1,)) == (1,)
    assert told_items('[{"a": 1}]') == [{"a": 1}]
    for other in ('{"a": 1}', "[datetime(2026, 1, 1)]", "", None, {1: 2}, [0] * 10_001):
        assert told_items(other) is None


def test_mappings() -> None:
    """Of names, and of times that are names."""
    assert told_mapping({"a": 1, 2: 3}) == {"a": 1}
    assert told_mapping({NOON: 1}) == {NOON.isoformat(): 1}
    assert told_mapping(MappingProxyType({"a": 1})) == {"a": 1}
    assert told_mapping('{"a": 1}') == {"a": 1}
    assert told_mapping("[1]") is None
    assert told_mapping([1]) is None


def test_members() -> None:
    """Also of what lies deeper."""
    item = {"price": {"amount": None}, "other": 1}
    assert member(item, "other") == 1
    assert member(item, "price.amount") is None
    assert has_member(item, "price.amount")
    assert not has_member(item, "price.currency")
    assert not has_member(item, "other.amount")
    assert not has_member(None, "other")


def test_what_does_not_fit() -> None:
    """Is told by its names and types alone."""
    error = misfit(
        "attributes",
        "prices: items of start, price",
        {"prices": [{"start": NOON, "cost": 3.5}], "x": "secret", 1: None},
    )
    assert error.detail == "prices: items of start, price"
    shape = error.skeleton
    assert isinstance(shape, dict)
    assert shape["prices"] == [{"start": "string", "cost": "number"}]
    assert "secret" not in str(shape)
    deep: object = 1
    for _ in range(2000):
        deep = [deep]
    assert misfit("attributes", "prices", deep).skeleton
