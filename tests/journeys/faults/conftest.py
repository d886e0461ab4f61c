"""An account and its twin, a recorder, and a clock that stands until it is moved."""

from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime
import hashlib
import logging
from types import SimpleNamespace
from typing import Final
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
import pytest

from custom_components.energy_portals.account import coordinator
from tests.history.conftest import _custom_integrations, enable_event_loop_debug
from tests.journeys.faults.accounts import prepare
from tests.journeys.faults.scene import Scene
from tests.sandbox.server import Sandbox

__all__ = ["_custom_integrations", "enable_event_loop_debug"]

_STATEMENTS: Final = ("sqlalchemy.engine", "sqlalchemy.engine.Engine")
# Tomorrow's prices are still to come.
NOW: Final = datetime(2026, 11, 10, 9, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Spare the output all but warnings."""
    for name in ("", "homeassistant", "custom_components", *_STATEMENTS):
        logging.getLogger(name).setLevel(logging.WARNING)


@pytest.fixture
def recorder_config() -> dict[str, object]:
    """Record no states: it is the statistics that are looked at."""
    return {"exclude": {"entity_globs": ["*"]}}


@pytest.fixture(autouse=True)
def _alike() -> Generator[None]:
    """Let all accounts look at the same minutes."""

    def sha256(text: bytes) -> object:
        return hashlib.sha256(text.rpartition(b":")[2])

    with patch.object(coordinator, "hashlib", SimpleNamespace(sha256=sha256)):
        yield


@pytest.fixture
async def scene(
    request: pytest.FixtureRequest, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> AsyncGenerator[Scene]:
    """Return an account's scene; the parameter says which sort of account."""
    request.getfixturevalue("socket_enabled")
    account: str = request.param
    async with Sandbox() as sandbox, Sandbox() as truth:
        await prepare(hass, account, sandbox, truth)
        made = Scene(hass, freezer, sandbox, truth, account)
        await made.open()
        yield made
        for entry in hass.config_entries.async_entries("energy_portals"):
            await hass.config_entries.async_unload(entry.entry_id)
        await made.settle()
