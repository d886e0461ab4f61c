"""An account from its entry to the last thing that it does by itself."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import CONF_VENDOR, HISTORY
from ..portals.automatic_actions import AutomaticActions
from ..portals.contract import AccountData, AnyFeed, Site, Subentry
from ..portals.history import History
from ..portals.portal import (
    AnyPortal,
    AsksHouse,
    LivesOnSources,
    LoginServer,
    OfAccount,
    Parts,
)
from ..portals.push import Push
from ..portals.registry import PORTALS
from .coordinator import (
    AnyCoordinator,
    FeedCoordinator,
    PortalConfigEntry,
    RuntimeData,
    async_refresh_all,
)
from .errors import of_a_login
from .login import login_of
from .sources import SIGNAL_KNOWN, are_told_of, sources_of
from .store import PortalStore, PortalTokenStore
from .subentries import async_follow_subentries, subentries_of
from .surroundings import AccountSurroundings
from .ticker import SlotTicker

if TYPE_CHECKING:
    from ..history.importer import Importer
    from .background import BackgroundTasks
    from .corrections import FollowsCorrections
    from .house import HouseSources
    from .house_changes import HouseChanges
    from .house_reader import HouseReader
    from .missing import Missing
    from .oauth import HoldsLogin
    from .webhook import Webhook

# A portal that hangs does not hold up the start for longer; its entities come later.
PATIENCE: Final = 10
# Soon after a restart, yet not in the rush of it.
_SITES_AGAIN: Final = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Code:
    """A portal, and what runs that which not every portal has."""

    portal: AnyPortal
    importer: type[Importer] | None = None
    corrections: FollowsCorrections | None = None
    webhook: type[Webhook[Any, Any]] | None = None
    background: type[BackgroundTasks[Any]] | None = None
    held_login: HoldsLogin | None = None
    missing: type[Missing] | None = None
    house: tuple[type[HouseReader], type[HouseChanges]] | None = None


async def async_load(hass: HomeAssistant, entry: PortalConfigEntry) -> Code:
    """Import what an account needs, and no more: in the executor."""
    # Without a recorder there is nowhere to import a history to.
    has_recorder = "recorder" in hass.config.components
    zone = hass.config.time_zone
    return await hass.async_add_import_executor_job(
        _load, entry.data, zone, has_recorder
    )


def _load(account: AccountData, zone: str, has_recorder: bool) -> Code:
    """Import a portal, and what runs what it has."""
    portal = PORTALS[account[CONF_VENDOR]]()
    asks = portal.capability(AsksHouse)
    if (own := portal.capability(OfAccount)) is not None:
        portal = own.portal(account, ZoneInfo(zone))
    elif asks is not None:
        portal = asks.of_account(account, ZoneInfo(zone))
    beneath = portal.capability(Parts)
    lives_on = portal.capability(LivesOnSources)
    if lives_on is not None:
        # Its feeds ask for them.
        _house()
        _house_itself()
    names = beneath is not None and (beneath.entities or beneath.statistics)
    history = portal.capability(History)
    has_history = has_recorder and history is not None
    is_priced = has_history and history is not None and history.priced_by is not None
    return Code(
        portal=portal,
        importer=_importer() if has_history else None,
        corrections=_corrections() if is_priced else None,
        webhook=_webhook() if portal.capability(Push) else None,
        background=_background() if portal.capability(AutomaticActions) else None,
        held_login=_held_login() if portal.capability(LoginServer) else None,
        missing=_missing() if names or lives_on or asks else None,
        house=_house_itself() if asks else None,
    )


def _missing() -> type[Missing]:
    from .missing import Missing

    return Missing


def _house() -> type[HouseSources]:
    from .house import HouseSources

    return HouseSources


def _house_itself() -> tuple[type[HouseReader], type[HouseChanges]]:
    from .house_changes import HouseChanges
    from .house_reader import HouseReader

    return HouseReader, HouseChanges


def _importer() -> type[Importer]:
    from ..history.importer import Importer

    return Importer


def _corrections() -> FollowsCorrections:
    from .corrections import async_follow_corrections

    return async_follow_corrections


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
    asks = portal.capability(AsksHouse)
    if code.house is not None and asks is not None:
        asks.attach(client, code.house[0](hass))
    importer = None
    if code.importer is not None:

        def around(key: str) -> AccountSurroundings:
            options = entry.options.get(key, {})
            return AccountSurroundings(hass, entry, options)

        importer = code.importer(hass, entry, portal, around)
    for feed in portal.feeds:
        await store.prepare(feed, entry.options.get(feed.key, {}))
    sites = FeedCoordinator(hass, entry, client, store, portal.sites)
    login_of(hass, entry).begin(sites.async_refresh)
    held = sites.data
    if (beneath := portal.capability(Parts)) is not None:
        sites.data = beneath.arrange(held, parts)
    # Whoever has kept the sites shows what else is kept at once, portal or no portal.
    is_warm = bool(sites.data)
    if is_warm:
        sites.update_interval = _SITES_AGAIN
    else:
        await _fetch_sites(hass, entry, sites, token_store)

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


async def _fetch_sites(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    sites: FeedCoordinator[Site],
    token_store: PortalTokenStore,
) -> None:
    """Fetch the sites for the first time, or see to it that it is tried again."""
    login = login_of(hass, entry)

    async def works() -> bool:
        if is_answered := await sites.async_is_answered():
            # The next set-up takes what this has kept of the login.
            await token_store.close()
        return is_answered

    try:
        await sites.async_config_entry_first_refresh()
    except ConfigEntryNotReady:
        if (refusal := login.refusal) is None:
            raise
        login.set_up_later(works)
        raise of_a_login(refusal) from None


def _read_by(entry: PortalConfigEntry, portal: AnyPortal) -> dict[str, object]:
    """Return the options by which answers are read, such as units."""
    of_feeds = {HISTORY, *(feed.key for feed in portal.feeds)}
    return {key: entry.options[key] for key in entry.options if key not in of_feeds}


async def async_fetch_first(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Fetch what is not held; a start with nothing held waits for it a while."""
    runtime = entry.runtime_data
    fetched = [each for key, each in runtime.feeds.items() if key != HISTORY]
    fetching = entry.async_create_background_task(
        hass, _refresh_due(fetched), f"fetch {runtime.portal.key}"
    )
    if not runtime.is_warm:
        await asyncio.wait((fetching,), timeout=PATIENCE)


