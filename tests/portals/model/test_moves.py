"""Which window is next, as a user or a device moves it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.load_plan import (
    Load,
    LoadPlan,
    Move,
    Window,
)
from custom_components.energy_portals.portals.model.moves import (
    next_window,
    pinned,
    unmoved_when_over,
)
from tests.portals.model.test_living import HOUR, ZERO, ZONE

LOAD: Final = Load(
    demand=Demand(duration=2 * HOUR, power=1), begin=time(18), end=time(7)
)
TODAY: Final = ZERO.date()
WHICH: Final = (TODAY, 0)
END: Final = ZERO + 13 * HOUR
MONDAY: Final = datetime(2026, 11, 2, tzinfo=UTC)


def moved(**times: object) -> LoadPlan:
    move = Move(which=WHICH, asked=ZERO, **times)  # type: ignore[arg-type]
    return LoadPlan().moved_to(move, ZERO)


def test_the_next_window_that_is_not_done() -> None:
    window = next_window(LOAD, LoadPlan(), None, ZERO, ZONE)
    assert window == Window(TODAY, ZERO, END)
    done = LoadPlan(done=TODAY)
    following = next_window(LOAD, done, None, ZERO, ZONE)
    assert following is not None and following.earliest == ZERO + 24 * HOUR
    never = replace(LOAD, days=frozenset())
    assert next_window(never, LoadPlan(), None, ZERO, ZONE) is None


def test_a_device_s_deadline_counts_unless_the_user_has_said_another() -> None:
    said = ZERO + 5 * HOUR
    window = next_window(LOAD, LoadPlan(), said, ZERO, ZONE)
    assert window is not None and window.deadline == said
    for other in (ZERO, ZERO + 20 * HOUR):
        window = next_window(LOAD, LoadPlan(), other, ZERO, ZONE)
        assert window is not None and window.deadline == END
    held = moved(ready_by=ZERO + 20 * HOUR)
    window = next_window(LOAD, held, said, ZERO, ZONE)
    assert window is not None and window.deadline == ZERO + 20 * HOUR
    # Another one is not moved with it.
    window = next_window(LOAD, replace(held, done=TODAY), said, ZERO, ZONE)
    assert window is not None and window.earliest == ZERO + 24 * HOUR


def test_a_start_takes_what_room_it_needs() -> None:
    early = next_window(LOAD, moved(start=ZERO - HOUR), None, ZERO - 2 * HOUR, ZONE)
    assert early == Window(TODAY, ZERO - HOUR, END)
    late = next_window(LOAD, moved(start=END - HOUR), None, ZERO, ZONE)
    assert late == Window(TODAY, ZERO, END + HOUR)
    neither = next_window(LOAD, moved(), None, ZERO, ZONE)
    assert neither == Window(TODAY, ZERO, END)


def test_it_stays_until_its_window_is_over() -> None:
    held = moved(ready_by=END + HOUR)
    for now, is_there in ((ZERO, True), (END + HOUR / 2, True), (END + HOUR, False)):
        assert bool(unmoved_when_over(LOAD, held, now, ZONE).moved) is is_there
    assert unmoved_when_over(LOAD, LoadPlan(), ZERO, ZONE).moved is None
    assert unmoved_when_over(LOAD, replace(held, done=TODAY), ZERO, ZONE).moved is None


def test_what_is_pinned() -> None:
    window = Window(TODAY, ZERO, END)
    start = ZERO + 3 * HOUR
    usual = ZERO, END, 0.0
    for held in (LoadPlan(), moved(ready_by=END)):
        assert pinned(held, window, LOAD.demand, ZERO, END) == usual
    other = Window(TODAY + timedelta(days=1), ZERO, END)
    held = moved(start=start)
    assert pinned(held, other, LOAD.demand, ZERO, END) == usual
    for_a_time = start, start + 2 * HOUR, 0.0
    assert pinned(held, window, LOAD.demand, ZERO, END) == for_a_time
    charge = Demand(energy=6, power=3, shape=Shape.SLOTS)
    assert pinned(held, window, charge, ZERO, END) == (start, END, 6)
    whole = replace(charge, shape=Shape.CONTIGUOUS)
    assert pinned(held, window, whole, ZERO, END) == for_a_time


# --- what a device says --------------------------------------------------------------


def _car(begin: time = time(7), *others: tuple[time, time]) -> Load:
    """Return a car that is ready at seven."""
    demand = Demand(energy=30.0, power=10.0, shape=Shape.SLOTS)
    return Load(demand=demand, begin=begin, end=time(7), others=others)


def _deadline(load: Load, now: datetime, ready: datetime | None) -> datetime:
    """Return by when it is to be ready, as it is told."""
    window = next_window(load, LoadPlan(), ready, now, ZoneInfo("UTC"))
    assert window is not None
    return window.deadline


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("at", range(24))
def test_ready_at_any_hour_of_the_day(hour: int, at: int) -> None:
    """What is told goes before the time of each day, sooner or later than it."""
    now = MONDAY + at * HOUR
    ready = MONDAY + hour * HOUR
    ready += timedelta(days=ready <= now)
    assert _deadline(_car(), now, ready) == ready


@pytest.mark.parametrize("days", [2, 3, 6])
def test_what_is_told_of_a_later_day(days: int) -> None:
    """Until then each day has its own time."""
    now = MONDAY + 10 * HOUR
    ready = MONDAY + timedelta(days=days) + 9 * HOUR
    for n in range(1, days + 1):
        own = MONDAY + timedelta(days=n) + 7 * HOUR
        expected = own if n < days else ready
        assert _deadline(_car(), now + timedelta(days=n - 1), ready) == expected


def test_a_window_with_bounds_is_not_made_longer() -> None:
    """But shorter, where it has to be ready within it."""
    car = _car(time(22), (time(12), time(16)))
    evening = MONDAY + 18 * HOUR
    own = MONDAY + 31 * HOUR
    assert _deadline(car, evening, None) == own
    assert _deadline(car, evening, MONDAY + 30 * HOUR) == MONDAY + 30 * HOUR
    # Before it begins, or after it ends.
    assert _deadline(car, evening, MONDAY + 20 * HOUR) == own
    assert _deadline(car, evening, MONDAY + 32 * HOUR) == own
    assert _deadline(car, MONDAY + 8 * HOUR, None) == MONDAY + 16 * HOUR
