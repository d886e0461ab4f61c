"""Which loads an assistant may give orders to: the user has exposed them."""

from collections.abc import Iterator
from typing import Final

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..account.coordinator import PortalConfigEntry
from ..const import DOMAIN
from ..portals.contract import Site

# What carries an order out, by platform and key of its entity.
type Means = tuple[Platform, str]

START: Final[Means] = (Platform.BUTTON, "start_by_hand")
DONE: Final[Means] = (Platform.BUTTON, "done_for_today")
END: Final[Means] = (Platform.TIME, "window_end")
_ALL: Final = (START, DONE, END)


@callback
def entity_of(
    hass: HomeAssistant, entry: PortalConfigEntry, site: Site, means: Means
) -> str | None:
    """Return the entity of a load that carries an order out."""
    platform, key = means
    return er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{entry.unique_id}:{site.key}:{key}"
    )


@callback
def is_exposed(
    hass: HomeAssistant,
    assistant: str,
    entry: PortalConfigEntry,
    site: Site,
    means: Means,
) -> bool:
    """Say whether an assistant may give an order to a load.

    The user has exposed what carries it out, or the thing itself, which the assistant
    could then switch as well.
    """
    own = entity_of(hass, entry, site, means)
    if own is None:
        return False
    return any(
        async_should_expose(hass, assistant, each)
        for each in (own, *_moved(hass, site))
    )


def _moved(hass: HomeAssistant, site: Site) -> Iterator[str]:
    """Yield what is moved for a load."""
    registry = er.async_get(hass)
    for name in site.moves:
        if (entity_id := er.async_resolve_entity_id(registry, name)) is not None:
            yield entity_id


@callback
def can_order(hass: HomeAssistant, assistant: str) -> bool:
    """Say whether there is any load that an assistant may give an order to."""
    return any(
        is_exposed(hass, assistant, entry, site, means)
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        for site in entry.runtime_data.sites.data.values()
        for means in _ALL
    )