async def _refresh(entry: PortalConfigEntry, feeds: Iterable[AnyCoordinator]) -> None:
    """Fetch feeds of an account that is set up, one after another."""
    for feed in feeds:
        if entry.state is ConfigEntryState.LOADED:
            await feed.async_refresh()


async def _refresh_due(coordinators: Iterable[AnyCoordinator]) -> None:
    """Fetch the feeds that lack something; each failure is its own feed's alone."""
    await asyncio.gather(
        *(each.async_refresh() for each in coordinators if each.is_due)
    )


@callback
def _follow_sources(hass: HomeAssistant, entry: PortalConfigEntry) -> CALLBACK_TYPE:
    """Fetch again when an account with one of these sources holds something else."""
    keys = sources_of(entry)

    feeds = entry.runtime_data.feeds
    # An import looks by itself, or is told of prices that were corrected.
    living = [each for key, each in feeds.items() if key != HISTORY]

    @callback
    def follow(unique_id: str) -> None:
        if any(key.startswith(f"{unique_id}:") for key in keys):
            entry.async_create_task(hass, _refresh(entry, living))

    return async_dispatcher_connect(hass, SIGNAL_KNOWN, follow)


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
    if runtime.importer is not None:
        history = runtime.feeds[HISTORY]
        # Whether or not anybody looks.
        entry.async_on_unload(history.async_follow(_do_nothing, polls=True))
        entry.async_create_background_task(
            hass, history.async_refresh(), f"import {history.name}"
        )
        if code.corrections is not None:
            entry.async_on_unload(code.corrections(hass, entry))
    for feed in runtime.feeds.values():
        # Others live on it, whether or not an entity shows it.
        if are_told_of(feed.feed.kinds):
            entry.async_on_unload(feed.async_follow(_do_nothing, polls=True))
    if runtime.webhook is not None:
        entry.async_on_unload(runtime.webhook.start())
    owed = code.portal.capability(AutomaticActions)
    if code.background is not None and owed is not None:
        entry.async_on_unload(code.background(hass, entry, owed).start())
    _follow_parts(hass, entry, code, parts)
    if runtime.portal.capability(LivesOnSources) is not None:
        entry.async_on_unload(_follow_sources(hass, entry))
    asks = code.portal.capability(AsksHouse)
    if code.house is not None and asks is not None:
        entry.async_on_unload(code.house[1](hass, entry, asks).start())
    if code.missing is not None:
        entry.async_on_unload(code.missing(hass, entry).start())
    if runtime.owes_sites:
        # The portal is still to be told what the user has changed.
        entry.async_create_background_task(
            hass, runtime.sites.async_refresh(), f"sites of {runtime.portal.key}"
        )


def _do_nothing() -> None:
    """Follow what writes by itself."""


@callback
def _follow_parts(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    code: Code,
    parts: tuple[Subentry, ...],
) -> None:
    """Take over what the user changes of the parts, or set the account up anew."""
    sites = entry.runtime_data.sites
    beneath = code.portal.capability(Parts)
    take_over = None
    if beneath is not None and beneath.are_live:
        arrange = beneath.arrange

        @callback
        def take_over() -> None:
            if code.missing is not None:
                code.missing.prepare(hass, entry, code.portal)
            arranged = arrange(sites.data, subentries_of(entry))
            sites.async_set_updated_data(arranged)
            entry.async_create_task(hass, async_refresh_all(entry))

    entry.async_on_unload(async_follow_subentries(hass, entry, parts, take_over))
