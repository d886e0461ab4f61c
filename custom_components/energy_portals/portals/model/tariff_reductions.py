"""What is taken off a price: a share above a threshold, or the first kWh of a period.

A price of which a limited reduction is known carries it among its components, whether
it still holds or has ended, so that costs can be exact where a limit is crossed.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import accumulate
from math import fsum
from typing import Final
from zoneinfo import ZoneInfo

from .periods import midnight, month_start
from .prices import Price, PriceSeries, PriceSlot
from .series import Slot
from .tariff_options import InvalidTariff, Options, choice_of, number_of, rows_of

REDUCTION: Final = "reduction"
_LIMITED: Final = "limited_reduction_"
_ENDED: Final = "ended_reduction_"

type Energy = Slot[float | None]
# Makes costs of energy and prices.
type Costs = Callable[[Iterable[Energy], PriceSeries], Iterable[Energy]]


class Each(StrEnum):
    """How often a limit begins anew, by the household's calendar."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is taken off each kWh, without VAT; what is below zero is added.

    `amount` in the currency of the prices, and `share` percent of what of the raw price
    lies `above`. Of each month or year it holds for the first `up_to` kWh; None is all.
    """

    amount: float = 0.0
    share: float = 0.0
    above: float = 0.0
    up_to: float | None = None
    each: Each = Each.MONTH

    def of_price(self, raw: float) -> float:
        """Return what is taken off a raw price."""
        return self.share / 100 * max(raw - self.above, 0.0)

    def begun(self, day: date) -> date:
        """Return the first day of the month or year."""
        first = month_start(day)
        return first if self.each is Each.MONTH else first.replace(month=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """A reduction that ends; `place` is where it stands among a tariff's own."""

    place: int
    reduction: Reduction

    def component(self, off: float, *, has_ended: bool) -> Iterator[tuple[str, float]]:
        """Yield what a price has of it, which is nothing in all once it has ended."""
        yield f"{_LIMITED}{self.place}", -off
        if has_ended:
            yield f"{_ENDED}{self.place}", off

    def off(self, price: Price) -> float:
        """Return what it takes off a price, ended or not."""
        return -dict(price.components).get(f"{_LIMITED}{self.place}", 0.0)


def reductions_of(options: Options) -> tuple[Reduction, ...]:
    """Return the reductions of the rows of `reductions`.

    A row is `{"name": "støtte", "share": 90, "above": 0.77, "up_to": 5000, "each":
    "month"}`, or has an `amount`. Raises InvalidTariff if anything is malformed.
    """
    reductions = []
    for called, row in rows_of(options, "reductions"):
        if row.get("amount") is None and row.get("share") is None:
            raise InvalidTariff("missing_amount", "reductions", called)
        try:
            is_limited = row.get("up_to") is not None
            reduction = Reduction(
                amount=number_of(row, "amount"),
                share=number_of(row, "share"),
                above=number_of(row, "above"),
                up_to=number_of(row, "up_to") if is_limited else None,
                each=choice_of(row, "each", Each.MONTH),
            )
        except InvalidTariff as err:
            raise InvalidTariff(err.key, "reductions", called) from None
        if reduction.up_to is not None and reduction.up_to < 0:
            raise InvalidTariff("invalid_number", "reductions", called)
        reductions.append(reduction)
    return tuple(reductions)


def limits_of(reductions: Iterable[Reduction]) -> tuple[Limit, ...]:
    """Return those that end, by their places."""
    return tuple(
        Limit(place, each)
        for place, each in enumerate(reductions, 1)
        if each.up_to is not None
    )


def counted_from(limits: Iterable[Limit], start: datetime, zone: ZoneInfo) -> datetime:
    """Return from when on energy counts towards limits at a moment."""
    day = start.astimezone(zone).date()
    firsts = [each.reduction.begun(day) for each in limits]
    return midnight(min(firsts, default=day), zone)


