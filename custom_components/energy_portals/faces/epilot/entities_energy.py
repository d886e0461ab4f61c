"""epilot's own entities of meters, their counters, and parts of prices."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfPower, UnitOfVolume

from ...entities.describe import fact, figure
from ...entities.descriptions import DynamicEntities, DynamicRows, Rows, SensorRow
from ...portals.epilot import feeds
from ...portals.epilot.feeds import MeterState, Register
from ...portals.epilot.feeds_load import LOAD, ReportedPower
from ...portals.epilot.feeds_prices import PRICES
from ...portals.epilot.models import Counter, CounterTariff, PricePart, Way
from ...portals.epilot.units import unit_of
from ...portals.model.ledger import KWH
from ...portals.model.price_days import PriceOutlook

# --- meters -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Counted:
    """A counter of a meter, and what it counts as Home Assistant calls it.

    `reading` is the key of what its reading is called, `among_like` what tells it from
    others that are called the same, and `among_all` from all of the meter.
    """

    id: str
    reading: str
    among_like: str
    among_all: str
    device_class: SensorDeviceClass | None


# What a reading is called, by what its counter counts and, of several, by their tariff.
_READING: Final = "last_reading"
_FED_IN: Final = "last_reading_fed_in"
_TARIFFS: Final[Mapping[str, str]] = {
    CounterTariff.HIGH: "last_reading_high_tariff",
    CounterTariff.LOW: "last_reading_low_tariff",
}
READINGS: Final = frozenset({_READING, _FED_IN, *_TARIFFS.values()})


def _counters(
    shows: Callable[[Register], bool],
) -> Callable[[MeterState], Iterable[_Counted]]:
    """Return how to find the counters of a meter that show something."""

    def counters(state: MeterState) -> Iterable[_Counted]:
        called = _called(state)
        for place, register in enumerate(state.registers):
            counter, reading = register.counter, called[place]
            if not shows(register):
                continue
            code = f" {counter.obis or place + 1}"
            yield _Counted(
                counter.id,
                reading,
                among_like="" if called.count(reading) == 1 else code,
                among_all="" if len(called) == 1 else code,
                device_class=_class_of(state, counter.unit),
            )

    return counters


def _called(state: MeterState) -> list[str]:
    """Return what the readings of a meter's counters are called, in their order."""
    counters = [each.counter for each in state.registers]
    has_one = sum(each.direction != Way.FED_IN for each in counters) == 1
    tariffs = {} if has_one else _TARIFFS
    return [
        _FED_IN
        if each.direction == Way.FED_IN
        else tariffs.get((each.tariff or "").casefold(), _READING)
        for each in counters
    ]


def _has_reading(register: Register) -> bool:
    """Say whether a counter was read."""
    return register.reading is not None and register.reading.value is not None


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


def _reading(counted: _Counted) -> SensorRow:
    """Describe what a counter showed when it was read last."""

    def value(register: Register) -> float | None:
        return None if register.reading is None else register.reading.value

    return _state(
        "last_reading",
        counted,
        value,
        translation_key=counted.reading,
        placeholders={"counter": counted.among_like},
        attributes_fn=lambda state: _code(counted.id, state),
    )


def _current(counted: _Counted) -> SensorRow:
    """Describe the current state of a counter, as the utility has it."""
    return _state(
        "current_consumption",
        counted,
        lambda register: register.counter.current,
        translation_key="current_consumption",
        placeholders={"counter": counted.among_all},
        # The reading says the same.
        goes=True,
    )


def _code(counter_id: str, state: MeterState) -> Mapping[str, str]:
    """Return the code of a counter, by which the utility knows it."""
    register = _register(state, counter_id)
    code = None if register is None else register.counter.obis
    return {} if code is None else {"obis_code": code}


def _state(
    key: str,
    counted: _Counted,
    take: Callable[[Register], float | None],
    *,
    translation_key: str,
    placeholders: dict[str, str],
    attributes_fn: Callable[[MeterState], Mapping[str, str]] | None = None,
    goes: bool = False,
) -> SensorRow:
    """Describe a state of a counter."""

    def value(state: MeterState, now: datetime) -> float | None:
        register = _register(state, counted.id)
        return None if register is None else take(register)

    return figure(
        f"{key}_{counted.id}",
        feeds.METER,
        value,
        device_class=counted.device_class,
        state_class=SensorStateClass.TOTAL_INCREASING,
        translation_key=translation_key,
        placeholders=placeholders,
        attributes_fn=attributes_fn,
        unit_fn=lambda state: _unit(counted.id, state),
        goes=goes,
    )


def _unit(counter_id: str, state: MeterState) -> str | None:
    """Return the unit of a counter, in Home Assistant's spelling where it has one."""
    register = _register(state, counter_id)
    told = None if register is None else register.counter.unit
    unit = unit_of(told)
    if unit is None or unit.is_power:
        return told
    if unit.name == KWH:
        return {0.001: "Wh", 1.0: KWH}.get(unit.factor, "MWh")
    return UnitOfVolume.CUBIC_METERS


