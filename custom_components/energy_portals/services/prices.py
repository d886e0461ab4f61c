"""The prices of a span, once for all portals that yield them."""

import asyncio
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from homeassistant.core import ServiceResponse, SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType
import voluptuous as vol

from ..account.coordinator import PortalConfigEntry
from ..account.errors import translated
from ..portals.contract import Site
from ..portals.http.errors import InvalidInput, PortalError
from ..portals.model.incentives import IncentiveOutlook
from ..portals.model.periods import midnight
from ..portals.model.price_days import PriceOutlook
from ..portals.model.prices import PriceSeries, PriceSlot
from ..portals.model.tariff import Tariff
from ..portals.price_feeds import PriceFeed
from .action import Action
from .fields import SPAN
from .targets import KindRequest, OfKind, PricesRequest, WithPrices

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
    return await asyncio.to_thread(
        _response, series.between(start, end), outlook, dt_util.utcnow()
    )


def _response(
    prices: PriceSeries, outlook: PriceOutlook, now: datetime
) -> JsonObjectType:
    """Return prices as response data."""
    return {
        "unit": prices.unit,
        "currency": prices.currency,
        "resolution": _duration(prices),
        "slots": [_slot(slot, outlook, now) for slot in prices.slots],
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
    published_in = feed.rhythm.zone
    first = start.astimezone(published_in).date()
    last = (end - datetime.resolution).astimezone(published_in).date()
    days = _days(first, min(last, today - _DAY))
    if all(map(outlook.known, days)):
        return outlook
    client = request.entry.runtime_data.client
    raw = await feed.completed(client, request.site, outlook, days)
    tariff = Tariff.of(request.coordinator.options)
    known = (tariff, outlook.published, feed.rhythm.zone)
    return await asyncio.to_thread(PriceOutlook.of, raw, feed.zone, *known)


def _days(first: date, last: date) -> list[date]:
    """Return the days from first to last."""
    return [first + _DAY * n for n in range((last - first).days + 1)]


def _slot(slot: PriceSlot, outlook: PriceOutlook, now: datetime) -> JsonObjectType:
    """Return a slot as response data; what a price is made of only where known."""
    day = slot.start.astimezone(outlook.zone).date()
    row: JsonObjectType = {
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "value": slot.value.value,
    }
    if slot.value.preliminary or outlook.looks_wrong(day, now):
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


async def async_fetch_again(
    entry: PortalConfigEntry, sites: Collection[str] | None = None
) -> list[tuple[Site, date]]:
    """Ask for all published prices of an account again; return the days that differ.

    `sites` are the keys of those that are meant, if not all. All are asked for before
    the first error is raised.
    """
    changed: list[tuple[Site, date]] = []
    errors: list[PortalError] = []
    for coordinator in entry.runtime_data.feeds.values():
        if not isinstance(feed := coordinator.feed, PriceFeed):
            continue
        tariff = Tariff.of(coordinator.options)
        for site in coordinator.sites:
            if sites is not None and site.key not in sites:
                continue
            now = dt_util.utcnow()
            held: PriceOutlook | None = coordinator.data.get(site.key)
            client = entry.runtime_data.client
            try:
                outlook, _ = await feed.renewed(
                    client, site, held, now, tariff, every=True
                )
            except PortalError as err:
                errors.append(err)
                continue
            coordinator.async_take(site, outlook)
            changed += [
                (site, day)
                for day, each in outlook.published.items()
                if each.changed == now
            ]
    if errors:
        raise errors[0]
    return changed


async def _fetch(request: PricesRequest) -> ServiceResponse:
    """Ask for all published prices of the accounts that are meant again."""
    days: list[JsonValueType] = []
    for entry, sites in request.meant.items():
        with translated(request.hass, entry):
            changed = await async_fetch_again(entry, {each.key for each in sites})
        days += [{"site": site.name, "day": day.isoformat()} for site, day in changed]
    return {"corrected": days}


GET_PRICES: Final = Action(
    name="get_prices",
    reads=True,
    response=SupportsResponse.ONLY,
    target=OfKind[PriceOutlook]((PriceOutlook, IncentiveOutlook)),
    fields={
        **SPAN,
        vol.Optional("price", default="shown"): vol.In(("shown", "raw", "export")),
    },
    handle=_prices,
)
FETCH_PRICES: Final = Action(
    name="fetch_prices",
    response=SupportsResponse.OPTIONAL,
    target=WithPrices(),
    handle=_fetch,
)
