"""The parts of an account that the user has set up beneath it."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .vendors.base import Subentry


def subentries_of(entry: ConfigEntry[Any]) -> tuple[Subentry, ...]:
    """Return the parts of an account as vendors know them."""
    return tuple(
        Subentry(
            id=each.subentry_id,
            type=each.subentry_type,
            title=each.title,
            data=each.data,
        )
        for each in entry.subentries.values()
    )


@callback
def async_follow_subentries(
    hass: HomeAssistant, entry: ConfigEntry[Any]
) -> Callable[[], None]:
    """Set the account up anew when a part is added, changed or removed."""
    known = subentries_of(entry)

    @callback
    def follow(change: ConfigEntryChange, changed: ConfigEntry[Any]) -> None:
        nonlocal known
        if changed is not entry or change is not ConfigEntryChange.UPDATED:
            return
        if (parts := subentries_of(entry)) != known:
            known = parts
            hass.config_entries.async_schedule_reload(entry.entry_id)

    return async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, follow)
