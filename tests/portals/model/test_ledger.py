"""Readings of any length by the hour, and the smallest rewrite of what is stored."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
import math
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.ledger import (
    HOUR,
    Hours,
    LedgerRow,
    costs,
    differences,
    gaps,
    healed,
    hourly,
    integrated,
    rewrite,
)
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.prices import Price, PriceSeries
from custom_components.energy_portals.portals.model.series import Series, Slot

ROME = ZoneInfo("Europe/Rome")
START = datetime(2026, 10, 24, 22, tzinfo=UTC)
QUARTER = HOUR / 4
DAY = timedelta(days=1)


def at(hours: float) -> datetime:
    return START + hours * HOUR


def slot(start: float, length: float, value: float | None) -> Slot[float | None]:
    return Slot(at(start), at(start + length), value)


def by_hour(*slots: Slot[float | None], signed: bool = False) -> dict[float, float]:
    found = hourly(slots, signed=signed, refused=Counter())
    return {(hour - START) / HOUR: each for hour, each in found.amounts.items()}


# Readings by the hour


def test_hours_are_taken_as_they_are() -> None:
    assert by_hour(slot(0, 1, 1.5), slot(1, 1, 0.0)) == {0: 1.5, 1: 0.0}


def test_quarters_are_summed_once_they_fill_the_hour() -> None:
    quarters = [slot(n / 4, 0.25, 0.1 * n) for n in range(7)]
    assert by_hour(*quarters) == {0: math.fsum([0, 0.1, 0.2, 0.1 * 3])}


def test_mixed_lengths_fill_an_hour() -> None:
    assert by_hour(slot(0, 0.5, 1), slot(0.5, 0.25, 2), slot(0.75, 0.25, 3)) == {0: 6}


def test_finer_goes_before_coarser_when_it_is_whole() -> None:
    quarters = [slot(n / 4, 0.25, 1) for n in range(4)]
    assert by_hour(*quarters, slot(0, 1, 4.01)) == {0: 4}
    assert by_hour(*quarters[:3], slot(0, 1, 99)) == {0: 99}
    assert by_hour(*quarters[:3]) == {}


def test_a_reading_that_is_told_twice_counts_once() -> None:
    assert by_hour(slot(0, 1, 1), slot(0, 1, 1)) == {0: 1}
    quarters = [slot(n / 4, 0.25, 1) for n in range(4)]
    assert by_hour(*quarters, *quarters) == {0: 4}


@pytest.mark.parametrize(
    ("value", "why"),
    [(-0.1, "negative"), (math.nan, "not_finite"), (-math.inf, "not_finite")],
)
def test_what_cannot_be_is_refused_by_name(value: float, why: str) -> None:
    refused: Counter[str] = Counter()
    found = hourly([slot(0, 1, value), slot(1, 1, 1)], signed=False, refused=refused)
    assert found.amounts == {at(1): 1}
    assert found.since == at(0)
    assert refused == {why: 1}


def test_a_refused_reading_does_not_leave_the_one_before_it() -> None:
    assert by_hour(slot(0, 1, 1), slot(0, 1, -1)) == {}


def test_costs_may_be_negative() -> None:
    assert by_hour(slot(0, 1, -0.5), signed=True) == {0: -0.5}


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 1, 1), 24)],
)
def test_a_day_counts_for_its_first_hour(day: date, hours: int) -> None:
    start, end = midnight(day, ROME), midnight(day + DAY, ROME)
    found = hourly([Slot(start, end, 7.0)], signed=False, refused=Counter())
    assert found.amounts == {start: 7.0}
    assert found.until == {start: end}
    assert len(found.covered()) == hours - 1


def test_a_day_never_goes_over_finer_readings() -> None:
    refused: Counter[str] = Counter()
    readings = [slot(0, 24, 10), slot(5, 1, 1), slot(24, 24, 20)]
    found = hourly(readings, signed=False, refused=refused)
    assert found.amounts == {at(5): 1, at(24): 20}
    assert refused == {"coarser": 1}


def test_a_day_stands_where_nothing_finer_is_whole() -> None:
    assert by_hour(slot(0, 24, 10), slot(5, 0.25, 1)) == {0: 10}


def test_a_month_gives_way_to_its_days() -> None:
    assert by_hour(slot(0, 240, 99), slot(24, 24, 3)) == {24: 3}


def test_readings_across_hours_count_where_they_begin() -> None:
    assert by_hour(slot(0.5, 1, 2), slot(1.5, 1, 3)) == {0: 2, 1: 3}
    assert by_hour(slot(0, 0.75, 1), slot(0.75, 0.75, 2), slot(1.5, 0.75, 4)) == {
        0: 2,
        1: 4,
    }


# Power


def test_power_is_integrated_by_slot_length() -> None:
    found = [*integrated([slot(0, 0.25, 400), slot(0.25, 0.25, None)])]
    assert found == [slot(0, 0.25, 0.1), slot(0.25, 0.25, None)]


def test_power_is_cut_at_hours() -> None:
    found = [*integrated([slot(0.5, 2, 1000)])]
    assert found == [slot(0.5, 0.5, 0.5), slot(1, 1, 1.0), slot(2, 0.5, 0.5)]


# Costs


def priced(*prices: tuple[float, float, float]) -> PriceSeries:
    slots = [Slot(at(start), at(start + len_), Price(p)) for start, len_, p in prices]
    return PriceSeries("EUR", slots=Series.of(slots))


def test_costs_slot_by_slot() -> None:
    prices = priced((0, 1, 0.2), (1, 0.5, 0.1), (1.5, 0.5, -0.3))
    energy = [slot(0, 0.25, 2), slot(1, 1, 2), slot(2, 1, 5), slot(0.25, 0.25, None)]
    found = [each.value for each in costs(energy, prices)]
    assert found == [pytest.approx(0.4), pytest.approx(-0.2), None, None]


@pytest.mark.parametrize("energy", [-1.0, math.inf, math.nan, 1.7e308])
def test_what_was_never_drawn_is_never_paid(energy: float) -> None:
    """However the price is: what is infinite is refused by name afterwards."""
    for price in (0.3, -0.3, 1.7e308):
        found = [*costs([slot(0, 1, energy)], priced((0, 0.5, price), (0.5, 0.5, 2)))]
        hours = by_hour(*found, signed=True)
        assert hours == {}


def test_a_day_is_priced_only_where_the_price_stays() -> None:
    flat = priced(*((n, 1, 0.25) for n in range(24)))
    moving = priced(*((n, 1, 0.25 + n) for n in range(24)))
    assert [each.value for each in costs([slot(0, 24, 8)], flat)] == [2.0]
    assert [each.value for each in costs([slot(0, 24, 8)], moving)] == [None]


# The portal's own totals


def test_days_that_differ_by_more_than_two_percent() -> None:
    day = date(2026, 10, 25)
    readings = [(at(n), at(n + 1), 1.0) for n in range(25)]
    assert differences(readings, {day: 25.0}, ROME) == {}
    assert differences(readings, {day: 24.6}, ROME) == {}
    assert differences(readings, {day: 24.0}, ROME) == {day: pytest.approx(1 / 24)}
    assert differences(readings, {day: 26.0}, ROME) == {day: pytest.approx(-1 / 26)}
    assert differences(readings, {day: 0.0}, ROME) == {day: 1.0}
    assert differences([], {day: 25.0}, ROME) == {}
    assert differences([(at(0), at(1), 0.0)], {day: 0.0}, ROME) == {}


# Rewrites


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


def test_gaps() -> None:
    assert gaps([at(0), at(1), at(5), at(3)]) == [(at(2), at(3)), (at(4), at(5))]
    assert gaps([]) == []
