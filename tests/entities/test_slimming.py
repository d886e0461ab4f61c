"""What was on by default goes off once, and whatever somebody touched or uses stays."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, EntityCategory, Platform
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_registry import RegistryEntryDisabler as Disabler
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.entities.slimming import was_off
from tests import accounts
from tests.accounts import entity_id, keys
from tests.entities.dashboards import dashboards_of, unreadable

SITE: Final = "1234567890"
# Off by default now, and on before.
EXTRA: Final = "energy_this_month"
# Off by default, now and before: whoever has it on has enabled it.
ENABLED: Final = "energy_change_this_month"
ON: Final = "power"

type Touch = Callable[[er.EntityRegistry, str], object]


def _changing(**changes: Any) -> Touch:
    return lambda registry, entity: registry.async_update_entity(entity, **changes)


def _with_options(domain: str, **options: Any) -> Touch:
    return lambda registry, entity: registry.async_update_entity_options(
        entity, domain, options
    )


TOUCHES: Final[dict[str, Touch]] = {
    "named": _changing(name="What I used"),
    "with an icon": _changing(icon="mdi:flash"),
    "moved": _changing(area_id="kitchen"),
    "labelled": _changing(labels={"mine"}),
    "in a category": _changing(categories={"helpers": "mine"}),
    "hidden": _changing(hidden_by=er.RegistryEntryHider.USER),
    "of another class": _changing(device_class="power"),
    "with an alias": _changing(aliases=["what I used"]),
    "with an id of its own": _changing(new_entity_id="sensor.what_i_used"),
    "exposed": _with_options("conversation", should_expose=True),
    "in another unit": _with_options("sensor", unit_of_measurement="MWh"),
    "with other digits": _with_options("sensor", display_precision=0),
}


async def earlier(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Have an account as an earlier version left it: all is on."""
    await set_up(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    hass.config_entries.async_update_entry(entry, minor_version=1)


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an account up, and turn off what goes off."""
    await accounts.set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)


def off_of(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> Disabler | None:
    """Return what has an entity of the site off, None if it is on."""
    entity = entity_id(hass, entry, SITE, key)
    assert entity is not None, keys(hass, entry, SITE)
    known = er.async_get(hass).async_get(entity)
    assert known is not None
    return known.disabled_by


async def test_what_nobody_uses_goes_off(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """What the earlier version had on goes off; ids stay, and so does what is on."""
    await earlier(hass, entry)
    before = keys(hass, entry, SITE)
    await set_up(hass, entry)

    assert off_of(hass, entry, EXTRA) is Disabler.INTEGRATION
    assert off_of(hass, entry, ON) is None
    assert off_of(hass, entry, ENABLED) is None
    assert hass.states.get(str(entity_id(hass, entry, SITE, EXTRA))) is None
    assert keys(hass, entry, SITE) == before
    assert entry.minor_version == 2


async def test_it_is_done_once(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """What the user enables after it stays on."""
    await earlier(hass, entry)
    await set_up(hass, entry)
    extra = str(entity_id(hass, entry, SITE, EXTRA))
    er.async_get(hass).async_update_entity(extra, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert off_of(hass, entry, EXTRA) is None


async def test_a_new_account_is_left_alone(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Nothing is turned off of an account that this version has set up."""
    await earlier(hass, entry)
    hass.config_entries.async_update_entry(entry, minor_version=2)
    await set_up(hass, entry)
    assert off_of(hass, entry, EXTRA) is None


async def test_it_waits_for_the_start(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Dashboards are there when Home Assistant has started; a stop before is no end."""
    await earlier(hass, entry)
    hass.set_state(CoreState.starting)
    await set_up(hass, entry)
    assert off_of(hass, entry, EXTRA) is None
    assert entry.minor_version == 1

    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert off_of(hass, entry, EXTRA) is None

    await set_up(hass, entry)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert off_of(hass, entry, EXTRA) is Disabler.INTEGRATION


@pytest.mark.parametrize("how", TOUCHES)
async def test_what_somebody_touched_stays(
    hass: HomeAssistant, entry: MockConfigEntry, how: str
) -> None:
    """Whatever the user has changed of an entity keeps it."""
    await earlier(hass, entry)
    TOUCHES[how](er.async_get(hass), str(entity_id(hass, entry, SITE, EXTRA)))
    await set_up(hass, entry)
    assert off_of(hass, entry, EXTRA) is None
    assert off_of(hass, entry, "energy_last_month") is Disabler.INTEGRATION


async def test_another_device_name_is_no_touch(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Ids begin with what the device was called then, and end with what it is."""
    await earlier(hass, entry)
    registry = er.async_get(hass)
    extra = str(entity_id(hass, entry, SITE, EXTRA))
    name = "sensor.my_home_energy_this_month_2"
    registry.async_update_entity(extra, new_entity_id=name)
    await set_up(hass, entry)
    assert off_of(hass, entry, EXTRA) is Disabler.INTEGRATION


async def test_what_is_used_stays(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """What a dashboard shows is kept, and nothing beside it."""
    await earlier(hass, entry)
    extra = entity_id(hass, entry, SITE, EXTRA)
    hass.data[LOVELACE_DATA] = await dashboards_of(hass, {"entity": extra})
    await set_up(hass, entry)
    assert off_of(hass, entry, EXTRA) is None
    assert off_of(hass, entry, "energy_last_month") is Disabler.INTEGRATION


async def test_nothing_goes_off_while_nobody_knows_what_is_used(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    tmp_path: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A dashboard that cannot be read may show anything."""
    await earlier(hass, entry)
    hass.data[LOVELACE_DATA] = unreadable(hass, tmp_path / "dashboard.yaml")
    await set_up(hass, entry)
    assert off_of(hass, entry, EXTRA) is None
    assert entry.minor_version == 2
    assert "that are off by default now stay on" in caplog.text


async def test_what_is_off_or_gone_is_left_alone(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """What the user has off is left alone, and what is of no site that is there."""
    await earlier(hass, entry)
    registry = er.async_get(hass)
    extra = str(entity_id(hass, entry, SITE, EXTRA))
    registry.async_update_entity(extra, disabled_by=Disabler.USER)
    gone = registry.async_get_or_create(
        Platform.SENSOR,
        "energy_portals",
        f"{entry.unique_id}:another:{EXTRA}",
        config_entry=entry,
        translation_key=EXTRA,
        entity_category=EntityCategory.DIAGNOSTIC,
    )
    await set_up(hass, entry)
    assert off_of(hass, entry, EXTRA) is Disabler.USER
    left = registry.async_get(gone.entity_id)
    assert left is not None
    assert left.disabled_by is None


def test_what_was_off_before() -> None:
    """Appliances were off in all periods but the running month."""
    assert was_off("energy_last_month_boiler")
    assert was_off("median_price_today")
    assert not was_off("energy_this_month_boiler")
    assert not was_off("energy_last_month")
    assert not was_off("price_rank")
