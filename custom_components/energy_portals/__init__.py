"""Energy Portals: set an account up and tear it down."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .const import CONF_VENDOR, DOMAIN
from .coordinator import (
    FeedCoordinator,
    PortalConfigEntry,
    RuntimeData,
    SlotTicker,
    async_refresh_all,
)
from .entity import device_identifier
from .vendors import VENDORS

PLATFORMS = (Platform.BINARY_SENSOR, Platform.CALENDAR, Platform.SENSOR)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which exist whether or not an account does."""
    async_setup_actions(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PortalConfigEntry) -> bool:
    """Set an account up: its sites first, then every feed on its own."""
    vendor = VENDORS[entry.data[CONF_VENDOR]]
    client = vendor.connect(async_get_clientsession(hass), entry.data)
    sites = FeedCoordinator(hass, entry, client, vendor.sites)
    await sites.async_config_entry_first_refresh()
    feeds = {
        feed.key: FeedCoordinator(hass, entry, client, feed, sites)
        for feed in vendor.feeds
    }
    await async_refresh_all(feeds)
    entry.runtime_data = RuntimeData(
        vendor=vendor, client=client, sites=sites, feeds=feeds
    )

    known = set(sites.data)

    @callback
    def follow_sites() -> None:
        """Remove the devices of sites that are gone; fetch for those that are new."""
        registry = dr.async_get(hass)
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
            if _is_stale(entry, device):
                registry.async_remove_device(device.id)
        if not known.issuperset(sites.data):
            for feed in feeds.values():
                entry.async_create_task(hass, feed.async_request_refresh())
        known.clear()
        known.update(sites.data)

    follow_sites()
    entry.async_on_unload(sites.async_add_listener(follow_sites))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    ticker = SlotTicker(hass, entry.runtime_data.coordinators)
    entry.async_on_unload(ticker.start())
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PortalConfigEntry) -> bool:
    """Take an account down."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: PortalConfigEntry, device: DeviceEntry
) -> bool:
    """Let a device be removed by hand once its site is gone."""
    return _is_stale(entry, device)


def _is_stale(entry: PortalConfigEntry, device: DeviceEntry) -> bool:
    """Say whether a device stands for none of the account's sites."""
    current = {device_identifier(entry, key) for key in entry.runtime_data.sites.data}
    return not device.identifiers & current
