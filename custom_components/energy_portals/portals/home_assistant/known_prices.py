"""The prices of a source as they are remembered: energy comes in later than they go."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec

from ..contract import AccountData, Feed, FeedRequest, Fetched, Kept
from ..http.errors import PortalError, Unavailable
from ..model.ledger import hour_of
from ..model.ledger_costs import nothing
from ..model.periods import midnight
from ..model.plain import Moment, looked_up, plain
from ..model.price_days import PriceOutlook
from ..model.prices import PriceSeries, PriceSlot
from ..model.series import Series
from ..model.tariff_reductions import limited_of
from ..model.tariff_standing import StandingCharge, standing_cost
from ..rhythms import Every
from ..sources import Sources
from .client import HouseClient
from .sites import SOURCE_KEY, HouseSite

KNOWN_PRICES: Final = "known_prices"
_DAY: Final = timedelta(days=1)
# Energy that is told twice a month may be a month late.
REMEMBERED: Final = 62 * _DAY
# Asked for at once of what was before they were remembered.
_PIECE: Final = 7 * _DAY
_AGAIN: Final = _DAY
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Direction(StrEnum):
    """What a price is paid for."""

    CONSUMPTION = "consumption"
    # At what the source says that is paid for it.
    FEED_IN = "feed_in"
    # At the same price as what is drawn: what is netted, or a source of such prices.
    FEED_IN_AT_PRICE = "feed_in_at_price"

    def of(self, outlook: PriceOutlook) -> PriceSeries:
        """Return the prices of a source that are believed: none that is predicted."""
        prices = outlook.export if self is Direction.FEED_IN else outlook.shown
        if prices is None:
            return PriceSeries(outlook.shown.currency)
        final = (slot for slot in prices.slots if not slot.value.preliminary)
        # What is paid is paid, whatever of it is tax.
        return PriceSeries(prices.currency, slots=Series.of(map(_bare, final)))


def _bare(slot: PriceSlot) -> PriceSlot:
    """Return a slot without what its price is made of, but for what ends."""
    components = tuple(limited_of(slot.value))
    return replace(slot, value=replace(slot.value, components=components))


# From when on which standing charges are paid.
type Term = tuple[Moment, tuple[StandingCharge, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPrices:
    """Prices as they were when they held, the tariff of that time included.

    `of` is where they are from. From `since` on, they are all that can be known;
    before, the source's portal may tell more: it was `asked` last. `changed` are the
    hours that are over, and whose prices changed or came last, and when. `standing` is
    what is paid whatever is used, and from when on.
    """

    of: str
    prices: PriceSeries
    since: datetime
    standing: tuple[Term, ...]
    asked: datetime | None = None
    changed: tuple[datetime, datetime, datetime] | None = None

    def corrected(
        self, since: datetime, now: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield the time before now of which they changed since a moment."""
        if self.changed is not None and self.changed[2] >= since:
            yield self.changed[0], self.changed[1]

    def standing_cost(self, zone: ZoneInfo) -> Callable[[datetime, datetime], float]:
        """Return how to tell what is paid for a time whatever is used.

        In the currency of the prices.
        """
        terms = self.standing

        def cost(start: datetime, end: datetime) -> float:
            charges = next((each for since, each in terms[::-1] if since <= start), ())
            return float(standing_cost(charges, zone, start, end))

        return cost if any(charges for _, charges in terms) else nothing

    def with_told(
        self, told: KnownPrices, zone: ZoneInfo, now: datetime
    ) -> KnownPrices:
        """Return these with what a source tells now, and without what is too old.

        What is to come may be taken back; what has been stays. Other standing charges
        are paid from today on.
        """
        begin = _begin(zone, now)
        prices = self.prices.within(begin, now).merged(told.prices).since(begin)
        changes = _changes(self.prices, prices, told.prices, hour_of(now))
        terms = self.standing
        if terms[-1][1] != told.standing[-1][1]:
            today = midnight(now.astimezone(zone).date(), zone)
            before = tuple(term for term in terms if term[0] < today)
            terms = (*before, (today, told.standing[-1][1]))
        return replace(
            self,
            prices=prices,
            since=max(self.since, begin),
            changed=self.changed if changes is None else (*changes, now),
            standing=terms,
        )


def _begin(zone: ZoneInfo, now: datetime) -> datetime:
    """Return from when on prices are remembered."""
    return midnight(now.astimezone(zone).date() - REMEMBERED, zone)


