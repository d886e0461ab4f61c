"""Green windows: what was recommended stays recommended, and nothing else is."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
import json
from random import Random

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.green import (
    GreenOutlook,
    GreenWindow,
    green_windows,
)
from custom_components.energy_portals.portals.model.series import Series, Slot

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


def shares(*values: float | None) -> Series[float]:
    """Return quarter-hours with these shares, none where there is no value."""
    return Series(
        tuple(
            Slot(at(n), at(n + 1), value)
            for n, value in enumerate(values)
            if value is not None
        )
    )


SHARES = st.lists(st.none() | st.sampled_from([0.0, 40.0, 60.0, 80.0]), max_size=12)


@given(SHARES, st.sampled_from([None, 0.0, 60.0, 100.0]))
def test_windows_are_where_shares_reach_what_is_called_green(
    values: list[float | None], least: float | None
) -> None:
    outlook = GreenOutlook.of_shares(shares(*values), least, 5.0)
    known = dict(enumerate(values))
    for n in range(-1, 14):
        share = known.get(n)
        assert outlook.share_at(at(n)) == (5.0 if share is None else share)
        is_green = None if share is None or least is None else share >= least
        assert outlook.is_green(at(n)) is is_green
        assert outlook.holds(at(n)) is (share is not None)
        # A hole before the next window may hide another.
        later = [w for w in outlook.windows if w.start > at(n)]
        ahead = range(n, n if not later else (later[0].start - START) // STEP)
        sure = bool(later) and all(known.get(each) is not None for each in ahead)
        assert outlook.upcoming(at(n)) == (later[0] if sure else None)
    assert all(one.end < two.start for one, two in pairwise(outlook.windows))


def test_a_window_has_the_mean_share_of_its_time() -> None:
    slots = (Slot(at(0), at(3), 60.0), Slot(at(3), at(4), 100.0))
    outlook = GreenOutlook.of_shares(Series(slots), 50.0)
    assert list(outlook.windows) == [window(0, 4, 70.0)]


def test_shares_and_windows_change_at_their_slots() -> None:
    outlook = GreenOutlook.of_shares(shares(10.0, 80.0, 90.0), 50.0)
    assert [outlook.next_change(at(n)) for n in range(-1, 4)] == [
        *(at(0), at(1), at(2), at(3), None)
    ]
    assert list(outlook.forecast) == list(outlook.shares)


def test_a_portal_of_windows_tells_no_other_share() -> None:
    outlook = GreenOutlook(share=3.0, windows=Series((window(2, 4, 40.0),)))
    assert outlook.share_at(at(3)) == 3.0
    assert not outlook.holds(at(3))
    assert outlook.is_green(at(1)) is False
    assert outlook.forecast is outlook.windows


def test_shares_outlast_a_restart_and_newer_ones_win() -> None:
    first = GreenOutlook.of_shares(shares(10.0, 80.0, 90.0), 50.0, 5.0)
    kept = GreenOutlook.from_dict(json.loads(json.dumps(first.as_dict())))
    assert (kept.shares, kept.windows, kept.share) == (
        first.shares,
        first.windows,
        None,
    )
    newer = GreenOutlook.of_shares(shares(None, None, 20.0, 85.0), 80.0, 6.0)
    both = kept.merged(newer)
    assert both == GreenOutlook.of_shares(shares(10.0, 80.0, 20.0, 85.0), 80.0, 6.0)
    later = Series((Slot(at(400), at(401), 1.0),))
    assert both.merged(GreenOutlook.of_shares(later, 80.0)).shares == later
    # Who tells windows is believed in all.
    told = GreenOutlook(share=1.0, windows=Series((window(2, 4, 40.0),)))
    assert both.merged(told) == told
    for broken in (None, {}, {"shares": [[1, 2, 3]], "least": None}):
        with pytest.raises(ValueError):
            GreenOutlook.from_dict(broken)
