"""The actions of the model's kinds, once for all portals that yield them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from homeassistant.core import ServiceResponse
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..account.coordinator import FeedCoordinator
from ..portals.contract import Site
from ..portals.http.errors import InvalidInput
from ..portals.model.green import GreenOutlook
from ..portals.model.incentives import IncentiveOutlook
from ..portals.model.periods import midnight
from ..portals.model.price_days import PriceOutlook
from ..portals.model.prices import PriceSeries, PriceSlot
from ..portals.model.tariff import Tariff
from ..portals.price_feeds import PriceFeed
from .fields import moment

_DAY: Final = timedelta(days=1)
# More would keep a Raspberry Pi busy; whoever wants more asks again.
_LONGEST: Final = timedelta(days=400)
_SPAN: Final = {vol.Optional("start"): moment, vol.Optional("end"): moment}


@dataclass(frozen=True)
class Held:
    """What an account has of a kind at a site."""

    coordinator: FeedCoordinator[Any]
    site: Site
    data: Any


@dataclass(frozen=True)
class KindAction:
    """An action that answers from a kind, or from another that is like it.

    `meant` says which of the kinds a call means, where it means only some.
    """

    name: str
    kinds: tuple[type[Any], ...]
    fields: Mapping[Any, Any]
    answer: Callable[[Held, Mapping[str, Any]], Awaitable[ServiceResponse]]
    meant: Callable[[Mapping[str, Any]], tuple[type[Any], ...]] | None = None


async def _green_windows(held: Held, fields: Mapping[str, Any]) -> ServiceResponse:
    """Return the green windows that share time with a span; all by default."""
    outlook: GreenOutlook = held.data
    start, end = fields.get("start"), fields.get("end")
    return {
        "unit": "%",
        "share": outlook.share,
        "windows": [
            {
                "start": window.start.isoformat(),
                "end": window.end.isoformat(),
                "share": window.value,
            }
            for window in outlook.windows
            if (start is None or window.end > start)
            and (end is None or window.start < end)
        ],
    }


async def _prices(held: Held, fields: Mapping[str, Any]) -> ServiceResponse:
    """Return the prices of a span; today and tomorrow by default."""
    outlook: PriceOutlook = held.data
    today = dt_util.utcnow().astimezone(outlook.zone).date()
    start = fields.get("start") or midnight(today, outlook.zone)
    end = fields.get("end") or midnight(today + 2 * _DAY, outlook.zone)
    if end <= start:
        raise InvalidInput("span_is_empty")
    if end - start > _LONGEST:
        raise InvalidInput("span_is_too_long")
    outlook = await _reaching(held, start, end)
    series = {
        "shown": outlook.shown,
        "raw": outlook.raw,
        "export": outlook.export,
    }[fields["price"]]
    if series is None:
        raise InvalidInput("no_export_price")
    # A year of quarter-hours takes long enough to be noticed.
    return await asyncio.to_thread(_response, series.between(start, end))


def _response(found: PriceSeries) -> dict[str, Any]:
    """Return prices as response data."""
    return {
        "unit": found.unit,
        "currency": found.currency,
        "resolution": _duration(found),
        "slots": [_slot(slot) for slot in found.slots],
    }


async def _reaching(held: Held, start: datetime, end: datetime) -> PriceOutlook:
    """Return an outlook of a span, days that are not held from the portal.

    The days that the rhythm watches are left to it: what is missing of them is not
    published, or will be asked for in its time.
    """
    outlook: PriceOutlook = held.data
    feed = held.coordinator.feed
    if not isinstance(feed, PriceFeed):
        return outlook
    today = feed.rhythm.days(dt_util.utcnow())[0]
    first = start.astimezone(outlook.zone).date()
    last = (end - datetime.resolution).astimezone(outlook.zone).date()
    days = _days(first, min(last, today - _DAY))
    if all(map(outlook.known, days)):
        return outlook
    client = held.coordinator.config_entry.runtime_data.client
    raw = await feed.completed(client, held.site, outlook, days)
    tariff = Tariff.of(held.coordinator.options)
    return await asyncio.to_thread(PriceOutlook.of, raw, outlook.zone, tariff)


def _days(first: date, last: date) -> list[date]:
    """Return the days from first to last."""
    return [first + _DAY * n for n in range((last - first).days + 1)]


def _slot(slot: PriceSlot) -> dict[str, Any]:
    """Return a slot as response data; what a price is made of only where known."""
    found: dict[str, Any] = {
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "value": slot.value.value,
    }
    if slot.value.preliminary:
        found["preliminary"] = True
    if slot.value.components:
        found["components"] = dict(slot.value.components)
    return found


def _duration(prices: PriceSeries) -> str | None:
    """Return the slot length in ISO 8601; the shortest when lengths are mixed."""
    if (resolution := prices.resolution) is None:
        return None
    hours, rest = divmod(resolution, timedelta(hours=1))
    return f"PT{hours}H" if not rest else f"PT{resolution // timedelta(minutes=1)}M"


KIND_ACTIONS: Final = (
    KindAction("get_green_windows", (GreenOutlook,), _SPAN, _green_windows),
    KindAction(
        "get_prices",
        (PriceOutlook, IncentiveOutlook),
        {
            **_SPAN,
            vol.Optional("price", default="shown"): vol.In(("shown", "raw", "export")),
        },
        _prices,
    ),
)
