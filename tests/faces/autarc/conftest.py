"""An installer's company on one day of autumn."""

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR
from tests.faces.autarc.company import account_of, part
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.server import Sandbox

# A Tuesday.
NOW = datetime(2026, 10, 20, 12, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)


@pytest.fixture
def autarc(sandbox: Sandbox) -> AutarcSandbox:
    """Return the simulated company."""
    return sandbox.portal(AutarcSandbox)


@pytest.fixture
def account(sandbox: Sandbox, autarc: AutarcSandbox) -> dict[str, Any]:
    """Return the entry data of the company's account."""
    return {CONF_VENDOR: "autarc", **autarc.account(f"{sandbox.address}/autarc")}


@pytest.fixture
def entry(hass: HomeAssistant, account: dict[str, Any]) -> MockConfigEntry:
    """Return an account with one chosen project that is added but not set up."""
    return account_of(hass, account, part(0))


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account that is set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    return entry


@pytest.fixture
def facts(sandbox: Sandbox) -> Any:
    """Return what a user would type in."""
    return sandbox.facts()["autarc"]


@pytest.fixture
def _no_setup() -> Generator[None]:
    """Spare tests of a form the account that comes of it."""
    with patch("custom_components.energy_portals.async_setup_entry", return_value=True):
        yield
