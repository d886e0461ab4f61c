"""What a planner and its flexible loads show, and what automations may set of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.number import NumberDeviceClass, NumberMode
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import (
    EntityCategory,
    UnitOfEnergy,
    UnitOfPower,
    UnitOfRatio,
    UnitOfTime,
)

from ...entities.controls import (
    ButtonRow,
    NumberRow,
    PortalButtonDescription,
    PortalNumberDescription,
    PortalSwitchDescription,
    PortalTimeDescription,
    SwitchRow,
    TimeRow,
)
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
    is_there,
)
from ...entities.tables import Tables
from ...portals.model.intensity import CO2_UNIT
from ...portals.model.loads import Load, LoadPlan, Order, Reason, Shortfall, Status
from ...portals.model.planner import Plan
from ...portals.planner.feeds import PLANS, SETTINGS, Overview, Planned
from . import entities_driving, entities_stores, entities_telling
from .shown import SHOWN

_TIMESTAMP: Final = SensorDeviceClass.TIMESTAMP


def _of_plan[ValueT](
    take: Callable[[Plan], ValueT],
) -> Callable[[LoadPlan, datetime], ValueT | None]:
    """Return how to take a figure of the plan, where there is one."""
    return lambda held, now: None if held.plan is None else take(held.plan)


def _money(key: str, take: Callable[[Plan], float | None]) -> SensorRow:
    """Describe an amount of money that is still to come, and so sums to nothing."""
    return figure(
        key,
        LoadPlan,
        _of_plan(take),
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        precision=2,
        unit_fn=lambda held: held.currency,
        exists_fn=lambda held: held.currency is not None,
    )


def _moment(
    key: str, value: Callable[[LoadPlan, datetime], datetime | None]
) -> SensorRow:
    """Describe a bound of the next run."""
    return fact(key, LoadPlan, value, device_class=_TIMESTAMP, exists_fn=is_there)


def _button(key: str, order: Order) -> ButtonRow:
    """Describe what can be ordered of a load by hand."""

    def ordered(planned: Planned, now: datetime) -> Planned:
        if isinstance(planned, LoadPlan):
            return planned.ordered_to(order, now)
        return planned

    return PortalButtonDescription(
        key=key,
        translation_key=key,
        source=PLANS,
        press_fn=ordered,
        exists_fn=lambda planned: isinstance(planned, LoadPlan),
    )


_NONE: Final = "none"


def _told_of(short: Shortfall) -> Mapping[str, str | float | None]:
    """Return how much a load lacks, and by when."""
    return {
        "missing_energy": None if short.energy is None else round(short.energy, 3),
        "missing_minutes": round(short.duration / timedelta(minutes=1)),
        "deadline": short.deadline.isoformat(),
    }


def _shortfalls(held: LoadPlan, now: datetime) -> Iterator[Happening]:
    """Yield what a load lacks, once it is known."""
    if (short := held.shortfall) is not None:
        yield Happening(
            "shortfall",
            short.since.isoformat(),
            lambda: {"reason": short.reason.value, **_told_of(short)},
        )


SENSORS: Final[Rows[SensorRow]] = (
    PortalSensorDescription(
        key="load_status",
        translation_key="load_status",
        source=LoadPlan,
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in Status],
        value_fn=lambda held, now: held.doing(now).value,
        exists_fn=is_there,
    ),
    PortalSensorDescription(
        key="load_shortfall",
        translation_key="load_shortfall",
        source=LoadPlan,
        device_class=SensorDeviceClass.ENUM,
        options=[_NONE, *(reason.value for reason in Reason)],
        value_fn=lambda held, now: (
            _NONE if held.shortfall is None else held.shortfall.reason.value
        ),
        attributes_fn=lambda held: (
            {} if held.shortfall is None else _told_of(held.shortfall)
        ),
        exists_fn=is_there,
    ),
    _moment("next_run_start", LoadPlan.next_start),
    _moment("next_run_end", LoadPlan.next_end),
    figure(
        "load_power",
        LoadPlan,
        LoadPlan.power,
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        precision=2,
        exists_fn=is_there,
    ),
    figure(
        "planned_energy",
        LoadPlan,
        _of_plan(lambda plan: plan.energy),
        unit=UnitOfEnergy.KILO_WATT_HOUR,
        device_class=SensorDeviceClass.ENERGY,
        state_class=None,
        precision=2,
        exists_fn=is_there,
    ),
    _money("expected_cost", lambda plan: plan.cost),
    _money("expected_saving", lambda plan: plan.saving),
    figure(
        "expected_share",
        LoadPlan,
        _of_plan(lambda plan: plan.share),
        unit=UnitOfRatio.PERCENTAGE,
        state_class=None,
        precision=0,
        # Many plans lie where nobody tells how green it is.
        exists_fn=lambda held: held.plan is not None and held.plan.share is not None,
    ),
    figure(
        "expected_co2",
        LoadPlan,
        _of_plan(lambda plan: plan.co2),
        unit=CO2_UNIT,
        state_class=None,
        precision=0,
        exists_fn=lambda held: held.plan is not None and held.plan.co2 is not None,
    ),
    figure("loads_running", Overview, Overview.running, exists_fn=is_there),
    figure(
        "loads_power",
        Overview,
        Overview.power,
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        precision=2,
        exists_fn=is_there,
    ),
)

BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="run_now",
        translation_key="run_now",
        source=LoadPlan,
        value_fn=LoadPlan.is_running,
        exists_fn=is_there,
    ),
    PortalBinarySensorDescription(
        key="falls_short",
        translation_key="falls_short",
        source=LoadPlan,
        device_class=BinarySensorDeviceClass.PROBLEM,
        value_fn=lambda held, now: held.shortfall is not None,
        exists_fn=is_there,
    ),
    PortalBinarySensorDescription(
        key="plan_complete",
        translation_key="plan_complete",
        source=LoadPlan,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda held, now: held.plan is not None and held.plan.is_complete,
        exists_fn=is_there,
    ),
)

EVENTS: Final[Rows[EventRow]] = (
    PortalEventDescription(
        key="shortfall_told",
        translation_key="shortfall_told",
        source=LoadPlan,
        event_types=["shortfall"],
        value_fn=_shortfalls,
        exists_fn=is_there,
    ),
)

BUTTONS: Final[Rows[ButtonRow]] = (
    _button("start_by_hand", Order.START),
    _button("done_for_today", Order.DONE),
)


# --- what automations may set -------------------------------------------------------


_FINE: Final = 0.0001


def _number(
    key: str,
    value: Callable[[Load], float | None],
    unit: str | None,
    most: float,
    *,
    least: float = 0.01,
    step: float | None = None,
    device_class: NumberDeviceClass | None = None,
    exists_fn: Callable[[Load], bool] = is_there,
) -> NumberRow:
    """Describe a number of a load."""
    return PortalNumberDescription(
        key=key,
        translation_key=key,
        source=SETTINGS,
        entity_category=EntityCategory.CONFIG,
        device_class=device_class,
        native_unit_of_measurement=unit,
        native_min_value=least,
        native_max_value=most,
        native_step=least if step is None else step,
        mode=NumberMode.BOX,
        value_fn=lambda load, now: value(load),
        change_fn=lambda to: {key: to},
        exists_fn=exists_fn,
    )


def _power(
    key: str,
    value: Callable[[Load], float | None],
    exists_fn: Callable[[Load], bool] = is_there,
) -> NumberRow:
    """Describe a power of a load."""
    power = NumberDeviceClass.POWER
    kilowatts = UnitOfPower.KILO_WATT
    return _number(key, value, kilowatts, 1000, device_class=power, exists_fn=exists_fn)


def _price(
    key: str,
    value: Callable[[Load], float | None],
    exists_fn: Callable[[Load], bool] = is_there,
) -> NumberRow:
    """Describe a price limit of a load, per kWh, which may be below nothing."""
    return _number(key, value, None, 1000, least=-1000, step=_FINE, exists_fn=exists_fn)


def _takes_more(load: Load) -> bool:
    """Say whether a load may take more than it needs."""
    return load.takes_more


def _minutes(load: Load) -> float | None:
    """Return how long a load is to run, min."""
    duration = load.demand.duration
    return None if duration is None else duration / timedelta(minutes=1)


def _runs_for_a_time(load: Load) -> bool:
    """Say whether a load is to run for a time, and not until it has its energy."""
    return load.demand.energy is None


def _needs_energy(load: Load) -> bool:
    """Say whether a load runs until it has its energy."""
    return load.demand.energy is not None


def _time(key: str, value: Callable[[Load], time], *of: str) -> TimeRow:
    """Describe a bound of the day's window."""
    return PortalTimeDescription(
        key=f"window_{key}",
        translation_key=f"window_{key}",
        source=SETTINGS,
        entity_category=EntityCategory.CONFIG,
        value_fn=lambda load, now: value(load),
        change_fn=lambda to: dict.fromkeys((key, *of), to.isoformat()),
        # A store has no window.
        exists_fn=is_there,
    )


