"""Power that is too old is not power now."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.energy_portals.portals.model.power import STALE_AFTER, PowerNow

MEASURED = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("watts", [0.0, 412.5, None])
@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(hours=-1), True),
        (timedelta(), True),
        (STALE_AFTER - MOMENT, True),
        (STALE_AFTER, False),
        (timedelta(days=400), False),
    ],
)
def test_at(watts: float | None, age: timedelta, fresh: bool) -> None:
    power = PowerNow(watts=watts, measured_at=MEASURED)
    assert power.at(MEASURED + age) == (watts if fresh else None)


def test_power_without_a_time_is_as_old_as_its_fetch() -> None:
    power = PowerNow(watts=5)
    assert power.at(MEASURED) == 5
    assert power.next_change(MEASURED) is None


@pytest.mark.parametrize("age", [timedelta(hours=-2), timedelta(), STALE_AFTER])
def test_next_change(age: timedelta) -> None:
    """What `next_change` names is the first moment with another answer."""
    power = PowerNow(watts=5, measured_at=MEASURED)
    change = power.next_change(MEASURED + age)
    if age == STALE_AFTER:
        assert change is None
    else:
        assert change is not None
        assert (power.at(change - MOMENT), power.at(change)) == (5, None)


def test_unknown_power_never_changes() -> None:
    assert PowerNow(watts=None, measured_at=MEASURED).next_change(MEASURED) is None
