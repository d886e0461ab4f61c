"""epilot's own entities of meters, their counters, and parts of prices."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache, partial
from operator import itemgetter
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfPower, UnitOfVolume

from ...entities.describe import fact, figure
from ...entities.entity import DynamicEntities, PortalSensorDescription
from ...portals.epilot.feeds import MeterState, Register, ReportedPower
from ...portals.epilot.models import PricePart
from ...portals.epilot.series import unit_of
from ...portals.model.ledger import KWH
from ...portals.model.price_days import PriceOutlook

type Sensors[DataT] = Iterable[PortalSensorDescription[DataT]]


# --- meters -----------------------------------------------------------------------


def _of_registers(state: MeterState) -> Sensors[MeterState]:
    """Describe the counters of a meter."""
    for place, register in enumerate(state.registers, 1):
        counter = register.counter
        name = counter.obis or str(place)
        if register.reading is not None and register.reading.value is not None:
            yield _reading(counter.id, name, _class_of(state, counter.unit))
            yield _reading_date(counter.id, name)
        if counter.current is not None:
            yield _current(counter.id, name, _class_of(state, counter.unit))
        if counter.direction is not None:
            yield _register_text(
                "counter_direction", counter.id, name, lambda each: each.direction
            )
        if counter.tariff is not None:
            yield _register_text(
                "counter_tariff", counter.id, name, lambda each: each.tariff
            )


def _class_of(state: MeterState, told: str | None) -> SensorDeviceClass | None:
    """Return what a counter of a meter counts, as Home Assistant calls it."""
    unit = unit_of(told)
    if unit is None or unit.is_power:
        return None
    if unit.name == KWH:
        return SensorDeviceClass.ENERGY
    return _VOLUMES.get(state.meter.sector or "", SensorDeviceClass.VOLUME)


_VOLUMES: Final = {"gas": SensorDeviceClass.GAS, "water": SensorDeviceClass.WATER}


def _register(state: MeterState, counter_id: str) -> Register | None:
    """Return a counter of a meter."""
    return next(
        (each for each in state.registers if each.counter.id == counter_id), None
    )


@cache
def _reading(
    counter_id: str, name: str, device_class: SensorDeviceClass | None
) -> PortalSensorDescription[MeterState]:
    """Describe what a counter showed when it was read last."""

    def value(state: MeterState, now: datetime) -> float | None:
        found = _register(state, counter_id)
        reading = None if found is None else found.reading
        return None if reading is None else reading.value

    return _counted("last_reading", counter_id, name, device_class, value)


@cache
def _current(
    counter_id: str, name: str, device_class: SensorDeviceClass | None
) -> PortalSensorDescription[MeterState]:
    """Describe the current state of a counter, as the utility has it."""

    def value(state: MeterState, now: datetime) -> float | None:
        found = _register(state, counter_id)
        return None if found is None else found.counter.current

    return _counted("current_consumption", counter_id, name, device_class, value)


def _counted(
    key: str,
    counter_id: str,
    name: str,
    device_class: SensorDeviceClass | None,
    value: Callable[[MeterState, datetime], float | None],
) -> PortalSensorDescription[MeterState]:
    """Describe a state of a counter."""
    return figure(
        f"{key}_{counter_id}",
        "meter",
        value,
        device_class=device_class,
        state_class=SensorStateClass.TOTAL_INCREASING,
        translation_key=key,
        placeholders={"counter": name},
        unit_fn=partial(_unit, counter_id),
    )


def _unit(counter_id: str, state: MeterState) -> str | None:
    """Return the unit of a counter, in Home Assistant's spelling where it has one."""
    found = _register(state, counter_id)
    told = None if found is None else found.counter.unit
    unit = unit_of(told)
    if unit is None or unit.is_power:
        return told
    if unit.name == KWH:
        return {0.001: "Wh", 1.0: KWH}.get(unit.factor, "MWh")
    return UnitOfVolume.CUBIC_METERS


