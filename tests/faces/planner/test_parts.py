"""A load that comes at a bad moment."""

import asyncio
from types import MappingProxyType

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.binary_sensor import PortalBinarySensor
from tests.faces.planner.home import dishwasher, key_of
from tests.faces.planner.seen import shown

CAR = "Car"


def add_car(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """Set a second load up, as its flow does in the end."""
    part = ConfigSubentry(
        data=MappingProxyType(dishwasher()["data"]),
        subentry_type="load",
        title=CAR,
        unique_id=None,
    )
    assert hass.config_entries.async_add_subentry(planner, part)


async def test_while_it_goes_down(
    hass: HomeAssistant,
    planner: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A load whose first plan is made during an unload leaves nothing behind."""
    going, goes_on = asyncio.Event(), asyncio.Event()

    async def wait(self: PortalBinarySensor) -> None:
        going.set()
        await goes_on.wait()

    monkeypatch.setattr(PortalBinarySensor, "async_will_remove_from_hass", wait)
    add_car(hass, planner)
    await asyncio.wait_for(going.wait(), 5)
    assert planner.state is ConfigEntryState.UNLOAD_IN_PROGRESS
    runtime = planner.runtime_data
    await runtime.sites.async_refresh()
    await runtime.feeds["plans"].async_refresh()
    assert key_of(planner, CAR) in runtime.feeds["plans"].data
    goes_on.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert planner.state is ConfigEntryState.LOADED
    assert shown(hass, planner, "load_status", title=CAR) == "planned"
    assert "already exists" not in caplog.text
