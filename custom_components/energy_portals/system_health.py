"""System health: how many accounts and feeds do well."""

from collections.abc import Awaitable, Callable, Iterable

from homeassistant.components import system_health
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .account.coordinator import PortalConfigEntry
from .const import DOMAIN
from .portals.http.errors import PortalError
from .portals.portal import HealthCheck


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register what the system-health page shows."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, object]:
    """Return the figures of the page."""
    entries: list[PortalConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    loaded = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    feeds = [feed for entry in loaded for feed in entry.runtime_data.coordinators]
    return {
        "accounts": len(entries),
        "accounts_loaded": len(loaded),
        "feeds": len(feeds),
        "feeds_failing": sum(not feed.last_update_success for feed in feeds),
        "apis": _apis(loaded),
    }


async def _apis(loaded: Iterable[PortalConfigEntry]) -> str:
    """Return how each portal's API says it is doing."""
    # Accounts of one utility share an API; accounts of two may share a portal.
    by_api = {
        (entry.runtime_data.portal.key, entry.data.get("api_url")): entry
        for entry in loaded
    }
    told = [
        f"{runtime.portal.name}: {await _told(health.check, runtime.client)}"
        for runtime in (entry.runtime_data for entry in by_api.values())
        if (health := runtime.portal.capability(HealthCheck)) is not None
    ]
    return "; ".join(told) or "-"


async def _told[ClientT](
    check: Callable[[ClientT], Awaitable[str]], client: ClientT
) -> str:
    """Return what a portal says of its API, or why it does not."""
    try:
        return await check(client)
    except PortalError as err:
        return type(err).__name__
