"""eSmart's own entities of charging, control plans and load control."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfEnergy, UnitOfPower

from ...entities.describe import fact, figure
from ...entities.entity import (
    DynamicEntities,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalSensorDescription,
)
from ...portals.esmart.feeds_control import (
    ChargedMonth,
    Charging,
    LoadControl,
    Plans,
    Requested,
    RequestedLoad,
)
from ...portals.esmart.models import Car
from ...portals.esmart.reads import ZONE
from ...portals.model.periods import midnight

_KWH: Final = UnitOfEnergy.KILO_WATT_HOUR

type Homes = Mapping[str, LoadControl]


def _next_charging[ValueT](
    take: Callable[[Any], ValueT],
) -> Callable[[Charging, datetime], ValueT | None]:
    """Return how to take a figure of the charging that runs or comes next."""

    def value(charging: Charging, now: datetime) -> ValueT | None:
        found = charging.current(now)
        return None if found is None else take(found)

    return value


def _of_cars(
    cars: tuple[Car, ...],
) -> Iterable[PortalSensorDescription[tuple[Car, ...]]]:
    """Describe every car of the garage."""
    for car in cars:
        name = car.name or " ".join(filter(None, (car.manufacturer, car.model)))
        for key, unit, device_class, take in _CAR_FIGURES:
            if take(car) is not None:
                yield figure(
                    f"{key}_{car.id}",
                    "cars",
                    _of_car(car.id, take),
                    unit=unit,
                    device_class=device_class,
                    state_class=None,
                    translation_key=key,
                    placeholders={"car": name or car.id},
                    diagnostic=True,
                    enabled=key != "car_gross_capacity",
                )


type CarFigure = Callable[[Car], float | None]

_STORAGE: Final = SensorDeviceClass.ENERGY_STORAGE
_CAR_FIGURES: Final[tuple[tuple[str, str, SensorDeviceClass, CarFigure], ...]] = (
    ("car_capacity", _KWH, _STORAGE, lambda car: car.net_kwh),
    ("car_gross_capacity", _KWH, _STORAGE, lambda car: car.gross_kwh),
    (
        "car_charging_power",
        UnitOfPower.KILO_WATT,
        SensorDeviceClass.POWER,
        lambda car: car.max_kw,
    ),
)


def _of_car(
    car_id: str, take: CarFigure
) -> Callable[[tuple[Car, ...], datetime], float | None]:
    """Return how to find a figure of one car."""

    def value(cars: tuple[Car, ...], now: datetime) -> float | None:
        return next((take(car) for car in cars if car.id == car_id), None)

    return value


def _of_load_control(homes: Homes) -> Iterable[PortalSensorDescription[Homes]]:
    """Describe every home with load control."""
    for home_id, home in homes.items():
        placeholders = {"home": home.name}
        if home.settings.threshold is not None:
            yield figure(
                f"control_threshold_{home_id}",
                "load_control",
                _of_home(home_id, lambda each: each.settings.threshold),
                translation_key="control_threshold",
                placeholders=placeholders,
                state_class=None,
                diagnostic=True,
                unit_fn=_unit_of_home(home_id),
            )
        yield figure(
            f"control_devices_{home_id}",
            "load_control",
            _of_home(home_id, lambda each: len(each.devices)),
            translation_key="control_devices",
            placeholders=placeholders,
            state_class=None,
            diagnostic=True,
        )
        if home.settings.order:
            yield fact(
                f"control_order_{home_id}",
                "load_control",
                _of_home(home_id, LoadControl.order),
                translation_key="control_order",
                placeholders=placeholders,
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


def _of_requested(
    load: RequestedLoad,
) -> Iterable[PortalSensorDescription[RequestedLoad]]:
    """Describe what demand response asks for; the portal names no unit."""
    for key, requested in load.requested.items():
        yield figure(
            f"requested_{key}",
            "requested_load",
            _requested_now(key),
            translation_key="requested_load",
            placeholders={
                "zone": requested.zone.name or requested.zone.id,
                "type": requested.type.name or requested.type.id,
            },
        )


def _requested_now(key: str) -> Callable[[RequestedLoad, datetime], float | None]:
    """Return how to find the value that holds at a moment."""

    def value(load: RequestedLoad, now: datetime) -> float | None:
        requested: Requested | None = load.requested.get(key)
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


SENSORS: Final[tuple[PortalSensorDescription[Any] | DynamicEntities[Any], ...]] = (
    figure(
        "charging_requests",
        "charging_requests",
        Charging.planned,
    ),
    fact(
        "next_charging_start",
        "charging_requests",
        _next_charging(lambda request: request.start),
        device_class=SensorDeviceClass.TIMESTAMP,
    ),
    fact(
        "next_charging_end",
        "charging_requests",
        _next_charging(lambda request: request.end),
        device_class=SensorDeviceClass.TIMESTAMP,
    ),
    figure(
        "next_charging_energy",
        "charging_requests",
        _next_charging(lambda request: request.energy),
        unit=_KWH,
        state_class=None,
    ),
    figure(
        "charged_this_month",
        "charger_statistics",
        ChargedMonth.total,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        precision=1,
        unit_fn=_charger_unit,
        last_reset_fn=lambda month, now: midnight(month.month, ZONE),
    ),
    fact(
        "next_control_plan",
        "control_plans",
        _next_plan,
        device_class=SensorDeviceClass.TIMESTAMP,
    ),
    DynamicEntities(source="cars", describe=_of_cars),
    DynamicEntities(source="load_control", describe=_of_load_control),
    DynamicEntities(source="requested_load", describe=_of_requested),
)

BINARY_SENSORS: Final[tuple[PortalBinarySensorDescription[Any], ...]] = (
    PortalBinarySensorDescription(
        key="charging_requested",
        translation_key="charging_requested",
        source="charging_requests",
        value_fn=lambda charging, now: charging.agenda.at(now) is not None,
    ),
    PortalBinarySensorDescription(
        key="controlled",
        translation_key="controlled",
        source="control_plans",
        value_fn=lambda plans, now: plans.agenda.at(now) is not None,
    ),
)

CALENDARS: Final[tuple[PortalCalendarDescription[Any], ...]] = (
    PortalCalendarDescription(
        key="charging_requests",
        translation_key="charging_requests",
        source="charging_requests",
        value_fn=lambda charging, now: charging.agenda,
    ),
    PortalCalendarDescription(
        key="control_plans",
        translation_key="control_plans",
        source="control_plans",
        value_fn=lambda plans, now: plans.agenda,
    ),
)
