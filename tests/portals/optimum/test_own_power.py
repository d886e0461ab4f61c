"""What a home that is planned as a whole has of its own, and draws by itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    Home,
    HomeSlot,
    Schedule,
)
from custom_components.energy_portals.portals.optimum.own_power import OwnPower

START: Final = datetime(2026, 11, 29, 17, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
SUN: Final = (0.0, 1.5, 1.5, 0.0)
HOME: Final = Home(
    slots=tuple(
        Slot(START + n * HOUR, START + (n + 1) * HOUR, HomeSlot(price=1, sun=sun))
        for n, sun in enumerate(SUN)
    )
)
BATTERY: Final = Battery(key="b", capacity=10, soc=50, charge=3, discharge=3)


def test_the_sun_in_as_few_rows_as_there_are_powers() -> None:
    held = OwnPower.of(HOME, Schedule(powers={}), [(date(2026, 11, 3), 4.2)])
    assert [(each.end - each.start, each.value) for each in held.sun] == [
        (HOUR, 0.0),
        (2 * HOUR, 1.5),
        (HOUR, 0.0),
    ]
    assert held.peaks == ((date(2026, 11, 3), 4.2),)
    assert not held.base.slots
    assert not held.battery.slots


def test_a_battery_by_its_plan() -> None:
    powers = Series((Slot[float | None](START, START + HOUR, -2.0),))
    home = replace(HOME, batteries=(BATTERY,))
    assert OwnPower.of(home, Schedule(powers={"b": powers}), ()).battery == powers
    assert not OwnPower.of(home, Schedule(powers={}), ()).battery.slots
