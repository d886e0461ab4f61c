"""What a plan tells: its bill, its saving and its reasons, which agree."""

import pytest

from custom_components.energy_portals.portals.model.demand import Demand
from custom_components.energy_portals.portals.optimum.baseline import at_once
from custom_components.energy_portals.portals.optimum.bill import bill
from custom_components.energy_portals.portals.optimum.home import Schedule
from custom_components.energy_portals.portals.optimum.optimise import optimise, solver
from custom_components.energy_portals.portals.optimum.telling import telling
from tests.portals.optimum.making import QUARTER, home, load, slots
from tests.portals.optimum.samples import NAMES, sample
from tests.portals.optimum.test_bill import at


def test_a_load_that_waits() -> None:
    """What it costs and saves, by itself and in all."""
    demand = Demand(duration=QUARTER, power=2.0)
    whole = home(slots([0.4, 0.1], base=[1, 1]), loads=(load("a", demand),))
    told = telling(whole, Schedule(powers={"a": at(0, 2)}))
    assert (told.method, told.base) == ("search", 0.5)
    assert told.saving.total == pytest.approx(0.15)
    assert told.at_once.total - told.bill.total == pytest.approx(0.15)
    assert told.why["a"].saving == pytest.approx(0.15)


@pytest.mark.parametrize("name", NAMES[:3])
def test_the_parts_are_the_whole(name: str) -> None:
    """Devices and what they save together are all; both bills are those of bill."""
    whole = sample(name).home
    schedule = optimise(whole, solve=solver())
    told = telling(whole, schedule)
    parts = sum(told.saving.devices.values()) + told.saving.together
    assert parts == pytest.approx(told.saving.total)
    assert told.saving.total == pytest.approx(
        bill(whole, at_once(whole)).total - bill(whole, schedule).total
    )
    assert all(told.why[key].saving is not None for key in told.why)
