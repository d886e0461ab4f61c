"""A price series as plain data, and whatever else a store may hold."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.prices import (
    Price,
    PriceSeries,
    Tax,
)
from custom_components.energy_portals.portals.model.series import Series, Slot

START = datetime(2026, 10, 24, 22, tzinfo=UTC)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
LENGTHS = st.timedeltas(timedelta(microseconds=1), timedelta(days=400))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["currency", "tax", "slots"]) | st.text(), inner, max_size=5
        )
    ),
    max_leaves=12,
)
STORED: dict[str, Any] = PriceSeries(
    "NOK",
    Tax.INCLUDED,
    Series(
        (
            Slot(START, START + timedelta(hours=1), Price(1.5)),
            Slot(
                START + timedelta(hours=1),
                START + timedelta(hours=2),
                Price(-0.5, True, (("energy", -0.625), ("tax", 0.125))),
            ),
        )
    ),
).as_dict()


@st.composite
def serieses(draw: st.DrawFn) -> PriceSeries:
    slots = []
    start = START + draw(st.timedeltas(timedelta(), timedelta(days=9999)))
    for length in draw(st.lists(LENGTHS, max_size=4)):
        components = tuple(draw(st.lists(st.tuples(st.text(), FLOATS), max_size=2)))
        price = Price(draw(FLOATS), draw(st.booleans()), components)
        slots.append(Slot(start, start + length, price))
        start += length
    currency = draw(st.sampled_from(["NOK", "EUR"]))
    return PriceSeries(currency, draw(st.sampled_from(Tax)), Series(tuple(slots)))


@given(serieses())
def test_what_is_stored_comes_back(series: PriceSeries) -> None:
    again = PriceSeries.from_dict(json.loads(json.dumps(series.as_dict())))
    assert again == series
    assert repr(again.slots.slots) == repr(series.slots.slots)


def test_whole_numbers_come_back_as_floats() -> None:
    data = deepcopy(STORED)
    data["slots"][0][3][0] = 2
    (first, _) = PriceSeries.from_dict(data).slots
    assert repr(first.value.value) == "2.0"


@given(JSON)
def test_any_other_json_is_refused(data: Any) -> None:
    with pytest.raises(ValueError):
        PriceSeries.from_dict(data)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths to everything inside."""
    inner: Any = ()
    if isinstance(data, dict):
        inner = data.items()
    elif isinstance(data, list):
        inner = enumerate(data)
    return [
        found
        for key, value in inner
        for found in ((*path, key), *places(value, (*path, key)))
    ]


@given(st.sampled_from(places(STORED)), JSON)
def test_a_series_damaged_anywhere_is_refused_or_read(
    path: tuple[Any, ...], damage: Any
) -> None:
    data = deepcopy(STORED)
    inner: Any = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = damage
    try:
        series = PriceSeries.from_dict(data)
    except ValueError:
        return
    assert PriceSeries.from_dict(series.as_dict()) == series


HUGE = 10**400


@pytest.mark.parametrize(
    ("path", "damage"),
    [
        (("currency",), None),
        (("currency",), "nok"),
        (("currency",), "NOK "),
        (("currency",), "kr"),
        (("tax",), "half"),
        (("tax",), None),
        (("tax",), []),
        (("slots",), None),
        (("slots",), {}),
        (("slots",), "[]"),
        (("slots", 0), None),
        (("slots", 0), []),
        (("slots", 0, 0), "2026-10-24T22:00:00"),
        (("slots", 0, 0), "2026-10-25T00:00:00+02:00"),
        (("slots", 0, 0), "2026-10-24T22:00:01+00:00"),
        (("slots", 0, 0), "yesterday"),
        (("slots", 0, 0), 1792879200),
        (("slots", 0, 1), 0),
        (("slots", 0, 1), -1),
        (("slots", 0, 1), 3_600_000_001),
        (("slots", 0, 1), HUGE),
        (("slots", 0, 1), 3.6e9),
        (("slots", 0, 1), None),
        (("slots", 0, 2), 0),
        (("slots", 0, 2), None),
        (("slots", 0, 3), None),
        (("slots", 0, 3, 0), None),
        (("slots", 0, 3, 0), "1.5"),
        (("slots", 0, 3, 0), True),
        (("slots", 0, 3, 0), float("nan")),
        (("slots", 0, 3, 0), float("-inf")),
        (("slots", 0, 3, 0), HUGE),
        (("slots", 1, 4), None),
        (("slots", 1, 4), ["tax"]),
        (("slots", 1, 4), ["tax", []]),
        (("slots", 1, 4), ["tax", [1.0, 2.0]]),
        (("slots", 1, 4), ["tax", [float("nan")]]),
    ],
    ids=lambda part: "huge" if part == HUGE else repr(part),
)
def test_a_malformed_part_is_refused(path: tuple[Any, ...], damage: Any) -> None:
    data = deepcopy(STORED)
    inner: Any = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = damage
    with pytest.raises(ValueError):
        PriceSeries.from_dict(data)


def test_a_missing_part_is_refused() -> None:
    for key in STORED:
        with pytest.raises(ValueError):
            PriceSeries.from_dict({k: v for k, v in STORED.items() if k != key})
