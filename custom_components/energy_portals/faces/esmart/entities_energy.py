"""eSmart's own sensors of power, energy, cost and temperature."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfPower, UnitOfRatio, UnitOfTemperature

from ...entities.describe import fact, figure
from ...entities.entity import DynamicEntities, PortalSensorDescription
from ...portals.esmart.feeds import LivePower, MonthExpenses
from ...portals.esmart.models import Comparison, Peak, Readings, WattMeter
from ...portals.esmart.reads import ZONE
from ...portals.model.periods import midnight

_MONEY: Final = SensorDeviceClass.MONETARY
_TOTAL: Final = SensorStateClass.TOTAL
_DAY: Final = timedelta(days=1)


def _today(now: datetime) -> date:
    """Return the portal's day."""
    return now.astimezone(ZONE).date()


def _peaks(power: LivePower) -> Iterable[PortalSensorDescription[LivePower]]:
    """Describe the peaks and the subscribed power, as far as the meter has them."""
    meter = power.meter
    if meter.month_max is not None:
        yield _watts("peak_this_month", _watts_of(lambda each: each.month_max))
        yield _when("peak_this_month_at", _time_of(lambda each: each.month_max))
    if meter.max is not None:
        yield _watts("peak", _watts_of(lambda each: each.max))
        yield _when("peak_at", _time_of(lambda each: each.max))
    if meter.subscribed is not None:
        yield _watts("subscribed_power", _subscribed)
        for number in range(len(meter.subscribed.sections)):
            yield _watts(
                f"subscribed_section_{number + 1}",
                _section(number),
                translation_key="subscribed_section",
                placeholders={"number": str(number + 1)},
            )


def _watts(
    key: str,
    value_fn: Callable[[LivePower, datetime], float | None],
    *,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
) -> PortalSensorDescription[LivePower]:
    """Describe a power; only listened to, it keeps the live power polled."""
    return figure(
        key,
        "live_power",
        value_fn,
        unit=UnitOfPower.WATT,
        device_class=SensorDeviceClass.POWER,
        precision=0,
        translation_key=translation_key,
        placeholders=placeholders,
    )


def _when(
    key: str, value_fn: Callable[[LivePower, datetime], datetime | None]
) -> PortalSensorDescription[LivePower]:
    """Describe when a peak was."""
    return fact(
        key,
        "live_power",
        value_fn,
        device_class=SensorDeviceClass.TIMESTAMP,
        diagnostic=True,
        enabled=False,
    )


def _watts_of(
    take: Callable[[WattMeter], Peak | None],
) -> Callable[[LivePower, datetime], float | None]:
    """Return how to find a peak's power."""

    def value(power: LivePower, now: datetime) -> float | None:
        peak = take(power.meter)
        return None if peak is None else peak.watts

    return value


def _time_of(
    take: Callable[[WattMeter], Peak | None],
) -> Callable[[LivePower, datetime], datetime | None]:
    """Return how to find a peak's time."""

    def value(power: LivePower, now: datetime) -> datetime | None:
        peak = take(power.meter)
        return None if peak is None else peak.time

    return value


def _subscribed(power: LivePower, now: datetime) -> float | None:
    """Return the power that is subscribed to."""
    subscribed = power.meter.subscribed
    return None if subscribed is None else subscribed.watts


def _section(number: int) -> Callable[[LivePower, datetime], float | None]:
    """Return how to find where a section of the subscribed power begins."""

    def value(power: LivePower, now: datetime) -> float | None:
        subscribed = power.meter.subscribed
        if subscribed is None or number >= len(subscribed.sections):
            return None
        return subscribed.sections[number][0]

    return value


def _temperature(readings: Readings, now: datetime) -> float | None:
    """Return the newest outdoor temperature."""
    values = (slot.value.value for slot in reversed(readings.slots.slots))
    return next((value for value in values if value is not None), None)


def _of_expenses(
    expenses: MonthExpenses,
) -> Iterable[PortalSensorDescription[MonthExpenses]]:
    """Describe what the month's expenses are made of."""
    for name in expenses.expenses.items:
        # A number may be the month or the year: every one would leave an entity.
        if any(map(str.isdigit, name)):
            continue
        yield _expense(
            f"expenses_{name}",
            _expenses_item(name),
            translation_key="expenses_item",
            placeholders={"item": name},
        )


def _expenses_item(name: str) -> Callable[[MonthExpenses, datetime], float | None]:
    """Return how to find one item of the running month."""

    def value(expenses: MonthExpenses, now: datetime) -> float | None:
        found = expenses.of(now)
        return None if found is None else found.items.get(name)

    return value


def _expense(
    key: str,
    value_fn: Callable[[MonthExpenses, datetime], float | None],
    *,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
) -> PortalSensorDescription[MonthExpenses]:
    """Describe an amount of the running month."""
    return figure(
        key,
        "expenses",
        value_fn,
        device_class=_MONEY,
        state_class=_TOTAL,
        precision=2,
        translation_key=translation_key,
        placeholders=placeholders,
        unit_fn=lambda each: each.expenses.unit,
        last_reset_fn=lambda each, now: midnight(each.month, ZONE),
    )


def _expenses_total(expenses: MonthExpenses, now: datetime) -> float | None:
    """Return what this month has cost so far."""
    found = expenses.of(now)
    return None if found is None else found.total


def _compared(
    take: Callable[[Comparison], int | None],
) -> Callable[[Comparison, datetime], int | None]:
    """Return how to take a figure of the comparison."""
    return lambda comparison, now: take(comparison)


SENSORS: Final[tuple[PortalSensorDescription[Any] | DynamicEntities[Any], ...]] = (
    DynamicEntities(source="live_power", describe=_peaks),
    figure(
        "outdoor_temperature",
        "temperatures",
        _temperature,
        unit=UnitOfTemperature.CELSIUS,
        device_class=SensorDeviceClass.TEMPERATURE,
        precision=1,
    ),
    figure(
        "comparison_score",
        "comparison",
        _compared(lambda comparison: comparison.score),
    ),
    figure(
        "comparison_reference",
        "comparison",
        _compared(lambda comparison: comparison.reference_percentage),
        unit=UnitOfRatio.PERCENTAGE,
    ),
    figure(
        "comparison_efficient",
        "comparison",
        _compared(lambda comparison: comparison.efficient_percentage),
        unit=UnitOfRatio.PERCENTAGE,
    ),
    _expense("expenses_this_month", _expenses_total),
    DynamicEntities(source="expenses", describe=_of_expenses),
)
