"""Solar forecasts."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals import UnexpectedResponse
from custom_components.energy_portals.portals.home_assistant.shapes.sun import (
    by_start,
    has_sun,
    read_energies,
    read_sun,
)
from custom_components.energy_portals.portals.model.series import Series
from tests.portals.home_assistant.shapes.cases import rows, stated

BERLIN: Final = ZoneInfo("Europe/Berlin")
HOOK: Final = {
    "2026-07-01T05:18:00+02:00": 12,
    "2026-07-01T06:00:00+02:00": 230.5,
    "2026-07-01T06:30:00+02:00": 301,
    "2026-07-01T07:00:00+02:00": 900,
}
RIGHT: Final = (
    ("2026-07-01T03:18:00Z", "2026-07-01T04:00:00Z", 12.0),
    ("2026-07-01T04:00:00Z", "2026-07-01T04:30:00Z", 230.5),
    ("2026-07-01T04:30:00Z", "2026-07-01T05:00:00Z", 301.0),
    ("2026-07-01T05:00:00Z", "2026-07-01T06:00:00Z", 900.0),
)


@pytest.mark.parametrize(
    "energies",
    [
        HOOK,
        {"wh_hours": HOOK},
        {"watts": {"2026-07-01T05:18:00+02:00": 400}, "wh_period": HOOK},
        dict(reversed(HOOK.items())),
        {datetime.fromisoformat(name): value for name, value in HOOK.items()},
        {datetime.fromisoformat(n).astimezone(UTC).isoformat(): HOOK[n] for n in HOOK},
        {name[:19]: value for name, value in HOOK.items()},
    ],
)
def test_periods_begin_at_their_time(energies: object) -> None:
    """They end with the next, the last with its hour."""
    assert rows(read_energies(energies, BERLIN)) == RIGHT


def test_nights_are_left_out() -> None:
    """What is not told is not there, and no zero."""
    told = {
        "2026-07-01T20:00:00+02:00": 15,
        "2026-07-02T05:00:00+02:00": 20,
        "2026-07-02T06:00:00+02:00": None,
        "2026-07-02T07:00:00+02:00": -4,
        "2026-07-02T08:00:00+02:00": "unknown",
        "2026-07-02T09:00:00+02:00": 0,
    }
    assert rows(read_energies(told, BERLIN)) == (
        ("2026-07-01T18:00:00Z", "2026-07-01T19:00:00Z", 15.0),
        ("2026-07-02T03:00:00Z", "2026-07-02T04:00:00Z", 20.0),
        ("2026-07-02T07:00:00Z", "2026-07-02T08:00:00Z", 0.0),
    )


def test_hours_of_other_clocks() -> None:
    """Half of them run beside those of UTC."""
    told = {"2026-07-01T12:30:00+09:30": 5, "2026-07-01T13:00:00+09:30": 6}
    slots = read_energies(told, ZoneInfo("Australia/Adelaide"))
    assert [slot.end - slot.start for slot in slots] == [
        timedelta(minutes=30),
        timedelta(hours=1),
    ]


def test_same_time_twice() -> None:
    """Once where both agree, and never where not."""
    told = {
        "2026-07-01T12:00:00+02:00": 5,
        "2026-07-01T10:00:00+00:00": 6,
        "2026-07-01T13:00:00+02:00": 7,
        "2026-07-01T11:00:00Z": 7.0,
        "2026-10-25T02:30:00": 3,
    }
    (row,) = rows(read_energies(told, BERLIN))
    assert row == ("2026-07-01T11:00:00Z", "2026-07-01T12:00:00Z", 7.0)


@pytest.mark.parametrize("energies", [None, [], {"noon": 3}, {"wh_hours": None}, 5])
def test_others_are_refused(energies: object) -> None:
    """Absent is no forecast of nothing."""
    with pytest.raises(UnexpectedResponse):
        read_energies(energies, BERLIN)
    assert read_energies({}, BERLIN) == Series()
    assert read_energies({"2026-07-01T10:00:00Z": None}, BERLIN) == Series()


def test_mean_powers() -> None:
    """Solcast: kW over half an hour, by objects or text."""
    day = datetime(2026, 7, 1, 12, tzinfo=BERLIN)
    items = [
        {
            "period_start": day + half * timedelta(minutes=30),
            "pv_estimate": power,
            "pv_estimate10": 0.1,
        }
        for half, power in enumerate((1.5, 2.0, None, 0.0))
    ]
    today = stated(
        {"detailedForecast": items, "detailedHourly": items[::2]}, unit="kWh"
    )
    assert has_sun(today.attributes)
    assert rows(read_sun([today], BERLIN)) == (
        ("2026-07-01T10:00:00Z", "2026-07-01T10:30:00Z", 750.0),
        ("2026-07-01T10:30:00Z", "2026-07-01T11:00:00Z", 1000.0),
        ("2026-07-01T11:30:00Z", "2026-07-01T12:00:00Z", 0.0),
    )
    hourly = stated({"detailedHourly": items[:1]}, unit="kWh")
    assert rows(read_sun([hourly], BERLIN)) == (
        ("2026-07-01T10:00:00Z", "2026-07-01T11:00:00Z", 1500.0),
    )


def test_days_of_several_entities() -> None:
    """Each has its own; of the same time the newer counts, whole."""
    energies = {"watts": {}, "wh_period": HOOK, "wh_period_15m": None}
    today = stated(energies, unit="kWh")
    tomorrow = stated(
        {"wh_period": {"2026-07-01T07:00:00+02:00": 800.0}},
        written_at=today.written_at + timedelta(minutes=1),
    )
    for states in ([today, tomorrow], [tomorrow, today]):
        told = rows(read_sun(states, BERLIN))
        assert told == (*RIGHT[:3], (*RIGHT[3][:2], 800.0))
    quarters = stated({"wh_period": HOOK, "wh_period_15m": {"2026-07-01T05:45:00Z": 3}})
    assert rows(read_sun([quarters], BERLIN)) == (
        ("2026-07-01T05:45:00Z", "2026-07-01T06:00:00Z", 3.0),
    )


def test_entities_without_any() -> None:
    """Are refused, with what was expected."""
    other = stated({"detailedForecast": None})
    assert not has_sun(other.attributes)
    with pytest.raises(UnexpectedResponse, match="pv_estimate"):
        read_sun([other], BERLIN)


def test_by_start() -> None:
    """Each energy is put where its period begins; the night between is nothing."""
    told = {
        "2026-05-02T06:00:00+00:00": 300,
        "2026-05-01T04:20:00+00:00": 0,
        "2026-05-01T05:00:00+00:00": 40,
        "2026-05-01T06:00:00+00:00": 200,
        "2026-05-01T06:30:00+00:00": 60,
        "2026-05-02T05:30:00+00:00": 0,
    }
    slots = read_energies(by_start({"wh_hours": told}), BERLIN)
    assert [(f"{slot.start:%dT%H%M}", slot.value) for slot in slots] == [
        ("01T0420", 40),
        ("01T0500", 200),
        ("01T0600", 60),
        ("01T0630", 0),
        ("02T0530", 300),
    ]
    assert slots.slots[0].end == slots.slots[1].start


@pytest.mark.parametrize(
    "forecast", [None, [], {}, {"wh_hours": []}, {"wh_hours": {"noon": 3}}]
)
def test_not_by_start(forecast: object) -> None:
    """What is no forecast is left to the reader."""
    assert by_start(forecast) is forecast
