"""The fields that loads and cars share, most of what they move; what is refused."""

from collections.abc import Iterator
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TimeSelector,
)
import voluptuous as vol

from ...account.named import entity_of
from ...const import CONF_VENDOR, DOMAIN
from ...portals.planner import PLANNER
from ...portals.planner.bindings import DRIVEN_DOMAINS, refuse_moved
from ..steps import Fields

MOVED: Final = ("drives", "stops", "setpoint", "mode", "setpoint_out")


def entity(*domains: str, **more: str) -> EntitySelector:
    """Return a field for an entity of some domains."""
    config = EntityWithDeviceFilterSelectorConfig(domain=list(domains))
    if "device_class" in more:
        config["device_class"] = more["device_class"]
    return EntitySelector(EntitySelectorConfig(filter=[config]))


def number(
    unit: str | None, least: float | None, most: float | None = None
) -> NumberSelector:
    """Return a field for a number."""
    config = NumberSelectorConfig(step="any", mode=NumberSelectorMode.BOX)
    if least is not None:
        config["min"] = least
    if most is not None:
        config["max"] = most
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


DAY: Final = 24 * 60
MINUTES: Final = number("min", 0, DAY)
# A price may be below nothing.
MONEY: Final = number(None, None)
PRIORITY: Final = number(None, 1, 10)
METERS: Final = EntitySelector(
    EntitySelectorConfig(
        filter=[
            EntityWithDeviceFilterSelectorConfig(domain="sensor", device_class="power"),
            EntityWithDeviceFilterSelectorConfig(
                domain="sensor", device_class="energy"
            ),
        ]
    )
)
PHASES: Final = SelectSelector(
    SelectSelectorConfig(options=["1", "2", "3"], translation_key="phases")
)
SETPOINT: Final = entity("number", "input_number")
READY: Final = entity(
    *("binary_sensor", "input_boolean", "button", "input_button", "event")
)

# Beside the first of a day.
WINDOWS: Final = vol.Schema(
    {
        vol.Optional("begin_2"): TimeSelector(),
        vol.Optional("end_2"): TimeSelector(),
        vol.Optional("begin_3"): TimeSelector(),
        vol.Optional("end_3"): TimeSelector(),
        vol.Optional("pause"): MINUTES,
    }
)
MOVING: Final = vol.Schema(
    {
        vol.Optional("drives"): entity(*DRIVEN_DOMAINS),
        vol.Optional("stops"): entity("button", "input_button", "script"),
        vol.Optional("setpoint"): SETPOINT,
        vol.Optional("phases"): PHASES,
        vol.Optional("meter"): METERS,
        vol.Optional("boost_temperature"): number("°C", 5, 90),
        vol.Optional("boost_mode"): TextSelector(),
        vol.Optional("ready"): READY,
        vol.Optional("needed"): entity("sensor", "number", "input_number"),
    }
)
MOVING_KEYS: Final = tuple(str(key) for key in MOVING.schema)


def check_moved(hass: HomeAssistant, data: Fields, part_id: str | None) -> None:
    """Refuse to drive what plans by itself, or what another load drives already."""
    registry = er.async_get(hass)
    named = [data[key] for key in MOVED if data.get(key) is not None]
    platforms: dict[str, str | None] = {}
    for name in named:
        entity_id = entity_of(hass, name) or name
        entry = registry.async_get(entity_id)
        platforms[entity_id] = None if entry is None else entry.platform
    refuse_moved(platforms, DOMAIN, set(_moved_by_others(hass, part_id)))


def _moved_by_others(hass: HomeAssistant, part_id: str | None) -> Iterator[str]:
    """Yield the entities that other loads move, of any planner."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.data[CONF_VENDOR] != PLANNER.key:
            continue
        for part in entry.subentries.values():
            if part.subentry_id != part_id:
                for key in MOVED:
                    if (named := part.data.get(key)) is not None:
                        yield entity_of(hass, named) or named
