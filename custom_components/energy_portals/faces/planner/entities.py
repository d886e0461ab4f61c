"""What a planner and its flexible loads show, and what automations may set of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from homeassistant.components.number import NumberDeviceClass, NumberMode
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    EntityCategory,
    UnitOfEnergy,
    UnitOfPower,
    UnitOfRatio,
    UnitOfTime,
)

from ...entities.describe import fact, figure
from ...entities.entity import (
    DynamicEntities,
    PortalBinarySensorDescription,
    PortalButtonDescription,
    PortalCalendarDescription,
    PortalNumberDescription,
    PortalSensorDescription,
    PortalSwitchDescription,
    PortalTimeDescription,
)
from ...portals.model.loads import Load, LoadPlan, Order, Status
from ...portals.model.planner import Plan
from ...portals.planner.feeds import Overview

_SETTINGS: Final = "settings"


def _of_plan(take: Callable[[Plan], Any]) -> Callable[[LoadPlan, datetime], Any]:
    """Return how to take a figure of the plan, where there is one."""
    return lambda held, now: None if held.plan is None else take(held.plan)


def _currency(held: LoadPlan) -> str | None:
    """Return the unit of costs."""
    return held.currency


def _sensors(held: LoadPlan | None) -> Iterable[PortalSensorDescription[Any]]:
    """Describe what becomes of a load."""
    if held is None:
        return
    yield PortalSensorDescription(
        key="load_status",
        translation_key="load_status",
        source=LoadPlan,
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in Status],
        value_fn=lambda held, now: held.doing(now).value,
    )
    timestamp = SensorDeviceClass.TIMESTAMP
    yield fact("next_run_start", LoadPlan, LoadPlan.next_start, device_class=timestamp)
    yield fact("next_run_end", LoadPlan, LoadPlan.next_end, device_class=timestamp)
    yield figure(
        "load_power",
        LoadPlan,
        LoadPlan.power,
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        precision=2,
    )
    yield figure(
        "planned_energy",
        LoadPlan,
        _of_plan(lambda plan: plan.energy),
        unit=UnitOfEnergy.KILO_WATT_HOUR,
        state_class=None,
        precision=2,
    )
    if held.currency is not None:
        yield _money("expected_cost", lambda plan: plan.cost)
        yield _money("expected_saving", lambda plan: plan.saving)
    if held.plan is None or held.plan.share is None:
        # Many plans lie where nobody tells how green it is.
        return
    yield figure(
        "expected_share",
        LoadPlan,
        _of_plan(lambda plan: plan.share),
        unit=UnitOfRatio.PERCENTAGE,
        state_class=None,
        precision=0,
    )


def _money(
    key: str, take: Callable[[Plan], float | None]
) -> PortalSensorDescription[Any]:
    """Describe an amount of money that is still to come, and so sums to nothing."""
    return figure(
        key,
        LoadPlan,
        _of_plan(take),
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        precision=2,
        unit_fn=_currency,
    )


def _of_all(overview: Overview | None) -> Iterable[PortalSensorDescription[Any]]:
    """Describe all loads together."""
    if overview is None:
        return
    yield figure(
        "loads_running",
        Overview,
        Overview.running,
        state_class=SensorStateClass.MEASUREMENT,
    )
    yield figure(
        "loads_power",
        Overview,
        Overview.power,
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        precision=2,
    )


def _binary_sensors(
    held: LoadPlan | None,
) -> Iterable[PortalBinarySensorDescription[Any]]:
    """Describe whether a load is to run."""
    if held is not None:
        yield PortalBinarySensorDescription(
            key="run_now",
            translation_key="run_now",
            source=LoadPlan,
            value_fn=LoadPlan.is_running,
        )
        yield PortalBinarySensorDescription(
            key="plan_complete",
            translation_key="plan_complete",
            source=LoadPlan,
            entity_category=EntityCategory.DIAGNOSTIC,
            value_fn=lambda held, now: held.plan is not None and held.plan.is_complete,
        )


def _calendars(held: LoadPlan | None) -> Iterable[PortalCalendarDescription[Any]]:
    """Describe when a load runs."""
    if held is not None:
        yield PortalCalendarDescription(
            key="runs",
            translation_key="runs",
            source=LoadPlan,
            value_fn=lambda held, now: held.agenda(),
        )


def _buttons(held: LoadPlan | None) -> Iterable[PortalButtonDescription[Any]]:
    """Describe what can be ordered by hand."""
    if held is not None:
        yield _button("start_by_hand", Order.START)
        yield _button("done_for_today", Order.DONE)


def _button(key: str, order: Order) -> PortalButtonDescription[Any]:
    """Describe an order."""
    return PortalButtonDescription(
        key=key,
        translation_key=key,
        source=LoadPlan,
        press_fn=lambda held, now: held.ordered_to(order, now),
    )


SENSORS: Final = (
    DynamicEntities[LoadPlan | None](source=LoadPlan, describe=_sensors),
    DynamicEntities[Overview | None](source=Overview, describe=_of_all),
)
BINARY_SENSORS: Final = (
    DynamicEntities[LoadPlan | None](source=LoadPlan, describe=_binary_sensors),
)
CALENDARS: Final = (
    DynamicEntities[LoadPlan | None](source=LoadPlan, describe=_calendars),
)
BUTTONS: Final = (DynamicEntities[LoadPlan | None](source=LoadPlan, describe=_buttons),)


# --- what automations may set -------------------------------------------------------


def _number(
    key: str,
    value: Callable[[Load], float | None],
    unit: str | None,
    most: float,
    *,
    least: float = 0.01,
    device_class: NumberDeviceClass | None = None,
) -> PortalNumberDescription[Load]:
    """Describe a number of a load."""

    def changed(to: float) -> Mapping[str, Any]:
        return {key: to}

    return PortalNumberDescription(
        key=key,
        translation_key=key,
        source=_SETTINGS,
        entity_category=EntityCategory.CONFIG,
        device_class=device_class,
        native_unit_of_measurement=unit,
        native_min_value=least,
        native_max_value=most,
        native_step=least or 0.0001,
        mode=NumberMode.BOX,
        value_fn=lambda load, now: value(load),
        change_fn=changed,
    )


def _minutes(load: Load) -> float | None:
    """Return how long a load is to run, min."""
    duration = load.demand.duration
    return None if duration is None else duration / timedelta(minutes=1)


def _numbers(load: Load) -> Iterable[PortalNumberDescription[Load]]:
    """Describe what of a load is a number."""
    kilowatts, power = UnitOfPower.KILO_WATT, NumberDeviceClass.POWER
    if load.demand.energy is None:
        yield _number("duration", _minutes, UnitOfTime.MINUTES, 1440, least=1)
    else:
        yield _number(
            "energy",
            lambda load: load.demand.energy,
            UnitOfEnergy.KILO_WATT_HOUR,
            1000,
        )
        yield _number(
            "least_power",
            lambda load: load.demand.low,
            kilowatts,
            1000,
            device_class=power,
        )
    yield _number(
        "power", lambda load: load.demand.power, kilowatts, 1000, device_class=power
    )
    yield _number("worth", lambda load: load.demand.worth, None, 10, least=0)


def _time(key: str, value: Callable[[Load], time]) -> PortalTimeDescription[Load]:
    """Describe a bound of the day's window."""
    return PortalTimeDescription(
        key=f"window_{key}",
        translation_key=f"window_{key}",
        source=_SETTINGS,
        entity_category=EntityCategory.CONFIG,
        value_fn=lambda load, now: value(load),
        change_fn=lambda to: {key: to.isoformat()},
    )


NUMBERS: Final = (DynamicEntities[Load](source=_SETTINGS, describe=_numbers),)
TIMES: Final = (
    _time("begin", lambda load: load.begin),
    _time("end", lambda load: load.end),
)
SWITCHES: Final = (
    PortalSwitchDescription[Load](
        key="takes_part",
        translation_key="takes_part",
        source=_SETTINGS,
        value_fn=lambda load, now: load.takes_part,
        change_fn=lambda to: {"takes_part": to},
    ),
)
