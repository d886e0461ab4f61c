"""Failures in a row, and how soon a feed is tried again."""

from datetime import UTC, datetime, timedelta

from custom_components.energy_portals.account.failures import Failures

NOW = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_pauses_grow() -> None:
    failures = Failures()
    assert failures.pauses == ()
    now = NOW
    pauses = []
    for _ in range(5):
        failures.take(now, failed=True)
        pauses += failures.pauses
        now += failures.pauses[0]
    assert pauses == [each * MINUTE for each in (5, 15, 60, 360, 360)]


def test_a_look_before_it_is_time_does_not_count() -> None:
    failures = Failures()
    for seconds in range(4):
        failures.take(NOW + timedelta(seconds=seconds), failed=True)
    assert failures.pauses == (5 * MINUTE,)


def test_what_comes_ends_it() -> None:
    failures = Failures()
    failures.take(NOW, failed=True)
    failures.take(NOW + MINUTE, failed=False)
    assert failures.pauses == ()
    failures.take(NOW + 2 * MINUTE, failed=True)
    assert failures.pauses == (5 * MINUTE,)
