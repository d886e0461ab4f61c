"""Fixtures: a house that starts from storage, as Home Assistant itself does."""

from collections.abc import AsyncGenerator
import logging
from typing import Any

from homeassistant.bootstrap import async_load_base_functionality
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

from tests.journeys.takeover.stored import TIME_ZONE


@pytest.fixture
def storage(hass_storage: dict[str, Any]) -> dict[str, Any]:
    """Return the storage of Home Assistant; what is to be in it is put there here."""
    return hass_storage


@pytest.fixture
async def recorder(
    storage: dict[str, Any],
    # Before Home Assistant, which it refuses otherwise.
    async_test_recorder: RecorderInstanceContextManager,
    hass: HomeAssistant,
) -> AsyncGenerator[Recorder]:
    """Load what is stored into Home Assistant, and give it a recorder."""
    await hass.config.async_set_time_zone(TIME_ZONE)
    await async_load_base_functionality(hass)
    async with async_test_recorder(hass) as instance:
        yield instance


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Spare the output every statement that the database is given."""
    for name in ("homeassistant", "sqlalchemy.engine", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).setLevel(logging.WARNING)
