"""Series cut at the bounds of others."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.series_cut import (
    cut,
    filled,
    in_quarters,
    without_gaps,
)

ZERO = datetime(2026, 1, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _series(random: Random) -> Series[int]:
    ends = sorted(random.sample(range(120), 12))
    return Series(
        tuple(
            Slot(ZERO + start * MINUTE, ZERO + end * MINUTE, random.randint(1, 9))
            for start, end in zip(ends[::2], ends[1::2], strict=True)
        )
    )


@pytest.mark.parametrize("seed", range(50))
def test_any_minute(seed: int) -> None:
    """Whatever the bounds, each minute has what both have there."""
    random = Random(seed)
    one, other = _series(random), _series(random)
    both = Series(tuple(cut(one.slots, other, lambda a, b: 10 * a + b)))
    whole = Series(tuple(without_gaps(one.slots, 0)))
    quarters = Series(tuple(in_quarters(one.slots)))
    drawn = filled(other_as_float(other), ZERO, ZERO + 120 * MINUTE)
    for n in range(120):
        at = ZERO + n * MINUTE
        a, b = one.at(at), other.at(at)
        found = both.at(at)
        if a is None:
            assert found is None
        else:
            assert found is not None
            assert found.value == (a.value if b is None else 10 * a.value + b.value)
            quarter = quarters.at(at)
            assert quarter is not None
            assert quarter.end - quarter.start <= 15 * MINUTE
        assert drawn.at(at) is not None
    assert all(
        earlier.end == later.start
        for earlier, later in zip(whole.slots, whole.slots[1:], strict=False)
    )


def other_as_float(series: Series[int]) -> Series[float]:
    """Return a series of numbers."""
    return Series(tuple(Slot(e.start, e.end, float(e.value)) for e in series))
