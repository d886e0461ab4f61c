"""Lists of prices in any attributes."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from custom_components.energy_portals.portals.home_assistant.shapes.listed import Keys
from custom_components.energy_portals.portals.home_assistant.shapes.reading import Shape
from custom_components.energy_portals.portals.home_assistant.shapes.scanning import (
    Candidate,
    candidates,
    is_text_alone,
)

NOON: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


def hours(**members: object) -> list[dict[str, object]]:
    """Return three items with a start, and what is given."""
    return [{"start": NOON + place * HOUR, **members} for place in range(3)]


def of(shape: Shape, *attributes: str, keys: Keys | None = None) -> Candidate:
    """Return a candidate."""
    return Candidate(shape, attributes, keys)


@pytest.mark.parametrize("time", ["start", "Start", "start_time", "hour", "DateTime"])
@pytest.mark.parametrize("value", ["value", "price", "Price", "total"])
def test_names_of_items(time: str, value: str) -> None:
    """In any case."""
    items = [{time: each["start"], value: 0.1, "rank": 3} for each in hours()]
    assert candidates({"data": items}) == [
        of(Shape.LISTS, "data", keys=Keys(time, value))
    ]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            {"raw_today": hours(value=1), "raw_tomorrow": None, "today": [1, 2, 3]},
            [of(Shape.LISTS, "raw_today", "raw_tomorrow", keys=Keys("start", "value"))],
        ),
        (
            {"raw_today": [None], "raw_tomorrow": hours(value=1, end=NOON + HOUR)},
            [
                of(
                    Shape.LISTS,
                    *("raw_today", "raw_tomorrow"),
                    keys=Keys("start", "value", "end"),
                )
            ],
        ),
        (
            {"Prices": hours(price=1), "other": hours(price=1)},
            [of(Shape.LISTS, "Prices", keys=Keys("start", "price"))],
        ),
        # Of the same in two units the main one; of two values each.
        (
            {"data": hours(price_ct_per_kwh=20, price_per_kwh=0.2)},
            [of(Shape.LISTS, "data", keys=Keys("start", "price_per_kwh"))],
        ),
        (
            {"data": hours(price_ct_per_kwh=20)},
            [of(Shape.LISTS, "data", keys=Keys("start", "price_ct_per_kwh"))],
        ),
        (
            {"data": hours(PriceWithTax=0.3, PriceNoTax=0.2)},
            [
                of(Shape.LISTS, "data", keys=Keys("start", "PriceWithTax")),
                of(Shape.LISTS, "data", keys=Keys("start", "PriceNoTax")),
            ],
        ),
        (
            {"data": hours(value=0.3, price=0.3)},
            [of(Shape.LISTS, "data", keys=Keys("start", "price"))],
        ),
        (
            {str(NOON + place * HOUR): 0.1 for place in range(12)} | {"icon": "mdi:x"},
            [of(Shape.NAMES)],
        ),
        (
            {"forecast": {NOON + place * HOUR: 0.1 for place in range(3)}},
            [of(Shape.MAPPING, "forecast")],
        ),
        (
            {"rates": {"start_utc": None, "deltas_in_minutes": [], "values": []}},
            [of(Shape.STEPS, "rates")],
        ),
        (
            {"today": [0.1] * 24, "tomorrow": []},
            [of(Shape.NUMBERS, "today", "tomorrow")],
        ),
        # None of these is surely a list of prices.
        ({"today": [0.1] * 20, "tomorrow": []}, []),
        ({"today": [None] * 24, "tomorrow": []}, []),
        ({"raw_today": hours(value=1)}, []),
        ({"data": hours(price=1)[:2]}, []),
        ({"data": hours(rank=1)}, []),
        ({"data": hours(quantile=0.5)}, []),
        ({"data": hours(price="high")}, []),
        ({"data": hours(price=1, time=NOON + 9 * HOUR)}, []),
        ({"data": [{"day": "Monday", "price": 1}] * 3}, []),
        ({"data": [0.1, 0.2, 0.3]}, []),
        ({str(NOON + place * HOUR): 0.1 for place in range(11)}, []),
        ({str(NOON + place * HOUR): None for place in range(12)}, []),
        ({"forecast": {"noon": 1, "one": 2, "two": 3}}, []),
        ({}, []),
    ],
)
def test_shapes(attributes: dict[str, object], expected: list[Candidate]) -> None:
    """The first that fits, in their order."""
    assert candidates(attributes) == expected


def test_text_that_is_no_list() -> None:
    """A template's list with objects in it is text that nobody can read."""
    text = "[{'start': datetime.datetime(2026, 11, 29, 12, 0), 'price': 0.1}]"
    assert is_text_alone({"prices": text})
    assert not is_text_alone(
        {"prices": '[{"price": 1}]', "icon": "mdi:x", "x": '{"a":1}'}
    )
