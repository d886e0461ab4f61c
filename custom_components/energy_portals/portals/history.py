"""Where a portal's past energy and costs come from, as plain data."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .contract import Site
from .http.errors import AuthError, Forbidden, NotFound, PortalError
from .model.ledger import COMPENSATION, CONSUMPTION, COST, FEED_IN, LedgerSeries, costs
from .model.price_days import PriceOutlook
from .model.prices import PriceSeries
from .model.series import Slot
from .model.tariff import Tariff
from .price_feeds import PastPrices

type Slots = Sequence[Slot[float | None]]


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What a portal has of a site in a span.

    `series` may be of any slot length, and mixed; energy is in kWh, money in the
    currency of its series. `totals` are the portal's own sums of whole local days, by
    the series' key, against which the readings are held. `problems` are parts that
    failed while others came.
    """

    series: Mapping[LedgerSeries, Slots]
    totals: Mapping[date, Mapping[str, float]] = field(default_factory=dict)
    problems: tuple[PortalError, ...] = ()

    def of(self, key: str) -> tuple[LedgerSeries, Slots] | None:
        """Return the series of a key."""
        return next((pair for pair in self.series.items() if pair[0].key == key), None)


@dataclass(frozen=True, kw_only=True)
class History[ClientT, SiteT: Site = Site]:
    """The past energy and costs of an account's sites of the sort `at`.

    `ask(client, site, start, end)` returns what the portal has in `[start, end)`, whole
    days of `zone`, at most `longest` of them, but for an end that is now. A portal may
    still correct, or publish late, what is younger than `corrects`; `oldest` is how far
    back it has anything at a moment, None for no end. Where an answer has energy but
    no cost, `priced_by` is where the prices come from that make one.
    """

    at: type[SiteT]
    ask: Callable[[ClientT, SiteT, datetime, datetime], Awaitable[Readings]]
    zone: ZoneInfo
    longest: timedelta
    corrects: timedelta
    oldest: Callable[[datetime], datetime] | None = None
    priced_by: PastPrices[ClientT, SiteT] | None = None

    async def read(
        self,
        client: ClientT,
        site: SiteT,
        span: tuple[datetime, datetime],
        tariff: Mapping[str, object],
    ) -> Readings:
        """Return what the portal has of a span, with costs where prices make them."""
        readings = await self.ask(client, site, *span)
        return await self._priced(client, site, span, readings, tariff)

    async def _priced(
        self,
        client: ClientT,
        site: SiteT,
        span: tuple[datetime, datetime],
        readings: Readings,
        options: Mapping[str, object],
    ) -> Readings:
        """Return the readings with the costs and payments that prices make of them."""
        wanted = [
            (energy, money)
            for energy, money in ((CONSUMPTION, COST), (FEED_IN, COMPENSATION))
            if readings.of(money) is None
            and (given := readings.of(energy)) is not None
            and given[0].is_energy
            and given[1]
            # What is fed in has a price only where the user entered one.
            and (money == COST or Tariff.of(options).export is not None)
        ]
        if self.priced_by is None or not wanted:
            return readings
        try:
            raw = await self.priced_by.ask(client, site, *span)
        except Forbidden, NotFound:
            return readings
        except AuthError:
            raise
        except PortalError as err:
            return replace(readings, problems=(*readings.problems, err))
        # A month of quarter-hours takes long enough to be noticed.
        return await asyncio.to_thread(
            _with_costs,
            readings,
            wanted,
            raw.within(*span),
            self.priced_by.zone,
            Tariff.of(options),
        )


def _with_costs(
    readings: Readings,
    wanted: Iterable[tuple[str, str]],
    raw: PriceSeries,
    zone: ZoneInfo,
    tariff: Tariff,
) -> Readings:
    """Return the readings with what prices make of them."""
    outlook = PriceOutlook.of(raw, zone, tariff)
    series = dict(readings.series)
    for energy, money in wanted:
        prices = outlook.shown if energy == CONSUMPTION else outlook.export
        given = readings.of(energy)
        if prices is not None and prices.slots.slots and given is not None:
            key = LedgerSeries(money, prices.currency)
            series[key] = tuple(costs(given[1], prices))
    return replace(readings, series=series)


def joined(earlier: Readings, later: Readings) -> Readings:
    """Return two answers as one."""
    series: dict[LedgerSeries, Slots] = dict(earlier.series)
    for key, slots in later.series.items():
        series[key] = (*series.get(key, ()), *slots)
    return Readings(
        series=series,
        totals={**earlier.totals, **later.totals},
        problems=(*earlier.problems, *later.problems),
    )
