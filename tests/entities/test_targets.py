"""Triggers and conditions are about this integration's entities of one key."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.entities.targets import (
    CONF_LEVEL,
    LEVEL,
    LEVELS,
    SENSORS,
    OwnEntities,
)
from custom_components.energy_portals.portals.model.price_levels import PriceLevel


class Target(OwnEntities):
    """What a trigger of a price's sensors has."""

    _domain_specs = SENSORS
    _key = "price"

    def __init__(self, hass: HomeAssistant) -> None:
        """Take Home Assistant."""
        self._hass = hass


async def test_entities_of_others_are_left_out(hass: HomeAssistant) -> None:
    registry = er.async_get(hass)
    own, other_key, other_domain, foreign = (
        registry.async_get_or_create(
            domain, platform, f"{number}", translation_key=key
        ).entity_id
        for number, (domain, platform, key) in enumerate(
            (
                ("sensor", DOMAIN, "price"),
                ("sensor", DOMAIN, "power"),
                ("binary_sensor", DOMAIN, "price"),
                ("sensor", "other", "price"),
            )
        )
    )
    targets = {own, other_key, other_domain, foreign, "sensor.unknown"}
    assert Target(hass).entity_filter(targets) == {own}


def test_levels_are_those_of_prices() -> None:
    assert tuple(LEVELS) == tuple(PriceLevel)
    schema = vol.Schema(LEVEL)
    assert schema({CONF_LEVEL: "cheap"}) == {CONF_LEVEL: ["cheap"]}
    for level in ([], ["free"]):
        with pytest.raises(vol.Invalid):
            schema({CONF_LEVEL: level})
