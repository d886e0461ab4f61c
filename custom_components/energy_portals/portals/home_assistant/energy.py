"""What energy costs that the house measures: money beside a statistic of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..contract import AccountData, Feed, Surroundings
from ..history import History, Readings
from ..model.ledger import COMPENSATION, CONSUMPTION, COST, FEED_IN, LedgerSeries
from ..model.ledger_costs import reckoned_with_limits
from ..model.prices import PriceSeries
from ..model.tariff_reductions import Counted, Limit, counted_from
from ..sources import Sources
from .client import HouseClient
from .known_prices import Direction, KnownPrices, known_prices, told_by
from .sites import HouseSite

_DAY: Final = timedelta(days=1)
# What others import may be late by weeks, and nothing but the recorder is asked.
_CORRECTS: Final = 31 * _DAY
_LONGEST: Final = 31 * _DAY

type Span = tuple[datetime, datetime]
type _Remembers = Feed[HouseClient, KnownPrices, HouseSite, Sources]


def energy_feed_and_history(
    account: AccountData, zone: ZoneInfo
) -> tuple[_Remembers, History[HouseClient, HouseSite]]:
    """Return what remembers the prices of an account, and what makes money of them.

    The account names its `statistic`, its source of prices as `price`, the `direction`
    of its energy, and whether the `standing` charges of the source come with it.
    """
    feed = known_prices(account, zone)
    history = History(
        at=HouseSite,
        ask=_energy,
        zone=zone,
        longest=_LONGEST,
        corrects=_CORRECTS,
        priced_by=SourcePrices(feed=feed, account=account, zone=zone),
    )
    return feed, history


async def _energy(
    client: HouseClient, site: HouseSite, start: datetime, end: datetime
) -> Readings:
    """Return the energy that the statistic has."""
    slots = await client.house.energy(client.account["statistic"], start, end)
    is_drawn = client.account["direction"] == Direction.CONSUMPTION
    return Readings(series={LedgerSeries(CONSUMPTION if is_drawn else FEED_IN): slots})


@dataclass(frozen=True, kw_only=True)
class SourcePrices:
    """The prices of a source that make money of the energy of a statistic.

    The energy itself is in the recorder already, so that the money alone is told.
    """

    feed: _Remembers
    account: AccountData
    zone: ZoneInfo

    @property
    def key(self) -> str:
        """Return the feed whose corrections make the money anew."""
        return self.feed.key

    async def completed(
        self,
        client: HouseClient,
        site: HouseSite,
        span: Span,
        readings: Readings,
        surroundings: Surroundings,
        *,
        anew: bool,
    ) -> Readings:
        """Return the money that prices make of an answer's energy, instead of it."""
        energy = [slot for slots in readings.series.values() for slot in slots]
        if not energy:
            return Readings(series={})
        known = self._known(site, span, surroundings)
        limits, counted = await self._counted(span, surroundings)
        prices = await self._prices(known, span, surroundings.sources, anew=anew)
        if not prices.currency:
            return Readings(series={})
        # A month of five minutes takes long enough to be noticed.
        standing = known.standing_cost(self.zone)
        slots, told = await asyncio.to_thread(
            reckoned_with_limits, energy, prices, standing, limits, counted
        )
        is_drawn = self.account["direction"] == Direction.CONSUMPTION
        money = LedgerSeries(COST if is_drawn else COMPENSATION, prices.currency)
        return Readings(series={money: slots}, reckoned={money.key: told})

    async def _counted(
        self, span: Span, surroundings: Surroundings
    ) -> tuple[Sequence[Limit], Counted]:
        """Return the limits of the source's tariff, and what they count in a span."""
        zone = self.zone
        tariff = surroundings.sources.tariff(self.account["price"])
        is_drawn = self.account["direction"] == Direction.CONSUMPTION
        if not is_drawn or not tariff.limits:
            return (), Counted((), zone)
        begun = counted_from(tariff.limits, span[0], zone)
        used = await surroundings.energy(tariff.counted or "", begun, span[1])
        return tariff.limits, Counted(used, zone)

    def _known(
        self, site: HouseSite, span: Span, surroundings: Surroundings
    ) -> KnownPrices:
        """Return the prices that are remembered, or else told now."""
        if (known := surroundings.held(self.feed).get(site.key)) is not None:
            return known
        return told_by(surroundings.sources, self.account, span[1])

    async def _prices(
        self, known: KnownPrices, span: Span, sources: Sources, *, anew: bool
    ) -> PriceSeries:
        """Return the prices of a span: those remembered, and what is told before."""
        start, end = span
        held = known.prices.within(start, end)
        until = end if anew else min(known.since, end)
        if until <= start:
            return held
        past = await sources.past_prices(self.account["price"], start, until)
        if past is None:
            return held
        told = Direction(self.account["direction"]).of(past)
        return held.merged(told) if anew else told.merged(held)
