"""Store what this version makes of all accounts, for every later one to take over.

Run by hand: `pytest -o pythonpath=scripts tests/journeys/takeover/make_stored.py`.
What lies in `stored` was made with the version that the commit before had. It is not to
be made anew when a version cannot take it over: that is what it is there for.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    restore_state as rs,
)
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from accounts import ANSWERS
from tests.journeys.takeover.stored import (
    BEGIN,
    DOMAIN,
    END,
    begin,
    entities,
    folded,
    marks,
    send,
    shortened,
    shown,
    statistics,
    write,
)
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.server import Sandbox

pytestmark = pytest.mark.parametrize("load_registries", [False])

TARIFF = {"vat": 25, "fixed": 0.02, "grid_fees": [{"amount": 0.3, "start": "06:00:00"}]}
UNITS = {"price_unit": "NOK/kWh", "power_unit": "kW"}
METERED = f"{DOMAIN}:digiwatt_1234567890_1234567890_consumption"
LOAD = {
    "name": "Dishwasher",
    "duration": 120,
    "power": 1.2,
    "objective": "price",
    "shape": "contiguous",
    "begin": "18:00:00",
    "end": "07:00:00",
    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "details": {},
}


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on that day."""
    freezer.move_to(BEGIN)


@pytest.fixture(autouse=True)
def _custom_integrations(recorder: object, enable_custom_integrations: None) -> None:
    """Have a recorder before the integration is there."""


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the test the harness' debug mode."""


async def _answered(
    hass: HomeAssistant, flows: Any, result: Any, answers: Iterable[dict[str, Any]]
) -> Any:
    """Answer a flow step by step, as a user does."""
    for answer in answers:
        result = await flows.async_configure(result["flow_id"], answer)
    assert result["type"] in {"create_entry", "abort"}, result
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def _add(
    hass: HomeAssistant, answers: Iterable[dict[str, Any]]
) -> ConfigEntry[Any]:
    """Add an account."""
    flows = hass.config_entries.flow
    result = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    added: ConfigEntry[Any] = (await _answered(hass, flows, result, answers))["result"]
    return added


async def _choose(
    hass: HomeAssistant, entry: ConfigEntry[Any], *answers: dict[str, Any]
) -> None:
    """Choose options."""
    flows = hass.config_entries.options
    await _answered(hass, flows, await flows.async_init(entry.entry_id), answers)


async def _let_answer(
    hass: HomeAssistant, entry: ConfigEntry[Any], part: ConfigSubentry
) -> None:
    """Have caps of a part acknowledged, and a tank's energy reported."""
    answer: dict[str, Any] = {"name": part.title, "policy": "acknowledge"}
    if part.subentry_type == "location":
        points = part.data["meter_point_ids"]
        answer |= {"location_type": "residential", "meter_point_ids": list(points)}
    elif part.data["resource_type"] == "HotWaterTank":
        answer["energy"] = METERED
    flows = hass.config_entries.subentries
    result = await flows.async_init(
        (entry.entry_id, part.subentry_type),
        context={"source": "reconfigure", "subentry_id": part.subentry_id},
    )
    await _answered(hass, flows, result, [answer])


async def _plan(
    hass: HomeAssistant, prices: ConfigEntry[Any], green: ConfigEntry[Any]
) -> None:
    """Add a planner with a load."""
    chosen = {
        "price": f"{prices.unique_id}:area-NO1",
        "green": f"{green.unique_id}:{green.data['account_number']}",
    }
    planner = await _add(hass, [{"next_step_id": "planner"}, chosen])
    flows = hass.config_entries.subentries
    result = await flows.async_init(
        (planner.entry_id, "load"), context={"source": SOURCE_USER}
    )
    await _answered(hass, flows, result, [{"next_step_id": "other"}, LOAD])


def _answers(portal: str, facts: Any) -> list[dict[str, Any]]:
    """Return what a person types in; of records alike, one is enough."""
    answers: list[dict[str, Any]] = ANSWERS[portal](facts)
    if "records" in answers[-1]:
        charger = facts["charger_id"]
        chosen = answers[-1]["records"]
        answers[-1]["records"] = [each for each in chosen if charger not in each]
    return answers


