"""Slots by number, and what runs draw in them."""

from datetime import timedelta

import pytest

from custom_components.energy_portals.portals.model.demand import Demand
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.grid import Grid
from tests.portals.optimum.making import QUARTER, START, home, load, slots

MINUTE = timedelta(minutes=1)


def grid() -> Grid:
    """Return four quarters, the last of which has only eight minutes."""
    known = slots([0.1, 0.2, 0.3, 0.4])
    last = Slot(known[3].start, known[3].start + 8 * MINUTE, known[3].value)
    return Grid.of(home((*known[:3], last)))


def test_slots_by_number() -> None:
    """How many there are, how long, since when, and which lie in a span."""
    some = grid()
    assert len(some) == 4
    assert some.hours == pytest.approx([0.25, 0.25, 0.25, 8 / 60])
    assert some.since(START + QUARTER) == 0.25
    assert some.whole(START + MINUTE, START + 45 * MINUTE) == [1, 2]
    shared = some.shares(START - QUARTER, START + 20 * MINUTE)
    assert shared == pytest.approx([(0, 0.25), (1, 1 / 12)])
    assert some.shares(START + 60 * MINUTE, START + 90 * MINUTE) == []


def test_what_runs_draw() -> None:
    """A run over part of a slot draws less on average."""
    some = grid()
    runs = (
        Slot[float | None](START, START + 5 * MINUTE, 3.0),
        Slot[float | None](START + 5 * MINUTE, START + 15 * MINUTE, None),
        Slot[float | None](START + 45 * MINUTE, START + 53 * MINUTE, 2.0),
    )
    assert some.means(runs) == pytest.approx([1.0, 0.0, 0.0, 2.0])
    assert some.energies(runs) == pytest.approx({0: 0.25, 3: 16 / 60})


def test_a_series_by_slot() -> None:
    """A series as its means; a number is the same everywhere."""
    some = grid()
    assert some.of_series(2.0) == [2.0] * 4
    series = Series((Slot(START, START + 2 * QUARTER, 1.5),))
    assert some.of_series(series) == [1.5, 1.5, 0.0, 0.0]


def test_starts() -> None:
    """A load starts at bounds, or once it may, unless it must not run then."""
    some = grid()
    asked = load("a", Demand(duration=20 * MINUTE, power=1.0))
    assert some.starts(asked) == [START, START + QUARTER, START + 2 * QUARTER]
    late = load("a", asked.demand, earliest=START + 3 * MINUTE)
    assert some.starts(late)[0] == START + 3 * MINUTE
    soon = load("a", asked.demand, deadline=START + 35 * MINUTE)
    assert some.starts(soon) == [START, START + QUARTER]
    busy = Series((Slot(START + QUARTER, START + 2 * QUARTER, None),))
    kept = load("a", asked.demand, blocked=busy)
    assert some.starts(kept) == [START + 2 * QUARTER]
    assert some.starts(load("a", Demand(duration=60 * MINUTE, power=1.0))) == []
