"""What a load's device shows: who drives it, whether it follows, what it asks for."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfRatio

from ...entities.controls import ButtonRow, PortalButtonDescription
from ...entities.describe import fact, figure
from ...entities.descriptions import (
    BinarySensorRow,
    EventRow,
    Happening,
    PortalBinarySensorDescription,
    PortalEventDescription,
    PortalSensorDescription,
    Rows,
    SensorRow,
)
from ...portals.planner.driven import DRIVING, Driven, Problem, Told

BY_PLAN: Final = "by_plan"
BY_HAND: Final = "by_hand"


def _moves(driven: Driven) -> bool:
    """Say whether something is moved for the load."""
    return driven.moves


def _tells(what: Told) -> Callable[[Driven], bool]:
    """Return how to say whether the user has named what tells it."""
    return lambda driven: what in driven.tells


def _problems(driven: Driven, now: datetime) -> Iterator[Happening]:
    """Yield what is wrong with a device, once it is known."""
    if driven.problem is not None and driven.problem_since is not None:
        mark = driven.problem_since.isoformat()
        yield Happening(driven.problem.value, mark, dict)


def _driven_by(driven: Driven, now: datetime) -> str:
    """Return who drives the device, or why nobody does."""
    if driven.is_by_hand(now):
        return BY_HAND
    return BY_PLAN if driven.problem is None else driven.problem.value


def _charge(driven: Driven) -> float | None:
    """Return the state of charge that was last told, percent."""
    return None if driven.battery is None else driven.battery.charge


SENSORS: Final[Rows[SensorRow]] = (
    PortalSensorDescription(
        key="driven",
        translation_key="driven",
        source=DRIVING,
        device_class=SensorDeviceClass.ENUM,
        options=[BY_PLAN, BY_HAND, *(each.value for each in Problem)],
        value_fn=_driven_by,
        exists_fn=_moves,
    ),
    fact(
        "hand_until",
        DRIVING,
        lambda driven, now: driven.hand_until if driven.is_by_hand(now) else None,
        device_class=SensorDeviceClass.TIMESTAMP,
        exists_fn=_moves,
        diagnostic=True,
    ),
    figure(
        "state_of_charge",
        DRIVING,
        lambda driven, now: _charge(driven),
        unit=UnitOfRatio.PERCENTAGE,
        device_class=SensorDeviceClass.BATTERY,
        precision=0,
        exists_fn=_tells(Told.CHARGE),
    ),
    figure(
        "energy_needed",
        DRIVING,
        lambda driven, now: driven.need.energy,
        unit=UnitOfEnergy.KILO_WATT_HOUR,
        device_class=SensorDeviceClass.ENERGY,
        state_class=None,
        precision=2,
        exists_fn=_tells(Told.ENERGY),
    ),
    fact(
        "ready_by",
        DRIVING,
        lambda driven, now: driven.need.ready_by,
        device_class=SensorDeviceClass.TIMESTAMP,
        exists_fn=_tells(Told.READY_BY),
    ),
)

BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="device_running",
        translation_key="device_running",
        source=DRIVING,
        device_class=BinarySensorDeviceClass.RUNNING,
        value_fn=lambda driven, now: driven.is_running,
        exists_fn=lambda driven: driven.moves and driven.says_running,
    ),
    PortalBinarySensorDescription(
        key="does_not_follow",
        translation_key="does_not_follow",
        source=DRIVING,
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda driven, now: driven.problem is not None,
        exists_fn=_moves,
    ),
)

EVENTS: Final[Rows[EventRow]] = (
    PortalEventDescription(
        key="problem_told",
        translation_key="problem_told",
        source=DRIVING,
        event_types=[each.value for each in Problem],
        value_fn=_problems,
        exists_fn=_moves,
    ),
)

BUTTONS: Final[Rows[ButtonRow]] = (
    PortalButtonDescription(
        key="by_plan_again",
        translation_key="by_plan_again",
        source=DRIVING,
        press_fn=lambda driven, now: driven.by_plan_again(),
        exists_fn=_moves,
    ),
)
