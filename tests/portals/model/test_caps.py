"""Caps on power: where several hold, the lowest counts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st

from custom_components.energy_portals.portals.model.caps import PowerCaps
from custom_components.energy_portals.portals.model.series import Slot

START = datetime(2026, 10, 25, tzinfo=UTC)
QUARTER = timedelta(minutes=15)

CAPS = st.lists(
    st.builds(
        lambda first, length, value: Slot(
            START + QUARTER * first, START + QUARTER * (first + length), value
        ),
        st.integers(0, 40),
        st.integers(1, 12),
        st.sampled_from([0.0, 1.5, 3.0, 11.0]),
    ),
    max_size=8,
)
MOMENTS = [START + QUARTER / 2 * n for n in range(-2, 110)]


def _true_cap(caps: list[Slot[float]], when: datetime) -> float | None:
    held = [each.value for each in caps if each.start <= when < each.end]
    return min(held, default=None)


@given(CAPS)
def test_the_lowest_counts_at_every_moment(caps: list[Slot[float]]) -> None:
    found = PowerCaps.of(caps)
    for when in MOMENTS:
        assert found.at(when) == _true_cap(caps, when)


@given(CAPS)
def test_runs_have_gaps_between_them(caps: list[Slot[float]]) -> None:
    found = PowerCaps.of(caps)
    for one, other in pairwise(found.runs):
        assert one.end < other.start
    for when in MOMENTS:
        inside = found.runs.at(when)
        assert (inside is None) == (_true_cap(caps, when) is None)
    for run in found.runs:
        values = {found.at(run.start + QUARTER / 2 * n) for n in range(200)} - {None}
        within = found.slots.between(run.start, run.end)
        assert run.value == min(slot.value for slot in within)
        assert run.value in values


@given(CAPS)
def test_changes_are_all_seen(caps: list[Slot[float]]) -> None:
    """From change to change, and in no other moment, a cap differs."""
    found = PowerCaps.of(caps)
    now = START - QUARTER
    while (then := found.next_change(now)) is not None:
        between = [when for when in MOMENTS if now <= when < then]
        assert len({_true_cap(caps, when) for when in between}) <= 1
        now = then
    assert found.at(now) is None
    assert not found.holds(now)


def test_equal_neighbours_are_one() -> None:
    hours = [
        Slot(START + QUARTER * n, START + QUARTER * (n + 1), value)
        for n, value in enumerate([2.0, 2.0, 1.0])
    ]
    found = PowerCaps.of(hours)
    assert [slot.value for slot in found.slots] == [2.0, 1.0]
    assert [slot.value for slot in found.runs] == [1.0]
    assert found.following(START - QUARTER) == Slot(START, START + 3 * QUARTER, 1.0)
    assert found.following(START) is None
    assert found.holds(START)


def test_nothing() -> None:
    found = PowerCaps.of([])
    assert found.at(START) is None
    assert found.following(START) is None
    assert found.next_change(START) is None
    assert not found.holds(START)


def test_where_there_may_be_a_lower_cap_none_is_known() -> None:
    """It is capped all the same; and what comes next may come before."""
    hour = 4 * QUARTER
    known = [
        Slot(START, START + hour, 3.0),
        Slot(START + 3 * hour, START + 4 * hour, 2.0),
    ]
    spans = [(START + QUARTER, START + hour), (START + QUARTER * 2, START + 2 * hour)]
    caps = PowerCaps.of(known, spans)
    assert [caps.at(START + QUARTER * n) for n in (0, 1, 4, 12)] == [3, None, None, 2]
    told = [caps.is_capped(START + QUARTER * n) for n in (0, 1, 4, 8)]
    assert told == [True, True, None, False]
    assert [slot.value for slot in caps.sure] == [2.0]
    assert caps.following(START + QUARTER) is None
    after = caps.following(START + 2 * hour)
    assert after is not None
    assert after.value == 2
    assert caps.next_change(START) == START + QUARTER
    assert not PowerCaps.of([], spans).holds(START)
