"""Adding live power of any sensor of the house."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.energy_portals.const import DOMAIN
from tests.account.test_house_changes import SOON
from tests.accounts import pass_time
from tests.faces.home_assistant.houses import NOON, begin, enter, entity, reconfigure

WATTS = {"unit_of_measurement": "W", "device_class": "power"}


@pytest.fixture(autouse=True)
async def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOON)


async def test_power(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """It is read when it changes, in watts whatever its unit."""
    meter = entity(hass, "other", "meter", "1.5", {"unit_of_measurement": "kW"})
    result = await begin(hass, "house_power")
    result = await enter(hass, result, entity=meter)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    state = hass.states.get(meter)
    assert state is not None
    assert result["title"] == state.name
    named = er.async_get(hass).async_get(meter)
    assert named is not None
    assert result["data"]["entities"] == [named.id]
    shown = hass.states.get("sensor.other_meter_power")
    assert shown is not None
    assert shown.state == "1500.0"
    hass.states.async_set(meter, "unavailable", {})
    await pass_time(hass, freezer, SOON)
    hass.states.async_set(meter, "-3", WATTS)
    await pass_time(hass, freezer, SOON)
    shown = hass.states.get("sensor.other_meter_power")
    assert shown is not None
    assert shown.state == "-3.0"


async def test_what_is_no_power_is_refused(hass: HomeAssistant) -> None:
    kwh = entity(hass, "other", "x", "1", {"unit_of_measurement": "kWh"})
    result = await begin(hass, "house_power")
    result = await enter(hass, result, entity=kwh, name="Home")
    assert result["errors"] == {"base": "no_power"}
    # One that is not there yet is waited for.
    result = await enter(hass, result, entity="sensor.later", name=" ")
    assert result["title"] == "sensor.later"


async def test_another_sensor(hass: HomeAssistant) -> None:
    meter = entity(hass, "other", "meter", "1", WATTS)
    result = await enter(hass, await begin(hass, "house_power"), entity=meter, name="A")
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    result = await reconfigure(hass, entry)
    assert result["step_id"] == "house_power"
    suggested = {
        str(key): key.description["suggested_value"]
        for key in result["data_schema"].schema
    }
    assert suggested == {"entity": meter, "name": "A"}
    other = entity(hass, "other", "other", "7", WATTS)
    result = await enter(hass, result, entity=other, name="A")
    assert result["reason"] == "reconfigure_successful"
    shown = hass.states.get("sensor.a_power")
    assert shown is not None
    assert shown.state == "7.0"
