"""A restart with prices kept: they are there at once, portal or no portal."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.market import DAY, HOUR, MINUTE, ORDINARY, OSLO, local
from tests.priced import esmart_entry, set_up
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

NOW = local(ORDINARY, OSLO, 15, 7)
PRICES = {"spotprices", "contract_prices", "meter_prices"}
PRICE = "sensor.price_area_no1_price"


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one afternoon."""
    freezer.move_to(NOW)


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated eSmart."""
    return sandbox.portal(EsmartSandbox)


@pytest.fixture
async def kept(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> MockConfigEntry:
    """Return an account that was set up once, and is not now."""
    entry = esmart_entry(hass, sandbox)
    await set_up(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    esmart.calls.clear()
    return entry


def _right(esmart: EsmartSandbox) -> str:
    """Return the right price as the portal has it, unknown to who asks nobody."""
    start = NOW.replace(minute=0)
    return str(esmart.prices.spot("NO1", start, timedelta(minutes=15)))


def _asked(esmart: EsmartSandbox) -> list[str]:
    """Return which operations for prices were called."""
    return [call.operation for call in esmart.calls if call.operation in PRICES]


def _entities(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the unique ids of the entities that have a state."""
    registry = er.async_get(hass)
    return {
        each.unique_id
        for each in er.async_entries_for_config_entry(registry, entry.entry_id)
        if (state := hass.states.get(each.entity_id)) is not None
        and not state.attributes.get("restored")
    }


def _shown(hass: HomeAssistant) -> str:
    """Return what the price sensor shows."""
    state = hass.states.get(PRICE)
    assert state is not None
    return state.state


async def _pass(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, time: timedelta
) -> None:
    """Let time pass at once, and what was due happen."""
    freezer.tick(time)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_prices_are_there_at_once_when_the_portal_is_down(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    kept: MockConfigEntry,
) -> None:
    await sandbox.stop()
    assert await hass.config_entries.async_setup(kept.entry_id)
    assert kept.state is ConfigEntryState.LOADED
    assert _shown(hass) == _right(esmart)
    # What failed meanwhile takes nothing away.
    await _pass(hass, freezer, 7 * MINUTE)
    assert _shown(hass) == _right(esmart)
    assert not kept.runtime_data.sites.last_update_success


async def test_prices_are_there_at_once_when_the_portal_hangs(
    hass: HomeAssistant, esmart: EsmartSandbox, kept: MockConfigEntry
) -> None:
    # The clock stands still, so that whoever waited for an answer would never return.
    esmart.fail("*", Fault(kind="delay", seconds=3600, times=None))
    assert await hass.config_entries.async_setup(kept.entry_id)
    assert kept.state is ConfigEntryState.LOADED
    assert _shown(hass) == _right(esmart)
    assert await hass.config_entries.async_unload(kept.entry_id)


async def test_no_price_is_asked_for_that_is_held(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    kept: MockConfigEntry,
) -> None:
    for _ in range(3):
        await set_up(hass, kept)
        await _pass(hass, freezer, 20 * MINUTE)
        assert await hass.config_entries.async_unload(kept.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert esmart.calls
    assert _asked(esmart) == []


async def test_what_was_published_meanwhile_is_asked_for_at_once(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    kept: MockConfigEntry,
) -> None:
    freezer.move_to(NOW + DAY)
    await set_up(hass, kept)
    assert sorted(_asked(esmart)) == ["meter_prices", "spotprices"]
    known = hass.states.get("binary_sensor.price_area_no1_prices_for_tomorrow_known")
    assert known is not None and known.state == "on"


async def test_the_rest_comes_when_the_portal_is_back(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    kept: MockConfigEntry,
) -> None:
    await set_up(hass, kept)
    everything = _entities(hass, kept)
    assert await hass.config_entries.async_unload(kept.entry_id)
    port = int(sandbox.address.rpartition(":")[2])
    await sandbox.stop()
    # As another run finds it: nothing of the entities is left but the registry.
    await set_up(hass, kept)
    # Somewhat is missing; a feed that failed has only what stands in its tables.
    assert _entities(hass, kept) < everything
    await sandbox.start(port)
    for _ in range(52):
        await _pass(hass, freezer, 30 * MINUTE)
    assert everything - _entities(hass, kept) == set()
    down = [
        state.entity_id
        for state in hass.states.async_all()
        if state.state == "unavailable"
    ]
    assert down == []


async def test_refused_credentials_start_reauth_and_leave_the_prices(
    hass: HomeAssistant, esmart: EsmartSandbox, kept: MockConfigEntry
) -> None:
    esmart.change_password()
    await set_up(hass, kept)
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]
    assert _shown(hass) == _right(esmart)


async def test_prices_last_as_long_as_they_are_known(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sandbox: Sandbox,
    kept: MockConfigEntry,
) -> None:
    await sandbox.stop()
    await set_up(hass, kept)
    end = local(ORDINARY + 2 * DAY, OSLO)
    for now in (NOW + 9 * HOUR, end - MINUTE):
        freezer.move_to(now)
        await _pass(hass, freezer, timedelta())
        assert float(_shown(hass))
    freezer.move_to(end)
    await _pass(hass, freezer, timedelta())
    assert _shown(hass) == "unavailable"
    tomorrow = hass.states.get("sensor.price_area_no1_average_price_tomorrow")
    assert tomorrow is not None and tomorrow.state == "unavailable"
