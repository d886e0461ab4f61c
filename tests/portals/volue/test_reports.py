"""Which hours of an event are owed, of what, and by when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.energy_portals.portals.volue.event_log import EventLog
from custom_components.energy_portals.portals.volue.messages import EnergyUsage
from custom_components.energy_portals.portals.volue.reports import (
    Owed,
    owed,
    owed_at,
    points_of,
    unreported,
)
from tests.portals.volue.notices import HOUR, TANK, USER, curve_of, log_of

START = datetime(2026, 10, 26, 8, tzinfo=UTC)
MEASURED = replace(TANK, energy="sensor.energy")


def _log(start: datetime = START) -> EventLog:
    """Return the log of an hour's incentive."""
    moments = (start, start + HOUR)
    return log_of(
        curve_of(
            [
                {"price": n, "timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
                for n, at in zip((1, 0), moments, strict=True)
            ]
        )
    )


def _debt(start: datetime = START) -> Owed:
    (debt,) = owed_at(MEASURED, _log(start))
    return debt


def test_only_what_is_measured_is_owed() -> None:
    logs = {TANK.key: _log()}
    assert [each.site for each in owed(logs, (USER, MEASURED))] == [MEASURED]
    assert list(owed(logs, (TANK,))) == []


def test_reported_and_closed_is_owed_no_more() -> None:
    log = _log()
    (state,) = log.records
    for change in ({"closed": True}, {"reported": frozenset(_debt().hours)}):
        done = EventLog(records=(replace(state, **change),))
        assert list(owed_at(MEASURED, done)) == []


@pytest.mark.parametrize(
    ("start", "deadline"),
    [
        # Midnights in Oslo: after the day that follows, and the end of a month.
        (START, datetime(2026, 10, 27, 23, tzinfo=UTC)),
        (datetime(2026, 10, 31, 8, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)),
        (datetime(2026, 12, 31, 8, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_deadline(start: datetime, deadline: datetime) -> None:
    debt = _debt(start)
    assert debt.deadline == deadline
    assert debt.missed(deadline - timedelta.resolution) == ()
    assert debt.missed(deadline) == debt.open_hours


def test_report_names_the_place_of_the_event() -> None:
    report = _debt().payload({START: 1.5})
    assert isinstance(report, EnergyUsage)
    assert (report.resource_id, report.location_id) == ("t", "l")
    (point,) = report.points
    assert (point.timestamp, point.kilo_watt_hours) == ("2026-10-26T08:00:00.000Z", 1.5)


def test_points_are_in_order() -> None:
    energy = {START + HOUR: 2.0, START: 1.0}
    assert [each.kilo_watt_hours for each in points_of(energy)] == [1, 2]


def test_hours_count_as_unreported_once_they_are_over() -> None:
    log = _log()
    assert unreported(log, START) == 0
    assert unreported(log, START + 30 * HOUR) == len(_debt().hours)


def test_hours_that_are_not_known_are_not_counted_as_reported() -> None:
    """One whose value alone is not known is an hour of the event all the same."""
    points = [{"price": 1, "timestamp": "2026-10-26T08:00:00Z"}]
    blank = {"timestamp": "2026-10-26T10:00:00Z"}
    later = START + 30 * HOUR
    assert unreported(log_of(curve_of([*points, blank])), later) == 2
    log = log_of(curve_of([*points, {"price": 1}]))
    assert unreported(log, later) is None
    (state,) = log.records
    closed = EventLog(records=(replace(state, closed=True),))
    assert unreported(closed, later) == 1
