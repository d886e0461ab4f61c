"""What past energy cost: prices of any span, asked for as its costs are made."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from .contract import Site, Surroundings
from .history import Readings
from .http.errors import AuthError, Forbidden, NotFound, PortalError
from .model.ledger import COMPENSATION, CONSUMPTION, COST, FEED_IN, LedgerSeries, costs
from .model.price_days import PriceOutlook
from .model.prices import PriceSeries
from .model.series import Slot
from .price_feeds import Ask, PaidNow, PriceFeed

if TYPE_CHECKING:
    from .model.tariff import Tariff


@dataclass(frozen=True, kw_only=True)
class PastPrices[ClientT, SiteT: Site]:
    """Where prices of any span come from; the tariff is that of the feed `key`."""

    key: str
    ask: Ask[ClientT, SiteT]
    zone: ZoneInfo

    @classmethod
    def of(cls, feed: PriceFeed[ClientT, SiteT]) -> Self:
        """Return where a feed's prices of other days come from."""
        return cls(key=feed.key, ask=feed.ask, zone=feed.rhythm.zone)

    async def completed(
        self,
        client: ClientT,
        site: SiteT,
        span: tuple[datetime, datetime],
        readings: Readings,
        surroundings: Surroundings,
        *,
        anew: bool = False,
    ) -> Readings:
        """Return the readings with the costs and payments that prices make of them.

        Where part of them failed, that may be the portal's own costs: others that are
        made meanwhile would be replaced by them.
        """
        if readings.problems:
            return readings
        paid = PaidNow.of(surroundings)
        wanted = [
            (energy, money)
            for energy, money in ((CONSUMPTION, COST), (FEED_IN, COMPENSATION))
            if readings.of(money) is None
            and (measured := readings.of(energy)) is not None
            and measured[0].is_energy
            and measured[1]
            # What is fed in has a price only where the user entered one.
            and (money == COST or paid.sells)
        ]
        if not wanted:
            return readings
        try:
            raw = await self.ask(client, site, *span)
            before = await paid.before(span[0], self.zone)
        except Forbidden, NotFound:
            return readings
        except AuthError:
            raise
        except PortalError as err:
            return replace(readings, problems=(*readings.problems, err))
        # A month of quarter-hours takes long enough to be noticed.
        return await asyncio.to_thread(
            _with_costs,
            *(readings, wanted, raw.within(*span), self.zone, paid.tariff, before),
        )


def _with_costs(
    readings: Readings,
    wanted: Iterable[tuple[str, str]],
    raw: PriceSeries,
    zone: ZoneInfo,
    tariff: Tariff | None,
    before: Sequence[Slot[float]],
) -> Readings:
    """Return the readings with what prices make of them."""
    outlook = PriceOutlook.of(raw, zone, tariff)
    series = dict(readings.series)
    for energy, money in wanted:
        prices = outlook.shown if energy == CONSUMPTION else outlook.export
        measured = readings.of(energy)
        if prices is not None and prices.slots.slots and measured is not None:
            key = LedgerSeries(money, prices.currency)
            used = measured[1]
            if money == COST and tariff is not None:
                money_slots = tariff.cost_of(costs, used, prices, before, zone)
            else:
                money_slots = costs(used, prices)
            series[key] = tuple(money_slots)
    return replace(readings, series=series)
