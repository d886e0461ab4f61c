"""Series cut at the bounds of others, and filled where they have gaps."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from .series import Series, Slot

_QUARTER: Final = timedelta(minutes=15)


def in_quarters[ValueT](slots: Iterable[Slot[ValueT]]) -> Iterator[Slot[ValueT]]:
    """Yield slots cut at each quarter of an hour, so that one is later than another."""
    for slot in slots:
        start = slot.start
        while start < slot.end:
            past = timedelta(
                minutes=start.minute % 15,
                seconds=start.second,
                microseconds=start.microsecond,
            )
            end = min(start + _QUARTER - past, slot.end)
            yield Slot(start, end, slot.value)
            start = end


def filled(drawn: Series[float], start: datetime, end: datetime) -> Series[float]:
    """Return what is drawn over a span, kW; nothing where there is no slot."""
    filled, reached = [], start
    for slot in drawn.between(start, end):
        if reached < slot.start:
            filled.append(Slot(reached, slot.start, 0.0))
        filled.append(slot)
        reached = slot.end
    if reached < end:
        filled.append(Slot(reached, end, 0.0))
    return Series(tuple(filled))


def cut[ValueT, OtherT](
    slots: Iterable[Slot[ValueT]],
    other: Series[OtherT],
    made: Callable[[ValueT, OtherT], ValueT],
) -> Iterator[Slot[ValueT]]:
    """Yield slots cut where the other's begin and end, and changed within them."""
    places = iter(other.slots)
    place = next(places, None)
    for slot in slots:
        reached = slot.start
        while place is not None and place.end <= reached:
            place = next(places, None)
        while place is not None and place.start < slot.end:
            if reached < place.start:
                yield Slot(reached, place.start, slot.value)
                reached = place.start
            end = min(slot.end, place.end)
            yield Slot(reached, end, made(slot.value, place.value))
            reached = end
            if place.end > slot.end:
                break
            place = next(places, None)
        if reached < slot.end:
            yield Slot(reached, slot.end, slot.value)


def without_gaps[ValueT](
    slots: Iterable[Slot[ValueT]], gap: ValueT
) -> Iterator[Slot[ValueT]]:
    """Yield slots, and what lies between them with a value of its own."""
    reached: datetime | None = None
    for slot in slots:
        if reached is not None and reached < slot.start:
            yield Slot(reached, slot.start, gap)
        yield slot
        reached = slot.end