def _reading_date(counted: _Counted) -> SensorRow:
    """Describe when a counter was read last."""

    def value(state: MeterState, now: datetime) -> date | None:
        register = _register(state, counted.id)
        if register is None:
            return None
        read_on = None if register.reading is None else register.reading.on
        return read_on or register.counter.read_on

    return fact(
        f"last_reading_date_{counted.id}",
        feeds.METER,
        value,
        device_class=SensorDeviceClass.DATE,
        translation_key="last_reading_date",
        placeholders={"counter": counted.among_all},
    )


def _counter_text(
    key: str, take: Callable[[Counter], str | None]
) -> DynamicRows[SensorRow]:
    """Describe what each counter counts, where it is told."""

    def describe(counted: _Counted) -> SensorRow:
        def value(state: MeterState, now: datetime) -> str | None:
            register = _register(state, counted.id)
            return None if register is None else take(register.counter)

        return fact(
            f"{key}_{counted.id}",
            feeds.METER,
            value,
            translation_key=key,
            placeholders={"counter": counted.among_all},
            diagnostic=True,
        )

    told = _counters(lambda register: take(register.counter) is not None)
    return DynamicEntities(
        source=feeds.METER, things=told, describe=describe, begins=(f"{key}_",)
    )


def _powers(load: ReportedPower) -> Iterable[tuple[str, str]]:
    """Find each power that an app tells of, by type and name."""
    for kind, value in load.values.items():
        yield kind, value.label


def _power(named: tuple[str, str]) -> SensorRow:
    """Describe the newest power of a type."""
    kind, label = named

    def watts(load: ReportedPower, now: datetime) -> float | None:
        power = load.values.get(kind)
        return None if power is None else power.watts

    return figure(
        f"load_{kind}",
        LOAD,
        watts,
        unit=UnitOfPower.WATT,
        device_class=SensorDeviceClass.POWER,
        # It is of an interval that is over, and not of now.
        state_class=None,
        translation_key="load",
        placeholders={"type": label},
    )


def _power_until(named: tuple[str, str]) -> SensorRow:
    """Describe when the interval of the newest power of a type has ended."""
    kind, label = named

    def until(load: ReportedPower, now: datetime) -> datetime | None:
        power = load.values.get(kind)
        return None if power is None else power.end

    return fact(
        f"load_until_{kind}",
        LOAD,
        until,
        device_class=SensorDeviceClass.TIMESTAMP,
        translation_key="load_until",
        placeholders={"type": label},
        diagnostic=True,
    )


# --- prices -----------------------------------------------------------------------

_SHOWN: Final = tuple(part for part in PricePart if part != PricePart.NET)


def _parts(outlook: PriceOutlook) -> Iterable[str]:
    """Find what a price is made of, where it is told; with a tax, one is without."""
    names = {name for slot in outlook.raw.slots for name, _ in slot.value.components}
    if PricePart.VAT in names:
        yield PricePart.NET
    yield from (name for name in _SHOWN if name in names)


def _part(name: str) -> SensorRow:
    """Describe a part of the current price."""
    if name == PricePart.NET:
        return _price("net_price", _net)
    return _price(f"price_{name}", itemgetter(name))


def _net(parts: dict[str, float]) -> float:
    """Return a price without its tax."""
    return sum(parts.values()) - parts[PricePart.VAT]


def _price(key: str, take: Callable[[dict[str, float]], float]) -> SensorRow:
    """Describe a figure of the parts of the current price."""

    def value(outlook: PriceOutlook, now: datetime) -> float | None:
        slot = outlook.raw_at(now)
        try:
            return None if slot is None else take(dict(slot.value.components))
        except KeyError:
            return None

    return figure(
        key,
        PRICES,
        value,
        precision=4,
        unit_fn=lambda outlook: outlook.raw.unit,
    )


SENSORS: Final[Rows[SensorRow]] = (
    DynamicEntities(
        source=feeds.METER,
        things=_counters(_has_reading),
        describe=_reading,
        begins=("last_reading_",),
    ),
    DynamicEntities(
        source=feeds.METER,
        things=_counters(_has_reading),
        describe=_reading_date,
        begins=("last_reading_date_",),
    ),
    DynamicEntities(
        source=feeds.METER,
        things=_counters(lambda register: register.counter.current is not None),
        describe=_current,
        begins=("current_consumption_",),
    ),
    _counter_text("counter_direction", lambda counter: counter.direction),
    _counter_text("counter_tariff", lambda counter: counter.tariff),
    fact(
        "meter_status",
        feeds.METER,
        lambda state, now: state.meter.status,
        diagnostic=True,
        exists_fn=lambda state: state.meter.status is not None,
    ),
    fact(
        "market_location",
        feeds.METER,
        lambda state, now: state.meter.market_location,
        diagnostic=True,
        exists_fn=lambda state: state.meter.market_location is not None,
    ),
    DynamicEntities(source=LOAD, things=_powers, describe=_power, begins=("load_",)),
    DynamicEntities(
        source=LOAD,
        things=_powers,
        describe=_power_until,
        begins=("load_until_",),
    ),
    DynamicEntities(source=PRICES, things=_parts, describe=_part),
)
