"""What one event says to one target of a site, and what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from .events import EventPart, Span, missing
from .models import EventType

# Events are sent for the running day or the next.
_AHEAD: Final = timedelta(days=2)
_CAPS: Final = frozenset({EventType.LOCATION_CAP, EventType.RESOURCE_CAP})


class Answer(StrEnum):
    """What the portal was told of a cap."""

    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"


type EventStateKey = tuple[str, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventState:
    """What one event says to one target of a site, and what became of it.

    `number` counts arrivals at the site, `pushed` says that it came by webhook.
    `reported` are the starts of the hours whose energy the portal has taken, `closed`
    says that nothing is to be done about it any more, `disputed` that the portal told
    it again and otherwise.
    """

    number: int
    event_id: str
    kind: str
    created: datetime
    received: datetime
    pushed: bool = False
    part: EventPart
    answer: Answer | None = None
    reported: frozenset[datetime] = frozenset()
    closed: bool = False
    disputed: bool = False

    @property
    def key(self) -> EventStateKey:
        """Return what tells this state from others of the site."""
        part = self.part
        return (
            *(self.event_id, part.location_id),
            *(part.meter_point_id, part.resource_id),
        )

    @property
    def is_cap(self) -> bool:
        """Say whether it caps power."""
        return self.kind in _CAPS

    @property
    def end(self) -> datetime:
        """Return when it is over, as far as that is known."""
        return max((end for _, end in self.spans), default=self.received)

    @property
    def start(self) -> datetime:
        """Return when it begins, as far as that is known."""
        return min((start for start, _ in self.spans), default=self.created)

    @property
    def spans(self) -> list[Span]:
        """Return all spans that it is surely about, in order."""
        told = ((slot.start, slot.end) for slot in self.part.slots)
        return sorted({*told, *self.part.unknown})

    @property
    def blank(self) -> tuple[Span, ...]:
        """Return the spans about which it says something that could not be read.

        What was told without a time is about the days after it was made, or about that
        of the rest: the portal sends events for these.
        """
        if not self.part.lost:
            return self.part.unknown
        created = self.created.replace(minute=0, second=0, microsecond=0)
        return (*self.part.unknown, (created, self.until))

    @property
    def until(self) -> datetime:
        """Return when it is surely over."""
        if not self.part.lost:
            return self.end
        return max(self.end + _AHEAD / 2, self.created + _AHEAD)


def settled(held: EventState, part: EventPart) -> EventState:
    """Return an event state after the portal has told it once more.

    What was incomplete is completed. Of what is told otherwise, only that is known in
    which both agree, and it stays so whatever is told then.
    """
    if part == held.part or held.disputed:
        return held
    before, after = set(held.part.slots), set(part.slots)
    is_same = _named(part) == _named(held.part)
    if is_same or not (before and after):
        if held.part.is_incomplete and before <= after:
            return replace(held, part=part)
        if part.is_incomplete and after <= before:
            return held
    agreed = before & after if is_same else set()
    other = {(slot.start, slot.end) for slot in (before | after) - agreed}
    told = {*other, *held.part.unknown, *part.unknown}
    settled_part = replace(
        held.part,
        slots=tuple(sorted(agreed, key=lambda slot: slot.start)),
        incomplete=missing(sorted(told), max(held.part.lost, part.lost)),
    )
    return replace(held, part=settled_part, disputed=True)


def _named(part: EventPart) -> EventPart:
    """Return what a part is about, without what it says."""
    return replace(part, slots=(), incomplete=None)
