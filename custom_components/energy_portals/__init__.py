"""Energy Portals: set an account up and tear it down."""

import asyncio
from datetime import datetime, timedelta
import logging
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.typing import ConfigType

from .account.background import BackgroundTasks
from .account.coordinator import (
    FeedCoordinator,
    PortalConfigEntry,
    RuntimeData,
    async_follow_sources,
    async_refresh_all,
    async_refresh_due,
)
from .account.oauth import async_held_login
from .account.sources import tell
from .account.store import PortalStore, PortalTokenStore
from .account.subentries import async_follow_subentries, subentries_of
from .account.ticker import SlotTicker
from .account.webhook import Webhook
from .const import CONF_VENDOR, DOMAIN, HISTORY
from .entities import standard
from .entities.entity import Source, device_identifier
from .faces.registry import FACES
from .frontend.card import async_setup_card
from .frontend.websocket import async_setup_websocket
from .history.importer import Importer
from .portals.http.errors import PortalError
from .portals.portal import Portal
from .portals.registry import PORTALS
from .repairs import async_follow_repairs, async_forget_repairs
from .services.actions import async_setup_actions

_LOGGER = logging.getLogger(__name__)

PLATFORMS = tuple(standard.TABLES.by_platform())

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

TRY_ABSENT_EVERY = timedelta(days=1)
# A portal that hangs does not hold up the start for longer; its entities come later.
PATIENCE = 10
# Soon after a restart, yet not in the rush of it.
SITES_AGAIN = timedelta(minutes=5)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register actions, commands and the card, which need no account."""
    async_setup_actions(hass)
    async_setup_websocket(hass)
    await async_setup_card(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PortalConfigEntry) -> bool:
    """Set an account up: its sites first, then every feed on its own."""
    portal = PORTALS[entry.data[CONF_VENDOR]]()
    parts = subentries_of(entry)
    feed_keys = {HISTORY, *(feed.key for feed in portal.feeds)}
    read_by = {key: entry.options[key] for key in entry.options if key not in feed_keys}
    token_store = PortalTokenStore(hass, entry.entry_id)
    store = PortalStore(hass, entry.entry_id)
    await asyncio.gather(token_store.load(), store.load(read_by))
    token_store.login = await async_held_login(hass, entry, portal, token_store)
    session = async_get_clientsession(hass)
    client = portal.connect(session, entry.data, entry.options, token_store)
    importer = None
    # Without a recorder there is nowhere to import to.
    if portal.history is not None and "recorder" in hass.config.components:
        importer = Importer(hass, entry, portal)
    for feed in portal.feeds:
        await store.prepare(feed, entry.options.get(feed.key, {}))
    sites = FeedCoordinator(hass, entry, client, store, portal.sites)
    held = sites.data
    if portal.arrange is not None:
        sites.data = portal.arrange(held, parts)
    # Whoever has kept the sites shows what else is kept at once, portal or no portal.
    is_warm = bool(sites.data)
    if is_warm:
        sites.update_interval = SITES_AGAIN
    else:
        await sites.async_config_entry_first_refresh()
    feeds = {
        feed.key: FeedCoordinator(hass, entry, client, store, feed, sites)
        for feed in portal.feeds
    }
    fetched = tuple(feeds.values())
    if importer is not None:
        feeds[HISTORY] = FeedCoordinator(
            hass, entry, client, store, importer.feed(), sites
        )
    entry.runtime_data = runtime = RuntimeData(
        portal=portal,
        client=client,
        store=store,
        token_store=token_store,
        sites=sites,
        feeds=feeds,
        importer=importer,
        webhook=_webhook(hass, entry, portal, feeds),
    )
    fetching = entry.async_create_background_task(
        hass, async_refresh_due(fetched), f"fetch {portal.key}"
    )
    if not is_warm:
        await asyncio.wait((fetching,), timeout=PATIENCE)
    _follow_sites(hass, entry)
    async_follow_repairs(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, _platforms(entry))
    ticker = SlotTicker(hass, runtime.coordinators)
    entry.async_on_unload(ticker.start())

    @callback
    def try_absent(now: datetime) -> None:
        """Ask again for what the account was not allowed to see."""
        for feed in feeds.values():
            feed.async_try_absent()

    entry.async_on_unload(async_track_time_interval(hass, try_absent, TRY_ABSENT_EVERY))
    if importer is not None:
        _begin_import(hass, entry, feeds[HISTORY])
    if runtime.webhook is not None:
        entry.async_on_unload(runtime.webhook.start())
    if portal.automatic_actions is not None:
        entry.async_on_unload(
            BackgroundTasks(hass, entry, portal.automatic_actions).start()
        )

    @callback
    def take_over() -> None:
        """Have what the user has set of the parts hold from now on."""
        if portal.arrange is not None:
            sites.async_set_updated_data(
                portal.arrange(sites.data, subentries_of(entry))
            )
            entry.async_create_task(hass, async_refresh_all(entry))

    entry.async_on_unload(
        async_follow_subentries(
            hass, entry, parts, take_over if portal.is_live else None
        )
    )
    if portal.sources is not None:
        entry.async_on_unload(async_follow_sources(hass, entry))
    if is_warm and sites.data != held:
        # The portal is still to be told what the user has changed.
        entry.async_create_background_task(
            hass, sites.async_refresh(), f"sites of {portal.key}"
        )
    tell(hass, entry)
    return True


def _platforms(entry: PortalConfigEntry) -> list[Platform]:
    """Return the platforms on which the account has anything to show."""
    runtime = entry.runtime_data
    sources: set[Source] = {*runtime.feeds}
    for feed in runtime.feeds.values():
        sources.update(feed.feed.kinds)
    shared = standard.TABLES.by_platform()
    own = FACES[runtime.portal.key].load().tables.by_platform()
    needed = []
    for platform in PLATFORMS:
        rows = (*shared[platform], *own[platform])
        has_rows = any(row.source in sources for row in rows)
        if has_rows or (platform is Platform.BUTTON and runtime.importer is not None):
            needed.append(platform)
    return needed


def _webhook(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    portal: Portal[Any],
    feeds: dict[str, FeedCoordinator[Any]],
) -> Webhook | None:
    """Return what takes the portal's pushes, if it pushes."""
    if portal.push is None:
        return None
    feed = feeds[portal.push.feed]
    return Webhook(hass, entry, portal.push, feed, lambda: feed.sites)


