"""The house as a source reads it: states, actions, forecasts of the sun."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
    mock_platform,
)

from custom_components.energy_portals.account import house_reader
from custom_components.energy_portals.account.house_reader import HouseReader
from custom_components.energy_portals.portals.house import SunTold
from custom_components.energy_portals.portals.http.errors import Unavailable


async def test_states(hass: HomeAssistant) -> None:
    """By what lasts, with who wrote them; what is not known is None."""
    house = HouseReader(hass)
    assert house.state("sensor.nothing") is None
    entry = er.async_get(hass).async_get_or_create("sensor", "other", "1")
    attributes = {"unit_of_measurement": "EUR/kWh", "prices": [1]}
    hass.states.async_set(entry.entity_id, "0.3", attributes)
    state = house.state(entry.id)
    assert state is not None
    assert (state.entity_id, state.state, state.unit) == (
        entry.entity_id,
        "0.3",
        "EUR/kWh",
    )
    assert (state.platform, state.unique_id) == ("other", "1")
    assert state.attributes["prices"] == [1]
    assert "prices" not in repr(state)
    for gone in ("unknown", "unavailable"):
        hass.states.async_set(entry.entity_id, gone, {"unit_of_measurement": 5})
        state = house.state(entry.entity_id)
        assert state is not None
        assert (state.state, state.unit) == (None, None)
    hass.states.async_set("sensor.yaml", "1")
    state = house.state("sensor.yaml")
    assert state is not None
    assert state.platform is None


async def test_zone_and_currency(hass: HomeAssistant) -> None:
    """They are the house's."""
    await hass.config.async_set_time_zone("Europe/Lisbon")
    hass.config.currency = "EUR"
    house = HouseReader(hass)
    assert (house.zone.key, house.currency) == ("Europe/Lisbon", "EUR")


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (HomeAssistantError("somebody@example.org"), ""),
        (
            ServiceValidationError(translation_domain="a", translation_key="no_data"),
            "no_data",
        ),
        (KeyError("somebody@example.org"), "KeyError"),
    ],
)
async def test_an_action_that_fails(
    hass: HomeAssistant, error: Exception, detail: str
) -> None:
    """What it says is not told on: it may name somebody."""
    house = HouseReader(hass)
    with pytest.raises(Unavailable, match="not there"):
        await house.call("other", "get", {})

    async def fail(call: ServiceCall) -> None:
        raise error

    hass.services.async_register(
        "other", "get", fail, supports_response=SupportsResponse.ONLY
    )
    with pytest.raises(Unavailable) as refused:
        await house.call("other", "get", {"day": "today"})
    assert (refused.value.operation, refused.value.detail) == ("other.get", detail)


async def test_an_action_that_hangs(hass: HomeAssistant) -> None:
    """It does not hold others up."""

    async def hang(call: ServiceCall) -> None:
        await hass.loop.create_future()

    hass.services.async_register(
        "other", "get", hang, supports_response=SupportsResponse.ONLY
    )
    with (
        patch.object(house_reader, "_PATIENCE", 0.01),
        pytest.raises(Unavailable, match="TimeoutError"),
    ):
        await HouseReader(hass).call("other", "get", {})


async def test_the_sun(hass: HomeAssistant) -> None:
    """Each entry is asked through its integration; what fails is left out."""
    house = HouseReader(hass)
    assert await house.solar(["a"]) == {}

    async def forecast(hass: HomeAssistant, entry_id: str) -> Any:
        if entry_id == "broken":
            raise KeyError(entry_id)
        return None if entry_id == "none" else {"wh_hours": {"x": 1}}

    class Platform:
        async_get_solar_forecast = staticmethod(forecast)

    mock_integration(hass, MockModule("roofs"))
    mock_platform(hass, "roofs.energy", Platform())
    hass.config.components.add("roofs")
    hass.config.components.add("energy")
    for entry_id in ("one", "none", "broken"):
        MockConfigEntry(domain="roofs", entry_id=entry_id).add_to_hass(hass)
    MockConfigEntry(domain="other", entry_id="dark").add_to_hass(hass)
    told = await house.solar(["one", "none", "broken", "dark", "removed"])
    assert told == {"one": SunTold({"wh_hours": {"x": 1}})}


async def test_energy_without_a_recorder(hass: HomeAssistant) -> None:
    """Nothing counts it; with one, the journeys of costs read it."""
    house = HouseReader(hass)
    now = dt_util.utcnow()
    for statistic in ("sensor.meter", "utility:energy", "0123456789abcdef"):
        with pytest.raises(Unavailable):
            await house.energy(statistic, now - timedelta(hours=1), now)
        with pytest.raises(Unavailable):
            await house.lately(statistic, now)
