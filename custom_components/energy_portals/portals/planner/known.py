"""What a planner last knew of what it lives on: it counts on until it is over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from ..model.expected import PastPrices
from ..model.horizon import Horizon, horizon
from ..model.plain import Finite, Moment, looked_up, plain
from ..model.price_days import PriceOutlook
from ..model.prices import Price
from ..model.series import Series, Slot
from ..sources import Sources
from .client import PlannerClient
from .home_inputs import KeptInputs

# A window begins within a week of now and lasts a day.
AHEAD: Final = timedelta(days=9)

PRICE: Final = "price"
# What a source foretells itself, and what changes its prices where the caps hold.
FORETOLD: Final = "foretold"
INCENTIVE: Final = "incentive"
GREEN: Final = "green"
SHARES: Final = "shares"
CO2: Final = "co2"
CAPS: Final = "caps"
# Caps that hold for what is flexible alone.
FLEXIBLE: Final = "flexible"

type _Span = tuple[Moment, Moment, Finite | None]


@looked_up
@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What was last told by one source or calendar, named by `of`.

    `spans` are in UTC with a price per kWh, a green share in percent, a cap in kW, or
    None where something is on. Beyond `until` nothing is known, not even that there is
    nothing.
    """

    of: str
    until: Moment
    spans: tuple[_Span, ...] = ()

    def since(self, start: datetime) -> Remembered:
        """Return what of it is not over."""
        left = tuple(span for span in self.spans if span[1] > start)
        return Remembered(of=self.of, until=self.until, spans=left)

    @property
    def series(self) -> Series[float | None]:
        """Return its spans."""
        return Series(tuple(Slot(*span) for span in self.spans))


@looked_up
@dataclass(frozen=True, slots=True)
class Known:
    """What a planner knew with its last look.

    By `price`, `green`, `shares`, `caps`, and by load. `past` are prices of days that
    were known, by which others are expected. `home` is of one that is planned whole.
    """

    by_what: Mapping[str, Remembered] = field(default_factory=dict)
    past: PastPrices | None = None
    home: KeptInputs | None = None

    def as_data(self) -> object:
        """Return it as plain data; `known_from` reads it."""
        return plain(self)


def known_from(data: object) -> Known:
    """Return what `as_data` made; ValueError for anything else."""
    known = msgspec.convert(data, Known)
    for each in known.by_what.values():
        # What cannot lie in time is refused here, and not with the next look.
        _ = each.series
    return known


