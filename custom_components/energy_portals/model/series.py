"""Slots in time, and the immutable runs they form."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, override, runtime_checkable


@runtime_checkable
class Changing(Protocol):
    """Something that shows another value once a known moment has passed."""

    def next_change(self, now: datetime) -> datetime | None:
        """Return the first moment after `now` at which a value differs."""


@dataclass(frozen=True, slots=True)
class Slot[ValueT]:
    """A half-open interval `[start, end)` in UTC with a value."""

    start: datetime
    end: datetime
    value: ValueT

    def __post_init__(self) -> None:
        """Refuse what is not an interval in UTC."""
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            raise ValueError("a slot's ends are in UTC")
        if self.end <= self.start:
            raise ValueError("a slot ends after it starts")


@dataclass(frozen=True, slots=True)
class Series[ValueT]:
    """A sorted run of slots that do not overlap; gaps are allowed.

    `Series.of` sorts; overlapping slots raise ValueError, because which of two
    values holds is for the kind of data to say, not for this class.
    """

    slots: tuple[Slot[ValueT], ...] = ()
    _starts: tuple[datetime, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse slots out of order."""
        for earlier, later in zip(self.slots, self.slots[1:], strict=False):
            if later.start < earlier.end:
                raise ValueError("slots overlap or are out of order")
        object.__setattr__(self, "_starts", tuple(slot.start for slot in self.slots))

    @classmethod
    def of(cls, slots: Iterable[Slot[ValueT]]) -> Series[ValueT]:
        """Return the series of these slots in any order."""
        return cls(tuple(sorted(slots, key=lambda slot: slot.start)))

    def __iter__(self) -> Iterator[Slot[ValueT]]:
        """Walk through the slots, oldest first."""
        return iter(self.slots)

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.slots)

    @override
    def __repr__(self) -> str:
        """Say how much it holds; a day of quarters would fill a screen."""
        return f"<Series of {len(self.slots)} slots>"

    def at(self, when: datetime) -> Slot[ValueT] | None:
        """Return the slot that holds this moment, or None in a gap."""
        index = bisect_right(self._starts, when) - 1
        if index >= 0 and when < self.slots[index].end:
            return self.slots[index]
        return None

    def after(self, when: datetime) -> Slot[ValueT] | None:
        """Return the first slot that starts later than this moment."""
        index = bisect_right(self._starts, when)
        return self.slots[index] if index < len(self.slots) else None

    def between(self, start: datetime, end: datetime) -> tuple[Slot[ValueT], ...]:
        """Return the slots that share time with `[start, end)`."""
        if end <= start:
            return ()
        first = bisect_right(self._starts, start)
        if first and self.slots[first - 1].end > start:
            first -= 1
        return self.slots[first : bisect_left(self._starts, end)]

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next start or end of a slot after `now`."""
        current, following = self.at(now), self.after(now)
        if current is not None:
            return current.end
        return following.start if following is not None else None
