"""How the forms of a planner tell times, money and names."""

from datetime import UTC, datetime

from homeassistant.core import HomeAssistant

from custom_components.energy_portals.faces.planner.telling import (
    money,
    span,
    usual_name,
)
from custom_components.energy_portals.portals.model.series import Slot


async def test_a_time_is_the_house_s(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Oslo")
    start, end = (datetime(2026, 1, 15, hour, 30, tzinfo=UTC) for hour in (1, 3))
    assert span(Slot(start, end, None)) == "02:30\N{EN DASH}04:30"


def test_money_that_is_not_known_is_a_dash() -> None:
    assert money(1.234, "NOK") == "1.23 NOK"
    assert money(None, "NOK") == "\N{EN DASH}"


async def test_a_name_is_in_the_language_of_the_house(hass: HomeAssistant) -> None:
    hass.config.language = "de"
    assert await usual_name(hass, "load.step.user.menu_options.pool") == "Schwimmbad"
