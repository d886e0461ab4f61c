"""Forecasts that are held to what came."""

from datetime import timedelta

import pytest

from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import (
    QUARTER,
    Home,
    HomeSlot,
    Schedule,
)
from custom_components.energy_portals.portals.planner.judged import Forecasts
from custom_components.energy_portals.portals.planner.together import Whole
from tests.portals.planner.sharing import HOUR, NOW, OSLO

# Until midnight in Oslo it is eleven hours.
LEFT = 11


def whole(base: float, sun: float, hours: int = 30) -> Whole:
    """Return a home that is planned, from within a quarter on."""
    starts = [
        NOW + timedelta(minutes=2),
        *(NOW + n * QUARTER for n in range(1, 4 * hours)),
    ]
    ends = [*starts[1:], NOW + hours * HOUR]
    slots = tuple(
        Slot(
            start,
            end,
            HomeSlot(price=1.0, base=base, sun=sun if start.hour < 15 else 0),
        )
        for start, end in zip(starts, ends, strict=True)
    )
    return Whole(home=Home(slots=slots), schedule=Schedule(powers={}))


def test_a_day_is_foretold_once() -> None:
    """By whole hours, to the end of the day; what is foretold later is another."""
    found = Forecasts().noted(whole(1.0, 2.0), NOW, OSLO)
    assert [each[0] for each in found.told] == [NOW + n * HOUR for n in range(1, LEFT)]
    assert found.noted(whole(9.0, 9.0), NOW + HOUR, OSLO) == found
    assert found.noted(None, NOW + 24 * HOUR, OSLO) == found
    assert Forecasts().base_error is None


def test_what_came() -> None:
    """The mean error whichever way; the sun by day alone, and only what is known."""
    found = Forecasts().noted(whole(1.0, 2.0), NOW, OSLO)
    base = Series(
        (
            Slot(NOW + HOUR, NOW + 2 * HOUR, 1.5),
            Slot(NOW + 2 * HOUR, NOW + 3 * HOUR, 0.5),
            Slot(NOW + 3 * HOUR, NOW + 4 * HOUR, 1.0),
        )
    )
    sun = {NOW + HOUR + n * QUARTER: 0.25 for n in range(4)}
    sun |= {NOW + 3 * HOUR + n * QUARTER: 0.0 for n in range(4)}
    judged = found.judged(base, sun, NOW + 5 * HOUR)
    assert judged.base_error == pytest.approx(1.0 / 3)
    assert judged.sun_error == pytest.approx(1.0)
    # Of the fourth hour nobody has read yet what came.
    assert len(judged.told) == LEFT - 4
    assert judged.told[0][0] == NOW + 4 * HOUR
    late = judged.judged(base, {}, NOW + 10 * HOUR)
    assert (late.base_error, len(late.told)) == (judged.base_error, LEFT - 5)
    assert judged.judged(base, sun, NOW + 5 * HOUR) == judged
    # A week later it is forgotten.
    late = judged.noted(whole(1.0, 2.0), NOW + 24 * HOUR, OSLO)
    late = late.judged(base, sun, NOW + timedelta(days=8))
    assert late.base_error is None