@cache
def _reading_date(counter_id: str, name: str) -> PortalSensorDescription[MeterState]:
    """Describe when a counter was read last."""

    def value(state: MeterState, now: datetime) -> date | None:
        found = _register(state, counter_id)
        if found is None:
            return None
        reading = found.reading
        read_on = None if reading is None else reading.on
        return read_on or found.counter.read_on

    return fact(
        f"last_reading_date_{counter_id}",
        "meter",
        value,
        device_class=SensorDeviceClass.DATE,
        translation_key="last_reading_date",
        placeholders={"counter": name},
    )


def _register_text(
    key: str, counter_id: str, name: str, take: Callable[[Any], str | None]
) -> PortalSensorDescription[MeterState]:
    """Describe what a counter counts."""

    def value(state: MeterState, now: datetime) -> str | None:
        found = _register(state, counter_id)
        return None if found is None else take(found.counter)

    return fact(
        f"{key}_{counter_id}",
        "meter",
        value,
        translation_key=key,
        placeholders={"counter": name},
        diagnostic=True,
    )


def _of_meter(state: MeterState) -> Sensors[MeterState]:
    """Describe what is told of a meter itself."""
    if state.meter.status is not None:
        yield fact(
            "meter_status",
            "meter",
            lambda each, now: each.meter.status,
            diagnostic=True,
        )
    if state.meter.market_location is not None:
        yield fact(
            "market_location",
            "meter",
            lambda each, now: each.meter.market_location,
            diagnostic=True,
            enabled=False,
        )


def _of_load(load: ReportedPower) -> Sensors[ReportedPower]:
    """Describe each power that an app tells of."""
    for kind, value in load.values.items():
        yield _power(kind, value.label)
        yield _power_until(kind, value.label)


@cache
def _power(kind: str, label: str) -> PortalSensorDescription[ReportedPower]:
    """Describe the newest power of a type."""

    def watts(load: ReportedPower, now: datetime) -> float | None:
        found = load.values.get(kind)
        return None if found is None else found.watts

    return figure(
        f"load_{kind}",
        "load",
        watts,
        unit=UnitOfPower.WATT,
        device_class=SensorDeviceClass.POWER,
        # It is of an interval that is over, and not of now.
        state_class=None,
        translation_key="load",
        placeholders={"type": label},
    )


@cache
def _power_until(kind: str, label: str) -> PortalSensorDescription[ReportedPower]:
    """Describe when the interval of the newest power of a type has ended."""

    def until(load: ReportedPower, now: datetime) -> datetime | None:
        found = load.values.get(kind)
        return None if found is None else found.end

    return fact(
        f"load_until_{kind}",
        "load",
        until,
        device_class=SensorDeviceClass.TIMESTAMP,
        translation_key="load_until",
        placeholders={"type": label},
        diagnostic=True,
    )


# --- prices -----------------------------------------------------------------------

_SHOWN: Final = tuple(part for part in PricePart if part != PricePart.NET)


def _of_prices(outlook: PriceOutlook) -> Sensors[PriceOutlook]:
    """Describe the price without tax, and its parts where they are told."""
    names = {name for slot in outlook.raw.slots for name, _ in slot.value.components}
    if PricePart.VAT in names:
        yield _price("net_price", _net)
    for name in _SHOWN:
        if name in names:
            yield _price(f"price_{name}", itemgetter(name))


def _net(parts: dict[str, float]) -> float:
    """Return a price without its tax."""
    return sum(parts.values()) - parts[PricePart.VAT]


def _price(
    key: str, take: Callable[[dict[str, float]], float]
) -> PortalSensorDescription[PriceOutlook]:
    """Describe a part of the current price."""

    def value(outlook: PriceOutlook, now: datetime) -> float | None:
        slot = outlook.raw_at(now)
        try:
            return None if slot is None else take(dict(slot.value.components))
        except KeyError:
            return None

    return figure(
        key,
        "prices",
        value,
        precision=4,
        unit_fn=lambda outlook: outlook.raw.unit,
    )


SENSORS: Final[tuple[DynamicEntities[Any], ...]] = (
    DynamicEntities(source="meter", describe=_of_registers),
    DynamicEntities(source="meter", describe=_of_meter),
    DynamicEntities(source="load", describe=_of_load),
    DynamicEntities(source="prices", describe=_of_prices),
)
