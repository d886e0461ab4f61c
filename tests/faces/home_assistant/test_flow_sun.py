"""Adding a solar forecast of the house, of one roof or several."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    get_schema_suggested_value,
    mock_integration,
    mock_platform,
)

from custom_components.energy_portals.const import DOMAIN
from tests.faces.home_assistant.houses import NOON, begin, enter, entity

HOUR = timedelta(hours=1)
# Of today and tomorrow, from nine to three.
DAYS = [NOON + day * timedelta(days=1) for day in (0, 1)]
POWERS = {(day + n * HOUR).isoformat(): 1000.0 for day in DAYS for n in range(-3, 3)}


@pytest.fixture(autouse=True)
async def _now(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("Europe/Oslo")


@pytest.fixture
async def roofs(hass: HomeAssistant) -> dict[str, Any]:
    """Return the forecasts of an integration's entries, by their ids."""
    forecasts: dict[str, Any] = {"east": POWERS, "west": POWERS}

    async def forecast(hass: HomeAssistant, entry_id: str) -> Any:
        return {"wh_hours": forecasts[entry_id]}

    class Platform:
        async_get_solar_forecast = staticmethod(forecast)

    mock_integration(hass, MockModule("roofs"))
    mock_platform(hass, "roofs.energy", Platform())
    roof = {"type": "solar", "config_entry_solar_forecast": ["west"]}
    manager = await async_get_manager(hass)
    manager.data = {"energy_sources": [{"type": "grid"}, roof]}  # type: ignore[assignment]  # other fields do not matter
    hass.config.components.add("roofs")
    hass.config.components.add("energy")
    for entry_id in forecasts:
        entry = MockConfigEntry(domain="roofs", entry_id=entry_id, title=entry_id)
        entry.add_to_hass(hass)
        entry.mock_state(hass, ConfigEntryState.LOADED)
    return forecasts


async def test_two_roofs(hass: HomeAssistant, roofs: dict[str, Any]) -> None:
    """All that are chosen are added up."""
    result = await begin(hass, "house_sun")
    # The dashboard's choice is the household's choice.
    schema = result["data_schema"].schema
    assert get_schema_suggested_value(schema, "entries") == ["west"]
    result = await enter(hass, result)
    assert result["errors"] == {"base": "one_sort"}
    result = await enter(hass, result, entries=["east", "west"])
    assert result["step_id"] == "house_sun_confirm"
    shown = result["description_placeholders"]
    assert shown == {"today": "12.0 kWh", "tomorrow": "12.0 kWh"}
    result = await enter(hass, result, name="")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "east + west"
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    assert entry.state is ConfigEntryState.LOADED
    result = await begin(hass, "house_sun")
    result = await enter(hass, result, entries=["east", "west"])
    result = await enter(hass, result, name="Again")
    assert result["reason"] == "already_configured"


async def test_a_roof_that_cannot_be_read(
    hass: HomeAssistant, roofs: dict[str, Any]
) -> None:
    """It is said, and another may be chosen."""
    roofs["west"] = ["a list"]
    result = await begin(hass, "house_sun")
    result = await enter(hass, result, entries=["west"])
    assert result["errors"] == {"base": "unexpected_response"}
    result = await enter(hass, result, entries=["east"])
    assert result["step_id"] == "house_sun_confirm"


async def test_of_an_entity(hass: HomeAssistant) -> None:
    """A sensor with a forecast is a roof, too."""
    result = await begin(hass, "house_sun")
    assert result["reason"] == "no_sun"
    sensor = entity(hass, "open_meteo", "x", "12", {"wh_period": POWERS})
    result = await begin(hass, "house_sun")
    result = await enter(hass, result, entities=[sensor])
    assert result["description_placeholders"]["today"] == "6.0 kWh"
    result = await enter(hass, result, name="Roof")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    # There is nothing to choose of it later.
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    options = await hass.config_entries.options.async_init(entry.entry_id)
    assert options["reason"] == "no_options"
