"""Setting up an electric vehicle: by devices, or entity by entity."""

from typing import Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    DeviceSelector,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TimeSelector,
)
import voluptuous as vol

from ...account.named import with_entities
from ...portals.http.errors import InvalidInput
from ...portals.model.demand import Shape
from ...portals.model.horizon import Objective
from ...portals.model.public_holidays import WEEKDAYS
from ...portals.planner.bindings import number as number_of
from ...portals.planner.sites import ENTITIES, load_of
from ..forms import folded, refolded, unfolded
from ..steps import Fields, SubentryFlow, UserInput
from .detecting import detected
from .moving import (
    METERS,
    MINUTES,
    MONEY,
    PHASES,
    PRIORITY,
    READY,
    SETPOINT,
    check_moved,
    entity,
    number,
)

_PERCENT: Final = number("%", 1, 100)
_KILOWATTS: Final = number("kW", 0.1)

_DEVICES: Final = vol.Schema(
    {
        vol.Required("name"): TextSelector(),
        vol.Optional("car"): DeviceSelector(),
        vol.Optional("charger"): DeviceSelector(),
    }
)
_CHARGING: Final = vol.Schema(
    {
        vol.Optional("drives"): entity(
            *("switch", "input_boolean", "button", "script", "number", "input_number")
        ),
        vol.Optional("stops"): entity("button", "input_button", "script"),
        vol.Optional("setpoint"): SETPOINT,
        vol.Optional("phases"): PHASES,
        vol.Optional("meter"): METERS,
    }
)
_DAYS: Final = vol.Schema(
    {
        vol.Optional("ready_by"): entity(
            *("input_datetime", "time", "datetime", "sensor", "calendar")
        ),
        vol.Optional("ready_mon"): TimeSelector(),
        vol.Optional("ready_tue"): TimeSelector(),
        vol.Optional("ready_wed"): TimeSelector(),
        vol.Optional("ready_thu"): TimeSelector(),
        vol.Optional("ready_fri"): TimeSelector(),
        vol.Optional("ready_sat"): TimeSelector(),
        vol.Optional("ready_sun"): TimeSelector(),
    }
)
_MORE: Final = vol.Schema(
    {
        vol.Optional("least_charge"): number("%", 0, 100),
        vol.Optional("efficiency"): number("%", 50, 100),
        vol.Optional("energy"): number("kWh", 0.1),
        vol.Optional("worth"): number(None, 0),
        vol.Optional("priority"): PRIORITY,
        vol.Optional("calendar"): entity("calendar"),
        vol.Optional("ready"): READY,
    }
)
_PRICES: Final = vol.Schema(
    {
        vol.Optional("never_above"): MONEY,
        vol.Optional("more_below"): MONEY,
        vol.Optional("most_percent"): _PERCENT,
    }
)
_WINDOWS: Final = vol.Schema(
    {
        vol.Optional("not_before"): TimeSelector(),
        vol.Optional("begin_2"): TimeSelector(),
        vol.Optional("end_2"): TimeSelector(),
        vol.Optional("begin_3"): TimeSelector(),
        vol.Optional("end_3"): TimeSelector(),
        vol.Optional("pause"): MINUTES,
    }
)
OBJECTIVES: Final = [each.value for each in Objective]
_SECTIONS: Final = {
    "charging": _CHARGING,
    "days": _DAYS,
    "prices": _PRICES,
    "windows": _WINDOWS,
    "more": _MORE,
}
CAR: Final = vol.Schema(
    {
        vol.Required("soc"): entity("sensor", "number", "input_number"),
        vol.Required("capacity"): number("kWh", 1, 500),
        vol.Optional("target"): entity("number", "sensor", "input_number"),
        vol.Optional("target_percent"): _PERCENT,
        vol.Required("power"): _KILOWATTS,
        vol.Optional("least_power"): _KILOWATTS,
        vol.Required("end", default="07:00:00"): TimeSelector(),
        vol.Optional("plugged"): entity("binary_sensor", "sensor", "input_boolean"),
        vol.Required("objective", default=Objective.PRICE.value): SelectSelector(
            SelectSelectorConfig(options=OBJECTIVES, translation_key="objective")
        ),
        vol.Required("charging"): section(_CHARGING, {"collapsed": True}),
        vol.Required("days"): section(_DAYS, {"collapsed": True}),
        vol.Required("prices"): section(_PRICES, {"collapsed": True}),
        vol.Required("windows"): section(_WINDOWS, {"collapsed": True}),
        vol.Required("more"): section(_MORE, {"collapsed": True}),
    }
)
_ADDED: Final = folded(CAR, "soc", "capacity", "power", "end")


