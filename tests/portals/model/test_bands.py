"""Bands against a reading of every minute, whatever zone, clock, days and months."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.model.bands import (
    EVERY_DAY,
    EVERY_MONTH,
    Band,
    Clock,
    held,
    is_by_days,
)
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.public_holidays import Holidays

OSLO = ZoneInfo("Europe/Oslo")
ZONES = [
    ZoneInfo(name)
    for name in (
        *("Europe/Oslo", "Europe/London", "Europe/Dublin", "Atlantic/Azores"),
        *("Africa/Cairo", "Australia/Lord_Howe", "America/St_Johns", "UTC"),
    )
]
# Around clock changes, ends of months and of years.
DAYS = [
    *(date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 23), date(2026, 10, 29)),
    *(date(2026, 12, 30), date(2026, 9, 29), date(2026, 4, 4), date(2026, 2, 27)),
]
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

WALLS = st.sampled_from([time(), *(time(h, 30) for h in (0, 1, 2)), time(6), time(22)])
WALLS |= st.builds(time, st.integers(0, 23), st.integers(0, 59))
BANDS = st.builds(
    Band,
    st.integers(-9, 9).map(float),
    WALLS,
    WALLS,
    st.just(EVERY_DAY) | st.frozensets(st.integers(0, 7), min_size=1),
    st.just(EVERY_MONTH) | st.frozensets(st.sampled_from([1, 3, 4, 9, 10, 12])),
)
HOLIDAYS = st.builds(
    Holidays,
    dates=st.frozensets(
        st.sampled_from([day + n * DAY for day in DAYS for n in (0, 1, 2)])
        | st.sampled_from([(12, 31), (1, 1), (10, 25), (3, 29)]),
        max_size=6,
    ),
    counts_as=st.integers(0, 7),
)


def clock_of(clock: Clock, zone: ZoneInfo, year: int) -> tzinfo:
    """Return winter time as a year's least offset, whatever its days."""
    if clock is Clock.LOCAL:
        return zone
    days = (datetime(year, 1, 1, 12, tzinfo=zone) + n * DAY for n in range(365))
    return timezone(min(day.utcoffset() or timedelta() for day in days))


def holding(
    bands: tuple[Band, ...], when: datetime, clock: tzinfo, holidays: Holidays
) -> Band | None:
    """Return the first band that was begun on this day or the day before."""
    now = when.astimezone(clock).replace(tzinfo=None)
    for band in bands:
        for begun in (now.date(), now.date() - DAY):
            start = datetime.combine(begun, band.start)
            end = datetime.combine(begun, band.end)
            end += DAY if end <= start else timedelta()
            is_day = begun in holidays.dates or (begun.month, begun.day) in (
                holidays.dates
            )
            sort = holidays.counts_as if is_day else begun.weekday()
            if sort in band.days and start <= now < end and now.month in band.months:
                return band
    return None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(BANDS, max_size=4).map(tuple),
    st.sampled_from(ZONES),
    st.sampled_from(Clock),
    st.sampled_from(DAYS),
    HOLIDAYS,
)
@example(
    (Band(1, time(22), time(6), frozenset({0, 1, 2, 3, 4}), frozenset({1, 2, 3})),),
    OSLO,
    Clock.LOCAL,
    date(2026, 3, 28),
    Holidays(),
)
@example(
    (Band(1, time(0, 30), time(7, 30)), Band(2)),
    ZoneInfo("Europe/London"),
    Clock.STANDARD,
    date(2026, 10, 24),
    Holidays(),
)
def test_every_minute_is_held_by_the_first_band_that_fits(
    bands: tuple[Band, ...],
    zone: ZoneInfo,
    kind: Clock,
    day: date,
    holidays: Holidays,
) -> None:
    start = midnight(day, zone) + 3 * HOUR
    end = start + 2 * DAY
    clock = kind.of(zone, day.year)
    known = held(bands, start, end, clock, holidays)
    oracle = clock_of(kind, zone, day.year)
    now = start
    while now < end:
        slot = known.at(now)
        assert slot is not None
        expected = holding(bands, now, oracle, holidays)
        assert slot.value is expected or slot.value == expected, now
        now += MINUTE


@settings(max_examples=60, deadline=None)
@given(st.lists(BANDS, max_size=4).map(tuple), st.sampled_from(DAYS), HOLIDAYS)
def test_pieces_meet_and_are_no_more_than_needed(
    bands: tuple[Band, ...], day: date, holidays: Holidays
) -> None:
    start = midnight(day, OSLO)
    slots = held(bands, start, start + 3 * DAY, OSLO, holidays).slots
    assert slots[0].start == start
    for before, after in pairwise(slots):
        assert before.end == after.start
        assert before.value is not after.value


def test_no_band_holds_where_there_is_none() -> None:
    start = midnight(DAYS[0], OSLO)
    (slot,) = held((), start, start + HOUR, OSLO).slots
    assert slot.value is None
    assert slot.end > start


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        (Band(1), False),
        (Band(1, months=frozenset({1})), False),
        (Band(1, days=frozenset(range(7))), True),
    ],
)
def test_a_calendar_is_needed_where_days_differ(band: Band, expected: bool) -> None:
    assert is_by_days((Band(0), band)) is expected


def test_a_day_that_a_zone_has_skipped_has_no_time() -> None:
    zone = ZoneInfo("Pacific/Apia")
    start = datetime(2011, 12, 29, 12, tzinfo=UTC)
    known = held((Band(1, time(6), time(9)), Band(2)), start, start + 2 * DAY, zone)
    now = start
    while now < start + 2 * DAY:
        local = now.astimezone(zone).time()
        slot = known.at(now)
        assert slot is not None and slot.value is not None
        assert slot.value.amount == (1 if time(6) <= local < time(9) else 2)
        now += 10 * MINUTE


def test_winter_time_is_the_lesser_offset_of_the_year() -> None:
    hours = {
        "Europe/London": 0,
        "Europe/Berlin": 1,
        # Its summer is said to be the usual time.
        "Europe/Dublin": 0,
        "Australia/Sydney": 10,
    }
    for name, offset in hours.items():
        clock = Clock.STANDARD.of(ZoneInfo(name), 2026)
        assert clock.utcoffset(None) == offset * HOUR


def test_no_time_is_held_by_nothing() -> None:
    start = midnight(DAYS[0], OSLO)
    assert not held((Band(1),), start, start, OSLO).slots
    assert not held((Band(1),), start, start - DAY, OSLO).slots
