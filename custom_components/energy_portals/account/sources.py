"""What the accounts of the house hold, for planner, card and actions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.model.agenda import Occasion, joined
from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.incentives import IncentiveOutlook
from ..portals.model.loads import LoadPlan
from ..portals.model.price_days import PriceOutlook
from ..portals.model.series import Series

# Sent with the unique id of an account when it may hold something else of these.
SIGNAL_KNOWN: Final = f"{DOMAIN}_known"
KINDS: Final = frozenset(
    {PriceOutlook, IncentiveOutlook, GreenOutlook, PowerCaps, LoadPlan}
)
_ALIVE: Final = {ConfigEntryState.LOADED, ConfigEntryState.SETUP_IN_PROGRESS}


@dataclass(frozen=True, slots=True)
class Source:
    """One site of one account that has something of a kind."""

    entry: ConfigEntry[Any]
    site: Site
    data: Any
    is_reached: bool

    @property
    def key(self) -> str:
        """Return what a planner remembers it by."""
        return source_key(self.entry, self.site.key)


def source_key(entry: ConfigEntry[Any], site_key: str) -> str:
    """Return the key of a site as a source: what its device is known by."""
    return f"{entry.unique_id}:{site_key}"


@callback
def sources(hass: HomeAssistant, kind: type[Any]) -> Iterator[Source]:
    """Yield every site that has something of a kind, account by account.

    Where an account has it of a site in several feeds, the portal's first one counts.
    """
    for entry in hass.config_entries.async_entries(DOMAIN):
        runtime = getattr(entry, "runtime_data", None)
        if runtime is None or entry.state not in _ALIVE:
            continue
        seen: set[str] = set()
        for feed in runtime.feeds.values():
            if (take := feed.feed.kinds.get(kind)) is None:
                continue
            for site in feed.sites:
                data = feed.data.get(site.key)
                if data is None or site.key in seen or take(data) is None:
                    continue
                seen.add(site.key)
                reached = feed.last_update_success and site.key not in feed.failed
                yield Source(entry, site, take(data), reached)


@callback
def source(hass: HomeAssistant, kind: type[Any], key: str) -> Source | None:
    """Return a source by its key, None where it holds nothing of the kind."""
    return next((each for each in sources(hass, kind) if each.key == key), None)


@callback
def tell(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Tell whoever lives on it that an account may hold something else."""
    async_dispatcher_send(hass, SIGNAL_KNOWN, entry.unique_id)


class HouseSources:
    """The market of this Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take where the accounts are."""
        self._hass = hass

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the house."""
        return ZoneInfo(self._hass.config.time_zone)

    def prices(self, key: str) -> PriceOutlook | None:
        """Return the prices of a source."""
        found = source(self._hass, PriceOutlook, key)
        return None if found is None else found.data

    def green(self, key: str) -> GreenOutlook | None:
        """Return the green windows of a source."""
        found = source(self._hass, GreenOutlook, key)
        return None if found is None else found.data

    def caps(self, key: str) -> PowerCaps | None:
        """Return the caps on power of a source."""
        found = source(self._hass, PowerCaps, key)
        return None if found is None else found.data

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
            answer: Any = await self._hass.services.async_call(
                "calendar", "get_events", request, blocking=True, return_response=True
            )
            events = answer[calendar]["events"]
        except HomeAssistantError, KeyError:
            return None
        return joined(
            Occasion(start=begin, end=after)
            for event in events
            for begin, after in [(_moment(event["start"]), _moment(event["end"]))]
            if begin < after
        )


def _moment(text: str) -> datetime:
    """Return when an event begins or ends; a day begins with its midnight."""
    found = dt_util.parse_datetime(text)
    if found is None:
        day = dt_util.parse_date(text)
        found = dt_util.start_of_local_day(day) if day else dt_util.utcnow()
    return dt_util.as_utc(found)
