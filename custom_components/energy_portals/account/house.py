"""The house as those see it who plan by what its accounts hold."""

import asyncio
from datetime import datetime
import logging
from typing import Final
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import msgspec

from ..portals.http.errors import AuthError, Forbidden, NotFound, Unavailable
from ..portals.model.agenda import Occasion, joined
from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.incentives import IncentiveOutlook
from ..portals.model.intensity import CarbonOutlook
from ..portals.model.price_days import PriceOutlook
from ..portals.model.seen import Seen
from ..portals.model.series import Series
from ..portals.model.sun import SolarOutlook
from ..portals.model.tariff import Tariff
from ..portals.model.tariff_standing import StandingCharge
from ..portals.price_feeds import PriceFeed
from .named import entity_of, is_there
from .sources import feed_of, source, sources

_LOGGER = logging.getLogger(__name__)

# A calendar that hangs does not hold up the plans for longer, in seconds.
_PATIENCE: Final = 30


class _Event(msgspec.Struct):
    """An event of a calendar, as Home Assistant's own action tells it."""

    start: str
    end: str


class _Events(msgspec.Struct):
    """The events of a calendar in a span."""

    events: list[_Event]


class HouseSources:
    """The sources of this Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take where the accounts are."""
        self._hass = hass

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the house."""
        return ZoneInfo(self._hass.config.time_zone)

    def prices(self, key: str) -> PriceOutlook | None:
        """Return the prices of a source."""
        return self._held(PriceOutlook, key)

    def standing(self, key: str) -> tuple[StandingCharge, ...]:
        """Return what is paid by the day or month, by the tariff of a source."""
        return self.tariff(key).standing

    def tariff(self, key: str) -> Tariff:
        """Return the tariff of a source."""
        held = source(self._hass, PriceOutlook, key)
        return Tariff() if held is None else Tariff.of(feed_of(held).options)

    async def past_prices(
        self, key: str, start: datetime, end: datetime
    ) -> PriceOutlook | None:
        """Return what the portal of a source still tells of a span."""
        held = source(self._hass, PriceOutlook, key)
        if held is None:
            raise Unavailable("prices", "the source is not there")
        coordinator = feed_of(held)
        if not isinstance(feed := coordinator.feed, PriceFeed):
            return None
        tariff = Tariff.of(coordinator.options)
        try:
            raw = await feed.ask(held.entry.runtime_data.client, held.site, start, end)
        except Forbidden, NotFound:
            return None
        except AuthError as err:
            # It is the login of another account; its own feeds see to that.
            raise Unavailable("prices", err.brief) from None
        # Years of quarter-hours take long enough to be noticed.
        return await asyncio.to_thread(feed.outlook, raw.within(start, end), tariff)

    def green(self, key: str) -> GreenOutlook | None:
        """Return the green windows of a source."""
        return self._held(GreenOutlook, key)

    def co2(self, key: str) -> CarbonOutlook | None:
        """Return how much CO2 a kWh of a source comes with."""
        return self._held(CarbonOutlook, key)

    def sun(self, key: str) -> SolarOutlook | None:
        """Return what the roofs of a source are expected to yield."""
        return self._held(SolarOutlook, key)

    def caps(self, key: str) -> PowerCaps | None:
        """Return the caps on power of a source."""
        return self._held(PowerCaps, key)

    def incentives(self, key: str) -> IncentiveOutlook | None:
        """Return what is paid on top of the price at a source."""
        return self._held(IncentiveOutlook, key)

    def seen(self, load: str) -> Seen | None:
        """Return what is seen of the device that a load is bound to, None of none."""
        bound = (each for each in sources(self._hass, Seen) if each.site.key == load)
        held = next(bound, None)
        return None if held is None else held.data.as_of(dt_util.utcnow())

    def _held[KindT](self, kind: type[KindT], key: str) -> KindT | None:
        """Return what a source has of a kind."""
        held = source(self._hass, kind, key)
        return None if held is None else held.data

    async def busy(
        self, calendar: str, start: datetime, end: datetime
    ) -> Series[None] | None:
        """Return when a calendar has something on; None if it cannot be read."""
        entity_id = entity_of(self._hass, calendar)
        is_known = "calendar" in self._hass.config.components
        if entity_id is None or (is_known and not is_there(self._hass, entity_id)):
            # Home Assistant would write a warning each time.
            return None
        request = {
            "entity_id": entity_id,
            "start_date_time": dt_util.as_local(start).isoformat(),
            "end_date_time": dt_util.as_local(end).isoformat(),
        }
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._hass.services.async_call(
                    *("calendar", "get_events", request),
                    blocking=True,
                    return_response=True,
                )
            events = msgspec.convert(answer, dict[str, _Events])[entity_id].events
            return joined(
                Occasion(start=begin, end=after)
                for event in events
                for begin, after in [(_moment(event.start), _moment(event.end))]
                if begin < after
            )
        except Exception as err:  # noqa: BLE001  # another integration may raise any
            _LOGGER.debug("A calendar cannot be read: %s", type(err).__name__)
            return None


def _moment(text: str) -> datetime:
    """Return when an event begins or ends; a day begins with its midnight."""
    when = dt_util.parse_datetime(text)
    if when is None:
        day = dt_util.parse_date(text)
        if day is None:
            raise ValueError("no time")
        when = dt_util.start_of_local_day(day)
    return dt_util.as_utc(when)
