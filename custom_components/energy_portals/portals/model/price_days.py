"""Prices seen by local day: the lowest, the mean, and where a slot stands.

All are per kWh, in the main unit of the series' currency.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from math import fsum
from operator import attrgetter
from typing import TYPE_CHECKING, Self, override
from zoneinfo import ZoneInfo

from .periods import days_between, midnight, next_midnight
from .price_levels import Bounds, KeptLevels, PriceLevel, levelled, staying, steps
from .price_looks import PublishedDay, noted
from .prices import HOUR, PriceSeries, PriceSlot
from .series import Outlook, Series

if TYPE_CHECKING:
    from .tariff import Tariff

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = HOUR // _MICROSECOND
_START = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a slot stands among the slots of its day.

    `rank` is 1 for the cheapest; equal prices share a rank. `percentile` is the share
    of the day's other time that is cheaper, equal time counted half: 0 to 100, and 50
    if all of the day has one price.
    """

    rank: int
    percentile: float


@dataclass(frozen=True, slots=True)
class PriceDay:
    """The prices of one whole local day, known without a gap.

    `lowest` and `highest` are the earliest of equals; `mean` and `median` are
    weighted by time; `slots` are cut to the day's bounds.
    """

    day: date
    lowest: PriceSlot
    highest: PriceSlot
    mean: float
    slots: tuple[PriceSlot, ...]
    _standings: list[Standing] = field(
        init=False, repr=False, compare=False, default_factory=list
    )

    @classmethod
    def of(cls, day: date, slots: tuple[PriceSlot, ...]) -> PriceDay:
        """Return the analysis of slots that fill the day."""
        return cls(
            day,
            lowest=min(slots, key=_value),
            highest=max(slots, key=_value),
            mean=_mean(slots),
            slots=slots,
        )

    @property
    def median(self) -> float:
        """Return the median; it is not kept, because few ask for it."""
        return _median(self.slots)

    def standing(self, when: datetime) -> Standing | None:
        """Return where the slot at this moment stands; None on another day."""
        place = bisect_right(self.slots, when, key=_START) - 1
        if place < 0 or when >= self.slots[place].end:
            return None
        # Ranked when first asked: of the days held, only today's standings are.
        if not self._standings:
            self._standings.extend(_ranked(self.slots))
        return self._standings[place]


class _WholeDays(Mapping[date, PriceDay]):
    """The local days that a series covers, each analysed when it is first asked for."""

    def __init__(self, prices: PriceSeries, zone: ZoneInfo) -> None:
        """Find the days; nothing is worked out yet."""
        self._prices = prices
        self._bounds = {
            day: (start, end)
            for day, start, end in _days(prices, zone)
            if prices.covers(start, end)
        }
        self._analysed: dict[date, PriceDay] = {}

    @override
    def __getitem__(self, day: date) -> PriceDay:
        """Return a day's analysis."""
        if day not in self._analysed:
            slots = self._prices.within(*self._bounds[day]).slots.slots
            self._analysed[day] = PriceDay.of(day, slots)
        return self._analysed[day]

    @override
    def __iter__(self) -> Iterator[date]:
        """Walk through the days, oldest first."""
        return iter(self._bounds)

    @override
    def __len__(self) -> int:
        """Return the number of days."""
        return len(self._bounds)


