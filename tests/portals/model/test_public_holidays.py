"""Holidays of countries, and others that the user names."""

import builtins
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

from custom_components.energy_portals.portals.model.public_holidays import (
    DAY_SORTS,
    NO_HOLIDAYS,
    Holidays,
    subdivisions,
)

ROOT = Path(__file__).parents[3]
SUNDAY, HOLIDAY = DAY_SORTS.index("sun"), DAY_SORTS.index("holiday")
CORPUS_CHRISTI = date(2026, 6, 4)  # a Thursday
NATIONAL = date(2026, 5, 14)  # Ascension, a Thursday


def test_a_day_is_its_weekday_where_there_are_no_holidays() -> None:
    assert [NO_HOLIDAYS.sort(date(2026, 11, 23 + n)) for n in range(7)] == [*range(7)]


@pytest.mark.parametrize(
    ("holidays", "day", "expected"),
    [
        (Holidays("DE"), NATIONAL, SUNDAY),
        (Holidays("DE", counts_as=HOLIDAY), NATIONAL, HOLIDAY),
        (Holidays("DE", counts_as=5), NATIONAL, 5),
        (Holidays("DE"), CORPUS_CHRISTI, 3),
        (Holidays("DE", "BY"), CORPUS_CHRISTI, SUNDAY),
        (Holidays("DE", "BE"), CORPUS_CHRISTI, 3),
        # Easter is where it is in that year.
        (Holidays("NO"), date(2026, 4, 6), SUNDAY),
        (Holidays("NO"), date(2027, 3, 29), SUNDAY),
        (Holidays("NO"), date(2027, 4, 6), 1),
        (Holidays(dates=frozenset({(12, 24)})), date(2031, 12, 24), SUNDAY),
        (Holidays("DE", dates=frozenset({(12, 24)})), date(2026, 12, 24), SUNDAY),
        (Holidays(dates=frozenset({date(2026, 12, 24)})), date(2026, 12, 24), SUNDAY),
        (Holidays(dates=frozenset({date(2026, 12, 24)})), date(2027, 12, 24), 4),
    ],
)
def test_a_holiday_counts_as_told(holidays: Holidays, day: date, expected: int) -> None:
    assert holidays.sort(day) == expected


@pytest.mark.parametrize("holidays", [Holidays("XX"), Holidays("DE", "XX")])
def test_what_is_not_on_the_map_is_refused(holidays: Holidays) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="no holidays of"):
            holidays.prepare()
        with pytest.raises(ValueError, match="no holidays of"):
            holidays.sort(NATIONAL)


def test_subdivisions_of_a_country() -> None:
    assert {"BY", "BE"} <= {*subdivisions("DE")}
    with pytest.raises(ValueError):
        subdivisions("XX")


def test_nothing_is_read_once_a_calendar_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    holidays = Holidays("AT")
    holidays.prepare()

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("read")

    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(builtins, "__import__", refuse)
    sorts = [holidays.sort(date(year, 12, 25)) for year in range(2001, 2060)]
    monkeypatch.undo()
    assert set(sorts) == {SUNDAY}


def test_threads_may_ask_at_once() -> None:
    days = [date(year, 1, 1) for year in range(1950, 2080)] * 8
    with ThreadPoolExecutor(8) as pool:
        sorts = set(pool.map(Holidays("CH", "ZH").sort, days))
    assert sorts == {SUNDAY}


def test_the_calendars_are_imported_by_who_needs_them_alone() -> None:
    code = """
import sys
from importlib.util import find_spec
if find_spec("homeassistant") is None:
    import tests.without_home_assistant
from datetime import datetime, UTC
from zoneinfo import ZoneInfo
from custom_components.energy_portals.portals.model.prices import *
from custom_components.energy_portals.portals.model.series import *
from custom_components.energy_portals.portals.model.tariff import Tariff
start = datetime(2026, 11, 20, tzinfo=UTC)
raw = PriceSeries("EUR", slots=Series((Slot(start, start + HOUR, Price(1)),)))
for options in (
    {}, {"grid_fees": [{"amount": 1, "days": ["mon"]}]},
    {"country": "DE", "grid_fees": [{"amount": 1, "months": [1], "start": "02:00"}]},
    {"holidays": ["12-24"], "grid_fees": [{"amount": 1, "days": ["sun"]}]},
):
    tariff = Tariff.of(options)
    tariff.prepare()
    tariff.shown(raw, ZoneInfo("Europe/Berlin"))
assert "holidays" not in sys.modules
Tariff.of({"country": "DE", "grid_fees": [{"amount": 1, "days": ["mon"]}]}).prepare()
assert "holidays" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
