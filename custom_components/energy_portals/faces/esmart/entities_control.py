"""eSmart's own entities of charging, control plans and load control."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from homeassistant.components.number import NumberMode
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfPower, UnitOfRatio

from ...entities.controls import NumberAtPortalDescription, NumberRow
from ...entities.describe import fact, figure
from ...entities.descriptions import (
    BinarySensorRow,
    CalendarRow,
    DynamicEntities,
    DynamicRows,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    Rows,
    SensorRow,
    is_there,
)
from ...portals.esmart import feeds_control as feeds
from ...portals.esmart.feeds_control import (
    ChargedMonth,
    Charging,
    LoadControl,
    Plans,
    RequestedLoad,
)
from ...portals.esmart.models import Car, ChargingRequest
from ...portals.esmart.reads import ZONE
from ...portals.model.periods import midnight

_KWH: Final = UnitOfEnergy.KILO_WATT_HOUR
_STORAGE: Final = SensorDeviceClass.ENERGY_STORAGE

# kW. A home is connected with 10 to 100.
_LEAST: Final = 0.1
_MOST: Final = 1000.0

type Homes = Mapping[str, LoadControl]


def _next_charging[ValueT](
    take: Callable[[ChargingRequest], ValueT],
) -> Callable[[Charging, datetime], ValueT | None]:
    """Return how to take a figure of the charging that runs or comes next."""

    def value(charging: Charging, now: datetime) -> ValueT | None:
        request = charging.current(now)
        return None if request is None else take(request)

    return value


def _of_cars(
    key: str,
    unit: str,
    device_class: SensorDeviceClass,
    take: Callable[[Car], float | None],
) -> DynamicRows[SensorRow]:
    """Describe a figure of every car of the garage that has it."""

    def named(cars: tuple[Car, ...]) -> Iterable[tuple[str, str]]:
        for car in cars:
            if take(car) is not None:
                maker = " ".join(filter(None, (car.manufacturer, car.model)))
                yield car.id, car.name or maker or car.id

    def describe(car: tuple[str, str]) -> SensorRow:
        car_id, name = car
        return figure(
            f"{key}_{car_id}",
            feeds.CARS,
            lambda cars, now: next(
                (take(car) for car in cars if car.id == car_id), None
            ),
            unit=unit,
            device_class=device_class,
            state_class=None,
            translation_key=key,
            placeholders={"car": name},
            diagnostic=True,
        )

    return DynamicEntities(
        source=feeds.CARS, things=named, describe=describe, begins=(f"{key}_",)
    )


def _homes(
    shows: Callable[[LoadControl], bool],
) -> Callable[[Homes], Iterable[tuple[str, str]]]:
    """Return how to find the homes that show something, by number and name."""

    def homes(control: Homes) -> Iterable[tuple[str, str]]:
        for home_id, home in control.items():
            if shows(home):
                yield home_id, home.name

    return homes


def _threshold(named: tuple[str, str]) -> SensorRow:
    """Describe from what power on a home's devices are controlled."""
    home_id, name = named
    return figure(
        f"control_threshold_{home_id}",
        feeds.LOAD_CONTROL,
        _of_home(home_id, lambda home: home.settings.threshold),
        translation_key="control_threshold",
        placeholders={"home": name},
        state_class=None,
        diagnostic=True,
        unit_fn=_unit_of_home(home_id),
    )


def _threshold_set(named: tuple[str, str]) -> NumberRow:
    """Describe the same as what is set; its bounds are those of a home."""
    home_id, name = named
    return NumberAtPortalDescription(
        key=f"control_threshold_{home_id}",
        translation_key="control_threshold",
        translation_placeholders={"home": name},
        source=feeds.LOAD_CONTROL,
        value_fn=_of_home(home_id, lambda home: home.settings.threshold),
        portal_fn=lambda client, value: client.change_control_settings(
            home_id, threshold=value
        ),
        unit_fn=_unit_of_home(home_id),
        mode=NumberMode.BOX,
        native_min_value=_LEAST,
        native_max_value=_MOST,
        native_step=_LEAST,
        entity_category=EntityCategory.CONFIG,
    )


def _devices(named: tuple[str, str]) -> SensorRow:
    """Describe how many of a home's devices are controlled."""
    home_id, name = named
    return figure(
        f"control_devices_{home_id}",
        feeds.LOAD_CONTROL,
        _of_home(home_id, LoadControl.count),
        translation_key="control_devices",
        placeholders={"home": name},
        state_class=None,
        diagnostic=True,
    )


def _order(named: tuple[str, str]) -> SensorRow:
    """Describe in what order a home's devices are controlled."""
    home_id, name = named
    return fact(
        f"control_order_{home_id}",
        feeds.LOAD_CONTROL,
        _of_home(home_id, LoadControl.order),
        translation_key="control_order",
        placeholders={"home": name},
        diagnostic=True,
    )


def _of_home[ValueT](
    home_id: str, take: Callable[[LoadControl], ValueT]
) -> Callable[[Homes, datetime], ValueT | None]:
    """Return how to find something of one home."""

    def value(homes: Homes, now: datetime) -> ValueT | None:
        return take(homes[home_id]) if home_id in homes else None

    return value


