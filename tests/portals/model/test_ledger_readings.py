"""Which readings can be believed: those that are true of one time, and of a home."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
import math
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.ledger import HOUR, Hours, hourly
from custom_components.energy_portals.portals.model.ledger_readings import (
    Believed,
    believed,
)
from custom_components.energy_portals.portals.model.ledger_rewrite import rewrite
from custom_components.energy_portals.portals.model.series import Slot

START = datetime(2026, 10, 24, 22, tzinfo=UTC)
QUARTER = HOUR / 4

type Told = Slot[float | None]


def slot(start: float, length: float, value: float | None) -> Told:
    """Return a reading, its times in hours."""
    return Slot(START + start * HOUR, START + (start + length) * HOUR, value)


def sorted_out(
    *slots: Told, signed: bool = False, highest: float = 1000
) -> tuple[dict[float, float], dict[float, str]]:
    """Return the believed values and why others are not, by when they start."""
    found = believed(slots, signed=signed, highest=highest)
    return (
        {(start - START) / HOUR: value for start, _, value in found.readings},
        {(start - START) / HOUR: why for (start, _), why in found.refused.items()},
    )


@pytest.mark.parametrize(
    ("length", "most"),
    [(0.25, 250), (0.5, 500), (1, 1000), (24, 24_000), (25, 25_000), (744, 744_000)],
)
def test_bounds_are_those_of_the_length(length: float, most: float) -> None:
    below = math.nextafter(most, 0)
    assert sorted_out(slot(0, length, below)) == ({0: below}, {})
    for value in (most, 1.7e308):
        assert sorted_out(slot(0, length, value)) == ({}, {0: "implausible"})
    signed = sorted_out(slot(0, length, -most), signed=True)
    assert signed == ({}, {0: "implausible"})


@pytest.mark.parametrize(
    ("value", "why"),
    [(math.nan, "not_finite"), (-math.inf, "not_finite"), (-0.001, "negative")],
)
def test_what_cannot_be(value: float, why: str) -> None:
    assert sorted_out(slot(0, 1, value), slot(1, 1, 2)) == ({1: 2}, {0: why})


def test_unknown_is_neither_believed_nor_refused() -> None:
    found = believed([slot(3, 1, None)], signed=False, highest=1000)
    begin = START + 3 * HOUR
    assert found == Believed([], {}, begin, [(begin, begin + HOUR)])


@pytest.mark.parametrize("one", [1.0, None, -1.0, math.inf, 24_000.0])
@pytest.mark.parametrize("other", [2.0, None, -2.0, 1e9])
def test_of_two_readings_of_one_interval_neither_is_believed(
    one: float | None, other: float | None
) -> None:
    """In whatever order they come, and whatever else is wrong with them."""
    told = slot(0, 1, one), slot(5, 1, 7), slot(0, 1, other)
    for slots in (told, told[::-1]):
        values, whys = sorted_out(*slots)
        assert values == {5: 7}
        assert whys == ({} if one is other is None else {0: "ambiguous"})


def test_the_same_reading_twice_is_one() -> None:
    # As a conversion leaves it.
    told = slot(0, 1, 0.1 + 0.2), slot(0, 1, 0.3)
    assert sorted_out(*told) == ({0: 0.3}, {})


@pytest.mark.parametrize("shift", [0.25, 0.5, 0.75])
def test_readings_that_overlap_in_part_are_ambiguous(shift: float) -> None:
    told = slot(0, 1, 1), slot(shift, 1, 1), slot(5, 1, 1)
    assert sorted_out(*told) == ({5: 1}, {0: "ambiguous", shift: "ambiguous"})


def test_one_reading_beside_those_within_it() -> None:
    quarters = [slot(n / 4, 0.25, 1) for n in range(4)]
    # Each is rounded for itself.
    assert sorted_out(*quarters, slot(0, 1, 4.05))[1] == {}
    for amount in (3.5, 4.5, 0.004, 4000.0 / 5):
        assert sorted_out(*quarters, slot(0, 1, amount)) == (
            {},
            dict.fromkeys((0, 0.25, 0.5, 0.75), "ambiguous"),
        )


def test_a_part_is_not_more_than_the_whole() -> None:
    assert sorted_out(slot(0, 24, 10), slot(5, 1, 11))[1] == {
        0: "ambiguous",
        5: "ambiguous",
    }
    assert sorted_out(slot(0, 24, 10), slot(5, 1, 9))[1] == {}
    # Where amounts may be negative, the rest may make up for it.
    assert sorted_out(slot(0, 24, 10), slot(5, 1, 11), signed=True)[1] == {}


def test_all_within_a_doubtful_reading_is_doubtful() -> None:
    quarters = [slot(n / 4, 0.25, 1) for n in range(4)]
    day = [slot(0, 24, 3), slot(0, 1, 4), *quarters]
    values, whys = sorted_out(*day, slot(24, 1, 1))
    assert values == {24: 1}
    assert set(whys.values()) == {"ambiguous"}


# --- any history ------------------------------------------------------------------

SPAN = 30
lengths = st.sampled_from([0.25, 0.25, 0.5, 1, 1, 1, 1.25, 24])
values = st.one_of(
    st.floats(0, 5),
    st.none(),
    st.floats(),
    st.sampled_from([0.0, 249.0, 250.0, 24_000.0, 1.7e308, -1.7e308, math.inf]),
)
readings = st.builds(
    slot, st.integers(0, 4 * SPAN).map(lambda n: n / 4), lengths, values
)
histories = st.lists(readings, max_size=40)


def touched(slots: Sequence[Told], hour: datetime) -> list[Told]:
    """Return the readings that share time with an hour."""
    return [each for each in slots if each.start < hour + HOUR and each.end > hour]


@given(histories, st.booleans())
def test_every_amount_is_the_sum_of_readings_that_are_beyond_doubt(
    slots: list[Told], signed: bool
) -> None:
    refused: Counter[str] = Counter()
    hours = hourly(slots, signed=signed, refused=refused)
    total = 0.0
    for hour, amount in hours.amounts.items():
        end = hours.until.get(hour, hour + HOUR)
        assert math.isfinite(amount)
        assert abs(amount) < 1000 * ((end - hour) / HOUR + 2)
        assert signed or amount >= 0
        total += amount
    assert math.isfinite(total)
    # What is refused fills no hour, and no neighbour fills it.
    assert hours.amounts.keys().isdisjoint(hours.refused)
    assert hours.covered().isdisjoint(hours.refused)
    for each in hours.readings:
        assert each[2] in [
            told.value for told in slots if (told.start, told.end) == each[:2]
        ]


@given(histories, st.booleans(), st.randoms())
def test_the_order_of_an_answer_does_not_matter(
    slots: list[Told], signed: bool, chance: Random
) -> None:
    mixed = [*slots]
    chance.shuffle(mixed)
    one, other = (
        hourly(each, signed=signed, refused=Counter()) for each in (slots, mixed)
    )
    assert (one.amounts, one.refused, one.since) == (
        other.amounts,
        other.refused,
        other.since,
    )


@given(histories, st.integers(0, 1000))
def test_a_refused_reading_costs_what_it_touches(slots: list[Told], place: int) -> None:
    """All other hours are as if it had never come."""
    spoilt = slot(place % (4 * SPAN) / 4, 0.25, 24_000.0)
    same = {(each.start, each.end) for each in slots}
    if (spoilt.start, spoilt.end) in same:
        return
    without, beside = (
        hourly(each, signed=False, refused=Counter())
        for each in (slots, [*slots, spoilt])
    )
    assert beside.amounts == without.amounts


@given(st.lists(st.one_of(st.floats(), st.none()), min_size=1, max_size=50))
def test_sums_are_finite(amounts: list[float | None]) -> None:
    slots = [slot(n, 1, amount) for n, amount in enumerate(amounts)]
    hours: Hours = hourly(slots, signed=True, refused=Counter())
    span = START, START + len(amounts) * HOUR
    rows = rewrite([], hours, span, base=0.0, believed_from=hours.since).rows
    assert all(math.isfinite(row.sum) for row in rows)
    assert all(
        later.sum == earlier.sum + (later.state or 0.0)
        for earlier, later in pairwise(rows)
    )
    missing = {START + n * HOUR for n in range(len(amounts))} - hours.amounts.keys()
    told = {START + n * HOUR for n, amount in enumerate(amounts) if amount is not None}
    assert hours.refused.keys() == missing & told
