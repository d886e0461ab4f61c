"""Times that depend on each other: hours counted apart, and hours that repeat."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.reading.clocks import (
    counted_from,
    hours_of_days,
    in_order,
)
from custom_components.energy_portals.portals.reading.moments import Wall

ROME = ZoneInfo("Europe/Rome")
SPRING, AUTUMN, WINTER = date(2026, 3, 29), date(2026, 10, 25), date(2026, 1, 15)


def walls(start: datetime, step: timedelta, count: int) -> list[Wall]:
    """Return what a clock in Rome shows, step by step."""
    times = [start + step * place for place in range(count)]
    return [Wall(time.astimezone(ROME).replace(tzinfo=None)) for time in times]


def ordered(times: list[Wall]) -> list[datetime | None]:
    return in_order(times, [ROME] * len(times))


# Hours of a day


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (range(24), 0),
        (range(1, 25), 1),
        ([0], 0),
        ([24], 1),
        ([0, 5, 7], 0),
        ([7, 24], 1),
        # Neither the first nor the last is there, or both are.
        ([], None),
        ([1, 2, 3], None),
        (range(25), None),
        ([0, 24], None),
        ([-1, 0], None),
        ([0, 25], None),
        ([0, 1.5], None),
    ],
)
def test_where_hours_begin(hours: list[float], expected: int | None) -> None:
    assert counted_from(list(hours)) == expected


@pytest.mark.parametrize("first", [0, 1])
def test_hours_of_a_day(first: int) -> None:
    hours = [float(first + place) for place in range(24)]
    found = hours_of_days([WINTER] * 24, hours, ROME)
    midnight = datetime(2026, 1, 14, 23, tzinfo=UTC)
    assert ordered([wall for wall in found if wall]) == [
        midnight + timedelta(hours=place) for place in range(24)
    ]


def test_hours_that_could_begin_at_either_are_none() -> None:
    assert hours_of_days([WINTER] * 3, [7.0, 8.0, 9.0], ROME) == [None] * 3


def test_the_last_hour_of_another_day_tells_it() -> None:
    days = [WINTER, WINTER + timedelta(days=1)]
    assert hours_of_days(days, [24.0, 7.0], ROME) == [
        Wall(datetime(2026, 1, 15, 23)),
        Wall(datetime(2026, 1, 16, 6)),
    ]


@pytest.mark.parametrize(
    ("day", "hours", "count"),
    [
        (AUTUMN, [0, 1, 2, 2, *range(3, 24)], 25),
        (SPRING, [0, 1, *range(3, 24)], 23),
    ],
)
def test_hours_of_a_changing_day_by_the_clock(
    day: date, hours: list[int], count: int
) -> None:
    found = hours_of_days([day] * len(hours), [*map(float, hours)], ROME)
    moments = ordered([wall for wall in found if wall])
    assert len(moments) == count
    assert {b - a for a, b in pairwise(filter(None, moments))} == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("day", "hours"),
    [(SPRING, range(23)), (SPRING, range(24)), (AUTUMN, range(24))],
)
def test_counted_hours_of_a_changing_day_are_none(day: date, hours: range) -> None:
    """The fourth hour of such a day is not four o'clock, if it is counted."""
    assert not any(hours_of_days([day] * len(hours), [*map(float, hours)], ROME)), (
        "a counted hour was read from the clock"
    )


def test_a_changing_day_costs_no_other() -> None:
    days = [AUTUMN] * 24 + [WINTER] * 24
    found = hours_of_days(days, [*map(float, [*range(24)] * 2)], ROME)
    assert not any(found[:24])
    assert all(found[24:])


# The hour that comes twice


STEPS = st.sampled_from([5, 10, 15, 30, 60])


@given(STEPS, st.integers(1, 40), st.integers(0, 60), st.booleans())
def test_rows_in_order_tell_the_repeated_hour(
    minutes: int, before: int, after: int, is_descending: bool
) -> None:
    """A list that goes through the change, from before it to after it."""
    step = timedelta(minutes=minutes)
    # 00:00 UTC is the first 02:00, 01:00 UTC the second.
    start = datetime(2026, 10, 25, tzinfo=UTC) - before * step
    count = before + 120 // minutes + after
    expected = [start + place * step for place in range(count)]
    times = walls(start, step, count)
    if is_descending:
        times, expected = times[::-1], expected[::-1]
    assert ordered(times) == expected


@given(st.permutations(range(8)))
def test_rows_out_of_order_never_tell_a_wrong_one(order: list[int]) -> None:
    start, step = datetime(2026, 10, 24, 23, 30, tzinfo=UTC), timedelta(minutes=30)
    times = walls(start, step, 8)
    found = ordered([times[place] for place in order])
    is_sorted = order in (sorted(order), sorted(order, reverse=True))
    for place, moment in zip(order, found, strict=True):
        right = start + step * place
        assert moment in {right, None}
        assert moment is not None or not is_sorted


@pytest.mark.parametrize("clock", [(2, 0), (2, 30), (2, 59)])
def test_one_row_alone_tells_nothing(clock: tuple[int, int]) -> None:
    hour, minute = clock
    alone = Wall(datetime(2026, 10, 25, hour, minute))
    assert ordered([alone]) == [None]
    before = Wall(datetime(2026, 10, 25, 1))
    assert ordered([before, alone])[1] is None


def test_a_gap_where_the_clock_steps_back_tells_nothing_wrong() -> None:
    """Of 02:00 once and 03:00 nobody knows which 02:00 it was."""
    times = [Wall(datetime(2026, 10, 25, hour)) for hour in (0, 1, 2, 3)]
    found = ordered(times)
    assert found[2] is None
    assert all(found[place] for place in (0, 1, 3))


def test_the_hour_that_is_skipped_is_no_time() -> None:
    times = [Wall(datetime(2026, 3, 29, hour)) for hour in (1, 2, 3)]
    first, second, third = ordered(times)
    assert second is None
    assert first is not None and third is not None
    assert third - first == timedelta(hours=1)


def test_moments_among_walls_are_themselves() -> None:
    moment = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert in_order([moment, None], [ROME, ROME]) == [moment, None]
