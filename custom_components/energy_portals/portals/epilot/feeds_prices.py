"""epilot's prices: one series for each price that a contract has."""

from datetime import datetime, time
from typing import Final

from ..model.prices import PriceSeries
from ..price_feeds import price_feed
from ..rhythms import OncePublished
from .client import EpilotClient
from .models import ZONE
from .series import FOR_PRICES, price_series
from .sites import PriceSite

# When the day-ahead market's prices are out; a price that never changes is out, too.
PUBLISHED: Final = OncePublished(at=time(13), zone=ZONE)


async def _ask(
    client: EpilotClient, site: PriceSite, start: datetime, end: datetime
) -> PriceSeries:
    """Return the prices of a span."""
    span = start, end
    return await price_series(client, site.hook, site.context, span, FOR_PRICES)


PRICES: Final = price_feed("prices", at=PriceSite, ask=_ask, published=PUBLISHED)
