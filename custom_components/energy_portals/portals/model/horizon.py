"""What running costs and how green it is, slot by slot: the ground of every plan."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate, pairwise
from math import fsum, gcd
from operator import mul
from typing import Final

from .horizon_slot import BLOCKED, MARGIN, SCALE, Bound, HorizonSlot, Objective, weigher
from .prices import Price
from .series import Series, Slot
from .series_cut import cut, filled, in_quarters, without_gaps

__all__ = [
    "BLOCKED",
    "MICROSECOND",
    "SCALE",
    "Bound",
    "Curve",
    "Horizon",
    "HorizonSlot",
    "Objective",
    "horizon",
]

MICROSECOND: Final = timedelta(microseconds=1)
# What counts second never outweighs a billionth of what counts first: no energy that
# is planned, mW times µs, has as many shares of its own in it.
_FIRST: Final = 10**36
# And nothing that a price or a share amounts to outweighs time that is too dear.
_TOO_DEAR: Final = 10**68
# What counts where nobody tells of what should.
_INSTEAD: Final = {
    Objective.GREEN: Objective.PRICE,
    Objective.CO2: Objective.PRICE,
    Objective.BOTH: Objective.GREEN,
}
_NOTHING: Final = Series[float]()


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
        return cls(tuple(without_gaps(Series.of(slots).slots, HorizonSlot())))

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
        self,
        objective: Objective,
        worth: float = 0,
        power: float | None = None,
        ceiling: float | None = None,
    ) -> Curve:
        """Return the slots weighed by an objective.

        Time that lacks what the objective needs, or the room for so much power (kW),
        is blocked. `worth` is the money per kWh that one percent more is worth; what
        costs more than `ceiling` per kWh comes last.
        """
        key = (objective, worth, power if self._has_room else None, ceiling)
        if key not in self._curves:
            weights = self._weights(objective, worth)
            if ceiling is not None:
                weights = [
                    weight + _TOO_DEAR if slot.value.costs_over(ceiling) else weight
                    for slot, weight in zip(self.slots, weights, strict=True)
                ]
            if self._has_room:
                weights = [
                    weight if slot.value.fits(power) else BLOCKED
                    for slot, weight in zip(self.slots, weights, strict=True)
                ]
            step, times = self._grid
            lengths = [later - earlier for earlier, later in pairwise(times)]
            sums = [0, *accumulate(map(mul, weights, lengths, strict=True))]
            self._curves[key] = Curve(step, times, weights, sums)
        return self._curves[key]

    def _weights(self, objective: Objective, worth: float) -> list[int]:
        """Return what each slot weighs, by what counts first and then by the rest.

        Where there is nothing to choose by, the later is the lighter: until then more
        may be known.
        """
        slots = [slot.value for slot in self.slots]
        instead = _INSTEAD.get(objective, objective)
        first = objective if self._tells(objective) else instead
        if not self._tells(first):
            return [-place for place in range(len(slots))]
        weights = list(map(weigher(first, worth), slots))
        second = Objective.GREEN if first is Objective.PRICE else Objective.PRICE
        if not self._tells(second):
            return weights
        others = list(map(weigher(second), slots))
        worst = max(each for each in others if each < BLOCKED)
        return [
            weight if weight >= BLOCKED else weight * _FIRST + min(other, worst)
            for weight, other in zip(weights, others, strict=True)
        ]

    def _tells(self, objective: Objective) -> bool:
        """Say whether there is anything to choose by."""
        if objective is Objective.GREEN:
            return self.has_green
        if objective is Objective.CO2:
            return any(slot.value.co2 is not None for slot in self.slots)
        return self.has_prices

    def knows_prices(self, start: datetime, end: datetime) -> bool:
        """Say whether there is a price at every moment of a span."""
        if start < self.start or end > self.end:
            return False
        return not any(slot.start < end and slot.end > start for slot in self._unpriced)

    def knows_co2(self, start: datetime, end: datetime) -> bool:
        """Say whether the CO2 is known at every moment of a span."""
        if start < self.start or end > self.end:
            return False
        return all(slot.value.co2 is not None for slot in self.between(start, end))

    def has_price_between(self, start: datetime, end: datetime) -> bool:
        """Say whether there is any price in a span, known or expected."""
        slots = self._series.between(start, end)
        return any(slot.value.price is not None for slot in slots)

    def within(self, caps: Series[float], base: float = 0.0) -> Horizon:
        """Return them with what these caps (kW) leave beside a base load (kW)."""
        return self.cut(caps, lambda slot, cap: _with_room(slot, cap - base, Bound.CAP))

    def less(self, drawn: Series[float], limit: float) -> Horizon:
        """Return them with the room that is left of a limit while `drawn` is, kW."""
        rest = filled(drawn, self.start, self.end)
        return self.cut(
            rest, lambda slot, used: _with_room(slot, limit - used, Bound.LIMIT)
        )

    def without[BusyT](self, busy: Series[BusyT]) -> Horizon:
        """Return them with the time blocked that is not free."""
        return self.cut(busy, lambda slot, _: _with_room(slot, 0.0, Bound.CALENDAR))

    def expecting(self, prices: Series[float]) -> Horizon:
        """Return them with these prices where none is known."""

        def expected(slot: HorizonSlot, price: float) -> HorizonSlot:
            if slot.price is not None:
                return slot
            return replace(slot, price=price, is_expected=True)

        return self.cut(prices, expected)

    def dearer(self, by: Series[float]) -> Horizon:
        """Return them with so much more to pay per kWh, or less."""
        return self.cut(
            by,
            lambda slot, more: (
                slot
                if slot.price is None
                else replace(
                    slot, price=slot.price + more, incentive=slot.incentive + more
                )
            ),
        )

    def span(self, start: datetime, end: datetime) -> Horizon | None:
        """Return those of a span alone, with something to choose by everywhere.

        Where no price is known, the mean of the others is expected, and what is known
        comes first; of CO2 it is the most. None if nothing is known of the span.
        """
        if start >= end or not (slots := self.between(start, end)):
            return None
        mean, most = self._mean_price, self._most_co2

        def filled(slot: HorizonSlot) -> HorizonSlot:
            if slot.price is None and mean is not None:
                slot = replace(slot, price=mean + 2 * MARGIN, is_expected=True)
            if slot.co2 is None and most is not None:
                slot = replace(slot, co2=most)
            return slot

        whole = tuple(Slot(e.start, e.end, filled(e.value)) for e in slots)
        return Horizon(whole if mean is not None else tuple(in_quarters(whole)))

    def drawing(self, power: float | None) -> Horizon:
        """Return them at what a load of a power (kW) pays: the sun's part first."""
        if power is None or not self.has_sun:
            return self

        def paid(slot: HorizonSlot) -> HorizonSlot:
            if slot.price is None or slot.sun <= 0:
                return slot
            part = min(slot.sun / power, 1.0)
            price = part * slot.fed_in + (1 - part) * slot.price
            return replace(slot, price=price)

        return Horizon(
            tuple(Slot(each.start, each.end, paid(each.value)) for each in self.slots)
        )

    def in_the_dark(self) -> Horizon:
        """Return them without any sun."""
        if not self.has_sun:
            return self
        return Horizon(
            tuple(
                Slot(each.start, each.end, replace(each.value, sun=0.0))
                for each in self.slots
            )
        )

    def beside(self, drawn: Series[float]) -> Horizon:
        """Return them with what is left of caps and sun while `drawn` is, kW."""

        def left(slot: HorizonSlot, used: float) -> HorizonSlot:
            room = slot.room
            if room is not None and slot.bound is not Bound.CALENDAR:
                room = max(room - used, 0.0)
            return replace(slot, room=room, sun=max(slot.sun - used, 0.0))

        return self.cut(drawn, left)

    @cached_property
    def is_shared(self) -> bool:
        """Say whether there is a cap, or any sun, that loads share."""
        return any(
            slot.value.sun > 0
            or (slot.value.room is not None and slot.value.bound is not Bound.CALENDAR)
            for slot in self.slots
        )

    @cached_property
    def has_prices(self) -> bool:
        """Say whether any price is known or expected."""
        return any(slot.value.price is not None for slot in self.slots)

    @cached_property
    def has_sun(self) -> bool:
        """Say whether there is any sun that would else be fed in."""
        return any(slot.value.sun > 0 for slot in self.slots)

    @cached_property
    def has_green(self) -> bool:
        """Say whether any slot is known to be greener than nothing."""
        return any(
            slot.value.is_green or slot.value.share is not None for slot in self.slots
        )

    @cached_property
    def _most_co2(self) -> float | None:
        """Return the most CO2 that is known of any slot."""
        known = (slot.value.co2 for slot in self.slots)
        return max((grams for grams in known if grams is not None), default=None)

    @cached_property
    def _mean_price(self) -> float | None:
        """Return the mean of the prices, by time; None where there is none."""
        priced = [slot for slot in self.slots if slot.value.price is not None]
        if not priced:
            return None
        lengths = [(slot.end - slot.start) / MICROSECOND for slot in priced]
        amounts = (
            (slot.value.price or 0.0) * length
            for slot, length in zip(priced, lengths, strict=True)
        )
        return fsum(amounts) / fsum(lengths)

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
        """Return the slots without a price that is known."""
        return tuple(
            slot
            for slot in self.slots
            if slot.value.price is None or slot.value.is_expected
        )

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
        return Horizon(tuple(cut(self.slots, other, made)))


def horizon(
    prices: Series[Price],
    green: Series[float | None],
    start: datetime,
    end: datetime,
    shares: Series[float] = _NOTHING,
    co2: Series[float] = _NOTHING,
) -> Horizon:
    """Return what is known of a span: what a kWh costs, what is green, and its CO2.

    Where the `shares` of all time are told, they count, in windows as well.
    """
    known = Horizon((Slot(start, end, HorizonSlot()),))
    known = known.cut(prices, lambda slot, price: replace(slot, price=price.value))
    known = known.cut(shares, lambda slot, share: replace(slot, share=share))
    known = known.cut(co2, lambda slot, grams: replace(slot, co2=grams))

    def greened(slot: HorizonSlot, share: float | None) -> HorizonSlot:
        own = slot.share
        return replace(slot, share=share if own is None else own, is_green=True)

    return known.cut(green, greened)


def _with_room(slot: HorizonSlot, room: float, bound: Bound) -> HorizonSlot:
    """Return a slot with a limit, if that is the lower; it is never below nothing."""
    room = max(room, 0.0)
    if slot.room is not None and slot.room <= room:
        return slot
    return replace(slot, room=room, bound=bound)
