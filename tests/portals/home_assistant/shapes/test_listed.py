"""Items of lists."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from custom_components.energy_portals.portals import UnexpectedResponse
from custom_components.energy_portals.portals.home_assistant.shapes.listed import (
    Keys,
    told_list,
)
from custom_components.energy_portals.portals.home_assistant.shapes.switching import (
    Told,
)

KEYS: Final = Keys("start", "price", "end")
NOON: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
ITEM: Final = {"start": NOON, "end": NOON.replace(hour=13), "price": 0.25}


def test_item() -> None:
    """Of whatever else there is, nothing."""
    told = Told(NOON, NOON.replace(hour=13), 0.25)
    assert told_list([{**ITEM, "rank": 3}], KEYS, "x") == [told]
    # Some slots start a second late.
    late = {**ITEM, "start": NOON.replace(second=1)}
    assert told_list([late], KEYS, "x") == [told]


@pytest.mark.parametrize("value", [None, "unknown", float("nan")])
def test_absent_price(value: object) -> None:
    """Its time counts, so that nothing is stretched over it."""
    assert told_list([{**ITEM, "price": value}], KEYS, "x")[0].value is None


@pytest.mark.parametrize("end", [None, "", "soon", 5])
def test_absent_end(end: object) -> None:
    """It is found out later."""
    assert told_list([{**ITEM, "end": end}], KEYS, "x")[0].end is None


@pytest.mark.parametrize(
    "item",
    [
        {"start": NOON, "cost": 1},
        {"hour": NOON, "price": 1},
        {"start": "today", "price": 1},
        {"start": NOON, "price": {"amount": 1}},
        {"start": NOON, "price": True},
        {"start": NOON, "price": [1]},
        [NOON, 1],
        0.5,
    ],
)
def test_others_are_refused(item: object) -> None:
    """Unless some are as they should be; what they lack is named."""
    with pytest.raises(UnexpectedResponse, match="items of start, end, price"):
        told_list([item], KEYS, "x")
    assert len(told_list([item, ITEM], KEYS, "x")) == 1


def test_apologies_are_nothing() -> None:
    """A list of them says that there is nothing."""
    items = [None, {"error": "later"}, {"message": "later"}]
    assert told_list(items, KEYS, "x") == []
    assert told_list([], KEYS, "x") == []


def test_value_that_lies_deeper() -> None:
    """Is found by its path."""
    keys = Keys("start", "price.amount")
    (told,) = told_list([{"start": NOON, "price": {"amount": 3}}], keys, "x")
    assert told.value == 3
    with pytest.raises(UnexpectedResponse):
        told_list([{"start": NOON, "price": 3}], keys, "x")


@pytest.mark.parametrize(
    ("length", "minutes"), [(30, 30), ("5", 5), (0, None), (-5, None), ("long", None)]
)
def test_length(length: object, minutes: int | None) -> None:
    """Counts where no end is said."""
    keys = Keys("start", "price", "end", "duration")
    item = {"start": NOON, "price": 1, "duration": length}
    (told,) = told_list([item], keys, "x")
    assert told.end == (minutes and NOON + timedelta(minutes=minutes))
    (told,) = told_list([{**ITEM, "duration": length}], keys, "x")
    assert told.end == ITEM["end"]
    wall = {**item, "start": "2026-11-29T12:00:00"}
    assert told_list([wall], keys, "x")[0].end is None
