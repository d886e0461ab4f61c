"""What events say: from what travels to what is held of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..contract import Site
from ..model.series import Slot
from .messages import (
    CapPayload,
    CapTarget,
    EligibilityPayload,
    Event,
    Notification,
    Payload,
    PriceCurvePayload,
)
from .models import EventType
from .payloads import payload_of
from .reads import lost_of
from .sites import LocationSite, ResourceSite
from .values import duration

# Norway, Sweden and Denmark share their clock.
_CENTRAL: Final = ZoneInfo("Europe/Oslo")
_EASTERN: Final = ZoneInfo("Europe/Helsinki")
# The areas whose days are known to be those of these clocks.
AREAS: Final = frozenset(
    {
        *("NO1", "NO2", "NO3", "NO4", "NO5", "FI", "DK1", "DK2"),
        *("SE1", "SE2", "SE3", "SE4"),
    }
)
# What is kept of a payload that nobody knows yet.
_LONGEST_RAW: Final = 8192

type Span = tuple[datetime, datetime]


def zone_of(price_area: str) -> ZoneInfo:
    """Return the time zone of a price area."""
    return _EASTERN if price_area.upper() == "FI" else _CENTRAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event as it came; `payload` is None where it cannot be read.

    `raw` is what could not be, or could not all be.
    """

    id: str
    created: datetime | None
    kind: str
    payload: Payload | None
    raw: str

    @classmethod
    def of_event(cls, event: Event, refused: Counter[str] | None = None) -> Notice:
        """Read an event of the list, and count what of it is refused."""
        kind, payload = payload_of(
            event.payload, event.around, Counter() if refused is None else refused
        )
        return cls(
            id=event.id,
            created=event.created_at,
            kind=kind,
            payload=payload,
            raw=_shortened(event.payload) if _has_unread(payload) else "",
        )

    @classmethod
    def of_notification(
        cls, told: Notification, refused: Counter[str] | None = None
    ) -> Notice:
        """Read what a webhook was sent, and count what of it is refused."""
        event = Event(
            id=told.event_id,
            created_at=told.event_created_at_utc,
            payload=told.payload,
            around=told.around,
        )
        return cls.of_event(event, refused)


def _has_unread(payload: Payload | None) -> bool:
    """Say whether a payload could not be read, or not all it is for."""
    match payload:
        case PriceCurvePayload() | CapPayload():
            return bool(lost_of(payload.targets))
    return payload is None


def _shortened(raw: bytes) -> str:
    """Return what is kept of a payload that could not be read."""
    return bytes(raw).decode(errors="replace")[:_LONGEST_RAW]


@dataclass(frozen=True, slots=True)
class Missing:
    """What of an event could not be read.

    It says something about `spans`, and `lost` is how much more it says, whatever the
    time that is about.
    """

    spans: tuple[Span, ...] = ()
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPart:
    """What an event says to one target: changes per kWh, or caps in kW.

    `incomplete` is what of it could not be read, None where all could.
    """

    location_id: str | None = None
    meter_point_id: str | None = None
    resource_id: str | None = None
    slots: tuple[Slot[float], ...] = ()
    currency: str = ""
    area: str = ""
    detail: str = ""
    incomplete: Missing | None = None

    @property
    def unknown(self) -> tuple[Span, ...]:
        """Return the spans about which something could not be read."""
        return () if self.incomplete is None else self.incomplete.spans

    @property
    def lost(self) -> int:
        """Return how much could not be read, whatever the time it is about."""
        return 0 if self.incomplete is None else self.incomplete.lost

    @property
    def is_incomplete(self) -> bool:
        """Say whether some of it could not be read."""
        return self.incomplete is not None


def missing(spans: Iterable[Span], lost: int) -> Missing | None:
    """Return what could not be read, None where all could."""
    told = Missing(tuple(dict.fromkeys(spans)), lost)
    return told if told.spans or told.lost else None


def is_incomplete(notice: Notice) -> bool:
    """Say whether some of an event could not be read, whoever it is for."""
    match notice.payload:
        case EligibilityPayload() as payload:
            part = _eligibility_part(payload, "")
            return part is not None and part.is_incomplete
        case PriceCurvePayload() as payload:
            return bool(lost_of(payload.targets)) or _price_part(payload).is_incomplete
        case CapPayload() as payload:
            parts = (_cap_part([cap]) for cap in payload.targets)
            return bool(lost_of(payload.targets)) or any(
                part.is_incomplete for part in parts
            )
    return notice.kind in set(EventType)


def parts_for(notice: Notice, site: Site) -> tuple[EventPart, ...]:
    """Return what an event says to a location or resource."""
    return tuple(_parts_for(notice, site))


