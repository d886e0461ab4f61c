"""Price feeds: ask for the days that are missing and keep the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from .contract import Feed, FeedRequest, Fetched, Kept, Site, gather_sites
from .http.errors import AuthError, Forbidden, NotFound, PortalError
from .model.ledger import COMPENSATION, CONSUMPTION, COST, FEED_IN, LedgerSeries, costs
from .model.periods import midnight
from .model.price_days import PriceOutlook
from .model.prices import PriceSeries
from .model.tariff import Tariff
from .rhythms import OncePublished

if TYPE_CHECKING:
    from .history import Readings

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
# Yesterday to tomorrow, and what a portal may have sent beyond.
_LONGEST_KEPT: Final = timedelta(days=30)

type Ask[ClientT, SiteT] = Callable[
    [ClientT, SiteT, datetime, datetime], Awaitable[PriceSeries]
]


@dataclass(frozen=True, kw_only=True)
class PastPrices[ClientT, SiteT: Site]:
    """Where prices of any span come from; the tariff is that of the feed `key`."""

    key: str
    ask: Ask[ClientT, SiteT]
    zone: ZoneInfo

    async def completed(
        self,
        client: ClientT,
        site: SiteT,
        span: tuple[datetime, datetime],
        readings: Readings,
        options: Mapping[str, object],
    ) -> Readings:
        """Return the readings with the costs and payments that prices make of them."""
        tariff = Tariff.of(options)
        wanted = [
            (energy, money)
            for energy, money in ((CONSUMPTION, COST), (FEED_IN, COMPENSATION))
            if readings.of(money) is None
            and (measured := readings.of(energy)) is not None
            and measured[0].is_energy
            and measured[1]
            # What is fed in has a price only where the user entered one.
            and (money == COST or tariff.export is not None)
        ]
        if not wanted:
            return readings
        try:
            raw = await self.ask(client, site, *span)
        except Forbidden, NotFound:
            return readings
        except AuthError:
            raise
        except PortalError as err:
            return replace(readings, problems=(*readings.problems, err))
        # A month of quarter-hours takes long enough to be noticed.
        return await asyncio.to_thread(
            _with_costs, readings, wanted, raw.within(*span), self.zone, tariff
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
        measured = readings.of(energy)
        if prices is not None and prices.slots.slots and measured is not None:
            key = LedgerSeries(money, prices.currency)
            series[key] = tuple(costs(measured[1], prices))
    return replace(readings, series=series)


@dataclass(frozen=True, kw_only=True)
class PriceFeed[ClientT, SiteT: Site](Feed[ClientT, PriceOutlook, SiteT, Tariff]):
    """A feed of prices; `ask` returns those of a site in `[start, end)`."""

    ask: Ask[ClientT, SiteT]
    rhythm: OncePublished

    @property
    def past(self) -> PastPrices[ClientT, SiteT]:
        """Return where its prices of other days come from."""
        return PastPrices(key=self.key, ask=self.ask, zone=self.rhythm.zone)

    async def completed(
        self,
        client: ClientT,
        site: SiteT,
        held: PriceOutlook | None,
        days: Iterable[date],
        lead: timedelta = timedelta(),
    ) -> PriceSeries:
        """Return what is held, and of these days what was not, from `lead` before."""
        known = None if held is None else held.raw
        zone = self.rhythm.zone
        for first, last in _runs(day for day in days if not _known(held, day)):
            start, end = midnight(first, zone) - lead, midnight(last + _DAY, zone)
            came = await self.ask(client, site, start, end)
            # An end far away, such as a contract's, is no price of these days.
            came = came.within(start, end)
            known = came if known is None else known.merged(came)
        return PriceSeries("") if known is None else known


def price_feed[ClientT, SiteT: Site](
    key: str,
    *,
    at: type[SiteT],
    ask: Ask[ClientT, SiteT],
    published: OncePublished,
) -> PriceFeed[ClientT, SiteT]:
    """Return the feed of a portal's prices; `ask` is all that is the portal's own."""
    zone = published.zone

    async def fetch(
        client: ClientT, request: FeedRequest[PriceOutlook, SiteT, Tariff]
    ) -> Fetched[PriceOutlook]:
        """Ask for the published days that are not held."""
        days = published.days(request.now)
        today, yesterday = (midnight(days[0] - back * _DAY, zone) for back in (0, 1))

        async def one(site: SiteT) -> PriceOutlook:
            held = request.held.get(site.key)
            if held is not None and all(map(held.known, days)):
                return held
            # Right after midnight, the slot before it is yesterday's.
            is_new_day = held is None and request.now - today < _HOUR
            lead = _HOUR if is_new_day else timedelta()
            raw = await feed.completed(client, site, held, days, lead)
            if not raw.slots.slots:
                # Not every contract has prices; the daily look is enough for those.
                raise NotFound(key, "no prices")
            return PriceOutlook.of(raw.since(yesterday), zone, request.given)

        return await gather_sites(request, one)

    def load(stored: object, options: Mapping[str, object]) -> PriceOutlook:
        raw, tariff = PriceSeries.from_dict(stored), Tariff.of(options)
        slots = raw.slots.slots
        # A corrupt year must not have the days of an age looked at.
        if slots and slots[-1].end - slots[0].start > _LONGEST_KEPT:
            raise ValueError("more than a few days")
        try:
            return PriceOutlook.of(raw, zone, tariff)
        except OverflowError as err:
            raise ValueError("times beyond the calendar") from err

    feed = PriceFeed(
        key=key,
        fetch=fetch,
        at=at,
        rhythm=published,
        needs=lambda surroundings: Tariff.of(surroundings.options),
        kinds={PriceOutlook: lambda outlook: outlook},
        kept=Kept(dump=lambda outlook: outlook.raw.as_dict(), load=load),
        ask=ask,
    )
    return feed


def _known(held: PriceOutlook | None, day: date) -> bool:
    """Say whether a day is held, whole and final."""
    return held is not None and held.known(day)


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Join days that follow each other, so that one call asks for them."""
    run: tuple[date, date] | None = None
    for day in days:
        if run is not None and day == run[1] + _DAY:
            run = (run[0], day)
            continue
        if run is not None:
            yield run
        run = (day, day)
    if run is not None:
        yield run
