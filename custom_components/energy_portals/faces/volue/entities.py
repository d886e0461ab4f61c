"""Volue's own entities, beside those of incentives and caps."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory

from ...entities.describe import fact, figure
from ...entities.entity import (
    DynamicEntities,
    Happening,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalEventDescription,
    PortalSensorDescription,
)
from ...portals.volue.event_log import EventLog, EventState
from ...portals.volue.feeds import LocationFacts, Programme, WebhookState
from ...portals.volue.models import EventType, WebhookStatus
from ...portals.volue.reports import unreported

_TIMESTAMP: Final = SensorDeviceClass.TIMESTAMP


def _last_event(log: EventLog, now: datetime) -> datetime | None:
    """Return when the last event came."""
    return None if log.latest is None else log.latest.received


def _last_push(log: EventLog, now: datetime) -> datetime | None:
    """Return when the last event came by webhook."""
    pushed = (each.received for each in log.records if each.pushed)
    return max(pushed, default=None)


def _of_user_book(log: EventLog) -> Iterable[PortalSensorDescription[EventLog]]:
    """Describe what came to the user."""
    if log.is_user:
        yield fact("last_event", "events", _last_event, device_class=_TIMESTAMP)
        yield fact(
            "last_push",
            "events",
            _last_push,
            device_class=_TIMESTAMP,
            diagnostic=True,
            enabled=False,
        )


def _of_site_book(log: EventLog) -> Iterable[PortalSensorDescription[EventLog]]:
    """Describe what became of a site's events."""
    if not log.is_user:
        yield figure(
            "hours_to_report",
            "events",
            unreported,
            diagnostic=True,
            enabled=False,
        )


def _binary_of_book(log: EventLog) -> Iterable[PortalBinarySensorDescription[EventLog]]:
    """Describe whether the user has something to answer."""
    if not log.is_user:
        yield PortalBinarySensorDescription(
            key="cap_to_answer",
            translation_key="cap_to_answer",
            source="events",
            value_fn=lambda log, now: bool(log.to_answer(now)),
        )


def _calendars(log: EventLog) -> Iterable[PortalCalendarDescription[EventLog]]:
    """Describe when a site's events are on."""
    if not log.is_user:
        yield PortalCalendarDescription(
            key="flexibility",
            translation_key="flexibility",
            source="events",
            value_fn=lambda log, now: log.agenda,
        )


# --- what has happened ----------------------------------------------------------------


def _happened(
    kinds: Iterable[str], type_of: Callable[[EventState], str]
) -> Callable[[EventLog, datetime], Iterable[Happening]]:
    """Return how to find the arrivals of some kinds; no kinds are those unknown."""
    wanted = set(kinds)

    def find(log: EventLog, now: datetime) -> Iterable[Happening]:
        for state in log.records:
            known = state.kind in set(EventType)
            if state.kind in wanted or not (wanted or known):
                yield Happening(
                    type_of(state), f"{state.number:09d}", partial(_told, state)
                )

    return find


def _told(state: EventState) -> dict[str, Any]:
    """Return what automations are told of an event."""
    told: dict[str, Any] = {"event_id": state.event_id, "kind": state.kind}
    slots = state.part.slots
    if slots:
        values = [slot.value for slot in slots]
        told |= {
            "start": slots[0].start.isoformat(),
            "end": slots[-1].end.isoformat(),
            "lowest": min(values),
            "highest": max(values),
        }
    if state.part.currency:
        told["unit"] = f"{state.part.currency}/kWh"
    return told


def _event(
    key: str,
    types: list[str],
    kinds: Iterable[str],
    type_of: Callable[[EventState], str],
) -> PortalEventDescription[EventLog]:
    """Describe arrivals of some kinds."""
    return PortalEventDescription(
        key=key,
        translation_key=key,
        source="events",
        event_types=types,
        value_fn=_happened(kinds, type_of),
    )


def _eligibility_type(state: EventState) -> str:
    """Return what an eligibility event means to the user."""
    return {"added": "gained", "removed": "lost"}.get(state.part.detail, "updated")


def _events(log: EventLog) -> Iterable[PortalEventDescription[EventLog]]:
    """Describe an event entity per kind."""

    def received(state: EventState) -> str:
        return "received"

    if log.is_user:
        yield _event(
            "eligibility_changed",
            ["gained", "lost", "updated"],
            {EventType.USER_ELIGIBILITY},
            _eligibility_type,
        )
        yield _event("other_event", ["received"], (), received)
        return
    caps = {EventType.LOCATION_CAP, EventType.RESOURCE_CAP}
    yield _event("incentive_sent", ["received"], {EventType.PRICE_CURVE}, received)
    yield _event("power_cap_sent", ["received"], caps, received)
    yield _event("reservation_sent", ["received"], {EventType.RESERVATION}, received)


