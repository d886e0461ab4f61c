"""What is on once everything is set up: few entities a device, and few in all."""

from collections import Counter
from datetime import UTC, datetime
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN, HISTORY
from tests.accounts import set_up
from tests.faces.planner.home import dishwasher, load, planner_of
from tests.journeys.accounts import add_account
from tests.sandbox.server import Sandbox

pytestmark = pytest.mark.as_installed

NOW: Final = datetime(2026, 11, 18, 14, 7, tzinfo=UTC)
PORTALS: Final = ("autarc", "digiwatt", "epilot", "esmart", "volue")
MOST_TOGETHER: Final = 140
MOST_OF_A_DEVICE: Final = 12
MOST_OF_A_LOAD: Final = 10


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the test the harness' debug mode."""


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: object, enable_custom_integrations: None
) -> None:
    """Have a recorder before the integration is there."""


async def _add(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set an account up, with a short history."""
    hass.config_entries.async_update_entry(entry, options={HISTORY: {"years": 0}})
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    # What comes once an hour, and what is believed when it is shown twice.
    for feed in entry.runtime_data.coordinators:
        await feed.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


def _enabled(hass: HomeAssistant) -> list[er.RegistryEntry]:
    """Return the entities that are on."""
    entities = er.async_get(hass).entities.values()
    return [e for e in entities if e.platform == DOMAIN and not e.disabled]


async def test_few_are_on(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory
) -> None:
    """All portals and a planner with three loads stay below the bars."""
    freezer.move_to(NOW)
    for portal in PORTALS:
        await _add(hass, add_account(hass, sandbox, portal))
    loads = [dishwasher(), load("Car", energy=7, power=7), load("Water", duration=90)]
    price = "esmart:account:area-NO1"
    await _add(hass, planner_of(hass, *loads, price=price))

    enabled, devices = _enabled(hass), dr.async_get(hass)
    by_device = Counter(each.device_id for each in enabled)
    assert len(by_device) > 20
    for device_id, count in by_device.items():
        device = device_id and devices.async_get(device_id)
        assert device
        keys = sorted(
            f"{e.domain}.{e.translation_key}"
            for e in enabled
            if e.device_id == device_id
        )
        print(device.name, count, keys)
        most = MOST_OF_A_LOAD if device.model == "Flexible load" else MOST_OF_A_DEVICE
        assert count <= most, (device.name, keys)
    accounts = Counter(e.config_entry_id for e in enabled if e.domain == "calendar")
    assert set(accounts.values()) == {1}
    print(
        len(enabled),
        {
            hass.config_entries.async_get_entry(k).title: v
            for k, v in Counter(e.config_entry_id for e in enabled).items()
        },
    )
    assert len(enabled) <= MOST_TOGETHER
