"""The prices of a span, once for all portals that yield them."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Final

from homeassistant.core import ServiceResponse, SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ..portals.http.errors import InvalidInput
from ..portals.model.incentives import IncentiveOutlook
from ..portals.model.periods import midnight
from ..portals.model.price_days import PriceOutlook
from ..portals.model.prices import PriceSeries, PriceSlot
from ..portals.model.tariff import Tariff
from ..portals.price_feeds import PriceFeed
from .action import Action
from .fields import SPAN
from .targets import KindRequest, OfKind

_DAY: Final = timedelta(days=1)
# More would keep a Raspberry Pi busy; whoever wants more asks again.
_LONGEST: Final = timedelta(days=400)


async def _prices(request: KindRequest[PriceOutlook]) -> ServiceResponse:
    """Return the prices of a span; today and tomorrow by default."""
    outlook, fields = request.data, request.fields
    today = dt_util.utcnow().astimezone(outlook.zone).date()
    start = fields.get("start") or midnight(today, outlook.zone)
    end = fields.get("end") or midnight(today + 2 * _DAY, outlook.zone)
    if end <= start:
        raise InvalidInput("span_is_empty")
    if end - start > _LONGEST:
        raise InvalidInput("span_is_too_long")
    outlook = await _reaching(request, start, end)
    series = {
        "shown": outlook.shown,
        "raw": outlook.raw,
        "export": outlook.export,
    }[fields["price"]]
    if series is None:
        raise InvalidInput("no_export_price")
    # A year of quarter-hours takes long enough to be noticed.
    return await asyncio.to_thread(_response, series.between(start, end))


def _response(prices: PriceSeries) -> JsonObjectType:
    """Return prices as response data."""
    return {
        "unit": prices.unit,
        "currency": prices.currency,
        "resolution": _duration(prices),
        "slots": [_slot(slot) for slot in prices.slots],
    }


async def _reaching(
    request: KindRequest[PriceOutlook], start: datetime, end: datetime
) -> PriceOutlook:
    """Return an outlook of a span, days that are not held from the portal.

    The days that the rhythm watches are left to it: what is missing of them is not
    published, or will be asked for in its time.
    """
    outlook, feed = request.data, request.coordinator.feed
    if not isinstance(feed, PriceFeed):
        return outlook
    today = feed.rhythm.days(dt_util.utcnow())[0]
    first = start.astimezone(outlook.zone).date()
    last = (end - datetime.resolution).astimezone(outlook.zone).date()
    days = _days(first, min(last, today - _DAY))
    if all(map(outlook.known, days)):
        return outlook
    client = request.entry.runtime_data.client
    raw = await feed.completed(client, request.site, outlook, days)
    tariff = Tariff.of(request.coordinator.options)
    return await asyncio.to_thread(PriceOutlook.of, raw, outlook.zone, tariff)


def _days(first: date, last: date) -> list[date]:
    """Return the days from first to last."""
    return [first + _DAY * n for n in range((last - first).days + 1)]


def _slot(slot: PriceSlot) -> JsonObjectType:
    """Return a slot as response data; what a price is made of only where known."""
    row: JsonObjectType = {
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "value": slot.value.value,
    }
    if slot.value.preliminary:
        row["preliminary"] = True
    if slot.value.components:
        row["components"] = dict(slot.value.components)
    return row


def _duration(prices: PriceSeries) -> str | None:
    """Return the slot length in ISO 8601; the shortest when lengths are mixed."""
    if (resolution := prices.resolution) is None:
        return None
    hours, rest = divmod(resolution, timedelta(hours=1))
    return f"PT{hours}H" if not rest else f"PT{resolution // timedelta(minutes=1)}M"


GET_PRICES: Final = Action(
    name="get_prices",
    response=SupportsResponse.ONLY,
    target=OfKind[PriceOutlook]((PriceOutlook, IncentiveOutlook)),
    fields={
        **SPAN,
        vol.Optional("price", default="shown"): vol.In(("shown", "raw", "export")),
    },
    handle=_prices,
)
