"""Series in all their forms: which list, where a slot ends, in which unit."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from custom_components.energy_portals.portals.esmart import reads
from custom_components.energy_portals.portals.esmart.models import (
    Reading,
    Readings,
    Resolution,
)
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body

AT0 = datetime(2026, 1, 15, 10, tzinfo=UTC)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def points(
    step: timedelta = HOUR, count: int = 3, start: datetime = AT0
) -> list[dict[str, Any]]:
    return [
        {"ValueTime": (start + step * place).isoformat(), "Value": place / 10}
        for place in range(count)
    ]


def consumption(
    body: Any,
    resolution: Resolution = Resolution.HOUR,
    refused: Counter[str] | None = None,
) -> Readings:
    shape = Body("consumption", body, refused=refused)
    return reads.consumption(resolution)(shape)


def prices(body: Any, default: str = "NOK/kWh") -> Any:
    return reads.prices(default)(Body("spotprices", body))


def spans(readings: Any) -> list[tuple[datetime, datetime]]:
    return [(slot.start, slot.end) for slot in readings.slots]


# Which list


@pytest.mark.parametrize(
    "form",
    [
        lambda rows: rows,
        lambda rows: {"Values": rows},
        lambda rows: {"points": rows, "Weather": {"Values": []}},
        lambda rows: [{"Values": rows}],
        lambda rows: [{"ConsumptionUnitType": 1, "Values": rows}],
        lambda rows: [
            {"ConsumptionUnitType": 2, "Values": []},
            {"ConsumptionUnitType": 1, "Values": rows},
        ],
        lambda rows: {"HourlyConsumption": rows, "Name": "s", "Count": 3},
        lambda rows: [None, *rows, None],
        lambda rows: rows[::-1],
        lambda rows: [*rows, rows[0]],
    ],
    ids=[
        *("list", "object", "points", "one", "only", "chosen", "single", "nulls"),
        *("descending", "twice"),
    ],
)
def test_the_forms_of_a_series(form: Any) -> None:
    found = consumption(form(points()))
    assert spans(found) == [(AT0 + HOUR * n, AT0 + HOUR * (n + 1)) for n in range(3)]
    assert [slot.value for slot in found.slots] == [Reading(n / 10) for n in range(3)]


@pytest.mark.parametrize(
    "body",
    [
        [{"Values": points()}, {"Values": points()}],
        [{"ConsumptionUnitType": 1, "Values": []}] * 2,
        [{"ConsumptionUnitType": 2, "Values": []}, {"Name": "s"}],
        {"A": points(), "B": points()},
        {"Whatever": points()},
        {"WaterMeters": points()},
        [{"ConsumptionUnitType": 9, "Values": points()}],
        [None],
        {"A": []},
        {"A": [{"Value": 1}]},
        {"Values": "s"},
        {},
        None,
        [{"ValueTime": "2026-01-15T10:00:00"}],
        [{"Value": 1}],
        [{"ValueTime": "yesterday", "Value": 1}],
        [{"ValueTime": "2026-01-15T10:00:00", "Value": "much"}],
        [{"ValueTime": "2026-01-15T10:00:00", "Value": True}],
    ],
)
def test_what_is_no_series(body: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        consumption(body)
    with pytest.raises(UnexpectedResponse):
        prices(body)


@pytest.mark.parametrize("body", [[], {"Values": []}, {"Values": None}])
def test_no_data_is_no_error(body: Any) -> None:
    assert len(consumption(body).slots) == 0
    assert len(prices(body).slots) == 0


def test_what_a_point_may_lack() -> None:
    refused: Counter[str] = Counter()
    rows = [
        {"ValueTime": "", "Value": 1},
        {"ValueTime": None, "Value": 1},
        {"ValueTime": "0001-01-01T00:00:00", "Value": 1},
        {"ValueTime": "2026-01-15T10:00:00", "Value": None, "Status": None},
        {"ValueTime": "2026-01-15T11:00:00", "Value": "1.5", "Status": 4001},
        {"ValueTime": "2026-01-15T12:00:00", "Value": -1},
        {"ValueTime": "2026-01-15T13:00:00", "Value": "NaN"},
    ]
    found = consumption(rows, refused=refused)
    assert [slot.value for slot in found.slots] == [
        Reading(None),
        Reading(1.5, 4001),
        Reading(None),
        Reading(None),
    ]
    assert refused == {"consumption.ValueTime": 3, "consumption.Consumption": 2}


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-15T10:00:00", "2026-01-15T10:00:00Z", "2026-01-15T11:00:00+01:00"),
        *("2026-01-15T10:00:00.0000009+00:00", "2026-01-15T10:00:00.0000000"),
    ],
)
def test_times(text: str) -> None:
    [slot] = consumption([{"ValueTime": text, "Value": 1}]).slots
    assert slot.start == AT0 and slot.start.tzinfo is UTC


# Where a slot ends


@pytest.mark.parametrize(
    ("resolution", "starts", "end"),
    [
        # Oslo, winter and summer time, and the days between them.
        (Resolution.DAY, ["2026-01-14T23:00", "2026-01-15T23:00"], "2026-01-16T23:00"),
        (Resolution.DAY, ["2026-03-28T23:00", "2026-03-29T22:00"], "2026-03-30T22:00"),
        (Resolution.DAY, ["2026-10-23T22:00", "2026-10-24T22:00"], "2026-10-25T23:00"),
        (
            Resolution.MONTH,
            ["2026-02-28T23:00", "2026-03-31T22:00"],
            "2026-04-30T22:00",
        ),
        (Resolution.MONTH, ["2026-11-30T23:00"], "2026-12-31T23:00"),
        (Resolution.YEAR, ["2024-12-31T23:00"], "2025-12-31T23:00"),
        (Resolution.HOUR, ["2026-10-25T00:00", "2026-10-25T01:00"], "2026-10-25T02:00"),
    ],
)
def test_ends_of_a_resolution(
    resolution: Resolution, starts: list[str], end: str
) -> None:
    found = consumption(
        [{"ValueTime": start, "Value": 1} for start in starts], resolution
    )
    assert [slot.start for slot in found.slots] == [*map(utc, starts)]
    assert [slot.end for slot in found.slots] == [*map(utc, starts[1:]), utc(end)]


def test_a_missing_day_stays_missing() -> None:
    starts = ["2026-01-14T23:00", "2026-01-16T23:00", "2026-01-17T23:00"]
    rows = [{"ValueTime": start, "Value": 1} for start in starts]
    first, second, _ = consumption(rows, Resolution.DAY).slots
    assert first.end == utc("2026-01-15T23:00") < second.start


def test_the_end_that_is_said_holds() -> None:
    rows = points(count=1)
    rows[0]["EndTime"] = (AT0 + QUARTER).isoformat()
    for found in (consumption(rows), consumption(rows, Resolution.DAY), prices(rows)):
        assert spans(found) == [(AT0, AT0 + QUARTER)]


def test_an_end_before_its_start_is_refused() -> None:
    refused: Counter[str] = Counter()
    rows = points(count=1)
    rows[0]["ToTime"] = (AT0 - HOUR).isoformat()
    [slot] = consumption(rows, refused=refused).slots
    assert slot.value.value is None
    assert refused == {"consumption.EndTime": 1}


def test_a_time_that_is_its_end_as_well_is_the_end() -> None:
    rows = points(count=1)
    rows[0]["ToTime"] = AT0.isoformat()
    assert spans(consumption(rows)) == [(AT0 - HOUR, AT0)]


@pytest.mark.parametrize("name", ["Resolution", "ConsumptionTimeseriesResolution"])
def test_the_resolution_that_is_said_holds(name: str) -> None:
    rows = points(count=1, start=utc("2026-01-14T23:00"))
    for said, hours in ((20, 24), (7, 1), (0, 1), (99, 1), (None, 1), ("s", 1)):
        [slot] = consumption({"Values": rows, name: said}).slots
        assert slot.end - slot.start == timedelta(hours=hours)


def test_finer_than_asked_for() -> None:
    found = consumption(points(QUARTER, 5))
    assert all(one.end == two.start for one, two in pairwise(found.slots))


@pytest.mark.parametrize("step", [QUARTER, HOUR])
@pytest.mark.parametrize(
    ("start", "hours"),
    [("2026-03-28T23:00", 23), ("2026-10-24T22:00", 25), ("2026-01-14T23:00", 24)],
)
def test_a_day_of_prices(step: timedelta, start: str, hours: int) -> None:
    count = int(hours * HOUR / step)
    found = prices(points(step, count, utc(start)))
    assert len(found.slots) == count
    assert found.slots.slots[-1].end == utc(start) + hours * HOUR
    assert all(slot.end - slot.start == step for slot in found.slots)


def test_a_price_that_is_missing_leaves_a_gap() -> None:
    for hole in (lambda row: None, lambda row: {**row, "Value": None}):
        rows: list[Any] = points(QUARTER, 8)
        rows[3] = hole(rows[3])
        found = prices(rows)
        assert len(found.slots) == 7
        assert found.slots.at(AT0 + 3 * QUARTER) is None
        assert found.slots.at(AT0 + 4 * QUARTER - timedelta(seconds=1)) is None


# In which unit


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        *(("NOK/kWh", 50.0), ("øre/kWh", 0.5), ("NOK/MWh", 0.05), ("kr/kWh", 50.0)),
        (" nok/KWH ", 50.0),
    ],
)
def test_units_of_prices(unit: str, value: float) -> None:
    rows: list[Any] = [{"ValueTime": AT0.isoformat(), "Value": 50}]
    named = [{**rows[0], "Unit": unit}]
    for body in (
        named,
        {"Unit": unit, "Values": rows},
        [{"Unit": unit, "Values": rows}],
    ):
        found = prices(body, default="EUR/kWh")
        assert found.currency == "NOK"
        assert [slot.value.value for slot in found.slots] == [value]
    assert prices(rows, default=unit) == prices(named)


@pytest.mark.parametrize("unit", ["EUR", "geheim", "NOK/m3", "kWh"])
def test_units_that_are_not_understood(unit: str) -> None:
    rows = [{**points(count=1)[0], "Unit": unit}]
    with pytest.raises(UnexpectedResponse) as caught:
        prices(rows)
    assert f'"{unit}"' not in f"{caught.value} {caught.value.skeleton}"
    assert "Price" in caught.value.detail


def test_a_bare_currency_is_that_of_the_default() -> None:
    rows = [{**points(count=1)[0], "Unit": "nok"}]
    assert prices(rows, default="øre/kWh") == prices(points(count=1), default="øre/kWh")


def test_units_that_contradict() -> None:
    one, two = points(count=2)
    with pytest.raises(UnexpectedResponse):
        prices([{**one, "Unit": "NOK/kWh"}, {**two, "Unit": "EUR/kWh"}])
    same = prices([{**one, "Unit": "NOK/kWh"}, {**two, "Unit": "nok/kWh"}])
    assert len(same.slots) == 2


@pytest.mark.parametrize("unit", [5, 1.5, True])
def test_a_unit_that_is_a_number_is_not_understood(unit: Any) -> None:
    """Elsewhere in this API units are enumerations, whose members nobody knows."""
    for body in (
        [{**points(count=1)[0], "Unit": unit}],
        {"Unit": unit, "Values": points(count=1)},
    ):
        with pytest.raises(UnexpectedResponse):
            prices(body, default="EUR/MWh")
        with pytest.raises(UnexpectedResponse):
            consumption(body)


def test_prices_too_large_to_divide_are_none() -> None:
    rows = [{"ValueTime": AT0.isoformat(), "Value": 1e308, "Unit": "NOK/Wh"}]
    with pytest.raises(UnexpectedResponse):
        prices(rows)
    good = {"ValueTime": (AT0 + HOUR).isoformat(), "Value": 1e-3, "Unit": "NOK/Wh"}
    assert [slot.start for slot in prices([*rows, good]).slots] == [AT0 + HOUR]


def test_the_unit_of_readings_is_not_made_up() -> None:
    assert consumption(points()).unit is None
    found = consumption({"Unit": "Wh", "Values": points()})
    assert found.unit == "kWh"
    assert [slot.value.value for slot in found.slots] == [0, 1e-4, 2e-4]


def test_expenses_of_one_name_are_added() -> None:
    said = (("a", 1), ("a", 2), (None, 5), ("b", None), ("b", 1))
    body = {"Items": [{"Name": name, "Value": value} for name, value in said]}
    found = reads.expenses(Body("expenseoverview", body))
    assert (found.total, found.items) == (None, {"a": 3, "b": None})