def _unit_of_home(home_id: str) -> Callable[[Homes], str | None]:
    """Return how to find the unit of a home's threshold."""
    return lambda homes: homes[home_id].settings.unit if home_id in homes else None


def _requested(load: RequestedLoad) -> Iterable[tuple[str, str, str]]:
    """Find what demand response asks for, by key, zone and type."""
    for key, requested in load.requested.items():
        zone, kind = requested.zone, requested.type
        yield key, zone.name or zone.id, kind.name or kind.id


def _of_requested(named: tuple[str, str, str]) -> SensorRow:
    """Describe what demand response asks for; the portal names no unit."""
    key, zone, kind = named
    return figure(
        f"requested_{key}",
        feeds.REQUESTED_LOAD,
        _requested_now(key),
        translation_key="requested_load",
        placeholders={"zone": zone, "type": kind},
    )


def _requested_now(key: str) -> Callable[[RequestedLoad, datetime], float | None]:
    """Return how to find the value that holds at a moment."""

    def value(load: RequestedLoad, now: datetime) -> float | None:
        requested = load.requested.get(key)
        slot = None if requested is None else requested.values.at(now)
        return None if slot is None else slot.value

    return value


def _next_plan(plans: Plans, now: datetime) -> datetime | None:
    """Return when the next plan begins."""
    occasion = plans.agenda.after(now)
    return None if occasion is None else occasion.start


def _charger_unit(month: ChargedMonth) -> str | None:
    """Return the unit the portal names."""
    return month.statistics.unit


SENSORS: Final[Rows[SensorRow]] = (
    figure(
        "charging_requests",
        feeds.CHARGING_REQUESTS,
        Charging.planned,
    ),
    fact(
        "next_charging_start",
        feeds.CHARGING_REQUESTS,
        _next_charging(lambda request: request.start),
        device_class=SensorDeviceClass.TIMESTAMP,
    ),
    fact(
        "next_charging_end",
        feeds.CHARGING_REQUESTS,
        _next_charging(lambda request: request.end),
        device_class=SensorDeviceClass.TIMESTAMP,
    ),
    figure(
        "next_charging_energy",
        feeds.CHARGING_REQUESTS,
        _next_charging(lambda request: request.energy),
        unit=_KWH,
        device_class=SensorDeviceClass.ENERGY,
        state_class=None,
    ),
    figure(
        "charged_this_month",
        feeds.CHARGER_STATISTICS,
        ChargedMonth.total,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        precision=1,
        unit_fn=_charger_unit,
        last_reset_fn=lambda month, now: midnight(month.month, ZONE),
        is_covered=True,
    ),
    figure(
        "car_battery",
        feeds.CAR_BATTERY,
        lambda info, now: info.battery,
        unit=UnitOfRatio.PERCENTAGE,
        device_class=SensorDeviceClass.BATTERY,
        exists_fn=lambda info: info.battery is not None,
    ),
    fact(
        "next_control_plan",
        feeds.CONTROL_PLANS,
        _next_plan,
        device_class=SensorDeviceClass.TIMESTAMP,
    ),
    _of_cars("car_capacity", _KWH, _STORAGE, lambda car: car.net_kwh),
    _of_cars("car_gross_capacity", _KWH, _STORAGE, lambda car: car.gross_kwh),
    _of_cars(
        "car_charging_power",
        UnitOfPower.KILO_WATT,
        SensorDeviceClass.POWER,
        lambda car: car.max_kw,
    ),
    DynamicEntities(
        source=feeds.LOAD_CONTROL,
        things=_homes(lambda home: home.settings.threshold is not None),
        describe=_threshold,
        begins=("control_threshold_",),
    ),
    DynamicEntities(
        source=feeds.LOAD_CONTROL,
        things=_homes(is_there),
        describe=_devices,
        begins=("control_devices_",),
    ),
    DynamicEntities(
        source=feeds.LOAD_CONTROL,
        things=_homes(lambda home: bool(home.settings.order)),
        describe=_order,
        begins=("control_order_",),
    ),
    DynamicEntities(
        source=feeds.REQUESTED_LOAD,
        things=_requested,
        describe=_of_requested,
        begins=("requested_",),
    ),
)

NUMBERS: Final[Rows[NumberRow]] = (
    DynamicEntities(
        source=feeds.LOAD_CONTROL,
        things=_homes(is_there),
        describe=_threshold_set,
        begins=("control_threshold_",),
    ),
)

BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="charging_requested",
        translation_key="charging_requested",
        source=feeds.CHARGING_REQUESTS,
        value_fn=lambda charging, now: charging.agenda.at(now) is not None,
    ),
    PortalBinarySensorDescription(
        key="controlled",
        translation_key="controlled",
        source=feeds.CONTROL_PLANS,
        value_fn=lambda plans, now: plans.agenda.at(now) is not None,
    ),
)

CALENDARS: Final[Rows[CalendarRow]] = (
    PortalCalendarDescription(
        key="charging_requests",
        translation_key="charging_requests",
        source=feeds.CHARGING_REQUESTS,
        value_fn=lambda charging, now: charging.agenda,
    ),
    PortalCalendarDescription(
        key="control_plans",
        translation_key="control_plans",
        source=feeds.CONTROL_PLANS,
        value_fn=lambda plans, now: plans.agenda,
    ),
)
