"""Buttons."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .account.coordinator import PortalConfigEntry
from .account.devices import device_identifier
from .account.errors import translated
from .const import HISTORY
from .entities.adding import add_described
from .entities.entity import PortalEntity, unique_id
from .faces.tables import tables_of
from .portals.contract import Site

if TYPE_CHECKING:
    from .entities.controls import ButtonRow

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of an account, and that of its history."""
    runtime = entry.runtime_data
    add_described(entry, tables_of(entry).buttons, PortalButton, async_add_entities)
    stands_for_it = [
        site
        for site in runtime.sites.data.values()
        if isinstance(site, runtime.portal.account)
    ]
    if runtime.importer is not None and stands_for_it:
        async_add_entities([ImportButton(entry, stands_for_it[0])])


class PortalButton(PortalEntity[None], ButtonEntity):
    """A button of one site."""

    entity_description: ButtonRow

    @override
    async def async_press(self) -> None:
        """Have the feed hold what the press makes of it, and look what that changes."""
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
    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, entry: PortalConfigEntry, site: Site) -> None:
        """Take the account and the site that stands for it."""
        self._entry = entry
        self._attr_unique_id = unique_id(entry, site.key, "import_history")
        self._attr_device_info = DeviceInfo(
            identifiers={device_identifier(entry, site.key)}
        )

    @override
    async def async_press(self) -> None:
        """Import."""
        import_ = await self.hass.async_add_import_executor_job(_import)
        with translated(self.hass, self._entry):
            await import_(self._entry, self._entry.runtime_data.feeds[HISTORY].sites)


def _import() -> Callable[[PortalConfigEntry, Iterable[Site]], Awaitable[object]]:
    """Import what imports: seldom is it asked for."""
    from .services.history import async_import

    return async_import
