"""The house as those see it who plan by what its accounts hold."""

from datetime import datetime
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import msgspec

from ..portals.model.agenda import Occasion, joined
from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.price_days import PriceOutlook
from ..portals.model.series import Series
from .sources import source


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

    def green(self, key: str) -> GreenOutlook | None:
        """Return the green windows of a source."""
        return self._held(GreenOutlook, key)

    def caps(self, key: str) -> PowerCaps | None:
        """Return the caps on power of a source."""
        return self._held(PowerCaps, key)

    def _held[KindT](self, kind: type[KindT], key: str) -> KindT | None:
        """Return what a source has of a kind."""
        held = source(self._hass, kind, key)
        return None if held is None else held.data

    async def busy(
        self, calendar: str, start: datetime, end: datetime
    ) -> Series[None] | None:
        """Return when a calendar has something on; None if it cannot be read."""
        request = {
            "entity_id": calendar,
            "start_date_time": dt_util.as_local(start).isoformat(),
            "end_date_time": dt_util.as_local(end).isoformat(),
        }
        try:
            answer = await self._hass.services.async_call(
                "calendar", "get_events", request, blocking=True, return_response=True
            )
            events = msgspec.convert(answer, dict[str, _Events])[calendar].events
        except HomeAssistantError, KeyError:
            return None
        return joined(
            Occasion(start=begin, end=after)
            for event in events
            for begin, after in [(_moment(event.start), _moment(event.end))]
            if begin < after
        )


def _moment(text: str) -> datetime:
    """Return when an event begins or ends; a day begins with its midnight."""
    when = dt_util.parse_datetime(text)
    if when is None:
        day = dt_util.parse_date(text)
        when = dt_util.start_of_local_day(day) if day else dt_util.utcnow()
    return dt_util.as_utc(when)
