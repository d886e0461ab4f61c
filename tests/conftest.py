"""Fixtures: Home Assistant, and a Digiwatt account that lives in the sandbox."""

from asyncio import constants
from collections.abc import Iterator
import gc
from importlib import import_module
from itertools import count
import logging
from pkgutil import walk_packages
import traceback
from typing import Any, Final
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import aiohttp_client
from homeassistant.helpers.entity import Entity
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

# Imported here, or the harness' own package of this name would hide it.
from custom_components import energy_portals
from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.quick_clock import quick_clock
from tests.sandbox.server import Sandbox

pytest_plugins = ["tests.fixtures"]

_modules = count(1)
# A collection takes a second by the end.
_SOME: Final = 10

# What is first imported while a test's time stands still keeps that clock for good.
for _module in walk_packages(energy_portals.__path__, f"{energy_portals.__name__}."):
    import_module(_module.name)

_IS_KEPT: Final = "custom_components.energy_portals.entities.adding.is_kept"


@pytest.fixture(autouse=True, scope="session")
def _shallow_stacks() -> Iterator[None]:
    """Let asyncio's debug mode keep a frame of who made a task, not the whole stack.

    That is half of a test's time, and nothing is checked by it.
    """
    with (
        patch.object(constants, "DEBUG_STACK_DEPTH", 1),
        # What is written in C asks for the stack without a limit.
        patch.object(traceback.extract_stack, "__defaults__", (None, 1)),
    ):
        yield


@pytest.fixture(autouse=True)
def _none_kept() -> Iterator[None]:
    """Let the harness' mock of a session forget who called it: a whole Home Assistant.

    Kept, they took 2.6 GB of a worker by its end, and its collections seconds.
    """
    yield
    aiohttp_client._async_make_resolver.reset_mock()


@pytest.fixture(autouse=True, scope="module")
def garbage_collection(_imported: None) -> None:
    """Collect between some modules; what the harness also freezes is kept for good."""
    if next(_modules) % _SOME == 0:
        gc.collect()


@pytest.fixture(autouse=True, scope="session")
def _quick_clock() -> Iterator[None]:
    """Let the frozen clock say the time, and no more."""
    with quick_clock():
        yield


@pytest.fixture(autouse=True)
def _log_levels() -> Iterator[None]:
    """Let no test that is quiet make those after it so."""
    loggers = [logging.getLogger(name) for name in ("", "custom_components")]
    levels = [each.level for each in loggers]
    yield
    for each, level in zip(loggers, levels, strict=True):
        each.setLevel(level)


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant find the integration, where a test has one at all."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def _all_enabled(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have every entity on, unless a test is about what is on by default.

    Whatever somebody may enable has to work; `tests/journeys/test_enabled.py` says
    what is on.
    """
    if request.node.get_closest_marker("as_installed"):
        yield
        return
    with (
        patch.object(Entity, "entity_registry_enabled_default", new=True),
        # What accounts of before may have kept has to work as well.
        patch(_IS_KEPT, return_value=True),
    ):
        yield


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Leave out of snapshots what differs from run to run."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


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
