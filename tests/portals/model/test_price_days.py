"""The analysis of one local day, against plain arithmetic over its minutes."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from math import fsum
from statistics import median

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.price_days import PriceDay, Standing
from custom_components.energy_portals.portals.model.prices import Price, PriceSlot
from custom_components.energy_portals.portals.model.series import Slot

START = datetime(2026, 11, 19, 23, tzinfo=UTC)
STEP = timedelta(minutes=15)
VALUES = st.integers(-4, 4).map(lambda eighths: eighths / 8)


def slots_of(*parts: tuple[float, int]) -> tuple[PriceSlot, ...]:
    """Return slots of a price and so many quarters that follow one another."""
    slots = []
    start = START
    for value, quarters in parts:
        slots.append(Slot(start, start + quarters * STEP, Price(value)))
        start += quarters * STEP
    return tuple(slots)


def day_of(*parts: tuple[float, int]) -> PriceDay:
    return PriceDay.of(START.date(), slots_of(*parts))


def standings(day: PriceDay) -> list[Standing]:
    found = [day.standing(slot.start) for slot in day.slots]
    return [standing for standing in found if standing is not None]


PARTS = st.lists(
    st.tuples(VALUES, st.sampled_from([1, 1, 2, 4, 8])), min_size=1, max_size=30
)


@given(PARTS)
def test_the_day_against_its_quarters(parts: list[tuple[float, int]]) -> None:
    day = day_of(*parts)
    quarters = [value for value, length in parts for _ in range(length)]
    assert day.mean == pytest.approx(fsum(quarters) / len(quarters), abs=1e-12)
    assert day.median == median(quarters)
    assert day.lowest == next(s for s in day.slots if s.value.value == min(quarters))
    assert day.highest == next(s for s in day.slots if s.value.value == max(quarters))


@given(PARTS)
def test_each_slot_against_the_other_quarters(parts: list[tuple[float, int]]) -> None:
    day = day_of(*parts)
    assert len(standings(day)) == len(parts)
    for number, ((value, _), found) in enumerate(
        zip(parts, standings(day), strict=True)
    ):
        others = [
            other
            for place, (other, quarters) in enumerate(parts)
            for _ in range(quarters)
            if place != number
        ]
        below = sum(
            1.0 if other < value else 0.5 * (other == value) for other in others
        )
        share = 100 * below / len(others) if others else 50
        assert found.rank == 1 + sum(other < value for other, _ in parts)
        assert found.percentile == pytest.approx(share, abs=1e-9)


@given(PARTS)
def test_dear_mirrors_cheap(parts: list[tuple[float, int]]) -> None:
    mirrored = day_of(*((-value, quarters) for value, quarters in parts))
    for one, other in zip(standings(day_of(*parts)), standings(mirrored), strict=True):
        assert one.percentile + other.percentile == pytest.approx(100)


@given(PARTS)
def test_every_minute_has_the_standing_of_its_slot(
    parts: list[tuple[float, int]],
) -> None:
    day = day_of(*parts)
    for slot, standing in zip(day.slots, standings(day), strict=True):
        assert day.standing(slot.start + STEP / 2) == standing
        assert day.standing(slot.end - datetime.resolution) == standing
    assert day.standing(START - datetime.resolution) is None
    assert day.standing(day.slots[-1].end) is None


def test_ranks_and_percentiles_of_eleven_prices() -> None:
    day = day_of(*((value / 10, 4) for value in range(-5, 6)))
    assert [s.rank for s in standings(day)] == list(range(1, 12))
    assert [s.percentile for s in standings(day)] == list(range(0, 101, 10))


def test_equal_prices_share_a_rank_and_the_next_counts_them_all() -> None:
    day = day_of((1, 4), (-1, 4), (-1, 1), (2, 1))
    assert [s.rank for s in standings(day)] == [3, 1, 1, 4]


@pytest.mark.parametrize("parts", [[(3, 96)], [(3, 4)] * 24, [(0, 1)] * 92])
def test_a_day_of_one_price_has_one_standing(parts: list[tuple[float, int]]) -> None:
    day = day_of(*parts)
    assert set(standings(day)) == {Standing(1, 50)}
    assert day.lowest == day.highest == day.slots[0]
    assert day.median == parts[0][0]


def test_mean_and_median_are_weighted_by_time() -> None:
    day = day_of((1, 4), (2, 1), (9, 1))
    assert day.mean == 2.5
    assert day.median == 1


def test_a_median_between_two_prices_is_their_mean() -> None:
    assert day_of((1, 4), (2, 2), (4, 2)).median == 1.5


def test_a_day_does_not_change() -> None:
    day = day_of((1, 4))
    with pytest.raises(FrozenInstanceError):
        day.mean = 0  # type: ignore[misc]
    assert isinstance(day.slots, tuple)