def _parts_for(notice: Notice, site: Site) -> Iterator[EventPart]:
    """Yield what an event says to a location or resource."""
    match notice.payload:
        case PriceCurvePayload() as payload:
            for target in payload.targets:
                if _means(site, target.location_id, target.resource_id):
                    yield _price_part(payload)
                    return
        case CapPayload() as payload:
            meant = [
                cap for cap in payload.targets if _means_cap(site, notice.kind, cap)
            ]
            for key in dict.fromkeys(map(_target_of, meant)):
                yield _cap_part([cap for cap in meant if _target_of(cap) == key])


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
    """Return a price curve in its currency per kWh."""
    curve, laid = payload.price_curve_delta, _Laid()
    length = duration(curve.resolution)
    laid.add(((each.timestamp, each.price) for each in curve.points), length)
    laid.add(((when, None) for when in lost_of(curve.points)), length)
    return laid.part(EventPart(currency=curve.currency or "", area=payload.price_area))


def _target_of(cap: CapTarget) -> tuple[str, str, str | None]:
    """Return whom a cap is for."""
    return cap.location_id, cap.meter_point_id, cap.resource_id


def _cap_part(caps: list[CapTarget]) -> EventPart:
    """Return all that an event says to one target."""
    laid = _Laid()
    for cap in caps:
        length = duration(cap.resolution)
        points = ((e.timestamp, e.max_power_in_kilo_watts) for e in cap.points)
        laid.add(points, length)
        laid.add(((when, None) for when in lost_of(cap.points)), length)
    target = EventPart(
        location_id=caps[0].location_id,
        meter_point_id=caps[0].meter_point_id,
        resource_id=caps[0].resource_id,
    )
    return laid.part(target)


class _Laid:
    """Points laid out in time, each as long as the steps of its list.

    Of points that share time and differ, and of those without a value, nothing is known
    but the time.
    """

    def __init__(self) -> None:
        """Begin without a point."""
        self.lost = 0
        self._slots: list[Slot[float | None]] = []

    def add(
        self,
        points: Iterable[tuple[datetime | None, float | None]],
        length: timedelta | None,
    ) -> None:
        """Lay out points; without a time or a length they are nowhere."""
        for start, value in points:
            if length is None or start is None:
                self.lost += 1
            else:
                self._slots.append(Slot(start, start + length, value))

    def part(self, of: EventPart) -> EventPart:
        """Return what this says to a target."""
        slots: list[Slot[float]] = []
        unknown: list[Span] = []
        for run in self._runs():
            values = {slot.value for slot in run}
            if len(values) == 1 and (value := values.pop()) is not None:
                slots += _without_overlap(run, value)
            else:
                unknown += [(slot.start, slot.end) for slot in run]
        return replace(of, slots=tuple(slots), incomplete=missing(unknown, self.lost))

    def _runs(self) -> Iterator[list[Slot[float | None]]]:
        """Yield the slots that overlap each other, together."""
        run: list[Slot[float | None]] = []
        end: datetime | None = None
        for slot in sorted(self._slots, key=lambda each: (each.start, each.end)):
            if end is not None and slot.start >= end:
                yield run
                run, end = [], None
            run.append(slot)
            end = slot.end if end is None else max(end, slot.end)
        if run:
            yield run


def _without_overlap(
    run: Iterable[Slot[float | None]], value: float
) -> Iterator[Slot[float]]:
    """Yield slots of one value that overlap as such that do not."""
    end: datetime | None = None
    for slot in run:
        start = slot.start if end is None else max(slot.start, end)
        if start < slot.end:
            yield Slot(start, slot.end, value)
            end = slot.end


def concerns(
    notice: Notice, user_id: str, parts: Iterable[EventPart]
) -> EventPart | None:
    """Return what an event says to the user as a whole; None if it is about others."""
    match notice.payload:
        case EligibilityPayload() as payload:
            return _eligibility_part(payload, user_id)
        case None:
            is_known = notice.kind in set(EventType)
            return EventPart(detail=notice.raw, incomplete=missing((), int(is_known)))
        case PriceCurvePayload() | CapPayload() as payload:
            lost = len(lost_of(payload.targets))
            is_told = lost or any(True for _ in parts)
            part = EventPart(detail=notice.raw, incomplete=missing((), lost))
            return part if is_told else None


def _eligibility_part(payload: EligibilityPayload, user_id: str) -> EventPart | None:
    """Return whether a user was added or removed, None for others."""
    added, removed = payload.added_users or (), payload.removed_users or ()
    lost = len(lost_of(payload.added_users)) + len(lost_of(payload.removed_users))
    if (user_id in added) != (user_id in removed):
        return EventPart(detail="added" if user_id in added else "removed")
    # Once, such events named nobody and meant that somebody changed.
    if user_id in added or lost or not (added or removed):
        return EventPart(detail="unknown", incomplete=missing((), lost))
    return None