class Counted:
    """What a household has used, which limits count.

    Within a reading energy is taken as even; what is not there is not counted.
    """

    def __init__(self, energy: Iterable[Energy], zone: ZoneInfo) -> None:
        """Take readings, kWh; of two at one time the first counts."""
        self._zone = zone
        self._slots: list[Energy] = []
        told = (slot for slot in energy if slot.value is not None)
        for slot in sorted(told, key=lambda each: each.start):
            if not self._slots or slot.start >= self._slots[-1].end:
                self._slots.append(slot)
        self._starts = [slot.start for slot in self._slots]
        values = (slot.value or 0.0 for slot in self._slots)
        self._before = [0.0, *accumulate(values)]

    def _until(self, moment: datetime) -> float:
        """Return what was used before a moment."""
        place = bisect_right(self._starts, moment)
        if not place:
            return 0.0
        last = self._slots[place - 1]
        share = min((moment - last.start) / (last.end - last.start), 1.0)
        return self._before[place - 1] + (last.value or 0.0) * share

    def used(self, limit: Limit, moment: datetime) -> float:
        """Return what was used of a limit's month or year before a moment."""
        day = moment.astimezone(self._zone).date()
        begun = midnight(limit.reduction.begun(day), self._zone)
        return self._until(moment) - self._until(begun)

    def share(self, limit: Limit, start: datetime, end: datetime) -> float:
        """Return what share of a time's energy lies within a limit, 0 to 1."""
        most, used = limit.reduction.up_to or 0.0, self.used(limit, start)
        energy = self._until(end) - self._until(start)
        if energy <= 0:
            return 1.0 if used < most else 0.0
        return min(max((most - used) / energy, 0.0), 1.0)

    def ended(
        self, limits: Iterable[Limit], now: datetime
    ) -> frozenset[tuple[int, date]]:
        """Return which limits are reached now, by place and first day."""
        day = now.astimezone(self._zone).date()
        return frozenset(
            (each.place, each.reduction.begun(day))
            for each in limits
            if self.used(each, now) >= (each.reduction.up_to or 0.0)
        )


def without_limited(prices: PriceSeries) -> PriceSeries:
    """Return prices as they are beyond all limits."""
    slots = prices.slots.slots
    return replace(prices, slots=type(prices.slots)(tuple(map(_full, slots))))


def limited_of(price: Price) -> Iterator[tuple[str, float]]:
    """Yield the components of a price that are of limits."""
    for name, amount in price.components:
        if name.startswith((_LIMITED, _ENDED)):
            yield name, amount


def _full(slot: PriceSlot) -> PriceSlot:
    """Return a slot without what is limited."""
    price = slot.value
    apart = [amount for _, amount in limited_of(price)]
    if not apart:
        return slot
    return replace(slot, value=Price(price.value - fsum(apart), price.preliminary))


def costs_with_limits(
    costs: Costs,
    energy: Sequence[Energy],
    prices: PriceSeries,
    limits: Iterable[Limit],
    counted: Counted,
) -> list[Energy]:
    """Return what energy costs, each kWh by whether it lies within the limits."""
    made = [*costs(energy, without_limited(prices))]
    for taken in taken_off(costs, energy, prices, limits, counted):
        made = [
            Slot(
                slot.start,
                slot.end,
                None
                if slot.value is None or off.value is None
                else slot.value - off.value,
            )
            for slot, off in zip(made, taken, strict=True)
        ]
    return made


def taken_off(
    costs: Costs,
    energy: Sequence[Energy],
    prices: PriceSeries,
    limits: Iterable[Limit],
    counted: Counted,
) -> Iterator[list[Energy]]:
    """Yield what each limit takes off the costs that `costs` makes."""
    for limit in limits:
        off = [
            replace(slot, value=Price(limit.off(slot.value))) for slot in prices.slots
        ]
        within = [
            replace(slot, value=slot.value * counted.share(limit, slot.start, slot.end))
            if slot.value is not None
            else slot
            for slot in energy
        ]
        reduced = replace(prices, slots=type(prices.slots)(tuple(off)))
        yield [*costs(within, reduced)]
