"""Conditions: prices, green windows, CO2, flexible loads, power caps."""

from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.const import CONF_OPTIONS, STATE_ON
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.condition import (
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    Condition,
    ConditionConfig,
    EntityConditionBase,
    EntityStateConditionBase,
)
import voluptuous as vol

from .entities.targets import (
    BINARY_SENSORS,
    CONF_LEVEL,
    CONF_THRESHOLD,
    LEVEL,
    SENSORS,
    THRESHOLD,
    OwnEntities,
)


def _schema_with(field: dict[Any, Any]) -> vol.Schema:
    """Return what such a condition takes."""
    return ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {vol.Required(CONF_OPTIONS): field}
    )


class PriceLevelIs(OwnEntities, EntityStateConditionBase):
    """True while the price level is one of those that are chosen."""

    _domain_specs = SENSORS
    _key = "price_level"
    _schema = _schema_with(LEVEL)

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take the levels."""
        super().__init__(hass, config)
        if TYPE_CHECKING:
            assert config.options is not None
        self._states = set(config.options[CONF_LEVEL])


def _is_below(key: str) -> type[Condition]:
    """Return a condition for a figure that is below a threshold."""

    class IsBelow(OwnEntities, EntityConditionBase):
        """True while a sensor of that key is, in the sensor's unit."""

        _domain_specs = SENSORS
        _key = key
        _schema = _schema_with(THRESHOLD)

        def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
            """Take the threshold."""
            super().__init__(hass, config)
            if TYPE_CHECKING:
                assert config.options is not None
            self._threshold: float = config.options[CONF_THRESHOLD]

        @override
        def is_valid_state(self, entity_state: State) -> bool:
            """Say whether the figure is below it."""
            return float(entity_state.state) < self._threshold

    return IsBelow


def _is_on(key: str) -> type[Condition]:
    """Return a condition for binary sensors that are on."""

    class IsOn(OwnEntities, EntityStateConditionBase):
        """True while a binary sensor of that key is on."""

        _domain_specs = BINARY_SENSORS
        _key = key
        _states = {STATE_ON}

    return IsOn


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "co2_is_below": _is_below("co2_intensity"),
    "green_window_is_on": _is_on("green_window"),
    "load_is_running": _is_on("run_now"),
    "low_co2_is_on": _is_on("low_co2"),
    "power_is_capped": _is_on("power_capped"),
    "price_is_below": _is_below("price"),
    "price_level_is": PriceLevelIs,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by key."""
    return CONDITIONS
