"""The company's account and its parts."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from tests.sandbox.autarc_company import COMPANY, record_id

SITE: Final = "company"
FIRST: Final = record_id("project", 0)
FIRST_SITE: Final = f"project:{FIRST}"


def part(number: int, title: str = "House") -> ConfigSubentryData:
    """Return a chosen project."""
    project_id = record_id("project", number)
    return ConfigSubentryData(
        data={"project_id": project_id},
        subentry_type="project",
        title=title,
        unique_id=f"project:{project_id}",
    )


def account_of(
    hass: HomeAssistant, data: Mapping[str, Any], *parts: ConfigSubentryData
) -> MockConfigEntry:
    """Return an account that is added but not set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="autarc",
        data=dict(data),
        unique_id=f"autarc:{COMPANY}",
        subentries_data=parts,
    )
    entry.add_to_hass(hass)
    return entry
