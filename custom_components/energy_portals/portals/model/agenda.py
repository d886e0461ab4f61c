"""What lies in time for people to see: several things may be on at once."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import override
from zoneinfo import ZoneInfo

from .periods import midnight
from .series import Series, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A half-open interval `[start, end)` in UTC with something on.

    `title` is None where the agenda's own name says all. `day` is the local day that
    an occasion without a time of day is on; its ends are then that day's midnights.
    """

    start: datetime
    end: datetime
    title: str | None = None
    detail: str | None = None
    day: date | None = None

    def __post_init__(self) -> None:
        """Refuse what is not an interval in UTC."""
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            raise ValueError("an occasion's ends are in UTC")
        if self.end <= self.start:
            raise ValueError("an occasion ends after it starts")

    @classmethod
    def on(
        cls, day: date, zone: ZoneInfo, *, title: str | None, detail: str | None = None
    ) -> Occasion:
        """Return the occasion of a whole local day."""
        return cls(
            start=midnight(day, zone),
            end=midnight(day + timedelta(days=1), zone),
            title=title,
            detail=detail,
            day=day,
        )


@dataclass(frozen=True, slots=True)
class Agenda:
    """Occasions in the order of their starts; they may overlap."""

    occasions: tuple[Occasion, ...] = ()
    _starts: tuple[datetime, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse occasions out of order."""
        starts = tuple(occasion.start for occasion in self.occasions)
        if any(later < earlier for earlier, later in pairwise(starts)):
            raise ValueError("occasions are out of order")
        object.__setattr__(self, "_starts", starts)

    @classmethod
    def of(cls, occasions: Iterable[Occasion]) -> Agenda:
        """Return the agenda of these occasions in any order."""
        return cls(tuple(sorted(occasions, key=lambda each: (each.start, each.end))))

    @classmethod
    def of_series[ValueT](
        cls, series: Series[ValueT], detail: Callable[[Slot[ValueT]], str | None]
    ) -> Agenda:
        """Return the slots of a series as occasions."""
        return cls(
            tuple(
                Occasion(start=slot.start, end=slot.end, detail=detail(slot))
                for slot in series
            )
        )

    def __iter__(self) -> Iterator[Occasion]:
        """Walk through the occasions, oldest first."""
        return iter(self.occasions)

    @override
    def __repr__(self) -> str:
        """Say how much it holds."""
        return f"<Agenda of {len(self.occasions)} occasions>"

    def at(self, when: datetime) -> Occasion | None:
        """Return what is on at this moment; of several, what began first."""
        begun = self.occasions[: bisect_right(self._starts, when)]
        return next((each for each in begun if when < each.end), None)

    def after(self, when: datetime) -> Occasion | None:
        """Return what starts next after this moment."""
        index = bisect_right(self._starts, when)
        return self.occasions[index] if index < len(self.occasions) else None

    def between(self, start: datetime, end: datetime) -> tuple[Occasion, ...]:
        """Return what shares time with `[start, end)`."""
        return tuple(
            each for each in self.occasions if each.start < end and each.end > start
        )

    def next_change(self, now: datetime) -> datetime | None:
        """Return when something next starts or ends."""
        moments = (moment for each in self for moment in (each.start, each.end))
        return min((moment for moment in moments if moment > now), default=None)


def joined(occasions: Iterable[Occasion]) -> Series[None]:
    """Return the time in which anything is on."""
    runs: list[Slot[None]] = []
    for each in sorted(occasions, key=lambda each: each.start):
        if runs and each.start <= runs[-1].end:
            last = runs[-1]
            runs[-1] = Slot(last.start, max(last.end, each.end), None)
        else:
            runs.append(Slot(each.start, each.end, None))
    return Series(tuple(runs))
