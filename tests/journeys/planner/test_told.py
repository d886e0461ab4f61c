"""Blueprints tell of a planner's loads with what is known of them, over whatever."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any, Final

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.const import Platform
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util.dt import utcnow
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import entity_id
from tests.faces.planner.home import key_of
from tests.faces.planner.seen import TITLE, shown
from tests.rules.source import INTEGRATION

FOLDER: Final = INTEGRATION / "blueprints" / AUTOMATION / DOMAIN


@pytest.fixture(autouse=True)
def _installed(hass: HomeAssistant, tmp_path: Path) -> None:
    """Put the blueprints where an import puts them."""
    copytree(FOLDER, tmp_path / "blueprints" / AUTOMATION / DOMAIN)
    hass.config.config_dir = str(tmp_path)


@pytest.fixture
def told(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what was told."""
    return async_mock_service(hass, "persistent_notification", "create")


def _sensors(hass: HomeAssistant, planner: MockConfigEntry) -> dict[str, str]:
    """Return the entities that the blueprint asks for."""
    key = key_of(planner, TITLE)
    kinds = {"falls_short": Platform.BINARY_SENSOR, "shortfall": Platform.SENSOR}
    names = {"falls_short": "falls_short", "shortfall": "load_shortfall"}
    return {
        name: entity_id(hass, planner, key, names[name], kind)
        for name, kind in kinds.items()
    }


async def _use(hass: HomeAssistant, inputs: dict[str, str]) -> None:
    """Set the automation up."""
    use_blueprint = {"path": f"{DOMAIN}/tell_of_shortfall.yaml", "input": inputs}
    configuration = {AUTOMATION: {"use_blueprint": use_blueprint}}
    assert await async_setup_component(hass, AUTOMATION, configuration)
    await hass.async_block_till_done(wait_background_tasks=True)


def _begin_earlier(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """Let half an hour of what the load takes be gone."""
    part = planner.subentries[key_of(planner, TITLE)]
    data = {**part.data, "begin": "13:00:00", "end": "15:00:00"}
    hass.config_entries.async_update_subentry(planner, part, data=data)


def _check(told: list[ServiceCall]) -> None:
    """Hold what was told to what is known."""
    (call,) = told
    assert call.data["title"] == "Dishwasher falls short"
    message = "Too little time is left: 0.6 kWh are missing by 15:00."
    assert call.data["message"] == message


@pytest.mark.parametrize("is_taken_down", [False, True])
async def test_a_shortfall(
    hass: HomeAssistant,
    planner: MockConfigEntry,
    told: list[ServiceCall],
    is_taken_down: bool,
) -> None:
    inputs = _sensors(hass, planner)
    await _use(hass, inputs)
    assert shown(hass, planner, "falls_short", "binary_sensor") == "off"
    if is_taken_down:
        assert await hass.config_entries.async_unload(planner.entry_id)
    _begin_earlier(hass, planner)
    if is_taken_down:
        assert await hass.config_entries.async_setup(planner.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert shown(hass, planner, "falls_short", "binary_sensor") == "on"
    _check(told)
    assert await hass.config_entries.async_reload(planner.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(told) == 1


async def test_a_shortfall_over_a_restart(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    planner: MockConfigEntry,
    told: list[ServiceCall],
) -> None:
    inputs = _sensors(hass, planner)
    assert await hass.config_entries.async_unload(planner.entry_id)
    hass.set_state(CoreState.not_running)
    registered = er.async_get(hass).async_get(inputs["falls_short"])
    assert registered is not None
    known = {registered.id: "off"}
    hass_storage[f"{DOMAIN}.last_known"] = {"version": 1, "data": known}
    _begin_earlier(hass, planner)
    await _use(hass, inputs)
    assert await hass.config_entries.async_setup(planner.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await hass.async_start()
    await hass.async_block_till_done(wait_background_tasks=True)
    _check(told)


@pytest.mark.as_installed
@pytest.mark.parametrize("by", [er.RegistryEntryDisabler.USER, None])
async def test_what_is_off_by_default_is_on_for_a_trigger(
    hass: HomeAssistant,
    planner: MockConfigEntry,
    told: list[ServiceCall],
    by: er.RegistryEntryDisabler | None,
) -> None:
    """A trigger at a device would else never fire; what the user has off stays so."""
    registry = er.async_get(hass)
    sensor = _sensors(hass, planner)["falls_short"]
    known = registry.async_get(sensor)
    assert known is not None
    assert known.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    if by is not None:
        registry.async_update_entity(sensor, disabled_by=by)
    automation = {
        "triggers": {
            "trigger": f"{DOMAIN}.load_falls_short",
            "target": {"device_id": known.device_id},
        },
        "actions": {"action": "persistent_notification.create"},
    }
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: automation})
    async_fire_time_changed(hass, utcnow() + timedelta(minutes=1))
    await hass.async_block_till_done(wait_background_tasks=True)
    changed = registry.async_get(sensor)
    assert changed is not None and changed.disabled_by is by
    _begin_earlier(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(told) == (by is None)
