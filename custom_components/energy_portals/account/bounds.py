"""How many sites of a portal an account goes on with, and how much it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.http.errors import PortalError

# Longer texts are no names: they would stand in every line that names the site.
LONGEST_TEXT: Final = 255
# Of so many problems of a fetch each is told.
_TOLD: Final = 20
_KEY: Final = "too_many_sites"


@callback
def bounded[DataT](
    hass: HomeAssistant, entry: ConfigEntry, sites: Mapping[str, DataT], most: int
) -> dict[str, DataT]:
    """Return the sites that the account goes on with, and tell of more than `most`.

    Those that have a device, or that the user has set up, keep their place: a new one
    never takes it. The others come in the portal's order.
    """
    taken = {
        key: _named(site) for key, site in sites.items() if len(key) <= LONGEST_TEXT
    }
    if len(taken) > most:
        devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        held = {name for device in devices for _, name in device.identifiers}
        first = {
            key
            for key, site in taken.items()
            if f"{entry.unique_id}:{key}" in held
            or (isinstance(site, Site) and site.subentry is not None)
        }
        others = [key for key in taken if key not in first]
        first.update(others[: max(most - len(first), 0)])
        taken = {key: site for key, site in taken.items() if key in first}
    _tell(hass, entry, len(sites), len(taken))
    return taken


def told_of(problems: Sequence[PortalError]) -> list[str]:
    """Return a line for each problem of a fetch, and how many more there are."""
    lines = [problem.brief for problem in problems[:_TOLD]]
    if (more := len(problems) - _TOLD) > 0:
        lines.append(f"and {more} more")
    return lines


def _named[DataT](site: DataT) -> DataT:
    """Return a site with a name that may be shown."""
    if not isinstance(site, Site) or len(site.name) <= LONGEST_TEXT:
        return site
    return replace(site, name=site.name[:LONGEST_TEXT])


def _tell(hass: HomeAssistant, entry: ConfigEntry, there: int, taken: int) -> None:
    """Raise the issue while sites are left out, and withdraw it afterwards."""
    issue_id = f"{_KEY}:{entry.entry_id}"
    if taken == there:
        issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
        # One of an earlier run holds that the user ignored it.
        if issue is not None and issue.active:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_KEY,
        translation_placeholders={
            "account": entry.title,
            "there": str(there),
            "taken": str(taken),
        },
    )
