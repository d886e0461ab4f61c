"""What the planner's tests set up, and how they name it."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.portals.model.public_holidays import WEEKDAYS

# 13:30 in Oslo, when the prices of tomorrow are known.
NOW = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)
PRICE = "esmart:home:area-NO1"


def load(title: str, **data: Any) -> ConfigSubentryData:
    """Return a flexible load; what is not given is as the form has it."""
    usual = {
        "begin": "00:00:00",
        "end": "00:00:00",
        "days": list(WEEKDAYS),
        "objective": "price",
        "shape": "contiguous",
    }
    return ConfigSubentryData(
        data={**usual, **data}, subentry_type="load", title=title, unique_id=None
    )


def dishwasher(**data: Any) -> ConfigSubentryData:
    """Return a load of two hours between six in the evening and seven."""
    usual = {"duration": 120, "power": 1.2, "begin": "18:00:00", "end": "07:00:00"}
    return load("Dishwasher", **{**usual, **data})


def planner_of(
    hass: HomeAssistant,
    *loads: ConfigSubentryData,
    unique_id: str = "planner:one",
    **data: Any,
) -> MockConfigEntry:
    """Return a planner that is added but not set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Planner",
        data={CONF_VENDOR: "planner", "price": PRICE, "currency": "NOK", **data},
        unique_id=unique_id,
        subentries_data=list(loads),
    )
    entry.add_to_hass(hass)
    return entry


def key_of(entry: MockConfigEntry, title: str) -> str:
    """Return the key of a load's site."""
    parts = entry.subentries.values()
    keys: list[str] = [each.subentry_id for each in parts if each.title == title]
    return keys[0]
