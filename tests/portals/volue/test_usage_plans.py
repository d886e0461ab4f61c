"""When a usage plan is news, and when it may be told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.energy_portals.portals.model.planned_use import PlannedHour
from custom_components.energy_portals.portals.volue.event_log import (
    EventLog,
    ReportedPlan,
    dump,
    joined,
    load,
)
from custom_components.energy_portals.portals.volue.sites import LocationSite
from custom_components.energy_portals.portals.volue.usage_plans import (
    is_allowed,
    is_news,
    next_look,
    plan_of,
    planned_places,
)
from tests.portals.volue.notices import TANK

NOW = datetime(2026, 10, 26, 8, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = datetime(2026, 10, 26, 9, tzinfo=UTC)
HOURS = tuple(
    PlannedHour(start=FIRST + n * HOUR, energy=1.5, movable=1.0) for n in range(3)
)
PLACE = LocationSite(
    key="location:l",
    name="Home",
    location_id="l",
    meter_points=("m",),
    reports_plan=True,
)
TOLD = EventLog(plan=ReportedPlan(at=NOW, hours=HOURS))


def test_only_where_the_user_wants_it() -> None:
    """And where there is one meter point, which the whole plan is of."""
    off = replace(PLACE, reports_plan=False)
    two = replace(PLACE, meter_points=("m", "n"))
    assert planned_places((TANK, off, two, PLACE)) == (PLACE,)


def test_what_was_told_is_no_news() -> None:
    assert is_news(EventLog(), HOURS)
    assert not is_news(EventLog(), ())
    assert not is_news(TOLD, HOURS)
    # Hours that are over are told no more.
    assert not is_news(TOLD, HOURS[1:])


@pytest.mark.parametrize("name", ["energy", "movable"])
def test_any_hour_that_is_told_otherwise_is_news(name: str) -> None:
    value = getattr(HOURS[1], name)
    for by, expected in ((0.05, False), (0.15, True), (-0.15, True)):
        changed = replace(HOURS[1], **{name: value + by})
        assert is_news(TOLD, (HOURS[0], changed, HOURS[2])) is expected


def test_an_hour_more_is_news() -> None:
    more = replace(HOURS[0], start=FIRST + 3 * HOUR)
    assert is_news(TOLD, (*HOURS, more))


def test_one_a_quarter_at_most() -> None:
    assert is_allowed(EventLog(), NOW)
    assert not is_allowed(TOLD, NOW + timedelta(minutes=14))
    assert is_allowed(TOLD, NOW + timedelta(minutes=15))


@pytest.mark.parametrize(("minute", "looks"), [(0, 1), (1, 16), (20, 31), (59, 61)])
def test_it_looks_after_planners_have(minute: int, looks: int) -> None:
    whole = NOW.replace(minute=0)
    at = next_look(whole + timedelta(minutes=minute))
    assert at == whole + timedelta(minutes=looks)


def test_the_report_has_both_curves() -> None:
    report = plan_of(PLACE, HOURS[:1])
    assert (report.location_id, report.meter_point_id) == ("l", "m")
    (base,), (flexible,) = report.baseline, report.flexibility
    assert (base.timestamp, base.kilo_watt_hours) == ("2026-10-26T09:00:00.000Z", 1.5)
    assert flexible.kilo_watt_hours == 1.0


def test_what_was_told_outlives_a_restart_and_a_fetch() -> None:
    assert load(dump(TOLD), {}) == TOLD
    assert joined(TOLD, EventLog(polled=NOW)).plan == TOLD.plan
    # Kept as ever where there was none.
    plain = dump(EventLog())
    assert isinstance(plain, dict)
    assert "plan" not in plain
