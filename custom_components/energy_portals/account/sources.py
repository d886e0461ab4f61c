"""What the accounts of the house hold, for planner, card and actions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.model.series import Outlook
from ..portals.portal import LivesOnSources
from .store import is_same

if TYPE_CHECKING:
    from .coordinator import AnyCoordinator, FeedCoordinator, PortalConfigEntry

# Sent with the unique id of an account when it may hold another outlook.
SIGNAL_KNOWN: Final = f"{DOMAIN}_known"
ALIVE: Final = {ConfigEntryState.LOADED, ConfigEntryState.SETUP_IN_PROGRESS}


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


def price_feeds_of(entry: PortalConfigEntry) -> tuple[FeedCoordinator[object], ...]:
    """Return the feeds of an account that fetch prices.

    By the kind's name: it is imported by the portals that yield it.
    """
    return tuple(
        each
        for each in entry.runtime_data.feeds.values()
        if "PriceOutlook" in {kind.__name__ for kind in each.feed.kinds}
    )


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
        if entry.state not in ALIVE or not hasattr(entry, "runtime_data"):
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


@callback
def feed_of[KindT](held: Source[KindT]) -> FeedCoordinator[object]:
    """Return the feed that a source has its data of."""
    kind = type(held.data)
    feeds = (each for each in feeds_of(held.entry, kind) if held.site in each.sites)
    return next(each for each in feeds if taken(each, kind, held.site) is not None)


def are_told_of(kinds: Iterable[type[object]]) -> bool:
    """Say whether others live on one of these kinds, or show it."""
    return any(issubclass(kind, Outlook) for kind in kinds)


@callback
def tell(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Tell whoever lives on it that an account may hold something else."""
    async_dispatcher_send(hass, SIGNAL_KNOWN, entry.unique_id)


class News:
    """What was last told of a feed: a fetch that brings nothing is no news."""

    def __init__(self) -> None:
        """Begin with nothing that was told."""
        self._last: tuple[object, ...] = ()
        self._held: Mapping[str, object] = {}

    @callback
    def tell(self, feed: AnyCoordinator) -> None:
        """Tell of a feed on which others live, where it may hold something else."""
        if not are_told_of(feed.feed.kinds):
            return
        stands = feed.last_update_success, {*feed.failed}, feed.sites
        if stands != self._last or not is_same(feed.data, self._held):
            self._last, self._held = stands, feed.data
            tell(feed.hass, feed.config_entry)


def sources_of(entry: PortalConfigEntry) -> tuple[str, ...]:
    """Return the sources that an account lives on."""
    lives_on = entry.runtime_data.portal.capability(LivesOnSources)
    return () if lives_on is None else lives_on.keys(entry.data)
