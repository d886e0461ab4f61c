"""Readings of meters by quarters."""

from datetime import UTC, datetime

from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.optimum.home import QUARTER
from custom_components.energy_portals.portals.optimum.realised import Job, Metered
from custom_components.energy_portals.portals.planner.quarters import (
    added_up,
    drawn_by,
    metered,
)
from tests.portals.planner.sharing import HOUR

START = datetime(2026, 11, 17, 23, tzinfo=UTC)


def test_readings_by_quarters() -> None:
    """What all meters tell of; what is longer than an hour does not say when."""
    end = START + 3 * HOUR
    one = [Slot(START, START + HOUR, 4.0), Slot(START + HOUR, end, 4.0)]
    two = [Slot(START, START + QUARTER, 1.0), Slot(START + QUARTER, end, -1.0)]
    assert added_up([one], START, end) == {START + n * QUARTER: 1.0 for n in range(4)}
    assert added_up([one, two], START, end) == {START: 2.0}
    assert len(added_up([], START, end)) == 12


def test_what_devices_draw() -> None:
    """Of a home whose meters are not read it is all that counts."""
    job = Job(
        key="a",
        window=START,
        begin=START,
        end=START + 4 * HOUR,
        power=2.0,
        runs=((START + QUARTER / 2, START + 3 * QUARTER / 2, 2.0),),
    )
    drawn = drawn_by([job], START, START + HOUR)
    assert [*drawn.values()] == [0.25, 0.25, 0.0, 0.0]


def test_what_is_metered_and_has_a_price() -> None:
    """Quarters of which both are known; a battery may tell nothing."""
    prices = [(START, 1.0, 0.1), (START + QUARTER, 2.0, 0.1)]
    meters = {"drawn": {START: 0.5, START + 2 * QUARTER: 1.0}}
    assert metered(meters, prices, START, START + HOUR) == {
        START: Metered(drawn=0.5, fed_in=0.0, price=1.0, sold=0.1)
    }
