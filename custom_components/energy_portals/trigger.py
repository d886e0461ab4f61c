"""Triggers: prices, green windows, CO2, flexible loads, power caps."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
import hashlib
from operator import gt, lt
from typing import TYPE_CHECKING, Any, ClassVar, Final, override

from homeassistant.const import ATTR_ENTITY_ID, CONF_OPTIONS, STATE_OFF, STATE_ON
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    CoreState,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.target import (
    TargetSelection,
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_EACH,
    BEHAVIOR_FIRST,
    ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
import voluptuous as vol

from .entities.adding import async_all_shown
from .entities.last_known import async_last_known
from .entities.targets import (
    BINARY_SENSORS,
    CONF_LEVEL,
    CONF_THRESHOLD,
    LEVEL,
    SENSORS,
    THRESHOLD,
    OwnEntities,
)

# Known of a state that must last, while it has not.
_TOO_SHORT: Final = "too short"


def _schema_with(field: dict[Any, Any]) -> vol.Schema:
    """Return what such a trigger takes."""
    return ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR.extend(
        {vol.Required(CONF_OPTIONS): field}
    )


def _say_nothing(reason: str, /, **data: Any) -> None:
    """Take a reason that is of no interest."""


def _do_nothing() -> None:
    """Keep nothing yet."""


def _once_all_is_shown(
    hass: HomeAssistant, run_action: TriggerActionRunner
) -> TriggerActionRunner:
    """Return what runs once all is shown that came with a state."""

    async def run_later(
        payload: dict[str, Any], description: str, context: Context | None
    ) -> None:
        shown = er.async_get(hass).async_get(payload[ATTR_ENTITY_ID])
        owner = None if shown is None else shown.config_entry_id
        entry = None if owner is None else hass.config_entries.async_get_entry(owner)
        await async_all_shown(entry)
        await run_action(payload, description, context)

    @callback
    def run(
        extra_trigger_payload: dict[str, Any],
        description: str,
        context: Context | None = None,
    ) -> asyncio.Task[Any]:
        later = run_later(extra_trigger_payload, description, context)
        return hass.async_create_task(later, description)

    return run


class _SinceLastKnown(OwnEntities, EntityTriggerBase):
    """Fires for what has become true since the last state that was known.

    What changes while an entity cannot be seen would else be missed: while its portal
    cannot be reached, while its account is set up anew, while Home Assistant is down.
    What must last (`for`) counts as known once it has lasted.
    """

    _domain_specs = SENSORS
    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Begin with nothing known, before the state of now and with it."""
        super().__init__(hass, config)
        self._before: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._waiting: dict[str, CALLBACK_TYPE] = {}
        self._keep: CALLBACK_TYPE = _do_nothing
        self._suffix = ""
        if self._duration:
            # Whether it has lasted is known of this trigger, and not of the entity.
            told = repr((config.key, sorted(self._options.items())))
            self._suffix = f":{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Say whether it was not true before."""
        if from_state.state in self._excluded_states:
            return self._was_true(self._key_of(to_state.entity_id)) is False
        return not self._is_true(from_state)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Fire, note what is known of each entity, and catch up after a start."""
        self.enable(TargetSelection(self._target).device_ids)
        run_action = _once_all_is_shown(self._hass, run_action)
        last_known = await async_last_known(self._hass)
        self._keep = last_known.keep
        is_start = self._hass.state is not CoreState.running
        # While an automation was switched off, nothing was missed.
        self._known = dict(last_known.before) if is_start else {}
        targets: set[str] = set()
        missed: list[State] = []

        @callback
        def take(
            added: set[str], removed: set[str], states: Mapping[str, State | None]
        ) -> None:
            targets.clear()
            targets.update(states)
            shown = (states[entity_id] for entity_id in sorted(added))
            missed.extend(each for each in shown if each and self._note(each))

        @callback
        def note(data: TargetStateChangedData) -> None:
            event = data.state_change_event.data
            if (state := event["new_state"]) is None:
                return
            if self._note(state) and event["old_state"] is None:
                # Of an entity that was not there Home Assistant says nothing.
                self._catch_up([state], targets, run_action)
            self._keep()

        forget = await async_track_target_selector_state_change_event(
            self._hass, self._target, note, self.entity_filter, take
        )
        detach = await super().async_attach_runner(run_action, did_not_trigger)
        keys = {self._key_of(entity_id) for entity_id in targets}
        self._known = {key: self._known[key] for key in keys & self._known.keys()}
        unfollow = last_known.follow(self._known)
        self._catch_up(missed, targets, run_action)

        @callback
        def end() -> None:
            for each in (detach, forget, unfollow, *self._waiting.values()):
                each()
            self._waiting.clear()

        return end

    def _key_of(self, entity_id: str) -> str:
        """Return what an entity is known by: its id in the registry, which lasts."""
        entry = er.async_get(self._hass).async_get(entity_id)
        return f"{entity_id if entry is None else entry.id}{self._suffix}"

    def _is_true(self, state: State) -> bool:
        """Say whether a state, which is known, is one that it fires for."""
        return self.is_valid_state(state, _say_nothing)

    def _was_true(self, key: str) -> bool | None:
        """Say whether what was known before is one; None where nothing was."""
        if (before := self._before.get(key)) is None:
            return None
        domain = next(iter(self._domain_specs))
        return before != _TOO_SHORT and self._is_true(State(f"{domain}.before", before))

    @callback
    def _note(self, state: State) -> bool:
        """Note a state; say whether it has become true since the last known one."""
        key = self._key_of(state.entity_id)
        if key in self._known:
            self._before[key] = self._known[key]
        is_known = state.state not in self._excluded_states
        is_true = is_known and self._is_true(state)
        if key in self._waiting and not is_true:
            self._waiting.pop(key)()
        if not is_known or key in self._waiting:
            return False
        is_new = is_true and self._was_true(key) is False
        self._known[key] = state.state
        if is_new and self._duration:
            self._known[key] = _TOO_SHORT
            self._wait(key, state.state)
        return is_new

    @callback
    def _wait(
        self, key: str, shown: str, then: Callable[[], object] | None = None
    ) -> None:
        """Have a state count as known once it has lasted."""

        @callback
        def lasted(now: datetime) -> None:
            del self._waiting[key]
            self._known[key] = shown
            self._keep()
            if then is not None:
                then()

        if TYPE_CHECKING:
            assert self._duration is not None
        self._waiting[key] = async_call_later(self._hass, self._duration, lasted)

    @callback
    def _catch_up(
        self, missed: list[State], targets: set[str], run_action: TriggerActionRunner
    ) -> None:
        """Fire for what became true while nobody looked, by the trigger's behavior."""
        behavior = self._options.get(ATTR_BEHAVIOR, BEHAVIOR_EACH)
        matches, included = self.count_matches(targets)
        if behavior == BEHAVIOR_FIRST:
            # Where another was true before, the first has long been.
            missed = missed[:1] if matches == len(missed) else []
        elif behavior == BEHAVIOR_ALL:
            missed = missed[-1:] if matches == included else []
        for state in missed:
            self._fire(state, run_action)

    @callback
    def _fire(self, state: State, run_action: TriggerActionRunner) -> None:
        """Fire for a state that nobody saw come, once it has lasted as it must."""
        entity_id = state.entity_id
        key = self._key_of(entity_id)
        before = self._before[key]
        payload = {
            ATTR_ENTITY_ID: entity_id,
            "from_state": None if before == _TOO_SHORT else State(entity_id, before),
            "to_state": state,
            "for": self._duration,
        }
        run = partial(run_action, payload, f"state of {entity_id}", state.context)
        if not self._duration:
            run()
        elif key in self._waiting:
            self._waiting.pop(key)()
            self._wait(key, state.state, run)


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


