"""Energy Portals: set an account up and tear it down."""

import asyncio
from collections.abc import Callable
import logging
from typing import TYPE_CHECKING

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .account.coordinator import PortalConfigEntry
from .account.devices import async_follow_sites, is_stale
from .account.leaving import leaving
from .account.questions import async_follow_questions, async_forget_questions
from .account.sources import price_feeds_of, tell
from .account.starting import (
    PATIENCE,
    async_begin,
    async_connect,
    async_fetch_first,
    async_load,
)
from .account.store import PortalTokenStore
from .account.subentries import subentries_of
from .const import CONF_VENDOR, DOMAIN, MINOR_VERSION
from .entities.entity import coordinators_of
from .entities.tables import Tables
from .faces.registry import FACES
from .faces.tables import tables_of
from .frontend.card import async_setup_card
from .frontend.websocket import async_setup_websocket
from .portals.http.errors import PortalError
from .portals.portal import SignOut
from .portals.registry import PORTALS
from .services.registry import async_setup_actions

if TYPE_CHECKING:
    from .entities.shown import Shown

_LOGGER = logging.getLogger(__name__)

PLATFORMS = tuple(Tables().by_platform())

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register actions, commands and the card, which need no account."""
    async_setup_actions(hass, FACES)
    async_setup_websocket(hass)
    await async_setup_card(hass)
    await leaving(hass).async_begin()
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PortalConfigEntry) -> bool:
    """Set an account up: its sites first, then every feed on its own."""
    leaving(hass).async_back(entry.entry_id)
    code = await async_load(hass, entry)
    if code.missing is not None:
        code.missing.prepare(hass, entry, code.portal)
    # Those that are added meanwhile set it up again.
    parts = subentries_of(entry)
    entry.runtime_data = await async_connect(hass, entry, code, parts)
    tables = await hass.async_add_import_executor_job(tables_of, entry)
    await async_fetch_first(hass, entry)
    async_follow_sites(hass, entry)
    async_follow_questions(hass, entry)
    if entry.minor_version < MINOR_VERSION:
        slim = await hass.async_add_import_executor_job(_slimming)
        slim(hass, entry, tables.shown)
    await hass.config_entries.async_forward_entry_setups(entry, _platforms(entry))
    async_begin(hass, entry, code, parts)
    tell(hass, entry)
    return True


def _slimming() -> Callable[[HomeAssistant, PortalConfigEntry, Shown], None]:
    """Import what turns entities off: it is needed once."""
    from .entities.slimming import async_slim_once

    return async_slim_once


def _platforms(entry: PortalConfigEntry) -> list[Platform]:
    """Return the platforms on which the account has anything to show."""
    runtime = entry.runtime_data
    tables = tables_of(entry).by_platform()
    needed = []
    for platform in PLATFORMS:
        has_rows = any(coordinators_of(entry, row.source) for row in tables[platform])
        has_buttons = runtime.importer is not None or price_feeds_of(entry)
        if has_rows or (platform is Platform.BUTTON and has_buttons):
            needed.append(platform)
    return needed


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
        async_forget_questions(hass, entry)
        name = "what a disabled account has set"
        hass.async_create_background_task(leaving(hass).async_disabled(entry), name)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """End the login at the portal, and forget what was kept of the account."""
    async_forget_questions(hass, entry)
    token_store = PortalTokenStore(hass, entry.entry_id)
    load = PORTALS[entry.data[CONF_VENDOR]]
    portal = await hass.async_add_import_executor_job(load)
    if (sign_out := portal.capability(SignOut)) is not None:
        await token_store.load()
        session = async_get_clientsession(hass)
        client = portal.connect(session, entry.data, entry.options, token_store)
        try:
            async with asyncio.timeout(PATIENCE):
                await sign_out.leave(client, entry.data)
        except (PortalError, TimeoutError) as err:
            _LOGGER.debug("%s: the login stays: %s", portal.name, type(err).__name__)
    await token_store.remove()
    await leaving(hass).async_removed(entry.entry_id, entry.data[CONF_VENDOR])


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: PortalConfigEntry, device: DeviceEntry
) -> bool:
    """Let a device be removed by hand once its site is gone."""
    return is_stale(entry, device)
