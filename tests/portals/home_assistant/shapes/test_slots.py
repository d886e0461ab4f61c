"""From items to slots."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from custom_components.energy_portals.portals.home_assistant.shapes.slots import (
    Point,
    laid,
    usual_length,
    with_ends,
)

START: Final = datetime(2026, 11, 29, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)


def at(minute: int, value: float | None = 1.0, end: int | None = None) -> Point:
    """Return a point at a minute."""
    until = None if end is None else START + end * MINUTE
    return Point(START + minute * MINUTE, until, value)


def told(points: list[Point], step: int | None = None) -> list[tuple[int, int, float]]:
    """Return the slots of points, in minutes."""
    slots = laid(points, None if step is None else step * MINUTE)
    return [
        ((slot.start - START) // MINUTE, (slot.end - START) // MINUTE, slot.value)
        for slot in slots
    ]


@pytest.mark.parametrize(
    ("points", "step", "slots"),
    [
        # A larger distance is a hole, also at the end and twice in a row.
        ([at(0), at(15), at(45)], None, [(0, 15, 1.0), (15, 30, 1.0), (45, 60, 1.0)]),
        (
            [at(0), at(60), at(180), at(300)],
            None,
            [(0, 60, 1.0), (60, 120, 1.0), (180, 240, 1.0), (300, 360, 1.0)],
        ),
        # What comes sooner cuts what is before it.
        (
            [at(0), at(60), at(120), at(130)],
            None,
            [(0, 60, 1.0), (60, 120, 1.0), (120, 130, 1.0), (130, 190, 1.0)],
        ),
        # Of a tie the shorter.
        ([at(0), at(60), at(75)], None, [(0, 15, 1.0), (60, 75, 1.0), (75, 90, 1.0)]),
        # No distance says how long a slot is.
        ([at(0)], None, []),
        ([at(0), at(120)], None, []),
        ([at(0)], 15, [(0, 15, 1.0)]),
        ([at(0), at(120)], 60, [(0, 60, 1.0), (120, 180, 1.0)]),
        # Two hours apart may be quarters of which most are missing.
        ([at(0), at(60)], 15, [(0, 15, 1.0), (60, 75, 1.0)]),
        ([at(0), at(15)], 60, [(0, 15, 1.0), (15, 30, 1.0)]),
        # Ends that are said make slots of any length.
        ([at(0, end=300), at(300, end=301)], None, [(0, 300, 1.0), (300, 301, 1.0)]),
        ([at(0, end=90), at(60, end=120)], None, [(0, 60, 1.0), (60, 120, 1.0)]),
        ([at(0, end=0), at(15, end=5), at(30, end=45)], None, [(30, 45, 1.0)]),
        # The same twice is one; two values are none, and nothing reaches over them.
        ([at(0), at(0), at(15)], None, [(0, 15, 1.0), (15, 30, 1.0)]),
        (
            [at(0), at(15, 1.0), at(15, 2.0), at(30)],
            None,
            [(0, 15, 1.0), (30, 45, 1.0)],
        ),
        ([at(0, end=60), at(0, end=15)], None, [(0, 15, 1.0)]),
        ([at(0, end=15), at(0)], None, [(0, 15, 1.0)]),
        # What is absent has its time, and gives way to what is not.
        ([at(0), at(15, None), at(30)], None, [(0, 15, 1.0), (30, 45, 1.0)]),
        ([at(0, None), at(0), at(15, None)], None, [(0, 15, 1.0)]),
        ([at(0), at(0, None), at(15)], None, [(0, 15, 1.0), (15, 30, 1.0)]),
        ([at(0, 0.0), at(15, -0.5)], None, [(0, 15, 0.0), (15, 30, -0.5)]),
        ([], None, []),
    ],
)
def test_slots(
    points: list[Point], step: int | None, slots: list[tuple[int, int, float]]
) -> None:
    """Whatever the order of the points."""
    assert told(points, step) == slots
    assert told(points[::-1], step) == slots


def test_length_that_was_asked_for() -> None:
    """It is believed until the list proves a longer one."""
    hours = [START + hour * 60 * MINUTE for hour in range(5)]
    assert usual_length(hours[:3], 15 * MINUTE) == 15 * MINUTE
    assert usual_length(hours, 15 * MINUTE) == 60 * MINUTE
    assert usual_length(hours[:1]) is None
    assert usual_length([START, START + 7 * MINUTE]) is None


def test_ends_of_one_list() -> None:
    """They are told by its own distances."""
    points = [at(0), at(60), at(120, end=125)]
    ends = [point.end for point in with_ends(points)]
    assert ends == [START + minute * MINUTE for minute in (60, 120, 125)]
    assert with_ends([at(0)]) == [at(0)]
    assert with_ends([at(0)], 15 * MINUTE) == [at(0, end=15)]
