"""An account from its entry to the last thing that it does by itself."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_track_time_interval

from ..const import CONF_VENDOR, HISTORY
from ..portals.automatic_actions import AutomaticActions
from ..portals.contract import AnyFeed, Subentry
from ..portals.history import History
from ..portals.portal import AnyPortal, LivesOnSources, LoginServer, Parts
from ..portals.push import Push
from ..portals.registry import PORTALS
from .coordinator import (
    AnyCoordinator,
    FeedCoordinator,
    PortalConfigEntry,
    RuntimeData,
    async_follow_sources,
    async_refresh_all,
    async_refresh_due,
)
from .store import PortalStore, PortalTokenStore
from .subentries import async_follow_subentries, subentries_of
from .ticker import SlotTicker

if TYPE_CHECKING:
    from ..history.importer import Importer
    from .background import BackgroundTasks
    from .house import HouseSources
    from .oauth import HoldsLogin
    from .webhook import Webhook

_TRY_ABSENT_EVERY: Final = timedelta(days=1)
# A portal that hangs does not hold up the start for longer; its entities come later.
PATIENCE: Final = 10
# Soon after a restart, yet not in the rush of it.
_SITES_AGAIN: Final = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Code:
    """A portal, and what runs that which not every portal has."""

    portal: AnyPortal
    importer: type[Importer] | None = None
    webhook: type[Webhook[Any, Any]] | None = None
    background: type[BackgroundTasks[Any]] | None = None
    held_login: HoldsLogin | None = None


async def async_load(hass: HomeAssistant, entry: PortalConfigEntry) -> Code:
    """Import what an account needs, and no more: in the executor."""
    # Without a recorder there is nowhere to import a history to.
    has_recorder = "recorder" in hass.config.components
    key = entry.data[CONF_VENDOR]
    return await hass.async_add_import_executor_job(_load, key, has_recorder)


def _load(key: str, has_recorder: bool) -> Code:
    """Import a portal, and what runs what it has."""
    portal = PORTALS[key]()
    if portal.capability(LivesOnSources) is not None:
        # Its feeds ask for them.
        _house()
    has_history = has_recorder and portal.capability(History) is not None
    return Code(
        portal=portal,
        importer=_importer() if has_history else None,
        webhook=_webhook() if portal.capability(Push) else None,
        background=_background() if portal.capability(AutomaticActions) else None,
        held_login=_held_login() if portal.capability(LoginServer) else None,
    )


def _house() -> type[HouseSources]:
    from .house import HouseSources

    return HouseSources


def _importer() -> type[Importer]:
    from ..history.importer import Importer

    return Importer


def _webhook() -> type[Webhook[Any, Any]]:
    from .webhook import Webhook

    return Webhook


def _background() -> type[BackgroundTasks[Any]]:
    from .background import BackgroundTasks

    return BackgroundTasks


def _held_login() -> HoldsLogin:
    from .oauth import async_held_login

    return async_held_login


async def async_connect(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    code: Code,
    parts: tuple[Subentry, ...],
) -> RuntimeData:
    """Return what the account has, once its sites are known."""
    portal = code.portal
    token_store = PortalTokenStore(hass, entry.entry_id)
    store = PortalStore(hass, entry.entry_id)
    await asyncio.gather(token_store.load(), store.load(_read_by(entry, portal)))
    if code.held_login is not None:
        token_store.login = await code.held_login(hass, entry, portal, token_store)
    session = async_get_clientsession(hass)
    client = portal.connect(session, entry.data, entry.options, token_store)
    importer = None
    if code.importer is not None:
        importer = code.importer(hass, entry, portal)
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
    push = portal.capability(Push)
    if code.webhook is not None and push is not None:
        pushed = feeds[push.feed.key]
        webhook = code.webhook(hass, entry, push, pushed, lambda: pushed.sites)
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
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    code: Code,
    parts: tuple[Subentry, ...],
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
    owed = code.portal.capability(AutomaticActions)
    if code.background is not None and owed is not None:
        entry.async_on_unload(code.background(hass, entry, owed).start())
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
