"""An account from its entry to the last thing that it does by itself."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_track_time_interval

from ..const import HISTORY
from ..history.importer import Importer
from ..portals.automatic_actions import AutomaticActions
from ..portals.contract import AnyFeed, Subentry
from ..portals.history import History
from ..portals.portal import AnyPortal, LivesOnSources, Parts
from ..portals.push import Push
from .background import BackgroundTasks
from .coordinator import (
    AnyCoordinator,
    FeedCoordinator,
    PortalConfigEntry,
    RuntimeData,
    async_follow_sources,
    async_refresh_all,
    async_refresh_due,
)
from .oauth import async_held_login
from .store import PortalStore, PortalTokenStore
from .subentries import async_follow_subentries, subentries_of
from .ticker import SlotTicker
from .webhook import Webhook

_TRY_ABSENT_EVERY: Final = timedelta(days=1)
# A portal that hangs does not hold up the start for longer; its entities come later.
PATIENCE: Final = 10
# Soon after a restart, yet not in the rush of it.
_SITES_AGAIN: Final = timedelta(minutes=5)


async def async_connect(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    portal: AnyPortal,
    parts: tuple[Subentry, ...],
) -> RuntimeData:
    """Return what the account has, once its sites are known."""
    token_store = PortalTokenStore(hass, entry.entry_id)
    store = PortalStore(hass, entry.entry_id)
    await asyncio.gather(token_store.load(), store.load(_read_by(entry, portal)))
    token_store.login = await async_held_login(hass, entry, portal, token_store)
    session = async_get_clientsession(hass)
    client = portal.connect(session, entry.data, entry.options, token_store)
    importer = None
    # Without a recorder there is nowhere to import to.
    if portal.capability(History) and "recorder" in hass.config.components:
        importer = Importer(hass, entry, portal)
    for feed in portal.feeds:
        await store.prepare(feed, entry.options.get(feed.key, {}))
    sites = FeedCoordinator(hass, entry, client, store, portal.sites)
    held = sites.data
    if (beneath := portal.capability(Parts)) is not None:
        sites.data = beneath.arrange(held, parts)
    # Whoever has kept the sites shows what else is kept at once, portal or no portal.
    is_warm = bool(sites.data)
    if is_warm:
        sites.update_interval = _SITES_AGAIN
    else:
        await sites.async_config_entry_first_refresh()

    def coordinator(feed: AnyFeed) -> AnyCoordinator:
        return FeedCoordinator(hass, entry, client, store, feed, sites)

    feeds = {feed.key: coordinator(feed) for feed in portal.feeds}
    if importer is not None:
        feeds[HISTORY] = coordinator(importer.feed())
        importer.attach(sites, feeds[HISTORY])
    webhook = None
    if (push := portal.capability(Push)) is not None:
        pushed = feeds[push.feed.key]
        webhook = Webhook(hass, entry, push, pushed, lambda: pushed.sites)
    return RuntimeData(
        portal=portal,
        client=client,
        store=store,
        token_store=token_store,
        sites=sites,
        feeds=feeds,
        importer=importer,
        webhook=webhook,
        is_warm=is_warm,
        owes_sites=is_warm and sites.data != held,
    )


def _read_by(entry: PortalConfigEntry, portal: AnyPortal) -> dict[str, object]:
    """Return the options by which answers are read, such as units."""
    of_feeds = {HISTORY, *(feed.key for feed in portal.feeds)}
    return {key: entry.options[key] for key in entry.options if key not in of_feeds}


async def async_fetch_first(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Fetch what is not held; a start with nothing held waits for it a while."""
    runtime = entry.runtime_data
    fetched = [each for key, each in runtime.feeds.items() if key != HISTORY]
    fetching = entry.async_create_background_task(
        hass, async_refresh_due(fetched), f"fetch {runtime.portal.key}"
    )
    if not runtime.is_warm:
        await asyncio.wait((fetching,), timeout=PATIENCE)


@callback
def async_begin(
    hass: HomeAssistant, entry: PortalConfigEntry, parts: tuple[Subentry, ...]
) -> None:
    """Begin all that an account does from then on, until it is unloaded."""
    runtime = entry.runtime_data
    entry.async_on_unload(SlotTicker(hass, runtime.coordinators).start())
    _try_absent(hass, entry)
    if runtime.importer is not None:
        history = runtime.feeds[HISTORY]
        # Whether or not anybody looks.
        entry.async_on_unload(history.async_follow(_do_nothing, polls=True))
        entry.async_create_background_task(
            hass, history.async_refresh(), f"import {history.name}"
        )
    if runtime.webhook is not None:
        entry.async_on_unload(runtime.webhook.start())
    if (owed := runtime.portal.capability(AutomaticActions)) is not None:
        entry.async_on_unload(BackgroundTasks(hass, entry, owed).start())
    _follow_parts(hass, entry, parts)
    if runtime.portal.capability(LivesOnSources) is not None:
        entry.async_on_unload(async_follow_sources(hass, entry))
    if runtime.owes_sites:
        # The portal is still to be told what the user has changed.
        entry.async_create_background_task(
            hass, runtime.sites.async_refresh(), f"sites of {runtime.portal.key}"
        )


def _do_nothing() -> None:
    """Follow what writes by itself."""


@callback
def _try_absent(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Ask again every day for what the account was not allowed to see."""

    @callback
    def try_absent(now: datetime) -> None:
        for feed in entry.runtime_data.feeds.values():
            feed.async_try_absent()

    entry.async_on_unload(
        async_track_time_interval(hass, try_absent, _TRY_ABSENT_EVERY)
    )


@callback
def _follow_parts(
    hass: HomeAssistant, entry: PortalConfigEntry, parts: tuple[Subentry, ...]
) -> None:
    """Take over what the user changes of the parts, or set the account up anew."""
    sites = entry.runtime_data.sites
    beneath = entry.runtime_data.portal.capability(Parts)
    take_over = None
    if beneath is not None and beneath.are_live:
        arrange = beneath.arrange

        @callback
        def take_over() -> None:
            arranged = arrange(sites.data, subentries_of(entry))
            sites.async_set_updated_data(arranged)
            entry.async_create_task(hass, async_refresh_all(entry))

    entry.async_on_unload(async_follow_subentries(hass, entry, parts, take_over))
