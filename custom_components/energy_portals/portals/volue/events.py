"""What events say: from what travels to what is held of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
import re
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from ..contract import Site
from ..model.prices import price_unit
from ..model.series import Slot
from .messages import (
    PAYLOADS,
    CapPayload,
    CapTarget,
    EligibilityPayload,
    Event,
    Notification,
    Payload,
    PriceCurve,
    PriceCurvePayload,
    Typed,
)
from .models import EventType
from .sites import LocationSite, ResourceSite

# Norway, Sweden and Denmark share their clock.
_CENTRAL: Final = ZoneInfo("Europe/Oslo")
_EASTERN: Final = ZoneInfo("Europe/Helsinki")
_SPAN: Final = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?")
# A step longer than any, for which hours would be counted without end.
_LONGEST_STEP: Final = timedelta(days=31)
# What is kept of a payload that nobody knows yet.
_LONGEST_RAW: Final = 8192


def zone_of(price_area: str) -> ZoneInfo:
    """Return the time zone of a price area."""
    return _EASTERN if price_area == "FI" else _CENTRAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event as it came; `payload` is None where its type is not known."""

    id: str
    created: datetime | None
    kind: str
    payload: Payload | None
    raw: str

    @classmethod
    def of_event(cls, event: Event) -> Notice:
        """Read an event of the list."""
        return _notice(event.id, event.created_at, event.payload)

    @classmethod
    def of_notification(cls, told: Notification) -> Notice:
        """Read what a webhook was sent."""
        return _notice(told.event_id, told.event_created_at_utc, told.payload)


def _notice(event_id: str, created: datetime | None, raw: msgspec.Raw) -> Notice:
    """Read a payload by its type, which may stand anywhere in it."""
    body = bytes(raw)
    kind, payload = "", None
    try:
        kind = msgspec.json.decode(body, type=Typed).payload_type
        if kind in PAYLOADS:
            payload = msgspec.json.decode(body, type=PAYLOADS[kind])
    except msgspec.MsgspecError, UnicodeDecodeError, RecursionError:
        payload = None
    try:
        made = None if created is None else utc(created)
    except OverflowError:
        made = None
    return Notice(
        id=event_id,
        created=made,
        kind=kind,
        payload=payload,
        raw=body.decode(errors="replace")[:_LONGEST_RAW] if payload is None else "",
    )


def utc(when: datetime) -> datetime:
    """Return a time in UTC; the portal's times are, with or without an offset."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def duration(text: str | None) -> timedelta | None:
    """Return what `HH:MM:SS` says; None for nothing, or no time at all."""
    match = _SPAN.fullmatch(text or "")
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if days > _LONGEST_STEP.days:
        return None
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return span or None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPart:
    """What an event says to one target: changes per kWh, or caps in kW."""

    location_id: str | None = None
    meter_point_id: str | None = None
    resource_id: str | None = None
    slots: tuple[Slot[float], ...] = ()
    currency: str = ""
    area: str = ""
    detail: str = ""


def parts_for(notice: Notice, site: Site) -> tuple[EventPart, ...]:
    """Return what an event says to a location or resource.

    Times at an end of the calendar say nothing.
    """
    try:
        return tuple(_parts_for(notice, site))
    except OverflowError:
        return ()


def _parts_for(notice: Notice, site: Site) -> Iterator[EventPart]:
    """Yield what an event says to a location or resource."""
    match notice.payload:
        case PriceCurvePayload() as payload:
            for target in payload.targets:
                if _means(site, target.location_id, target.resource_id):
                    yield _price_part(payload)
                    return
        case CapPayload() as payload:
            for cap in payload.targets:
                if _means_cap(site, notice.kind, cap):
                    yield EventPart(
                        location_id=cap.location_id,
                        meter_point_id=cap.meter_point_id,
                        resource_id=cap.resource_id,
                        slots=tuple(_cap_slots(cap)),
                    )


def _means(site: Site, location_id: str, resource_id: str) -> bool:
    """Say whether a target is a site: the resource itself, or where it stands."""
    match site:
        case ResourceSite():
            return site.resource_id == resource_id
        case LocationSite():
            return site.location_id == location_id
    return False


def _means_cap(site: Site, kind: str, cap: CapTarget) -> bool:
    """Say whether a cap is a site's own; a resource's is not its location's."""
    if kind == EventType.RESOURCE_CAP:
        return isinstance(site, ResourceSite) and site.resource_id == cap.resource_id
    return isinstance(site, LocationSite) and site.location_id == cap.location_id


def _price_part(payload: PriceCurvePayload) -> EventPart:
    """Return a price curve in the currency per kWh; without points if it has none."""
    curve = payload.price_curve_delta
    unit = price_unit(f"{curve.currency}/{curve.energy_unit}")
    if unit is None:
        return EventPart(area=payload.price_area)
    return EventPart(
        slots=tuple(_price_slots(curve, unit.divisor)),
        currency=unit.currency,
        area=payload.price_area,
    )


def _price_slots(curve: PriceCurve, divisor: float) -> Iterator[Slot[float]]:
    """Yield a curve's slots; of equal starts the last counts."""
    length = duration(curve.resolution)
    points = {utc(point.timestamp): point.price for point in curve.points}
    yield from _lasting(points, length, divisor)


def _cap_slots(cap: CapTarget) -> Iterator[Slot[float]]:
    """Yield a cap's slots; of equal starts the last counts."""
    points = {utc(each.timestamp): each.max_power_in_kilo_watts for each in cap.points}
    yield from _lasting(points, duration(cap.resolution), 1.0)


def _lasting(
    points: Mapping[datetime, float], length: timedelta | None, divisor: float
) -> Iterator[Slot[float]]:
    """Yield slots of a length; a later point cuts the one before it."""
    if length is None:
        return
    starts = sorted(points)
    for start, following in zip_longest(starts, starts[1:]):
        end = start + length
        if following is not None:
            end = min(end, following)
        yield Slot(start, end, points[start] / divisor)


def concerns(
    notice: Notice, user_id: str, parts: Iterable[EventPart]
) -> EventPart | None:
    """Return what an event says to the user as a whole; None if it is about others."""
    match notice.payload:
        case EligibilityPayload(added_users=added, removed_users=removed):
            if user_id in (added or ()):
                return EventPart(detail="added")
            if user_id in (removed or ()):
                return EventPart(detail="removed")
            # Once, such events named nobody and meant that somebody changed.
            return None if added or removed else EventPart(detail="unknown")
        case None:
            return EventPart(detail=notice.raw)
    return EventPart() if any(True for _ in parts) else None
