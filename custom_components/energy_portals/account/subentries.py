"""The parts of an account that the user has set up beneath it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..portals.contract import Subentry
from ..portals.portal import Parts

if TYPE_CHECKING:
    from .coordinator import PortalConfigEntry


def subentries_of(entry: PortalConfigEntry) -> tuple[Subentry, ...]:
    """Return the parts of an account as portals know them."""
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
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    known: tuple[Subentry, ...],
    take_over: Callable[[], None] | None = None,
) -> Callable[[], None]:
    """Set the account up anew when its parts are others than the known.

    Where there is something to `take_over` with, what was merely changed is.
    """

    @callback
    def follow(change: ConfigEntryChange, changed: PortalConfigEntry) -> None:
        nonlocal known
        if changed is not entry or change is not ConfigEntryChange.UPDATED:
            return
        if (parts := subentries_of(entry)) == known:
            return
        before, known = known, parts
        if take_over is not None and _names(before) == _names(parts):
            take_over()
        else:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    # Parts may have come while the account was being set up.
    follow(ConfigEntryChange.UPDATED, entry)
    return async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, follow)


def _names(parts: tuple[Subentry, ...]) -> list[tuple[str, str]]:
    """Return which parts there are, and what they are called."""
    return [(part.id, part.title) for part in parts]


@callback
def async_change_part(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    part_id: str,
    changes: Mapping[str, object],
) -> None:
    """Change what the user has set of a part; InvalidInput where it cannot be so."""
    data = {**entry.subentries[part_id].data, **changes}
    runtime = entry.runtime_data
    if (has_parts := runtime.portal.capability(Parts)) is not None:
        parts = subentries_of(entry)
        changed = (replace(e, data=data) if e.id == part_id else e for e in parts)
        has_parts.arrange(runtime.sites.data, tuple(changed))
    hass.config_entries.async_update_subentry(
        entry, entry.subentries[part_id], data=data
    )
