"""Periods are whole local days, on the days of the clock changes as well."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.periods import (
    Period,
    bounds,
    days_between,
    local_time,
    midnight,
    month_start,
    next_midnight,
)

ZONES = [ZoneInfo(f"Europe/{city}") for city in ("Rome", "Oslo", "Berlin", "Lisbon")]
# In these, the clock changes at midnight: the hour after it is missing or repeated, or
# the day before ends twice.
MIDNIGHT_CHANGES = [
    ("Atlantic/Azores", date(2026, 3, 29), "01:00", 23),
    ("Atlantic/Azores", date(2026, 10, 25), "00:00", 25),
    ("Africa/Cairo", date(2026, 4, 24), "01:00", 23),
    ("Africa/Cairo", date(2026, 10, 29), "00:00", 25),
    ("America/Santiago", date(2026, 9, 6), "01:00", 23),
    ("America/Santiago", date(2026, 4, 4), "00:00", 25),
]
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)

NOWS = st.datetimes(datetime(2020, 1, 2), datetime(2037, 1, 1), timezones=st.just(UTC))
SPRING = datetime(2026, 3, 29, 12, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, 12, tzinfo=UTC)

MEANINGS: dict[Period, Callable[[date, date], bool]] = {
    Period.YESTERDAY: lambda day, today: day + DAY == today,
    Period.LAST_SEVEN_DAYS: lambda day, today: 1 <= (today - day).days <= 7,
    Period.THIS_WEEK: lambda day, today: (
        day <= today and day.isocalendar()[:2] == today.isocalendar()[:2]
    ),
    Period.LAST_WEEK: lambda day, today: (
        (day + 7 * DAY).isocalendar()[:2] == today.isocalendar()[:2]
    ),
    Period.THIS_MONTH: lambda day, today: (
        day <= today and (day.year, day.month) == (today.year, today.month)
    ),
    Period.LAST_MONTH: lambda day, today: (
        (day.year * 12 + day.month) + 1 == today.year * 12 + today.month
    ),
}


def begins(when: datetime, zone: ZoneInfo) -> date:
    """Return the local day that begins at this very moment."""
    assert when.tzinfo is UTC
    day = when.astimezone(zone).date()
    assert (when - MOMENT).astimezone(zone).date() == day - DAY
    return day


@given(st.sampled_from(list(Period)), st.sampled_from(ZONES), NOWS)
@example(Period.THIS_MONTH, ZONES[0], datetime(2025, 12, 31, 23, tzinfo=UTC))
@example(Period.LAST_MONTH, ZONES[0], datetime(2026, 1, 15, tzinfo=UTC))
@example(Period.THIS_WEEK, ZONES[3], datetime(2026, 3, 30, tzinfo=UTC))
@example(Period.LAST_SEVEN_DAYS, ZONES[2], AUTUMN)
def test_a_period_is_the_days_its_name_says(
    period: Period, zone: ZoneInfo, now: datetime
) -> None:
    today = now.astimezone(zone).date()
    days = [
        day
        for back in range(-1, 63)
        if MEANINGS[period](day := today - back * DAY, today)
    ]
    start, end = bounds(period, now, zone)
    assert begins(start, zone) == min(days)
    assert begins(end, zone) == max(days) + DAY
    assert start.astimezone(zone).hour == end.astimezone(zone).hour == 0


@given(st.sampled_from(ZONES), NOWS)
@example(ZONES[1], SPRING)
@example(ZONES[1], AUTUMN)
def test_adjacent_periods_meet(zone: ZoneInfo, now: datetime) -> None:
    this_week, last_week, this_month, last_month, yesterday, seven = (
        bounds(period, now, zone)
        for period in (
            *(Period.THIS_WEEK, Period.LAST_WEEK),
            *(Period.THIS_MONTH, Period.LAST_MONTH),
            *(Period.YESTERDAY, Period.LAST_SEVEN_DAYS),
        )
    )
    assert last_week.end == this_week.start <= now < this_week.end
    assert last_month.end == this_month.start <= now < this_month.end
    assert seven.end == yesterday.end <= now < next_midnight(now, zone)
    assert this_week.end == this_month.end == next_midnight(now, zone)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 24),
        (date(2026, 3, 29), 23),
        (date(2026, 3, 30), 24),
        (date(2026, 10, 24), 24),
        (date(2026, 10, 25), 25),
        (date(2026, 10, 26), 24),
    ],
    ids=str,
)
def test_days_of_the_clock_changes(zone: ZoneInfo, day: date, hours: int) -> None:
    first, last = midnight(day, zone), midnight(day + DAY, zone)
    assert last - first == hours * HOUR
    for now in (first, first + 2.5 * HOUR, last - MOMENT):
        assert next_midnight(now, zone) == last
        assert bounds(Period.THIS_WEEK, now, zone).end == last
    assert bounds(Period.YESTERDAY, last, zone) == (first, last)
    assert bounds(Period.YESTERDAY, last - MOMENT, zone).end == first


@pytest.mark.parametrize(("name", "day", "clock", "hours"), MIDNIGHT_CHANGES)
def test_midnight_where_the_clock_changes_at_it(
    name: str, day: date, clock: str, hours: int
) -> None:
    zone = ZoneInfo(name)
    start, end = midnight(day, zone), midnight(day + DAY, zone)
    assert begins(start, zone) == day
    assert begins(end, zone) == day + DAY
    assert f"{start.astimezone(zone):%H:%M}" == clock
    assert end - start == hours * HOUR
    # Also from inside the hour that comes twice.
    for back in range(1, 4):
        assert next_midnight(end - back * HOUR / 2, zone) == end
    assert next_midnight(start - MOMENT, zone) == start
    assert next_midnight(start + 1.5 * HOUR, zone) == end


@pytest.mark.parametrize("now", [SPRING, AUTUMN])
@pytest.mark.parametrize("hour", range(24))
def test_the_hour_of_the_day_means_nothing(now: datetime, hour: int) -> None:
    zone = ZONES[0]
    moment = midnight(now.date(), zone) + hour * HOUR
    # The last hour of 24 is already the next day's where the day has 23.
    expected = now if moment < midnight(now.date() + DAY, zone) else now + DAY
    for period in Period:
        assert bounds(period, moment, zone) == bounds(period, expected, zone)


def test_now_may_be_given_in_any_zone() -> None:
    """Midnight is the household's, whatever zone the caller thinks in."""
    rome = ZoneInfo("Europe/Rome")
    now = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        local = now.astimezone(ZoneInfo(zone))
        assert bounds(Period.THIS_MONTH, local, rome) == (
            datetime(2026, 1, 31, 23, tzinfo=UTC),
            datetime(2026, 2, 1, 23, tzinfo=UTC),
        )


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
@example(date(2026, 1, 31), 1)
@example(date(2026, 12, 31), 12)
def test_month_start(day: date, back: int) -> None:
    expected = day.replace(day=1)
    for _ in range(back):
        expected = (expected - DAY).replace(day=1)
    assert month_start(day, back) == expected


