"""The standard entities of imported energy and cost."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfRatio

from ...portals.model.ledger import CUBIC_METRES, KWH, STANDARD
from ...portals.model.ledger_days import Ledger
from ...portals.model.periods import midnight, month_start
from ..describe import fact, figure
from ..entity import DynamicEntities, PortalSensorDescription

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


_PERIODS: Final[tuple[tuple[str, Amount, Start], ...]] = (
    ("today", Ledger.amount_today, _today),
    ("yesterday", Ledger.yesterday, _yesterday),
    ("this_month", Ledger.this_month, _month(0)),
    ("last_month", Ledger.last_month, _month(1)),
)

_COUNTED: Final = {
    KWH: SensorDeviceClass.ENERGY,
    CUBIC_METRES: SensorDeviceClass.VOLUME,
}


def _of_series(ledger: Ledger) -> Iterable[PortalSensorDescription[Ledger]]:
    """Describe the sums of each series, from when there first is one."""
    for key in STANDARD:
        if (days := ledger.by_series.get(key)) is None:
            continue
        for period, amount, start in _PERIODS:
            if amount(ledger, key, ledger.now) is not None:
                yield _sum(key, days.series.unit, period, amount, start)
        # During a first import it would be another one every second.
        if ledger.is_complete and ledger.latest(key) is not None:
            yield _latest_hour(key)
            yield _latest_hour_start(key)


# Every site is described anew after every fetch.
@cache
def _sum(
    key: str, unit: str, period: str, amount: Amount, start: Start
) -> PortalSensorDescription[Ledger]:
    """Describe the sum of a period."""
    return figure(
        f"{key}_{period}",
        Ledger,
        lambda ledger, now: amount(ledger, key, now),
        device_class=_COUNTED.get(unit, SensorDeviceClass.MONETARY),
        state_class=SensorStateClass.TOTAL,
        precision=2,
        unit_fn=_unit_of(key),
        last_reset_fn=start,
    )


def _unit_of(key: str) -> Callable[[Ledger], str | None]:
    """Return how to find the unit of a series."""

    def unit(ledger: Ledger) -> str | None:
        days = ledger.by_series.get(key)
        return None if days is None else days.series.unit

    return unit


@cache
def _latest_hour(key: str) -> PortalSensorDescription[Ledger]:
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
    )


@cache
def _latest_hour_start(key: str) -> PortalSensorDescription[Ledger]:
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
    )


def _of_checks(ledger: Ledger) -> Iterable[PortalSensorDescription[Ledger]]:
    """Describe the days that differ, where the portal has totals of its own."""
    if ledger.totals:
        yield figure(
            "days_not_imported",
            Ledger,
            lambda each, now: each.refused_days(),
            diagnostic=True,
        )


SENSORS: Final[tuple[PortalSensorDescription[Any] | DynamicEntities[Any], ...]] = (
    DynamicEntities(source=Ledger, describe=_of_series),
    DynamicEntities(source=Ledger, describe=_of_checks),
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
)