def _change_registries(hass: HomeAssistant, planner: str) -> None:
    """Rename, hide, switch off and on, as users do."""
    registry = er.async_get(hass)
    area = "esmart:127.0.0.1:42:power:area-NO1"
    keys = {
        f"{area}:price": {"new_entity_id": "sensor.what_it_costs", "name": "Costs"},
        f"{area}:price_rank": {"disabled_by": er.RegistryEntryDisabler.USER},
        f"{area}:next_price": {"hidden_by": er.RegistryEntryHider.USER},
    }
    for unique_id, changes in keys.items():
        entity_id = registry.async_get_entity_id("sensor", DOMAIN, unique_id)
        assert entity_id is not None, unique_id
        registry.async_update_entity(entity_id, **changes)
    # One of those that are off by default, of each account.
    off = {
        each.config_entry_id: each.entity_id
        for each in entities(hass).values()
        if each.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    }
    for entity_id in off.values():
        registry.async_update_entity(entity_id, disabled_by=None)
    devices = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(devices, planner):
        devices.async_update_device(device.id, name_by_user=f"My {device.name}")


async def test_make(
    hass: HomeAssistant,
    storage: dict[str, Any],
    sandbox: Sandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Add all accounts, let their histories be imported, and write what is kept."""
    begin(sandbox)
    facts: Any = sandbox.facts()
    accounts = {
        portal: await _add(hass, _answers(portal, facts[portal])) for portal in ANSWERS
    }
    # The token that was entered is no longer good, only the one that is kept.
    epilot = sandbox.portal(EpilotSandbox)
    epilot.rotate_refresh_tokens(on=True)
    epilot.expire_tokens()
    spot, units = ({"next_step_id": f"esmart_{n}"} for n in ("spot_prices", "units"))
    await _choose(hass, accounts["esmart"], spot, TARIFF)
    await _choose(hass, accounts["esmart"], units, UNITS)
    history = {"next_step_id": "epilot_history"}
    await _choose(hass, accounts["epilot"], history, {"years": 1})
    epilot.rotate_refresh_tokens(on=False)
    for part in tuple(accounts["volue"].subentries.values()):
        await _let_answer(hass, accounts["volue"], part)
    await _plan(hass, accounts["esmart"], accounts["digiwatt"])
    planner = hass.config_entries.async_entries(DOMAIN)[-1]
    _change_registries(hass, planner.entry_id)
    send(sandbox)
    for _ in range(round((END - BEGIN).total_seconds())):
        freezer.tick(timedelta(seconds=1))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
    # What is kept is of one moment: that at which a later version starts.
    for entry in hass.config_entries.async_entries(DOMAIN):
        await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await rs.async_get(hass).async_dump_states()
    states = {
        key: shown(state.state, state.attributes)
        for key in entities(hass)
        if (state := hass.states.get(key)) is not None
    }
    rows = await statistics(hass)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done(wait_background_tasks=True)
    _write(storage, states, rows, sandbox)


def _write(storage: dict[str, Any], states: Any, rows: Any, sandbox: Sandbox) -> None:
    """Write the files."""
    keys = ["core.config_entries", *(key for key in storage if key.startswith(DOMAIN))]
    write("storage", {key: storage[key] for key in sorted(keys)}, sandbox, depth=4)
    registry = storage["core.entity_registry"]
    registry["data"]["entities"] = folded(
        map(shortened, sorted(registry["data"]["entities"], key=_order))
    )
    write("entities", registry, sandbox, depth=3)
    registry = storage["core.device_registry"]
    registry["data"]["devices"] = folded(registry["data"]["devices"])
    write("devices", registry, sandbox, depth=3)
    write("marks", marks(storage), sandbox, depth=1)
    write("states", states, sandbox, depth=1)
    write("statistics", rows, sandbox, depth=2)


def _order(entity: dict[str, Any]) -> tuple[str, ...]:
    """Return where an entity stands: among those that are like it."""
    members = ("device_id", "original_device_class", "unit_of_measurement", "options")
    return *(str(entity[each]) for each in members), entity["entity_id"]
