"""Volue's own entities, beside those of incentives and caps."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory

from ...entities.describe import fact, figure
from ...entities.descriptions import (
    BinarySensorRow,
    CalendarRow,
    EventRow,
    Happening,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalEventDescription,
    PortalSensorDescription,
    Rows,
    SensorRow,
)
from ...entities.shown import Shown
from ...entities.tables import Tables
from ...portals.volue import feeds
from ...portals.volue.event_log import EventLog
from ...portals.volue.event_state import EventState
from ...portals.volue.feeds import LocationFacts, Programme, WebhookState
from ...portals.volue.models import EventType, LocationCompensation, WebhookStatus
from ...portals.volue.reports import unreported
from ...portals.volue.sites import LocationSite, ResourceSite, UserSite

_TIMESTAMP: Final = SensorDeviceClass.TIMESTAMP


def _is_user(log: EventLog) -> bool:
    """Say whether a log is of what came to the user."""
    return log.is_user


def _is_site(log: EventLog) -> bool:
    """Say whether a log is of what became of a site's events."""
    return not log.is_user


def _last_event(log: EventLog, now: datetime) -> datetime | None:
    """Return when the last event came."""
    return None if log.latest is None else log.latest.received


def _last_push(log: EventLog, now: datetime) -> datetime | None:
    """Return when the last event came by webhook."""
    pushed = (each.received for each in log.records if each.pushed)
    return max(pushed, default=None)


# --- what has happened ----------------------------------------------------------------


def _happened(
    kinds: Iterable[str], type_of: Callable[[EventState], str]
) -> Callable[[EventLog, datetime], Iterable[Happening]]:
    """Return how to find the arrivals of some kinds.

    No kinds are those unknown, and what could not be read of the others.
    """
    wanted = set(kinds)

    def find(log: EventLog, now: datetime) -> Iterable[Happening]:
        for state in log.records:
            known = state.kind in set(EventType) and not state.part.is_incomplete
            if state.kind in wanted or not (wanted or known):
                yield Happening(
                    type_of(state), f"{state.number:09d}", partial(_told, state)
                )

    return find


def _told(state: EventState) -> dict[str, object]:
    """Return what automations are told of an event."""
    told: dict[str, object] = {"event_id": state.event_id, "kind": state.kind}
    if state.spans and not state.part.lost:
        told |= {
            "start": state.spans[0][0].isoformat(),
            "end": state.end.isoformat(),
        }
    if state.part.is_incomplete:
        # What it says at least or at most may be what could not be read.
        told["incomplete"] = True
    elif values := [slot.value for slot in state.part.slots]:
        told |= {"lowest": min(values), "highest": max(values)}
    if state.part.currency:
        told["unit"] = f"{state.part.currency}/kWh"
    return told


def _event(
    key: str,
    types: list[str],
    kinds: Iterable[str],
    type_of: Callable[[EventState], str],
    exists_fn: Callable[[EventLog], bool],
) -> EventRow:
    """Describe arrivals of some kinds."""
    return PortalEventDescription(
        key=key,
        translation_key=key,
        source=feeds.EVENTS,
        event_types=types,
        value_fn=_happened(kinds, type_of),
        exists_fn=exists_fn,
    )


def _received(key: str, *kinds: EventType) -> EventRow:
    """Describe arrivals of some kinds at a site."""
    return _event(key, ["received"], kinds, lambda state: "received", _is_site)


def _eligibility_type(state: EventState) -> str:
    """Return what an eligibility event means to the user."""
    return {"added": "gained", "removed": "lost"}.get(state.part.detail, "updated")


# --- the programme --------------------------------------------------------------------


def _earned(key: str, name: str) -> SensorRow:
    """Describe what the user has earned in the running month, once there is any."""
    return figure(
        key,
        feeds.PROGRAMME,
        lambda programme, now: programme.amount(name),
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        unit_fn=lambda programme: programme.currency,
        exists_fn=lambda programme: programme.currency is not None,
    )


def _is_enrolled(programme: Programme, now: datetime) -> bool | None:
    """Say whether the user takes part."""
    enrollment = programme.enrollment
    return None if enrollment is None else enrollment.is_enrolled


def _enrolled_since(programme: Programme) -> datetime | None:
    """Return since when the user takes part."""
    enrollment = programme.enrollment
    return None if enrollment is None else enrollment.enrollment_date


def _earned_at(
    key: str, take: Callable[[LocationCompensation], float | None]
) -> SensorRow:
    """Describe what a location has earned in the running month, once there is any."""

    def value(facts: LocationFacts, now: datetime) -> float | None:
        return None if facts.compensation is None else take(facts.compensation)

    return figure(
        f"location_{key}",
        feeds.LOCATIONS,
        value,
        translation_key=key,
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        unit_fn=_currency_at,
        exists_fn=_has_earned,
    )


def _currency_at(facts: LocationFacts) -> str | None:
    """Return the currency of what a location has earned."""
    return None if facts.compensation is None else facts.compensation.currency


