"""Triggers: prices, green windows, flexible loads, power caps."""

from typing import Any, ClassVar, Final, override

from homeassistant.const import CONF_OPTIONS, STATE_OFF, STATE_ON
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR,
    EntityTargetStateTriggerBase,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
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
    """Return what such a trigger takes."""
    return ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR.extend(
        {vol.Required(CONF_OPTIONS): field}
    )


def _say_nothing(reason: str, /, **data: Any) -> None:
    """Take a reason that is of no interest."""


class _SinceLastKnown(OwnEntities, EntityTriggerBase):
    """Fires for what has become true since the last state that was known.

    What the portal changes while it cannot be reached would else be missed.
    """

    _domain_specs = SENSORS
    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Begin with nothing known."""
        super().__init__(hass, config)
        self._known: dict[str, State] = {}

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Say whether it was not true before."""
        before: State | None = from_state
        if from_state.state in self._excluded_states:
            before = self._known.get(from_state.entity_id)
        return before is not None and not self.is_valid_state(before, _say_nothing)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Note what is known of each entity, and fire."""

        @callback
        def note(data: TargetStateChangedData) -> None:
            left = data.state_change_event.data["old_state"]
            if left is not None and left.state not in self._excluded_states:
                self._known[left.entity_id] = left

        forget = await async_track_target_selector_state_change_event(
            self._hass, self._target, note, self.entity_filter
        )
        detach = await super().async_attach_runner(run_action, did_not_trigger)

        @callback
        def end() -> None:
            detach()
            forget()

        return end


class PriceLevelBecomes(_SinceLastKnown):
    """Fires when the price level becomes one of those that are chosen."""

    _key = "price_level"
    _schema = _schema_with(LEVEL)

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        """Say whether the level is among them."""
        return state.state in self._options[CONF_LEVEL]


class PriceFallsBelow(_SinceLastKnown):
    """Fires when the price falls below a threshold, in the sensor's unit."""

    _key = "price"
    _schema = _schema_with(THRESHOLD)

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        """Say whether the price is below it."""
        return float(state.state) < float(self._options[CONF_THRESHOLD])


def _turns(key: str, state: str) -> type[Trigger]:
    """Return a trigger for binary sensors that turn on or off."""

    class Turns(OwnEntities, EntityTargetStateTriggerBase):
        """Fires when a binary sensor of that key turns from one to the other."""

        _domain_specs = BINARY_SENSORS
        _key = key
        _to_states = {state}

    return Turns


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "green_window_ended": _turns("green_window", STATE_OFF),
    "green_window_started": _turns("green_window", STATE_ON),
    "load_ended": _turns("run_now", STATE_OFF),
    "load_started": _turns("run_now", STATE_ON),
    "power_cap_ended": _turns("power_capped", STATE_OFF),
    "power_cap_started": _turns("power_capped", STATE_ON),
    "price_falls_below": PriceFallsBelow,
    "price_level_becomes": PriceLevelBecomes,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by key."""
    return TRIGGERS
