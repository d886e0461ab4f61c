"""A household's account at the simulated coordinator, and its parts."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import refresh
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import (
    CHARGER,
    LOCATION,
    METER_POINT,
    TANK,
    USER,
    VEHICLE,
)

PLACE: Final = f"location:{LOCATION}"
TANK_SITE: Final = f"resource:{TANK}"
CHARGER_SITE: Final = f"resource:{CHARGER}"
VEHICLE_SITE: Final = f"resource:{VEHICLE}"
METER: Final = "sensor.kwh"
# The tank as caps and their answers name it.
TANK_TARGET: Final = {
    "locationId": LOCATION,
    "meterPointId": METER_POINT,
    "resourceId": TANK,
}


def part(kind: str, title: str, key: str, **data: Any) -> ConfigSubentryData:
    """Return a part of the account."""
    return ConfigSubentryData(data=data, subentry_type=kind, title=title, unique_id=key)


def location(**data: Any) -> ConfigSubentryData:
    """Return the household's location."""
    given = {
        "location_id": LOCATION,
        "location_type": "Residential",
        "meter_point_ids": [METER_POINT],
    }
    return part("location", "Home", PLACE, **{**given, **data})


def tank(**data: Any) -> ConfigSubentryData:
    """Return its hot-water tank."""
    given = {
        "resource_id": TANK,
        "resource_type": "HotWaterTank",
        "location_id": LOCATION,
        "meter_point_id": METER_POINT,
    }
    return part("resource", "Tank", TANK_SITE, **{**given, **data})


def charger(**data: Any) -> ConfigSubentryData:
    """Return its charger."""
    given = {
        "resource_id": CHARGER,
        "resource_type": "Charger",
        "location_id": LOCATION,
        "meter_point_id": METER_POINT,
    }
    return part("resource", "Charger", CHARGER_SITE, **{**given, **data})


def vehicle(**data: Any) -> ConfigSubentryData:
    """Return its vehicle."""
    given = {"resource_id": VEHICLE, "resource_type": "Vehicle"}
    return part("vehicle", "Car", VEHICLE_SITE, **{**given, **data})


def account_of(
    hass: HomeAssistant, data: Mapping[str, Any], *parts: ConfigSubentryData
) -> MockConfigEntry:
    """Return an account that is added but not set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Volue",
        data=dict(data),
        unique_id=f"volue:sandbox:{USER}",
        subentries_data=parts,
    )
    entry.add_to_hass(hass)
    return entry


def issues(hass: HomeAssistant) -> dict[str, str]:
    """Return the open issues: the key of each text by id."""
    found = ir.async_get(hass).issues
    return {
        issue_id: str(issue.translation_key)
        for (domain, issue_id), issue in found.items()
        if domain == DOMAIN
    }


async def reported(
    hass: HomeAssistant, entry: MockConfigEntry, volue: VolueSandbox, event_id: str
) -> dict[str, Any]:
    """Let the account see the event, and return what the portal was told."""
    await refresh(hass, entry, "events")
    await hass.async_block_till_done(wait_background_tasks=True)
    return volue.events.told_of(event_id)
