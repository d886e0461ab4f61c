"""An eSmart account in a sandbox, on one day of winter."""

from collections.abc import Generator
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.faces.esmart.flows import Form
from tests.faces.esmart.home import NOW
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take.

    The test that does everything there is turns it on.
    """


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated eSmart."""
    return sandbox.portal(EsmartSandbox)


@pytest.fixture
def account(sandbox: Sandbox) -> dict[str, Any]:
    """Return the entry data of the sandbox's eSmart account."""
    facts: Any = sandbox.facts()["esmart"]
    return {CONF_VENDOR: "esmart", **facts, "price_area": None}


@pytest.fixture
def entry(hass: HomeAssistant, account: dict[str, Any]) -> MockConfigEntry:
    """Return an account that is added but not set up."""
    customer_id, area = account["customer_id"], account["area"]
    config_entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"eSmart {customer_id}",
        data=account,
        unique_id=f"esmart:127.0.0.1:{customer_id}:{area}",
    )
    config_entry.add_to_hass(hass)
    return config_entry


@pytest.fixture
def form(account: dict[str, Any]) -> Form:
    """Return the login as a user would type it in."""
    return {
        "api_url": account["api_url"],
        "user_name": account["user_name"],
        "password": account["password"],
        "area": "power",
        "advanced": {"app_name": "smartliv"},
    }


@pytest.fixture
def _no_setup() -> Generator[None]:
    """Spare tests of a form the account that comes of it."""
    with patch("custom_components.energy_portals.async_setup_entry", return_value=True):
        yield
