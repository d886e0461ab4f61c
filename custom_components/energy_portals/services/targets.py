"""What an action may be about: a site, what a site has, accounts with a history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, override

from ..account.coordinator import FeedCoordinator, PortalConfigEntry
from ..account.errors import invalid
from ..account.sources import feeds_of, taken
from ..const import HISTORY
from ..portals.contract import Client, Feed, HeldData, Site
from ..portals.history import History
from ..portals.price_feeds import PriceFeed
from .action import Request
from .call import Call, Given, loaded


@dataclass(frozen=True, kw_only=True)
class SiteRequest[ClientT: Client, SiteT: Site = Site](Request):
    """What an action about a site is given: the site, and the client to ask."""

    entry: PortalConfigEntry
    client: ClientT
    site: SiteT

    def held[DataT](self, feed: Feed[Any, DataT, Any, Any]) -> HeldData[DataT]:
        """Return what a feed of the account holds."""
        return self.entry.runtime_data.feeds[feed.key]


@dataclass(frozen=True)
class OneSite[ClientT: Client, SiteT: Site]:
    """A site of a sort, of an account with such a client: the named or the only one."""

    client: type[ClientT]
    sort: type[SiteT]

    def find(self, call: Call) -> SiteRequest[ClientT, SiteT]:
        """Return the site that is meant."""
        clients = {
            entry: client
            for entry in loaded(call.hass)
            if isinstance(client := entry.runtime_data.client, self.client)
        }
        entry = call.account(clients)
        every = entry.runtime_data.sites.data.values()
        sites = [site for site in every if isinstance(site, self.sort)]
        # A device that is none of the sort stands for the account.
        sites = call.meant(entry, sites) or sites
        if len(sites) != 1:
            raise invalid("choose_site")
        return SiteRequest(
            hass=call.hass,
            entry=entry,
            fields=call.fields,
            client=clients[entry],
            site=sites[0],
        )


@dataclass(frozen=True, kw_only=True)
class KindRequest[KindT](Request):
    """What an action about a kind is given: what a site has of it, and its feed."""

    entry: PortalConfigEntry
    coordinator: FeedCoordinator[object]
    site: Site
    data: KindT


@dataclass(frozen=True)
class OfKind[KindT]:
    """What one site has of one of these kinds, which a call's fields may choose.

    Where several sites have it, the one is meant that alone has more than a part.
    """

    kinds: tuple[type[KindT], ...] | Callable[[Given], tuple[type[KindT], ...]]
    is_part: Callable[[PortalConfigEntry, Site], bool] = lambda entry, site: False

    def find(self, call: Call) -> KindRequest[KindT]:
        """Return the one site that is meant among those that have one of the kinds."""
        kinds = self.kinds(call.fields) if callable(self.kinds) else self.kinds
        fitting = [
            entry
            for entry in loaded(call.hass)
            if any(feed.sites for kind in kinds for feed in feeds_of(entry, kind))
        ]
        entry = call.account(fitting)
        for kind in kinds:
            for feed in feeds_of(entry, kind):
                if (result := self._of_feed(call, entry, feed, kind)) is not None:
                    return result
        raise invalid("choose_site")

    def _of_feed(
        self,
        call: Call,
        entry: PortalConfigEntry,
        feed: FeedCoordinator[object],
        kind: type[KindT],
    ) -> KindRequest[KindT] | None:
        """Return what a feed has of a kind at the site that is meant, if it is its."""
        meant = call.meant(entry, feed.sites)
        # A site of another sort may have none of the kind.
        having = [
            site
            for site in meant
            if site.key not in feed.data or taken(feed, kind, site) is not None
        ]
        if len(having) > 1:
            having = [site for site in having if not self.is_part(entry, site)]
        if len(having) > 1:
            raise invalid("choose_site")
        data = taken(feed, kind, having[0]) if having else None
        if data is not None:
            return KindRequest(
                hass=call.hass,
                entry=entry,
                fields=call.fields,
                coordinator=feed,
                site=having[0],
                data=data,
            )
        if meant:
            raise invalid("no_data")
        return None


@dataclass(frozen=True, kw_only=True)
class HistoryRequest(Request):
    """What an action about history is given: accounts, each with the sites meant."""

    meant: Mapping[PortalConfigEntry, tuple[Site, ...]]

    @property
    @override
    def accounts(self) -> tuple[PortalConfigEntry, ...]:
        """Return whose history it is."""
        return tuple(self.meant)


@dataclass(frozen=True, kw_only=True)
class WithHistory:
    """An account whose history is imported; with `of_all` all, where none is named."""

    of_all: bool = False

    def find(self, call: Call) -> HistoryRequest:
        """Return the accounts that are meant."""
        entries = [
            entry for entry in loaded(call.hass) if HISTORY in entry.runtime_data.feeds
        ]
        if not call.names_any:
            entries = [entry for entry in entries if not _is_reckoned(entry)]
        if call.names_any or not self.of_all:
            entries = [call.account(entries)]
        meant = {}
        for entry in entries:
            sites = entry.runtime_data.feeds[HISTORY].sites
            # A device that has no history of its own stands for the account.
            meant[entry] = tuple(call.meant(entry, sites)) or sites
        return HistoryRequest(
            hass=call.hass,
            entry=entries[0] if entries else None,
            fields=call.fields,
            meant=meant,
        )


def _is_reckoned(entry: PortalConfigEntry) -> bool:
    """Say whether no portal has the history of an account."""
    history = entry.runtime_data.portal.capability(History)
    return history is not None and history.is_reckoned


@dataclass(frozen=True, kw_only=True)
class PricesRequest(Request):
    """What an action about fetching prices is given: accounts, and the sites meant."""

    meant: Mapping[PortalConfigEntry, tuple[Site, ...]]

    @property
    @override
    def accounts(self) -> tuple[PortalConfigEntry, ...]:
        """Return whose prices they are."""
        return tuple(self.meant)


@dataclass(frozen=True, kw_only=True)
class WithPrices:
    """An account that fetches prices; all of them, where none is named."""

    def find(self, call: Call) -> PricesRequest:
        """Return the accounts that are meant."""
        priced = {
            entry: sites
            for entry in loaded(call.hass)
            if (sites := _priced(entry)) is not None
        }
        entries = [call.account(priced)] if call.names_any else [*priced]
        if not entries:
            raise invalid("no_account")
        return PricesRequest(
            hass=call.hass,
            entry=entries[0],
            fields=call.fields,
            meant={
                # A device that has no prices of its own stands for the account.
                entry: tuple(call.meant(entry, priced[entry])) or priced[entry]
                for entry in entries
            },
        )


def _priced(entry: PortalConfigEntry) -> tuple[Site, ...] | None:
    """Return the sites of an account that may have prices; None if it fetches none."""
    feeds = entry.runtime_data.feeds.values()
    priced = [each for each in feeds if isinstance(each.feed, PriceFeed)]
    return tuple(site for each in priced for site in each.sites) if priced else None
