"""What is planned of what is left, and when runs may stay as they are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.effort import _is_sound, best_effort
from custom_components.energy_portals.portals.model.planner import Runs
from custom_components.energy_portals.portals.model.series import Series, Slot
from tests.portals.model.test_living import CHARGE, FLAT, HOUR, ZERO

END = ZERO + 12 * HOUR
PIECES = Demand(
    duration=3 * HOUR, power=1.0, shape=Shape.PIECES, least_length=HOUR, starts=1
)


def runs(*spans: tuple[int, int], power: float | None = 1.0) -> Runs:
    """Return runs from and until hours."""
    return Series(
        tuple(Slot(ZERO + a * HOUR, ZERO + b * HOUR, power) for a, b in spans)
    )


def test_what_is_wanted_at_once_waits_for_nothing() -> None:
    """Where it is all, nothing is left to plan."""
    effort = best_effort(FLAT, CHARGE, ZERO, END, at_once=50)
    assert effort.missing == timedelta()
    (run,) = effort.runs
    assert run.start == ZERO
    assert (run.end - run.start) / HOUR * (run.value or 0) == pytest.approx(12)


def test_energy_without_a_power_is_not_known() -> None:
    """What is missing can be told in time alone."""
    demand = Demand(duration=30 * HOUR)
    effort = best_effort(FLAT, demand, ZERO, ZERO + 2 * HOUR)
    assert effort.missing > timedelta()
    assert effort.missing_energy is None


@pytest.mark.parametrize(
    ("held", "demand", "is_sound"),
    [
        (runs((1, 2), (2, 4)), PIECES, True),
        (runs((1, 2), (3, 5)), PIECES, False),
        (runs((0, 1), (3, 5)), PIECES, True),
        (runs((1, 4), power=None), PIECES, False),
        (runs((1, 4), power=5.0), PIECES, False),
        (runs((-1, 2)), PIECES, False),
        (runs((9, 14)), PIECES, False),
        (runs((1, 2), (4, 6)), replace(PIECES, shape=Shape.SLOTS, starts=None), True),
        (runs((1, 2), (4, 6)), replace(PIECES, shape=Shape.CONTIGUOUS), False),
    ],
)
def test_runs_that_may_stay(held: Runs, demand: Demand, is_sound: bool) -> None:
    """Inside the window, at the power, in as many pieces as are allowed."""
    assert _is_sound(FLAT, demand, held, ZERO, END) is is_sound


def test_runs_of_which_nothing_is_known() -> None:
    """Beyond what the house knows, none may stay."""
    assert not _is_sound(FLAT, PIECES, runs((60, 63)), ZERO, ZERO + 90 * HOUR)
