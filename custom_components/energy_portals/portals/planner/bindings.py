"""What a load moves: which entities, and how each is set and read."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import copysign, floor
from typing import Final

from ..contract import AccountData
from ..devices import DeviceState
from ..house import EntityState
from ..http.errors import InvalidInput

# Volts of one phase.
VOLTAGE: Final = 230
_KILO: Final[Mapping[str, float]] = {"W": 0.001, "kW": 1.0, "MW": 1000.0}
_ENERGY: Final[Mapping[str, float]] = {"Wh": 0.001, "kWh": 1.0, "MWh": 1000.0}
_PRESSED: Final = frozenset({"button", "input_button", "script"})
# What is warmer for a run.
BOOSTED: Final = frozenset({"climate", "water_heater"})
_SET: Final = frozenset({"number", "input_number"})
_SWITCHED: Final = frozenset({"switch", "input_boolean"})
# What can be driven: by switching, pressing, boosting or setting it.
DRIVEN_DOMAINS: Final = (
    *sorted(_SWITCHED),
    *sorted(_PRESSED),
    *sorted(BOOSTED),
    *sorted(_SET),
)
# These integrations plan by themselves: two planners would fight.
PLAN_THEMSELVES: Final = frozenset({"evcc_intg", "ohme", "openwb2mqtt"})
# A heater that says one of these is not heating.
_IDLE: Final = frozenset({"idle", "off"})

type Value = bool | float | str


class Means(StrEnum):
    """By what an entity is moved."""

    SWITCH = "switch"
    PRESS = "press"
    NUMBER = "number"
    TEMPERATURE = "temperature"
    MODE = "mode"
    OPTION = "option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing to set; `entity` is the name it is stored by.

    `stop` is pressed to end what was begun by pressing.
    """

    entity: str
    means: Means
    stop: str | None = None

    @property
    def key(self) -> tuple[str, Means]:
        """Return what it is known by, whatever stops it."""
        return self.entity, self.means

    def value(self, state: DeviceState | None) -> Value | None:
        """Return what it is set to; None where that cannot be seen."""
        if state is None or state.state is None:
            return None
        match self.means:
            case Means.SWITCH if state.domain in BOOSTED:
                return state.state != "off"
            case Means.SWITCH:
                return {"on": True, "off": False}.get(state.state)
            case Means.NUMBER:
                return number(state.state)
            case Means.OPTION:
                return state.state
            case Means.TEMPERATURE:
                return number(state.attributes.get("temperature"))
            case Means.MODE:
                mode = state.attributes.get(_mode_of(state))
                return mode if isinstance(mode, str) else None
        return None

    def call(self, to: Value, state: DeviceState) -> tuple[str, dict[str, object]]:
        """Return the action that sets it, and its fields."""
        match self.means:
            case Means.SWITCH:
                return "turn_on" if to else "turn_off", {}
            case Means.PRESS:
                return "turn_on" if state.domain == "script" else "press", {}
            case Means.NUMBER:
                return "set_value", {"value": to}
            case Means.OPTION:
                return "select_option", {"option": to}
            case Means.TEMPERATURE:
                return "set_temperature", {"temperature": to}
        mode = _mode_of(state)
        return f"set_{mode}", {mode: to}