@callback
def _begin_import(
    hass: HomeAssistant, entry: PortalConfigEntry, history: FeedCoordinator[Any]
) -> None:
    """Import at once and from then on, whether or not anybody looks."""
    entry.async_on_unload(history.async_add_listener(lambda: None))
    entry.async_create_background_task(
        hass, history.async_refresh(), f"import {history.name}"
    )


async def async_unload_entry(hass: HomeAssistant, entry: PortalConfigEntry) -> bool:
    """Take an account down."""
    if not await hass.config_entries.async_unload_platforms(entry, _platforms(entry)):
        return False
    tell(hass, entry)
    await entry.runtime_data.store.close()
    # A token that is being replaced has to be kept before the next run takes it.
    await entry.runtime_data.token_store.close()
    if entry.disabled_by is not None:
        # Nothing could be mended before it is enabled again.
        async_forget_repairs(hass, entry)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """End the login at the portal, and forget what was kept of the account."""
    async_forget_repairs(hass, entry)
    token_store = PortalTokenStore(hass, entry.entry_id)
    portal = PORTALS[entry.data[CONF_VENDOR]]()
    if portal.leave is not None:
        await token_store.load()
        session = async_get_clientsession(hass)
        client = portal.connect(session, entry.data, entry.options, token_store)
        try:
            async with asyncio.timeout(PATIENCE):
                await portal.leave(client, entry.data)
        except (PortalError, TimeoutError) as err:
            _LOGGER.debug("%s: the login stays: %s", portal.name, type(err).__name__)
    await token_store.remove()
    await PortalStore(hass, entry.entry_id).remove()


@callback
def _follow_sites(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Remove the devices of sites that are gone; fetch for those that are new."""
    runtime = entry.runtime_data
    known = set(runtime.sites.data)

    @callback
    def follow() -> None:
        registry = dr.async_get(hass)
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
            if _is_stale(entry, device):
                registry.async_remove_device(device.id)
        if not known.issuperset(runtime.sites.data):
            for feed in runtime.feeds.values():
                entry.async_create_task(hass, feed.async_request_refresh())
        known.clear()
        known.update(runtime.sites.data)

    follow()
    entry.async_on_unload(runtime.sites.async_add_listener(follow))


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: PortalConfigEntry, device: DeviceEntry
) -> bool:
    """Let a device be removed by hand once its site is gone."""
    return _is_stale(entry, device)


def _is_stale(entry: PortalConfigEntry, device: DeviceEntry) -> bool:
    """Say whether a device stands for none of the account's sites."""
    current = {device_identifier(entry, key) for key in entry.runtime_data.sites.data}
    return not device.identifiers & current
