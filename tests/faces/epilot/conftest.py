"""A portal's customer in a sandbox, on one afternoon of autumn."""

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.server import Sandbox

NOW = datetime(2026, 10, 20, 12, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)


@pytest.fixture
def epilot(sandbox: Sandbox) -> EpilotSandbox:
    """Return the simulated portal."""
    return sandbox.portal(EpilotSandbox)


@pytest.fixture
def account(sandbox: Sandbox, epilot: EpilotSandbox) -> dict[str, Any]:
    """Return the entry data of the sandbox's customer."""
    return {CONF_VENDOR: "epilot", **epilot.account(f"{sandbox.address}/epilot")}


@pytest.fixture
def entry(
    hass: HomeAssistant, account: dict[str, Any], epilot: EpilotSandbox
) -> MockConfigEntry:
    """Return an account that is added but not set up."""
    config_entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"epilot {account['domain']}",
        data=account,
        unique_id=f"epilot:{account['portal_id']}:{epilot.home.user_id}",
    )
    config_entry.add_to_hass(hass)
    return config_entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account that is set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    return entry


@pytest.fixture
def form(sandbox: Sandbox) -> dict[str, Any]:
    """Return the login as a user would type it in."""
    facts: Any = sandbox.facts()["epilot"]
    addresses = ("api_url", "metering_url", "identity_url")
    return {
        **{key: facts[key] for key in ("domain", "email", "password")},
        "advanced": {key: facts[key] for key in addresses},
    }


@pytest.fixture
def _no_setup() -> Generator[None]:
    """Spare tests of a form the account that comes of it."""
    with patch("custom_components.energy_portals.async_setup_entry", return_value=True):
        yield
