"""Slots and series, held against a naive reading of the same slots."""

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.series import (
    Changing,
    Series,
    Slot,
    spaced,
)

START = datetime(2026, 10, 24, 22, tzinfo=UTC)
STEP = timedelta(minutes=15)

type Numbers = Series[int]


def at(quarters: float) -> datetime:
    return START + quarters * STEP


def series_of(*ends: tuple[int, int]) -> Numbers:
    return Series.of(
        Slot(at(start), at(end), number) for number, (start, end) in enumerate(ends)
    )


@st.composite
def runs(draw: st.DrawFn) -> Numbers:
    """Draw slots of unequal length, some meeting and some with gaps between."""
    ends: list[tuple[int, int]] = []
    now = 0
    for gap, length in draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), max_size=6)
    ):
        ends.append((now + gap, now + gap + length))
        now += gap + length
    return series_of(*ends)


# Halves of a step, so that a moment may be a boundary or lie between two.
MOMENTS = st.integers(-3, 64).map(lambda halves: at(halves / 2))


@given(runs(), MOMENTS)
def test_at(series: Numbers, when: datetime) -> None:
    held = [slot for slot in series.slots if slot.start <= when < slot.end]
    assert series.at(when) == (held[0] if held else None)


@given(runs(), MOMENTS)
def test_after(series: Numbers, when: datetime) -> None:
    later = [slot for slot in series.slots if slot.start > when]
    assert series.after(when) == (later[0] if later else None)


@given(runs(), MOMENTS, MOMENTS)
@example(series_of((0, 2)), at(1), at(1))
@example(series_of((0, 2)), at(1.5), at(0.5))
def test_between(series: Numbers, start: datetime, end: datetime) -> None:
    shared = tuple(
        slot for slot in series.slots if max(slot.start, start) < min(slot.end, end)
    )
    assert series.between(start, end) == shared


@given(runs(), MOMENTS, MOMENTS)
@example(series_of((0, 2), (2, 4)), at(1), at(3))
@example(series_of((0, 2), (3, 4)), at(1), at(4))
def test_within_and_covers(series: Numbers, start: datetime, end: datetime) -> None:
    half = STEP / 2
    moments = [start + n * half for n in range(max(0, (end - start) // half))]
    cut = series.within(start, end)
    # What a moment has inside of the span stays, and outside of it is nothing.
    for when in (at(n / 2) for n in range(-4, 66)):
        held = series.at(when) if when in moments else None
        shown = cut.at(when)
        assert (shown and shown.value) == (held and held.value)
    assert series.covers(start, end) == all(series.at(when) for when in moments)


@given(runs(), runs())
def test_of_two_the_newer_wins_where_it_has_a_slot(
    older: Numbers, newer: Numbers
) -> None:
    both = older.merged(newer)
    for when in (at(n / 2) for n in range(-4, 66)):
        held, shown = newer.at(when) or older.at(when), both.at(when)
        assert (shown and shown.value) == (held and held.value)


@given(runs(), MOMENTS)
def test_next_change(series: Numbers, now: datetime) -> None:
    bounds = {bound for slot in series.slots for bound in (slot.start, slot.end)}
    assert series.next_change(now) == min(
        (bound for bound in bounds if bound > now), default=None
    )


@given(runs(), st.randoms(use_true_random=False))
def test_of_sorts(series: Numbers, random: Random) -> None:
    slots = list(series)
    random.shuffle(slots)
    again = Series.of(slots)
    assert again == series
    assert list(again) == sorted(series.slots, key=lambda slot: slot.start)
    assert len(again) == len(slots)


def test_an_empty_series_knows_nothing() -> None:
    series: Numbers = Series()
    assert not series.slots
    assert series.at(START) is None
    assert series.after(START) is None
    assert series.between(START, at(4)) == ()
    assert series.next_change(START) is None


def test_a_moment_may_be_given_in_any_zone() -> None:
    """Both moments called 02:30 in the repeated hour find their own slot."""
    rome = ZoneInfo("Europe/Rome")
    repeated = datetime(2026, 10, 25, 2, 30, tzinfo=rome)
    series = series_of((8, 12), (12, 16))
    assert series.at(repeated.astimezone(UTC)) == series.slots[0]
    assert series.at(repeated.replace(fold=1).astimezone(UTC)) == series.slots[1]
    elsewhere = repeated.astimezone(timezone(-8 * STEP))
    assert series.at(elsewhere) == series.slots[0]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START.replace(tzinfo=None), at(1)),
        (START, at(1).replace(tzinfo=None)),
        (START.astimezone(ZoneInfo("Europe/Rome")), at(1)),
        (START, at(1).astimezone(ZoneInfo("UTC"))),
        (START, START),
        (at(1), START),
    ],
    ids=["naive", "naive end", "local", "other UTC", "no length", "reversed"],
)
def test_a_slot_is_an_interval_in_utc(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="slot"):
        Slot(start, end, 1)


@pytest.mark.parametrize(
    "ends", [((0, 2), (1, 3)), ((0, 4), (1, 2)), ((0, 1), (0, 1)), ((0, 2), (0, 1))]
)
def test_overlapping_slots_are_refused(ends: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="overlap"):
        series_of(*ends)


def test_slots_out_of_order_are_refused() -> None:
    slots = series_of((0, 1), (1, 2)).slots
    with pytest.raises(ValueError, match="out of order"):
        Series(tuple(reversed(slots)))


