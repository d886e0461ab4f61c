"""What is put aside: asked for again ever more rarely, and apart from the rest."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.ledger_aside import (
    Aside,
    Interval,
    Unread,
    outside,
    renewed,
    without,
)

START = datetime(2026, 10, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def span(first: int, last: int) -> Interval:
    """Return some days, the last one included."""
    return START + first * DAY, START + (last + 1) * DAY


def aside(first: int, last: int) -> Aside:
    start, end = span(first, last)
    return Aside(start=start, end=end, why="broken", since=START, asked=START)


def days(asides: Iterable[Aside]) -> list[tuple[int, int]]:
    """Return the days that are put aside."""
    return [
        ((each.start - START) // DAY, (each.end - START) // DAY - 1) for each in asides
    ]


def test_the_rhythm_grows_from_hours_to_days_to_weeks() -> None:
    pauses = [timedelta(hours=each) for each in (0, 1, 3, 9)]
    pauses += [DAY] * 7 + [7 * DAY] * 3
    for tries, pause in enumerate(pauses):
        each = replace(aside(0, 0), tries=tries)
        assert each.is_due(START + pause)
        assert each.is_due(START + pause - HOUR / 60) is (pause < HOUR)
        assert not replace(each, is_left=True).is_due(START + 100 * DAY)
    # The clock was ahead.
    assert each.is_due(START - HOUR)


def test_the_rest_is_asked_for_without_it() -> None:
    held = [replace(aside(5, 6), is_partial=True), aside(2, 3)]
    assert [*outside(held, span(0, 9))] == [
        span(0, 1),
        span(4, 4),
        # What is missing in part is asked for all the same, by itself.
        span(5, 6),
        span(7, 9),
    ]
    assert [*outside(held, span(2, 3))] == []
    assert [*outside(held, span(3, 5))] == [span(4, 4), span(5, 5)]
    assert [*outside([], span(0, 1))] == [span(0, 1)]


def test_what_came_is_no_longer_aside() -> None:
    held = [aside(0, 9), aside(12, 12)]
    assert days(without(held, span(3, 4))) == [(0, 2), (5, 9), (12, 12)]
    assert days(without(held, span(0, 20))) == []
    assert days(renewed(held, span(0, 12), [], START)) == []


def test_what_fails_again_is_older_than_it_was() -> None:
    later = START + DAY
    (each,) = renewed([aside(0, 3)], span(0, 3), [Unread(span(0, 3), "gone")], later)
    assert (each.why, each.since, each.asked, each.tries) == ("gone", START, later, 2)
    # A try that was not its turn is none.
    soon = later + HOUR
    (again,) = renewed([each], span(0, 3), [Unread(span(0, 3), "gone")], soon)
    assert again == each
    left = replace(each, is_left=True)
    (again,) = renewed([left], span(0, 3), [Unread(span(0, 3), "gone")], later + DAY)
    assert again.is_left


def test_days_that_fail_alike_are_one_span() -> None:
    unread = [Unread(span(n, n), "broken") for n in (1, 2, 3, 7)]
    unread.append(Unread(span(4, 4), "broken", is_partial=True))
    held = renewed([], span(0, 9), unread, START)
    assert days(held) == [(1, 3), (4, 4), (7, 7)]
    assert [each.is_partial for each in held] == [False, True, False]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=8),
    st.integers(0, 30),
    st.integers(0, 10),
)
@pytest.mark.parametrize("is_partial", [False, True])
def test_every_day_is_asked_for_once_or_aside(
    is_partial: bool, failed: list[tuple[int, int]], first: int, length: int
) -> None:
    held: tuple[Aside, ...] = ()
    for begin, more in failed:
        unread = Unread(span(begin, begin + more), "broken", is_partial)
        held = renewed(held, unread.span, [unread], START)
    put_aside = {n for one, other in days(held) for n in range(one, other + 1)}
    assert len(put_aside) == sum(other - one + 1 for one, other in days(held))
    wanted = span(first, first + length)
    asked = [*outside(held, wanted)]
    assert sorted(asked) == asked
    those = {
        (start - START) // DAY + n
        for start, end in asked
        for n in range((end - start) // DAY)
    }
    assert sum((end - start) // DAY for start, end in asked) == len(those)
    whole = {*range(first, first + length + 1)}
    assert those == (whole if is_partial else whole - put_aside)
