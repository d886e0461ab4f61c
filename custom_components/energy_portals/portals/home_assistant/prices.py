"""Prices that the house has: asked of an action by the day, or read as they change."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from ..contract import AccountData
from ..house import House
from ..http.calls import note_call
from ..http.errors import PortalError, Unavailable
from ..model.periods import midnight
from ..model.price_days import PriceOutlook
from ..model.prices import PriceSeries
from ..model.series import Series
from ..price_feeds import PaidNow, PriceFeed, kept_prices, prepare_tariff, price_feed
from ..rhythms import OncePublished
from .client import HouseClient
from .entities import states_of
from .rereading import LOOK, RereadFeed, reread_feed
from .shapes import (
    BY_DOMAIN,
    Asked,
    PriceAction,
    PriceReading,
    Reading,
    read_attributes,
    read_reply,
)
from .sites import HouseSite

PRICES: Final = "prices"
_DAY: Final = timedelta(days=1)
# Of today, tomorrow and what of yesterday is the household's today, what fails comes.
_OVER: Final = timedelta(days=2)


def asked_of(account: AccountData) -> Asked:
    """Return what the user chose of an action."""
    return msgspec.convert(account["asked"], Asked)


def reading_of(account: AccountData) -> Reading:
    """Return how the user has confirmed that entities are read."""
    return Reading.of(account["reading"])


def price_feed_of(
    account: AccountData, zone: ZoneInfo
) -> RereadFeed[PriceOutlook, PaidNow]:
    """Return the feed of an account's prices in a house of that zone."""
    if "asked" not in account:
        return _reread(LOOK, zone)
    row = BY_DOMAIN[asked_of(account).domain]
    if row.published is not None:
        return _published(row, row.published, zone)
    return _reread(row.every or LOOK, zone)


async def told(
    house: House, asked: Asked, start: datetime, end: datetime
) -> tuple[PriceReading, ...]:
    """Return what an action says of a span, call by call; of a part that fails, none.

    Raises PortalError if it says nothing and anything failed; of days that are over, if
    anything did: nobody sees what lacks of them.
    """
    row = BY_DOMAIN[asked.domain]
    operation = f"{row.domain}.{row.action}"
    if not row.is_settled(datetime.now(UTC), house.zone):
        raise Unavailable(operation, "its day may be the one before")
    is_over = start < datetime.now(UTC) - _OVER
    problems: list[PortalError] = []
    readings: list[PriceReading] = []
    for fields in row.requests(asked, start, end, house.zone):
        note_call(operation)
        try:
            reply = await house.call(row.domain, row.action, fields)
            readings.append(read_reply(row, asked, reply, house.zone))
        except PortalError as err:
            if not isinstance(err, Unavailable) or err.detail not in row.not_yet:
                if is_over:
                    raise
                problems.append(err)
    if problems and not any(each.prices.slots.slots for each in readings):
        raise problems[0]
    return tuple(readings)


def joined(
    held: PriceSeries | None,
    readings: Iterable[PriceReading],
    now: datetime | None = None,
) -> PriceSeries:
    """Return what was published before and is now, and what is predicted now.

    What is published stays when it is told no longer. A prediction does not, unless its
    slot has begun by `now`: some sources leave out the one that runs.
    """
    published = predicted = PriceSeries("")
    if held is not None:
        final = (each for each in held.slots if not each.value.preliminary)
        published = PriceSeries(held.currency, held.tax, Series(tuple(final)))
    if held is not None and now is not None:
        begun = (e for e in held.slots if e.value.preliminary and e.start <= now)
        predicted = PriceSeries(held.currency, held.tax, Series(tuple(begun)))
    for reading in readings:
        published = published.merged(reading.certain)
        predicted = predicted.merged(reading.expected)
    return predicted.merged(published)


async def _ask(
    client: HouseClient, site: HouseSite, start: datetime, end: datetime
) -> PriceSeries:
    """Return the prices of a span."""
    asked = asked_of(client.account)
    return joined(None, await told(client.house, asked, start, end))


def _published(
    row: PriceAction, at: time, zone: ZoneInfo
) -> PriceFeed[HouseClient, HouseSite]:
    """Return the feed of prices that are published by the market's day."""
    return price_feed(
        PRICES,
        at=HouseSite,
        ask=_ask,
        published=OncePublished(at=at, zone=row.market(zone)),
        zone=zone,
        has_always=True,
    )


def _reread(every: timedelta, zone: ZoneInfo) -> RereadFeed[PriceOutlook, PaidNow]:
    """Return the feed of prices that are read anew, and kept when they go."""

    async def read(
        client: HouseClient, held: PriceOutlook | None, now: datetime, paid: PaidNow
    ) -> PriceOutlook:
        readings = await _read(client, now)
        yesterday = midnight(now.astimezone(zone).date() - _DAY, zone)
        known = None if held is None else held.raw
        raw = joined(known, readings, now).since(yesterday)
        if not raw.slots.slots:
            raise Unavailable(PRICES, "no prices")
        tariff = await paid.at(now, zone)
        if held is not None and raw == held.raw and not paid.may_end:
            return held
        return PriceOutlook.of(raw, zone, tariff).noted(held, now)

    return reread_feed(
        PRICES,
        PriceOutlook,
        read,
        kept=kept_prices(zone),
        needs=PaidNow.of,
        every=every,
        prepare=prepare_tariff,
    )


async def _read(client: HouseClient, now: datetime) -> tuple[PriceReading, ...]:
    """Return what the source says now."""
    house, account = client.house, client.account
    if "asked" in account:
        return await told(house, asked_of(account), now, now + 2 * _DAY)
    return (entities_told(house, reading_of(account), account["entities"]),)


def entities_told(house: House, reading: Reading, names: Iterable[str]) -> PriceReading:
    """Return what entities say of prices; raises PortalError where that is nothing."""
    return read_attributes(reading, states_of(house, names), house.zone)