def _mode_of(state: DeviceState) -> str:
    """Return what the mode of a heater is called."""
    return "operation_mode" if state.domain == "water_heater" else "preset_mode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What a load moves, and what tells how it does.

    `start` is switched, pressed, boosted or set for a run, and `stop` pressed after it.
    `setpoint` is a number of kW, W or A (of `phases`), `meter` one of power or energy.
    A heater is boosted to `temperature` or `mode`.
    """

    start: str | None = None
    stop: str | None = None
    setpoint: str | None = None
    phases: int = 1
    meter: str | None = None
    temperature: float | None = None
    mode: str | None = None

    @property
    def moves(self) -> bool:
        """Say whether there is anything to set."""
        return self.start is not None or self.setpoint is not None

    @property
    def holds(self) -> bool:
        """Say whether at no power it is told so, and not left to itself."""
        return False

    @property
    def names(self) -> tuple[str, ...]:
        """Return all entities that it is about."""
        every = (*self.moved, self.meter)
        return tuple(name for name in every if name is not None)

    @property
    def moved(self) -> tuple[str, ...]:
        """Return the entities that are set."""
        every = (self.start, self.stop, self.setpoint)
        return tuple(name for name in every if name is not None)

    @property
    def says_running(self) -> bool:
        """Say whether it shows that it runs."""
        return True

    @property
    def is_charger(self) -> bool:
        """Say whether it wears by being switched, as what has a current does."""
        return self.start is not None and self.setpoint is not None

    def wanted(
        self, states: Mapping[str, DeviceState], power: float | None
    ) -> Iterator[tuple[Control, Value]]:
        """Yield what is set for a run at a power (kW): the current before the switch.

        What is not there cannot be set, and is waited for.
        """
        if self.setpoint is not None and power is not None:
            control = Control(entity=self.setpoint, means=Means.NUMBER)
            if (state := states.get(self.setpoint)) is not None:
                yield control, setpoint_of(state, power, self.phases)
        if self.start is None or (state := states.get(self.start)) is None:
            return
        if state.domain in _PRESSED:
            control = Control(entity=self.start, means=Means.PRESS, stop=self.stop)
            yield control, True
        elif state.domain in _SET:
            if power is not None:
                control = Control(entity=self.start, means=Means.NUMBER)
                yield control, setpoint_of(state, power, self.phases)
        elif state.domain in BOOSTED and self.temperature is not None:
            control = Control(entity=self.start, means=Means.TEMPERATURE)
            yield control, self.temperature
        elif state.domain in BOOSTED and self.mode is not None:
            yield Control(entity=self.start, means=Means.MODE), self.mode
        else:
            yield Control(entity=self.start, means=Means.SWITCH), True

    def is_on(self, states: Mapping[str, DeviceState]) -> bool | None:
        """Return whether the device itself says that it runs; None if it says nothing.

        A button says nothing, a heater whether it heats, a number whether it is any.
        """
        name = self.setpoint if self.start is None else self.start
        state = None if name is None else states.get(name)
        if state is None or state.state is None:
            return None
        if state.domain in BOOSTED:
            action = state.attributes.get("hvac_action")
            return action not in _IDLE if isinstance(action, str) else None
        if state.domain == "script" or state.domain in _SWITCHED:
            return {"on": True, "off": False}.get(state.state)
        if state.domain in _SET:
            value = number(state.state)
            return None if value is None else value > 0
        return None


def binding_of(data: AccountData) -> Binding | None:
    """Return what a part's data binds, None where it binds nothing.

    Raises InvalidInput where it could not be driven so.
    """
    binding = Binding(
        start=data.get("drives"),
        stop=data.get("stops"),
        setpoint=data.get("setpoint"),
        phases=int(data.get("phases") or 1),
        meter=data.get("meter"),
        temperature=data.get("boost_temperature"),
        mode=data.get("boost_mode"),
    )
    if binding.stop is not None and binding.start is None:
        raise InvalidInput("stops_nothing")
    return binding if binding.names else None


def refuse_moved(
    platforms: Mapping[str, str | None], own: str, taken: Collection[str]
) -> None:
    """Raise InvalidInput for what is not to be driven.

    `platforms` are the integrations of entities, `own` is this one's, and `taken` what
    other loads drive.
    """
    for entity_id, platform in platforms.items():
        if platform in PLAN_THEMSELVES:
            raise InvalidInput("plans_itself")
        if platform == own:
            raise InvalidInput("own_entity")
        if entity_id in taken:
            raise InvalidInput("moved_by_another")


def setpoint_of(state: DeviceState, power: float, phases: int) -> float:
    """Return a power (kW) as a number takes it: rounded to less by its step, in bounds.

    Numbers of A are those of each of `phases`.
    """
    unit = state.attributes.get("unit_of_measurement")
    factor = _KILO.get(unit, 1.0) if isinstance(unit, str) else 1.0
    value = (
        abs(power) * 1000 / (VOLTAGE * phases) if unit == "A" else abs(power) / factor
    )
    step = step_of(state)
    # 3.68 kW are 16 A, and not 15.999.
    value = copysign(floor(value / step + 1e-6) * step, power)
    least, most = (number(state.attributes.get(key)) for key in ("min", "max"))
    if power and least is not None:
        value = max(value, least)
    return round(value if most is None else min(value, most), 6)


def step_power(state: DeviceState, phases: int) -> float:
    """Return by what a number changes at least, as a power (kW); 0 is not known."""
    unit = state.attributes.get("unit_of_measurement")
    if unit == "A":
        return step_of(state) * VOLTAGE * phases / 1000
    factor = _KILO.get(unit) if isinstance(unit, str) else None
    return 0.0 if factor is None else step_of(state) * factor


def shown(state: EntityState | None) -> DeviceState | None:
    """Return a state of the house as that of a device."""
    if state is None:
        return None
    attributes = {**state.attributes, "unit_of_measurement": state.unit}
    return DeviceState(
        entity_id=state.entity_id, state=state.state, attributes=attributes
    )


def step_of(state: DeviceState) -> float:
    """Return by what a number changes at least, in its own unit."""
    step = number(state.attributes.get("step"))
    return step or 1.0


def power_of(state: DeviceState | None) -> float | None:
    """Return what a meter of power shows, kW; None where it is none."""
    return _measured(state, _KILO)


def energy_of(state: DeviceState | None) -> float | None:
    """Return what a meter of energy shows, kWh; None where it is none."""
    return _measured(state, _ENERGY)


def _measured(state: DeviceState | None, units: Mapping[str, float]) -> float | None:
    """Return what an entity measures by one of these units."""
    if state is None or (value := number(state.state)) is None:
        return None
    unit = state.attributes.get("unit_of_measurement")
    factor = units.get(unit) if isinstance(unit, str) else None
    return None if factor is None else value * factor


def number(value: object) -> float | None:
    """Return a number that is finite, from text too, in whatever unit it has."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except ValueError:
        return None
    return read if abs(read) < float("inf") else None
