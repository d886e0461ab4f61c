"""The smallest rewrite of what is stored: from the first changed hour on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.ledger import HOUR, Hours, LedgerRow
from custom_components.energy_portals.portals.model.ledger_rewrite import (
    healed,
    rewrite,
)

START = datetime(2026, 10, 24, 22, tzinfo=UTC)
DAY = timedelta(days=1)


def at(hours: float) -> datetime:
    return START + hours * HOUR


def stored(*states: float | None) -> list[LedgerRow]:
    sums = accumulate(state or 0.0 for state in states)
    return [
        LedgerRow(at(n), state, each)
        for n, (state, each) in enumerate(zip(states, sums, strict=True))
    ]


def said(*amounts: float | None, first: int = 0) -> Hours:
    found = {at(first + n): each for n, each in enumerate(amounts) if each is not None}
    return Hours(found, {}, at(first))


def change(
    before: list[LedgerRow],
    hours: Hours,
    span: tuple[float, float] = (0, 100),
    base: float = 0,
) -> tuple[LedgerRow, ...]:
    return rewrite(
        before,
        hours,
        (at(span[0]), at(span[1])),
        base=base,
        believed_from=hours.since,
    ).rows


def test_nothing_new_writes_nothing() -> None:
    found = rewrite(
        stored(1, 2, 3),
        said(1, 2, 3),
        (at(0), at(3)),
        base=0,
        believed_from=at(0),
    )
    assert found.rows == ()
    assert found.unchanged == 3
    assert found.states == {at(0): 1, at(1): 2, at(2): 3}


def test_new_hours_go_on_with_the_sum() -> None:
    assert change(stored(1, 2), said(4, 5, first=2), (2, 9)) == (
        LedgerRow(at(2), 4, 7.0),
        LedgerRow(at(3), 5, 12.0),
    )
    assert change([], said(4, first=2), base=3.5) == (LedgerRow(at(2), 4, 7.5),)


def test_a_correction_rewrites_from_its_hour_on() -> None:
    assert change(stored(1, 2, 3), said(1, 5, 3)) == (
        LedgerRow(at(1), 5, 6.0),
        LedgerRow(at(2), 3, 9.0),
    )


def test_a_late_hour_moves_what_follows() -> None:
    before = [LedgerRow(at(0), 1.0, 1.0), LedgerRow(at(2), 3.0, 4.0)]
    assert change(before, said(1, 2, 3)) == (
        LedgerRow(at(1), 2, 3.0),
        LedgerRow(at(2), 3, 6.0),
    )


def test_rows_beyond_the_span_move_too() -> None:
    assert change(stored(1, 2, 3), said(9), (0, 1)) == (
        LedgerRow(at(0), 9, 9.0),
        LedgerRow(at(1), 2, 11.0),
        LedgerRow(at(2), 3, 14.0),
    )


def test_corrections_that_make_up_for_each_other_end_the_rewrite() -> None:
    assert change(stored(1, 2, 3), said(2, 1, 3)) == (
        LedgerRow(at(0), 2, 2.0),
        LedgerRow(at(1), 1, 3.0),
    )


def test_a_withdrawn_hour_has_no_amount_and_the_sum_before_it() -> None:
    assert change(stored(1, 2, 3), said(1, None, 3)) == (
        LedgerRow(at(1), None, 1.0),
        LedgerRow(at(2), 3, 4.0),
    )
    assert change(stored(1, None, 3), said(1, None, 3)) == ()
    assert change(stored(1, None, 3), said(1, 2, 3)) == (
        LedgerRow(at(1), 2, 3.0),
        LedgerRow(at(2), 3, 6.0),
    )


def test_what_an_answer_never_spoke_of_stays() -> None:
    assert change(stored(1, 2, 3), said(3, first=2)) == ()
    assert change(stored(1, 2, 3), Hours({}, {})) == ()
    assert change(stored(1, 2, 3), said(1), (0, 1)) == ()


def test_what_could_not_be_read_stays() -> None:
    hours = replace(said(1, None, None, 5), unread=frozenset({at(1)}))
    assert change(stored(1, 2, 3, 4), hours) == (
        LedgerRow(at(2), None, 3.0),
        LedgerRow(at(3), 5, 8.0),
    )
    # But for what was paid for another amount than there is now.
    money = rewrite(
        stored(1, 2),
        hours,
        (at(0), at(2)),
        base=0.0,
        believed_from=at(0),
        follows=frozenset({at(1)}),
    )
    assert money.rows == (LedgerRow(at(1), None, 1.0),)


def test_nothing_changes_before_a_history_is_continued() -> None:
    found = rewrite(
        stored(1, 2, 3),
        said(7, 7, 7, 7),
        (at(0), at(9)),
        base=0,
        believed_from=at(0),
        untouched_before=at(3),
    )
    assert found.rows == (LedgerRow(at(3), 7, 13.0),)
    assert found.states == {at(0): 1, at(1): 2, at(2): 3, at(3): 7}


def test_a_day_does_not_go_over_stored_hours() -> None:
    day = Hours({at(0): 10.0}, {at(0): at(24)}, at(0))
    assert change(stored(1, 2), day) == ()
    assert change([], day) == (LedgerRow(at(0), 10.0, 10.0),)
    assert change(stored(4), day) == (LedgerRow(at(0), 10.0, 10.0),)


def test_hours_go_over_a_stored_day() -> None:
    assert change(stored(10), said(None, 1, 2)) == (
        LedgerRow(at(0), None, 0.0),
        LedgerRow(at(1), 1, 1.0),
        LedgerRow(at(2), 2, 3.0),
    )


states = st.one_of(st.none(), st.floats(0, 1e6), st.integers(0, 9).map(float))


@given(st.lists(states), st.lists(states, min_size=1), st.integers(0, 20))
def test_a_rewrite_makes_what_one_import_would_have_made(
    before: list[float | None], answer: list[float | None], first: int
) -> None:
    held = {row.start: row for row in stored(*before)}
    hours = said(*answer, first=first)
    span = at(first), at(first + len(answer))
    found = rewrite([*held.values()], hours, span, base=0.0, believed_from=hours.since)
    assert all(held.get(row.start) != row for row in found.rows)
    held |= {row.start: row for row in found.rows}
    wanted = {row.start: row.state for row in stored(*before)}
    wanted |= dict(zip(map(at, range(first, first + len(answer))), answer, strict=True))
    rows = [held[hour] for hour in sorted(held)]
    assert {row.start: row.state for row in rows if row.state is not None} == {
        hour: state for hour, state in wanted.items() if state is not None
    }
    assert [row.sum for row in rows] == [
        *accumulate(0.0 if row.state is None else row.state for row in rows)
    ]


@given(st.lists(states), st.integers(0, 30), st.integers(0, 30))
def test_a_rewrite_that_was_cut_short_is_healed(
    before: list[float | None], changed: int, reached: int
) -> None:
    rows = stored(*before)
    cut = [
        row
        if n < changed or n >= reached
        else LedgerRow(row.start, row.state, row.sum + 5)
        for n, row in enumerate(rows)
    ]
    mended = {row.start: row for row in healed(cut, 0.0)}
    assert [mended.get(row.start, row) for row in cut] == rows


# What the user has adjusted


def test_an_adjusted_sum_stays_adjusted() -> None:
    """By what the user said, from where he said it on, whatever comes before."""
    before = [
        LedgerRow(at(0), 1.0, 1.0),
        LedgerRow(at(1), 2.0, 103.0),
        LedgerRow(at(3), 3.0, 106.0),
    ]
    assert change(before, said(1.5, 2, None, 3), (0, 4)) == (
        LedgerRow(at(0), 1.5, 1.5),
        LedgerRow(at(1), 2.0, 103.5),
        LedgerRow(at(3), 3.0, 106.5),
    )
    # Of the adjusted hour itself, too, when it is withdrawn, and when one comes late.
    assert change(before, said(1, None, 4, 3), (0, 4)) == (
        LedgerRow(at(1), None, 101.0),
        LedgerRow(at(2), 4.0, 105.0),
        LedgerRow(at(3), 3.0, 108.0),
    )
    # And the first hour of all.
    assert change(stored_at(100.0, 1, 2), said(2, 2), (0, 2)) == (
        LedgerRow(at(0), 2.0, 102.0),
        LedgerRow(at(1), 2.0, 104.0),
    )


def stored_at(begun: float, *states: float) -> list[LedgerRow]:
    """Return hours whose sum the user has adjusted from the first one on."""
    return [LedgerRow(row.start, row.state, row.sum + begun) for row in stored(*states)]


def test_what_rounding_makes_of_sums_is_no_adjustment() -> None:
    rows = [
        LedgerRow(at(0), 0.1, 1000.1),
        LedgerRow(at(1), 0.2, 1000.3000000000001),
    ]
    (first, second) = change(rows, said(0.5, 0.2), (0, 2), base=1000.0)
    assert second.sum == first.sum + 0.2


def test_an_amount_that_never_was_is_no_adjustment() -> None:
    rows = [LedgerRow(at(0), 1.0, 1.0), LedgerRow(at(1), None, 1e300)]
    assert change(rows, said(2), (0, 1))[-1] == LedgerRow(at(1), None, 2.0)


@given(
    st.lists(st.floats(0, 50), min_size=1, max_size=30),
    st.dictionaries(st.integers(0, 29), st.floats(-500, 500), max_size=3),
    st.lists(states, min_size=1, max_size=30),
    st.integers(0, 20),
)
def test_adjustments_stay_whatever_is_corrected(
    before: list[float],
    adjusted: dict[int, float],
    answer: list[float | None],
    first: int,
) -> None:
    adjusted = {n: each for n, each in adjusted.items() if n < len(before)}
    held, more = {}, 0.0
    for n, row in enumerate(stored(*before)):
        more += adjusted.get(n, 0.0)
        held[row.start] = LedgerRow(row.start, row.state, row.sum + more)
    hours = said(*answer, first=first)
    span = at(first), at(first + len(answer))
    found = rewrite([*held.values()], hours, span, base=0.0, believed_from=hours.since)
    held |= {row.start: row for row in found.rows}
    running = 0.0
    for hour, row in sorted(held.items()):
        running += (row.state or 0.0) + adjusted.get(round((hour - START) / HOUR), 0.0)
        assert row.sum == pytest.approx(running, abs=1e-4)


# Longer readings of hours that are stored


def day_of(amount: float, hours: int = 24) -> Hours:
    return Hours({at(0): amount}, {at(0): at(hours)}, at(0))


def coarser(
    held: Sequence[float | None], hours: Hours, *, signed: bool = False
) -> dict[tuple[float, float], float]:
    found = rewrite(
        stored(*held),
        hours,
        (at(0), at(48)),
        base=0.0,
        believed_from=at(0),
        signed=signed,
    )
    assert found.rows == ()
    return {
        ((start - START) / HOUR, (end - START) / HOUR): share
        for (start, end), share in found.coarser.items()
    }


def test_a_coarser_reading_that_differs_is_told() -> None:
    """Nothing is spread, and nothing goes over what is finer."""
    ones = [1.0] * 24
    assert coarser(ones, day_of(30.0)) == {(0, 24): pytest.approx(-0.2)}
    assert coarser(ones, day_of(18.0)) == {(0, 24): pytest.approx(1 / 3)}
    assert coarser(ones, day_of(0.0)) == {(0, 24): 1.0}
    assert coarser(ones, day_of(24.0)) == {}
    assert coarser(ones, day_of(24.3)) == {}
    assert coarser([2.0, 2.0], day_of(3.0, hours=2)) == {(0, 2): pytest.approx(1 / 3)}


def test_readings_across_hours_that_meet() -> None:
    """One that came later is no finer part of the one before it."""
    row = LedgerRow(at(1), 2.0, 2.0)
    hours = Hours({at(0): 1.0, at(1): 2.0}, {at(0): at(1.25), at(1): at(2.25)}, at(0))
    found = rewrite([row], hours, (at(0), at(3)), base=0.0, believed_from=None)
    assert found.rows == (LedgerRow(at(0), 1.0, 1.0), LedgerRow(at(1), 2.0, 3.0))
    assert not found.coarser


def test_hours_that_do_not_fill_a_reading_may_be_less_than_it() -> None:
    some = [1.0, None, 1.0]
    assert coarser(some, day_of(30.0)) == {}
    assert coarser(some, day_of(1.0)) == {(0, 24): pytest.approx(1.0)}
    # Money may go down again in the hours that are not known.
    assert coarser(some, day_of(1.0), signed=True) == {}


# Series that follow another


def test_what_is_paid_follows_the_energy() -> None:
    """What was stored was paid for another amount, and nothing is said of this one."""
    energy = rewrite(
        stored(1, 2, 3, 4),
        said(1, 5, 3),
        (at(0), at(3)),
        base=0.0,
        believed_from=at(0),
    )
    assert energy.corrected == {at(1)}
    for answer in (Hours({}, {}), said(0.1, None, 0.3)):
        money = rewrite(
            stored(0.1, 0.2, 0.3),
            answer,
            (at(0), at(3)),
            base=0.0,
            believed_from=answer.since,
            follows=energy.corrected,
        )
        assert money.rows == (
            LedgerRow(at(1), None, 0.1),
            LedgerRow(at(2), 0.3, pytest.approx(0.4)),
        )
    # What the portal says of it stands, be it what it said before.
    told = rewrite(
        stored(0.1, 0.2),
        said(0.1, 0.2),
        (at(0), at(3)),
        base=0.0,
        believed_from=at(0),
        follows=energy.corrected,
    )
    assert told.rows == ()
    # A new hour was never paid for otherwise.
    new = rewrite([], said(1), (at(0), at(3)), base=0.0, believed_from=None)
    assert new.corrected == frozenset()


# Money at a mean price


def _at_mean(*amounts: float) -> Hours:
    bounds = {at(n): (each - 1, each + 1) for n, each in enumerate(amounts)}
    return replace(said(*amounts), at_mean=bounds)


def test_a_mean_price_takes_no_exact_amount_away_that_may_be_true() -> None:
    """Of what is stored, the first is near, the second is not, the third is a mean."""
    found = rewrite(
        stored(1, 2, 3),
        _at_mean(1.5, 4, 3.5),
        (at(0), at(3)),
        base=0,
        believed_from=at(0),
        at_mean={at(2)},
    )
    assert found.states == {at(0): 1, at(1): 4, at(2): 3.5}
    assert found.at_mean == {at(1), at(2)}
    assert rewrite(
        [], _at_mean(1), (at(0), at(3)), base=0, believed_from=at(0)
    ).at_mean == {at(0)}


def test_an_hour_without_a_price_keeps_what_is_stored() -> None:
    hours = replace(said(1, None, None), left=frozenset({at(1)}))
    assert change(stored(1, 2, 3), hours) == (LedgerRow(at(2), None, 3.0),)
