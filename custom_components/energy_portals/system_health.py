"""System health: how many accounts and feeds do well."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import PortalConfigEntry


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register what the system-health page shows."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the figures of the page."""
    entries: list[PortalConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    loaded = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    feeds = [feed for entry in loaded for feed in entry.runtime_data.coordinators]
    return {
        "accounts": len(entries),
        "accounts_loaded": len(loaded),
        "feeds": len(feeds),
        "feeds_failing": sum(not feed.last_update_success for feed in feeds),
    }
