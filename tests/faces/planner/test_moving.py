"""What a load may be bound to, and what is refused."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.faces.planner.moving import (
    MOVING_KEYS,
    check_moved,
)
from custom_components.energy_portals.portals.http.errors import InvalidInput
from custom_components.energy_portals.portals.planner.bindings import PLAN_THEMSELVES
from tests.faces.planner.home import dishwasher, key_of, planner_of
from tests.faces.planner.test_flow import FORM, begin_load, enter_load


def _registered(hass: HomeAssistant, integration: str) -> str:
    """Return a switch of an integration."""
    entry = er.async_get(hass).async_get_or_create("switch", integration, "1")
    return entry.entity_id


@pytest.mark.parametrize("integration", sorted(PLAN_THEMSELVES))
async def test_what_plans_itself(hass: HomeAssistant, integration: str) -> None:
    """Two planners would fight; it can be given the plan."""
    with pytest.raises(InvalidInput, match="plans_itself"):
        check_moved(hass, {"drives": _registered(hass, integration)}, None)


async def test_what_is_its_own(hass: HomeAssistant) -> None:
    """A load does not switch a load."""
    with pytest.raises(InvalidInput, match="own_entity"):
        check_moved(hass, {"drives": _registered(hass, DOMAIN)}, None)


async def test_what_another_load_moves(hass: HomeAssistant) -> None:
    """Two loads would undo each other; a load may keep what it has."""
    plug = _registered(hass, "other")
    stored = er.async_get(hass).async_get(plug)
    assert stored is not None
    planner = planner_of(hass, dishwasher(drives=stored.id))
    MockConfigEntry(domain=DOMAIN, data={"vendor": "esmart"}).add_to_hass(hass)
    with pytest.raises(InvalidInput, match="moved_by_another"):
        check_moved(hass, {"stops": plug}, None)
    check_moved(hass, {"drives": plug}, key_of(planner, "Dishwasher"))
    check_moved(hass, {"drives": "switch.unregistered"}, None)


async def test_the_form(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """It is bound in the form of a load, and shown there again."""
    hass.states.async_set("switch.plug", "off")
    moving: dict[str, Any] = {"drives": "switch.plug", "phases": "1"}
    result = await begin_load(hass, planner)
    wrong = {**FORM, "moving": {"stops": "button.b"}}
    result = await enter_load(hass, result, wrong)
    assert result["errors"] == {"base": "stops_nothing"}
    result = await enter_load(hass, result, {**FORM, "moving": moving})
    part = planner.subentries[key_of(planner, "Washing machine")]
    assert part.data["drives"] == "switch.plug"
    assert "moving" not in part.data
    change = await planner.start_subentry_reconfigure_flow(hass, part.subentry_id)
    assert change["data_schema"] is not None
    shown = change["data_schema"].schema["moving"].schema.schema
    suggested = {
        str(key): key.description["suggested_value"]
        for key in shown
        if key.description and "suggested_value" in key.description
    }
    assert suggested == moving
    assert set(MOVING_KEYS) == {str(key) for key in shown}