class VehicleFlow:
    """Say which car it is and how it charges; change that later."""

    def __init__(self, flow: SubentryFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self._name = ""
        self._offers: dict[str, object] = {}
        self.steps = {
            "user": self._devices,
            "vehicle": self._add,
            "reconfigure": self._change,
            "change": self._change,
        }

    async def _devices(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Choose the devices, whose entities are then offered."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._take(user_input)
            except InvalidInput as err:
                errors["name"] = err.key
            else:
                return await self._add()
        return self._flow.async_show_form(
            step_id="user",
            data_schema=self._flow.add_suggested_values_to_schema(_DEVICES, user_input),
            errors=errors,
        )

    def _take(self, user_input: UserInput) -> None:
        """Take the name and the devices; raises InvalidInput without a name."""
        if not (name := user_input["name"].strip()):
            raise InvalidInput("empty")
        self._name = name
        chosen = (user_input.get(key) for key in ("charger", "car"))
        self._offers = self._offered([each for each in chosen if each])

    def _offered(self, devices: list[str]) -> dict[str, object]:
        """Return what devices have, as the form shows it."""
        offered: dict[str, object] = dict(detected(self._flow.hass, devices))
        if (capacity := offered.pop("capacity", None)) is not None:
            state = self._flow.hass.states.get(str(capacity))
            told = None if state is None else number_of(state.state)
            if told:
                offered["capacity"] = told
        return offered

    async def _add(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Add the car."""
        errors: dict[str, str] = {}
        user_input = user_input and unfolded(user_input)
        if user_input is not None:
            try:
                data = car_data(user_input)
                check_moved(self._flow.hass, data, None)
                return self._flow.async_create_entry(title=self._name, data=data)
            except InvalidInput as err:
                errors["base"] = err.key
        shown = user_input or _shown(self._offers)
        return self._flow.async_show_form(
            step_id="vehicle",
            data_schema=self._flow.add_suggested_values_to_schema(
                _ADDED, refolded(shown)
            ),
            errors=errors,
        )

    async def _change(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Change the car."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                return changed(self._flow, user_input)
            except InvalidInput as err:
                errors["base"] = err.key
        shown = user_input or held(self._flow)
        return self._flow.async_show_form(
            step_id="change",
            data_schema=self._flow.add_suggested_values_to_schema(CAR, shown),
            errors=errors,
        )


def changed(flow: SubentryFlow, user_input: Fields) -> SubentryFlowResult:
    """Change a car, or make one of a load, by its form; InvalidInput if it is none."""
    part = flow.reconfigure_subentry()
    data = car_data(user_input)
    check_moved(flow.hass, data, part.subentry_id)
    takes_part = part.data.get("takes_part", True)
    return flow.async_update_and_abort(
        flow.account_entry(), part, data={**data, "takes_part": takes_part}
    )


def held(flow: SubentryFlow) -> Fields:
    """Return what is set of the part that is changed, as the form of a car shows it."""
    part = flow.reconfigure_subentry()
    return _shown(with_entities(flow.hass, part.data, *ENTITIES))


def _shown(data: Fields) -> Fields:
    """Return data with the fields of each section where the form has them."""
    sections = {
        name: {str(key): data[key] for key in schema.schema if key in data}
        for name, schema in _SECTIONS.items()
    }
    return {**data, **sections}


def car_data(user_input: Fields) -> Fields:
    """Return the data of a car that a form means; InvalidInput where it cannot be.

    Where nothing else is said, its window lasts from the time by which it has to be
    ready to the next.
    """
    flat = {key: value for key, value in user_input.items() if key not in _SECTIONS}
    for name in _SECTIONS:
        flat.update(user_input.get(name, {}))
    data = {
        **flat,
        "begin": flat["end"],
        "days": list(WEEKDAYS),
        "shape": Shape.SLOTS.value,
    }
    load_of(data)
    return data
