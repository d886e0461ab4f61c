"""Entities that the user has named, by ids that last when they are renamed."""

from collections.abc import Iterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, callback, valid_entity_id
from homeassistant.helpers import entity_registry as er

from ..portals.contract import AccountData


@callback
def lasting_name(hass: HomeAssistant, entity_id: str) -> str:
    """Return what an entity is stored by: its id in the registry, if it is there.

    An entity that is in none, such as a YAML calendar, cannot be renamed either.
    """
    entry = er.async_get(hass).async_get(entity_id)
    return entity_id if entry is None else entry.id


@callback
def entity_of(hass: HomeAssistant, name: str) -> str | None:
    """Return the entity that is stored by a name; None where it is removed."""
    return er.async_resolve_entity_id(er.async_get(hass), name)


@callback
def with_entities(
    hass: HomeAssistant, data: AccountData, *keys: str
) -> dict[str, object]:
    """Return a part's data with the entities of these keys as forms show them."""
    shown = {
        key: entity_of(hass, data[key]) or data[key] for key in keys if key in data
    }
    return {**data, **shown}


@callback
def title_of(hass: HomeAssistant, name: str) -> str:
    """Return what to call an entity, one that is removed by its last id."""
    if (entity_id := entity_of(hass, name)) is not None:
        return entity_id
    removed = er.async_get(hass).deleted_entities.values()
    return next((each.entity_id for each in removed if each.id == name), name)


@callback
def is_there(hass: HomeAssistant, entity_id: str) -> bool:
    """Say whether an entity is there and can be asked."""
    state = hass.states.get(entity_id)
    return state is not None and state.state != STATE_UNAVAILABLE


def names_of(
    entry: ConfigEntry, keys: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    """Yield what parts of an account name under these keys: part, key and name."""
    for part in entry.subentries.values():
        for key in keys:
            if isinstance(name := part.data.get(key), str):
                yield part.subentry_id, key, name


@callback
def async_settle_names(
    hass: HomeAssistant, entry: ConfigEntry, keys: tuple[str, ...]
) -> None:
    """Store entities by lasting names that an earlier release stored by their ids."""
    for part_id, key, name in tuple(names_of(entry, keys)):
        if valid_entity_id(name) and (lasting := lasting_name(hass, name)) != name:
            part = entry.subentries[part_id]
            data = {**part.data, key: lasting}
            hass.config_entries.async_update_subentry(entry, part, data=data)
