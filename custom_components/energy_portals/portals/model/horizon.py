"""What running costs and how green it is, slot by slot: the ground of every plan."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, pairwise
from math import gcd
from operator import mul
from typing import Final

from .prices import Price
from .series import Series, Slot

MICROSECOND: Final = timedelta(microseconds=1)
# Prices are compared to a billionth, as whole numbers: equal sums are then equal.
SCALE: Final = 10**9
# The weight of time that must not be used; no sum of real prices comes near.
BLOCKED: Final = 10**30


class Objective(StrEnum):
    """What a plan is to be best at."""

    PRICE = "price"
    GREEN = "green"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class HorizonSlot:
    """What is known of a slot.

    `price` is money per kWh, `share` the renewable percentage, `room` the most power
    that may be drawn, kW; None is unknown, and for `room` no limit. `is_green` says
    that the slot is within a green window, whether or not its share is known.
    """

    price: float | None = None
    share: float | None = None
    room: float | None = None
    is_green: bool = False

    def fits(self, power: float | None) -> bool:
        """Say whether so much power, or any where it is unknown, may be drawn."""
        if self.room is None:
            return True
        return self.room > 0 if power is None else self.room >= power


@dataclass(frozen=True, slots=True)
class Curve:
    """Slots as whole numbers, to search in.

    Slot n lasts from `times[n]` to `times[n + 1]`, in units of `step` µs, and weighs
    `weights[n]` per unit; `sums[n]` is what all before it weigh.
    """

    step: int
    times: list[int]
    weights: list[int]
    sums: list[int]

    @property
    def is_even(self) -> bool:
        """Say whether every slot is one step long."""
        return len(self.weights) == self.times[-1]


@dataclass(frozen=True)
class Horizon:
    """What running costs, without gaps: what is not known is a slot of its own."""

    slots: tuple[Slot[HorizonSlot], ...]
    _curves: dict[object, Curve] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    @classmethod
    def of(cls, slots: Iterable[Slot[HorizonSlot]]) -> Horizon:
        """Return these slots, which do not overlap, in order and with their gaps."""
        return cls(tuple(_without_gaps(Series.of(slots).slots)))

    @property
    def start(self) -> datetime:
        """Return when they begin."""
        return self.slots[0].start

    @property
    def end(self) -> datetime:
        """Return when they end."""
        return self.slots[-1].end

    def between(self, start: datetime, end: datetime) -> tuple[Slot[HorizonSlot], ...]:
        """Return the slots of a span, cut to it."""
        return tuple(
            Slot(max(slot.start, start), min(slot.end, end), slot.value)
            for slot in self._series.between(start, end)
        )

    def curve(
        self, objective: Objective, worth: float = 0, power: float | None = None
    ) -> Curve:
        """Return the slots weighed by an objective.

        Time that lacks what the objective needs, or the room for so much power (kW),
        is blocked. `worth` is the money per kWh that one percent more is worth.
        """
        key = (objective, worth, power if self._has_room else None)
        if key not in self._curves:
            weigh = _weigher(objective, worth)
            if self._has_room:
                weights = [
                    weigh(slot.value) if slot.value.fits(power) else BLOCKED
                    for slot in self.slots
                ]
            else:
                weights = [weigh(slot.value) for slot in self.slots]
            step, times = self._grid
            lengths = [later - earlier for earlier, later in pairwise(times)]
            sums = [0, *accumulate(map(mul, weights, lengths, strict=True))]
            self._curves[key] = Curve(step, times, weights, sums)
        return self._curves[key]

    def knows_prices(self, start: datetime, end: datetime) -> bool:
        """Say whether there is a price at every moment of a span."""
        if start < self.start or end > self.end:
            return False
        return not any(slot.start < end and slot.end > start for slot in self._unpriced)

    def within(self, caps: Series[float]) -> Horizon:
        """Return them with no more power than these caps (kW) leave."""
        return self.cut(
            caps, lambda slot, cap: _with_room(slot, _least(slot.room, cap))
        )

    def less(self, drawn: Series[float], limit: float) -> Horizon:
        """Return them with the room that is left of a limit while `drawn` is, kW."""
        rest = _filled(drawn, self.start, self.end)
        return self.cut(
            rest, lambda slot, used: _with_room(slot, _least(slot.room, limit - used))
        )

    def without[BusyT](self, busy: Series[BusyT]) -> Horizon:
        """Return them with the time blocked that is not free."""
        return self.cut(busy, lambda slot, _: _with_room(slot, 0.0))

    def greener(self, promised: Series[float | None]) -> Horizon:
        """Return them as green as was once promised, where it was."""

        def kept(slot: HorizonSlot, share: float | None) -> HorizonSlot:
            if slot.share is not None and (share is None or slot.share >= share):
                return slot
            return replace(slot, share=share, is_green=True)

        return self.cut(promised, kept)

    @cached_property
    def _series(self) -> Series[HorizonSlot]:
        """Return the slots to look times up."""
        return Series(self.slots)

    @cached_property
    def _unpriced(self) -> tuple[Slot[HorizonSlot], ...]:
        """Return the slots without a price."""
        return tuple(slot for slot in self.slots if slot.value.price is None)

    @cached_property
    def _has_room(self) -> bool:
        """Say whether power is limited anywhere."""
        return any(slot.value.room is not None for slot in self.slots)

    @cached_property
    def _grid(self) -> tuple[int, list[int]]:
        """Return the length of which all are multiples, µs, and the times in it."""
        zero = self.start
        times = [(slot.start - zero) // MICROSECOND for slot in self.slots]
        times.append((self.end - zero) // MICROSECOND)
        step = gcd(*times) or 1
        return step, [time // step for time in times]

    def cut[ValueT](
        self, other: Series[ValueT], made: Callable[[HorizonSlot, ValueT], HorizonSlot]
    ) -> Horizon:
        """Return them changed where the other has slots."""
        if not other.slots:
            return self
        return Horizon(tuple(_cut(self.slots, other, made)))


def horizon(
    prices: Series[Price],
    green: Series[float | None],
    start: datetime,
    end: datetime,
) -> Horizon:
    """Return what is known of a span: what a kWh costs, and what is green."""
    known = Horizon((Slot(start, end, HorizonSlot()),))
    known = known.cut(prices, lambda slot, price: replace(slot, price=price.value))
    return known.cut(
        green, lambda slot, share: replace(slot, share=share, is_green=True)
    )


def _weigher(objective: Objective, worth: float) -> Callable[[HorizonSlot], int]:
    """Return how to weigh a slot: less is better."""
    if objective is Objective.PRICE:
        return lambda slot: BLOCKED if slot.price is None else round(slot.price * SCALE)
    if objective is Objective.GREEN:
        # A window without a share is green by an unknown amount: more than nothing.
        return lambda slot: (
            -slot.is_green if slot.share is None else round(-slot.share * SCALE)
        )
    return lambda slot: (
        BLOCKED
        if slot.price is None
        else round((slot.price - worth * (slot.share or 0)) * SCALE)
    )


def _with_room(slot: HorizonSlot, room: float | None) -> HorizonSlot:
    """Return a slot with another limit."""
    return replace(slot, room=room)


def _least(one: float | None, other: float) -> float:
    """Return the lower of two limits, of which one may be none."""
    return other if one is None else min(one, other)


def _without_gaps(slots: Iterable[Slot[HorizonSlot]]) -> Iterator[Slot[HorizonSlot]]:
    """Yield slots, and what lies between them as unknown."""
    reached: datetime | None = None
    for slot in slots:
        if reached is not None and reached < slot.start:
            yield Slot(reached, slot.start, HorizonSlot())
        yield slot
        reached = slot.end


def _filled(drawn: Series[float], start: datetime, end: datetime) -> Series[float]:
    """Return what is drawn over a span, nothing where there is no slot."""
    filled, reached = [], start
    for slot in drawn.between(start, end):
        if reached < slot.start:
            filled.append(Slot(reached, slot.start, 0.0))
        filled.append(slot)
        reached = slot.end
    if reached < end:
        filled.append(Slot(reached, end, 0.0))
    return Series(tuple(filled))


def _cut[ValueT](
    slots: Iterable[Slot[HorizonSlot]],
    other: Series[ValueT],
    made: Callable[[HorizonSlot, ValueT], HorizonSlot],
) -> Iterator[Slot[HorizonSlot]]:
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
