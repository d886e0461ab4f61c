"""Prices that the house knows for any day: by the clock, of a schedule, flat."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from ..contract import AccountData
from ..http.errors import InvalidInput, ReadingRefused, Unavailable
from ..model.periods import midnight
from ..model.plain import looked_up
from ..model.price_days import PriceOutlook
from ..model.prices import Price, PriceSeries, Tax
from ..model.series import Series, Slot
from ..model.tariff_clock import ClockTariff
from ..price_feeds import PaidNow, kept_prices, prepare_tariff
from .client import HouseClient
from .entities import states_of
from .prices import PRICES
from .rereading import RereadFeed, reread_feed
from .shapes import block_prices, read_blocks, told_unit
from .shapes.values import told_number

_DAY: Final = timedelta(days=1)
# From yesterday on, and a week ahead.
_AHEAD: Final = timedelta(days=8)
_LOOK: Final = timedelta(hours=1)


@looked_up
class Blocks(msgspec.Struct, frozen=True):
    """What a kWh costs within the blocks of a schedule and outside of them."""

    inside: float
    outside: float


def clock_feed(
    account: AccountData, zone: ZoneInfo
) -> RereadFeed[PriceOutlook, PaidNow]:
    """Return the feed of prices that are known for any day."""

    async def read(
        client: HouseClient, held: PriceOutlook | None, now: datetime, paid: PaidNow
    ) -> PriceOutlook:
        today = midnight(now.astimezone(zone).date(), zone)
        before = None if held is None else held.raw.within(today - _DAY, now)
        raw = await prices_told(client, now, before)
        tariff = await paid.at(now, zone)
        if held is not None and raw == held.raw and not paid.may_end:
            return held
        return PriceOutlook.of(raw, zone, tariff).noted(held, now)

    def prepare(options: Mapping[str, object]) -> None:
        prepare_tariff(options)
        if "tariff" in account:
            ClockTariff.of(account["tariff"]).prepare()

    return reread_feed(
        PRICES,
        PriceOutlook,
        read,
        kept=kept_prices(zone),
        needs=PaidNow.of,
        every=_LOOK,
        prepare=prepare,
    )


async def prices_told(
    client: HouseClient, now: datetime, before: PriceSeries | None = None
) -> PriceSeries:
    """Return the prices of yesterday to a week ahead; `before` is what was paid so far.

    Raises PortalError where what they are read from is not there or says something
    else, InvalidInput where the tariff cannot be.
    """
    account, zone = client.account, client.house.zone
    today = now.astimezone(zone).date()
    start, end = midnight(today - _DAY, zone), midnight(today + _AHEAD, zone)
    currency, tax = str(account["currency"]), Tax(account.get("tax", Tax.UNKNOWN))
    if "tariff" in account:
        tariff = ClockTariff.of(account["tariff"])
        return tariff.prices(zone, start, end, currency=currency, tax=tax)
    if "blocks" in account:
        slots = await _of_schedule(client, (start, end))
    else:
        slots = _flat(client, now, end)
    told = PriceSeries(
        currency,
        tax,
        Series(tuple(Slot(each.start, each.end, Price(each.value)) for each in slots)),
    )
    # What a flat price was is not what it is.
    return told if before is None or "blocks" in account else before.merged(told)


async def _of_schedule(
    client: HouseClient, span: tuple[datetime, datetime]
) -> Series[float]:
    """Return the prices of a schedule's blocks."""
    house, account = client.house, client.account
    (state,) = states_of(house, account["entities"])
    reply = await house.call("schedule", "get_schedule", {"entity_id": state.entity_id})
    costs = msgspec.convert(account["blocks"], Blocks)
    prices = {True: costs.inside, False: costs.outside}
    return block_prices(read_blocks(reply, state.entity_id), prices, span, house.zone)


def _flat(client: HouseClient, now: datetime, end: datetime) -> Series[float]:
    """Return the price that an entity has now, from now on."""
    (state,) = states_of(client.house, client.account["entities"])
    if state.state is None:
        raise Unavailable(PRICES, "not there")
    value = told_number(state.state)
    if value is None:
        raise ReadingRefused(PRICES, "a number", "")
    return Series((Slot(now, end, value / float(client.account["divisor"])),))


def flat_divisor(unit: str | None) -> float:
    """Return by what a flat price is divided; InvalidInput where its unit is none."""
    meaning = told_unit(unit)
    if meaning is None:
        raise InvalidInput("no_price_unit")
    return meaning.divisor
