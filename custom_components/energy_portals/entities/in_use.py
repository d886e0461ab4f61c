"""What of the house goes by entities: all that automations and the like name."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
import re
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.group import groups_with_entity
from homeassistant.components.homeassistant.scene import scenes_with_entity
from homeassistant.components.lovelace.const import LOVELACE_DATA, ConfigNotFound
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)

from ..const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.components.energy.data import EnergyManager

# What follows an entity's state: templates and helpers of YAML are known by it alone.
_FOLLOWED: Final = "track_state_change_data"
# An entity's id, or any other word; also within a template.
_WORDS: Final = re.compile(r"(?<!\w)(?=(\w+\.\w+|\w+))")
_OURS: Final = f"{DOMAIN}."

type Words = frozenset[str]


@dataclass(frozen=True, kw_only=True)
class InUse:
    """What is named in the house.

    `reached` are areas, floors and labels of automations with triggers, conditions or
    actions of this integration.
    """

    hass: HomeAssistant
    words: Words
    reached: Words

    def has(self, entity: er.RegistryEntry) -> bool:
        """Say whether anything goes by an entity, or by its device as a whole."""
        names = {entity.entity_id, entity.id, entity.device_id}
        return bool(
            names & self.words
            or _places(self.hass, entity) & self.reached
            or groups_with_entity(self.hass, entity.entity_id)
            or scenes_with_entity(self.hass, entity.entity_id)
        )


async def async_in_use(hass: HomeAssistant) -> InUse:
    """Look through the house; HomeAssistantError where something cannot be read."""
    told = [
        *[config async for config in _dashboards(hass)],
        *_accounts(hass),
        await _energy(hass),
    ]
    orders = [
        each.raw_config
        for domain in ("automation", "script")
        if (component := hass.data.get(domain)) is not None
        for each in component.entities
    ]
    followed = getattr(hass.data.get(_FOLLOWED), "callbacks", ())
    words, reached = await hass.async_add_executor_job(_read, told, orders)
    return InUse(hass=hass, words=words | {*followed}, reached=reached)


def _read(told: Iterable[object], orders: Iterable[object]) -> tuple[Words, Words]:
    """Return all words, and those of orders that are about this integration."""
    words, reached = set(_words(told)), set[str]()
    for order in orders:
        named = set(_words(order))
        words |= named
        if any(word.startswith(_OURS) for word in named):
            reached |= named
    return frozenset(words), frozenset(reached)


def _words(told: object) -> Iterator[str]:
    """Yield the words of texts, however they are nested."""
    if isinstance(told, str):
        yield from _WORDS.findall(told)
    elif isinstance(told, Mapping):
        for key, each in told.items():
            yield from _words(key)
            yield from _words(each)
    elif isinstance(told, Iterable):
        for each in told:
            yield from _words(each)


async def _dashboards(hass: HomeAssistant) -> Any:
    """Yield what dashboards are laid out by; some lay themselves out."""
    if (held := hass.data.get(LOVELACE_DATA)) is None:
        return
    for dashboard in held.dashboards.values():
        try:
            yield await dashboard.async_load(False)  # as it is held
        except ConfigNotFound:
            continue


def _accounts(hass: HomeAssistant) -> Iterator[object]:
    """Yield what accounts hold, helpers among them."""
    for entry in hass.config_entries.async_entries():
        yield entry.options
        yield entry.data
        for part in entry.subentries.values():
            yield part.data


async def _energy(hass: HomeAssistant) -> object:
    """Return what the Energy dashboard shows."""
    if "energy" not in hass.config.components:
        return None
    get = await hass.async_add_executor_job(_get_manager)
    return (await get(hass)).data


def _get_manager() -> Callable[[HomeAssistant], Awaitable[EnergyManager]]:
    from homeassistant.components.energy.data import async_get_manager

    return async_get_manager


def _places(hass: HomeAssistant, entity: er.RegistryEntry) -> set[str]:
    """Return the area, the floor and the labels by which an entity is meant."""
    places, area_id = set(entity.labels), entity.area_id
    device = entity.device_id and dr.async_get(hass).async_get(entity.device_id)
    if device:
        places |= device.labels
        area_id = area_id or device.area_id
    area = area_id and ar.async_get(hass).async_get_area(area_id)
    if area:
        places |= {area.id, *area.labels, *filter(None, [area.floor_id])}
    return places
