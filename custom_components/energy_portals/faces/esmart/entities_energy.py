"""eSmart's own sensors of power, energy, cost and temperature."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfPower, UnitOfRatio, UnitOfTemperature

from ...entities.describe import fact, figure
from ...entities.descriptions import DynamicEntities, Rows, SensorRow
from ...portals.esmart.feeds import (
    COMPARISON,
    EXPENSES,
    LIVE_POWER,
    TEMPERATURES,
    LivePower,
    MonthExpenses,
)
from ...portals.esmart.models import Comparison, Peak, Readings, WattMeter
from ...portals.esmart.reads import ZONE
from ...portals.model.periods import midnight

# The portal is an hour late; much later it is as warm as at another time of day.
_STILL_OUTDOORS: Final = timedelta(hours=3)

type Power = Callable[[LivePower, datetime], float | None]


def _watts(
    key: str,
    value_fn: Power,
    *,
    exists_fn: Callable[[LivePower], bool] | None = None,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
) -> SensorRow:
    """Describe a power; only listened to, it keeps the live power polled."""
    return figure(
        key,
        LIVE_POWER,
        value_fn,
        unit=UnitOfPower.WATT,
        device_class=SensorDeviceClass.POWER,
        precision=0,
        translation_key=translation_key,
        placeholders=placeholders,
        exists_fn=exists_fn,
    )


def _peak(key: str, take: Callable[[WattMeter], Peak | None]) -> SensorRow:
    """Describe a peak, where the meter has it."""

    def watts(power: LivePower, now: datetime) -> float | None:
        peak = take(power.meter)
        return None if peak is None else peak.watts

    return _watts(key, watts, exists_fn=lambda power: take(power.meter) is not None)


def _peak_at(key: str, take: Callable[[WattMeter], Peak | None]) -> SensorRow:
    """Describe when a peak was."""

    def time(power: LivePower, now: datetime) -> datetime | None:
        peak = take(power.meter)
        return None if peak is None else peak.time

    return fact(
        key,
        LIVE_POWER,
        time,
        device_class=SensorDeviceClass.TIMESTAMP,
        diagnostic=True,
        exists_fn=lambda power: take(power.meter) is not None,
    )


def _subscribed(power: LivePower, now: datetime) -> float | None:
    """Return the power that is subscribed to."""
    subscribed = power.meter.subscribed
    return None if subscribed is None else subscribed.watts


def _sections(power: LivePower) -> Iterable[int]:
    """Find the sections of the subscribed power."""
    subscribed = power.meter.subscribed
    return () if subscribed is None else range(len(subscribed.sections))


def _of_section(number: int) -> SensorRow:
    """Describe where a section of the subscribed power begins."""

    def value(power: LivePower, now: datetime) -> float | None:
        subscribed = power.meter.subscribed
        if subscribed is None or number >= len(subscribed.sections):
            return None
        return subscribed.sections[number][0]

    return _watts(
        f"subscribed_section_{number + 1}",
        value,
        translation_key="subscribed_section",
        placeholders={"number": str(number + 1)},
    )


def _temperature(readings: Readings, now: datetime) -> float | None:
    """Return the newest outdoor temperature, if it is not of another time of day."""
    values = (
        slot.value.good
        for slot in reversed(readings.slots.slots)
        if slot.end > now - _STILL_OUTDOORS
    )
    return next((value for value in values if value is not None), None)


def _items(expenses: MonthExpenses) -> Iterable[str]:
    """Find what the month's expenses are made of."""
    for name in expenses.expenses.items:
        # A number may be the month or the year: every one would leave an entity.
        if not any(map(str.isdigit, name)):
            yield name


def _of_item(name: str) -> SensorRow:
    """Describe one item of the running month."""

    def value(expenses: MonthExpenses, now: datetime) -> float | None:
        month = expenses.of(now)
        return None if month is None else month.items.get(name)

    return _expense(
        f"expenses_{name}",
        value,
        translation_key="expenses_item",
        placeholders={"item": name},
    )


def _expense(
    key: str,
    value_fn: Callable[[MonthExpenses, datetime], float | None],
    *,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
) -> SensorRow:
    """Describe an amount of the running month."""
    return figure(
        key,
        EXPENSES,
        value_fn,
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        precision=2,
        translation_key=translation_key,
        placeholders=placeholders,
        unit_fn=lambda each: each.expenses.unit,
        last_reset_fn=lambda each, now: midnight(each.month, ZONE),
    )


def _expenses_total(expenses: MonthExpenses, now: datetime) -> float | None:
    """Return what this month has cost so far."""
    month = expenses.of(now)
    return None if month is None else month.total


def _compared(
    take: Callable[[Comparison], int | None],
) -> Callable[[Comparison, datetime], int | None]:
    """Return how to take a figure of the comparison."""
    return lambda comparison, now: take(comparison)


SENSORS: Final[Rows[SensorRow]] = (
    _peak("peak_this_month", lambda meter: meter.month_max),
    _peak_at("peak_this_month_at", lambda meter: meter.month_max),
    _peak("peak", lambda meter: meter.max),
    _peak_at("peak_at", lambda meter: meter.max),
    _watts(
        "subscribed_power",
        _subscribed,
        exists_fn=lambda power: power.meter.subscribed is not None,
    ),
    DynamicEntities(
        source=LIVE_POWER,
        things=_sections,
        describe=_of_section,
        begins=("subscribed_section_",),
    ),
    figure(
        "outdoor_temperature",
        TEMPERATURES,
        _temperature,
        unit=UnitOfTemperature.CELSIUS,
        device_class=SensorDeviceClass.TEMPERATURE,
        precision=1,
    ),
    figure(
        "comparison_score",
        COMPARISON,
        _compared(lambda comparison: comparison.score),
    ),
    figure(
        "comparison_reference",
        COMPARISON,
        _compared(lambda comparison: comparison.reference_percentage),
        unit=UnitOfRatio.PERCENTAGE,
    ),
    figure(
        "comparison_efficient",
        COMPARISON,
        _compared(lambda comparison: comparison.efficient_percentage),
        unit=UnitOfRatio.PERCENTAGE,
    ),
    _expense("expenses_this_month", _expenses_total),
    DynamicEntities(
        source=EXPENSES, things=_items, describe=_of_item, begins=("expenses_",)
    ),
)
