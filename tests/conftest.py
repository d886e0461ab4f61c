"""Fixtures: a sandbox on loopback, and a Digiwatt account that lives in it."""

from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

# Imported here, or the harness' own package of this name would hide it.
from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.portals.http import client as http
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.server import Sandbox


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find the integration."""


@pytest.fixture(autouse=True)
def _retry_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the tests the pause before a repeated request."""
    monkeypatch.setattr(http, "RETRY_PAUSE", 0)


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Leave out of snapshots what differs from run to run."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
async def sandbox(socket_enabled: None) -> AsyncGenerator[Sandbox]:
    """Run the simulated portals."""
    async with Sandbox() as running:
        yield running


@pytest.fixture
def digiwatt(sandbox: Sandbox) -> DigiwattSandbox:
    """Return the simulated Digiwatt."""
    return sandbox.portal(DigiwattSandbox)


@pytest.fixture
def account(sandbox: Sandbox) -> dict[str, Any]:
    """Return the entry data of the sandbox's Digiwatt account."""
    facts: Any = sandbox.facts()["digiwatt"]
    keys = ("api_url", "client_id", "client_secret", "account_number")
    return {CONF_VENDOR: "digiwatt", **{key: facts[key] for key in keys}}


@pytest.fixture
def entry(hass: HomeAssistant, account: dict[str, Any]) -> MockConfigEntry:
    """Return an account that is added but not set up."""
    number = account["account_number"]
    config_entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Digiwatt {number}",
        data=account,
        unique_id=f"digiwatt:{number}",
    )
    config_entry.add_to_hass(hass)
    return config_entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account that is set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    return entry