def _has_earned(facts: LocationFacts) -> bool:
    """Say whether a location has earned anything."""
    return _currency_at(facts) is not None


def _problems(facts: LocationFacts, now: datetime) -> str | None:
    """Return why amounts are blocked, in the portal's words."""
    problems = facts.compensation.problems if facts.compensation else None
    return "; ".join(each.message for each in problems or ())[:255] or None


def _status(state: WebhookState) -> str | None:
    """Return the portal's word for our webhook."""
    if state.webhook is None:
        return "not_registered"
    return None if state.status is None else WebhookStatus(state.status).name.lower()


SENSORS: Final[Rows[SensorRow]] = (
    fact(
        "last_event",
        feeds.EVENTS,
        _last_event,
        device_class=_TIMESTAMP,
        exists_fn=_is_user,
    ),
    fact(
        "last_push",
        feeds.EVENTS,
        _last_push,
        device_class=_TIMESTAMP,
        diagnostic=True,
        exists_fn=_is_user,
    ),
    figure(
        "hours_to_report",
        feeds.EVENTS,
        unreported,
        diagnostic=True,
        exists_fn=_is_site,
    ),
    fact(
        "plan_reported",
        feeds.EVENTS,
        lambda log, now: None if log.plan is None else log.plan.at,
        device_class=_TIMESTAMP,
        diagnostic=True,
        exists_fn=lambda log: log.plan is not None,
    ),
    _earned("earned", "active_amount"),
    _earned("blocked", "blocked_amount"),
    fact(
        "enrolled_since",
        feeds.PROGRAMME,
        lambda programme, now: _enrolled_since(programme),
        device_class=_TIMESTAMP,
        diagnostic=True,
        exists_fn=lambda programme: _enrolled_since(programme) is not None,
    ),
    _earned_at("earned", lambda month: month.active_amount),
    _earned_at("blocked", lambda month: month.blocked_amount),
    fact(
        "blocked_because",
        feeds.LOCATIONS,
        _problems,
        diagnostic=True,
        exists_fn=_has_earned,
    ),
    PortalSensorDescription(
        key="webhook_status",
        translation_key="webhook_status",
        source=feeds.WEBHOOK,
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=[
            *(status.name.lower() for status in WebhookStatus),
            "not_registered",
        ],
        value_fn=lambda state, now: _status(state),
    ),
)


BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="cap_to_answer",
        translation_key="cap_to_answer",
        source=feeds.EVENTS,
        value_fn=lambda log, now: bool(log.to_answer(now)),
        exists_fn=_is_site,
    ),
    PortalBinarySensorDescription(
        key="eligible",
        translation_key="eligible",
        source=feeds.PROGRAMME,
        value_fn=lambda programme, now: programme.eligible,
    ),
    PortalBinarySensorDescription(
        key="enrolled",
        translation_key="enrolled",
        source=feeds.PROGRAMME,
        value_fn=_is_enrolled,
    ),
    PortalBinarySensorDescription(
        key="location_eligible",
        translation_key="eligible",
        source=feeds.LOCATIONS,
        value_fn=lambda facts, now: facts.eligible,
        # Only its meter points tell whether a location may take part.
        exists_fn=lambda facts: facts.eligible is not None,
    ),
    PortalBinarySensorDescription(
        key="webhook_healthy",
        translation_key="webhook_healthy",
        source=feeds.WEBHOOK,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state, now: state.is_healthy,
    ),
)

CALENDARS: Final[Rows[CalendarRow]] = (
    PortalCalendarDescription(
        key="flexibility",
        translation_key="flexibility",
        source=feeds.EVENTS,
        value_fn=lambda log, now: log.agenda,
        exists_fn=_is_site,
    ),
)

EVENTS: Final[Rows[EventRow]] = (
    _event(
        "eligibility_changed",
        ["gained", "lost", "updated"],
        {EventType.USER_ELIGIBILITY},
        _eligibility_type,
        _is_user,
    ),
    _event("other_event", ["received"], (), lambda state: "received", _is_user),
    _received("incentive_sent", EventType.PRICE_CURVE),
    _received("power_cap_sent", EventType.LOCATION_CAP, EventType.RESOURCE_CAP),
    _received("reservation_sent", EventType.RESERVATION),
)

_SHOWN: Final[Shown] = {
    UserSite: {"eligible", "enrolled"},
    LocationSite: {
        "power_cap",
        "power_capped",
        "cap_to_answer",
        "next_power_cap",
        "next_power_cap_start",
        "incentive",
        "next_incentive",
        "earned",
        "flexibility",
        "power_cap_sent",
    },
    # What has a cap of its own may have to be answered for itself.
    ResourceSite: {"power_cap", "cap_to_answer"},
}

TABLES: Final = Tables(
    sensors=SENSORS,
    binary_sensors=BINARY_SENSORS,
    calendars=CALENDARS,
    events=EVENTS,
    shown=_SHOWN,
)
