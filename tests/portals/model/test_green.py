"""Green windows: what was recommended stays recommended, and nothing else is."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.green import (
    GreenOutlook,
    GreenWindow,
    green_windows,
)
from custom_components.energy_portals.portals.model.series import Slot

START = datetime(2026, 3, 29, tzinfo=UTC)
STEP = timedelta(minutes=15)


def at(quarters: int) -> datetime:
    return START + quarters * STEP


def window(start: int, end: int, share: float | None = None) -> GreenWindow:
    return Slot(at(start), at(end), share)


def quarters(windows: list[GreenWindow]) -> set[datetime]:
    """Return the quarter-hours that lie in any of the windows."""
    return {at(n) for n in range(40) for w in windows if w.start <= at(n) < w.end}


WINDOWS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.integers(1, 8),
        st.sampled_from([None, 40.0, 60.0]),
    ).map(lambda drawn: window(drawn[0], drawn[0] + drawn[1], drawn[2])),
    max_size=7,
)


@given(WINDOWS)
def test_the_union_is_what_was_said(windows: list[GreenWindow]) -> None:
    joined = list(green_windows(windows))
    assert quarters(joined) == quarters(windows)
    assert all(one.end <= two.start for one, two in pairwise(joined))


@given(WINDOWS)
@example([window(0, 4, 40), window(2, 6, 60), window(5, 8, 40)])
@example([window(0, 4, None), window(2, 6, 40)])
@example([window(0, 9, 40), window(1, 2, 60), window(3, 4, 40)])
def test_a_share_is_known_when_the_parts_agree(windows: list[GreenWindow]) -> None:
    for joined in green_windows(windows):
        parts = {
            part.value
            for part in windows
            if joined.start <= part.start and part.end <= joined.end
        }
        assert joined.value == (parts.pop() if len(parts) == 1 else None)


@given(WINDOWS, st.randoms(use_true_random=False))
def test_the_order_of_the_windows_means_nothing(
    windows: list[GreenWindow], random: Random
) -> None:
    shuffled = list(windows)
    random.shuffle(shuffled)
    assert green_windows(shuffled) == green_windows(windows)
    assert green_windows(green_windows(windows)) == green_windows(windows)


def test_windows_that_touch_stay_apart() -> None:
    windows = [window(0, 4, 40), window(4, 8, 40)]
    assert list(green_windows(windows)) == windows


def test_a_window_inside_another_does_not_shorten_it() -> None:
    assert list(green_windows([window(0, 8, 40), window(2, 3, 40)])) == [
        window(0, 8, 40)
    ]


@pytest.mark.parametrize(
    ("now", "change"), [(-1, 0), (0, 4), (3, 4), (4, 6), (5, 6), (6, 8), (8, None)]
)
def test_an_outlook_changes_at_the_ends_of_windows(
    now: int, change: int | None
) -> None:
    outlook = GreenOutlook(
        share=40, windows=green_windows([window(6, 8), window(0, 4)])
    )
    assert outlook.next_change(at(now)) == (None if change is None else at(change))


def test_an_outlook_without_windows_never_changes() -> None:
    assert GreenOutlook(share=None).next_change(START) is None
