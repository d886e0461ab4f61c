"""What the simulated portals' readings come of: household, periods and grid."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.sandbox import Household
from tests.sandbox.grid import Grid
from tests.sandbox.periods import band_spans, preceding_span
from tests.sandbox_tests.client import NOW


def test_the_household_has_one_past_and_no_future() -> None:
    one, same, other = (Household(seed, lambda: NOW) for seed in (1, 1, 2))
    start = NOW - timedelta(days=3, minutes=7)
    assert one.energy(start, NOW) == same.energy(start, NOW) != other.energy(start, NOW)
    energy = one.energy(start, NOW + timedelta(days=9))
    assert energy == one.energy(start, NOW)
    assert energy.total == sum(energy.appliances.values()) + energy.rest
    middle = start + timedelta(hours=31, seconds=11)
    parts = one.total_energy(start, middle) + one.total_energy(middle, NOW)
    assert parts == pytest.approx(energy.total)
    with pytest.raises(ValueError, match="future"):
        one.load(NOW + timedelta(minutes=15))


def test_bands() -> None:
    monday = [band for band, _ in band_spans(date(2026, 5, 11))]
    assert monday == ["F2", "F1", "F2"]
    assert list(band_spans(date(2026, 5, 17))) == []


def test_the_31st_is_compared_with_a_shorter_month() -> None:
    span = preceding_span("this-month", datetime(2026, 3, 31, 10, tzinfo=UTC))
    assert span.start == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert span.stop == datetime(2026, 2, 28, 11, tzinfo=UTC)


@pytest.mark.parametrize("seed", [1, 2])
def test_grid_over_years(seed: int) -> None:
    grid = Grid(seed)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 730, 3)]
    counts = Counter(len(grid.windows(day)) for day in days)
    assert set(counts) <= {1, 2, 3}
    assert len(counts) > 1
    slots = [NOW + timedelta(minutes=15 * n) for n in range(96 * 365)]
    prices = [grid.price(slot) for slot in slots]
    assert 0.002 < sum(price < 0 for price in prices) / len(prices) < 0.15
    assert 0.05 < sum(prices) / len(prices) < 0.25
    assert all(0 <= grid.share(slot) <= 100 for slot in slots[::7])
