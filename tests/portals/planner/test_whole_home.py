"""Until when a home is planned, and what is known of its slots."""

from datetime import timedelta
from itertools import pairwise

import pytest

from custom_components.energy_portals.portals.model.horizon import Horizon, HorizonSlot
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.whole_home import HomeGround
from tests.portals.planner.sharing import HOUR, NOW, OSLO

CLIENT = PlannerClient(price="a", currency="NOK")


def _horizon(*parts: tuple[float, float | None, bool]) -> Horizon:
    """Return hours that follow each other, each with its price."""
    slots, at = [], NOW
    for hours, price, is_expected in parts:
        value = HorizonSlot(price=price, is_expected=is_expected)
        slots.append(Slot(at, at + hours * HOUR, value))
        at += hours * HOUR
    return Horizon(tuple(slots))


@pytest.mark.parametrize(
    ("parts", "deadline", "hours"),
    [
        (((30, 1.0, False), (40, 1.0, True)), 10, 30),
        (((30, 1.0, False), (40, 1.0, True)), 36, 36),
        (((30, 1.0, False), (40, 1.0, True)), 70, 48),
        (((10, 1.0, False), (5, None, False), (40, 1.0, True)), 30, 10),
        (((20, 1.0, True),), 5, 5),
        (((5, None, False), (40, 1.0, False)), 5, None),
        (((60, 1.0, False),), 5, 48),
    ],
)
def test_until_when_is_planned(
    parts: tuple[tuple[float, float | None, bool], ...],
    deadline: float,
    hours: float | None,
) -> None:
    """The later of the last known price and the last deadline, two days at most."""
    ground = HomeGround(client=CLIENT, known=_horizon(*parts), zone=OSLO)
    end = ground.end(NOW, [NOW + deadline * HOUR])
    assert end == (None if hours is None else NOW + hours * HOUR)
    if end is not None:
        slots = ground.slots(NOW + timedelta(minutes=7), end)
        assert (slots[0].start, slots[-1].end) == (NOW + timedelta(minutes=7), end)
        assert all(one.end == other.start for one, other in pairwise(slots))
        assert ground.peaks(NOW, end) == ()
