"""Slots and series, held against a naive reading of the same slots."""

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.model.series import Changing, Series, Slot

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