def test_a_series_says_how_much_it_holds() -> None:
    assert repr(series_of((0, 1), (2, 3))) == "<Series of 2 slots>"
    assert isinstance(series_of(), Changing)


type Point = tuple[datetime, datetime | None, int]

# No length that two points alone would show.
FALLBACK = 3 * STEP


def points_at(*quarters: float) -> list[Point]:
    return [(at(quarter), None, number) for number, quarter in enumerate(quarters)]


def bounds_of(series: Numbers) -> list[tuple[float, float]]:
    """Return the slots' bounds in quarters since the start."""
    return [((s.start - START) / STEP, (s.end - START) / STEP) for s in series]


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ((), []),
        ((0,), [(0, 3)]),
        ((0, 1), [(0, 1), (1, 2)]),
        ((0, 2), [(0, 2), (2, 4)]),
        ((0, 4), [(0, 4), (4, 8)]),
        ((0, 8), [(0, 3), (8, 11)]),
        ((0, 0.5), [(0, 0.5), (0.5, 3.5)]),
        ((0, 1, 2, 4, 5, 6), [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7)]),
        ((0, 4, 8, 16), [(0, 4), (4, 8), (8, 12), (16, 20)]),
        ((0, 8, 12, 16), [(0, 4), (8, 12), (12, 16), (16, 20)]),
        ((0, 1, 2, 6, 14, 15), [(0, 1), (1, 2), (2, 3), (6, 7), (14, 15), (15, 16)]),
        ((0, 4, 8, 9, 10), [(0, 4), (4, 8), (8, 9), (9, 10), (10, 11)]),
        ((0, 4, 8, 9), [(0, 4), (4, 8), (8, 9), (9, 10)]),
        ((0, 1, 2, 6, 10), [(0, 1), (1, 2), (2, 6), (6, 10), (10, 14)]),
        ((0, 96, 192), [(0, 96), (96, 192), (192, 288)]),
    ],
    ids=[
        "nothing",
        "one lasts as long as expected",
        "two quarters",
        "two halves",
        "two hours",
        "two far apart last as long as expected each",
        "two too near one another",
        "a quarter is missing",
        "the last but one hour is missing",
        "the second hour is missing",
        "two gaps beside one another",
        "hours turn into quarters",
        "a quarter after hours",
        "quarters turn into hours",
        "days",
    ],
)
def test_points_without_ends_last_as_long_as_the_data_show(
    starts: tuple[float, ...], expected: list[tuple[float, float]]
) -> None:
    series = spaced(points_at(*starts), FALLBACK)
    assert bounds_of(series) == expected
    assert [slot.value for slot in series] == list(range(len(starts)))


@given(
    st.lists(st.tuples(st.integers(2, 9), st.integers(0, 9)), min_size=2, max_size=9)
)
def test_what_is_missing_is_never_covered(runs_and_gaps: list[tuple[int, int]]) -> None:
    present: list[int] = []
    now = 0
    for run, gap in runs_and_gaps:
        present += range(now, now + run)
        now += run + gap
    series = spaced(points_at(*present), FALLBACK)
    assert bounds_of(series) == [(quarter, quarter + 1) for quarter in present]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(1, 9)), max_size=12),
    st.randoms(use_true_random=False),
)
def test_any_points_in_any_order(
    drawn: list[tuple[int, int | None]], random: Random
) -> None:
    ends = dict(drawn)
    points: list[Point] = [
        (at(start), None if length is None else at(start + length), start)
        for start, length in ends.items()
    ]
    series = spaced(points, FALLBACK)
    random.shuffle(points)
    assert spaced(points, FALLBACK) == series
    starts = sorted(ends)
    assert [slot.value for slot in series] == starts
    for slot, later in zip(series, [*starts, 1000][1:], strict=True):
        length = ends[slot.value]
        assert slot.start == at(slot.value)
        assert slot.end <= at(later)
        if length is not None:
            assert slot.end == min(at(slot.value + length), at(later))


def test_of_equal_starts_the_last_wins() -> None:
    first, second = points_at(0, 1)
    again = (second[0].astimezone(UTC), None, 7)
    assert [slot.value for slot in spaced([second, first, again], FALLBACK)] == [0, 7]


def test_a_later_start_cuts_an_end_that_is_given() -> None:
    points = [(at(0), at(8), 0), (at(2), at(3), 1)]
    assert bounds_of(spaced(points, FALLBACK)) == [(0, 2), (2, 3)]


def test_an_end_that_is_given_leaves_a_gap() -> None:
    points = [(at(0), at(1), 0), (at(4), None, 1), (at(8), None, 2)]
    assert bounds_of(spaced(points, FALLBACK)) == [(0, 1), (4, 8), (8, 12)]


@pytest.mark.parametrize("end", [at(0), at(-1), at(1).replace(tzinfo=None)])
def test_an_end_must_follow_its_start(end: datetime) -> None:
    with pytest.raises((ValueError, TypeError)):
        spaced([(at(0), end, 0)], FALLBACK)


def test_a_lone_point_lasts_as_long_as_is_told() -> None:
    assert bounds_of(spaced(points_at(0), FALLBACK)) == [(0, FALLBACK / STEP)]


def test_many_points_that_draw_together_are_no_burden() -> None:
    starts = [0.0]
    for length in range(1500, 0, -1):
        starts.append(starts[-1] + length)
    series = spaced(points_at(*starts), FALLBACK)
    assert bounds_of(series)[0] == (0, 1)
