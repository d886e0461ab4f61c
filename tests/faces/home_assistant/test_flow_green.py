"""Adding greenness of the house: each measure stays what it is."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.energy_portals.const import DOMAIN
from tests.faces.home_assistant.houses import NOON, begin, enter, entity, options_of

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
async def _now(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("Europe/Oslo")


def amber(hass: HomeAssistant) -> str:
    """Return an entity that foretells shares."""
    rows: list[dict[str, Any]] = [
        {
            "start_time": (NOON + n * HOUR).isoformat(),
            "end_time": (NOON + (n + 1) * HOUR).isoformat(),
            "renewables": share,
            "per_kwh": 0.2,
        }
        for n, share in enumerate((40, 70))
    ]
    return entity(hass, "amberelectric", "x", "0.2", {"forecasts": rows})


async def test_a_share(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """The user says from where on it is green, then and later."""
    sensor = amber(hass)
    result = await begin(hass, "house_green")
    assert list(options_of(result)) == [sensor]
    result = await enter(hass, result, entity=sensor)
    assert result["step_id"] == "house_green_confirm"
    result = await enter(hass, result, name="Grid", least=60)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {"green": {"least": 60}}
    green = hass.states.get("binary_sensor.grid_green_hours_now")
    assert green is not None
    assert green.state == "off"
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    options = await hass.config_entries.options.async_init(entry.entry_id)
    assert options["step_id"] == "house_least"
    configure = hass.config_entries.options.async_configure
    saved = await configure(options["flow_id"], {"least": 30})
    assert saved["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    green = hass.states.get("binary_sensor.grid_green_hours_now")
    assert green is not None
    assert green.state == "on"


async def test_co2(hass: HomeAssistant) -> None:
    """CO2 is no share: nothing of it is called green."""
    result = await begin(hass, "house_green")
    assert result["reason"] == "no_green"
    unit = {"unit_of_measurement": "gCO2eq/kWh"}
    sensor = entity(hass, "co2signal", "x", "231", unit)
    result = await begin(hass, "house_green")
    result = await enter(hass, result, entity=sensor)
    assert {str(key) for key in result["data_schema"].schema} == {"name"}
    result = await enter(hass, result, name="Grid")
    assert result["data"]["measure"] == "co2"
    states = hass.states.async_all("sensor")
    assert "231" in {each.state.partition(".")[0] for each in states}


async def test_an_entity_that_goes(hass: HomeAssistant) -> None:
    """What is gone when it is chosen is asked for again."""
    sensor, other = (
        amber(hass),
        entity(hass, "co2signal", "x", "231", {"unit_of_measurement": "gCO2eq/kWh"}),
    )
    result = await begin(hass, "house_green")
    hass.states.async_remove(sensor)
    result = await enter(hass, result, entity=sensor)
    assert result["errors"] == {"base": "entity_not_there"}
    assert list(options_of(result)) == [other]
