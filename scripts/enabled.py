"""What is enabled in the demo, by device, and how much of it there may be."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from driving import shows

from accounts import ANSWERS, PLANNER
from configuration import DOMAIN
from house import HomeAssistant, HouseError, Json

# Of all portals and the planner with its loads together, and of any one device.
MOST_TOGETHER: Final = 140
MOST_OF_A_DEVICE: Final = 12
# One an account.
MOST_CALENDARS: Final = len(ANSWERS) + 1
# Seconds.
_PATIENCE: Final = 60
_NOT_THERE: Final = frozenset({"", "unavailable"})
# What a device of the planner has that is no load.
_OF_A_STORE: Final = "store_power"


# What the demo itself looks at, beside what a household does.
LOOKED_AT: Final = (
    "binary_sensor.dishwasher_device",
    "sensor.car_driven",
    "sensor.car_energy_needed",
    "sensor.car_ready_by",
    "sensor.car_state_of_charge",
)


async def enable(home_assistant: HomeAssistant, *entities: str) -> None:
    """Enable entities; Home Assistant sets their account up anew half a minute on."""
    for entity in entities:
        await _is_registered(home_assistant, entity)
        await home_assistant.command(
            "config/entity_registry/update", entity_id=entity, disabled_by=None
        )


async def _is_registered(home_assistant: HomeAssistant, entity: str) -> None:
    """Wait until an entity is known: what was just added is set up meanwhile."""
    for _ in range(_PATIENCE):
        registry = await home_assistant.command("config/entity_registry/list")
        if any(each["entity_id"] == entity for each in registry):
            return
        await asyncio.sleep(1)
    raise HouseError(f"{entity} does not come")


async def show(home_assistant: HomeAssistant, *entities: str) -> None:
    """Enable entities, and wait until they are there."""
    await enable(home_assistant, *entities)
    for entity in entities:
        await shows(home_assistant, entity, lambda shown: shown not in _NOT_THERE)


async def check_enabled(
    home_assistant: HomeAssistant, entries: Mapping[str, str]
) -> tuple[Json, list[str]]:
    """Count what is enabled; returns how much of each device, and what is too much."""
    entities = [
        each
        for each in await home_assistant.command("config/entity_registry/list")
        if each["platform"] == DOMAIN
    ]
    names = {
        each["id"]: each["name_by_user"] or each["name"]
        for each in await home_assistant.command("config/device_registry/list")
    }
    stores = {
        each["device_id"] for each in entities if each["translation_key"] == _OF_A_STORE
    }
    enabled = [
        each
        for each in entities
        if each["disabled_by"] is None and each["entity_id"] not in LOOKED_AT
    ]
    counted = {entries[key] for key in (*ANSWERS, PLANNER) if key in entries}
    together = [
        each
        for each in enabled
        if each["config_entry_id"] in counted and each["device_id"] not in stores
    ]
    calendars = sum(each["entity_id"].startswith("calendar.") for each in together)
    by_device = Counter(each["device_id"] for each in enabled)
    told = {
        "together": len(together),
        "calendars": calendars,
        # Devices of two accounts may have one name.
        "devices": [[names[key], count] for key, count in by_device.most_common()],
    }
    return told, _too_much(told)


def _too_much(told: Mapping[str, Any]) -> list[str]:
    """Return what is above a bar, a line each."""
    bars = (("together", MOST_TOGETHER), ("calendars", MOST_CALENDARS))
    found = [
        f"enabled {key}: {told[key]}, at most {most}"
        for key, most in bars
        if told[key] > most
    ]
    found += [
        f"enabled of {name}: {count}, at most {MOST_OF_A_DEVICE}"
        for name, count in told["devices"]
        if count > MOST_OF_A_DEVICE
    ]
    return found