@dataclass(frozen=True, slots=True)
class PriceOutlook(Outlook):
    """Everything known of prices, made once a fetch and then only looked up.

    `raw` is what the portal sends, `shown` what the household pays, `export` what it
    gets, all in the currency per kWh. `days` are the local days of `shown` that are
    wholly known, each analysed once, when it is first asked for. `published` is what
    is known of the days beside their prices, of a week. Days are published in the zone
    of the `market`, which is that of the household where none is given. `told` are the
    levels that were told and stay, whatever is published.
    """

    raw: PriceSeries
    shown: PriceSeries
    export: PriceSeries | None
    zone: ZoneInfo
    days: Mapping[date, PriceDay]
    published: Mapping[date, PublishedDay] = field(default_factory=dict)
    market: ZoneInfo | None = None
    told: Series[PriceLevel] = field(default_factory=Series, compare=False)
    _levels: list[Series[PriceLevel]] = field(
        init=False, repr=False, compare=False, default_factory=list
    )
    _final: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once which days need not be asked for again."""
        final = frozenset(
            day
            for day, start, end in _days(self.raw, self.market or self.zone)
            if self.raw.final(start, end)
        )
        object.__setattr__(self, "_final", final)

    @classmethod
    def of(
        cls,
        raw: PriceSeries,
        zone: ZoneInfo,
        tariff: Tariff | None = None,
        published: Mapping[date, PublishedDay] | None = None,
        market: ZoneInfo | None = None,
        told: KeptLevels | None = None,
    ) -> Self:
        """Return the outlook of raw prices in a household's zone and tariff, if any.

        `told` are the levels that were told; of other prices they are let go.
        """
        shown = raw if tariff is None else tariff.shown(raw, zone)
        days = _WholeDays(shown, zone)
        sold = None if tariff is None else tariff.sold(raw)
        levels = Series[PriceLevel]() if told is None else told.of(shown)
        return cls(raw, shown, sold, zone, days, published or {}, market, levels)

    def at(self, now: datetime) -> PriceSlot | None:
        """Return the slot that holds now."""
        return self.shown.slots.at(now)

    def following(self, now: datetime) -> PriceSlot | None:
        """Return the slot that starts as the current one ends."""
        current = self.at(now)
        return self.at(current.end) if current is not None else None

    def previous(self, now: datetime) -> PriceSlot | None:
        """Return the slot that ended as the current one started."""
        current = self.at(now)
        # Slots do not overlap, so one that holds the last instant ends there.
        return (
            self.at(current.start - datetime.resolution)
            if current is not None
            else None
        )

    def raw_at(self, now: datetime) -> PriceSlot | None:
        """Return the portal's slot that holds now."""
        return self.raw.slots.at(now)

    def export_at(self, now: datetime) -> PriceSlot | None:
        """Return the slot of what is paid for energy fed in now."""
        return self.export.slots.at(now) if self.export is not None else None

    def today(self, now: datetime) -> PriceDay | None:
        """Return the local day, if it is wholly known."""
        return self.days.get(now.astimezone(self.zone).date())

    def tomorrow(self, now: datetime) -> PriceDay | None:
        """Return the next local day, if it is wholly known."""
        return self.days.get(now.astimezone(self.zone).date() + _DAY)

    def standing(self, now: datetime) -> Standing | None:
        """Return where the current slot stands in its day."""
        today = self.today(now)
        return today.standing(now) if today is not None else None

    def level(self, now: datetime) -> PriceLevel | None:
        """Return the price now in words; None while its day is not wholly known."""
        slot = self.levels(now).at(now)
        return None if slot is None else slot.value

    def levels(self, now: datetime) -> Series[PriceLevel]:
        """Return the levels of today's and tomorrow's prices, in runs that last.

        A run that is under way lasts as it was told; what comes after it is levelled
        anew when more is known. Those of yesterday may be among them.
        """
        slots = self._levelled(now)
        levels = self._levels[0] if self._levels else self.told
        if slots and not levels.covers(max(slots[0].start, now), slots[-1].end):
            levels = levelled(slots, staying(levels, now))
        self._levels[:] = [levels]
        return levels

    def is_flat(self, now: datetime) -> bool:
        """Say whether today's and tomorrow's prices are alike, so that none is good."""
        slots = self._levelled(now)
        return bool(slots) and Bounds.of(slots) is None

    def _levelled(self, now: datetime) -> tuple[PriceSlot, ...]:
        """Return the prices of today and tomorrow, of the days that are known."""
        days = (self.today(now), self.tomorrow(now))
        return tuple(slot for day in days if day is not None for slot in day.slots)

    def known(self, day: date) -> bool:
        """Return whether all raw prices of the market's day are there and final."""
        return day in self._final

    def looks_wrong(self, day: date, now: datetime) -> bool:
        """Say whether a day's prices look wrong; once it begins, they are taken."""
        each = self.published.get(day)
        begins = midnight(day, self.market or self.zone)
        return each is not None and each.looks_wrong and now < begins

    def next_look(self, now: datetime, day: date | None = None) -> datetime | None:
        """Return when days of today and later that are held, or one, are asked again.

        A moment that is past is due; None while there is nothing to look at again.
        """
        zone = self.market or self.zone
        today = now.astimezone(zone).date()
        looks = (
            each.next_look(held, zone)
            for held, each in self.published.items()
            if held >= today and held in self._final and day in (None, held)
        )
        return min(filter(None, looks), default=None)

    def corrected(
        self, since: datetime, now: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield the days that have begun of those that were corrected since then."""
        zone = self.market or self.zone
        for day, each in self.published.items():
            start, end = midnight(day, zone), midnight(day + _DAY, zone)
            if each.changed is not None and each.changed >= since and start < now:
                yield start, end

    def noted(
        self,
        before: PriceOutlook | None,
        now: datetime,
        looked: Collection[date] = (),
        failed: Collection[date] = (),
    ) -> Self:
        """Return it with what is known of its days, after what was held before.

        Of the days that were looked at again, those `failed` brought nothing.
        """
        published = noted(
            {} if before is None else before.published,
            None if before is None else before.raw,
            self.raw,
            self._final,
            self.market or self.zone,
            now,
            looked=looked,
            failed=failed,
        )
        new = replace(self, published=published, told=self._stay(before, now))
        new.levels(now)
        return new

    def kept_levels(self) -> KeptLevels:
        """Return the levels that were told, to be kept."""
        levels = self._levels[0] if self._levels else self.told
        return KeptLevels.of_prices(self.shown, levels)

    def _stay(self, before: PriceOutlook | None, now: datetime) -> Series[PriceLevel]:
        """Return which of the levels that were told before stay.

        All of them while prices are the same; else to the end of the run under way.
        """
        slots = self.shown.slots.slots
        if before is None or not slots or not before.shown.is_like(self.shown):
            return self.told
        levels = before.levels(now).since(slots[0].start)
        if not levels.slots:
            return levels
        one, other = (
            steps(each.shown, now, levels.slots[-1].end) for each in (before, self)
        )
        return levels if one == other else staying(levels, now)

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next start or end of a slot, or midnight if that is sooner.

        None once there is no slot any more.
        """
        series = (self.shown, self.raw, self.export)
        changes = [each.slots.next_change(now) for each in series if each is not None]
        known = [change for change in changes if change is not None]
        return min(*known, next_midnight(now, self.zone)) if known else None

    def holds(self, now: datetime) -> bool:
        """Return whether there is a price now, however old the last fetch is."""
        return self.at(now) is not None


def _value(slot: PriceSlot) -> float:
    """Return the slot's price."""
    return slot.value.value


def _lengths(slots: Iterable[PriceSlot]) -> list[int]:
    """Return how long each slot lasts, in µs: whole numbers add up exactly."""
    return [(slot.end - slot.start) // _MICROSECOND for slot in slots]


def _mean(slots: tuple[PriceSlot, ...]) -> float:
    """Return the mean price, weighted by time."""
    lengths = _lengths(slots)
    weighed = zip(slots, lengths, strict=True)
    # Quarters and halves of an hour are exact, so that only the sum is rounded.
    return fsum(_value(slot) * (length / _HOUR) for slot, length in weighed) / (
        sum(lengths) / _HOUR
    )


def _median(slots: tuple[PriceSlot, ...]) -> float:
    """Return the price that half of the time is not above and half not below."""
    lengths = _lengths(slots)
    left = sum(lengths)
    ordered = sorted(zip(map(_value, slots), lengths, strict=True))
    for (price, length), (dearer, _) in pairwise(ordered):
        left -= 2 * length
        if left < 0:
            return price
        if not left:
            return (price + dearer) / 2
    return ordered[-1][0]


def _ranked(slots: tuple[PriceSlot, ...]) -> Iterator[Standing]:
    """Yield where each slot of a day stands."""
    lengths, prices = _lengths(slots), list(map(_value, slots))
    day, rank, cheaper = sum(lengths), 1, 0
    standings: dict[int, Standing] = {}
    by_price = sorted(range(len(slots)), key=prices.__getitem__)
    for _, group in groupby(by_price, prices.__getitem__):
        equals = list(group)
        equal = sum(lengths[place] for place in equals)
        for place in equals:
            own = lengths[place]
            others = day - own
            # Twice the cheaper time, and once the equal: half of the percentage.
            below = 2 * cheaper + equal - own
            percentile = 50 * below / others if others else 50.0
            standings[place] = Standing(rank, percentile)
        rank += len(equals)
        cheaper += equal
    return map(standings.__getitem__, range(len(slots)))


def _days(
    prices: PriceSeries, zone: ZoneInfo
) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield the local days the prices share time with, and their bounds in UTC."""
    slots = prices.slots.slots
    if not slots:
        return
    for day in days_between(slots[0].start, slots[-1].end, zone):
        yield day, midnight(day, zone), midnight(day + _DAY, zone)
