"""Several windows a day: what is needed is had in each, with a pause between two."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
import json
from random import Random
from typing import Final

import pytest

from custom_components.energy_portals.portals.model.demand import Demand
from custom_components.energy_portals.portals.model.living import renewed
from custom_components.energy_portals.portals.model.load_plan import (
    Load,
    LoadPlan,
    Order,
    Reason,
    Status,
)
from custom_components.energy_portals.portals.model.loads_stored import (
    as_data,
    from_data,
)
from custom_components.energy_portals.portals.model.series import Slot
from tests.portals.model.test_living import HOUR, QUARTER, ZERO, ZONE, ground

WASH: Final = Load(
    demand=Demand(duration=HOUR, power=2.0),
    begin=time(22),
    end=time(6),
    others=((time(6), time(11)), (time(12), time(17))),
)


def lived(load: Load, hours: float, held: LoadPlan | None = None) -> LoadPlan:
    """Return a plan after a look at each quarter, kept and read again each time."""
    prices = [Random(3).choice((1.0, 2.0, 3.0)) for _ in range(60)]
    known, held = ground(*prices), held or LoadPlan()
    for n in range(round(hours * 4) + 1):
        held = renewed(load, held, known, ZERO + n * QUARTER, ZONE)
        held = from_data(json.loads(json.dumps(as_data(held))))
    return held


def runs_of(held: LoadPlan) -> list[Slot[float | None]]:
    """Return what ran and is to run."""
    return [*held.past, *(held.runs or held.ran)]


def test_once_in_each() -> None:
    """From six in the evening to the afternoon, three windows: three runs."""
    held = lived(WASH, 23.5)
    assert held.done == ZERO.date() + timedelta(days=1)
    runs = [run for run in runs_of(held) if run.start < ZERO + 24 * HOUR]
    windows = [(4, 12), (12, 17), (18, 23)]
    assert len(runs) == len(windows)
    for run, (begin, end) in zip(runs, windows, strict=True):
        assert ZERO + begin * HOUR <= run.start
        assert run.end <= ZERO + end * HOUR
        assert run.end - run.start == HOUR


@pytest.mark.parametrize("hours", [0, 2, 5, 7])
def test_with_a_pause(hours: int) -> None:
    """What ran in one window holds off what runs in the next."""
    runs = runs_of(lived(replace(WASH, pause=hours * HOUR), 23.5))
    pauses = [b.start - a.end for a, b in pairwise(runs)]
    assert all(pause >= hours * HOUR for pause in pauses)


def test_a_pause_that_leaves_too_little() -> None:
    """Is told: so much is short, by when."""
    load = replace(WASH, begin=time(18), end=time(20), others=((time(20), time(22)),))
    load = replace(load, pause=3 * HOUR)
    first = renewed(load, LoadPlan(), ground(2, 1, 1, 1), ZERO, ZONE)
    assert runs_of(first)[0].start == ZERO + HOUR
    held = first
    for n in range(9):
        held = renewed(load, held, ground(2, 1, 1, 1), ZERO + n * QUARTER, ZONE)
    assert held.shortfall is not None
    assert held.shortfall.reason is Reason.TIME
    assert held.shortfall.deadline == ZERO + 4 * HOUR
    assert held.shortfall.duration == HOUR


def test_done_for_today_is_all_of_them() -> None:
    """The next is that of tomorrow."""
    now = ZERO + 10 * HOUR  # four in the morning
    held = lived(WASH, 10)
    assert held.window is not None
    assert (held.window.day, held.window.place) == (now.date(), 0)
    held = renewed(WASH, held.ordered_to(Order.DONE, now), ground(1), now, ZONE)
    assert held.window is not None
    assert held.window.which == (now.date() + timedelta(days=1), 0)


def test_done_while_it_runs() -> None:
    held = renewed(WASH, LoadPlan(), ground(*[1] * 30), ZERO + 12 * HOUR, ZONE)
    now = ZERO + 12.5 * HOUR
    assert held.is_running(now)
    held = renewed(WASH, held.ordered_to(Order.DONE, now), ground(*[1] * 30), now, ZONE)
    assert not held.is_running(now)
    assert held.window is not None
    assert held.window.which == (now.date() + timedelta(days=1), 0)


def test_what_earlier_releases_have_kept() -> None:
    """Had one window a day."""
    held = lived(replace(WASH, others=()), 14)
    data = json.loads(json.dumps(as_data(held)))
    assert "place" not in data
    assert "done_place" not in data
    assert from_data(data) == held
    assert held.done == ZERO.date()
    assert held.status is Status.PLANNED


@pytest.mark.parametrize(
    ("windows", "overlaps"),
    [
        (["22:00-06:00"], False),
        (["00:00-00:00"], False),
        (["22:00-06:00", "06:00-11:00"], False),
        (["06:00-11:00", "22:00-06:00"], False),
        (["22:00-06:00", "05:59-11:00"], True),
        (["22:00-06:00", "21:00-22:01"], True),
        (["00:00-00:00", "08:00-09:00"], True),
        (["08:00-12:00", "12:00-08:00"], False),
        (["08:00-12:00", "12:00-08:01"], True),
        (["08:00-12:00", "09:00-10:00", "13:00-14:00"], True),
        (["08:00-12:00", "08:00-12:00"], True),
    ],
)
def test_windows_that_overlap(windows: list[str], overlaps: bool) -> None:
    """By the clock, on any day."""
    spans = [
        (time.fromisoformat(begin), time.fromisoformat(end))
        for begin, end in (window.split("-") for window in windows)
    ]
    (begin, end), *others = spans
    load = replace(WASH, begin=begin, end=end, others=tuple(others))
    assert load.overlaps is overlaps
    if not overlaps:
        found = list(load.windows(datetime(2026, 3, 3, tzinfo=UTC), ZONE))
        assert found == sorted(found, key=lambda window: window.earliest)
