"""The standard entities of imported energy and cost."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfRatio

from ...portals.model.ledger import CUBIC_METRES, KWH, STANDARD
from ...portals.model.ledger_days import Ledger
from ...portals.model.periods import midnight, month_start
from ..describe import fact, figure
from ..descriptions import DynamicEntities, DynamicRows, Rows, SensorRow
from ..tables import Tables

type Amount = Callable[[Ledger, str, datetime], float | None]
type Start = Callable[[Ledger, datetime], datetime]


def _today(ledger: Ledger, now: datetime) -> datetime:
    """Return when today began."""
    return midnight(ledger.today(now), ledger.zone)


def _yesterday(ledger: Ledger, now: datetime) -> datetime:
    """Return when yesterday began."""
    return midnight(ledger.today(now) - timedelta(days=1), ledger.zone)


def _month(months_back: int) -> Start:
    """Return how to find when this month, or one before it, began."""
    return lambda ledger, now: midnight(
        month_start(ledger.today(now), months_back), ledger.zone
    )


_COUNTED: Final = {
    KWH: SensorDeviceClass.ENERGY,
    CUBIC_METRES: SensorDeviceClass.VOLUME,
}


def _sum(key: str, period: str, amount: Amount, start: Start) -> DynamicRows[SensorRow]:
    """Describe the sum that a series has of a period, from when there is one."""

    def counted(ledger: Ledger) -> Iterable[SensorDeviceClass]:
        days = ledger.by_series.get(key)
        if days is not None and amount(ledger, key, ledger.now) is not None:
            yield _COUNTED.get(days.series.unit, SensorDeviceClass.MONETARY)

    def describe(device_class: SensorDeviceClass) -> SensorRow:
        return figure(
            f"{key}_{period}",
            Ledger,
            lambda ledger, now: amount(ledger, key, now),
            device_class=device_class,
            state_class=SensorStateClass.TOTAL,
            precision=2,
            unit_fn=_unit_of(key),
            last_reset_fn=start,
            is_covered=True,
        )

    return DynamicEntities(source=Ledger, things=counted, describe=describe)


def _unit_of(key: str) -> Callable[[Ledger], str | None]:
    """Return how to find the unit of a series."""

    def unit(ledger: Ledger) -> str | None:
        days = ledger.by_series.get(key)
        return None if days is None else days.series.unit

    return unit


def _has_latest(key: str) -> Callable[[Ledger], bool]:
    """Return how to say whether the newest hour of a series is known.

    During a first import it would be another one every second.
    """
    return lambda ledger: ledger.is_complete and ledger.latest(key) is not None


def _latest_hour(key: str) -> SensorRow:
    """Describe the amount of the newest hour that is known."""

    def amount(ledger: Ledger, now: datetime) -> float | None:
        latest = ledger.latest(key)
        return None if latest is None else latest[1]

    return figure(
        f"{key}_latest_hour",
        Ledger,
        amount,
        state_class=None,
        precision=3,
        unit_fn=_unit_of(key),
        exists_fn=_has_latest(key),
    )


def _latest_hour_start(key: str) -> SensorRow:
    """Describe when the newest hour that is known began."""

    def start(ledger: Ledger, now: datetime) -> datetime | None:
        latest = ledger.latest(key)
        return None if latest is None else latest[0]

    return fact(
        f"{key}_latest_hour_start",
        Ledger,
        start,
        device_class=SensorDeviceClass.TIMESTAMP,
        diagnostic=True,
        exists_fn=_has_latest(key),
    )


def _of_series(key: str) -> Rows[SensorRow]:
    """Describe what is shown of a series."""
    return (
        _sum(key, "today", Ledger.amount_today, _today),
        _sum(key, "yesterday", Ledger.yesterday, _yesterday),
        _sum(key, "this_month", Ledger.this_month, _month(0)),
        _sum(key, "last_month", Ledger.last_month, _month(1)),
        _latest_hour(key),
        _latest_hour_start(key),
    )


SENSORS: Final[Rows[SensorRow]] = (
    *(row for key in STANDARD for row in _of_series(key)),
    figure(
        "days_not_imported",
        Ledger,
        lambda ledger, now: ledger.refused_days(),
        diagnostic=True,
        # Most portals never say of a day what differs from its hours.
        exists_fn=lambda ledger: bool(ledger.totals or ledger.refused),
    ),
    figure(
        "import_progress",
        Ledger,
        lambda ledger, now: ledger.progress(),
        unit=UnitOfRatio.PERCENTAGE,
        state_class=None,
        precision=0,
        diagnostic=True,
    ),
    figure(
        "missing_hours",
        Ledger,
        lambda ledger, now: ledger.missing_hours(now),
        diagnostic=True,
    ),
    figure(
        "hours_at_mean_price",
        Ledger,
        lambda ledger, now: ledger.count_at_mean(),
        diagnostic=True,
        # Most portals tell costs, or prices that last as long as their readings.
        exists_fn=lambda ledger: bool(ledger.at_mean),
    ),
)

TABLES: Final = Tables(sensors=SENSORS)
