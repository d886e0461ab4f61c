"""What the user sets of a part by an entity."""

from collections.abc import Mapping

from ..account.coordinator import async_refresh_all
from ..account.errors import translated
from ..account.subentries import async_change_part
from .entity import PortalEntity


async def async_set[ValueT](
    entity: PortalEntity[ValueT], changes: Mapping[str, object]
) -> None:
    """Change the data of an entity's part; return once its effect can be seen."""
    entry = entity.coordinator.config_entry
    part_id = entry.runtime_data.sites.data[entity.site_key].subentry
    if part_id is not None:
        with translated(entity.hass, entry):
            async_change_part(entity.hass, entry, part_id, changes)
        await async_refresh_all(entry)
