"""Price feeds: ask for the days that are missing and keep the rest."""

from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Self
from zoneinfo import ZoneInfo

import msgspec

from .contract import (
    Feed,
    FeedRequest,
    Fetched,
    Kept,
    Site,
    Surroundings,
    gather_partly,
)
from .http.errors import AuthError, NotFound, PortalError, Unavailable
from .model.periods import midnight
from .model.plain import looked_up, plain
from .model.price_days import PriceOutlook
from .model.price_levels import KeptLevels
from .model.price_looks import PublishedDay
from .model.prices import PriceSeries
from .model.series import Slot
from .rhythms import OncePublished

if TYPE_CHECKING:
    from .model.tariff import Tariff

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
# Yesterday to tomorrow, and what a portal may have sent beyond.
_LONGEST_KEPT: Final = timedelta(days=30)

type Ask[ClientT, SiteT] = Callable[
    [ClientT, SiteT, datetime, datetime], Awaitable[PriceSeries]
]


@dataclass(frozen=True, kw_only=True)
class PaidNow:
    """The tariff of a feed, if any, and how to learn what was used; in kWh."""

    tariff: Tariff | None
    energy: Callable[[str, datetime, datetime], Awaitable[Sequence[Slot[float]]]]

    @classmethod
    def of(cls, surroundings: Surroundings) -> Self:
        """Return what the user chose for a feed."""
        tariff = tariff_of(surroundings.options)
        return cls(tariff=tariff, energy=surroundings.energy)

    @property
    def sells(self) -> bool:
        """Say whether something is paid for energy fed in."""
        return self.tariff is not None and self.tariff.export is not None

    @property
    def may_end(self) -> bool:
        """Say whether something is taken off for so many kWh alone."""
        return self.tariff is not None and bool(self.tariff.limits)

    async def at(self, now: datetime, zone: ZoneInfo) -> Tariff | None:
        """Return the tariff as it is now; Unavailable: what was used is not known."""
        if self.tariff is None:
            return None
        return self.tariff.ended_by(await self.before(now, zone), now, zone)

    async def before(self, moment: datetime, zone: ZoneInfo) -> Sequence[Slot[float]]:
        """Return what limits count of the month or year before a moment, kWh."""
        tariff = self.tariff
        if tariff is None or (begun := tariff.counted_from(moment, zone)) is None:
            return ()
        return await self.energy(tariff.counted or "", begun, moment)


@dataclass(frozen=True, kw_only=True)
class PriceFeed[ClientT, SiteT: Site](Feed[ClientT, PriceOutlook, SiteT, PaidNow]):
    """A feed of prices; `ask` returns those of a site in `[start, end)`.

    `zone` is the household's where that is not the one in which days are published.
    `has_always` says that every site has prices: that there are none will pass;
    `is_general` that they are an area's, and a contract may have its own.
    """

    ask: Ask[ClientT, SiteT]
    rhythm: OncePublished
    zone: ZoneInfo
    has_always: bool = False
    is_general: bool = False

    def outlook(self, raw: PriceSeries, tariff: Tariff | None) -> PriceOutlook:
        """Return the outlook of raw prices."""
        return PriceOutlook.of(raw, self.zone, tariff, market=self.rhythm.zone)

    async def renewed(
        self,
        client: ClientT,
        site: SiteT,
        held: PriceOutlook | None,
        now: datetime,
        tariff: Tariff | None,
        *,
        every: bool = False,
    ) -> tuple[PriceOutlook, tuple[PortalError, ...]]:
        """Return what is held with what is due of it, and the errors of second looks.

        A second look takes nothing away that is held. With `every`, all published days
        are looked at, and its errors are raised.
        """
        days, zone = self.rhythm.days(now), self.rhythm.zone
        looked: list[date] = []
        if held is not None:
            looked = [
                day
                for day in days
                if held.known(day) and (every or _is_due(held.next_look(now, day), now))
            ]
            if not looked and all(map(held.known, days)):
                return held, ()
        today, yesterday = (midnight(days[0] - back * _DAY, zone) for back in (0, 1))
        # Right after midnight, the slot before it is yesterday's.
        is_new_day = held is None and now - today < _HOUR
        lead = _HOUR if is_new_day else timedelta()
        if held is None:
            # The household's day may begin before the market's.
            lead = max(lead, today - midnight(days[0], self.zone))
        missing = (day for day in days if not _known(held, day))
        raw, failed, problems = await self._asked(
            client, site, held, sorted({*missing, *looked}), looked, lead
        )
        if not raw.slots.slots and self.has_always:
            raise Unavailable(self.key, "no prices")
        if not raw.slots.slots:
            # Not every contract has prices; the daily look is enough for those.
            raise NotFound(self.key, "no prices")
        if every and problems:
            raise problems[0]
        outlook = self.outlook(raw.since(yesterday), tariff)
        return outlook.noted(held, now, looked, failed), problems

    async def completed(
        self,
        client: ClientT,
        site: SiteT,
        held: PriceOutlook | None,
        days: Iterable[date],
    ) -> PriceSeries:
        """Return what is held, and of these days what was not."""
        missing = [day for day in days if not _known(held, day)]
        raw, _, _ = await self._asked(client, site, held, missing)
        return raw

    async def _asked(
        self,
        client: ClientT,
        site: SiteT,
        held: PriceOutlook | None,
        days: Iterable[date],
        looked: Collection[date] = (),
        lead: timedelta = timedelta(),
    ) -> tuple[PriceSeries, set[date], tuple[PortalError, ...]]:
        """Return what is held with these days, asked for from `lead` before.

        Of those that are `looked` at again, and held, return the ones that brought
        nothing, and the errors. Each is replaced as a whole or not at all.
        """
        known = None if held is None else held.raw
        zone = self.rhythm.zone
        failed: set[date] = set()
        problems: list[PortalError] = []
        for run in _runs(days):
            again = [day for day in run if day in looked]
            start, end = midnight(run[0], zone) - lead, midnight(run[-1] + _DAY, zone)
            try:
                came = await self.ask(client, site, start, end)
            except AuthError:
                raise
            except PortalError as err:
                if len(again) < len(run):
                    raise
                problems.append(err)
                failed.update(again)
                continue
            # An end far away, such as a contract's, is no price of these days.
            came = came.within(start, end)
            if known is None:
                known = came
                continue
            for day in again:
                span = midnight(day, zone), midnight(day + _DAY, zone)
                if not (known.is_like(came) and came.final(*span)):
                    failed.add(day)
                    came = came.without(*span)
            known = known.merged(came)
        return PriceSeries("") if known is None else known, failed, tuple(problems)