NUMBERS: Final[Rows[NumberRow]] = (
    _number(
        "duration",
        _minutes,
        UnitOfTime.MINUTES,
        1440,
        least=1,
        exists_fn=_runs_for_a_time,
    ),
    _number(
        "energy",
        lambda load: load.demand.energy,
        UnitOfEnergy.KILO_WATT_HOUR,
        1000,
        exists_fn=_needs_energy,
    ),
    _power("least_power", lambda load: load.demand.low, _needs_energy),
    _power("power", lambda load: load.demand.power),
    _number("worth", lambda load: load.demand.worth, None, 10, least=0, step=_FINE),
    _price("never_above", lambda load: load.demand.ceiling),
    _price("more_below", lambda load: load.demand.more_below, _takes_more),
)

TIMES: Final[Rows[TimeRow]] = (
    # A car's begins when the last ends, unless somebody says so.
    _time("begin", lambda load: load.begin, "not_before"),
    _time("end", lambda load: load.end),
)

SWITCHES: Final[Rows[SwitchRow]] = (
    PortalSwitchDescription(
        key="takes_part",
        translation_key="takes_part",
        source=SETTINGS,
        value_fn=lambda load, now: load.takes_part,
        change_fn=lambda to: {"takes_part": to},
        exists_fn=is_there,
    ),
)

TABLES: Final = Tables(
    sensors=(
        *SENSORS,
        *entities_driving.SENSORS,
        *entities_stores.SENSORS,
        *entities_telling.SENSORS,
    ),
    binary_sensors=(*BINARY_SENSORS, *entities_driving.BINARY_SENSORS),
    buttons=(*BUTTONS, *entities_driving.BUTTONS),
    calendars=entities_telling.CALENDARS,
    events=(*EVENTS, *entities_driving.EVENTS),
    numbers=NUMBERS,
    switches=SWITCHES,
    times=TIMES,
    shown=SHOWN,
)
