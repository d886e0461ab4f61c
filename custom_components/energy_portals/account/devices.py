"""The devices of an account follow its sites."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntry

from ..const import DOMAIN
from .coordinator import PortalConfigEntry


def device_identifier(entry: PortalConfigEntry, site_key: str) -> tuple[str, str]:
    """Return the identifier of a site's device."""
    return (DOMAIN, f"{entry.unique_id}:{site_key}")


@callback
def async_follow_sites(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Remove the devices of sites that are gone; fetch for those that are new."""
    runtime = entry.runtime_data
    known = set(runtime.sites.data)

    @callback
    def follow() -> None:
        registry, current = dr.async_get(hass), _current(entry)
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
            if device.identifiers.isdisjoint(current):
                registry.async_remove_device(device.id)
        if not known.issuperset(runtime.sites.data):
            for feed in runtime.feeds.values():
                entry.async_create_task(hass, feed.async_request_refresh())
        known.clear()
        known.update(runtime.sites.data)

    follow()
    entry.async_on_unload(runtime.sites.async_follow(follow, polls=True))


def is_stale(entry: PortalConfigEntry, device: DeviceEntry) -> bool:
    """Say whether a device stands for none of the account's sites."""
    return device.identifiers.isdisjoint(_current(entry))


def _current(entry: PortalConfigEntry) -> set[tuple[str, str]]:
    """Return the identifiers of the devices that stand for a site."""
    return {device_identifier(entry, key) for key in entry.runtime_data.sites.data}