def test_keys_are_the_names_as_entities_spell_them() -> None:
    assert [period.key for period in Period] == [
        "yesterday",
        "last_seven_days",
        "this_week",
        "last_week",
        "this_month",
        "last_month",
    ]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_days_between(day: date) -> None:
    zone = ZoneInfo("Europe/Rome")
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    second = timedelta(seconds=1)
    assert list(days_between(start, end, zone)) == [day]
    assert list(days_between(start - second, end + second, zone)) == [
        day + timedelta(days=n) for n in (-1, 0, 1)
    ]
    assert list(days_between(end, end, zone)) == []


@pytest.mark.parametrize(
    "zone", ["Europe/Oslo", "Australia/Lord_Howe", "America/Havana"]
)
def test_a_time_that_clocks_skip(zone: str) -> None:
    """Whatever minute it is, it is the moment at which they skip it."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    place, hour = ZoneInfo(zone), timedelta(hours=1)
    skips = []
    while at.year == 2026:
        before, after = (when.astimezone(place) for when in (at, at + hour))
        if after.replace(tzinfo=None) - before.replace(tzinfo=None) > hour:
            skips.append(at)
        at += hour
    assert len(skips) == 1
    minute = timedelta(minutes=1)
    skipped = next(
        moment
        for moment in (skips[0] + n * minute for n in range(61))
        if moment.astimezone(place).utcoffset()
        != (moment - minute).astimezone(place).utcoffset()
    )
    gap = (
        skipped.astimezone(place).utcoffset()
        - (skipped - minute).astimezone(place).utcoffset()
    )
    begins = (skipped.astimezone(place) - gap).replace(tzinfo=None)
    for n in range(gap // minute):
        wall = begins + n * minute + timedelta(seconds=11 * bool(n))
        assert local_time(wall.date(), wall.time(), place) == skipped, wall
    ends = begins + gap
    assert local_time(ends.date(), ends.time(), place) == skipped
    early = begins - minute
    assert local_time(early.date(), early.time(), place) == skipped - minute
