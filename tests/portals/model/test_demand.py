"""What is to run: what nothing could run by is refused."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"duration": HOUR, "energy": 1.0, "power": 1.0},
        {"duration": timedelta()},
        {"energy": 1.0},
        {"energy": 0.0, "power": 1.0},
        {"duration": HOUR, "power": -1.0},
        {"energy": 1.0, "power": 1.0, "least_power": 2.0},
        {"energy": 1.0, "power": 1.0, "least_power": 0.0},
        {"energy": 1.0, "power": 1.0, "more": 1.0, "more_below": 1.0},
        {"energy": 1.0, "power": 1.0, "more": 1.0, "shape": Shape.SLOTS},
        {"duration": HOUR, "more": 1.0, "more_below": 1.0, "shape": Shape.SLOTS},
    ],
)
def test_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Demand(**fields)


def test_powers() -> None:
    assert (Demand(duration=HOUR).low, Demand(duration=HOUR).high) == (1, 1)
    demand = Demand(energy=3.0, power=2.0, least_power=0.5)
    assert (demand.low, demand.high) == (0.5, 2)
    assert demand.shortest == 1.5 * HOUR
    assert Demand(duration=HOUR, power=2.0).shortest == HOUR