# --- the programme --------------------------------------------------------------------


def _money(
    key: str,
    translation_key: str,
    source: str,
    value: Callable[[Any, datetime], float | None],
    currency: Callable[[Any], str | None],
) -> PortalSensorDescription[Any]:
    """Describe an amount of the running month."""
    return figure(
        key,
        source,
        value,
        translation_key=translation_key,
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        unit_fn=currency,
    )


def _earned(programme: Programme) -> Iterable[PortalSensorDescription[Programme]]:
    """Describe what the user has earned, once there is any."""
    if programme.currency is not None:
        for key, name in (("earned", "active_amount"), ("blocked", "blocked_amount")):
            yield _money(
                key,
                key,
                "programme",
                _amount(name),
                lambda each: each.currency,
            )


def _amount(name: str) -> Callable[[Programme, datetime], float | None]:
    """Return how to take an amount over all locations."""
    return lambda programme, now: programme.amount(name)


def _enrolled_since(
    programme: Programme,
) -> Iterable[PortalSensorDescription[Programme]]:
    """Describe since when the user takes part."""
    enrollment = programme.enrollment
    if enrollment is not None and enrollment.enrollment_date is not None:
        yield fact(
            "enrolled_since",
            "programme",
            lambda each, now: each.enrollment and each.enrollment.enrollment_date,
            device_class=_TIMESTAMP,
            diagnostic=True,
        )


def _earned_at(
    facts: LocationFacts,
) -> Iterable[PortalSensorDescription[LocationFacts]]:
    """Describe what a location has earned, once there is any."""
    found = facts.compensation
    if found is not None and found.currency is not None:
        for key, name in (("earned", "active_amount"), ("blocked", "blocked_amount")):
            yield _money(
                f"location_{key}",
                key,
                "locations",
                _amount_at(name),
                lambda each: each.compensation and each.compensation.currency,
            )
        yield fact(
            "blocked_because", "locations", _problems, diagnostic=True, enabled=False
        )


def _amount_at(name: str) -> Callable[[LocationFacts, datetime], float | None]:
    """Return how to take an amount of one location."""

    def value(facts: LocationFacts, now: datetime) -> float | None:
        amount: float | None = getattr(facts.compensation, name, None)
        return amount

    return value


def _problems(facts: LocationFacts, now: datetime) -> str | None:
    """Return why amounts are blocked, in the portal's words."""
    problems = facts.compensation.problems if facts.compensation else None
    return "; ".join(each.message for each in problems or ())[:255] or None


def _eligible_at(
    facts: LocationFacts,
) -> Iterable[PortalBinarySensorDescription[LocationFacts]]:
    """Describe whether a location may take part, where its meter points tell."""
    if facts.eligible is not None:
        yield PortalBinarySensorDescription(
            key="location_eligible",
            translation_key="eligible",
            source="locations",
            value_fn=lambda each, now: each.eligible,
        )


def _status(state: WebhookState) -> str | None:
    """Return the portal's word for our webhook."""
    if state.webhook is None:
        return "not_registered"
    return None if state.status is None else WebhookStatus(state.status).name.lower()


SENSORS: Final[tuple[PortalSensorDescription[Any] | DynamicEntities[Any], ...]] = (
    DynamicEntities(source="events", describe=_of_user_book),
    DynamicEntities(source="events", describe=_of_site_book),
    DynamicEntities(source="programme", describe=_earned),
    DynamicEntities(source="programme", describe=_enrolled_since),
    DynamicEntities(source="locations", describe=_earned_at),
    PortalSensorDescription(
        key="webhook_status",
        translation_key="webhook_status",
        source="webhook",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=[
            *(status.name.lower() for status in WebhookStatus),
            "not_registered",
        ],
        value_fn=lambda state, now: _status(state),
    ),
)


BINARY_SENSORS: Final[
    tuple[PortalBinarySensorDescription[Any] | DynamicEntities[Any], ...]
] = (
    DynamicEntities(source="events", describe=_binary_of_book),
    PortalBinarySensorDescription(
        key="eligible",
        translation_key="eligible",
        source="programme",
        value_fn=lambda programme, now: programme.eligible,
    ),
    PortalBinarySensorDescription(
        key="enrolled",
        translation_key="enrolled",
        source="programme",
        value_fn=lambda programme, now: (
            programme.enrollment and programme.enrollment.is_enrolled
        ),
    ),
    DynamicEntities(source="locations", describe=_eligible_at),
    PortalBinarySensorDescription(
        key="webhook_healthy",
        translation_key="webhook_healthy",
        source="webhook",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state, now: state.is_healthy,
    ),
)

CALENDARS: Final = (DynamicEntities[EventLog](source="events", describe=_calendars),)

EVENTS: Final = (DynamicEntities[EventLog](source="events", describe=_events),)
