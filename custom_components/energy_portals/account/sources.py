"""What the accounts of the house hold, for planner, card and actions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
import msgspec

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.model.agenda import Occasion, joined
from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.price_days import PriceOutlook
from ..portals.model.series import Outlook, Series

if TYPE_CHECKING:
    from .coordinator import FeedCoordinator, PortalConfigEntry

# Sent with the unique id of an account when it may hold another outlook.
SIGNAL_KNOWN: Final = f"{DOMAIN}_known"
_ALIVE: Final = {ConfigEntryState.LOADED, ConfigEntryState.SETUP_IN_PROGRESS}


@dataclass(frozen=True, slots=True)
class Source[KindT]:
    """One site of one account that has something of a kind."""

    entry: PortalConfigEntry
    site: Site
    data: KindT
    is_reached: bool

    @property
    def key(self) -> str:
        """Return what a planner remembers it by."""
        return source_key(self.entry, self.site.key)


def source_key(entry: PortalConfigEntry, site_key: str) -> str:
    """Return the key of a site as a source: what its device is known by."""
    return f"{entry.unique_id}:{site_key}"


def feeds_of(
    entry: PortalConfigEntry, kind: type[object]
) -> tuple[FeedCoordinator[object], ...]:
    """Return the feeds of an account that have a kind; the portal's first counts."""
    feeds = entry.runtime_data.feeds.values()
    return tuple(each for each in feeds if kind in each.feed.kinds)


def taken[KindT](
    feed: FeedCoordinator[object], kind: type[KindT], site: Site
) -> KindT | None:
    """Return what a feed has of a kind at a site; None also where it holds nothing."""
    data = feed.data.get(site.key)
    held: KindT | None = None if data is None else feed.feed.kinds[kind](data)
    return held


@callback
def sources[KindT](hass: HomeAssistant, kind: type[KindT]) -> Iterator[Source[KindT]]:
    """Yield every site that has something of a kind, account by account.

    Where an account has it of a site in several feeds, the portal's first one counts.
    """
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state not in _ALIVE or not hasattr(entry, "runtime_data"):
            continue
        seen: set[str] = set()
        for feed in feeds_of(entry, kind):
            for site in feed.sites:
                data = taken(feed, kind, site)
                if data is None or site.key in seen:
                    continue
                seen.add(site.key)
                reached = feed.last_update_success and site.key not in feed.failed
                yield Source(entry, site, data, reached)


@callback
def source[KindT](
    hass: HomeAssistant, kind: type[KindT], key: str
) -> Source[KindT] | None:
    """Return a source by its key, None where it holds nothing of the kind."""
    return next((each for each in sources(hass, kind) if each.key == key), None)


def are_told_of(kinds: Iterable[type[object]]) -> bool:
    """Say whether others live on one of these kinds, or show it."""
    return any(issubclass(kind, Outlook) for kind in kinds)


@callback
def tell(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Tell whoever lives on it that an account may hold something else."""
    async_dispatcher_send(hass, SIGNAL_KNOWN, entry.unique_id)


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
