"""A planner on prices and green windows, in a house that can be spoken to."""

from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from tests.faces.planner.conftest import (
    _now,
    enable_event_loop_debug,
    esmart,
    green,
    planner,
    prices,
)
from tests.journeys.assist.agent import agent_in


@pytest.fixture(autouse=True)
async def _agent(hass: HomeAssistant, tmp_path: Path) -> None:
    """Have a conversation agent."""
    await agent_in(hass, tmp_path)
