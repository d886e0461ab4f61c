"""Entities that the user has named, over everything that may become of them."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.energy_portals.account.named import (
    entity_of,
    is_there,
    lasting_name,
    title_of,
)
from tests.accounts import pass_time, set_up
from tests.faces.planner.home import dishwasher, key_of, planner_of


@pytest.fixture
def calendar(hass: HomeAssistant) -> er.RegistryEntry:
    """Return a calendar that can be renamed."""
    return er.async_get(hass).async_get_or_create("calendar", "other", "1")


async def test_followed(hass: HomeAssistant, calendar: er.RegistryEntry) -> None:
    registry, before = er.async_get(hass), calendar.entity_id
    name = lasting_name(hass, before)
    assert (entity_of(hass, name), title_of(hass, name)) == (before, before)
    registry.async_update_entity(before, new_entity_id="calendar.away")
    assert entity_of(hass, name) == "calendar.away"
    assert not is_there(hass, "calendar.away")
    hass.states.async_set("calendar.away", "unavailable")
    assert not is_there(hass, "calendar.away")
    hass.states.async_set("calendar.away", "off")
    assert is_there(hass, "calendar.away")
    registry.async_remove("calendar.away")
    assert (entity_of(hass, name), title_of(hass, name)) == (None, "calendar.away")
    assert title_of(hass, "0" * 32) == "0" * 32


async def test_not_in_the_registry(hass: HomeAssistant) -> None:
    """A calendar of YAML has no other name."""
    assert lasting_name(hass, "calendar.yaml") == "calendar.yaml"
    assert entity_of(hass, "calendar.yaml") == "calendar.yaml"
    assert title_of(hass, "calendar.yaml") == "calendar.yaml"


@pytest.mark.parametrize("live", [False, True])
async def test_what_an_earlier_release_stored(
    hass: HomeAssistant, calendar: er.RegistryEntry, live: bool
) -> None:
    """Ids of entities are stored by what lasts, once; nothing else of a load moves."""
    other: dict[str, Any] = {} if live else {"calendar": calendar.entity_id}
    planner = planner_of(
        hass,
        dishwasher(**other),
        dishwasher(calendar="calendar.yaml"),
    )
    before = [dict(part.data) for part in planner.subentries.values()]
    await set_up(hass, planner)
    if live:
        part = planner.subentries[key_of(planner, "Dishwasher")]
        data = {**part.data, "calendar": calendar.entity_id}
        hass.config_entries.async_update_subentry(planner, part, data=data)
        await hass.async_block_till_done()
    one, two = (dict(part.data) for part in planner.subentries.values())
    assert one == {**before[0], "calendar": calendar.id}
    assert two == before[1]
    sites = planner.runtime_data.sites.data
    assert sites[key_of(planner, "Dishwasher")].calendar == calendar.id


async def test_registered_later(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """What is in the registry only after the account was set up is followed as well."""
    planner = planner_of(hass, dishwasher(calendar="calendar.other_1"))
    await set_up(hass, planner)
    calendar = er.async_get(hass).async_get_or_create("calendar", "other", "1")
    assert calendar.entity_id == "calendar.other_1"
    await pass_time(hass, freezer, timedelta(minutes=1))
    (part,) = planner.subentries.values()
    assert part.data["calendar"] == calendar.id