def _changes(
    before: PriceSeries, after: PriceSeries, told: PriceSeries, until: datetime
) -> tuple[datetime, datetime] | None:
    """Return from when to when prices differ of what is told and over."""
    slots = told.slots.slots
    if not slots or slots[0].start >= until:
        return None
    span = slots[0].start, until
    old, new = ({*each.within(*span).slots} for each in (before, after))
    if old == new and before.is_like(after):
        return None
    differ = old ^ new or new
    return min(slot.start for slot in differ), max(slot.end for slot in differ)


class _Beside(msgspec.Struct, frozen=True):
    """What is kept beside the prices."""

    of: str
    since: Moment
    asked: Moment | None
    standing: Annotated[tuple[Term, ...], msgspec.Meta(min_length=1)]


@looked_up
class _Kept(msgspec.Struct, frozen=True):
    """Prices that are kept, without them."""

    beside: _Beside


def _dump(known: KnownPrices) -> object:
    """Return prices as plain data."""
    beside = _Beside(known.of, known.since, known.asked, known.standing)
    return {**known.prices.as_dict(), "beside": plain(beside)}


def _load(stored: object, options: Mapping[str, object]) -> KnownPrices:
    """Return what was kept; ValueError for anything else."""
    beside = msgspec.convert(stored, _Kept).beside
    return KnownPrices(
        of=beside.of,
        prices=PriceSeries.from_dict(stored),
        since=beside.since,
        asked=beside.asked,
        standing=beside.standing,
    )


def told_by(sources: Sources, account: AccountData, now: datetime) -> KnownPrices:
    """Return what a source tells now, of which nothing is remembered yet.

    Raises Unavailable where it is not there.
    """
    source, direction = account["price"], Direction(account["direction"])
    if (outlook := sources.prices(source)) is None:
        raise Unavailable(KNOWN_PRICES, "the source is not there")
    prices = direction.of(outlook)
    slots = prices.slots.slots
    is_paid = direction is Direction.CONSUMPTION and account["standing"]
    return KnownPrices(
        of=_source_of(account),
        prices=prices,
        since=min(slots[0].start, now) if slots else now,
        standing=((_EVER, sources.standing(source) if is_paid else ()),),
    )


def _source_of(account: AccountData) -> str:
    """Return what the prices of an account are from."""
    return f"{account['direction']}:{account['price']}"


def known_prices(
    account: AccountData, zone: ZoneInfo
) -> Feed[HouseClient, KnownPrices, HouseSite, Sources]:
    """Return the feed that remembers the prices of an account's source.

    It is looked at whenever the source may hold something else.
    """

    async def fetch(
        client: HouseClient, request: FeedRequest[KnownPrices, HouseSite, Sources]
    ) -> Fetched[KnownPrices]:
        now = request.now
        held = request.held.get(SOURCE_KEY)
        if held is not None and held.of != _source_of(account):
            held = None
        try:
            known = told_by(request.given, account, now)
        except Unavailable:
            if held is None:
                raise
            return Fetched({SOURCE_KEY: held})
        if held is not None and held.prices.currency == known.prices.currency:
            known = held.with_told(known, zone, now)
        begin = _begin(zone, now)
        known, problems = await _filled(known, account, request.given, begin, now)
        return Fetched({SOURCE_KEY: known}, problems)

    return Feed(
        key=KNOWN_PRICES,
        fetch=fetch,
        at=HouseSite,
        rhythm=Every(interval=timedelta(hours=1), day_in=zone),
        needs=lambda surroundings: surroundings.sources,
        kept=Kept(dump=_dump, load=_load, is_large=True),
    )


async def _filled(
    known: KnownPrices,
    account: AccountData,
    sources: Sources,
    begin: datetime,
    now: datetime,
) -> tuple[KnownPrices, tuple[PortalError, ...]]:
    """Return prices with what the source's portal tells of the time before them.

    The newest first, for as long as it tells; of what fails, it is asked once a day.
    """
    direction = Direction(account["direction"])
    if known.asked is not None and timedelta() <= now - known.asked < _AGAIN:
        return known, ()
    while known.since > begin:
        known = replace(known, asked=now)
        start = max(known.since - _PIECE, begin)
        try:
            past = await sources.past_prices(account["price"], start, known.since)
        except PortalError as err:
            return known, (err,)
        if past is None:
            return replace(known, since=begin), ()
        prices = direction.of(past).merged(known.prices)
        known = replace(known, prices=prices, since=start)
    return known, ()