def price_feed[ClientT, SiteT: Site](
    key: str,
    *,
    at: type[SiteT],
    ask: Ask[ClientT, SiteT],
    published: OncePublished,
    zone: ZoneInfo | None = None,
    has_always: bool = False,
    is_general: bool = False,
) -> PriceFeed[ClientT, SiteT]:
    """Return the feed of a portal's prices; `ask` is all that is the portal's own."""

    async def fetch(
        client: ClientT, request: FeedRequest[PriceOutlook, SiteT, PaidNow]
    ) -> Fetched[PriceOutlook]:
        """Ask for what is due of the published days."""

        async def one(site: SiteT) -> tuple[PriceOutlook, tuple[PortalError, ...]]:
            held = request.held.get(site.key)
            tariff = await request.given.at(request.now, feed.zone)
            new, problems = await feed.renewed(client, site, held, request.now, tariff)
            if request.given.may_end and new is held:
                # What is paid may be another price, though what is published is not.
                new = feed.outlook(held.raw, tariff).noted(held, request.now)
            return (held if new == held else new), problems

        return await gather_partly(request, one)

    feed = PriceFeed(
        key=key,
        fetch=fetch,
        at=at,
        rhythm=published,
        needs=PaidNow.of,
        kinds={PriceOutlook: lambda outlook: outlook},
        kept=kept_prices(published.zone if zone is None else zone, published.zone),
        prepare=prepare_tariff,
        ask=ask,
        zone=published.zone if zone is None else zone,
        has_always=has_always,
        is_general=is_general,
    )
    return feed


def kept_prices(zone: ZoneInfo, market: ZoneInfo | None = None) -> Kept[PriceOutlook]:
    """Return how prices are kept, of a household and a market in these zones."""

    def dump(held: PriceOutlook) -> object:
        published = {day.isoformat(): each for day, each in held.published.items()}
        beside = {"published": plain(published), "levels": plain(held.kept_levels())}
        return {**held.raw.as_dict(), **beside}

    def load(stored: object, options: Mapping[str, object]) -> PriceOutlook:
        raw, tariff = PriceSeries.from_dict(stored), tariff_of(options)
        beside = msgspec.convert(stored, _Kept)
        slots = raw.slots.slots
        # A corrupt year must not have the days of an age looked at.
        if slots and slots[-1].end - slots[0].start > _LONGEST_KEPT:
            raise ValueError("more than a few days")
        try:
            return PriceOutlook.of(
                raw, zone, tariff, beside.published, market, beside.levels
            )
        except OverflowError as err:
            raise ValueError("times beyond the calendar") from err

    return Kept(dump=dump, load=load)


def tariff_of(options: Mapping[str, object]) -> Tariff | None:
    """Return the tariff of a feed's options, None where the user has entered none.

    What it is made of is imported by `prepare_tariff` then, and else not at all.
    """
    if not options:
        return None
    from .model.tariff import Tariff

    return Tariff.of(options)


def prepare_tariff(options: Mapping[str, object]) -> None:
    """Load a tariff and its calendar; what is wrong is said where it is used."""
    with suppress(ValueError):
        if (tariff := tariff_of(options)) is not None:
            tariff.prepare()


@looked_up
class _Kept(msgspec.Struct, frozen=True):
    """What is kept beside the prices; earlier versions kept nothing."""

    published: dict[date, PublishedDay] = {}
    levels: KeptLevels | None = None


def _is_due(look: datetime | None, now: datetime) -> bool:
    """Say whether it is time for a look."""
    return look is not None and look <= now


def _known(held: PriceOutlook | None, day: date) -> bool:
    """Say whether a day is held, whole and final."""
    return held is not None and held.known(day)


def _runs(days: Iterable[date]) -> Iterator[list[date]]:
    """Join days that follow each other, so that one call asks for them."""
    run: list[date] = []
    for day in days:
        if run and day != run[-1] + _DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run
