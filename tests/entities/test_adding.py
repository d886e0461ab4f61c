"""What another entity says is no more made, and kept by whoever has it on."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_registry import RegistryEntryDisabler as Disabler
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN, MINOR_VERSION
from tests.accounts import entity_id, set_up
from tests.journeys.accounts import add_account
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.server import Sandbox

pytestmark = pytest.mark.as_installed

SITE = "1234567890"
KEY = "energy_this_month"


def _of_before(
    hass: HomeAssistant, entry: MockConfigEntry, disabled_by: Disabler | None
) -> str:
    """Return an entity that an earlier version has made."""
    return (
        er.async_get(hass)
        .async_get_or_create(
            Platform.SENSOR,
            DOMAIN,
            f"{entry.unique_id}:{SITE}:{KEY}",
            config_entry=entry,
            disabled_by=disabled_by,
            translation_key=KEY,
        )
        .entity_id
    )


async def test_new_accounts_have_none(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await set_up(hass, entry)
    for period in ("yesterday", "this_month", "last_month"):
        assert entity_id(hass, entry, SITE, f"energy_{period}") is None
    # What nothing else says is there, and off.
    assert entity_id(hass, entry, SITE, "energy_last_seven_days") is not None


async def test_what_is_on_stays(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    entity = _of_before(hass, entry, None)
    hass.config_entries.async_update_entry(entry, minor_version=MINOR_VERSION)
    for _ in range(2):
        await set_up(hass, entry)
        state = hass.states.get(entity)
        assert state is not None and float(state.state) > 0
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_the_user_has_turned_off_stays_so(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entity = _of_before(hass, entry, Disabler.USER)
    await set_up(hass, entry)
    known = er.async_get(hass).async_get(entity)
    assert known is not None and known.disabled_by is Disabler.USER


async def test_what_was_off_by_default_is_removed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entity = _of_before(hass, entry, Disabler.INTEGRATION)
    await set_up(hass, entry)
    assert er.async_get(hass).async_get(entity) is None
    assert hass.states.get(entity) is None


async def test_what_only_data_knows(hass: HomeAssistant, sandbox: Sandbox) -> None:
    """A counter's second figure is not made however often it is shown."""
    entry = add_account(hass, sandbox, "epilot")
    await set_up(hass, entry)
    home = sandbox.portal(EpilotSandbox).home
    meter, counter = home.gas_meter, home.counters(home.gas_meter)[0]["_id"]
    for _ in range(2):
        await entry.runtime_data.feeds["meter"].async_refresh()
        await hass.async_block_till_done(wait_background_tasks=True)
    site = f"meter:{meter}"
    assert entity_id(hass, entry, site, f"last_reading_{counter}") is not None
    assert entity_id(hass, entry, site, f"current_consumption_{counter}") is None
