"""A house without accounts, on one afternoon of autumn."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.docs.house import NOW, House
from tests.sandbox.server import Sandbox


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)


@pytest.fixture
async def house(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory
) -> House:
    """Return a house in Oslo."""
    await hass.config.async_set_time_zone("Europe/Oslo")
    return House(hass, sandbox, freezer, {}, [])