def _crosses(key: str, is_beyond: Callable[[float, float], bool]) -> type[Trigger]:
    """Return a trigger for a figure that comes to be beyond a threshold."""

    class Crosses(_SinceLastKnown):
        """Fires when a sensor of that key does, in the sensor's unit."""

        _key = key
        _schema = _schema_with(THRESHOLD)

        @override
        def is_valid_state(
            self, state: State, report_not_triggered: NotTriggeredReasonReporter
        ) -> bool:
            """Say whether the figure is beyond it."""
            return is_beyond(float(state.state), float(self._options[CONF_THRESHOLD]))

    return Crosses


def _turns(key: str, state: str) -> type[Trigger]:
    """Return a trigger for binary sensors that turn on or off."""

    class Turns(_SinceLastKnown):
        """Fires when a binary sensor of that key turns from one to the other."""

        _domain_specs = BINARY_SENSORS
        _key = key

        @override
        def is_valid_state(
            self, shown: State, report_not_triggered: NotTriggeredReasonReporter
        ) -> bool:
            """Say whether it has turned so."""
            return shown.state == state

    return Turns


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "co2_falls_below": _crosses("co2_intensity", lt),
    "co2_rises_above": _crosses("co2_intensity", gt),
    "green_window_ended": _turns("green_window", STATE_OFF),
    "green_window_started": _turns("green_window", STATE_ON),
    "load_does_not_follow": _turns("does_not_follow", STATE_ON),
    "load_ended": _turns("run_now", STATE_OFF),
    "load_falls_short": _turns("falls_short", STATE_ON),
    "load_started": _turns("run_now", STATE_ON),
    "low_co2_ended": _turns("low_co2", STATE_OFF),
    "low_co2_started": _turns("low_co2", STATE_ON),
    "power_cap_ended": _turns("power_capped", STATE_OFF),
    "power_cap_started": _turns("power_capped", STATE_ON),
    "price_falls_below": _crosses("price", lt),
    "price_level_becomes": PriceLevelBecomes,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by key."""
    return TRIGGERS
