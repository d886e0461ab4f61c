"""When a feed is fetched that has an interval."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.rhythms import Every

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 10, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(("spread", "minutes"), [(0, 60), (0.5, 62.5), (0.8, 64)])
def test_an_interval_is_lengthened_by_the_spread(spread: float, minutes: float) -> None:
    every = Every(interval=HOUR, jitter=FIVE)
    assert every.pause(NOW, spread) == timedelta(minutes=minutes)
    assert Every(interval=HOUR).pause(NOW, spread) == HOUR


@pytest.mark.parametrize(
    ("now", "spread", "seconds"),
    [
        # Midnight in Rome is 22:00 UTC before, and 23:00 after the autumn change.
        (datetime(2026, 10, 24, 20, 59, 59, tzinfo=UTC), 0, 3600),
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), 0, 1810),
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), 0.5, 1810 + 150),
        (datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC), 0, 11),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), 0, 3600),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), 0, 1810),
        (datetime(2026, 3, 29, 21, 30, tzinfo=UTC), 0, 1810),
    ],
)
def test_a_new_day_is_fetched_soon_after_it_begins(
    now: datetime, spread: float, seconds: float
) -> None:
    every = Every(interval=HOUR, jitter=FIVE, day_in=ROME)
    assert every.pause(now, spread) == timedelta(seconds=seconds)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from([HOUR, 6 * HOUR, 30 * HOUR]),
)
@example(datetime(2026, 3, 28, 23, tzinfo=UTC), 0.0, 30 * HOUR)
@example(datetime(2026, 10, 24, 22, tzinfo=UTC), 0.0, 30 * HOUR)
def test_no_day_is_left_out(now: datetime, spread: float, interval: timedelta) -> None:
    """The fetch comes after now, no later than planned, and within the next day."""
    every = Every(interval=interval, jitter=FIVE, day_in=ROME)
    pause = every.pause(now, spread)
    assert timedelta() < pause <= interval + FIVE
    days = (now + pause).astimezone(ROME).date() - now.astimezone(ROME).date()
    assert days <= timedelta(days=1)
    if days:
        local = (now + pause).astimezone(ROME)
        since = local.hour * HOUR + timedelta(
            minutes=local.minute, seconds=local.second
        )
        assert since <= FIVE + timedelta(seconds=10)
