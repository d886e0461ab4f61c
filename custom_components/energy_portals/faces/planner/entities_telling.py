"""Why devices run when they do, what plans save, and what was really saved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfPower

from ...entities.describe import figure
from ...entities.descriptions import (
    CalendarRow,
    PortalCalendarDescription,
    PortalSensorDescription,
    Rows,
    SensorRow,
    SensorValue,
    is_there,
)
from ...portals.history import ReckonedLedger
from ...portals.model.ledger import SAVED
from ...portals.model.load_plan import LoadPlan
from ...portals.model.periods import midnight, month_start
from ...portals.model.why import Explanation, Why
from ...portals.optimum.telling import Telling
from ...portals.planner.feeds import Overview
from ...portals.planner.savings import Realised
from ...portals.planner.stores import StorePlan

_REASONS: Final = [each.value for each in Why]
_DIGITS: Final = 4


def _reason(why: Explanation | None) -> str | None:
    """Return the reason, None where nothing is planned or nobody knows."""
    return None if why is None else why.why.value


def told_of(why: Explanation | None) -> Mapping[str, SensorValue]:
    """Return the figures of a reason."""
    if why is None:
        return {}
    return {
        "rank": why.rank,
        "of": why.of,
        "cost_known": round(why.known, _DIGITS),
        "cost_expected": round(why.expected, _DIGITS),
        "saving": None if why.saving is None else round(why.saving, _DIGITS),
        "peak_fee_saved": round(why.saves, _DIGITS),
    }


def _saving(overview: Overview, now: datetime) -> float | None:
    """Return what all plans together save against everything at once."""
    return None if overview.told is None else overview.told.saving.total


def cost_of(told: Telling) -> Mapping[str, SensorValue]:
    """Return what a plan costs, part by part, and what its devices save together."""
    bill = told.bill
    return {
        "cost_known": round(bill.drawn - bill.expected, _DIGITS),
        "cost_expected": round(bill.expected, _DIGITS),
        "fed_in": round(bill.fed_in, _DIGITS),
        "peak_fee": round(bill.fee, _DIGITS),
        "wear": round(bill.cycles, _DIGITS),
        "together": round(told.saving.together, _DIGITS),
    }


def _month(held: ReckonedLedger, now: datetime) -> datetime:
    """Return when this month began."""
    ledger = held.ledger
    return midnight(month_start(ledger.today(now)), ledger.zone)


def _unit(held: ReckonedLedger) -> str | None:
    """Return the currency in which it was saved."""
    days = held.ledger.by_series.get(SAVED)
    return None if days is None else days.series.unit


SENSORS: Final[Rows[SensorRow]] = (
    PortalSensorDescription(
        key="plan_reason",
        translation_key="plan_reason",
        source=LoadPlan,
        device_class=SensorDeviceClass.ENUM,
        options=_REASONS,
        value_fn=lambda held, now: _reason(held.why),
        attributes_fn=lambda held: told_of(held.why),
        exists_fn=is_there,
    ),
    PortalSensorDescription(
        key="store_reason",
        translation_key="plan_reason",
        source=StorePlan,
        device_class=SensorDeviceClass.ENUM,
        options=_REASONS,
        value_fn=lambda held, now: _reason(held.why),
        attributes_fn=lambda held: told_of(held.why),
        exists_fn=is_there,
    ),
    PortalSensorDescription(
        key="plan_saving",
        translation_key="plan_saving",
        source=Overview,
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=2,
        unit_fn=lambda overview: overview.currency,
        value_fn=_saving,
        attributes_fn=lambda overview: (
            {} if overview.told is None else cost_of(overview.told)
        ),
        exists_fn=lambda overview: (
            overview.told is not None and overview.currency is not None
        ),
    ),
    figure(
        "saved_this_month",
        ReckonedLedger,
        lambda held, now: held.ledger.this_month(SAVED, now),
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        precision=2,
        unit_fn=_unit,
        last_reset_fn=_month,
        exists_fn=lambda held: SAVED in held.ledger.by_series,
    ),
    figure(
        "base_load_error",
        Realised,
        lambda held, now: held.forecasts.base_error,
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        precision=2,
        diagnostic=True,
        exists_fn=lambda held: held.forecasts.base_error is not None,
    ),
    figure(
        "sun_error",
        Realised,
        lambda held, now: held.forecasts.sun_error,
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        precision=2,
        diagnostic=True,
        exists_fn=lambda held: held.forecasts.sun_error is not None,
    ),
)

CALENDARS: Final[Rows[CalendarRow]] = (
    PortalCalendarDescription(
        key="runs",
        translation_key="runs",
        source=LoadPlan,
        value_fn=lambda held, now: held.agenda(),
        exists_fn=is_there,
    ),
    PortalCalendarDescription(
        key="all_runs",
        translation_key="runs",
        source=Overview,
        value_fn=lambda overview, now: overview.agenda,
        exists_fn=is_there,
    ),
)
