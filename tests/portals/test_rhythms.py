"""Data that are published once a day: when they are asked for, and when not."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.rhythms import (
    OncePublished,
    OnTheClock,
    Pushed,
)

OSLO, LISBON = ZoneInfo("Europe/Oslo"), ZoneInfo("Europe/Lisbon")
SPRING, AUTUMN, ORDINARY = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 18)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LOOK = timedelta(minutes=15)
ONE = OncePublished(at=time(13), zone=OSLO, over=HOUR, last=2 * HOUR)


@dataclass
class Days:
    """What is held of a site: these days."""

    held: set[date] = field(default_factory=set)

    def known(self, day: date) -> bool:
        """Say whether a day is held."""
        return day in self.held


def local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return a wall time in Oslo, the first of two."""
    return datetime.combine(day, time(hour, minute), OSLO).astimezone(UTC)


def hours_of(day: date) -> list[datetime]:
    """Return every hour of a local day: 23, 24 or 25 of them."""
    start, end = local(day), local(day + DAY)
    return [start + HOUR * n for n in range((end - start) // HOUR)]


LENGTHS = [(SPRING, 23), (ORDINARY, 24), (AUTUMN, 25)]


@pytest.mark.parametrize(("day", "hours"), LENGTHS)
@pytest.mark.parametrize("spread", [0, 0.5, 0.99])
def test_tomorrow_is_due_from_its_publication_and_spread_on(
    day: date, hours: int, spread: float
) -> None:
    moments = hours_of(day)
    assert len(moments) == hours
    due_from = local(day, 13) + HOUR * spread
    for hour in moments:
        for now in (hour, hour + 29 * MINUTE, hour + 31 * MINUTE):
            assert ONE.due(now, spread, [Days({day})]) == (now >= due_from)
            assert not ONE.due(now, spread, [Days({day, day + DAY})])
            # Today is due at any time: it was published yesterday.
            assert ONE.due(now, spread, [Days({day + DAY})])
            assert ONE.due(now, spread, [None])
            assert ONE.due(now, spread, [Days({day, day + DAY}), None])
            assert not ONE.due(now, spread, [])


@pytest.mark.parametrize(("day", "hours"), LENGTHS)
def test_the_days_that_are_published(day: date, hours: int) -> None:
    for now in hours_of(day):
        both = now >= local(day, 13)
        assert ONE.days(now) == ((day, day + DAY) if both else (day,))
    assert ONE.days(local(day, 13), late=MINUTE) == (day,)
    assert ONE.days(local(day, 13, 1), late=MINUTE) == (day, day + DAY)


@pytest.mark.parametrize(("day", "hours"), LENGTHS)
@pytest.mark.parametrize("spread", [0, 0.5, 0.99])
def test_when_all_is_held_it_waits_for_the_next_publication(
    day: date, hours: int, spread: float
) -> None:
    for now in (hour + n * 5 * MINUTE for hour in hours_of(day) for n in range(12)):
        coming = local(day, 13) + HOUR * spread
        if coming <= now:
            coming = local(day + DAY, 13) + HOUR * spread
        held = [Days({day, day + DAY})]
        assert ONE.pause(now, spread, held) == min(coming - now, LOOK)
        patient = replace(ONE, look=timedelta(days=9))
        assert patient.pause(now, spread, held) == coming - now


def test_the_look_is_as_told() -> None:
    one = OncePublished(at=time(13), zone=OSLO, look=2 * HOUR)
    held = [Days({ORDINARY, ORDINARY + DAY})]
    assert one.pause(local(ORDINARY, 9), 0, held) == 2 * HOUR
    assert one.pause(local(ORDINARY, 12), 0, held) == HOUR


@pytest.mark.parametrize(
    ("misses", "minutes"),
    [
        *((0, 10), (1, 10), (2, 10), (3, 10), (4, 20), (5, 40), (6, 80), (7, 120)),
        (10**6, 120),
    ],
)
def test_tries_become_rarer(misses: int, minutes: int) -> None:
    now = local(ORDINARY, 14)
    assert ONE.pause(now, 0, [Days({ORDINARY})], misses) == minutes * MINUTE


@pytest.mark.parametrize("misses", [1, 4, 6, 40])
@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
def test_no_try_is_past_the_next_publication(day: date, misses: int) -> None:
    for minutes in (1, 4, 39, 119):
        now = local(day, 13) + HOUR / 2 - minutes * MINUTE
        pause = ONE.pause(now, 0.5, [None], misses)
        assert timedelta() < pause <= minutes * MINUTE


@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
def test_at_the_very_moment_the_next_one_is_tomorrow_s(day: date) -> None:
    patient = OncePublished(at=time(13), zone=OSLO, look=timedelta(days=9))
    now = local(day, 13)
    held = [Days({day, day + DAY})]
    assert patient.pause(now, 0, held) == local(day + DAY, 13) - now


def test_no_site_is_nothing_to_ask_for() -> None:
    assert ONE.pause(local(ORDINARY, 14), 0) == LOOK
    assert ONE.pause(local(ORDINARY, 14), 0, [], misses=5) == LOOK


def test_a_publication_in_a_repeated_hour_is_the_first_one() -> None:
    one = OncePublished(at=time(2, 30), zone=OSLO)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert one.days(first - MINUTE) == (AUTUMN,)
    assert one.days(first) == (AUTUMN, AUTUMN + DAY)


def follow(
    rhythm: OncePublished,
    start: datetime,
    end: datetime,
    late: timedelta,
    spread: float,
) -> Iterable[tuple[datetime, bool]]:
    """Live by the rhythm, and yield each look with whether something was due."""
    site, misses, now = Days(), 0, start
    while now < end:
        due = rhythm.due(now, spread, [site])
        yield now, due
        if due:
            # The portal's answer: what is out by then.
            site.held |= set(rhythm.days(now, late))
        misses = misses + 1 if rhythm.due(now, spread, [site]) else 0
        pause = rhythm.pause(now, spread, [site], misses)
        assert pause is not None and timedelta() < pause <= rhythm.last
        # Timers fire by the minute here, never early.
        now += -(-pause // MINUTE) * MINUTE


@settings(max_examples=60)
@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    zone=st.sampled_from([OSLO, LISBON]),
    spread=st.floats(0, 1, exclude_max=True),
    at=st.sampled_from([time(0, 5), time(2, 30), time(13), time(22, 59)]),
)
def test_a_portal_in_time_is_asked_once_a_day_and_never_too_early(
    start: datetime, zone: ZoneInfo, spread: float, at: time
) -> None:
    rhythm = OncePublished(at=at, zone=zone)
    begin = start.replace(second=0, microsecond=0, tzinfo=UTC)
    end = begin + 4 * DAY
    asked = [now for now, due in follow(rhythm, begin, end, timedelta(), spread) if due]
    first, *later = asked
    assert first == begin
    assert 3 <= len(later) <= 4
    days = [now.astimezone(zone).date() for now in later]
    for now in later:
        # Half past two may be skipped, or come twice; an instant is compared.
        days_out = datetime.combine(now.astimezone(zone).date(), at, zone).astimezone(
            UTC
        )
        first_try = days_out + rhythm.over * spread
        assert first_try <= now <= first_try + 2 * MINUTE
    assert len(set(days)) == len(days)


@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
def test_a_late_portal_is_asked_on_the_ladder(day: date) -> None:
    late = timedelta(hours=3)
    start = local(day, 12)
    looks = list(follow(ONE, start, start + DAY - HOUR, late, 0))
    tries = [now for now, due in looks if due]
    minutes = [(now - local(day, 13)) // MINUTE for now in tries[1:]]
    assert minutes == [0, 10, 20, 30, 50, 90, 170, 290]


@dataclass
class Correctable(Days):
    """What is held of a site, and when it is to be looked at again."""

    look: datetime | None = None

    def next_look(self, now: datetime) -> datetime | None:
        """Return it, whenever that is."""
        return self.look


def test_a_look_at_what_is_held_is_due_in_its_time() -> None:
    now = local(ORDINARY, 14)
    both = {ORDINARY, ORDINARY + DAY}
    assert not ONE.due(now, 0, [Correctable(both), Correctable(both)])
    for minutes, due in ((-90, True), (0, True), (1, False), (10, False)):
        look = now + minutes * MINUTE
        held = [Correctable(both), Correctable(both, look), Days(both)]
        assert ONE.due(now, 0, held) == due
        if not due:
            assert ONE.pause(now, 0, held) == minutes * MINUTE
    held = [Correctable(both, now + HOUR)]
    assert ONE.pause(now, 0, held) == LOOK


def test_a_look_is_not_late_for_the_tries_at_another_site() -> None:
    now = local(ORDINARY, 16)
    held = [Days({ORDINARY}), Correctable({ORDINARY, ORDINARY + DAY}, now + 7 * MINUTE)]
    assert ONE.pause(now, 0, held, misses=6) == 7 * MINUTE


@pytest.mark.parametrize("spread", [0, 0.5, 0.999])
@pytest.mark.parametrize("late", range(0, 31, 3))
def test_what_the_portal_has_is_seen_within_ten_minutes(
    late: int, spread: float
) -> None:
    """Where it publishes at its hour, or half an hour after it."""
    rhythm = OncePublished(at=time(13), zone=OSLO)
    site, misses, now = Days({ORDINARY}), 0, local(ORDINARY, 12, 33)
    out = local(ORDINARY, 13) + late * MINUTE
    while not site.known(ORDINARY + DAY):
        if rhythm.due(now, spread, [site]) and now >= out:
            site.held.add(ORDINARY + DAY)
            assert now - out <= 10 * MINUTE
        misses = misses + 1 if rhythm.due(now, spread, [site]) else 0
        pause = rhythm.pause(now, spread, [site], misses)
        assert pause is not None
        now += pause


@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
def test_when_tomorrow_is_expected(day: date) -> None:
    for now in hours_of(day):
        assert ONE.expected(now) == local(day, 13)


@dataclass
class _Told:
    """What is held of a site that may be pushed to."""

    is_pushed_to: bool


def test_pushed_asks_seldom_while_pushes_come() -> None:
    rhythm = Pushed(asked=2 * MINUTE, pushed=15 * MINUTE)
    now = local(ORDINARY, 12)
    assert rhythm.due(now, 0.5, ())
    assert rhythm.pause(now, 0.0) == 2 * MINUTE
    assert rhythm.pause(now, 0.0, (None, _Told(is_pushed_to=False))) == 2 * MINUTE
    told = (None, _Told(is_pushed_to=False), _Told(is_pushed_to=True))
    assert rhythm.pause(now, 0.0, told) == 15 * MINUTE
    # Installations do not ask at the same second.
    assert rhythm.pause(now, 0.5, told) == 15.75 * MINUTE


def test_on_the_clock() -> None:
    """It looks at every full quarter, and when what is held changes before that."""
    rhythm = OnTheClock(step=timedelta(minutes=15))
    now = datetime(2026, 1, 15, 12, 4, tzinfo=UTC)
    assert rhythm.due(now, 0.5, ())
    assert rhythm.pause(now, 0.5) == timedelta(minutes=11)
    slot = Slot(now, now + timedelta(minutes=3), None)
    held = (Series((slot,)), None, Series())
    assert rhythm.pause(now, 0.5, held) == timedelta(minutes=3)
    full = now.replace(minute=15)
    assert rhythm.pause(full, 0.5, held) == timedelta(minutes=15)
