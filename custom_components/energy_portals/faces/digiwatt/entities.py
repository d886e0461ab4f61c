"""What Digiwatt alone has: periods, appliances, comparison, tariffs, habits, saving."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import product
import re
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfEnergy, UnitOfRatio

from ...entities.describe import fact, figure
from ...entities.descriptions import (
    DynamicEntities,
    PortalSensorDescription,
    Rows,
    SensorRow,
    Source,
)
from ...entities.shown import GREEN, POWER, USED, Shown
from ...entities.tables import Tables
from ...portals.contract import Site
from ...portals.digiwatt.feeds import (
    COMPARED,
    COMPARISON,
    ENERGY,
    HABITS,
    SAVING,
    TARIFF_PERIODS,
    PerPeriod,
    TariffMonths,
    tariff_month,
)
from ...portals.digiwatt.models import Appliance, Performance, Totals
from ...portals.model.periods import Period

# A rolling window starts anew every day, so that its sum would count days seven times.
_ROLLING: Final = frozenset({Period.LAST_SEVEN_DAYS})
# What is imported tells these, hour by hour; two figures of one thing are two truths.
_IN_HISTORY: Final = frozenset({Period.YESTERDAY, Period.THIS_MONTH, Period.LAST_MONTH})
_HOURS: Final = 24
_KNOWN_APPLIANCES: Final = frozenset(Appliance)


def _energy[DataT](
    key: str,
    source: Source[DataT],
    value_fn: Callable[[DataT, datetime], float | None],
    last_reset_fn: Callable[[DataT, datetime], datetime | None] | None = None,
    *,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
    goes: bool = False,
) -> SensorRow:
    """Describe an energy in Wh; only one with a beginning is a total."""
    return PortalSensorDescription(
        key=key,
        translation_key=translation_key or key,
        translation_placeholders=placeholders,
        source=source,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL if last_reset_fn else None,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        value_fn=value_fn,
        last_reset_fn=last_reset_fn,
        is_covered=last_reset_fn is not None,
        goes=goes,
    )


def _percent[DataT](
    key: str,
    source: Source[DataT],
    value_fn: Callable[[DataT, datetime], float | None],
) -> SensorRow:
    """Describe a figure in percent."""
    return figure(
        key,
        source,
        value_fn,
        unit=UnitOfRatio.PERCENTAGE,
        state_class=None,
        precision=1,
    )


def _start_of(
    period: Period,
) -> Callable[[PerPeriod[Totals], datetime], datetime | None] | None:
    """Return how to find the beginning of a period, None where it has no fixed one."""
    if period in _ROLLING:
        return None
    return lambda energy, now: energy.start(period)


def _of_period(period: Period) -> Iterable[SensorRow]:
    """Describe the energy of a period and its change against the one before."""

    def total(energy: PerPeriod[Totals], now: datetime) -> float | None:
        totals = energy.value(period, now)
        return None if totals is None else totals.total

    def change(energy: PerPeriod[Totals], now: datetime) -> float | None:
        totals = energy.value(period, now)
        return None if totals is None else totals.variation

    goes = period in _IN_HISTORY
    yield _energy(f"energy_{period.key}", ENERGY, total, _start_of(period), goes=goes)
    yield _percent(
        f"energy_change_{period.key}",
        ENERGY,
        change,
    )


def _appliances(energy: PerPeriod[Totals]) -> Iterable[tuple[Period, str]]:
    """Find every appliance that the portal has reported, by period."""
    for period, dated in energy.periods.items():
        yield from product((period,), dated.value.appliances)


def _of_appliance(reported: tuple[Period, str]) -> SensorRow:
    """Describe the energy of one appliance in one period."""
    period, appliance = reported

    def value(energy: PerPeriod[Totals], now: datetime) -> float | None:
        totals = energy.value(period, now)
        return None if totals is None else totals.appliances.get(appliance)

    known = appliance in _KNOWN_APPLIANCES
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", appliance).lower() if known else "appliance"
    return _energy(
        f"energy_{period.key}_{appliance}",
        ENERGY,
        value,
        _start_of(period),
        translation_key=f"energy_{period.key}_{name}",
        placeholders=None if known else {"appliance": appliance},
    )


def _of_comparison(period: Period) -> Iterable[SensorRow]:
    """Describe the comparison with similar homes in a period."""

    def compared(
        read: Callable[[Performance], float | None],
    ) -> Callable[[PerPeriod[Performance], datetime], float | None]:
        def value(data: PerPeriod[Performance], now: datetime) -> float | None:
            performance = data.value(period, now)
            return None if performance is None else read(performance)

        return value

    figures: tuple[tuple[str, Callable[[Performance], float | None]], ...] = (
        ("lowest", lambda performance: performance.lowest),
        ("highest", lambda performance: performance.highest),
        ("own", lambda performance: performance.user),
    )
    for name, read in figures:
        key = f"comparison_{name}_{period.key}"
        yield _energy(key, COMPARISON, compared(read))
    key = f"comparison_position_{period.key}"
    yield _percent(key, COMPARISON, compared(lambda told: told.position))


def _bands(months: TariffMonths) -> Iterable[str]:
    """Find the tariff periods that occur."""
    return months.bands()


def _of_tariff_month(months_back: int, which: str, band: str) -> SensorRow:
    """Describe the energy of a month in one tariff period."""
    return _energy(
        f"tariff_{which}_{band}",
        TARIFF_PERIODS,
        lambda months, now: months.energy(band, months_back, now),
        lambda months, now: tariff_month(months_back, now),
        translation_key=f"tariff_{which}",
        placeholders={"band": band},
    )


def _busiest_hour(habits: Mapping[int, float], now: datetime) -> str | None:
    """Return the hour of the day that uses most, the earlier of two equal ones.

    None where one is not known: it may be that.
    """
    if len(habits) < _HOURS:
        return None
    return f"{max(sorted(habits), key=habits.__getitem__):02}:00"


SENSORS: Final[Rows[SensorRow]] = (
    *(description for period in Period for description in _of_period(period)),
    DynamicEntities(
        source=ENERGY,
        things=_appliances,
        describe=_of_appliance,
        begins=tuple(f"energy_{period.key}_" for period in Period),
    ),
    *(sensor for period in COMPARED for sensor in _of_comparison(period)),
    DynamicEntities(
        source=TARIFF_PERIODS,
        things=_bands,
        describe=partial(_of_tariff_month, 0, "this_month"),
        begins=("tariff_this_month_",),
    ),
    DynamicEntities(
        source=TARIFF_PERIODS,
        things=_bands,
        describe=partial(_of_tariff_month, 1, "last_month"),
        begins=("tariff_last_month_",),
    ),
    fact("busiest_hour", HABITS, _busiest_hour),
    _energy("consumption_last_30_days", SAVING, lambda saving, now: saving.consumption),
    _energy("saving_last_30_days", SAVING, lambda saving, now: saving.saving),
)

_SHOWN: Final[Shown] = {
    Site: {
        *POWER,
        *GREEN,
        *USED,
        "comparison_position_this_month",
        "saving_last_30_days",
    }
}

TABLES: Final = Tables(sensors=SENSORS, shown=_SHOWN)
