"""Whatever in the house goes by an entity is found, however it names it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.entities.in_use import async_in_use
from tests.entities.dashboards import dashboards_of

type Uses = Callable[[HomeAssistant, er.RegistryEntry], Awaitable[object]]


async def _set_up(hass: HomeAssistant, domain: str, config: object) -> None:
    assert await async_setup_component(hass, domain, {domain: config})
    await hass.async_block_till_done(wait_background_tasks=True)


def _automation(**parts: Any) -> Uses:
    """Return an automation; what is a function takes the entity."""

    async def use(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
        made = {
            key: part(entity) if callable(part) else part for key, part in parts.items()
        }
        usual = {"triggers": [], "actions": []}
        await _set_up(hass, "automation", [{"alias": "Mine", **usual, **made}])

    return use


async def _script(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
    said = {
        "event": "said",
        "event_data_template": {"is": f"{{{{ states.{entity.entity_id}.state }}}}"},
    }
    await _set_up(hass, "script", {"mine": {"sequence": [said]}})


async def _scene(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
    scene = {"name": "Mine", "entities": {entity.entity_id: "on"}}
    await _set_up(hass, "scene", [scene])


async def _group(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
    await _set_up(hass, "group", {"mine": {"entities": [entity.entity_id]}})


async def _helper(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
    options = {"source": entity.entity_id, "name": "Mine"}
    MockConfigEntry(domain="utility_meter", options=options).add_to_hass(hass)


async def _helper_by_its_id(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
    options = {"entity_ids": [entity.id], "name": "Mine"}
    MockConfigEntry(domain="min_max", options=options).add_to_hass(hass)


async def _template(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
    state = f"{{{{ states('{entity.entity_id}') }}}}"
    sensor = {"name": "Mine", "state": state}
    await _set_up(hass, "template", [{"sensor": [sensor]}])


async def _dashboard(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
    card = {"type": "markdown", "content": f"{{{{ states('{entity.entity_id}') }}}}"}
    hass.data[LOVELACE_DATA] = await dashboards_of(hass, card)


async def _energy(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
    await _set_up(hass, "energy", {})
    from homeassistant.components.energy.data import async_get_manager

    manager = await async_get_manager(hass)
    device: Any = {"stat_consumption": entity.entity_id}
    await manager.async_update({"device_consumption": [device]})


OURS: Final = "energy_portals.price_falls_below"
USES: Final[dict[str, Uses]] = {
    "automation": _automation(
        triggers=lambda entity: [{"trigger": "state", "entity_id": entity.entity_id}]
    ),
    "condition's template": _automation(
        conditions=lambda entity: [f"{{{{ is_state('{entity.entity_id}', 'on') }}}}"]
    ),
    "device": _automation(
        triggers=lambda entity: [
            {"trigger": OURS, "target": {"device_id": entity.device_id}}
        ]
    ),
    "area": _automation(
        triggers=[{"trigger": OURS, "target": {"area_id": ["kitchen"]}}]
    ),
    "floor": _automation(
        triggers=[{"trigger": OURS, "target": {"floor_id": "upstairs"}}]
    ),
    "label": _automation(triggers=[{"trigger": OURS, "target": {"label_id": "dear"}}]),
    "script": _script,
    "scene": _scene,
    "group": _group,
    "helper": _helper,
    "helper by its id": _helper_by_its_id,
    "template of YAML": _template,
    "dashboard": _dashboard,
    "Energy dashboard": _energy,
}


@pytest.fixture(autouse=True)
def _recorder(recorder_mock: object, enable_custom_integrations: None) -> None:
    """Have what the Energy dashboard needs."""


@pytest.fixture
def _custom_integrations() -> None:
    """Have Home Assistant after the recorder."""


@pytest.fixture
def entity(hass: HomeAssistant) -> er.RegistryEntry:
    """Return an entity whose device is in an area on a floor, with a label."""
    floor = fr.async_get(hass).async_create("Upstairs")
    area = ar.async_get(hass).async_create("Kitchen", floor_id=floor.floor_id)
    owner = MockConfigEntry(domain="energy_portals")
    owner.add_to_hass(hass)
    devices = dr.async_get(hass)
    device = devices.async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("energy_portals", "home")}
    )
    devices.async_update_device(device.id, area_id=area.id, labels={"dear"})
    return er.async_get(hass).async_get_or_create(
        *("sensor", "energy_portals", "home:price"),
        suggested_object_id="home_price",
        config_entry=owner,
        device_id=device.id,
    )


@pytest.fixture
def other(hass: HomeAssistant, entity: er.RegistryEntry) -> er.RegistryEntry:
    """Return an entity that is called alike, and that nobody uses."""
    return er.async_get(hass).async_get_or_create(
        *("sensor", "energy_portals", "home:price_rank"),
        suggested_object_id="home_price_rank",
    )


@pytest.mark.parametrize("name", USES)
async def test_what_is_used(
    hass: HomeAssistant, entity: er.RegistryEntry, other: er.RegistryEntry, name: str
) -> None:
    """It is found, and nothing is that is called alike."""
    assert not (await async_in_use(hass)).has(entity)
    await USES[name](hass, entity)
    in_use = await async_in_use(hass)
    assert in_use.has(entity)
    assert not in_use.has(other)


async def test_an_area_of_others(hass: HomeAssistant, entity: er.RegistryEntry) -> None:
    """An automation of the room's lights is about nothing of this integration."""
    light = {"action": "light.turn_on", "target": {"area_id": "kitchen"}}
    await _automation(actions=[light])(hass, entity)
    assert not (await async_in_use(hass)).has(entity)
