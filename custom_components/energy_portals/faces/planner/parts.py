"""Setting up a flexible load beneath a planner."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
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
from ...portals.planner.sites import ENTITIES, LOAD, VEHICLE, load_of
from ..face import FlowOfPart
from ..forms import folded, refolded, unfolded
from ..steps import Fields, SubentryFlow, UserInput
from .moving import (
    DAY,
    MINUTES,
    MONEY,
    MOVING,
    MOVING_KEYS,
    PRIORITY,
    WINDOWS,
    check_moved,
    number,
)
from .presets import PresetSteps
from .vehicle import CAR, OBJECTIVES, VehicleFlow, changed, held as held_car

_KILOWATTS: Final = number("kW", 0.01)

_PRICES: Final = vol.Schema(
    {
        vol.Optional("never_above"): MONEY,
        vol.Optional("more_below"): MONEY,
        vol.Optional("more_energy"): number("kWh", 0.01),
    }
)
_SCHEMA: Final = vol.Schema(
    {
        vol.Required("name"): TextSelector(),
        vol.Optional("duration"): number("min", 1, DAY),
        vol.Optional("energy"): number("kWh", 0.01),
        vol.Optional("power"): _KILOWATTS,
        vol.Required("begin", default="00:00:00"): TimeSelector(),
        vol.Required("end", default="00:00:00"): TimeSelector(),
        vol.Required("days", default=list(WEEKDAYS)): SelectSelector(
            SelectSelectorConfig(
                options=list(WEEKDAYS), multiple=True, translation_key="weekday"
            )
        ),
        vol.Required("objective", default=Objective.PRICE.value): SelectSelector(
            SelectSelectorConfig(options=OBJECTIVES, translation_key="objective")
        ),
        vol.Required("shape", default=Shape.CONTIGUOUS.value): SelectSelector(
            SelectSelectorConfig(
                options=[each.value for each in Shape], translation_key="shape"
            )
        ),
        vol.Required("details"): section(
            vol.Schema(
                {
                    vol.Optional("worth"): number(None, 0),
                    vol.Optional("least_power"): _KILOWATTS,
                    vol.Optional("least_length"): MINUTES,
                    vol.Optional("least_pause"): MINUTES,
                    vol.Optional("starts"): number(None, 1, 96),
                    vol.Optional("priority"): PRIORITY,
                    vol.Optional("calendar"): EntitySelector(
                        EntitySelectorConfig(domain="calendar")
                    ),
                }
            ),
            {"collapsed": True},
        ),
        vol.Required("prices"): section(_PRICES, {"collapsed": True}),
        vol.Required("windows"): section(WINDOWS, {"collapsed": True}),
        vol.Required("moving"): section(MOVING, {"collapsed": True}),
    }
)
_ADDED: Final = folded(_SCHEMA, "name", "duration", "energy", "power")
# What it is called to make a car of a load.
_BECOMES: Final = "is_vehicle"
_CHANGED: Final = _SCHEMA.extend({vol.Optional(_BECOMES): BooleanSelector()})
_SECTIONS: Final = {
    "details": (
        *("worth", "least_power", "least_length", "least_pause", "starts"),
        *("priority", "calendar"),
    ),
    "prices": tuple(map(str, _PRICES.schema)),
    "windows": tuple(map(str, WINDOWS.schema)),
    "moving": MOVING_KEYS,
}


class LoadFlow:
    """Say what is to run and how it may; change that later."""

    parts = (PresetSteps,)

    def __init__(self, flow: SubentryFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            **PresetSteps(flow).steps,
            "other": self._add,
            "reconfigure": self._change,
            "change": self._become,
        }

    @staticmethod
    def _read(user_input: Fields) -> tuple[str, Fields]:
        """Return name and data that a form means; InvalidInput if nothing runs so."""
        data = {key: each for key, each in user_input.items() if key not in _SECTIONS}
        for name in _SECTIONS:
            data.update(user_input.get(name, {}))
        if not (name := data.pop("name").strip()):
            raise InvalidInput("empty")
        if "starts" in data:
            if not float(data["starts"]).is_integer():
                raise InvalidInput("starts_not_whole")
            data["starts"] = int(data["starts"])
        load_of(data)
        return name, data

    async def _add(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Add a load."""
        errors: dict[str, str] = {}
        user_input = user_input and unfolded(user_input)
        if user_input is not None:
            try:
                name, data = self._read(user_input)
                check_moved(self._flow.hass, data, None)
                return self._flow.async_create_entry(title=name, data=data)
            except InvalidInput as err:
                errors["base"] = err.key
        return self._flow.async_show_form(
            step_id="other",
            data_schema=self._flow.add_suggested_values_to_schema(
                _ADDED, refolded(user_input or {})
            ),
            errors=errors,
        )

    async def _change(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Change a load, or make a car of it."""
        part = self._flow.reconfigure_subentry()
        is_car = part.data.get("soc") is not None
        if is_car or (user_input is not None and user_input.pop(_BECOMES, False)):
            return await self._become()
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                name, data = self._read(user_input)
                check_moved(self._flow.hass, data, part.subentry_id)
                # That is set by the switch.
                takes_part = part.data.get("takes_part", True)
                return self._flow.async_update_and_abort(
                    self._flow.account_entry(),
                    part,
                    title=name,
                    data={**data, "takes_part": takes_part},
                )
            except InvalidInput as err:
                errors["base"] = err.key
        data = with_entities(self._flow.hass, part.data, *ENTITIES)
        held = {
            "name": part.title,
            **data,
            **{
                name: {key: data[key] for key in keys if key in data}
                for name, keys in _SECTIONS.items()
            },
        }
        return self._flow.async_show_form(
            step_id="reconfigure",
            data_schema=self._flow.add_suggested_values_to_schema(
                _CHANGED, user_input or held
            ),
            errors=errors,
        )

    async def _become(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Make a car of a load, or change one that was made so."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                return changed(self._flow, user_input)
            except InvalidInput as err:
                errors["base"] = err.key
        shown = user_input or held_car(self._flow)
        return self._flow.async_show_form(
            step_id="change",
            data_schema=self._flow.add_suggested_values_to_schema(CAR, shown),
            errors=errors,
        )


PARTS: Final[Mapping[str, FlowOfPart]] = {LOAD: LoadFlow, VEHICLE: VehicleFlow}
