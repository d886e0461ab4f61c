"""What is seen of a device: how long it ran, what it drew, how often it started."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.energy_portals.portals.model.seen import Need, Seen
from custom_components.energy_portals.portals.model.series import Series, Slot

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def _seen(*runs: tuple[float, float, float | None], running: bool = True) -> Seen:
    """Return what is seen by now of runs, in hours from now on."""
    slots = (Slot(NOW + a * HOUR, NOW + b * HOUR, power) for a, b, power in runs)
    return Seen(at=NOW, is_running=running, ran=Series(tuple(slots)))


def test_nothing_seen() -> None:
    """What was never looked at has drawn nothing, and asks for nothing of its own."""
    seen = Seen(at=NOW)
    assert seen.running_since is None
    assert seen.ran_for(NOW - HOUR) == timedelta()
    assert seen.delivered(NOW - HOUR, 2.0) == 0
    assert seen.starts(NOW - HOUR) == 0
    assert seen.need == Need()
    assert seen.follows


def test_a_break_begins_anew() -> None:
    """What ran at another power without a break has been running since its start."""
    seen = _seen((-6, -5, 1.0), (-3, -1, 1.0), (-1, 0, 2.0))
    assert seen.running_since == NOW - 3 * HOUR
    assert seen.starts(NOW - 10 * HOUR) == 2
    assert seen.starts(NOW - 4 * HOUR) == 1
    assert _seen((-3, -1, 1.0), running=False).running_since is None


@pytest.mark.parametrize(
    ("since", "energy", "hours"), [(-10, 5.0, 4), (-2, 3.0, 2), (-0.5, 1.0, 0.5)]
)
def test_what_was_delivered_is_cut_at_the_window(
    since: float, energy: float, hours: float
) -> None:
    """Only what ran from a moment on counts."""
    seen = _seen((-6, -5, 1.0), (-3, -1, 1.0), (-1, 0, 2.0))
    start = NOW + since * HOUR
    assert seen.delivered(start, None) == pytest.approx(energy)
    assert seen.ran_for(start) == hours * HOUR


def test_what_runs_still_runs_a_little_later() -> None:
    """Until it is looked at again; not for long, and not if it had stopped."""
    later = NOW + timedelta(minutes=4)
    seen = _seen((-1, 0, 2.0)).as_of(later)
    assert seen.ran_for(NOW - HOUR) == timedelta(minutes=64)
    assert seen.delivered(NOW, None) == pytest.approx(2.0 * 4 / 60)
    assert seen.running_since == NOW - HOUR
    just_begun = Seen(at=NOW, is_running=True).as_of(later)
    assert just_begun.ran_for(NOW) == timedelta(minutes=4)
    for same in (_seen((-1, 0, 2.0), running=False), _seen((-1, 0, 2.0))):
        assert same.as_of(NOW) is same
    stopped = _seen((-1, 0, 2.0), running=False)
    assert stopped.as_of(later) is stopped
    unseen = _seen((-1, 0, 2.0))
    assert unseen.as_of(NOW + HOUR) is unseen


def test_without_a_meter_the_time_counts() -> None:
    """The time acted on is taken at the power that is set up; else nothing is known."""
    seen = _seen((-2, -1, None), (-1, 0, 3.0))
    assert seen.delivered(NOW - 9 * HOUR, 2.0) == pytest.approx(5.0)
    assert seen.delivered(NOW - 9 * HOUR, None) is None
    assert seen.delivered(NOW + HOUR, None) == 0
