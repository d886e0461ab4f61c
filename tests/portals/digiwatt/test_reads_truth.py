"""Digiwatt's bodies that could be read in two ways: the truth, or nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.digiwatt.models import PowerRow
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from tests.portals.digiwatt.bodies import T0, T1, read

HOUR = timedelta(hours=1)
# Midnight in Rome.
DAY0 = datetime(2026, 1, 14, 23, tzinfo=UTC)


def text(hour: int) -> str:
    return (DAY0 + HOUR * hour).isoformat()


def refused_or(key: str, data: Any, nothing: Any = None) -> Any:
    """Return what is read, `nothing` where the answer as a whole is refused."""
    try:
        return read(key, data)
    except UnexpectedResponse:
        return nothing


def totals_of(data: Any) -> dict[int, float]:
    """Return the powers of the whole home that are known, by hour of the day."""
    return {
        round((row.time - DAY0) / HOUR): row.total
        for row in refused_or("consumption", data, ())
        if row.total is not None
    }


# A row per appliance

APPLIANCES = {"fridge": 60, "oven": 900, "dishwasher": 200}


def by_appliance(name: str = "appliance", value: str = "value") -> list[dict[str, Any]]:
    return [
        {"timestamp": text(hour), name: appliance, value: watts + hour}
        for hour in range(3)
        for appliance, watts in APPLIANCES.items()
    ]


SERIES = {
    hour: {appliance: watts + hour for appliance, watts in APPLIANCES.items()}
    for hour in range(3)
}


@pytest.mark.parametrize("name", ["appliance", "device", "name", "type", "id"])
@pytest.mark.parametrize("value", ["value", "power", "total", "consumption"])
def test_rows_per_appliance_are_series_of_theirs(name: str, value: str) -> None:
    """No row is the whole home, and neither is their sum."""
    for rows in (by_appliance(name, value), by_appliance(name, value)[::-1]):
        found = read("consumption", {"consumption": rows})
        assert [row.total for row in found] == [None] * 3
        assert {
            round((row.time - DAY0) / HOUR): row.appliances for row in found
        } == SERIES


@pytest.mark.parametrize(
    "whole",
    [
        {"appliance": "total"},
        {"appliance": "Home"},
        {"appliance": None},
        {"appliance": ""},
        {},
    ],
)
def test_the_whole_home_beside_rows_per_appliance(whole: dict[str, Any]) -> None:
    rows = [{"timestamp": text(h), "value": 2000 + h, **whole} for h in range(3)]
    for data in ([*rows, *by_appliance()], [*by_appliance(), *rows]):
        found = read("consumption", data)
        assert [row.total for row in found] == [2000, 2001, 2002]
        assert [row.appliances for row in found] == [*SERIES.values()]


def test_rows_per_appliance_with_an_appliance_twice() -> None:
    refused: Counter[str] = Counter()
    rows = [*by_appliance(), {"timestamp": text(0), "appliance": "oven", "value": 7}]
    first, *others = read("consumption", rows, refused)
    assert first.appliances == {**SERIES[0], "oven": None}
    assert [row.appliances for row in others] == [SERIES[1], SERIES[2]]
    assert refused["consumption.two_rows_of_one_time"] == 1


@pytest.mark.parametrize(
    "name", ["room", "circuit", "phase", "plug", "register", "deviceId", "channel"]
)
def test_rows_of_other_parts_are_not_the_whole_home(name: str) -> None:
    for key in ("consumption", "latest"):
        rows = [
            {"timestamp": text(hour), name: part, "value": 100 + hour}
            for hour in range(3)
            for part in ("a", "b")
        ]
        found = refused_or(key, rows, ())
        assert all(row.total is None for row in found)


def test_the_rows_of_one_appliance_are_not_the_power_of_the_home() -> None:
    rows = [row for row in by_appliance() if row["appliance"] == "oven"]
    assert all(row.total is None for row in refused_or("latest", rows, ()))
    assert totals_of(rows) == {}


# A day, and an hour or a clock apart


@pytest.mark.parametrize(
    "told",
    [
        lambda hour: {"date": "2026-01-15", "time": f"{hour:02}:00"},
        lambda hour: {"date": "2026-01-15", "time": f"{hour:02}:00:00"},
        lambda hour: {"date": "2026-01-15", "hour": hour},
        lambda hour: {"date": "2026-01-15", "hour": f"{hour}"},
        lambda hour: {"date": "2026-01-15", "hour": f"{hour:02}:00"},
        lambda hour: {"date": "15/01/2026", "hour": hour + 1},
        lambda hour: {"date": "15.01.2026", "time": f"{hour}:00"},
        lambda hour: {"date": "2026-01-15T00:00:00", "hour": hour},
        lambda hour: {"Date": "2026-01-15", "Hour": hour + 1},
    ],
)
def test_a_day_and_an_hour_are_a_time(told: Any) -> None:
    # What never falls all day would be a register.
    powers = [100 + hour * 7 % 24 for hour in range(24)]
    rows = [{**told(hour), "value": powers[hour]} for hour in range(24)]
    for key in ("latest", "consumption"):
        found = read(key, {"consumption": rows})
        assert [row.time for row in found] == [DAY0 + HOUR * h for h in range(24)]
        assert [row.total for row in found] == powers


@pytest.mark.parametrize(
    "told",
    [
        # Half of a time: the other half is not understood.
        lambda hour: {"date": "2026-01-15", "slot": hour},
        lambda hour: {"date": "2026-01-15", "period": hour},
        lambda hour: {"date": "2026-01-15", "quarter": hour},
        lambda hour: {"date": "2026-01-15", "hour": f"H{hour}"},
        lambda hour: {"date": "2026-01-15", "time": f"{hour} o'clock"},
        lambda hour: {"date": "2026-01-15", "hour": hour + 0.5},
        # Hours that could begin at 0 or 1.
        lambda hour: {"date": "2026-01-15", "hour": hour + 5},
        lambda hour: {"date": "2026-01-15"},
        lambda hour: {"time": f"{hour:02}:00"},
    ],
)
def test_half_of_a_time_is_none(told: Any) -> None:
    rows = [{**told(hour), "value": 100 + hour} for hour in range(6)]
    for key in ("latest", "consumption"):
        assert refused_or(key, {"consumption": rows}, ()) == ()


def test_hours_apart_of_the_day_with_twenty_five() -> None:
    clock = [0, 1, 2, 2, *range(3, 24)]
    rows = [{"date": "2026-10-25", "hour": h, "value": n} for n, h in enumerate(clock)]
    found = read("consumption", rows)
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert [row.time for row in found] == [start + HOUR * n for n in range(25)]
    counted = [{"date": "2026-10-25", "hour": h, "value": h} for h in range(25)]
    known = refused_or("consumption", counted, ())
    assert all(
        row.total is None or row.time == start + HOUR * row.total for row in known
    )


# A unit beside the value


@pytest.mark.parametrize(
    ("key", "data", "expected"),
    [
        ("realtime", {"realtime": 0.412, "unit": "kW"}, 412),
        ("realtime", {"realtime": 412, "unit": "W"}, 412),
        ("realtime", {"realtime": {"value": 0.412, "unit": "kW"}}, 412),
        ("realtime", {"power_kw": 0.412}, 412),
        ("realtime", {"realtime": "0,412 kW"}, 412),
        ("realtime", {"realtime": 0.412, "meta": {"unit": "kW"}}, 412),
        ("realtime", {"data": {"realtime": 0.412}, "unit": "kW"}, 412),
        *(
            ("realtime", {"realtime": 412, "unit": unit}, None)
            for unit in ("kWh", "Wh", "%", "EUR", "A", "VA", "horses", 7)
        ),
    ],
)
def test_units_of_the_power_now(key: str, data: Any, expected: float | None) -> None:
    assert read(key, data).watts == (
        None if expected is None else pytest.approx(expected)
    )


@pytest.mark.parametrize(
    ("around", "beside", "expected"),
    [
        ({"unit": "kW"}, {}, [180, 176.5]),
        ({}, {"unit": "kW"}, [180, 176.5]),
        ({"metadata": {"unit": "kW"}}, {}, [180, 176.5]),
        ({"unit": "kW"}, {"unit": "W"}, None),
        ({"unit": "kWh"}, {}, None),
        ({}, {"unit": "%"}, None),
        ({}, {"unit": "EUR"}, None),
    ],
)
def test_units_of_rows(around: Any, beside: Any, expected: list[float] | None) -> None:
    rows = [
        {"timestamp": at, "value": value, **beside}
        for at, value in ((T0, 0.18), (T1, 0.1765))
    ]
    for key in ("latest", "consumption"):
        found = [
            row.total
            for row in refused_or(key, {"consumption": rows, **around}, ())
            if row.total is not None
        ]
        assert found == ([] if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"total": 8.25, "unit": "kWh"}, 8250),
        ({"total": 8250, "unit": "Wh"}, 8250),
        ({"total_kwh": 8.25}, 8250),
        ({"totalKwh": 8.25}, 8250),
        ({"total": {"value": 8.25, "unit": "kWh"}}, 8250),
        ({"total": "8,25 kWh"}, 8250),
        ({"total": 0.00825, "units": "MWh"}, 8250),
        *(
            ({"total": 8250, "unit": unit}, None)
            for unit in ("kW", "W", "EUR", "l", "m3")
        ),
    ],
)
def test_units_of_totals(members: Any, expected: float | None) -> None:
    found = read("totals", members).total
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("key", "data", "read_of"),
    [
        ("saving", {"consumption": 182, "saving": 9.4}, lambda f: f.saving),
        ("performance", {"min": 5, "max": 14, "user": 9.4}, lambda f: f.user),
        ("habits", [{"hour": 0, "value": 9.4}], lambda f: f[0]),
        ("trend", [{"month": "2026-01", "F1": 9.4}], lambda f: f[0].split["F1"]),
        (
            "distribution",
            [{"month": "2026-01", "appliances": {"oven": 9.4}}],
            lambda f: f[0].split["oven"],
        ),
        (
            "compound",
            [{"month": "2026-01", "appliances": [{"name": "oven", "value": 9.4}]}],
            lambda f: f[0].split["oven"],
        ),
    ],
)
def test_units_of_energies(key: str, data: Any, read_of: Any) -> None:
    def told(unit: str) -> list[Any]:
        if isinstance(data, dict):
            return [{**data, "unit": unit}, {"data": data, "unit": unit}]
        return [{"items": data, "unit": unit}, [{**data[0], "unit": unit}]]

    for body in told("kWh"):
        assert read_of(read(key, body)) == pytest.approx(9400)
    for body in told("Wh"):
        assert read_of(read(key, body)) == 9.4
    for unit in ("kW", "EUR", "horses"):
        for body in told(unit):
            try:
                found = read_of(read(key, body))
            except UnexpectedResponse, LookupError:
                continue
            assert found is None, (body, unit)


def test_powers_of_the_home_are_in_the_order_of_time() -> None:
    rows = [{"timestamp": text(h), "value": h} for h in (2, 0, 1)]
    assert read("latest", rows) == tuple(PowerRow(DAY0 + HOUR * h, h) for h in range(3))
