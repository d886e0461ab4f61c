"""What a user enters of something that is to run."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.demands import demand_of
from custom_components.energy_portals.portals.http.errors import InvalidInput
from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import Objective

HOW = {"shape": "pieces", "objective": "price"}


def test_times_are_minutes() -> None:
    fields = {**HOW, "duration": 90, "least_length": 15, "least_pause": 30.0}
    assert demand_of({**fields, "power": 2, "starts": 3, "worth": 0.5}) == Demand(
        duration=timedelta(minutes=90),
        power=2,
        shape=Shape.PIECES,
        least_length=timedelta(minutes=15),
        least_pause=timedelta(minutes=30),
        starts=3,
        objective=Objective.PRICE,
        worth=0.5,
    )


def test_an_energy_at_powers() -> None:
    demand = demand_of({**HOW, "energy": 7.5, "power": 11, "least_power": 1.4})
    assert (demand.energy, demand.high, demand.low) == (7.5, 11, 1.4)
    # For a time there is one power.
    demand = demand_of({**HOW, "duration": 60, "power": 11, "least_power": 1.4})
    assert demand.low == 11


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({}, "duration_or_energy"),
        ({"duration": 60, "energy": 1, "power": 1}, "duration_or_energy"),
        ({"energy": 1}, "energy_needs_power"),
        ({"energy": 1, "power": 1, "least_power": 2}, "least_power_too_high"),
        ({"duration": 60, "least_power": 1}, "least_power_too_high"),
    ],
)
def test_what_nothing_could_run_by(fields: dict[str, Any], key: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        demand_of({**HOW, **fields})
    assert raised.value.key == key
