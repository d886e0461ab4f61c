"""Buttons."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .account.coordinator import PortalConfigEntry
from .account.devices import device_identifier
from .account.errors import translated
from .account.sources import price_feeds_of
from .const import HISTORY
from .entities.adding import add_described
from .entities.entity import PortalEntity, unique_id
from .faces.tables import tables_of
from .portals.contract import Site
from .services.rights import async_check_moves

if TYPE_CHECKING:
    from .entities.controls import ButtonRow

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of an account, and those of its history and its prices."""
    runtime = entry.runtime_data
    tables = tables_of(entry)
    add_described(entry, tables.buttons, PortalButton, async_add_entities, tables.shown)
    stands_for_it = [
        site
        for site in runtime.sites.data.values()
        if isinstance(site, runtime.portal.account)
    ]
    if not stands_for_it:
        return
    site = stands_for_it[0]
    if runtime.importer is not None:
        async_add_entities([ImportButton(entry, site)])
    _add_once_there_are_prices(entry, site, async_add_entities)


@callback
def _add_once_there_are_prices(
    entry: PortalConfigEntry, site: Site, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add the button of prices when the account may see any."""
    feeds, is_added = price_feeds_of(entry), False

    @callback
    def follow() -> None:
        nonlocal is_added
        if not is_added and any(feed.sites for feed in feeds):
            is_added = True
            add([FetchPricesButton(entry, site)])

    follow()
    for feed in feeds:
        entry.async_on_unload(feed.async_follow(follow))


class PortalButton(PortalEntity[None], ButtonEntity):
    """A button of one site."""

    entity_description: ButtonRow

    @override
    async def async_press(self) -> None:
        """Have the feed hold what the press makes of it, and look what that changes."""
        await async_check_moves(self)
        key, press = self.site_key, self.entity_description.press_fn
        now = dt_util.utcnow()
        await self.coordinator.change(
            lambda data: {**data, key: press(data[key], now)} if key in data else data
        )
        await self.coordinator.async_refresh()


class ImportButton(ButtonEntity):
    """Imports the whole history of an account again."""

    _attr_has_entity_name = True
    _attr_translation_key = "import_history"
    _attr_entity_registry_enabled_default = False
    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, entry: PortalConfigEntry, site: Site) -> None:
        """Take the account and the site that stands for it."""
        self._entry = entry
        self._attr_unique_id = unique_id(entry, site.key, "import_history")
        self._attr_device_info = _device(entry, site)

    @override
    async def async_press(self) -> None:
        """Import."""
        import_ = await self.hass.async_add_import_executor_job(_import)
        with translated(self.hass, self._entry):
            await import_(self._entry, self._entry.runtime_data.feeds[HISTORY].sites)


class FetchPricesButton(ButtonEntity):
    """Asks for all published prices of an account again."""

    _attr_has_entity_name = True
    _attr_translation_key = "fetch_prices"
    _attr_entity_registry_enabled_default = False
    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, entry: PortalConfigEntry, site: Site) -> None:
        """Take the account and the site that stands for it."""
        self._entry = entry
        self._attr_unique_id = unique_id(entry, site.key, "fetch_prices")
        self._attr_device_info = _device(entry, site)

    @override
    async def async_press(self) -> None:
        """Ask."""
        fetch_again = await self.hass.async_add_import_executor_job(_fetch_prices)
        with translated(self.hass, self._entry):
            await fetch_again(self._entry)


def _device(entry: PortalConfigEntry, site: Site) -> DeviceInfo:
    """Return the device of a site."""
    return DeviceInfo(identifiers={device_identifier(entry, site.key)})


def _import() -> Callable[[PortalConfigEntry, Iterable[Site]], Awaitable[object]]:
    """Import what imports: seldom is it asked for."""
    from .services.history import async_import

    return async_import


def _fetch_prices() -> Callable[[PortalConfigEntry], Awaitable[object]]:
    """Import what asks for prices again."""
    from .services.prices import async_fetch_again

    return async_fetch_again
