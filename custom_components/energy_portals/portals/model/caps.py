"""Caps on power over time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import pairwise

from .series import Outlook, Series, Slot

type CapSlot = Slot[float]


@dataclass(frozen=True, slots=True)
class PowerCaps(Outlook):
    """The most power that may be drawn, kW, where it is capped at all.

    0 is nothing at all. `runs` are the spans that are capped without a gap, each with
    its lowest cap. Where caps overlap all of them hold, so that the lowest counts. In
    `unknown` spans there may be a cap beside those that are known. `is_flexible` says
    that they hold for what is flexible alone, and not for the whole home.
    """

    slots: Series[float] = field(default_factory=Series)
    runs: Series[float] = field(default_factory=Series)
    unknown: Series[None] = field(default_factory=Series)
    is_flexible: bool = False

    @classmethod
    def of(
        cls,
        caps: Iterable[CapSlot],
        unknown: Iterable[tuple[datetime, datetime]] = (),
        *,
        is_flexible: bool = False,
    ) -> PowerCaps:
        """Return the caps that these, which may overlap, amount to."""
        slots = tuple(_lowest(tuple(caps)))
        return cls(
            Series(slots),
            Series(tuple(_runs(slots))),
            Series(tuple(_joined(unknown))),
            is_flexible,
        )

    @property
    def sure(self) -> Series[float]:
        """Return the caps beside which there is surely no lower one."""
        within = self.unknown.between
        return Series(tuple(e for e in self.slots if not within(e.start, e.end)))

    def at(self, now: datetime) -> float | None:
        """Return the cap that holds now, kW; None without one, or where unknown."""
        slot = self.slots.at(now)
        return None if slot is None or self.unknown.at(now) else slot.value

    def is_capped(self, now: datetime) -> bool | None:
        """Say whether there is a cap now; None where that is unknown."""
        if self.slots.at(now) is not None:
            return True
        return None if self.unknown.at(now) else False

    def following(self, now: datetime) -> CapSlot | None:
        """Return the next capped span that has not begun.

        None where another cap may begin before its end, or as it ends.
        """
        run = self.runs.after(now)
        if run is None or any(
            span.start <= run.end and span.end > now for span in self.unknown
        ):
            return None
        return run

    def next_change(self, now: datetime) -> datetime | None:
        """Return when a cap, or what is known, next begins, changes or ends."""
        changes = (self.slots.next_change(now), self.unknown.next_change(now))
        return min(filter(None, changes), default=None)

    def holds(self, now: datetime) -> bool:
        """Say whether a cap is known that has not ended."""
        return any(slot.end > now for slot in self.slots)


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> Iterator[Slot[None]]:
    """Yield spans that may overlap as such that do not."""
    held: Slot[None] | None = None
    for start, end in sorted(spans):
        if held is not None and start <= held.end:
            held = Slot(held.start, max(held.end, end), None)
            continue
        if held is not None:
            yield held
        held = Slot(start, end, None)
    if held is not None:
        yield held


def _lowest(caps: tuple[CapSlot, ...]) -> Iterator[CapSlot]:
    """Yield the lowest cap of every span in which the same caps hold, in order."""
    ends = sorted({moment for cap in caps for moment in (cap.start, cap.end)})
    waiting = sorted(caps, key=lambda cap: cap.start, reverse=True)
    begun: list[tuple[float, datetime]] = []
    held: CapSlot | None = None
    for start, end in pairwise(ends):
        while waiting and waiting[-1].start <= start:
            cap = waiting.pop()
            heappush(begun, (cap.value, cap.end))
        while begun and begun[0][1] <= start:
            heappop(begun)
        if not begun:
            continue
        lowest = begun[0][0]
        if held is not None and held.end == start and held.value == lowest:
            held = Slot(held.start, end, lowest)
            continue
        if held is not None:
            yield held
        held = Slot(start, end, lowest)
    if held is not None:
        yield held


def _runs(slots: tuple[CapSlot, ...]) -> Iterator[CapSlot]:
    """Yield the spans without a gap, each with its lowest cap."""
    held: CapSlot | None = None
    for slot in slots:
        if held is not None and held.end == slot.start:
            held = Slot(held.start, slot.end, min(held.value, slot.value))
            continue
        if held is not None:
            yield held
        held = slot
    if held is not None:
        yield held
