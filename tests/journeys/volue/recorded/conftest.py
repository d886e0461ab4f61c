"""An account that answers and reports, in a Home Assistant with a recorder."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.faces.volue.home import METER, account_of, charger, location, tank


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: object, enable_custom_integrations: None
) -> None:
    """Have a recorder before Home Assistant is there, which then finds us."""


@pytest.fixture
def entry(hass: HomeAssistant, account: dict[str, Any]) -> MockConfigEntry:
    """Return an account that answers for the tank and asks about the charger."""
    return account_of(
        hass,
        account,
        location(),
        tank(policy="acknowledge", energy=METER),
        charger(),
    )