class Look:
    """One look at what there is, beside what was known of what is not there.

    `now` is in UTC. What is known lies on whole hours, so that it fits a coarse grid,
    and is no other thing with every look.
    """

    def __init__(
        self, client: PlannerClient, sources: Sources, before: Known, now: datetime
    ) -> None:
        """Take what there may be, and what was known before."""
        self._client = client
        self._sources = sources
        self._before = before.by_what
        self._past = before.past
        self._now = now
        self._start = now.replace(minute=0, second=0, microsecond=0)
        self._known: dict[str, Remembered] = {}
        self._asked: set[str] = set()

    @property
    def known(self) -> Known:
        """Return what is known by now; what nobody asked for stays as it was."""
        unasked = {
            what: each.since(self._start)
            for what, each in self._before.items()
            if what not in self._asked and each.until > self._start
        }
        past = self._past if self._past is not None and self._past.days else None
        return Known({**unasked, **self._known}, past)

    def ground(self) -> Horizon | None:
        """Return what is known of the days to come, and the prices that are expected.

        None where there may be a cap that nobody tells of.
        """
        prices, green, (caps, base) = self._prices(), self._green(), self._caps()
        shares, end = self._shares(), self._start + AHEAD
        ground = horizon(
            Series(
                tuple(
                    Slot(each.start, each.end, Price(each.value))
                    for each in _known_of(prices)
                )
            ),
            Series() if green is None else green.series,
            self._start,
            end,
            _known_of(shares),
            _known_of(self._co2()),
        )
        if (foretold := self._foretold()) is not None:
            ground = ground.expecting(_known_of(foretold))
        if self._past is not None:
            expected = self._past.expected(self._start, end, self._sources.zone)
            ground = ground.expecting(expected)
        if (incentives := self._incentives()) is not None:
            ground = ground.dearer(_known_of(incentives))
        if not self._client.caps:
            return ground
        if caps is None:
            return None
        return _until(ground.within(_known_of(caps), base), caps.until)

    async def beside(self, ground: Horizon, load: str, calendar: str) -> Horizon | None:
        """Return the ground of a load that keeps clear of a calendar.

        Nothing is known where the calendar may have something on.
        """
        busy = await self._sources.busy(calendar, self._now, self._now + AHEAD)
        told = None if busy is None else _spans((slot, None) for slot in busy)
        known = self._keep(load, calendar, told, self._start + AHEAD)
        if known is None:
            return None
        return _until(ground.without(known.series), known.until)

    def _prices(self) -> Remembered | None:
        """Return the prices; what the user valued means nothing in another currency."""
        if not (source := self._client.price):
            self._past = None
            return None
        of = f"{source} {self._client.currency}"
        if self._past is None or self._past.of != of:
            self._past = PastPrices(of)
        prices = self._outlook()
        if prices is None:
            is_there = self._sources.prices(source) is not None
            return None if is_there else self._keep(PRICE, of, None, self._start)
        zone = self._sources.zone
        self._past = self._past.noted(prices.shown.slots, zone, self._now)
        spans = _spans(
            (slot, slot.value.value)
            for slot in prices.shown.slots
            if not slot.value.preliminary
        )
        return self._keep(PRICE, of, spans, _end(spans, self._start))

    def _outlook(self) -> PriceOutlook | None:
        """Return what the source of prices holds, in the currency it was chosen in."""
        prices = self._sources.prices(self._client.price or "")
        if prices is None or prices.shown.currency != self._client.currency:
            return None
        return prices

    def _foretold(self) -> Remembered | None:
        """Return the prices that the source foretells itself."""
        if not (source := self._client.price):
            return None
        of, prices = f"{source} {self._client.currency}", self._outlook()
        if prices is None:
            is_there = self._sources.prices(source) is not None
            return None if is_there else self._keep(FORETOLD, of, None, self._start)
        spans = _spans(
            (slot, slot.value.value)
            for slot in prices.shown.slots
            if slot.value.preliminary
        )
        return self._keep(FORETOLD, of, spans, _end(spans, self._start))

    def _incentives(self) -> Remembered | None:
        """Return what is paid on top of the price where the caps hold."""
        if not (source := self._client.caps):
            return None
        paid = self._sources.incentives(source)
        of = f"{source} {self._client.currency}"
        if paid is None:
            return self._keep(INCENTIVE, of, None, self._start)
        if paid.shown.currency != self._client.currency:
            return None
        spans = _spans((slot, slot.value.value) for slot in paid.shown.slots)
        return self._keep(INCENTIVE, of, spans, _end(spans, self._start))

    def _green(self) -> Remembered | None:
        """Return the green windows."""
        if not (source := self._client.green):
            return None
        green = self._sources.green(source)
        if green is None:
            return self._keep(GREEN, source, None, self._start)
        spans = _spans((slot, slot.value) for slot in green.windows)
        kept = self._keep(GREEN, source, spans, _end(spans, self._start))
        # That there is no window is something to know while the portal tells it.
        return kept or Remembered(of=source, until=self._start)

    def _shares(self) -> Remembered | None:
        """Return the renewable shares, where the source of green tells them."""
        if not (source := self._client.green):
            return None
        green = self._sources.green(source)
        told = None if green is None else _spans((e, e.value) for e in green.shares)
        return self._keep(SHARES, source, told, _end(told or (), self._start))

    def _co2(self) -> Remembered | None:
        """Return how much CO2 a kWh comes with, in the unit of its source."""
        if not (source := self._client.co2):
            return None
        carbon = self._sources.co2(source)
        told = None if carbon is None else _spans((e, e.value) for e in carbon.slots)
        return self._keep(CO2, source, told, _end(told or (), self._start))

    def _caps(self) -> tuple[Remembered | None, float]:
        """Return the caps on power, and what the base load takes of them, kW."""
        if not (source := self._client.caps):
            return None, 0.0
        caps = self._sources.caps(source)
        told = None if caps is None else _spans((e, e.value) for e in caps.slots)
        before = self._before.get(FLEXIBLE)
        is_flexible = before is not None and before.of == source
        if caps is not None:
            is_flexible = caps.is_flexible
        self._asked |= {CAPS, FLEXIBLE}
        what = FLEXIBLE if is_flexible else CAPS
        base = 0.0 if is_flexible else self._client.base_load
        return self._keep(what, source, told, self._start + AHEAD), base

    def _keep(
        self, what: str, of: str, told: tuple[_Span, ...] | None, until: datetime
    ) -> Remembered | None:
        """Return what is known of something, told now or before; None if nothing is."""
        self._asked.add(what)
        if told is not None:
            known = Remembered(of=of, until=until, spans=told)
        else:
            before = self._before.get(what)
            if before is None or before.of != of:
                return None
            known = before
        if known.until <= self._start:
            return None
        self._known[what] = known.since(self._start)
        return self._known[what]


def _spans[ValueT](
    slots: Iterable[tuple[Slot[ValueT], float | None]],
) -> tuple[_Span, ...]:
    """Return slots, each with its value as a number."""
    return tuple((slot.start, slot.end, value) for slot, value in slots)


def _known_of(told: Remembered | None) -> Series[float]:
    """Return the spans that have a value."""
    spans = () if told is None else told.series.slots
    return Series(
        tuple(Slot(e.start, e.end, e.value) for e in spans if e.value is not None)
    )


def _end(spans: tuple[_Span, ...], start: datetime) -> datetime:
    """Return when the last span ends, or the start where there is none."""
    return spans[-1][1] if spans else start


def _until(ground: Horizon, end: datetime) -> Horizon | None:
    """Return what is known before an end."""
    if end >= ground.end:
        return ground
    slots = ground.between(ground.start, end)
    return Horizon(slots) if slots else None
